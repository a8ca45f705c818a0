"""Where the files lie that this package reads: outlines, place names."""

from __future__ import annotations

from pathlib import Path

from geomapclip.errors import GeoMapCLIPError

# Inside the package once it is installed, beside it in a clone.
FOLDERS = (Path(__file__).parent / "data", Path(__file__).parent.parent / "assets")


def asset(*parts: str) -> Path:
    """Path of a file or folder among the assets.

    Args:
        *parts: Path below the assets folder, such as ``"places", "towns.parquet"``.

    Raises:
        GeoMapCLIPError: It is in none of the places where the assets can lie.
    """
    for folder in FOLDERS:
        path = folder.joinpath(*parts)
        if path.exists():
            return path
    searched = " or ".join(str(folder) for folder in FOLDERS)
    raise GeoMapCLIPError(
        "asset",
        "/".join(parts),
        f"this file of the project is missing from {searched}; install the package again or "
        "restore the folder assets of the repository",
    )
