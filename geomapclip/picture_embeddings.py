"""Photos with known places through an image encoder, a few at a time, into a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from geomapclip.data import Dropped, Photos, read_pictures, stream_photos
from geomapclip.errors import DataError, ImageError
from geomapclip.evaluation import Pictures
from geomapclip.features import Features
from geomapclip.geodesy import Coordinates
from geomapclip.model import GeoMapCLIP
from geomapclip.release import EMBEDDING_SIZE

ONE_CROP, TEN_CROPS = "one crop", "ten crops"
VIEWS = 32  # pictures, or views of some, that go through an image encoder together
FEATURES = 4096  # photos whose features go through the network behind the tower together

Progress = Callable[[int], None]  # pictures done since the last call
Seen = tuple[dict[str, Tensor], Coordinates]  # embeddings of some pictures, and their places


def embed_pictures(
    model: GeoMapCLIP,
    source: Path,
    folder: Path | None,
    work: Path,
    *,
    ten_crop: bool = False,
    threads: int = 2,
    progress: Progress | None = None,
) -> Pictures:
    """Look at photos.

    Args:
        model: Whose image encoder looks at them, with its own preprocessing.
        source: A table, folder or tar shards: see `data.stream_photos`.
        folder: Of a table's pictures; by default the table's own.
        work: Existing folder for the embeddings, which are read from there while they are used.
        ten_crop: Look at ten views of each as well: see `Predictor.embed`.
        threads: That decode pictures.
        progress: Called as pictures are done.

    Raises:
        DataError: An unusable source, or none of its pictures can be read.
    """
    dropped: list[Dropped] = []

    def seen() -> Iterator[Seen]:
        for photos in stream_photos(source, folder):
            dropped.extend(photos.dropped)
            for views, rows in _read(model, photos, dropped, ten_crop, threads):
                yield _look(model, views), photos.coordinates[rows]
                if progress:
                    progress(len(rows))

    embeddings, coordinates = _keep(seen(), work)
    if not len(coordinates):
        raise DataError("pictures", str(folder or source), f"none can be read: {dropped[0].reason}")
    return Pictures(embeddings, coordinates, tuple(dropped))


@torch.inference_mode()
def embed_features(
    head: nn.Module, features: Features, work: Path, progress: Progress | None = None
) -> Pictures:
    """Let the network behind the tower read features that were kept.

    Args:
        head: From the tower's features (n, width) to embeddings (n, 512).
        features: With ten views of ten-crop they give "ten crops", else the plain view counts.
        work: As in `embed_pictures`.
        progress: As in `embed_pictures`.
    """
    device = next(head.parameters()).device

    def seen() -> Iterator[Seen]:
        for views, coordinates in features.batches(FEATURES):
            if features.ten_crop:
                units = functional.normalize(head(views.to(device)), dim=2)
                yield {TEN_CROPS: units.mean(dim=1)}, coordinates
            else:
                plain = head(views[:, 0].to(device))
                yield {ONE_CROP: functional.normalize(plain, dim=1)}, coordinates
            if progress:
                progress(len(coordinates))

    embeddings, coordinates = _keep(seen(), work)
    return Pictures(embeddings, coordinates, features.dropped)


def _read(
    model: GeoMapCLIP, photos: Photos, dropped: list[Dropped], ten_crop: bool, threads: int
) -> Iterator[tuple[Tensor, list[int]]]:
    """Pixels (b, views, 3, size, size) of some pictures at a time, and their rows."""

    def prepare(picture: Image.Image, _: int) -> Tensor:
        encoder = model.image_encoder
        plain = encoder.preprocess(picture)[None]
        return torch.cat([plain, encoder.ten_crop(picture)]) if ten_crop else plain

    rows: list[int] = []
    waiting: list[Tensor] = []
    for row, found in read_pictures(photos, prepare, threads):
        if isinstance(found, ImageError):
            dropped.append(Dropped(photos.ids[row], found.accepted))
            continue
        rows.append(row)
        waiting.append(found)
        if len(waiting) * len(found) >= VIEWS:
            yield torch.stack(waiting), rows
            rows, waiting = [], []
    if waiting:
        yield torch.stack(waiting), rows


@torch.inference_mode()
def _look(model: GeoMapCLIP, pixels: Tensor) -> dict[str, Tensor]:
    device = model.logit_scale.device
    units = model.encode_image(pixels.flatten(0, 1).to(device))
    units = units.reshape(*pixels.shape[:2], EMBEDDING_SIZE)
    found = {ONE_CROP: units[:, 0]}
    # Logits are linear in the embedding: the mean of ten gives the mean of their logits.
    return found | {TEN_CROPS: units[:, 1:].mean(dim=1)} if units.shape[1] > 1 else found


def _keep(
    seen: Iterable[Seen], work: Path
) -> tuple[dict[str, np.memmap[tuple[int, int], np.dtype[np.float32]]], Coordinates]:
    """Write embeddings as they come, one file for each way of looking, and map the files.

    Places go to a file as well: kept one by one they would lie between all that is freed, which
    the allocator could then not join again.
    """
    paths: dict[str, Path] = {}
    spots = work / "coordinates.float64"
    with ExitStack() as files:
        places = files.enter_context(spots.open("wb"))
        open_files = {}
        for embeddings, coordinates in seen:
            for views, found in embeddings.items():
                if views not in open_files:
                    paths[views] = work / f"{views.replace(' ', '-')}.float32"
                    open_files[views] = files.enter_context(paths[views].open("wb"))
                open_files[views].write(found.float().cpu().contiguous().numpy().data)
            places.write(np.ascontiguousarray(coordinates, dtype=np.float64).data)
    coordinates = np.fromfile(spots).reshape(-1, 2)
    shape = (len(coordinates), EMBEDDING_SIZE)
    mapped = {
        views: np.memmap(path, dtype=np.float32, mode="r", shape=shape)
        for views, path in paths.items()
    }
    return mapped, coordinates
