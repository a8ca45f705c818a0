"""Second start of the embedded predictor, cache warm, and its peak memory; each in a new process.

python -m benchmarks.start
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

ROUNDS = 5
PROGRAM = """
import json, resource, time
begun = time.perf_counter()
import torch
torch_ready = time.perf_counter()
from geomapclip import Predictor
from geomapclip.embedded_encoder import EmbeddedEncoder
imported = time.perf_counter()
EmbeddedEncoder()
tower = time.perf_counter()
predictor = Predictor.load("embedded", device="cpu")
ready = time.perf_counter()
from PIL import Image
estimate = predictor.locate(Image.radial_gradient("L"))
estimate.top_k(5), estimate.regions(), estimate.sentence()
first = time.perf_counter()
estimate = predictor.locate(Image.radial_gradient("L"))
estimate.top_k(5), estimate.regions(), estimate.sentence()
again = time.perf_counter()
print(json.dumps({
    "import of torch": torch_ready - begun,
    "import of geomapclip": imported - torch_ready,
    "loading the tower alone": tower - imported,
    "Predictor.load": ready - tower,
    "ready, from the start of the process": ready - begun - (tower - imported),
    "first answer with regions": first - ready,
    "next answer with regions": again - first,
    "peak memory, GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
}))
"""


def main() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True)  # fills caches
    rounds = []
    for _ in range(ROUNDS):
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
        )
        rounds.append(json.loads(result.stdout))
    for name in rounds[0]:
        values = [measured[name] for measured in rounds]
        print(f"{name:40s} median {statistics.median(values):6.2f}   highest {max(values):6.2f}")


if __name__ == "__main__":
    main()
