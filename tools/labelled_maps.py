"""Labelled maps of the project's own cartography, to fit and to measure the reading of names."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from geomapclip.assets import asset
from geomapclip.cartography import Atlas, draw_map, random_style, random_view

SEED = 77
FONTS = Path("/usr/share/fonts/truetype")  # where Debian has them; without, Pillow's own
SIDES = (240, 800)  # pixels
LETTERS = (9, 16)  # pixels


@dataclass(frozen=True, eq=False)
class LabelledMap:
    """A drawn map, where its middle lies (latitude, longitude) and its width in km."""

    image: Image.Image
    centre: tuple[float, float]
    width_km: float


def labelled_maps(natural_earth: Path, count: int) -> Iterator[LabelledMap]:
    """Draw maps with names on them; the same count gives the same maps.

    Args:
        natural_earth: Folder with Natural Earth's vectors, as `Atlas.load` takes it.
        count: How many.
    """
    towns = pd.read_parquet(asset("places", "towns.parquet"))
    spots = towns[["latitude", "longitude"]].to_numpy()
    atlas = Atlas.load(natural_earth).with_towns(
        spots, towns["population"].tolist(), towns["name"].tolist()
    )
    fonts = tuple(sorted(str(path) for path in FONTS.glob("*/*.ttf")))
    for number in range(count):
        chance = np.random.default_rng((SEED, number))
        side = math.exp(chance.uniform(*np.log(SIDES)))
        shape = np.clip(np.exp(chance.normal(0, 0.2, 2)), 0.7, 1.4)
        size = (round(side * shape[0]), round(side * shape[1]))
        style = random_style(chance, fonts)
        while style.lettering is None:
            style = random_style(chance, fonts)
        letters = replace(style.lettering, size=chance.uniform(*LETTERS))
        style = replace(style, lettering=letters)
        view = random_view(atlas, chance, size, style)
        image = draw_map(atlas, view, style, chance)
        yield LabelledMap(image, (view.latitude, view.longitude), view.width_km)
