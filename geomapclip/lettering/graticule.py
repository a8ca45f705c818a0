"""Degrees written along a map's frame: 40°N, 10° W, 120 E, and plain numbers beside an axis."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from geomapclip.lettering.extent import MapExtent, frame_extent
from geomapclip.lettering.projections import Fit, Floats, Plane
from geomapclip.lettering.words import Word

DEGREES = re.compile(
    r"""^[^\w\-–−]*(?P<sign>[-−–])?\s*(?P<degrees>\d{1,3}(?:[.,]\d{1,4})?)\s*
        (?P<mark>[°ºo˚]|deg)?\s*(?:(?P<minutes>\d{1,2})\s*['’′])?\s*(?P<side>[NSEWO])?\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
AXIS = re.compile(r"^(lat(it)?ud[eo]?|long?(it)?ud[eo]?|lat|lon|long)\b", re.IGNORECASE)

LINE = 0.02  # of the picture: numbers of one axis stand in a line to within that
OFF = 0.012  # of the picture: how far a number may be from where the axis has it
LEAST_NUMBERS = 3  # on each axis where no letter says what they are; one fewer where it does
LEAST_SHARE = 0.7  # of all that look like degrees must agree, or the grid is a bent one
MOST_STRETCH = 2.5  # of one axis against the other, on the ground


@dataclass(frozen=True)
class Tick:
    """A number on a frame: value in degrees, pixel, and the axis if a letter names it."""

    value: float
    x: float
    y: float
    axis: str  # "latitude", "longitude" or ""
    marked: bool  # with a degree sign or a letter


def find_ticks(words: Sequence[Word]) -> list[Tick]:
    """Words that may be degrees on a graticule."""
    ticks = []
    for word in words:
        match = DEGREES.match(word.text[:24])
        if match is None:
            continue
        value = float(match["degrees"].replace(",", ".")) + float(match["minutes"] or 0) / 60
        side = (match["side"] or "").upper()
        axis = {"N": "latitude", "S": "latitude"}.get(side, "longitude" if side else "")
        if match["sign"] or side in ("S", "W"):
            value = -value
        if side == "O" and not match["mark"]:
            continue  # a nought, more likely than Ost or Ouest
        if abs(value) <= (90 if axis == "latitude" else 180):
            x, y = word.polygon.mean(axis=0)
            ticks.append(Tick(value, float(x), float(y), axis, bool(side or match["mark"])))
    return ticks


def fit_graticule(words: Sequence[Word], size: tuple[int, int]) -> MapExtent | None:
    """The frame that degrees along both axes give, or None.

    Plain numbers are taken for degrees only where a degree sign, a letter or the name of an axis
    says so: any diagram has numbers along two sides.

    Args:
        words: From `read_words`.
        size: Width and height of the picture in pixels.
    """
    ticks = find_ticks(words)
    named = any(AXIS.match(word.text) for word in words)
    if not named and not any(tick.marked for tick in ticks):
        return None
    down = _axis([t for t in ticks if t.axis != "longitude" and abs(t.value) <= 90], size, "y")
    across = _axis([t for t in ticks if t.axis != "latitude"], size, "x")
    if down is None or across is None:
        return None
    marked = sum(tick.marked for tick in ticks) or len(ticks)
    if down.ticks + across.ticks < LEAST_SHARE * marked:
        return None
    middle = (float(np.mean(down.values)), float(np.mean(across.values)))
    best: tuple[float, Fit] | None = None
    for name in ("equirectangular", "mercator"):
        plane = Plane(name, middle)
        y = plane.points(np.column_stack([down.values, np.full(len(down.values), middle[1])]))[:, 1]
        x = plane.points(np.column_stack([np.full(len(across.values), middle[0]), across.values]))[
            :, 0
        ]
        (v_scale, v_shift), (u_scale, u_shift) = _line(y, down.pixels), _line(x, across.pixels)
        off = math.hypot(
            float(np.abs(v_scale * y + v_shift - down.pixels).max()),
            float(np.abs(u_scale * x + u_shift - across.pixels).max()),
        )
        stretch = v_scale / max(u_scale, 1e-9)
        ground = stretch * (math.cos(math.radians(middle[0])) if name == "equirectangular" else 1)
        if u_scale <= 0 or not 1 / MOST_STRETCH < ground < MOST_STRETCH:
            continue
        fit = Fit(plane, np.diag([u_scale, v_scale]), np.array([u_shift, v_shift]))
        if off <= 2 * OFF * max(size) and (best is None or off < best[0]):
            best = off, fit
    if best is None:
        return None
    return frame_extent(best[1], size, best[0], 0.005 * max(size), down.count + across.count)


@dataclass(frozen=True, eq=False)
class _Axis:
    values: Floats
    pixels: Floats
    count: int  # of distinct values

    @property
    def ticks(self) -> int:
        return len(self.values)


def _axis(ticks: Sequence[Tick], size: tuple[int, int], along: str) -> _Axis | None:
    """The most numbers that stand in a line and grow evenly: northward or eastward."""
    place = np.array([(t.x, t.y) for t in ticks]).reshape(-1, 2)
    pixel, across = (place[:, 1], place[:, 0]) if along == "y" else (place[:, 0], place[:, 1])
    length, breadth = (size[1], size[0]) if along == "y" else size
    values = np.array([t.value for t in ticks])
    certain = np.array([bool(t.axis) for t in ticks], bool)
    best: NDArray[np.intp] = np.empty(0, np.intp)
    for one, other in combinations(range(len(ticks)), 2):
        step, climb = pixel[other] - pixel[one], values[other] - values[one]
        grows = -climb * step > 0 if along == "y" else climb * step > 0
        if not grows or abs(step) < 0.1 * length:
            continue
        expected = pixel[one] + (values - values[one]) * step / climb
        # Mercator's parallels lie a little apart from even ones: the final fit is the judge.
        slack = (0.03 if along == "y" else OFF) * length
        level = (np.abs(across - across[one]) <= LINE * breadth) | certain
        agree = np.flatnonzero((np.abs(expected - pixel) <= slack) & level)
        if len(np.unique(values[agree])) > len(np.unique(values[best])):
            best = agree
    distinct = len(np.unique(values[best]))
    if distinct < LEAST_NUMBERS - bool(certain[best].any()):
        return None
    return _Axis(values[best], pixel[best], distinct)


def _line(points: Floats, pixels: Floats) -> tuple[float, float]:
    scale, shift = np.polyfit(points, pixels, 1)
    return float(scale), float(shift)
