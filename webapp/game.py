"""The game "Guess first": pictures with known places, guesses, and what they score.

Nothing here changes once it is built: each move of a player makes another `Game`. What a picture's
file says of its place stays on the server; a player gets its pixels alone.
"""

from __future__ import annotations

import base64
import io
import json
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from PIL import Image

from geomapclip.assets import asset
from geomapclip.errors import GeoMapCLIPError, ImageError, InvalidArgumentError
from geomapclip.geodesy import geodesic_km
from geomapclip.image import exif_coordinates, open_image

Spot = tuple[float, float]  # latitude, longitude in degrees

# GeoScore of OpenStreetView-5M (Astruc et al., CVPR 2024, section 3), after the game GeoGuessr.
MOST_POINTS = 5000
SCALE_KM = 1492.7
MOST_SHOWN = (1280, 1280)  # pixels of a picture as a player gets it
QUALITY = 85
MOST_PICTURES = 60  # that a visitor may bring: they are kept in memory
ROUNDS = 10  # of a game, where there are so many pictures


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


@dataclass(frozen=True)
class Round:
    """One picture guessed at: places, distances to the truth in km, and points."""

    name: str
    truth: Spot
    guess: Spot
    model: Spot
    guess_km: float
    model_km: float

    @property
    def guess_points(self) -> int:
        """The player's."""
        return geoscore(self.guess_km)

    @property
    def model_points(self) -> int:
        """The model's."""
        return geoscore(self.model_km)


@dataclass(frozen=True)
class Game:
    """Where a player stands.

    Attributes:
        pictures: In the order in which they come.
        rounds: One for each picture guessed at.
        at: Row of the picture that is shown.
    """

    pictures: tuple[Picture, ...] = ()
    rounds: tuple[Round, ...] = ()
    at: int = 0

    @property
    def picture(self) -> Picture | None:
        """The one that is shown."""
        return self.pictures[self.at] if self.pictures else None

    @property
    def open(self) -> bool:
        """Whether the picture that is shown waits for a guess."""
        return len(self.rounds) <= self.at < len(self.pictures)

    @property
    def over(self) -> bool:
        """Whether all pictures are guessed at."""
        return 0 < len(self.pictures) == len(self.rounds)

    @property
    def points(self) -> tuple[int, int]:
        """Of the player and of the model so far."""
        return (
            sum(each.guess_points for each in self.rounds),
            sum(each.model_points for each in self.rounds),
        )

    def guess(self, spot: Spot, model: Spot) -> Game:
        """After the player's guess; one too many changes nothing.

        Args:
            spot: The player's.
            model: The best place of the model.
        """
        picture = self.picture
        if picture is None or not self.open:
            return self
        made = Round(
            picture.name,
            picture.truth,
            spot,
            model,
            geodesic_km(spot, picture.truth),
            geodesic_km(model, picture.truth),
        )
        return replace(self, rounds=(*self.rounds, made))

    def advance(self) -> Game:
        """At the next picture, once this one is guessed at."""
        if self.open or self.at + 1 >= len(self.pictures):
            return self
        return replace(self, at=self.at + 1)

    def drop(self) -> Game:
        """Without the picture that is shown, whose file turned out to be broken."""
        left = (*self.pictures[: self.at], *self.pictures[self.at + 1 :])
        return replace(self, pictures=left, at=max(0, min(self.at, len(left) - 1)))


def geoscore(km: float) -> int:
    """Points for a guess: 5000 exp(-d / 1492.7 km), rounded.

    Args:
        km: Distance from the truth, 0 or more.
    """
    return round(MOST_POINTS * math.exp(-km / SCALE_KM))


def new_game(deck: Deck, seed: int, rounds: int = ROUNDS) -> Game:
    """A game with some of a deck's pictures, shuffled.

    Args:
        deck: With at least one picture.
        seed: The same seed deals the same game.
        rounds: Pictures at most, from 1.

    Raises:
        InvalidArgumentError: A deck without a picture.
    """
    if not deck.pictures:
        raise InvalidArgumentError("pictures", 0, "must hold at least one with a place in its EXIF")
    pictures = list(deck.pictures)
    random.Random(seed).shuffle(pictures)  # noqa: S311  (a game)
    return Game(tuple(pictures[: max(1, rounds)]))


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
        except GeoMapCLIPError:  # a header that promises more than the file holds
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


def address(jpeg: bytes) -> str:
    """A picture as a data address, so that no file of it is served."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"


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
