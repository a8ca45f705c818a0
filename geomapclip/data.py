"""Photos with known places: from a table, a folder, or tar shards, a chunk at a time.

Nothing is dropped in silence: whatever is left out stands in ``Photos.dropped`` by its name,
with the reason.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from geomapclip.errors import DataError, ImageError
from geomapclip.geodesy import Coordinates, bad_rows
from geomapclip.image import open_image
from geomapclip.picture_folder import PictureFolder
from geomapclip.sources import is_table, stream_tables

CHUNK_PHOTOS = 4096
SHARE_OUT_OF_RANGE = 0.05  # above that it is not a few bad rows but the wrong columns


@dataclass(frozen=True)
class Dropped:
    """A photo that was left out.

    Attributes:
        name: Its name in the table, or the number of its row.
        reason: Why, for people.
    """

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class Photos:
    """Photos with known places.

    Attributes:
        ids: Names, as the table has them; n of them.
        coordinates: Shape (n, 2): latitude, longitude in degrees.
        dropped: What was left out, and why.
        folder: Where the pictures lie; None where ``contents`` holds them, or none are wanted.
        contents: The pictures' files themselves, from a tar shard; n of them, or none.
    """

    ids: tuple[str, ...]
    coordinates: Coordinates
    dropped: tuple[Dropped, ...] = ()
    folder: PictureFolder | None = None
    contents: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def picture(self, row: int) -> Image.Image:
        """Decode one of the pictures.

        Raises:
            ImageError: It is missing or broken.
        """
        if self.contents:
            return open_image(self.contents[row])
        if self.folder is None:
            raise ImageError("folder", None, "must name the folder that holds the pictures")
        return open_image(self.folder.find(self.ids[row]))

    def part(self, rows: NDArray[np.intp]) -> Photos:
        """Some of the photos, in the order of ``rows``; ``dropped`` stays as it is."""
        return Photos(
            tuple(self.ids[row] for row in rows),
            self.coordinates[rows],
            self.dropped,
            self.folder,
            tuple(self.contents[row] for row in rows) if self.contents else (),
        )


def read_table(
    path: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None
) -> Photos:
    """All photos of a CSV or Parquet table, or whatever else `stream_photos` reads.

    Args:
        path: The table.
        folder: Where its pictures lie; by default the table's own folder.

    Raises:
        DataError: As `stream_photos`.
    """
    chunks = list(stream_photos(path, folder))
    return Photos(
        tuple(chain.from_iterable(chunk.ids for chunk in chunks)),
        np.concatenate([chunk.coordinates for chunk in chunks]),
        tuple(chain.from_iterable(chunk.dropped for chunk in chunks)),
        chunks[0].folder,
        tuple(chain.from_iterable(chunk.contents for chunk in chunks)),
    )


def stream_photos(
    source: str | os.PathLike[str],
    folder: str | os.PathLike[str] | None = None,
    rows: int = CHUNK_PHOTOS,
) -> Iterator[Photos]:
    """Photos in chunks, so that a source of millions takes no more memory than a small one.

    Args:
        source: A CSV or Parquet table with a column of names and those of latitude and
            longitude; a folder of ``.tar`` shards, or one shard, in the webdataset format
            (``KEY.jpg`` beside ``KEY.json`` with the coordinates, as img2dataset writes them);
            or a folder of pictures whose EXIF names the place.
        folder: Where the pictures of a table lie; by default the table's own folder.
        rows: Rows of the source in one chunk; fewer photos where some are dropped.

    Raises:
        DataError: No such source, no such columns, latitude and longitude swapped or far out
            of range, or no photo at all.
    """
    path = Path(source)
    pictures = PictureFolder(folder or path.parent) if is_table(path) else None
    seen = _Seen()
    start = found = 0
    for table in stream_tables(path, rows):
        photos = _checked(path, table, start, seen, pictures)
        start, found = start + len(table), found + len(photos)
        yield photos
    if found == 0:
        raise DataError("photos", str(path), "must hold at least one photo with coordinates")


def read_pictures(
    photos: Photos, prepare: Callable[[Image.Image, int], Tensor], threads: int = 2
) -> Iterator[tuple[int, Tensor | ImageError]]:
    """Decode and prepare pictures, in order, some ahead of the one that is asked for.

    Threads will do, since Pillow leaves Python's lock while it decodes and scales.

    Args:
        photos: Of which the pictures are read.
        prepare: From a picture and its row to what is wanted of it.
        threads: At work at the same time.

    Yields:
        Each row, and what ``prepare`` gave, or why the picture could not be read.
    """

    def read(row: int) -> Tensor | ImageError:
        try:
            return prepare(photos.picture(row), row)
        except ImageError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[int, Future[Tensor | ImageError]]] = deque()
        try:
            for row in range(len(photos)):
                waiting.append((row, pool.submit(read, row)))
                if len(waiting) > 4 * threads:
                    first, future = waiting.popleft()
                    yield first, future.result()
            for first, future in waiting:
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


class _Seen:
    """The names that came before, eight bytes each."""

    def __init__(self) -> None:
        self._hashes = np.empty(0, dtype=np.uint64)  # ascending

    def again(self, names: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Which names came before, or earlier among themselves; from now on, all have."""
        hashes, firsts, inverse = np.unique(
            pd.util.hash_array(names), return_index=True, return_inverse=True
        )
        places = np.searchsorted(self._hashes, hashes)
        old = np.zeros(len(hashes), dtype=bool)
        inside = places < len(self._hashes)
        old[inside] = self._hashes[places[inside]] == hashes[inside]
        self._hashes = np.insert(self._hashes, places[~old], hashes[~old])
        later = np.ones(len(names), dtype=bool)
        later[firsts] = False
        return later | old[inverse]


def _checked(
    path: Path, table: pd.DataFrame, start: int, seen: _Seen, pictures: PictureFolder | None
) -> Photos:
    """Leave out, with the reason, what has no usable place or came before."""
    coordinates = table[["latitude", "longitude"]].to_numpy(dtype=np.float64)
    names = table["name"].to_numpy(dtype=object)
    reasons = table["reason"].to_numpy(dtype=object, copy=True)
    reasons[(reasons == "") & ~np.isfinite(coordinates).all(axis=1)] = "has no coordinates"
    beyond = np.isin(np.arange(len(table)), bad_rows(coordinates)) & (reasons == "")
    if beyond.sum() > SHARE_OUT_OF_RANGE * len(table):
        raise _out_of_range(path, coordinates, beyond, start)
    reasons[beyond] = "has coordinates out of range"
    good = np.flatnonzero(reasons == "")
    reasons[good[seen.again(names[good])]] = "appears a second time"
    rows = np.flatnonzero(reasons == "")
    return Photos(
        tuple(names[rows]),
        coordinates[rows],
        tuple(
            Dropped(names[row] or f"row {start + row + 1}", reasons[row])
            for row in np.flatnonzero(reasons != "")
        ),
        pictures,
        tuple(table["content"].iloc[rows]) if "content" in table else (),
    )


def _out_of_range(
    path: Path, coordinates: Coordinates, beyond: NDArray[np.bool_], start: int
) -> DataError:
    swapped = len(bad_rows(coordinates[beyond][:, ::-1])) == 0
    hint = "; latitude and longitude look swapped: exchange the names of the columns"
    row = int(np.flatnonzero(beyond)[0])
    return DataError(
        f"row {start + row + 1} of {path}",
        tuple(coordinates[row].tolist()),
        "latitude must lie in [-90, 90] and longitude in [-180, 180] degrees "
        f"({beyond.sum()} of {len(beyond)} rows are out of range{hint if swapped else ''})",
    )
