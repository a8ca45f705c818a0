"""The game "Guess first": where a player stands, and what guesses score.

Nothing here changes once it is built: each move of a player makes another `Game`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import geodesic_km
from geomapclip.metrics import geoscore
from webapp.deck import Deck, Picture, Spot

ROUNDS = 10  # of a game, where there are so many pictures


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
        return points(self.guess_km)

    @property
    def model_points(self) -> int:
        """The model's."""
        return points(self.model_km)


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


def points(km: float) -> int:
    """Whole points for a guess that many km from the truth: see `geoscore`."""
    return round(float(geoscore(km)))


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
