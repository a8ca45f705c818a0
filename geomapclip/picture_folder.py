"""A folder in which the pictures of a table lie."""

from __future__ import annotations

import os
from pathlib import Path

from geomapclip.errors import DataError

PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
ENDINGS = ("", *PICTURE_SUFFIXES, *(suffix.upper() for suffix in PICTURE_SUFFIXES))


class PictureFolder:
    """Finds the picture of a name: in the folder itself or in one below it, with any suffix.

    Args:
        folder: OSV-5M, for one, spreads its pictures over a hundred folders in it.

    Raises:
        DataError: There is no such folder.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise DataError("folder", str(folder), "must be an existing folder of pictures")
        below = sorted(path for path in self.folder.iterdir() if path.is_dir())
        self._searched = (self.folder, *below)

    def find(self, name: str) -> Path:
        """Path of a picture; where there is none, the path at which it was expected."""
        for folder in self._searched:
            for suffix in ENDINGS:
                path = folder / f"{name}{suffix}"
                if path.is_file():
                    return path
        return self.folder / name
