"""Files of features: what the tower gave for some thousand photos, with their places and names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from geomapclip.data import Dropped
from geomapclip.errors import DataError
from geomapclip.geodesy import Coordinates
from geomapclip.writing import replacing

PATTERN = "shard-*.safetensors"


@dataclass(frozen=True, eq=False)
class Shard:
    """One file of features.

    Attributes:
        path: Of the file.
        start: The first of its rows among all.
        rows: Photos in it.
        width: Numbers of one view; 0 where no photo could be read.
    """

    path: Path
    start: int
    rows: int
    width: int

    @property
    def features(self) -> Tensor:
        """Float16, shape (rows, views, width), mapped from the file: read where looked at."""
        return self._tensor("features")

    @property
    def coordinates(self) -> Coordinates:
        """Shape (rows, 2), degrees; a copy, lest who keeps it keeps the whole file in memory."""
        return np.array(self._tensor("coordinates").numpy())

    @property
    def ids(self) -> list[str]:
        """Names of the photos."""
        padded: NDArray[np.uint8] = self._tensor("ids").numpy()
        return [row.tobytes().rstrip(b"\0").decode() for row in padded]

    @property
    def dropped(self) -> list[Dropped]:
        """Photos of the source that are missing here."""
        with safe_open(self.path, framework="pt") as file:
            found = json.loads(file.metadata()["dropped"])
        return [Dropped(name, reason) for name, reason in found]

    def _tensor(self, name: str) -> Tensor:
        with safe_open(self.path, framework="pt") as file:
            found: Tensor = file.get_tensor(name)
        return found


def shard_path(folder: Path, number: int) -> Path:
    """Where the shard of a number lies."""
    return folder / f"shard-{number:05d}.safetensors"


def open_shards(folder: Path) -> tuple[Shard, ...]:
    """The shards of a folder; only their heads are read.

    Raises:
        SafetensorError: A damaged file.
    """
    shards: list[Shard] = []
    start = 0
    for path in sorted(folder.glob(PATTERN)):
        with safe_open(path, framework="pt") as file:
            rows, _, width = file.get_slice("features").get_shape()
        shards.append(Shard(path, start, rows, width))
        start += rows
    return tuple(shards)


def write_shard(
    path: Path,
    features: Tensor,
    coordinates: Coordinates,
    ids: Sequence[str],
    dropped: Sequence[Dropped],
) -> None:
    """Write a shard, whole or not at all.

    Args:
        path: Of the file.
        features: Shape (rows, views, width); kept as float16.
        coordinates: Shape (rows, 2), degrees.
        ids: Names of the photos.
        dropped: What was left out.

    Raises:
        DataError: It cannot be written.
    """
    encoded = [name.encode() for name in ids]
    longest = max([1, *map(len, encoded)])
    padded = b"".join(name.ljust(longest, b"\0") for name in encoded)
    tensors = {
        "features": features.half().contiguous(),
        "coordinates": torch.from_numpy(np.ascontiguousarray(coordinates, dtype=np.float64)),
        "ids": torch.frombuffer(bytearray(padded), dtype=torch.uint8).reshape(-1, longest)
        if padded
        else torch.empty((0, longest), dtype=torch.uint8),
    }
    left_out = json.dumps([(one.name, one.reason) for one in dropped])
    try:
        with replacing(path) as temporary:
            save_file(tensors, temporary, metadata={"dropped": left_out})
    except (OSError, SafetensorError) as error:
        raise DataError(
            "features",
            str(path),
            f"cannot be written ({error}); what was written before is kept: make room and run "
            "the same command again",
        ) from error
