"""Tables, folders and tar shards of photos with places, each as chunks of one kind of table."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet

from geomapclip.errors import DataError, ImageError
from geomapclip.gallery import LATITUDE_COLUMNS, LONGITUDE_COLUMNS
from geomapclip.image import exif_coordinates
from geomapclip.picture_folder import PICTURE_SUFFIXES

# MP-16, Im2GPS, Im2GPS3k, YFCC4k and YFCC26k have IMG_ID, LAT, LON; geoclip's own loader wants
# IMG_FILE; OSV-5M has id, latitude, longitude. Capital letters make no difference.
NAME_COLUMNS = (
    "img_id", "img_file", "image_id", "image_file", "file", "file_name", "filename", "image_path",
    "path", "image", "photo", "id", "key", "name",
)  # fmt: skip
TABLE_SUFFIXES = (".csv", ".parquet")
ACCEPTED = (
    "must be a .csv or .parquet table of photos, a folder of pictures whose EXIF names the "
    "place, or .tar shards in the webdataset format (one of them, or their folder)"
)


def is_table(path: Path) -> bool:
    """Whether a source is a table, whose pictures lie elsewhere."""
    return path.suffix.lower() in TABLE_SUFFIXES


def count_rows(path: Path) -> int | None:
    """Rows of a table, for a progress bar; None where only reading it all would tell."""
    try:
        if path.suffix.lower() == ".parquet":
            return int(pyarrow.parquet.read_metadata(path).num_rows)
        if path.suffix.lower() == ".csv":
            with path.open("rb") as file:
                return sum(1 for _ in file) - 1
    except (OSError, ValueError):  # told when it is read
        pass
    return None


def stream_tables(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    """A source in chunks of so many rows.

    Args:
        path: See `data.stream_photos`.
        rows: Of one chunk; the last may be shorter.

    Yields:
        The columns ``name`` (str), ``latitude`` and ``longitude`` (float, NaN where there is
        none), ``reason`` (why a row is no photo, else ""), and ``content`` (bytes) where the
        pictures come along.

    Raises:
        DataError: The source cannot be read or lacks a column.
    """
    try:
        if path.is_dir() or path.suffix.lower() == ".tar":
            yield from _from_records(_records(path), rows)
        elif not path.is_file() or not is_table(path):
            raise DataError("photos", str(path), ACCEPTED)
        elif path.suffix.lower() == ".csv":
            yield from _from_csv(path, rows)
        else:
            yield from _from_parquet(path, rows)
    except DataError:
        raise
    except (OSError, ValueError, tarfile.TarError) as error:  # pandas' and pyarrow's are such
        raise DataError("photos", str(path), f"cannot be read ({error})") from error


def _from_csv(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    try:
        columns = _columns(path, list(pd.read_csv(path, nrows=0).columns))
    except pd.errors.EmptyDataError as error:
        raise DataError("photos", str(path), "is empty") from error
    # As text, lest a name that is a number (OSV-5M) become another, or one called "NA" none.
    with pd.read_csv(
        path, usecols=columns, chunksize=rows, dtype=str, keep_default_na=False
    ) as chunks:
        for chunk in chunks:
            yield _uniform(chunk, columns)


def _from_parquet(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    with pyarrow.parquet.ParquetFile(path) as file:
        columns = _columns(path, file.schema_arrow.names)
        for batch in file.iter_batches(rows, columns=columns):
            yield _uniform(batch.to_pandas(), columns)


def _columns(path: Path, names: Sequence[str]) -> list[str]:
    """The columns of name, latitude and longitude, as the table calls them."""
    known = {str(name).strip().lower(): name for name in reversed(names)}
    accepted = (NAME_COLUMNS, LATITUDE_COLUMNS, LONGITUDE_COLUMNS)
    found = [next((known[one] for one in kind if one in known), None) for kind in accepted]
    missing = [", ".join(kind) for kind, name in zip(accepted, found, strict=True) if name is None]
    if missing:
        raise DataError(
            f"columns of {path}",
            list(names),
            f"must include one of: {'; and one of: '.join(missing)}",
        )
    return [name for name in found if name is not None]


def _uniform(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    name, latitude, longitude = columns
    return pd.DataFrame(
        {
            "name": table[name].astype(str).to_numpy(dtype=object),
            "latitude": pd.to_numeric(table[latitude], errors="coerce").to_numpy(np.float64),
            "longitude": pd.to_numeric(table[longitude], errors="coerce").to_numpy(np.float64),
            "reason": "",
        }
    )


def _from_records(records: Iterable[dict[str, Any]], rows: int) -> Iterator[pd.DataFrame]:
    records = iter(records)
    while chunk := list(islice(records, rows)):
        yield pd.DataFrame(chunk)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    shards = sorted(path.glob("*.tar")) if path.is_dir() else [path]
    if not shards:
        yield from _folder_records(path)
    for shard in shards:
        yield from _shard_records(shard)


def _folder_records(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURE_SUFFIXES:
            record = _record(path.relative_to(folder).as_posix(), path.read_bytes())
            try:
                coordinates = exif_coordinates(path)
            except ImageError as error:
                record["reason"] = str(error)
            else:
                record["latitude"], record["longitude"] = coordinates or (np.nan, np.nan)
            yield record


def _shard_records(shard: Path) -> Iterator[dict[str, Any]]:
    """The samples of one tar: files in a row whose names agree up to the first dot.

    Read with the standard library: the package webdataset leaves its files open and gives up
    the last whole sample of a shard that was cut short.
    """
    key, files = "", dict[str, bytes]()
    try:
        with tarfile.open(shard) as archive:
            for member in archive:
                if not member.isfile():
                    continue
                path = PurePosixPath(member.name)
                stem, _, suffix = path.name.partition(".")
                name = (path.parent / stem).as_posix()
                if name != key and files:
                    yield _sample(key, files)
                    files = {}
                content = archive.extractfile(member)
                files[suffix.lower()] = content.read() if content else b""
                key = name
    except tarfile.TarError as error:
        yield _record(shard.name, b"", reason=f"is damaged behind {key or 'its start'} ({error})")
        return
    if files:
        yield _sample(key, files)


def _sample(key: str, files: dict[str, bytes]) -> dict[str, Any]:
    content = next((files[s[1:]] for s in PICTURE_SUFFIXES if s[1:] in files), b"")
    if not content:
        return _record(key, b"", reason="has no picture")
    try:
        found = json.loads(files.get("json", b"{}"))
    except ValueError:
        return _record(key, b"", reason="has JSON that cannot be read")
    fields = {str(name).lower(): value for name, value in found.items()}
    latitude, longitude = (
        pd.to_numeric(
            next((fields[name] for name in kind if name in fields), None), errors="coerce"
        )
        for kind in (LATITUDE_COLUMNS, LONGITUDE_COLUMNS)
    )
    return _record(key, content) | {"latitude": latitude, "longitude": longitude}


def _record(name: str, content: bytes, reason: str = "") -> dict[str, Any]:
    return {
        "name": name, "latitude": np.nan, "longitude": np.nan, "reason": reason, "content": content
    }  # fmt: skip
