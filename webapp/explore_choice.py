"""What a visitor of the explorer chose, checked: any value can come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomapclip.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.explore import Explorer
    from webapp.explorers import Explorers

Spot = tuple[float, float]  # latitude, longitude in degrees

MAX_DEGREES = 1e6  # what a map whose world repeats itself can send

ALIKE, FALSE_COLOURS, PLAIN = "Likeness to A", "False colours", "Nothing"
COLOURINGS = (ALIKE, FALSE_COLOURS, PLAIN)
LAND, GALLERY, NEAR = "Land", "Gallery", "Near A"
WHERE = (LAND, GALLERY, NEAR)
ALL_SCALES = "All"


@dataclass(frozen=True)
class Pair:
    """The places that a visitor has chosen; None where there is none yet."""

    a: Spot | None = None
    b: Spot | None = None

    def put(self, name: object, spot: Spot | None) -> Pair:
        """With another place A or B."""
        if name not in ("A", "B"):
            raise InvalidArgumentError("place", name, "must be A or B")
        return replace(self, a=spot) if name == "A" else replace(self, b=spot)


@dataclass(frozen=True)
class Asked:
    """What the visitor wants to see.

    Attributes:
        weights: Name of the encoder.
        beside: Name of a second one, or "".
        colouring: One of ``COLOURINGS``.
        scale: 0 for all, else the number of a scale.
        where: One of ``WHERE``.
    """

    weights: str
    beside: str = ""
    colouring: str = ALIKE
    scale: int = 0
    where: str = LAND

    @classmethod
    def read(cls, values: Sequence[object], explorers: Explorers) -> Asked:
        """Check what came from the page, in the order of the attributes; any value can come.

        Raises:
            InvalidArgumentError: A value that the page does not offer.
        """
        weights, beside, colouring, scale, where = values
        offered = explorers.names
        return cls(
            str(_among("weights", weights, offered)),
            str(_among("beside", beside or "", ["", *offered])),
            str(_among("colouring", colouring, COLOURINGS)),
            scale_number(scale, explorers.get(str(weights)).sigma),
            str(_among("where", where, WHERE)),
        )

    def explorers(self, explorers: Explorers) -> list[Explorer]:
        """The one or two encoders."""
        names = dict.fromkeys(name for name in (self.weights, self.beside) if name)
        found = [explorers.get(name) for name in names]
        for explorer in found:
            explorer.check_scale(self.scale)
        return found


def scale_names(sigma: Sequence[float]) -> list[str]:
    """What the scales are called on the page, all together first."""
    return [ALL_SCALES, *(f"σ {each:g}" for each in sigma)]


def scale_number(name: object, sigma: Sequence[float]) -> int:
    """The number of a scale from its name.

    Raises:
        InvalidArgumentError: No such scale.
    """
    names = scale_names(sigma)
    return names.index(str(_among("scale", name, names)))


def wrapped(latitude: object, longitude: object) -> Spot:
    """Coordinates from a map: longitude wrapped into [-180, 180), latitude clamped to the poles.

    Raises:
        InvalidArgumentError: No finite numbers.
    """
    for name, value in (("latitude", latitude), ("longitude", longitude)):
        number = isinstance(value, float | int) and not isinstance(value, bool)
        if not number or not abs(value) < MAX_DEGREES:  # type: ignore[arg-type]
            raise InvalidArgumentError(name, value, "must be a finite number, in degrees")
    north = min(max(float(latitude), -90.0), 90.0)  # type: ignore[arg-type]
    return north, (float(longitude) + 180) % 360 - 180  # type: ignore[arg-type]


def typed(spot: Spot) -> str:
    """Coordinates as somebody would type them."""
    return f"{spot[0]:.4f}, {spot[1]:.4f}"


def _among(argument: str, value: object, offered: Sequence[str]) -> object:
    if value not in offered:
        raise InvalidArgumentError(argument, value, f"must be one of {', '.join(offered)}")
    return value
