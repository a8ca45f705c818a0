"""How soon "Why there?" answers: the whole picture, the coarse patches, all patches.

With `embedded` by default, on as many threads as torch takes; the pictures are the page's own
examples, the median over them is printed beside the slowest. Processor seconds stand beside the
seconds of the clock: on a machine that others use as well, they alone tell what the work is.

    python -m benchmarks.why
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch

from geomapclip import Predictor
from geomapclip.embeddings import progress_bar
from geomapclip.occlusion import GRIDS, explain
from webapp.locate import prepare
from webapp.pieces import example_files

LIMIT_S = 3.0  # for the coarse patches with `embedded` on two cores


STEPS = {"whole picture": 0, "coarse": GRIDS[0] ** 2, "all patches": sum(n**2 for n in GRIDS)}


def seconds(predictor: Predictor, picture: str) -> dict[str, tuple[float, float]]:
    """Seconds by the clock, and of the processor, until each of ``STEPS``."""
    clock, processor = time.perf_counter(), time.process_time()
    taken = {}
    for step in explain(predictor, picture):
        now = (time.perf_counter() - clock, time.process_time() - processor)
        taken |= {name: now for name, done in STEPS.items() if step.done == done}
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default="embedded")
    options = parser.parse_args()
    predictor = Predictor.load(options.weights, progress=progress_bar())
    prepare(predictor.gallery)
    pictures = [str(path) for path in example_files()]
    for _ in explain(predictor, pictures[0], grids=(2,)):
        pass  # warm
    taken = [seconds(predictor, picture) for picture in pictures]
    print(f"{predictor.name}, {len(predictor.gallery):,} places, {torch.get_num_threads()} threads")
    for name in STEPS:
        clock, processor = zip(*(each[name] for each in taken), strict=True)
        limit = f", limit {LIMIT_S:.0f} s" if name == "coarse" else ""
        print(
            f"{name:14} {statistics.median(clock):6.2f} s (slowest {max(clock):.2f} s{limit}), "
            f"processor {statistics.median(processor):.2f} s"
        )


if __name__ == "__main__":
    main()
