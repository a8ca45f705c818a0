"""Draw the pictures of maps that the page offers to try: ``assets/examples``.

python -m tools.draw_examples --natural-earth FOLDER --out assets/examples
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from geomapclip.cartography import Atlas, MapView, draw_map, random_style

# Name of the file: centre, width in km, and the seed of the style.
EXAMPLES = {
    "italy": (42.2, 12.6, 1300, 3),
    "japan": (36.6, 138.0, 1700, 8),
    "east-africa": (-3.0, 36.5, 1900, 12),
    "patagonia": (-47.5, -71.0, 1900, 21),
}


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--natural-earth", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    atlas = Atlas.load(arguments.natural_earth)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, (latitude, longitude, width_km, seed) in EXAMPLES.items():
        generator = np.random.default_rng(seed)
        view = MapView(latitude, longitude, width_km, width=480, height=360)
        picture = draw_map(atlas, view, random_style(generator), generator)
        picture.save(arguments.out / f"{name}.jpg", quality=82, optimize=True)


if __name__ == "__main__":
    main()
