"""What a click of the explorer costs at the server, and a map of the world.

Timed after a first round, which reads or computes what is kept: a click (place A in numbers:
embedding, picture, shares, neighbours with names, files), a click on B beside it (cosines, line),
the world by likeness to A at each scale, on the land and on the gallery's places, and in false
colours. The best of several rounds counts, because other work on the machine only slows down.

    python -m benchmarks.explore
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch

from geomapclip import LocationEncoder, load_gallery
from geomapclip.embeddings import progress_bar
from geomapclip.explore import Explorer
from webapp.explore import first_html, second_html, views
from webapp.explore_choice import ALIKE, FALSE_COLOURS, GALLERY, LAND, NEAR, Asked, Pair

ROUNDS = 9
CLICK_MS, WORLD_MS = 150, 400
THREADS = 2
CLICKS = [(45.76, 4.84), (-33.9, 18.4), (35.7, 139.7), (64.1, -21.9)]


class One:
    """A single explorer, as `webapp.explorers.Explorers` gives it."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self.own, self.names = explorer, explorer.name, [explorer.name]

    def get(self, name: str) -> Explorer:
        return self.explorer


def best_ms(work: Callable[[int], object], rounds: int) -> tuple[float, float]:
    """The best and the median of several rounds, after a first that does not count."""
    work(0)
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - started) * 1000)
    return min(times), sorted(times)[len(times) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--weights", default="geoclip")
    parser.add_argument("--gallery", default="world")
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    explorer = Explorer(
        options.weights,
        LocationEncoder(options.weights),
        load_gallery(options.gallery),
        progress_bar(),
    )
    explorers = One(explorer)
    kept = True

    def report(what: str, limit: float, work: Callable[[int], object]) -> None:
        nonlocal kept
        best, median = best_ms(work, options.rounds)
        kept &= best <= limit
        print(f"{what:36s}{best:8.0f} ms (median {median:.0f})   limit {limit:.0f}")

    def pair(number: int, both: bool = False) -> Pair:
        return Pair(CLICKS[number % 4], CLICKS[(number + 1) % 4] if both else None)

    asked = Asked(options.weights)
    for name, field in (("land", explorer.land), ("gallery", explorer.sample)):
        if field.share < 1:  # not in the cache: what the first visitor waits for
            started = time.perf_counter()
            where = LAND if name == "land" else GALLERY
            views(pair(0), Asked(options.weights, where=where), explorers)
            sketched = time.perf_counter() - started
            _ = field.whole
            whole = time.perf_counter() - started
            print(f"first time, {name}: a sketch after {sketched:.1f} s, whole after {whole:.1f} s")
    print(f"{options.weights} over {options.gallery}, best of {options.rounds}, {THREADS} threads")
    report("click: place A", CLICK_MS, lambda n: first_html(pair(n), asked, explorers))
    report("click: place B", CLICK_MS, lambda n: second_html(pair(n, True), asked, explorers))
    for where in (LAND, GALLERY, NEAR):
        for scale in range(len(explorer.sigma) + 1):
            chosen = Asked(options.weights, "", ALIKE, scale, where)
            report(
                f"world: {ALIKE}, {where}, scale {scale}",
                WORLD_MS,
                lambda n, chosen=chosen: views(pair(n), chosen, explorers)[0].to_json(),
            )
    chosen = Asked(options.weights, "", FALSE_COLOURS)
    report(
        f"world: {FALSE_COLOURS}",
        WORLD_MS,
        lambda n: views(pair(n), chosen, explorers)[0].to_json(),
    )
    print("limits kept" if kept else "limits MISSED")


if __name__ == "__main__":
    main()
