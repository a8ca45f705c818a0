"""Pictures with known places, to guess at: drawn maps, a folder of photos, a visitor's own.

What a picture's file says of its place stays on the server; a player gets its pixels alone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from PIL import Image

from geomapclip.assets import asset
from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.image import exif_coordinates, open_image

Spot = tuple[float, float]  # latitude, longitude in degrees

MOST_SHOWN = (1280, 1280)  # pixels of a picture as a player gets it
QUALITY = 85
MOST_PICTURES = 60  # that a visitor may bring: they are kept in memory


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture to guess at.

    Attributes:
        name: Told after the guess.
        source: Its file, or its pixels encoded without any other data.
        truth: Where it was made, or the centre of the map that it shows.
    """

    name: str
    source: Path | bytes
    truth: Spot


@dataclass(frozen=True)
class Deck:
    """Pictures to play with.

    Attributes:
        pictures: With a place each.
        left_out: Names of those whose EXIF holds no place.
        unreadable: Names of those that are no pictures.
    """

    pictures: tuple[Picture, ...]
    left_out: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


@cache
def drawn_deck() -> Deck:
    """The maps that come with this project."""
    folder = asset("game")
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    return Deck(
        tuple(
            Picture("the middle of a drawn map", folder / name, (spot[0], spot[1]))
            for name, spot in truth.items()
        )
    )


def folder_deck(folder: str | Path) -> Deck:
    """The photos of a folder that bear a place.

    Raises:
        InvalidArgumentError: It is no folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InvalidArgumentError("game_folder", str(folder), "must be a folder with photos")
    return _deck(path for path in sorted(folder.iterdir()) if path.is_file())


def brought_deck(paths: Iterable[str | Path]) -> Deck:
    """The photos that a visitor brings: kept in memory, for their files are deleted soon.

    Raises:
        InvalidArgumentError: More than ``MOST_PICTURES``.
    """
    files = [Path(path) for path in paths]
    if len(files) > MOST_PICTURES:
        raise InvalidArgumentError(
            "pictures", len(files), f"must be at most {MOST_PICTURES} at a time"
        )
    deck = _deck(files)
    kept: list[Picture] = []
    unreadable = list(deck.unreadable)
    for picture in deck.pictures:
        try:
            kept.append(replace(picture, source=shown_bytes(picture)))
        except ImageError:  # a header that promises more than the file holds
            unreadable.append(picture.name)
    return Deck(tuple(kept), deck.left_out, tuple(unreadable))


def shown_bytes(picture: Picture) -> bytes:
    """A picture as a player gets it: a JPEG of its pixels, with no name, EXIF, XMP or comment.

    Raises:
        ImageError: It cannot be read any more; names the file, not the server's folders.
    """
    if isinstance(picture.source, bytes):
        return picture.source
    try:
        image = open_image(picture.source)
    except ImageError as error:
        raise ImageError("picture", picture.name, error.accepted) from error
    image.thumbnail(MOST_SHOWN)
    # Pillow carries some of a file's data along with the image; a new image has none.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _deck(paths: Iterable[Path]) -> Deck:
    pictures, left_out, unreadable = [], [], []
    for path in paths:
        try:
            truth = exif_coordinates(path)
        except ImageError:
            unreadable.append(path.name)
            continue
        if truth is None:
            left_out.append(path.name)
        else:
            pictures.append(Picture(path.name, path, truth))
    return Deck(tuple(pictures), tuple(left_out), tuple(unreadable))
