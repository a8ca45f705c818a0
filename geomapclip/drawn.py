"""Pictures with known places, to train and to measure on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from geomapclip.cartography import Atlas, random_map
from geomapclip.image import open_image

Preprocess = Callable[[Image.Image], Tensor]  # an encoder's own


class DrawnMaps(Dataset[tuple[Tensor, tuple[float, float]]]):
    """Random maps; the i-th is the same in every process, whichever draws it."""

    def __init__(self, atlas: Atlas, preprocess: Preprocess, count: int, seed: int) -> None:
        self.atlas, self.preprocess = atlas, preprocess
        self.count, self.seed = count, seed

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[Tensor, tuple[float, float]]:
        generator = np.random.default_rng((self.seed, index))
        shape = np.clip(np.exp(generator.normal(0, 0.25, 2)), 0.6, 1.7)
        size = (int(320 * shape[0]), int(320 * shape[1]))
        picture, centre, _ = random_map(self.atlas, generator, size)
        return self.preprocess(picture), centre


class Photographs(Dataset[tuple[Tensor, tuple[float, float]]]):
    """Photographs of a manifest: the whole picture first, then random crops of it."""

    def __init__(
        self, rows: pd.DataFrame, folder: Path, preprocess: Preprocess, views: int
    ) -> None:
        self.rows, self.folder = rows, folder
        self.preprocess, self.views = preprocess, views

    def __len__(self) -> int:
        return len(self.rows) * self.views

    def __getitem__(self, index: int) -> tuple[Tensor, tuple[float, float]]:
        row, view = self.rows.iloc[index // self.views], index % self.views
        picture = open_image(self.folder / "images" / row.file)
        if view:
            picture = _random_crop(picture, np.random.default_rng((index, view)))
        return self.preprocess(picture), (row.lat, row.lon)


def _random_crop(picture: Image.Image, generator: np.random.Generator) -> Image.Image:
    width, height = picture.size
    scale = generator.uniform(0.6, 1.0)
    crop = (int(width * scale), int(height * scale))
    left = int(generator.integers(width - crop[0] + 1))
    top = int(generator.integers(height - crop[1] + 1))
    picture = picture.crop((left, top, left + crop[0], top + crop[1]))
    flip = generator.random() < 0.5
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else picture
