"""Random styles: a flavour, with what all maps may have in common added to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from geomapclip.cartography.flavours import FLAVOURS
from geomapclip.cartography.styles import (
    BLACK,
    WHITE,
    Districts,
    Frame,
    Generator,
    Lettering,
    Line,
    MapStyle,
    Mark,
    Scan,
    between,
    chance,
    grey,
    ink_of,
    random_colour,
    shift_colours,
    uniform,
)


def random_style(generator: Generator, fonts: Sequence[str | Path] = ()) -> MapStyle:
    """A style of a random flavour.

    Args:
        generator: Source of chance; the same state gives the same style.
        fonts: Font files to write with, beside the font that comes with Pillow.
    """
    weights = np.array([weight for weight, _ in FLAVOURS])
    flavour = FLAVOURS[int(generator.choice(len(FLAVOURS), p=weights / weights.sum()))][1]
    style = shift_colours(flavour(generator), generator)
    old = style.flavour in ("engraving", "old print")
    return dataclasses.replace(
        style,
        lettering=_lettering(style, generator, fonts) if chance(generator, 0.6) else None,
        marks=_marks(generator) if chance(generator, 0.2) and not old else (),
        frame=_frame(style, generator, old=old),
        scan=_scan(generator, old=old),
        districts=_districts(style, generator) if chance(generator, _parted(style)) else None,
        regions=chance(generator, 2 * _parted(style)),
        graticule=Line(between(style.sea, ink_of(style), 0.3), uniform(generator, 0.5, 1))
        if chance(generator, 0.15)
        else style.graticule,
    )


def _lettering(style: MapStyle, g: Generator, fonts: Sequence[str | Path]) -> Lettering:
    ink = ink_of(style)
    colour = ink if chance(g, 0.6) else between(ink, random_colour(g, (0.2, 1), (0.2, 0.8)), 0.5)
    seas = between(style.sea, (20, 60, 150) if np.mean(style.sea) > 110 else WHITE, 0.6)
    return Lettering(
        colour=colour,
        halo=(WHITE if ink == BLACK else BLACK) if chance(g, 0.5) else None,
        size=uniform(g, 7, 15),
        font=str(g.choice([str(font) for font in fonts])) if fonts and chance(g, 0.8) else "",
        towns=int(g.integers(0, 30)) if chance(g, 0.8) else 0,
        countries=between(colour, grey(128), 0.4) if chance(g, 0.5) else None,
        seas=seas if chance(g, 0.4) else None,
        capitals=chance(g, 0.2),
        marker=("", "dot", "dot", "circle", "square", "star")[int(g.integers(6))],
    )


def _parted(style: MapStyle) -> float:
    """How likely a map of a flavour is to show districts."""
    shares = {"line art": 0.3, "silhouette": 0.25, "choropleth": 0.35, "locator": 0.15}
    return shares.get(style.flavour, 0.06)


def _districts(style: MapStyle, g: Generator) -> Districts:
    pen = style.coast or style.border or Line(between(style.land[0], ink_of(style), 0.5))
    border = Line(pen.colour, pen.width * uniform(g, 0.5, 1.2))
    if chance(g, 0.5 if style.flavour != "choropleth" else 0):
        return Districts(border)
    low, high = random_colour(g, (0, 0.3), (0.8, 1)), random_colour(g, (0.3, 1), (0.2, 0.9))
    steps = np.linspace(0, 1, int(g.integers(3, 8)))
    colours = tuple(between(low, high, share) for share in steps)
    return Districts(border if chance(g, 0.8) else None, colours)


def _marks(g: Generator) -> tuple[Mark, ...]:
    kinds: tuple[Mark, ...] = ("route", "circle", "rings", "pins", "box", "polygon", "line")
    return tuple(kinds[i] for i in g.choice(len(kinds), size=int(g.integers(1, 3))))


def _frame(style: MapStyle, g: Generator, *, old: bool) -> Frame:
    margins = (0.0, 0.0, 0.0, 0.0)
    if chance(g, 0.3):
        widest = 0.3 if chance(g, 0.3) else 0.12  # plots leave much room around a map
        margins = tuple(uniform(g, 0.01, widest) for _ in range(4))  # type: ignore[assignment]
    bar = any(margins) and not old and chance(g, 0.25)
    if bar:
        margins = (*margins[:2], uniform(g, 0.12, 0.22), margins[3])
    paper = WHITE
    if old or chance(g, 0.2):
        paper = between(style.sea, WHITE, uniform(g, 0, 0.8))
    return Frame(
        margins=margins,
        paper=paper,
        ink=BLACK if np.mean(paper) > 110 else WHITE,
        line=uniform(g, 0.5, 3) if any(margins) or chance(g, 0.1) else 0.0,
        ticks=("", "degrees", "zebra")[int(g.integers(3))] if any(margins) else "",
        title=margins[1] > 0.05 and chance(g, 0.6),
        legend=chance(g, 0.08),
        bar=bar,
        scale=chance(g, 0.12),
        arrow=chance(g, 0.08),
        credit=chance(g, 0.2) and not old,
        round=chance(g, 0.6),
    )


def _scan(g: Generator, *, old: bool) -> Scan:
    worn = old and chance(g, 0.9)
    jpeg = int(g.integers(25, 96)) if chance(g, 0.4) else 0
    if not worn and chance(g, 0.75):
        return Scan(jpeg=jpeg, blur=uniform(g, 0.3, 0.9) if chance(g, 0.2) else 0.0)
    strength = 1.0 if worn else 0.5
    return Scan(
        grey=chance(g, 0.15),
        yellowing=uniform(g, 0, 0.6) * worn,
        stains=uniform(g, 0, 0.5) * strength if worn or chance(g, 0.2) else 0.0,
        noise=uniform(g, 0, 12) * strength,
        blur=uniform(g, 0, 1.0) * strength,
        turn=g.normal(0, 2.0) * strength if chance(g, 0.6) else 0.0,
        skew=g.normal(0, 0.02) * strength if chance(g, 0.3) else 0.0,
        folds=int(g.integers(0, 4)) if worn else 0,
        contrast=uniform(g, 0.6, 1.2),
        jpeg=jpeg,
    )
