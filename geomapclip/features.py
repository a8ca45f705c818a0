"""What the frozen tower sees in photos, computed once: ``python -m geomapclip.features``.

A folder of features holds ``features.json`` and one file for each few thousand rows of the
source, which are read through the memory map: working with a folder of millions takes no more
memory than working with a small one.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
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
from geomapclip.errors import DataError, GeoMapCLIPError
from geomapclip.extraction import (
    CONFIG_FILE,
    FORMAT_VERSION,
    Extraction,
    Machine,
    extract_features,
)
from geomapclip.geodesy import Coordinates
from geomapclip.image_encoder import ImageEncoder, load_clip
from geomapclip.predictor import choose_device
from geomapclip.release import GEOCLIP, read_release
from geomapclip.shards import Shard, open_shards
from geomapclip.weights import AUTO
from geomapclip.writing import replacing

DROPPED_FILE = "dropped.csv"


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
        return max(shard.width for shard in self.shards)

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a folder of features; exit status 0, or 2 when it could not be done."""
    options = build_parser().parse_args(arguments)
    try:
        settings = Extraction(
            options.views, options.ten_crop, not options.no_mirror, options.seed, options.bfloat16
        )
        device = choose_device(options.device)
        backbone = _backbone(options.weights)
        tower = ImageEncoder(load_clip(backbone), weights=None).to(device)
        machine = Machine(device, options.batch, options.threads)
        extract_features(
            options.source, options.pictures, options.out, tower, backbone, settings, machine
        )
        features = read_features(options.out)
        _report(features)
    except GeoMapCLIPError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m geomapclip.features",
        description="Run the frozen CLIP tower over photos once, to train and measure on.",
    )
    parser.add_argument("source", type=Path, help="CSV, Parquet, folder, or .tar shards")
    parser.add_argument("--pictures", type=Path, help="folder of a table's pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder to write, or to go on with")
    parser.add_argument("--views", type=int, default=1, help="the plain view and augmented ones")
    parser.add_argument("--ten-crop", action="store_true", help="ten views to measure with")
    parser.add_argument("--no-mirror", action="store_true", help="mirror no view (for maps)")
    parser.add_argument("--seed", type=int, default=0, help="of the augmented views")
    parser.add_argument("--weights", default="geoclip", help="whose tower: a name or a folder")
    parser.add_argument("--device", default=AUTO, help="auto, cpu, cuda, mps (default: auto)")
    parser.add_argument("--batch", type=int, default=32, help="pictures together (default: 32)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2, help="that decode")
    parser.add_argument("--bfloat16", action="store_true", help="faster and rougher")
    return parser


def _backbone(weights: str) -> Mapping[str, Any]:
    release = read_release(weights)
    if release.config["model_type"] != GEOCLIP:
        raise DataError("weights", weights, "must stand on CLIP, whose tower is frozen")
    backbone: Mapping[str, Any] = release.config["backbone"]
    return backbone


def _report(features: Features) -> None:
    print(f"{len(features):,} photos in {features.folder}")
    if features.dropped:
        print(write_dropped(features.folder, features.dropped))


def write_dropped(folder: Path, dropped: Sequence[Dropped]) -> str:
    """Keep the names of what was left out in dropped.csv; a sentence for people.

    Raises:
        DataError: It cannot be written.
    """
    path = folder / DROPPED_FILE
    rows = [("name", "reason"), *((one.name, one.reason) for one in dropped)]
    try:
        with (
            replacing(path) as temporary,
            temporary.open("w", newline="", encoding="utf-8") as file,
        ):
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise DataError(DROPPED_FILE, str(path), f"cannot be written ({error})") from error
    first = dropped[0]
    return f"{len(dropped):,} dropped, such as {first.name}: {first.reason} (all: {path})"


if __name__ == "__main__":
    sys.exit(main())
