"""Draw the pictures of maps that the page shows: to try, and to tell how training works.

python -m tools.draw_examples --natural-earth FOLDER --out assets
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from geomapclip.cartography import Atlas, Viewport, draw_map, random_style

# Name of the file: centre, width in km, and the seed of the style.
EXAMPLES = {
    "italy": (42.2, 12.6, 1300, 3),
    "japan": (36.6, 138.0, 1700, 8),
    "east-africa": (-3.0, 36.5, 1900, 12),
    "patagonia": (-47.5, -71.0, 1900, 21),
}
# Eight that lie far apart.
LESSON = {
    "great-britain": (54.0, -3.0, 1300, 5),
    "iceland": (64.9, -18.8, 900, 2),
    "egypt": (26.8, 30.5, 1500, 4),
    "madagascar": (-19.0, 46.8, 1900, 6),
    "india": (22.0, 79.5, 3200, 7),
    "new-zealand": (-41.3, 172.8, 1900, 9),
    "cuba": (21.7, -79.0, 1500, 10),
    "chile": (-38.0, -71.5, 1800, 11),
}


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--natural-earth", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    atlas = Atlas.load(arguments.natural_earth)
    draw(atlas, EXAMPLES, arguments.out / "examples", (480, 360))
    draw(atlas, LESSON, arguments.out / "lesson", (320, 320))
    places = {name: spot[:2] for name, spot in LESSON.items()}
    text = json.dumps(places) + "\n"
    (arguments.out / "lesson" / "places.json").write_text(text, encoding="utf-8")


def draw(
    atlas: Atlas,
    maps: dict[str, tuple[float, float, float, int]],
    out: Path,
    size: tuple[int, int],
) -> None:
    """Draw maps of one size into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name, (latitude, longitude, width_km, seed) in maps.items():
        generator = np.random.default_rng(seed)
        view = Viewport(latitude, longitude, width_km, width=size[0], height=size[1])
        picture = draw_map(atlas, view, random_style(generator), generator)
        picture.save(out / f"{name}.jpg", quality=82, optimize=True)


if __name__ == "__main__":
    main()
