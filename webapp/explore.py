"""From places that a visitor chose to what the explorer's tab shows: data in, view out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomapclip.places import find_places
from geomapclip.wording import degrees
from webapp.explore_choice import (
    ALL_SCALES,
    FALSE_COLOURS,
    LAND,
    NEAR,
    PLAIN,
    Asked,
    Pair,
    Spot,
    scale_names,
)
from webapp.explore_html import PairFacts, PlaceFacts, pair_html, place_html
from webapp.world import Mark, Painted, WorldView, paint_components, paint_cosine, paint_near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.explore import Explorer
    from geomapclip.growing_field import GrowingField
    from geomapclip.place_embedding import PlaceEmbedding
    from webapp.explorers import Explorers

NEIGHBOURS = 5
FAR_KM = 2000.0  # beyond it nothing is alike only because it is near
NEAR_CELLS = 24  # along each side of the close view
NEAR_KM = 30_000.0  # width of the close view times the sigma of its scale
WIDEST_KM = 6000.0


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
        share = _share(explorer, pair, asked)
        painted = _painted(explorer, pair.a, asked)
        focus = painted.bounds if painted and asked.where == NEAR and visit == NEAR else None
        shown.append(WorldView(painted, marks, explorer.gallery.name, visit, focus, share))
    return shown


def go_on(pair: Pair, asked: Asked, explorers: Explorers) -> float:
    """Embed more of what the maps would show, a chunk for each; the share that is embedded then.

    Raises:
        GeoMapCLIPError: Weights that cannot be had.
    """
    chosen = asked.explorers(explorers)
    fields = [field for explorer in chosen if (field := _field(explorer, pair, asked))]
    return min((field.go_on() for field in fields), default=1.0)


def _field(explorer: Explorer, pair: Pair, asked: Asked) -> GrowingField | None:
    """The places that are coloured, or None where there is no need to embed many."""
    if asked.colouring == FALSE_COLOURS:
        return explorer.land
    if asked.colouring == PLAIN or pair.a is None or asked.where == NEAR:
        return None
    return explorer.land if asked.where == LAND else explorer.sample


def _share(explorer: Explorer, pair: Pair, asked: Asked) -> float:
    """How much of them is embedded; few places are embedded at once when they are painted."""
    field = _field(explorer, pair, asked)
    return 1.0 if field is None or field.is_small else field.share


def _painted(explorer: Explorer, spot: Spot | None, asked: Asked) -> Painted | None:
    what = f"{scale_names(explorer.sigma)[asked.scale].replace(ALL_SCALES, 'all scales')}"
    what += f" ({explorer.name})"
    if asked.colouring == FALSE_COLOURS:
        land = explorer.land.now
        return paint_components(*land.components(asked.scale), land.coordinates, what)
    if asked.colouring == PLAIN or spot is None:
        return None
    place = explorer.describe(*spot)
    if asked.where == NEAR:
        return _near(explorer, place, asked.scale, what)
    field = (explorer.land if asked.where == LAND else explorer.sample).now
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
