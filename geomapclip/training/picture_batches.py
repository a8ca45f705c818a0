"""Batches from the pictures themselves: the frozen tower looks at each of them in every epoch.

`features` does that once and is much faster; from pictures every epoch sees new views.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from geomapclip.augment import Augmentation, augment
from geomapclip.data import Dropped, Photos, read_pictures
from geomapclip.errors import ImageError
from geomapclip.extraction import Machine, Tower
from geomapclip.training.batches import (
    ROWS,
    VALIDATION_PHOTOS,
    VIEWS,
    Batch,
    Process,
    chance,
    check_split,
    held_out,
    shuffled,
)
from geomapclip.training.recipe import Recipe


class PictureBatches:
    """Batches from photos; see `batches.Batches`.

    Args:
        photos: To learn from.
        tower: Frozen; on the machine's device.
        recipe: How.
        machine: How to compute.
        validation: To measure on; None keeps a share of ``photos`` apart.
        process: Which part of each batch is wanted.

    Attributes:
        dropped: Photos without a place, and pictures that were missing or broken, by name.

    Raises:
        DataError: One of the two sides would be empty.
    """

    def __init__(
        self,
        photos: Photos,
        tower: Tower,
        recipe: Recipe,
        machine: Machine,
        validation: Photos | None = None,
        process: Process | None = None,
    ) -> None:
        self.tower, self.recipe, self.machine = tower, recipe, machine
        self.process = process or Process()
        left_out = [*photos.dropped, *(validation.dropped if validation else ())]
        self.dropped = {one.name: one for one in left_out}
        numbers = held_out(photos.coordinates, recipe)
        share = 0.0 if validation else recipe.validation_share
        apart = np.flatnonzero(numbers < share)
        apart = np.sort(apart[np.argsort(numbers[apart], kind="stable")][:VALIDATION_PHOTOS])
        self._validation = validation or photos.part(apart)
        self.photos = photos.part(np.flatnonzero(numbers >= share))
        check_split(len(self.photos), len(self._validation), recipe)

    def __len__(self) -> int:
        return -(-len(self.photos) // self.recipe.batch)

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first ``skip``."""
        size = self.recipe.batch
        order = shuffled(self.photos.coordinates, self.recipe, chance(self.recipe, ROWS, number))
        parts = []
        for start in range(skip * size, len(order), size):
            rows = order[start : start + size]
            parts.append(rows[self.process.part(len(rows))])
        mine = np.concatenate(parts) if parts else order[:0]
        photos = self.photos.part(mine)
        changes = Augmentation() if self.recipe.mirror else Augmentation(mirror=0.0)

        def prepare(picture: Image.Image, row: int) -> Tensor:
            generator = chance(self.recipe, VIEWS, number, int(mine[row]))
            view = augment(picture, self.tower.image_size, generator, changes)
            return self.tower.preprocess(view)

        # One stream over the whole epoch, lest decoding waits for each step to end.
        pictures = read_pictures(photos, prepare, self.machine.threads)
        for part in parts:
            yield self._batch(photos, pictures, len(part))

    def validation(self) -> Batch:
        """The photos that are kept apart, in their plain view; perhaps none."""
        photos = self._validation
        pictures = read_pictures(
            photos, lambda picture, _: self.tower.preprocess(picture), self.machine.threads
        )
        batches = [
            self._batch(photos, pictures, min(self.machine.batch, len(photos) - start))
            for start in range(0, len(photos), self.machine.batch)
        ]
        return Batch(
            torch.cat([torch.empty(0, self._width), *(batch.features.cpu() for batch in batches)]),
            torch.cat([torch.empty(0, 2, dtype=torch.float64), *(b.coordinates for b in batches)]),
        )

    def _batch(
        self, photos: Photos, pictures: Iterator[tuple[int, Tensor | ImageError]], count: int
    ) -> Batch:
        """The next pictures, as the tower sees them; those that cannot be read are noted."""
        pixels: list[Tensor] = []
        rows: list[int] = []
        for row, found in islice(pictures, count):
            if isinstance(found, ImageError):
                name = photos.ids[row]
                self.dropped[name] = Dropped(name, found.accepted)
            else:
                pixels.append(found)
                rows.append(row)
        features = self._look(pixels) if pixels else torch.empty(0, self._width)
        return Batch(features, torch.from_numpy(photos.coordinates[np.array(rows, dtype=np.intp)]))

    @cached_property
    def _width(self) -> int:
        return self._look([self.tower.preprocess(Image.new("RGB", (64, 64)))]).shape[1]

    @torch.no_grad()
    def _look(self, pixels: list[Tensor]) -> Tensor:
        parts = torch.split(torch.stack(pixels), self.machine.batch)
        return torch.cat([self.tower.features(part.to(self.machine.device)) for part in parts])
