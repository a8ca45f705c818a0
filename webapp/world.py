"""The whole world in colours that an embedding gives it, and two places on it, for the map."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from branca.colormap import linear
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree

from geomapclip.assets import asset
from geomapclip.geodesy import Coordinates, unit_vectors
from webapp.data_address import data_address
from webapp.heatmap import MERCATOR_LATITUDE, Bounds, mercator
from webapp.plot import signed

if TYPE_CHECKING:
    from webapp.map_view import Json

SIDE = 1024  # pixels for the whole world: a place of the land grid is at least two wide
LEVELS = 48
NEAREST_ZOOM = 11
TAIL = (1, 99.5)  # percentiles that the colours span: one odd place must not pale the rest
COLOUR_TAIL = (2, 98)
SPOT = 1  # pixels around a gallery's place that bear its colour
COLOURS = linear.viridis  # type: ignore[attr-defined]  # (named at run time)
WHOLE: Bounds = ((-MERCATOR_LATITUDE, -180.0), (MERCATOR_LATITUDE, 180.0))
CHANNELS = (("#e0433c", "Red"), ("#2f9e44", "Green"), ("#3b6fd6", "Blue"))


@dataclass(frozen=True)
class Painted:
    """A picture of the world, or of a part of it, with what its colours mean.

    Attributes:
        png: PNG in Web Mercator; transparent where nothing is known.
        title: Of the legend.
        bounds: (south, west), (north, east) in degrees; the east may lie beyond 180.
        low: What the first colour of the scale stands for, in words.
        high: What the last one stands for.
        colours: The scale's, as "#rrggbb"; empty where the colours are no scale.
        keys: Single colours and what they stand for.
    """

    png: bytes
    title: str
    bounds: Bounds = WHOLE
    low: str = ""
    high: str = ""
    colours: tuple[str, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> Json:
        """As the map's script takes a heatmap."""
        legend = {"title": self.title, "low": self.low, "high": self.high, "keys": self.keys}
        return {
            "url": data_address(self.png, "image/png"),
            "bounds": self.bounds,
            "legend": legend | ({"colours": self.colours} if self.colours else {}),
        }


@dataclass(frozen=True)
class Mark:
    """A place that the visitor chose: "A" or "B", degrees, its name, a line about it."""

    name: str
    latitude: float
    longitude: float
    label: str
    detail: str


@dataclass(frozen=True)
class WorldView:
    """What the map of the explorer shows.

    Attributes:
        painted: The colours of the world, or None.
        marks: The chosen places.
        gallery: Name of the gallery: where it changes, its points on the map are drawn anew.
        visit: Name of the mark that has to be seen, because it was not chosen on the map.
        focus: What to fly to; None leaves the user's view as it is.
        share: How much of what is painted is embedded; below 1 the picture is a sketch, and the
            page asks for more (see ``static/map_host.js``).
    """

    painted: Painted | None
    marks: tuple[Mark, ...]
    gallery: str = ""
    visit: str = ""
    focus: Bounds | None = None
    share: float = 1.0

    def to_json(self) -> Json:
        """Plain values for the script in the page (see ``static/map_frame.js``)."""
        return {
            "heatmap": self.painted and self.painted.to_json(),
            "marks": [vars(mark) for mark in self.marks],
            "gallery": self.gallery,
            "visit": self.visit,
            "regions": [],
            "pins": [],
            "truth": None,
            "focus": self.focus,
            "fit": {"maxZoom": NEAREST_ZOOM},
            "photos": [],
            "box": None,
            "share": self.share,
            "named": self.painted is not None,
        }


def paint_cosine(
    cosine: NDArray[np.float32],
    spots: Coordinates,
    what: str,
    note: str = "",
    *,
    dots: bool = False,
) -> Painted:
    """Colour places by their likeness to one place.

    Args:
        cosine: Of each place, shape (n,).
        spots: The places, shape (n, 2), degrees.
        what: Is compared, for the legend.
        note: Which places these are, for the legend.
        dots: Draw a dot for each place; otherwise the places are a grid that covers the land.
    """
    levels, words = _levels(cosine, TAIL)
    picture = Image.fromarray(_dots(levels, spots) if dots else _cover(levels, spots))
    return _in_colour(picture, f"Cosine to A, {what}", WHOLE, words, note)


def paint_near(cosine: NDArray[np.float32], bounds: Bounds, what: str, note: str) -> Painted:
    """Colour the surroundings of a place by their likeness to it.

    Args:
        cosine: On an even grid, shape (rows, columns), first row north.
        bounds: Of the grid, its outer cells included.
        what: As in `paint_cosine`.
        note: As in `paint_cosine`.
    """
    levels, words = _levels(cosine, (0, 100))
    return _in_colour(Image.fromarray(levels), f"Cosine to A, {what}", bounds, words, note)


