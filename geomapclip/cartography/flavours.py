"""Flavours of maps: the kinds of look that random styles start from.

To widen the variety, write a function that takes a random generator and returns a ``MapStyle``,
and add it to ``FLAVOURS`` with its weight. What is common to all maps (lettering, marks, frame,
scan) is added by ``random_styles.random_style``, and every colour is shifted a little there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from geomapclip.cartography.paper_flavours import (
    choropleth,
    engraving,
    line_art,
    locator,
    old_print,
    silhouette,
    watercolour,
)
from geomapclip.cartography.styles import (
    BLACK,
    WHITE,
    Generator,
    Line,
    MapStyle,
    between,
    chance,
    grey,
    hsv,
    random_colour,
    uniform,
)


def _web_tile(g: Generator) -> MapStyle:
    sea = hsv(0.54 + uniform(g, -0.02, 0.05), uniform(g, 0.15, 0.35), uniform(g, 0.8, 0.97))
    land = hsv(0.11 + uniform(g, -0.04, 0.12), uniform(g, 0.01, 0.12), uniform(g, 0.92, 0.99))
    woods = hsv(uniform(g, 0.24, 0.36), uniform(g, 0.1, 0.3), uniform(g, 0.78, 0.92))
    border = hsv(uniform(g, 0.72, 0.85), uniform(g, 0.1, 0.4), uniform(g, 0.5, 0.75))
    road = random_colour(g, (0.1, 0.5), (0.75, 1.0))
    return MapStyle(
        flavour="web tile",
        sea=sea,
        land=(land,),
        lake=sea,
        relief=(land, land, land, woods, woods) if chance(g, 0.4) else (),
        urban=between(land, grey(150), 0.35) if chance(g, 0.6) else None,
        river=Line(sea, uniform(g, 0.6, 1.4)) if chance(g, 0.6) else None,
        border=Line(border, uniform(g, 0.7, 1.6)) if chance(g, 0.8) else None,
        province=Line(border, 0.6, 3.0) if chance(g, 0.5) else None,
        coast=Line(between(sea, BLACK, 0.25), 0.5) if chance(g, 0.3) else None,
        road=Line(road, uniform(g, 0.6, 1.8)) if chance(g, 0.6) else None,
    )


def _pale(g: Generator) -> MapStyle:
    warm = hsv(uniform(g, 0, 1), uniform(g, 0, 0.04), 1)
    light = uniform(g, 225, 254)
    land, sea = grey(light), grey(light - uniform(g, 12, 60))
    if chance(g, 0.3):
        land, sea = sea, land
    line = Line(between(land, BLACK, uniform(g, 0.15, 0.5)), uniform(g, 0.5, 1.2))
    return MapStyle(
        flavour="pale",
        sea=between(sea, warm, 0.3),
        land=(land,),
        lake=between(sea, warm, 0.3),
        border=line if chance(g, 0.8) else None,
        province=line if chance(g, 0.4) else None,
        road=Line(WHITE, 0.8) if chance(g, 0.4) else None,
        river=Line(sea, 0.7) if chance(g, 0.3) else None,
    )


def _dark(g: Generator) -> MapStyle:
    land = hsv(g.random(), uniform(g, 0, 0.25), uniform(g, 0.05, 0.3))
    sea = hsv(g.random(), uniform(g, 0, 0.4), uniform(g, 0.05, 0.35))
    line = between(land, WHITE, uniform(g, 0.2, 0.7))
    return MapStyle(
        flavour="dark",
        sea=sea,
        land=(land,),
        lake=sea,
        urban=random_colour(g, (0.2, 0.9), (0.6, 1)) if chance(g, 0.3) else None,
        border=Line(line, uniform(g, 0.5, 1.5)) if chance(g, 0.8) else None,
        coast=Line(line, uniform(g, 0.4, 1.2)) if chance(g, 0.6) else None,
        road=Line(between(land, line, 0.6), 0.8) if chance(g, 0.4) else None,
    )


def _toner(g: Generator) -> MapStyle:
    sea, land = (BLACK, WHITE) if chance(g, 0.6) else (WHITE, BLACK)
    road = Line(BLACK if land == WHITE else WHITE, uniform(g, 0.6, 2.2))
    return MapStyle(
        flavour="toner",
        sea=sea,
        land=(land,),
        lake=sea,
        road=road if chance(g, 0.6) else None,
        border=dataclasses.replace(road, dash=4.0 if chance(g, 0.5) else 0.0),
        coast=Line(road.colour, 1) if chance(g, 0.4) else None,
        river=Line(sea, 1.0) if chance(g, 0.4) else None,
    )


def _political(g: Generator) -> MapStyle:
    tone = (uniform(g, 0.1, 0.5), uniform(g, 0.7, 1.0))
    start = g.random()
    land = tuple(hsv(start + n / 6 + g.normal(0, 0.04), *tone) for n in g.permutation(6))
    sea = WHITE if chance(g, 0.2) else hsv(uniform(g, 0.5, 0.62), uniform(g, 0.1, 0.6), 0.95)
    ink = grey(uniform(g, 0, 140))
    return MapStyle(
        flavour="political",
        sea=sea,
        land=land,
        lake=sea,
        coast=Line(ink, uniform(g, 0.5, 1.2)) if chance(g, 0.7) else None,
        border=Line(ink, uniform(g, 0.6, 2.0), 4.0 if chance(g, 0.3) else 0.0),
        river=Line(between(sea, (0, 60, 160), 0.4), 0.7) if chance(g, 0.4) else None,
        glow=between(sea, (0, 60, 160), 0.3) if chance(g, 0.3) else None,
        detail="110m" if chance(g, 0.1) else "",
    )


def _terrain(g: Generator) -> MapStyle:
    low = hsv(uniform(g, 0.2, 0.4), uniform(g, 0.15, 0.6), uniform(g, 0.6, 0.9))
    mid = hsv(uniform(g, 0.1, 0.2), uniform(g, 0.15, 0.5), uniform(g, 0.75, 0.97))
    high = hsv(uniform(g, 0.03, 0.1), uniform(g, 0.1, 0.8), uniform(g, 0.5, 0.95))
    sea = hsv(uniform(g, 0.5, 0.62), uniform(g, 0.2, 0.7), uniform(g, 0.7, 0.98))
    deep = between(sea, (0, 40, 110), uniform(g, 0.1, 0.6))
    return MapStyle(
        flavour="terrain",
        sea=sea,
        land=(mid,),
        lake=sea,
        relief=(low, low, mid, high, WHITE if chance(g, 0.5) else high),
        shade=uniform(g, 0.0, 0.9),
        depth=(sea, deep) if chance(g, 0.5) else (),
        river=Line(between(sea, (0, 60, 160), 0.4), 0.8) if chance(g, 0.6) else None,
        border=Line(grey(uniform(g, 0, 130)), 0.8, 3.0 if chance(g, 0.5) else 0.0)
        if chance(g, 0.6)
        else None,
        coast=Line(between(deep, BLACK, 0.3), 0.6) if chance(g, 0.5) else None,
        road=Line((170, 60, 50), 0.7) if chance(g, 0.3) else None,
        glacier=WHITE,
    )


def _satellite(g: Generator) -> MapStyle:
    sea = hsv(uniform(g, 0.55, 0.66), uniform(g, 0.5, 0.95), uniform(g, 0.1, 0.45))
    green = hsv(uniform(g, 0.2, 0.33), uniform(g, 0.2, 0.6), uniform(g, 0.2, 0.45))
    bare = hsv(uniform(g, 0.06, 0.13), uniform(g, 0.2, 0.55), uniform(g, 0.4, 0.85))
    land = (green, bare) if chance(g, 0.7) else (bare, between(bare, WHITE, 0.4))
    return MapStyle(
        flavour="satellite",
        sea=sea,
        land=(green,),
        lake=between(sea, BLACK, 0.2),
        relief=(land[0], between(*land, 0.3), land[1]),
        shade=uniform(g, 0.1, 0.8),
        depth=(between(sea, (60, 150, 170), uniform(g, 0, 0.5)), sea, sea),
        glacier=(235, 240, 245),
        urban=(150, 145, 140) if chance(g, 0.4) else None,
        border=Line((240, 230, 140), 0.8) if chance(g, 0.3) else None,
    )


def _bathymetry(g: Generator) -> MapStyle:
    shallow = hsv(uniform(g, 0.5, 0.6), uniform(g, 0.05, 0.35), 1.0)
    deep = hsv(uniform(g, 0.55, 0.66), uniform(g, 0.4, 0.95), uniform(g, 0.3, 0.95))
    bands = int(g.integers(3, 7))
    steps = [between(shallow, deep, share) for share in np.linspace(0, 1, bands)]
    hard = chance(g, 0.5)  # repeated colours make bands with sharp edges
    return MapStyle(
        flavour="bathymetry",
        sea=deep,
        land=(random_colour(g, (0, 0.2), (0.7, 1)),),
        lake=shallow,
        depth=tuple(c for step in steps for c in [step] * (3 if hard else 1)),
        coast=Line(BLACK, uniform(g, 0.5, 1.4)) if chance(g, 0.7) else None,
        border=Line(grey(120), 0.6) if chance(g, 0.4) else None,
        glacier=WHITE,
    )


def _anything(g: Generator) -> MapStyle:
    """Colours with no reason: what a program's user chose by chance."""
    several = chance(g, 0.4)
    land = tuple(random_colour(g, (0, 1), (0, 1)) for _ in range(6 if several else 1))
    sea = random_colour(g, (0, 1), (0, 1))
    return MapStyle(
        flavour="anything",
        sea=sea,
        land=land,
        lake=sea if chance(g, 0.8) else None,
        coast=Line(random_colour(g, (0, 1), (0, 1)), uniform(g, 0.5, 2.5)),
        border=Line(random_colour(g, (0, 1), (0, 1)), uniform(g, 0.5, 2)),
        river=Line(random_colour(g, (0, 1), (0, 1)), 0.8) if chance(g, 0.4) else None,
        road=Line(random_colour(g, (0, 1), (0, 1)), 1) if chance(g, 0.2) else None,
        urban=random_colour(g, (0, 1), (0, 1)) if chance(g, 0.2) else None,
        glow=random_colour(g, (0, 1), (0, 1)) if chance(g, 0.2) else None,
        isolate=chance(g, 0.2),
        smooth=chance(g, 0.8),
    )


FLAVOURS: tuple[tuple[float, Callable[[Generator], MapStyle]], ...] = (
    (4, _web_tile),
    (2, _pale),
    (1.5, _dark),
    (1.5, _toner),
    (2, _political),
    (2.5, line_art),
    (1.5, silhouette),
    (1.5, choropleth),
    (1, locator),
    (2, _terrain),
    (1, _satellite),
    (1, _bathymetry),
    (1, watercolour),
    (1.5, engraving),
    (1.5, old_print),
    (1.5, _anything),
)
