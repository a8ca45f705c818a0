"""From places that a visitor chose to what the explorer's tab shows: data in, view out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomapclip.errors import InvalidArgumentError
from geomapclip.places import find_places
from webapp.explore_html import PairFacts, PlaceFacts, pair_html, place_html
from webapp.locate import degrees
from webapp.world import Mark, Painted, WorldView, paint_components, paint_cosine, paint_near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.explore import Explorer
    from geomapclip.place_embedding import PlaceEmbedding
    from webapp.explorers import Explorers

Spot = tuple[float, float]  # latitude, longitude in degrees

NEIGHBOURS = 5
FAR_KM = 2000.0  # beyond it nothing is alike only because it is near
NEAR_CELLS = 24  # along each side of the close view
NEAR_KM = 30_000.0  # width of the close view times the sigma of its scale
WIDEST_KM = 6000.0
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


def first_html(pair: Pair, asked: Asked, explorers: Explorers) -> str:
    """The panel of place A; "" where it is not chosen.

    Raises:
        GeoMapCLIPError: Weights that cannot be had.
    """
    if pair.a is None:
        return ""
    chosen = asked.explorers(explorers)
    panels = [place_html(_place_facts(explorer, explorer.describe(*pair.a))) for explorer in chosen]
    return _beside(panels)


def second_html(pair: Pair, asked: Asked, explorers: Explorers) -> str:
    """The panel of A and B; "" where they are not both chosen.

    Raises:
        GeoMapCLIPError: Weights that cannot be had.
    """
    if pair.a is None or pair.b is None:
        return ""
    chosen = asked.explorers(explorers)
    panels = [
        pair_html(_pair_facts(explorer, explorer.describe(*pair.a), explorer.describe(*pair.b)))
        for explorer in chosen
    ]
    return _beside(panels)


def views(pair: Pair, asked: Asked, explorers: Explorers, visit: str = "") -> list[WorldView]:
    """What each map shows: one for each of the chosen encoders.

    Args:
        pair: The chosen places.
        asked: What to colour.
        explorers: Give the encoders.
        visit: Name of a place that has to be seen.

    Raises:
        GeoMapCLIPError: Weights that cannot be had.
    """
    marks = tuple(
        Mark(name, *spot, str(find_places([spot])[0]), degrees(*spot))
        for name, spot in (("A", pair.a), ("B", pair.b))
        if spot is not None
    )
    shown = []
    for explorer in asked.explorers(explorers):
        painted = _painted(explorer, pair.a, asked)
        focus = painted.bounds if painted and asked.where == NEAR and visit == NEAR else None
        shown.append(WorldView(painted, marks, explorer.gallery.name, visit, focus))
    return shown


def _painted(explorer: Explorer, spot: Spot | None, asked: Asked) -> Painted | None:
    what = f"{scale_names(explorer.sigma)[asked.scale].replace(ALL_SCALES, 'all scales')}"
    what += f" ({explorer.name})"
    if asked.colouring == FALSE_COLOURS:
        land = explorer.land
        return paint_components(*land.components(asked.scale), land.coordinates, what)
    if asked.colouring == PLAIN or spot is None:
        return None
    place = explorer.describe(*spot)
    if asked.where == NEAR:
        return _near(explorer, place, asked.scale, what)
    field = explorer.land if asked.where == LAND else explorer.sample
    cosine = field.cosine(place.branches, asked.scale)
    if asked.where == LAND:
        return paint_cosine(cosine, field.coordinates, what)
    note = f"{len(field.coordinates):,} of {len(explorer.gallery):,} places of the gallery"
    return paint_cosine(cosine, field.coordinates, what, note, dots=True)


def _near(explorer: Explorer, place: PlaceEmbedding, scale: int, what: str) -> Painted:
    sigma = max(explorer.sigma) if scale == 0 else explorer.sigma[scale - 1]
    width = min(NEAR_KM / sigma, WIDEST_KM)
    cosine, (west, south, east, north) = explorer.around(place, width, NEAR_CELLS, scale)
    note = f"{width:,.0f} km wide, a cell {width / NEAR_CELLS:,.0f} km"
    return paint_near(cosine, ((south, west), (north, east)), what, note)


def _place_facts(explorer: Explorer, place: PlaceEmbedding) -> PlaceFacts:
    here = find_places([(place.latitude, place.longitude)])[0]
    on_land = here.country_code != ""  # the open sea resembles every coast
    near, far = explorer.neighbours(place, NEIGHBOURS, 0, FAR_KM, land_only=on_land)
    spots = [(each.latitude, each.longitude) for each in (*near, *far)]
    names = [str(found) for found in find_places(spots)] if spots else []
    return PlaceFacts(
        explorer.name,
        explorer.sigma,
        place,
        str(here),
        on_land,
        tuple(zip(near, names[: len(near)], strict=True)),
        tuple(zip(far, names[len(near) :], strict=True)),
        FAR_KM,
    )


def _pair_facts(explorer: Explorer, a: PlaceEmbedding, b: PlaceEmbedding) -> PairFacts:
    names = find_places([(each.latitude, each.longitude) for each in (a, b)])
    profile = explorer.along(a, b)
    return PairFacts(explorer.name, explorer.sigma, a, b, (str(names[0]), str(names[1])), profile)


def _beside(panels: Sequence[str]) -> str:
    return f'<div class="beside beside-{len(panels)}">{"".join(panels)}</div>'


def _among(argument: str, value: object, offered: Sequence[str]) -> object:
    if value not in offered:
        raise InvalidArgumentError(argument, value, f"must be one of {', '.join(offered)}")
    return value
