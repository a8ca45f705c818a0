"""Arrays that are dear to compute, kept on disk under the hash of what they depend on."""

from __future__ import annotations

import hashlib
import os
import tempfile
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

CRC = "crc32"  # of the array's bytes, in the file's metadata


def cache_folder() -> Path:
    """``GEOMAPCLIP_CACHE`` where it is set, else the platform's folder for a user's caches."""
    configured = os.environ.get("GEOMAPCLIP_CACHE")
    return Path(configured) if configured else platformdirs.user_cache_path("geomapclip")


def content_key(*parts: bytes | memoryview | str) -> str:
    """Hexadecimal hash of everything that an array depends on."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))  # so that ("a", "bc") != ("ab", "c")
        digest.update(data)
    return digest.hexdigest()


def cached_array(
    kind: str, key: str, shape: tuple[int, ...], build: Callable[[], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Read an array from the cache, or build it and keep it there.

    A damaged file is rebuilt. Where nothing can be written (disk full, no permission) the
    array is returned all the same, with a `RuntimeWarning`.

    Args:
        kind: Start of the file's name, for whoever looks into the folder.
        key: From `content_key`.
        shape: What the array must have.
        build: Computes it.
    """
    found = read_array(kind, key, shape)
    if found is not None:
        return found
    array = build()
    keep_array(kind, key, array)
    return array


def read_array(kind: str, key: str, shape: tuple[int, ...]) -> NDArray[np.float32] | None:
    """An array from the cache, or None where it is not there whole; see `cached_array`."""
    return _read(_path(kind, key), shape)


def keep_array(kind: str, key: str, array: NDArray[np.float32]) -> None:
    """Keep an array in the cache, or warn where that cannot be; see `cached_array`."""
    path = _path(kind, key)
    try:
        _write(path, array)
    except OSError as error:
        warnings.warn(
            f"{path.name} could not be kept in {path.parent} ({error}): everything works, but "
            "the next start computes it again; free some space or set GEOMAPCLIP_CACHE",
            RuntimeWarning,
            stacklevel=2,
        )


def _path(kind: str, key: str) -> Path:
    return cache_folder() / f"{kind}-{key[:32]}.safetensors"


def _read(path: Path, shape: tuple[int, ...]) -> NDArray[np.float32] | None:
    try:
        with safe_open(path, framework="numpy") as file:
            array: NDArray[np.float32] = file.get_tensor("array")
            metadata = file.metadata() or {}
    except (OSError, SafetensorError):
        return None
    whole = array.shape == shape and metadata.get(CRC) == _crc(array)
    return array if whole else None


def _write(path: Path, array: NDArray[np.float32]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.ascontiguousarray(array)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}-", suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        try:
            save_file({"array": array}, temporary, metadata={CRC: _crc(array)})
        except SafetensorError as error:  # safetensors reports a full disk in its own way
            raise OSError(str(error)) from error
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _crc(array: NDArray[np.float32]) -> str:
    return f"{zlib.crc32(array.data.cast('B')):08x}"
