"""The pictures that the ``embedded`` encoder learns from: drawn maps and photographs, mixed.

Everything follows from a seed and a picture's number, so that a run which was interrupted goes
on with the pictures that it would have seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, ImageEnhance
from scipy.spatial import cKDTree
from torch import Tensor
from torch.utils.data import Dataset

from geomapclip.cartography import Atlas, random_map
from geomapclip.embedded_training.recipe import Recipe
from geomapclip.geodesy import EARTH_RADIUS_KM, unit_vectors
from geomapclip.image import open_image

Preprocess = Callable[[Image.Image], Tensor]  # an encoder's own

# A side of 200 pixels draws lines and letters thick beside the map, one of 420 fine.
SMALLEST_MAP, LARGEST_MAP = 200, 420
KEPT_SIDE = 360  # of a photograph in memory, pixels
NEIGHBOURS_KM = 500.0


@dataclass(frozen=True)
class Sample:
    """One picture with the place that it shows.

    Attributes:
        image: RGB.
        latitude: Degrees.
        longitude: Degrees.
        reach_km: At which distance a target falls to 1/e: how rough the label is.
        width_km: Ground width of a drawn map; 0 where it is not known.
    """

    image: Image.Image
    latitude: float
    longitude: float
    reach_km: float
    width_km: float = 0.0


def draw_sample(atlas: Atlas, seed: int, number: int, reach_km: float) -> Sample:
    """The map with a number; the same in every process, whichever draws it."""
    generator = np.random.default_rng((seed, number))
    side = np.exp(generator.uniform(np.log(SMALLEST_MAP), np.log(LARGEST_MAP)))
    shape = np.clip(np.exp(generator.normal(0, 0.25, 2)), 0.6, 1.7)
    size = (int(side * shape[0]), int(side * shape[1]))
    image, centre, width_km = random_map(atlas, generator, size)
    return Sample(image, *centre, reach_km, width_km)


class Photographs:
    """Photographs of a manifest, small and in memory once they were read.

    Args:
        rows: Columns ``file``, ``lat``, ``lon`` and ``coord_quality``.
        folder: Holds ``images``.
        reach_km: By the quality of a label.
    """

    def __init__(self, rows: pd.DataFrame, folder: Path, reach_km: dict[str, float]) -> None:
        self.rows, self.folder, self.reach_km = rows, folder, reach_km
        self._small: dict[int, Image.Image] = {}
        # Many come from few places; the root keeps those from being taken for the whole world.
        spots = unit_vectors(rows[["lat", "lon"]].to_numpy(np.float64))
        near = cKDTree(spots).query_ball_point(spots, NEIGHBOURS_KM / EARTH_RADIUS_KM)
        rarity = 1 / np.sqrt([len(others) for others in near])
        self._chances = rarity / rarity.sum()

    def __len__(self) -> int:
        return len(self.rows)

    def sample(self, index: int) -> Sample:
        """The whole photograph."""
        row = self.rows.iloc[index]
        if index not in self._small:
            image = open_image(self.folder / "images" / row.file)
            image.thumbnail((KEPT_SIDE, KEPT_SIDE))
            self._small[index] = image
        reach_km = self.reach_km[row.coord_quality]
        return Sample(self._small[index], float(row.lat), float(row.lon), reach_km)

    def varied(self, generator: np.random.Generator) -> Sample:
        """A random photograph, the likelier the fewer lie near it; cropped, mirrored and lit."""
        whole = self.sample(int(generator.choice(len(self), p=self._chances)))
        image = _random_crop(whole.image, generator)
        for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
            image = enhance(image).enhance(float(np.exp(generator.normal(0, 0.2))))
        return Sample(image, whole.latitude, whole.longitude, whole.reach_km)


class Mixture(Dataset[tuple[Tensor, float, float, float, float]]):
    """Drawn maps and photographs from number ``first`` up to ``last``.

    Each item is (pixels, latitude, longitude, reach_km, doubt).
    """

    def __init__(
        self,
        atlas: Atlas,
        photographs: Photographs,
        preprocess: Preprocess,
        recipe: Recipe,
        first: int,
        last: int,
    ) -> None:
        self.atlas, self.photographs, self.preprocess = atlas, photographs, preprocess
        self.recipe, self.first, self.last = recipe, first, last

    def __len__(self) -> int:
        return self.last - self.first

    def __getitem__(self, index: int) -> tuple[Tensor, float, float, float, float]:
        recipe, number = self.recipe, self.first + index
        generator = np.random.default_rng((recipe.seed, number, 1))
        if generator.random() < recipe.photo_share:
            sample, doubt = self.photographs.varied(generator), recipe.photo_doubt
        else:
            sample = draw_sample(self.atlas, recipe.seed, number, recipe.map_reach_km)
            doubt = recipe.map_doubt
        pixels = self.preprocess(sample.image)
        return pixels, sample.latitude, sample.longitude, sample.reach_km, doubt


def _random_crop(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    width, height = picture.size
    scale = generator.uniform(0.5, 1.0)
    crop = (int(width * scale), int(height * scale))
    left = int(generator.integers(width - crop[0] + 1))
    top = int(generator.integers(height - crop[1] + 1))
    picture = picture.crop((left, top, left + crop[0], top + crop[1]))
    flip = generator.random() < 0.5
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else picture
