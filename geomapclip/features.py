"""What the frozen tower sees in photos, computed once: ``python -m geomapclip.features``.

A folder of features holds ``features.json`` and one file for each few thousand rows of the
source, which are read through the memory map: working with a folder of millions takes no more
memory than working with a small one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from torch import Tensor

from geomapclip.data import Dropped
from geomapclip.errors import DataError
from geomapclip.geodesy import Coordinates
from geomapclip.shards import Shard, open_shards

FORMAT_VERSION = 1
CONFIG_FILE = "features.json"


@dataclass(frozen=True, eq=False)
class Features:
    """Features of photos with known places, in the order of their source.

    Attributes:
        folder: Where they lie.
        config: Contents of features.json.
        shards: The files.
    """

    folder: Path
    config: Mapping[str, Any]
    shards: tuple[Shard, ...]

    def __len__(self) -> int:
        return self.shards[-1].start + self.shards[-1].rows

    @property
    def views(self) -> int:
        """Views of each photo: the first is the plain one, unless they are those of ten-crop."""
        return int(self.config["views"])

    @property
    def ten_crop(self) -> bool:
        """Whether the views are the ten of `image.ten_crop`."""
        return bool(self.config["ten_crop"])

    @property
    def width(self) -> int:
        """Numbers that the tower gives for a picture: 768 with CLIP ViT-L/14."""
        return int(self.config["width"])

    @cached_property
    def coordinates(self) -> Coordinates:
        """Shape (n, 2), degrees."""
        return np.concatenate([shard.coordinates for shard in self.shards])

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Names of the photos; n of them."""
        return tuple(chain.from_iterable(shard.ids for shard in self.shards))

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """Photos of the source that are missing here, and why."""
        return tuple(chain.from_iterable(shard.dropped for shard in self.shards))

    def rows(self, index: NDArray[np.intp]) -> Tensor:
        """Features of some photos, float32, shape (len(index), views, width)."""
        found = torch.empty(len(index), self.views, self.width)
        starts = [shard.start for shard in self.shards]
        shard_of = np.searchsorted(starts, index, side="right") - 1
        for number in np.unique(shard_of):
            places, shard = np.flatnonzero(shard_of == number), self.shards[number]
            local = torch.from_numpy(index[places] - shard.start)
            found[torch.from_numpy(places)] = shard.features[local].float()
        return found

    def batches(self, size: int) -> Iterator[tuple[Tensor, Coordinates]]:
        """Features (b, views, width), float32, and coordinates (b, 2), in order, b <= size."""
        for shard in self.shards:
            features, coordinates = shard.features, shard.coordinates
            for start in range(0, shard.rows, size):
                rows = slice(start, start + size)
                yield features[rows].float(), coordinates[rows]


def read_features(folder: str | os.PathLike[str]) -> Features:
    """Open a folder of features; nothing of them is read yet.

    Raises:
        DataError: No such folder, one that is not finished, damaged, or without any photo.
    """
    path = Path(folder)
    try:
        config = json.loads((path / CONFIG_FILE).read_text(encoding="utf-8"))
        shards = open_shards(path)
    except (OSError, ValueError, SafetensorError) as error:
        raise DataError(
            "features",
            str(folder),
            f"must be a folder that 'python -m geomapclip.features' wrote ({error})",
        ) from error
    if not isinstance(config, dict) or config.get("format_version") != FORMAT_VERSION:
        raise DataError("features", str(folder), f"must have format_version {FORMAT_VERSION}")
    if config.get("shards") != len(shards):
        raise DataError(
            "features",
            str(folder),
            f"holds {len(shards)} shards of {config.get('shards') or 'an unfinished run'}; run "
            "'python -m geomapclip.features' with the same arguments again, and it goes on",
        )
    features = Features(path, config, shards)
    if not shards or len(features) == 0:
        raise DataError("features", str(folder), "must hold at least one photo")
    return features
