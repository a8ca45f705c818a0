"""How soon "Why there?" answers: the whole picture, the coarse patches, all patches.

With `embedded` by default, on as many threads as torch takes; the pictures are the page's own
examples, the median over them is printed beside the slowest.

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


def seconds(predictor: Predictor, picture: str) -> tuple[float, float, float]:
    """Until the whole picture's answer, the last coarse patch, and the last patch."""
    started = time.perf_counter()
    whole = coarse = 0.0
    for step in explain(predictor, picture):
        if step.done == 0:
            whole = time.perf_counter() - started
        if step.done == GRIDS[0] ** 2:
            coarse = time.perf_counter() - started
    return whole, coarse, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default="embedded")
    options = parser.parse_args()
    predictor = Predictor.load(options.weights, progress=progress_bar())
    prepare(predictor.gallery)
    pictures = [str(path) for path in example_files()]
    for _ in explain(predictor, pictures[0], grids=(2,)):
        pass  # warm
    times = zip(*(seconds(predictor, picture) for picture in pictures), strict=True)
    print(f"{predictor.name}, {len(predictor.gallery):,} places, {torch.get_num_threads()} threads")
    for name, each in zip(("whole picture", "coarse", "all patches"), times, strict=True):
        limit = f", limit {LIMIT_S:.0f} s" if name == "coarse" else ""
        print(f"{name:14} {statistics.median(each):6.2f} s (slowest {max(each):.2f} s{limit})")


if __name__ == "__main__":
    main()
