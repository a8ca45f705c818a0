"""Belief to a picture: probability per area on a Web Mercator PNG, and the legend to it.

Which pixel shows which cell is worked out once a gallery; a photo then costs one table lookup. A
belief in one part of the world is few cells in a small box, and these are drawn finely instead.
The picture stays the same at every zoom, which a heatmap made of points does not.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from branca.colormap import linear
from numpy.typing import NDArray
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from geomapclip.cells import Cells

SIZE = 2048  # pixels for the whole world: about one H3 cell of resolution 4 at the equator
MERCATOR_LATITUDE = math.degrees(math.atan(math.sinh(math.pi)))  # 85.0511: the square map's edge
UNIT_KM2 = 100  # smaller than any cell used, so that no density exceeds 100 %
DECADES = 4  # from the densest cell down; what lies below is transparent
LEVELS = 48  # colours; more cannot be told apart and compress worse
# Perceptually even, readable in greyscale and by the colour-blind; named at run time.
COLOURS = linear.plasma  # type: ignore[attr-defined]
COLOUR_RANGE = (0.0, 0.95)  # the last yellow vanishes on a light map
OPACITY = (0.5, 0.95)  # of the faintest and of the densest level

SHARP_CELLS = 6000  # drawn one by one in some 30 ms
SHARP_SIDE = 1280  # pixels of a picture drawn for one part of the world
SHARP_SCALE = 32_768  # pixels for the whole world in such a picture: the map at zoom 7

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
    return drawn and Heatmap(_encode(drawn[0]), _bounds(drawn[1]), low, high, _colours(9))


def _look_up(cells: Cells, levels: NDArray[np.uint8]) -> tuple[Image.Image, Window] | None:
    """The whole world by table lookup, cropped to what is not transparent."""
    picture = Image.fromarray(np.concatenate([[0], levels]).astype(np.uint8)[cell_raster(cells)])
    box = picture.getbbox()
    if box is None:
        return None
    west, north, east, south = (edge / SIZE for edge in box)
    return picture.crop(box), (west, north, east, south)


def _draw_sharply(cells: Cells, levels: NDArray[np.uint8]) -> tuple[Image.Image, Window] | None:
    """A belief in one part of the world, so that its cells stay hexagons when the map is near.

    Returns:
        None where it would be no sharper than `_look_up`, or slower.
    """
    outlines = _outlines(cells)
    visible = np.flatnonzero(levels[outlines.cell])
    if not 0 < len(visible) <= SHARP_CELLS:
        return None
    corners = [outlines.corners[row] for row in visible]
    west, north = np.min([each.min(axis=0) for each in corners], axis=0)
    east, south = np.max([each.max(axis=0) for each in corners], axis=0)
    scale = min(SHARP_SIDE / max(east - west, south - north), SHARP_SCALE)
    if scale <= SIZE:
        return None
    width, height = math.ceil((east - west) * scale), math.ceil((south - north) * scale)
    picture = Image.new("L", (width, height))
    _paint(picture, corners, levels[outlines.cell[visible]], (west, north), scale)
    return picture, (west, north, west + width / scale, north + height / scale)


@lru_cache(maxsize=4)
def cell_raster(cells: Cells) -> NDArray[np.int32]:
    """For each pixel of the world the cell that it shows, plus one; 0 where there is none.

    Returns:
        Shape (``SIZE``, ``SIZE``), first row north, Web Mercator.
    """
    outlines = _outlines(cells)
    world = Image.new("I", (SIZE, SIZE))
    _paint(world, outlines.corners, outlines.cell + 1, (0, 0), SIZE)
    raster = np.asarray(world, dtype=np.int32)
    raster.setflags(write=False)
    return raster


@dataclass(frozen=True, eq=False)
class _Outlines:
    """The cells' polygons on the map as a square of side 1; those beyond its edge left out.

    Attributes:
        corners: Of each polygon, shape (corners, 2): x from the west, y from the north.
        cell: The cell that each polygon belongs to, as a row of the gallery's cells.
    """

    corners: list[NDArray[np.float64]]
    cell: NDArray[np.intp]


@lru_cache(maxsize=4)
def _outlines(cells: Cells) -> _Outlines:
    parts, cell = shapely.get_parts(cells.polygons, return_index=True)
    _, south, _, north = shapely.bounds(parts).T
    on_map = np.flatnonzero((south < MERCATOR_LATITUDE) & (north > -MERCATOR_LATITUDE))
    rings = shapely.get_exterior_ring(parts[on_map])
    degrees, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings)))
    return _Outlines(np.split(mercator(degrees), starts)[1:], cell[on_map])


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
    corners: list[NDArray[np.float64]],
    values: NDArray[np.integer],
    origin: tuple[float, float],
    scale: float,
) -> None:
    draw = ImageDraw.Draw(picture)
    for polygon, value in zip(corners, values.tolist(), strict=True):
        draw.polygon(((polygon - origin) * scale).ravel().tolist(), fill=value)


def _encode(levels: Image.Image) -> bytes:
    """PNG whose palette carries colour and opacity; level 0 is transparent."""
    opacity = np.linspace(*OPACITY, LEVELS) * 255
    palette = bytes.fromhex("".join(colour[1:] for colour in _colours(LEVELS)))
    levels.putpalette(palette[:3] + palette)  # the clear level wears the faintest colour
    file = io.BytesIO()
    levels.save(file, "PNG", transparency=bytes([0, *opacity.astype(int).tolist()]))
    return file.getvalue()


def _colours(count: int) -> tuple[str, ...]:
    return tuple(COLOURS.rgb_hex_str(share) for share in np.linspace(*COLOUR_RANGE, count))


def _bounds(window: Window) -> Bounds:
    west, north, east, south = (float(edge) for edge in window)
    return (_latitude(south), west * 360 - 180), (_latitude(north), east * 360 - 180)


def _latitude(y: float) -> float:
    """Latitude in degrees at a share of the way from the map's northern edge to its southern."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
