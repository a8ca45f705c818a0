"""Fit the numbers of the model of names, `Numbers`, on maps drawn by this project.

    python -m tools.fit_lettering --natural-earth FOLDER --words drawn_words.jsonl [--count 240]

Maps are drawn and read first, unless the file of words is there already. Then one number after
the other is moved along its grid, and a value is kept where the truth becomes more probable: -log
P over the maps, among the 120,000 places of ``world``, names alone and no frame, must fall by more
than chance would let it. It ends when a whole round changes nothing, and prints what is to be
written into `Numbers`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomapclip import Estimate, Gallery, load_gallery
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering.evidence import evidence
from geomapclip.lettering.gazetteer import load_gazetteer
from geomapclip.lettering.labels import Label, find_labels
from geomapclip.lettering.names_model import NUMBERS, Numbers
from geomapclip.lettering.words import Word, read_words
from geomapclip.writing import replacing
from tools.labelled_maps import labelled_maps

LEAST_GAIN = 2.0  # standard errors of the mean gain of a map
SHARES = (0.5, 0.9)
GRID: dict[str, Sequence[Any]] = {
    "scale_power": (0.0, 0.5, 1.0),
    "noise": (((0.15, 0.6), (0.7, 0.4)), ((0.3, 0.6), (0.85, 0.4)), ((0.4, 0.5), (0.9, 0.5))),
    "unrelated": (0.1, 0.2, 0.3),  # not less: photographs bear names of elsewhere, maps do not
    "spacing": (0.09, 0.12, 0.17),
    "spacing_power": (2.0, 3.0, 4.0),
    "per_map": (30.0, 60.0, 120.0),
    "rare": (1e-6, 4e-6, 1.6e-5),
    "famous": (3e-6, 3e-5, 3e-4),
    "word": (0.1, 0.3, 1.0),
    "misread": (0.03, 0.1, 0.3),
    "most_odds": (300.0, 1000.0, 3000.0),
    "reach": (0.8, 0.9, 1.0, 1.15),
    "weight": (1.0, 1.3, 1.6),
}


Losses = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Case:
    """The names of one map and the gallery's place nearest to its centre."""

    labels: Sequence[Label]
    row: int


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--natural-earth", type=Path, metavar="FOLDER")
    parser.add_argument("--words", type=Path, required=True, metavar="FILE")
    parser.add_argument("--count", type=int, default=240, help="of maps (default: 240)")
    options = parser.parse_args()
    if not options.words.exists():
        if options.natural_earth is None:
            parser.error(f"{options.words} is not there: say --natural-earth FOLDER to draw maps")
        write_words(options.natural_earth, options.count, options.words)
    gallery = load_gallery("world")
    cases = read_cases(options.words, gallery)[: options.count]
    print(f"{len(cases)} maps with names")
    numbers = fit(cases, gallery)
    print(numbers)
    for share, held, said in coverage(cases, gallery, numbers):
        print(f"the region of {share:.0%} holds the truth in {held:.0%} and says {said:.0%}")


def write_words(natural_earth: Path, count: int, path: Path) -> None:
    """Draw and read maps; one line of JSON for each."""
    lines = []
    for drawn in labelled_maps(natural_earth, count):
        words = [(w.text, w.confidence, w.polygon.tolist()) for w in read_words(drawn.image)]
        lat, lon = drawn.centre
        lines.append(json.dumps({"lat": lat, "lon": lon, "km": drawn.width_km, "words": words}))
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", "utf-8")


def read_cases(path: Path, gallery: Gallery) -> list[Case]:
    """The maps with a name on them."""
    gazetteer, cases = load_gazetteer(), []
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        words = [Word(text, np.array(box, float), sure) for text, sure, box in record["words"]]
        labels = find_labels(words, gazetteer)
        if labels:
            km = great_circle_km(gallery.coordinates, (record["lat"], record["lon"]))
            cases.append(Case(labels, int(km.argmin())))
    return cases


def fit(cases: Sequence[Case], gallery: Gallery) -> Numbers:
    """Move one number after the other until none gains."""
    numbers, losses = NUMBERS, measure(cases, gallery, NUMBERS)
    print(f"{losses.mean():.3f} as it is")
    changed = True
    while changed:
        changed = False
        for name, values in GRID.items():
            for value in values:
                if value == getattr(numbers, name):
                    continue
                tried = replace(numbers, **{name: value})
                found = measure(cases, gallery, tried)
                gain, error = found_gain(losses, found)
                better = gain > LEAST_GAIN * error
                print(
                    f"{found.mean():.3f} {name} {value}: {gain:+.3f} +- {error:.3f}"
                    + (" kept" if better else ""),
                    flush=True,
                )
                if better:
                    numbers, losses, changed = tried, found, True
    return numbers


def found_gain(losses: Losses, found: Losses) -> tuple[float, float]:
    """Mean gain of a map, and its standard error."""
    gains = losses - found
    return float(gains.mean()), float(gains.std() / np.sqrt(len(gains)))


def measure(cases: Sequence[Case], gallery: Gallery, numbers: Numbers) -> Losses:
    """-log P(truth) of each map, nats."""
    gazetteer, losses = load_gazetteer(), []
    for case in cases:
        nats = evidence(case.labels, gallery, gazetteer, numbers).log_likelihood
        top = nats.max()
        losses.append(float(top + np.log(np.exp(nats - top).sum()) - nats[case.row]))
    return np.array(losses)


def coverage(
    cases: Sequence[Case], gallery: Gallery, numbers: Numbers
) -> list[tuple[float, float, float]]:
    """For each share how often its region holds the truth, and what it says of itself."""
    held: dict[float, list[bool]] = {share: [] for share in SHARES}
    said: dict[float, list[float]] = {share: [] for share in SHARES}
    for case in cases:
        nats = evidence(case.labels, gallery, load_gazetteer(), numbers).log_likelihood
        estimate = Estimate(gallery, nats, "names")
        cells = estimate.cell_probability()
        for share in SHARES:
            rows = estimate.rows_holding(share)
            held[share].append(bool(np.isin(gallery.cells.index[case.row], rows)))
            said[share].append(float(cells[rows].sum()))
    return [(s, float(np.mean(held[s])), float(np.mean(said[s]))) for s in SHARES]


if __name__ == "__main__":
    main()
