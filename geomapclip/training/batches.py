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
from geomapclip.shards import Shard
from geomapclip.training.recipe import Recipe

POOL_SHARDS = 16  # shuffled together: 65,536 photos, 100 MB
VALIDATION_PHOTOS = 5_000  # at most: enough for a figure, and soon through the gallery
PLACES_PER_DEGREE = 100  # photos within about a kilometre stay on one side of the split

SHARDS, ROWS, VIEWS, NOISE = range(4)  # purposes of chance


@dataclass(frozen=True, eq=False)
class Batch:
    """This process's part of the photos of one step.

    Attributes:
        features: Float32 when it is handed out, shape (b, width).
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
        self._share = 0.0 if validation else recipe.validation_share
        self.photos = sum(int(self._learnt(shard).sum()) for shard in features.shards)
        apart = len(features) - self.photos
        check_split(self.photos, len(validation) if validation else apart, recipe)

    def __len__(self) -> int:
        return -(-self.photos // self.recipe.batch)

    def epoch(self, number: int, skip: int = 0) -> Iterator[Batch]:
        """The batches of an epoch, without the first ``skip``."""
        size, step = self.recipe.batch, 0
        shards = chance(self.recipe, SHARDS, number).permutation(len(self.features.shards))
        left = Batch(torch.empty(0, self.features.width), torch.empty(0, 2, dtype=torch.float64))
        for pool in range(0, len(shards), POOL_SHARDS):
            found = self._pool(number, pool, shards[pool : pool + POOL_SHARDS], left)
            last = pool + POOL_SHARDS >= len(shards)
            whole = len(found.features) if last else len(found.features) // size * size
            for start in range(0, whole, size):
                step += 1
                if step > skip:
                    part = self.process.part(min(size, whole - start))
                    rows = slice(start + part.start, start + part.stop)
                    yield Batch(found.features[rows].float(), found.coordinates[rows])
            left = Batch(found.features[whole:].clone(), found.coordinates[whole:].clone())
            del found  # before the next one comes

    def _pool(self, epoch: int, pool: int, numbers: NDArray[np.intp], left: Batch) -> Batch:
        """What was left over, then the photos of some files in random order, one view of each.

        Features stay float16, and each goes straight to its place in the order.
        """
        shards = [self.features.shards[number] for number in numbers]
        rows = [np.flatnonzero(self._learnt(shard)) for shard in shards]
        places = np.concatenate(
            [shard.coordinates[row] for shard, row in zip(shards, rows, strict=True)]
        )
        order = shuffled(places, self.recipe, chance(self.recipe, ROWS, epoch, pool))
        target = torch.from_numpy(np.argsort(order) + len(left.features))
        features = torch.empty(
            len(left.features) + len(order), self.features.width, dtype=torch.float16
        )
        features[: len(left.features)] = left.features
        start = 0
        for number, shard, row in zip(numbers, shards, rows, strict=True):
            generator = chance(self.recipe, VIEWS, epoch, int(number))
            views = torch.from_numpy(generator.integers(self.features.views, size=len(row)))
            drawn = shard.features[torch.from_numpy(row), views]
            features[target[start : start + len(row)]] = drawn
            start += len(row)
        return Batch(features, torch.cat([left.coordinates, torch.from_numpy(places[order])]))

    def _learnt(self, shard: Shard) -> NDArray[np.bool_]:
        learnt: NDArray[np.bool_] = held_out(shard.coordinates, self.recipe) >= self._share
        return learnt

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
