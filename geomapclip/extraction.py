"""The frozen tower over many photos, once; what was done before is not done again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from geomapclip.augment import Augmentation, augment
from geomapclip.data import CHUNK_PHOTOS, Dropped, Photos, read_pictures, stream_photos
from geomapclip.errors import DataError, ImageError, InvalidArgumentError
from geomapclip.shards import shard_path, write_shard
from geomapclip.sources import count_rows
from geomapclip.writing import replacing

FORMAT_VERSION = 1
CONFIG_FILE = "features.json"
TEN = 10  # views of ten-crop


class Tower(Protocol):
    """The frozen part of an image encoder: an `ImageEncoder`, or what stands in for one."""

    image_size: int

    def preprocess(self, image: Image.Image) -> Tensor:
        """Pixels of a picture, shape (3, size, size)."""

    def ten_crop(self, image: Image.Image) -> Tensor:
        """Pixels of ten views of a picture, shape (10, 3, size, size)."""

    def features(self, pixels: Tensor) -> Tensor:
        """Features (n, width) of pixels (n, 3, size, size)."""


@dataclass(frozen=True)
class Extraction:
    """How photos become features.

    Attributes:
        views: Of each photo: the plain one first, the others augmented.
        ten_crop: The ten views of `image.ten_crop` instead, to measure with.
        mirror: Whether augmented views may be mirror images.
        seed: Of the augmented views.
        bfloat16: Whether the tower runs in bfloat16, which is faster and rougher.
        rows: Rows of the source in one file.
    """

    views: int = 1
    ten_crop: bool = False
    mirror: bool = True
    seed: int = 0
    bfloat16: bool = False
    rows: int = CHUNK_PHOTOS

    def __post_init__(self) -> None:
        if self.views < 1 or (self.ten_crop and self.views not in (1, TEN)):
            raise InvalidArgumentError("views", self.views, "must be 1 or more, without ten-crop")
        if self.ten_crop:
            object.__setattr__(self, "views", TEN)


def picture_views(
    tower: Tower, picture: Image.Image, settings: Extraction, chance: tuple[int, ...]
) -> Tensor:
    """Pixels (views, 3, size, size) of a picture's views.

    Args:
        tower: Whose `preprocess` is used, as for inference.
        picture: RGB.
        settings: Which views.
        chance: What the augmented views depend on.
    """
    if settings.ten_crop:
        return tower.ten_crop(picture)
    generator = np.random.default_rng(chance)
    changes = Augmentation() if settings.mirror else Augmentation(mirror=0.0)
    others = [
        tower.preprocess(augment(picture, tower.image_size, generator, changes))
        for _ in range(settings.views - 1)
    ]
    return torch.stack([tower.preprocess(picture), *others])


@dataclass(frozen=True)
class Machine:
    """How this machine computes, which changes nothing of the result.

    Attributes:
        device: Where the tower runs, and where it already is.
        batch: Pictures that go through it together.
        threads: That decode pictures.
    """

    device: torch.device
    batch: int = 32
    threads: int = 2


def extract_features(
    source: Path,
    pictures: Path | None,
    out: Path,
    tower: Tower,
    backbone: Mapping[str, Any],
    settings: Extraction,
    machine: Machine,
) -> None:
    """Write a folder of features; a run that was broken off goes on where it stopped.

    Args:
        source: See `data.stream_photos`.
        pictures: Folder of a table's pictures.
        out: Folder to write.
        tower: What looks at the pictures.
        backbone: What the tower is, kept in features.json.
        settings: Which views.
        machine: How to compute.

    Raises:
        DataError: The source is unusable, ``out`` holds other features, or it cannot be written.
    """
    config = {
        "format_version": FORMAT_VERSION,
        "source": str(source.resolve()),
        "backbone": dict(backbone),
        **asdict(settings),
    }
    _start(out, config)
    shards = 0
    with tqdm(total=count_rows(source), unit=" photos", desc="Features", disable=None) as bar:
        for number, photos in enumerate(stream_photos(source, pictures, settings.rows)):
            path = shard_path(out, number)
            if path.is_file():
                bar.update(len(photos))
            else:
                rows, features, failed = _embed(photos, number, tower, settings, machine, bar)
                if number == 0 and failed and not len(rows):
                    where = str(pictures or source)
                    raise DataError("pictures", where, f"none can be read: {failed[0].reason}")
                kept = photos.part(rows)
                dropped = [*photos.dropped, *failed]
                write_shard(path, features, kept.coordinates, kept.ids, dropped)
            bar.update(len(photos.dropped))
            shards = number + 1
    _write_config(out, config | {"shards": shards})


@torch.inference_mode()
def _embed(
    photos: Photos,
    number: int,
    tower: Tower,
    settings: Extraction,
    machine: Machine,
    bar: tqdm[Any],
) -> tuple[NDArray[np.intp], Tensor, list[Dropped]]:
    """Rows that could be read, their features (rows, views, width), and the others."""

    def prepare(picture: Image.Image, row: int) -> Tensor:
        return picture_views(tower, picture, settings, (settings.seed, number, row))

    rows: list[int] = []
    failed: list[Dropped] = []
    features: list[Tensor] = []
    waiting: list[Tensor] = []
    for row, found in read_pictures(photos, prepare, machine.threads):
        if isinstance(found, ImageError):
            failed.append(Dropped(photos.ids[row], found.accepted))
        else:
            rows.append(row)
            waiting.append(found)
        if len(waiting) == machine.batch or (waiting and row == len(photos) - 1):
            features.append(_run(tower, torch.stack(waiting), settings, machine))
            waiting = []
        bar.update()
    blank = torch.zeros(0, settings.views, 0, dtype=torch.float16)
    return np.array(rows, dtype=np.intp), torch.cat(features) if features else blank, failed


def _run(tower: Tower, pixels: Tensor, settings: Extraction, machine: Machine) -> Tensor:
    device = machine.device
    with torch.autocast(device.type, torch.bfloat16, enabled=settings.bfloat16):
        found = tower.features(pixels.flatten(0, 1).to(device, non_blocking=True))
    return found.half().cpu().reshape(*pixels.shape[:2], -1)


def _start(out: Path, config: Mapping[str, Any]) -> None:
    """Begin a folder, or make sure that the one that is there was begun in the same way."""
    path = out / CONFIG_FILE
    if not path.is_file():
        if out.is_dir() and any(out.iterdir()):
            raise DataError("out", str(out), "must be a new or empty folder, or one of features")
        _write_config(out, config)
        return
    try:
        before = json.loads(path.read_text(encoding="utf-8"))
        differing = [key for key in config if before.get(key) != config[key]]
    except (OSError, ValueError, AttributeError) as error:
        raise DataError("out", str(out), f"has a {CONFIG_FILE} that cannot be read") from error
    if differing:
        raise DataError(
            "out",
            str(out),
            f"holds features made with another {', '.join(differing)}; choose another folder, or "
            "delete it to begin anew",
        )


def _write_config(out: Path, config: Mapping[str, Any]) -> None:
    try:
        with replacing(out / CONFIG_FILE) as temporary:
            temporary.write_text(json.dumps(dict(config), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise DataError("out", str(out), f"cannot be written ({error})") from error
