"""Belief to a picture: probability per area on a Web Mercator PNG, and the legend to it.

Which pixel shows which cell is worked out once a gallery; a photo then costs one table lookup. A
belief in one part of the world is few cells in a small box, and these are drawn finely instead.
The picture stays the same at every zoom, which a heatmap made of points does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from branca.colormap import linear
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from webapp.png import write_png

if TYPE_CHECKING:
    from geomapclip.cells import Cells

# Pixels for the whole world by the cells' H3 resolution: two or more to a cell at the equator.
SIZES = {4: 2048, 3: 768, 2: 768}
MERCATOR_LATITUDE = math.degrees(math.atan(math.sinh(math.pi)))  # 85.0511: the square map's edge
UNIT_KM2 = 100  # smaller than any cell used, so that no density exceeds 100 %
DECADES = 4  # from the densest cell down; what lies below is transparent
LEVELS = 24  # colours, each a factor of 1.5; more cannot be told apart and compress worse
# Perceptually even, readable in greyscale and by the colour-blind; named at run time.
COLOURS = linear.plasma  # type: ignore[attr-defined]
COLOUR_RANGE = (0.0, 0.95)  # the last yellow vanishes on a light map
OPACITY = (0.3, 0.95)  # of the faintest and of the densest level

SHARP_CELLS = 6000  # drawn one by one in some 30 ms
SHARP_SIDE = 1280  # pixels of a picture drawn for one part of the world
SHARP_SCALE = 32_768  # pixels for the whole world in such a picture: the map at zoom 7

Pixels = NDArray[np.uint8]  # (height, width), a level each
Window = tuple[float, float, float, float]  # west, north, east, south on a map of side 1
Bounds = tuple[tuple[float, float], tuple[float, float]]  # (south, west), (north, east)


@dataclass(frozen=True)
class Heatmap:
    """A picture of the belief, its place on the map and what its colours mean.

    Attributes:
        png: Paletted PNG in Web Mercator, cropped to what is not transparent.
        bounds: (south, west), (north, east) in degrees.
        low: Probability per ``UNIT_KM2`` of the faintest colour, in [0, 1].
        high: Of the densest.
        colours: The legend's colours from low to high, as "#rrggbb"; even steps stand for even
            factors, because the scale is logarithmic.
    """

    png: bytes
    bounds: Bounds
    low: float
    high: float
    colours: tuple[str, ...]


def draw_heatmap(cells: Cells, probability: NDArray[np.float64]) -> Heatmap | None:
    """Draw the belief of each cell as probability per area on a logarithmic scale.

    Args:
        cells: Of the gallery; a cell without a place of the gallery stays transparent.
        probability: Of each cell, shape (m,).

    Returns:
        None where every cell with belief lies beyond the map's edge (85 degrees).
    """
    density = probability / cells.area_km2 * UNIT_KM2
    high = float(density.max())
    low = high / 10**DECADES
    with np.errstate(divide="ignore"):  # a cell without any belief: minus infinity, level 0
        share = np.log10(density / low) / DECADES
    levels = np.ceil(np.clip(share, 0, 1) * LEVELS).astype(np.uint8)
    drawn = _draw_sharply(cells, levels) or _look_up(cells, levels)
    if drawn is None:
        return None
    return Heatmap(_encode(drawn[0]), bounds_of(drawn[1]), low, high, _colours(9))


def _look_up(cells: Cells, levels: NDArray[np.uint8]) -> tuple[Pixels, Window] | None:
    """The whole world by table lookup, cropped to what is not transparent."""
    pixels = np.concatenate([[0], levels]).astype(np.uint8)[cell_raster(cells)]
    box = Image.fromarray(pixels).getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    west, north, east, south = (edge / len(pixels) for edge in box)
    return pixels[top:bottom, left:right], (west, north, east, south)


def _draw_sharply(cells: Cells, levels: NDArray[np.uint8]) -> tuple[Pixels, Window] | None:
    """A belief in one part of the world, so that its cells stay hexagons when the map is near.

    Returns:
        None where it would be no sharper than `_look_up`, or slower.
    """
    outlines = _outlines(cells)
    visible = np.flatnonzero(levels[outlines.cell])
    if not 0 < len(visible) <= SHARP_CELLS:
        return None
    west, north = outlines.first[visible].min(axis=0)
    east, south = outlines.last[visible].max(axis=0)
    scale = min(SHARP_SIDE / max(east - west, south - north), SHARP_SCALE)
    if scale <= SIZES[cells.resolution]:
        return None
    width, height = math.ceil((east - west) * scale), math.ceil((south - north) * scale)
    picture = Image.new("L", (width, height))
    _paint(picture, outlines, visible, levels[outlines.cell[visible]], (west, north), scale)
    return np.asarray(picture), (west, north, west + width / scale, north + height / scale)


@lru_cache(maxsize=4)
def cell_raster(cells: Cells) -> NDArray[np.int32]:
    """For each pixel of the world the cell that it shows, plus one; 0 where there is none.

    Returns:
        Square, first row north, Web Mercator.
    """
    outlines = _outlines(cells)
    size = SIZES[cells.resolution]
    world = Image.new("I", (size, size))
    everything = np.arange(len(outlines.cell))
    _paint(world, outlines, everything, outlines.cell + 1, (0, 0), size)
    raster = np.asarray(world, dtype=np.int32)
    raster.setflags(write=False)
    return raster


@dataclass(frozen=True, eq=False)
class _Outlines:
    """The cells' n polygons on the map as a square of side 1; those beyond its edge left out.

    Attributes:
        corners: Of all polygons one after the other: x from the west, y from the north.
        starts: Row of ``corners`` at which each polygon begins, and their end; shape (n + 1,).
        first: The north-western corner of the box around each polygon, shape (n, 2).
        last: The south-eastern one.
        cell: The cell that each polygon belongs to, as a row of the gallery's cells.
    """

    corners: NDArray[np.float64]
    starts: NDArray[np.intp]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    cell: NDArray[np.intp]


@lru_cache(maxsize=4)
def _outlines(cells: Cells) -> _Outlines:
    parts, cell = shapely.get_parts(cells.polygons, return_index=True)
    _, south, _, north = shapely.bounds(parts).T
    on_map = np.flatnonzero((south < MERCATOR_LATITUDE) & (north > -MERCATOR_LATITUDE))
    rings = shapely.get_exterior_ring(parts[on_map])
    corners = mercator(shapely.get_coordinates(rings))
    starts = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))])
    first, last = (end.reduceat(corners, starts[:-1]) for end in (np.minimum, np.maximum))
    return _Outlines(corners, starts, first, last, cell[on_map])


def mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees to Web Mercator on a square of side 1.

    Args:
        degrees: Shape (n, 2), longitude first; latitudes beyond the map's edge end on it.

    Returns:
        Shape (n, 2): x from the west, y from the north.
    """
    latitude = np.radians(np.clip(degrees[:, 1], -MERCATOR_LATITUDE, MERCATOR_LATITUDE))
    x = (degrees[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2
    return np.column_stack([x, y])


def _paint(
    picture: Image.Image,
    outlines: _Outlines,
    polygons: NDArray[np.intp],
    values: NDArray[np.integer],
    origin: tuple[float, float],
    scale: float,
) -> None:
    """Fill some polygons, given by their rows in ascending order, with a value each."""
    count = np.diff(outlines.starts)
    wanted = np.zeros(len(count), dtype=bool)
    wanted[polygons] = True
    corners = outlines.corners[np.repeat(wanted, count)]
    pixels = ((corners - origin) * scale).ravel().tolist()
    ends = np.cumsum(2 * count[polygons])
    draw = ImageDraw.Draw(picture)
    for start, end, value in zip([0, *ends.tolist()], ends.tolist(), values.tolist(), strict=False):
        draw.polygon(pixels[start:end], fill=value)


def _encode(levels: Pixels) -> bytes:
    """PNG whose palette carries colour and opacity; level 0 is transparent."""
    opacity = np.linspace(*OPACITY, LEVELS) * 255
    palette = bytes.fromhex("".join(colour[1:] for colour in _colours(LEVELS)))
    # The clear level wears the faintest colour.
    return write_png(levels, palette[:3] + palette, bytes([0, *opacity.astype(int).tolist()]))


@cache
def _colours(count: int) -> tuple[str, ...]:
    return tuple(COLOURS.rgb_hex_str(share) for share in np.linspace(*COLOUR_RANGE, count))


def bounds_of(window: Window) -> Bounds:
    """Degrees of a window of the map of side 1."""
    west, north, east, south = (float(edge) for edge in window)
    return (_latitude(south), west * 360 - 180), (_latitude(north), east * 360 - 180)


def _latitude(y: float) -> float:
    """Latitude in degrees at a share of the way from the map's northern edge to its southern."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
