"""Photos in the order in which they are learnt from, and those kept apart.

Whatever is left to chance is drawn from (seed, purpose, epoch, ...) anew, never from a state that
runs along: a run that goes on from a checkpoint meets the same photos as one that was never
broken off, and so does each of several processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import h3.api.numpy_int as h3
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from geomapclip.errors import DataError
from geomapclip.features import Features
from geomapclip.geodesy import Coordinates
from geomapclip.training.recipe import Recipe

POOL_SHARDS = 16  # shuffled together: 65,536 photos, 100 MB
VALIDATION_PHOTOS = 5_000  # at most: enough for a figure, and soon through the gallery
PLACES_PER_DEGREE = 100  # photos within about a kilometre stay on one side of the split

SHARDS, ROWS, VIEWS, NOISE = range(4)  # purposes of chance


@dataclass(frozen=True, eq=False)
class Batch:
    """This process's part of the photos of one step.

    Attributes:
        features: Float32, shape (b, width).
        coordinates: Float64, shape (b, 2), degrees.
    """

    features: Tensor
    coordinates: Tensor


class Batches(Protocol):
    """Where a training run takes its photos from."""

    def __len__(self) -> int:
        """Steps in an epoch."""

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first ``skip``."""

    def validation(self) -> Batch:
        """The photos that are kept apart, in their plain view; perhaps none."""


@dataclass(frozen=True)
class Process:
    """One of several processes that share each batch: its number, and how many there are."""

    index: int = 0
    count: int = 1

    def part(self, total: int) -> slice:
        """The rows of this process among so many: parts are as equal as they can be."""
        return slice(self.index * total // self.count, (self.index + 1) * total // self.count)


def chance(recipe: Recipe, *purpose: int) -> np.random.Generator:
    """A generator for one purpose, the same whenever and wherever it is asked for."""
    return np.random.default_rng((recipe.seed, *purpose))


def held_out(coordinates: Coordinates, recipe: Recipe) -> NDArray[np.float64]:
    """A number in [0, 1) for each place; those below the validation share are kept apart.

    Places that agree to a hundredth of a degree get the same number, so that a photo never meets
    its neighbour from the same spot on the other side.
    """
    grid = np.floor(coordinates * PLACES_PER_DEGREE).astype(np.int64).astype(np.uint64)
    mixed = grid[:, 0] * np.uint64(40_000) + grid[:, 1] + np.uint64(recipe.seed)
    for multiplier in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):  # splitmix64 (Steele et al. 2014)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(multiplier)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53


def shuffled(
    coordinates: Coordinates, recipe: Recipe, generator: np.random.Generator
) -> NDArray[np.intp]:
    """An order of photos; with ``hard_share``, a part of each batch comes from the same cells.

    Every photo comes once. The photos of the hard part are sorted by their cell, cells in random
    order, and dealt out to the batches in turn.
    """
    order = generator.permutation(len(coordinates))
    share = round(recipe.batch * recipe.hard_share)
    if share == 0:
        return order
    hard = order[: round(len(order) * recipe.hard_share)]
    others = order[len(hard) :]
    places = coordinates[hard].tolist()
    cells = [h3.latlng_to_cell(lat, lon, recipe.hard_resolution) for lat, lon in places]
    _, cell = np.unique(np.array(cells, dtype=np.uint64), return_inverse=True)
    turn = generator.permutation(cell.max(initial=0) + 1)[cell]
    hard = hard[np.argsort(turn, kind="stable")]
    # The i-th of either part goes to batch i // (its share of a batch).
    batch = np.concatenate(
        [np.arange(len(hard)) // share, np.arange(len(others)) // max(1, recipe.batch - share)]
    )
    return np.concatenate([hard, others])[np.argsort(batch, kind="stable")]


class FeatureBatches:
    """Batches from a folder of features; memory does not grow with their number.

    Args:
        features: To learn from.
        recipe: How.
        validation: To measure on; None keeps a share of ``features`` apart.
        process: Which part of each batch is wanted.

    Raises:
        DataError: One of the two sides would be empty.
    """

    def __init__(
        self,
        features: Features,
        recipe: Recipe,
        validation: Features | None = None,
        process: Process | None = None,
    ) -> None:
        self.features, self.recipe = features, recipe
        self.process = process or Process()
        self._validation = validation
        share = 0.0 if validation else recipe.validation_share
        self._share = share
        apart = sum(
            int((held_out(shard.coordinates, recipe) < share).sum()) for shard in features.shards
        )
        self.photos = len(features) - apart
        check_split(self.photos, len(validation) if validation else apart, recipe)

    def __len__(self) -> int:
        return -(-self.photos // self.recipe.batch)

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first ``skip``."""
        shards = chance(self.recipe, SHARDS, number).permutation(len(self.features.shards))
        left = (torch.empty(0, self.features.width, dtype=torch.float16), np.empty((0, 2)))
        step = 0
        for pool in range(0, len(shards), POOL_SHARDS):
            last = pool + POOL_SHARDS >= len(shards)
            features, coordinates = self._pool(number, pool, shards[pool : pool + POOL_SHARDS])
            features = torch.cat([left[0], features])
            coordinates = np.concatenate([left[1], coordinates])
            whole = (
                len(features) if last else len(features) // self.recipe.batch * self.recipe.batch
            )
            for start in range(0, whole, self.recipe.batch):
                step += 1
                if step <= skip:
                    continue
                end = min(start + self.recipe.batch, whole)
                part = self.process.part(end - start)
                rows = slice(start + part.start, start + part.stop)
                yield Batch(features[rows].float(), torch.from_numpy(coordinates[rows]))
            left = (features[whole:].clone(), coordinates[whole:])

    def _pool(self, epoch: int, pool: int, shards: NDArray[np.intp]) -> tuple[Tensor, Coordinates]:
        """Photos of some files in random order, each in one of its views."""
        features, coordinates = [], []
        for number in shards:
            shard = self.features.shards[number]
            places = shard.coordinates
            rows = np.flatnonzero(held_out(places, self.recipe) >= self._share)
            generator = chance(self.recipe, VIEWS, epoch, int(number))
            views = generator.integers(self.features.views, size=len(rows))
            features.append(shard.features[torch.from_numpy(rows), torch.from_numpy(views)])
            coordinates.append(places[rows])
        places = np.concatenate(coordinates)
        order = shuffled(places, self.recipe, chance(self.recipe, ROWS, epoch, pool))
        return torch.cat(features)[torch.from_numpy(order)], places[order]

    def validation(self) -> Batch:
        """The photos that are kept apart, in their plain view; perhaps none."""
        source = self._validation or self.features
        numbers = held_out(source.coordinates, self.recipe)
        apart = numbers < (1.0 if self._validation else self._share)
        rows = np.flatnonzero(apart)
        rows = np.sort(rows[np.argsort(numbers[rows], kind="stable")][:VALIDATION_PHOTOS])
        return Batch(source.rows(rows)[:, 0], torch.from_numpy(source.coordinates[rows]))


def check_split(train: int, validation: int, recipe: Recipe) -> None:
    """Raise `DataError` where nothing is left to train or, if it is wanted, to validate on."""
    if train == 0:
        raise DataError(
            "training split", train, "must hold at least one photo; lower validation_share"
        )
    if validation == 0 and recipe.validation_share > 0:
        raise DataError(
            "validation split",
            validation,
            "must hold at least one photo; raise validation_share, or set it to 0 for none",
        )
