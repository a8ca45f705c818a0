"""How long the evaluation of cached features takes, all its figures included, and its memory.

Features of random pictures lie in a folder as `python -m geomapclip.features` writes it; their
places are near those of the gallery. Timed is the whole command, from the start of the process;
its memory is what it holds for itself, without the pages of files that it has mapped.

    python -m benchmarks.evaluate
    python -m benchmarks.evaluate --photos 10000 1000000 --places 1000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.memory import held_mb
from geomapclip import load_gallery
from geomapclip.extraction import CONFIG_FILE, FORMAT_VERSION
from geomapclip.image_encoder import CLIP_SIZE
from geomapclip.shards import shard_path, write_shard

LIMIT_S = 60
SHARD = 4096
LOOK_S = 0.05  # between two looks at the memory


def write_features(folder: Path, count: int) -> None:
    """A folder of features whose numbers mean nothing."""
    generator = np.random.default_rng(0)
    gallery = load_gallery("geoclip").coordinates
    for number, start in enumerate(range(0, count, SHARD)):
        rows = min(SHARD, count - start)
        features = torch.from_numpy(generator.normal(size=(rows, 1, CLIP_SIZE)))
        near = gallery[generator.integers(len(gallery), size=rows)]
        spots = np.clip(near + generator.normal(0, 0.5, near.shape), -89, 89)
        ids = [f"{start + row}" for row in range(rows)]
        write_shard(shard_path(folder, number), features, spots, ids, [])
    config = {
        "format_version": FORMAT_VERSION, "views": 1, "ten_crop": False,
        "shards": -(-count // SHARD),
    }  # fmt: skip
    (folder / CONFIG_FILE).write_text(json.dumps(config))


def processor_seconds() -> float:
    """Of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def watched(command: list[str]) -> float:
    """Run a command and return the most memory in MB that it was seen to hold."""
    quiet = subprocess.DEVNULL
    process, most = subprocess.Popen(command, stdout=quiet, stderr=quiet), 0.0
    while process.poll() is None:
        most = max(most, held_mb("RssAnon", process.pid))
        time.sleep(LOOK_S)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, nargs="+", default=[3000])
    parser.add_argument("--places", type=int, help="of the gallery (default: GeoCLIP's 100,000)")
    options = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for count in options.photos:
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            write_features(work, count)
            gallery = "geoclip"
            if options.places:
                gallery = str(work / "places.csv")
                some = load_gallery("geoclip").coordinates[:: 100_000 // options.places]
                rows = "\n".join(f"{latitude},{longitude}" for latitude, longitude in some)
                Path(gallery).write_text(f"lat,lon\n{rows}\n")
            command = [sys.executable, "-m", "geomapclip.evaluate", name, "--weights", "geoclip"]
            started, before = time.perf_counter(), processor_seconds()
            peak_mb = watched([*command, "--gallery", gallery, "--device", "cpu"])
            seconds = time.perf_counter() - started
            worked = processor_seconds() - before
        print(
            f"{count:>9,} photos: {seconds:.1f} s, {worked:.1f} s of processor time, "
            f"at most {peak_mb:,.0f} MB",
            flush=True,
        )
        if count == 3000 and not options.places:
            kept = "kept" if seconds <= LIMIT_S else "missed by the clock"
            print(f"limit {LIMIT_S} s: {kept}; half of the processor time is {worked / 2:.1f} s")


if __name__ == "__main__":
    main()
