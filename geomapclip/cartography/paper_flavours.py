"""Flavours of maps that look drawn or printed; ``flavours`` lists them beside the others."""

from __future__ import annotations

import dataclasses

import numpy as np

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


def line_art(g: Generator) -> MapStyle:
    """Outlines alone, as for a blank map in a school."""
    paper = WHITE if chance(g, 0.7) else random_colour(g, (0, 0.15), (0.9, 1))
    ink = BLACK if chance(g, 0.7) else random_colour(g, (0.3, 1), (0, 0.6))
    pen = Line(ink, uniform(g, 0.5, 2.4))
    return MapStyle(
        flavour="line art",
        sea=paper,
        land=(paper,),
        lake=paper if chance(g, 0.6) else None,
        coast=pen,
        border=dataclasses.replace(pen, width=pen.width * uniform(g, 0.5, 1)),
        province=Line(ink, 0.5) if chance(g, 0.4) else None,
        river=Line(ink, 0.4) if chance(g, 0.2) else None,
        isolate=chance(g, 0.6),
        smooth=chance(g, 0.7),
    )


def silhouette(g: Generator) -> MapStyle:
    """Flat shapes on a plain ground."""
    paper = WHITE if chance(g, 0.7) else random_colour(g, (0, 0.3), (0.1, 1))
    land = random_colour(g, (0, 1), (0.1, 0.95))
    line = Line(paper if chance(g, 0.6) else BLACK, uniform(g, 0.4, 1.2))
    return MapStyle(
        flavour="silhouette",
        sea=paper,
        land=(land,),
        lake=paper if chance(g, 0.5) else None,
        border=line if chance(g, 0.7) else None,
        coast=line if chance(g, 0.3) else None,
        isolate=chance(g, 0.7),
        detail="110m" if chance(g, 0.1) else "",
        smooth=chance(g, 0.8),
    )


def locator(g: Generator) -> MapStyle:
    """One country in a strong colour among pale ones."""
    sea = WHITE if chance(g, 0.4) else random_colour(g, (0.02, 0.25), (0.85, 1))
    land = hsv(uniform(g, 0.08, 0.2), uniform(g, 0, 0.25), uniform(g, 0.7, 1.0))
    line = between(land, BLACK, uniform(g, 0.2, 0.6))
    return MapStyle(
        flavour="locator",
        sea=sea,
        land=(land,),
        lake=sea,
        highlight=random_colour(g, (0.5, 1), (0.4, 1)),
        border=Line(line, uniform(g, 0.4, 1.2)),
        coast=Line(line, uniform(g, 0.4, 1.0)) if sea == WHITE or chance(g, 0.5) else None,
        river=Line(between(sea, (0, 60, 160), 0.4), 0.6) if chance(g, 0.2) else None,
    )


def choropleth(g: Generator) -> MapStyle:
    """Countries coloured by a number."""
    low, high = random_colour(g, (0, 0.3), (0.9, 1)), random_colour(g, (0.5, 1), (0.2, 0.8))
    sea = WHITE if chance(g, 0.6) else random_colour(g, (0, 0.2), (0.05, 1))
    return MapStyle(
        flavour="choropleth",
        sea=sea,
        land=tuple(between(low, high, share) for share in np.linspace(0, 1, 6)),
        values=True,
        lake=sea if chance(g, 0.5) else None,
        border=Line(grey(uniform(g, 0, 255)), uniform(g, 0.4, 1.2)) if chance(g, 0.8) else None,
        coast=Line(grey(uniform(g, 0, 160)), 0.6) if chance(g, 0.4) else None,
        isolate=chance(g, 0.3),
    )


def watercolour(g: Generator) -> MapStyle:
    """Soft washes with light coasts."""
    sea = hsv(uniform(g, 0.48, 0.6), uniform(g, 0.3, 0.8), uniform(g, 0.75, 0.95))
    land = hsv(uniform(g, 0.05, 0.16), uniform(g, 0.05, 0.3), uniform(g, 0.88, 0.98))
    return MapStyle(
        flavour="watercolour",
        sea=sea,
        land=(land,),
        lake=sea,
        relief=(between(land, (215, 170, 130), 0.5), land, land, (190, 200, 150)),
        depth=(between(sea, WHITE, 0.4), sea, between(sea, (0, 90, 160), 0.3)),
        coast=Line(between(sea, WHITE, 0.7), uniform(g, 1, 2)),
        road=Line((225, 160, 100), 1.2) if chance(g, 0.5) else None,
    )


def engraving(g: Generator) -> MapStyle:
    """A copper plate, perhaps tinted by hand."""
    paper = hsv(uniform(g, 0.09, 0.15), uniform(g, 0.05, 0.3), uniform(g, 0.85, 0.98))
    ink = hsv(uniform(g, 0, 0.12), uniform(g, 0.1, 0.5), uniform(g, 0.1, 0.35))
    wash = [hsv(uniform(g, 0, 0.4), uniform(g, 0.15, 0.5), 0.88) for _ in range(5)]
    return MapStyle(
        flavour="engraving",
        sea=paper,
        land=tuple(wash) if chance(g, 0.5) else (paper,),
        lake=between(paper, ink, 0.2),
        glow=between(paper, ink, uniform(g, 0.2, 0.5)) if chance(g, 0.6) else None,
        coast=Line(ink, uniform(g, 0.6, 1.4)),
        border=Line(ink, uniform(g, 0.6, 1.6), 3.0 if chance(g, 0.7) else 0.0),
        province=Line(ink, 0.5, 2.0) if chance(g, 0.5) else None,
        river=Line(ink, uniform(g, 0.4, 1.0)) if chance(g, 0.8) else None,
        road=Line(between(paper, ink, 0.6), 0.5) if chance(g, 0.4) else None,
    )


def old_print(g: Generator) -> MapStyle:
    """A printed atlas of the last century."""
    sea = hsv(uniform(g, 0.35, 0.58), uniform(g, 0.1, 0.4), uniform(g, 0.75, 0.92))
    start = g.random()
    land = tuple(hsv(start + n * 0.17, uniform(g, 0.2, 0.55), 0.9) for n in range(6))
    return MapStyle(
        flavour="old print",
        sea=sea,
        land=land if chance(g, 0.7) else land[:1],
        lake=sea,
        relief=(land[0], land[1], land[2]) if chance(g, 0.2) else (),
        glow=between(sea, WHITE, 0.5) if chance(g, 0.4) else None,
        coast=Line((50, 50, 60), uniform(g, 0.5, 1.2)),
        border=Line((120, 50, 50), uniform(g, 0.6, 2.0), 4.0 if chance(g, 0.4) else 0.0),
        river=Line((60, 90, 120), 0.7),
        road=Line((150, 60, 50), 0.7) if chance(g, 0.5) else None,
        urban=(170, 90, 80) if chance(g, 0.3) else None,
    )
