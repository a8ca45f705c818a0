"""Draw the map pictures of "Guess first": ``assets/game``, with the place of each.

Random maps, from a seed that no training has seen, chosen by eye: each shows something that a
person can know, in twenty styles, on all continents.

    python -m tools.draw_game --natural-earth FOLDER --out assets/game
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from geomapclip.cartography import Atlas, random_map

SEED = 2026  # the embedded encoder was trained, calibrated and tested on small ones
CHOSEN = (6, 24, 41, 7, 39, 10, 45, 13, 60, 37, 71, 43, 20, 28, 35, 63, 19, 31, 8, 25)
SIZE = (480, 360)


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--natural-earth", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    atlas = Atlas.load(arguments.natural_earth)
    arguments.out.mkdir(parents=True, exist_ok=True)
    truth = {}
    for number, chosen in enumerate(CHOSEN, start=1):
        picture, centre, _ = random_map(atlas, np.random.default_rng((SEED, chosen)), SIZE)
        name = f"{number:02}.webp"
        picture.save(arguments.out / name, quality=72, method=6)
        truth[name] = [round(degrees, 4) for degrees in centre]
    (arguments.out / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