def paint_components(
    scores: NDArray[np.float32], shares: NDArray[np.float32], spots: Coordinates, what: str
) -> Painted:
    """The land in false colour: the first three principal components as red, green and blue.

    Args:
        scores: Of each place of the land grid, shape (n, 3).
        shares: Of the variance, shape (3,).
        spots: The places, shape (n, 2), degrees.
        what: Is shown, for the legend.
    """
    low, high = np.percentile(scores, COLOUR_TAIL, axis=0)
    colours = np.clip((scores - low) / np.maximum(high - low, 1e-9), 0, 1) * 255
    table = np.zeros((len(scores) + 1, 4), dtype=np.uint8)
    table[1:, :3], table[1:, 3] = colours.round(), 255
    keys = tuple(
        (colour, f"{name}: component {number}, {share * 100:.0f} % of the variance")
        for number, ((colour, name), share) in enumerate(zip(CHANNELS, shares, strict=True), 1)
    )
    picture = Image.fromarray(table[_land_raster(spots.tobytes())])
    return Painted(_png(picture), title=f"Alike in colour, {what}", keys=keys)


def _levels(
    cosine: NDArray[np.float32], tail: tuple[float, float]
) -> tuple[NDArray[np.uint8], tuple[str, str]]:
    """Steps of the colour scale from 1, and its two ends in words."""
    low, high = np.percentile(cosine, tail)
    share = np.clip((cosine - low) / max(high - low, 1e-9), 0, 1)
    signs = ("≤ ", "≥ ") if tail != (0, 100) else ("", "")
    words = (signs[0] + signed(low, 2), signs[1] + signed(high, 2))
    return (1 + np.round(share * (LEVELS - 1))).astype(np.uint8), words


def _in_colour(
    levels: Image.Image, title: str, bounds: Bounds, words: tuple[str, str], note: str
) -> Painted:
    palette = _palette()
    levels.putpalette(bytes.fromhex(f"000000{''.join(colour[1:] for colour in palette)}"))
    keys = (("transparent", note),) if note else ()
    colours = tuple(palette[:: LEVELS // 8])
    return Painted(_png(levels, transparency=0), title, bounds, *words, colours, keys)


@cache
def _palette() -> list[str]:
    return [COLOURS.rgb_hex_str(each) for each in np.linspace(0, 1, LEVELS)]


def _cover(levels: NDArray[np.uint8], spots: Coordinates) -> NDArray[np.uint8]:
    """One level for each pixel on land, that of the nearest place; 0 at sea."""
    return np.concatenate([np.zeros(1, np.uint8), levels])[_land_raster(spots.tobytes())]


def _dots(levels: NDArray[np.uint8], spots: Coordinates) -> NDArray[np.uint8]:
    """A dot of its level for each place; 0 between them."""
    world = np.zeros((SIDE, SIDE), dtype=np.uint8)
    on_map = np.flatnonzero(np.abs(spots[:, 0]) < MERCATOR_LATITUDE)
    on_map = on_map[np.argsort(levels[on_map], kind="stable")]  # the most alike lie on top
    column, row = (mercator(spots[on_map][:, ::-1]).T * SIDE).astype(int)
    for down in range(-SPOT, SPOT + 1):
        for right in range(-SPOT, SPOT + 1):
            rows = (row + down).clip(0, SIDE - 1)
            world[rows, (column + right) % SIDE] = levels[on_map]
    return world


@lru_cache(maxsize=2)
def _land_raster(grid: bytes) -> NDArray[np.int32]:
    """For each pixel on land the nearest place of a grid, plus one; 0 at sea.

    Args:
        grid: Its coordinates' bytes, so that the same grid is worked out once.
    """
    spots = np.frombuffer(grid, dtype=np.float64).reshape(-1, 2)
    land = Image.new("1", (SIDE, SIDE))
    draw = ImageDraw.Draw(land)
    outlines = shapely.from_geojson(asset("outlines", "land.geojson").read_text("utf-8"))
    for piece in shapely.get_parts(shapely.get_parts(outlines)):
        for number, ring in enumerate(shapely.get_rings(piece)):
            corners = mercator(shapely.get_coordinates(ring)) * SIDE
            draw.polygon(corners.ravel().tolist(), fill=0 if number else 1)
    row, column = np.nonzero(np.asarray(land))
    latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (row + 0.5) / SIDE))))
    longitude = (column + 0.5) / SIDE * 360 - 180
    _, nearest = cKDTree(unit_vectors(spots)).query(
        unit_vectors(np.column_stack([latitude, longitude]))
    )
    raster = np.zeros((SIDE, SIDE), dtype=np.int32)
    raster[row, column] = nearest + 1
    raster.setflags(write=False)
    return raster


def _png(picture: Image.Image, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=4, **options)
    return file.getvalue()
