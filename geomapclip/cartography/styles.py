"""How a drawn map looks, as data, and the chance and colours from which styles are made."""

from __future__ import annotations

import colorsys
import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Colour = tuple[int, int, int]  # red, green, blue, [0, 255]
Generator = np.random.Generator

Ticks = Literal["", "degrees", "zebra"]
Marker = Literal["", "dot", "circle", "square", "star"]
Mark = Literal["route", "circle", "rings", "pins", "box", "polygon", "line"]

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@dataclass(frozen=True)
class Line:
    """A pen: width in pixels of the finished picture; dash of 0 is a line without gaps."""

    colour: Colour
    width: float = 1.0
    dash: float = 0.0


@dataclass(frozen=True)
class Districts:
    """Invented parts of the land: their borders, and the colours that fill them."""

    border: Line | None = None
    colours: tuple[Colour, ...] = ()


@dataclass(frozen=True)
class Lettering:
    """Names on the map; ``font`` is a font file, or "" for the one that comes with Pillow."""

    colour: Colour = BLACK
    halo: Colour | None = None
    size: float = 10.0
    font: str = ""
    language: str = ""  # key of Atlas.country_labels
    towns: int = 12  # at most
    countries: Colour | None = None
    seas: Colour | None = None
    capitals: bool = False
    marker: Marker = "dot"


@dataclass(frozen=True)
class Frame:
    """What surrounds the map; margins (left, top, right, bottom) are shares of the picture."""

    margins: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    paper: Colour = WHITE
    ink: Colour = BLACK
    line: float = 0.0
    ticks: Ticks = ""
    title: bool = False
    legend: bool = False
    bar: bool = False  # of colours, at the right
    scale: bool = False
    arrow: bool = False
    round: bool = False  # a disc instead of a rectangle, where the middle is a pole
    credit: bool = False


@dataclass(frozen=True)
class Scan:
    """What happened to the picture after it was drawn; 0 is nothing, everywhere."""

    grey: bool = False
    yellowing: float = 0.0  # [0, 1]
    stains: float = 0.0  # [0, 1]
    noise: float = 0.0  # standard deviation in grey levels
    blur: float = 0.0  # pixels
    turn: float = 0.0  # degrees, about the centre
    skew: float = 0.0  # rise over run, about the centre
    folds: int = 0
    contrast: float = 1.0
    jpeg: int = 0  # quality


@dataclass(frozen=True)
class MapStyle:
    """All that a map is drawn with, apart from what it shows.

    Attributes:
        sea: Colour of the sea.
        land: One colour for all land, or several: then countries differ.
        values: Countries take a random colour from ``land``; else neighbours differ.
        relief: Colours from low to high of an invented relief on land; empty for none.
        shade: How strong the shadows of that relief are, [0, 1].
        depth: Colours of the sea from the coast outwards; empty for none.
        glow: Colour of a soft band in the sea along the coast.
        highlight: Colour of the view's subject among other countries, as on locator maps.
        isolate: Draw only the view's subject, as maps of one country do.
        regions: Draw the regions of countries as others draw countries, where they are known.
        detail: One of ``atlas.DETAILS``, or "" for what suits the width.
        smooth: Soft edges, as nearly all programs draw; else hard ones.
    """

    flavour: str = "plain"
    sea: Colour = (170, 211, 223)
    land: tuple[Colour, ...] = ((242, 239, 233),)
    values: bool = False
    lake: Colour | None = (170, 211, 223)
    glacier: Colour | None = None
    urban: Colour | None = None
    coast: Line | None = None
    border: Line | None = None
    province: Line | None = None
    river: Line | None = None
    road: Line | None = None
    graticule: Line | None = None
    districts: Districts | None = None
    relief: tuple[Colour, ...] = ()
    shade: float = 0.0
    depth: tuple[Colour, ...] = ()
    glow: Colour | None = None
    highlight: Colour | None = None
    isolate: bool = False
    regions: bool = False
    detail: str = ""
    smooth: bool = True
    lettering: Lettering | None = None
    marks: tuple[Mark, ...] = ()
    frame: Frame = field(default_factory=Frame)
    scan: Scan = field(default_factory=Scan)


def chance(generator: Generator, probability: float) -> bool:
    """True with a probability."""
    return bool(generator.random() < probability)


def uniform(generator: Generator, low: float, high: float) -> float:
    """A number between two others."""
    return float(generator.uniform(low, high))


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """A colour from hue (turns), saturation and value in [0, 1]."""
    clear = [float(np.clip(part, 0, 1)) for part in (saturation, value)]
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, *clear)
    return round(red * 255), round(green * 255), round(blue * 255)


def random_colour(
    generator: Generator, saturation: tuple[float, float], value: tuple[float, float]
) -> Colour:
    """A colour of any hue within limits of saturation and value."""
    return hsv(generator.random(), uniform(generator, *saturation), uniform(generator, *value))


def grey(level: float) -> Colour:
    """A grey, 0 black to 255 white."""
    return (round(level),) * 3


def shift_colours(style: MapStyle, generator: Generator) -> MapStyle:
    """Move all colours of a style together by a little hue, saturation and value."""
    hue, gain, lift = generator.normal(0, [0.012, 0.12, 0.03])

    def shift(colour: Colour) -> Colour:
        h, s, v = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
        return hsv(h + hue, s * (1 + gain), v + lift * (0.2 < v < 0.98))

    changed: dict[str, Any] = {}
    for name in (each.name for each in dataclasses.fields(style)):
        value = getattr(style, name)
        if isinstance(value, Line):
            changed[name] = dataclasses.replace(value, colour=shift(value.colour))
        elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
            changed[name] = tuple(shift(colour) for colour in value)
        elif isinstance(value, tuple) and len(value) == 3 and isinstance(value[0], int):
            changed[name] = shift(value)
    return dataclasses.replace(style, **changed)


def between(first: Colour, second: Colour, share: float) -> Colour:
    """A mixture: share 0 is the first colour, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def ink_of(style: MapStyle) -> Colour:
    """Black or white, whichever is read better on the land."""
    return BLACK if np.mean([*(style.relief or style.land)]) > 110 else WHITE
