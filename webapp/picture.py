"""The map as a PNG, drawn on the server: what `webapp.map` shows, with a column of words.

No browser is asked, so a batch of pictures can be drawn; colours are those of
``static/map_frame.css``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from geomapclip.assets import asset
from geomapclip.geodesy import WGS84
from webapp.heatmap import mercator
from webapp.legend import (
    COLUMN,
    DARK,
    FINE,
    LIGHT,
    Theme,
    draw_column,
    draw_diamond,
    draw_sign,
    signs,
)

if TYPE_CHECKING:
    from webapp.heatmap import Heatmap
    from webapp.map_view import MapView

WIDTH, HEIGHT = 1600, 900  # pixels; the column of words stands on the left
MOST_SCALE = 23_170  # pixels for the whole world: no nearer than the page goes by itself
ROOM = 0.8  # of the map that the answer may fill
DASH, GAP = 7, 5
FRAME = "#1f6fd6"  # of the map that the photo shows

Points = NDArray[np.float64]  # (n, 2): x, y


def draw_picture(
    view: MapView, title: str, lines: Sequence[str], credit: str, *, dark: bool = False
) -> bytes:
    """Draw a map with its legend and words.

    Args:
        view: What the map shows; its focus is not used, the picture shows everything.
        title: Above the words, such as the photo's name.
        lines: Paragraphs under the title.
        credit: Last line, beside that of the base map.
        dark: Light on dark.

    Returns:
        A PNG of ``WIDTH`` x ``HEIGHT`` pixels without any metadata.
    """
    theme = DARK if dark else LIGHT
    frame = _frame(view)
    world = Image.new("RGB", ((WIDTH - COLUMN) * FINE, HEIGHT * FINE), theme.sea)
    _draw_world(world, frame, view.heatmap, theme)
    _draw_answer(ImageDraw.Draw(world), frame, view, theme)
    whole = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), theme.paper)
    whole.paste(world, (COLUMN * FINE, 0))
    draw_column(ImageDraw.Draw(whole), HEIGHT, view, title, lines, credit, theme)
    file = io.BytesIO()
    whole.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(file, "PNG", optimize=True)
    return file.getvalue()


@dataclass(frozen=True)
class _Frame:
    """What part of the world is shown: the map of side 1 repeats itself to east and west.

    Attributes:
        west: x of the left edge.
        north: y of the upper edge.
        scale: Fine pixels for the whole world.
    """

    west: float
    north: float
    scale: float

    def pixels(self, points: Points, turn: int = 0) -> Points:
        return (points - (self.west - turn, self.north)) * self.scale

    def turns(self, west: float = 0.0, east: float = 1.0) -> range:
        """By how many whole turns what lies between two x has to be moved to be seen."""
        right = self.west + (WIDTH - COLUMN) * FINE / self.scale
        return range(int(np.ceil(self.west - east)), int(np.floor(right - west)) + 1)

    def pixel(self, latitude: float, longitude: float) -> Points:
        """Of one place, where it lies in the first turn from the left edge; shape (2,)."""
        spot = mercator(np.array([[longitude, latitude]]))[0]
        spot[0] = self.west + (spot[0] - self.west) % 1
        return self.pixels(spot)


def _frame(view: MapView) -> _Frame:
    """The closest frame around all pins, the truth and the smallest region."""
    spots = [(sign.longitude, sign.latitude) for sign in signs(view)]
    if view.truth is not None:
        spots.append((view.truth.longitude, view.truth.latitude))
    corners = shapely.get_coordinates([region.geometry for region in view.regions[:1]])
    x, y = mercator(np.concatenate([np.array(spots, dtype=float).reshape(-1, 2), corners])).T
    if not len(x):
        x, y = np.array([0.0, 1.0]), np.array([0.1, 0.7])
    around = np.sort(x)
    gaps = np.diff(around, append=around[0] + 1)
    start = around[(int(gaps.argmax()) + 1) % len(x)]  # the widest empty stretch stays outside
    x = start + (x - start) % 1
    width, height = (WIDTH - COLUMN), HEIGHT
    closest = min(ROOM * width / max(np.ptp(x), 1e-9), ROOM * height / max(np.ptp(y), 1e-9))
    scale = float(np.clip(closest, max(width, height), MOST_SCALE))
    west = (x.min() + x.max()) / 2 - width / scale / 2
    north = np.clip((y.min() + y.max()) / 2 - height / scale / 2, 0, 1 - height / scale)
    return _Frame(float(west), float(north), scale * FINE)


def _draw_world(picture: Image.Image, frame: _Frame, heatmap: Heatmap | None, theme: Theme) -> None:
    draw = ImageDraw.Draw(picture)
    land, lakes, borders = (_outlines(name) for name in ("land", "lakes", "borders"))
    for outlines, colour in ((land, theme.land), (lakes, theme.sea)):
        for rings in outlines:
            for turn in frame.turns(rings[0][:, 0].min(), rings[0][:, 0].max()):
                for row, ring in enumerate(rings):
                    corners = frame.pixels(ring, turn).ravel().tolist()
                    draw.polygon(corners, fill=theme.sea if row else colour)
    if heatmap is not None:
        _paste_heatmap(picture, frame, heatmap)
    for rings in (*land, *borders):
        for line in rings:
            _stroke(draw, frame, line, theme.border, FINE)


def _paste_heatmap(picture: Image.Image, frame: _Frame, heatmap: Heatmap) -> None:
    (south, west), (north, east) = heatmap.bounds
    upper, lower = mercator(np.array([[west, north], [east, south]]))
    colours = Image.open(io.BytesIO(heatmap.png)).convert("RGBA")
    for turn in frame.turns(upper[0], lower[0]):
        first, last = frame.pixels(upper, turn), frame.pixels(lower, turn)
        seen = np.array([np.maximum(first, 0).round(), np.minimum(last, picture.size).round()])
        if (seen[1] - seen[0] < 1).any():
            continue
        part = (seen - first) / (last - first) * colours.size
        left, upper_edge, right, lower_edge = np.clip(part, 0, colours.size).ravel().tolist()
        width, height = (seen[1] - seen[0]).astype(int).tolist()
        drawn = colours.resize(
            (width, height), Image.Resampling.NEAREST, (left, upper_edge, right, lower_edge)
        )
        picture.paste(drawn, (int(seen[0, 0]), int(seen[0, 1])), drawn)


def _draw_answer(draw: ImageDraw.ImageDraw, frame: _Frame, view: MapView, theme: Theme) -> None:
    # As on the page: lines around small areas must not hide them on a map of the world.
    near = np.clip((np.log2(frame.scale / FINE / 256) - 2) / 3, 0, 1)
    width = round(FINE * (0.7 + 1.3 * float(near)))
    for region in view.regions:
        rings = shapely.get_rings(shapely.get_parts(region.geometry))
        for ring in rings:
            line = mercator(shapely.get_coordinates(ring))
            _stroke(draw, frame, line, theme.ink, width, dashed=region.share > 0.5)
    if view.footprint is not None:
        for ring in shapely.get_rings(shapely.get_parts(view.footprint.geometry)):
            _stroke(draw, frame, mercator(shapely.get_coordinates(ring)), FRAME, 2 * FINE)
    if view.truth is not None and view.pins:
        start, end = view.pins[0], view.truth
        between = WGS84.npts(
            start.longitude, start.latitude, end.longitude, end.latitude, 100,
            initial_idx=0, terminus_idx=0,
        )  # fmt: skip
        line = mercator(np.array(between))
        line[:, 0] = np.unwrap(line[:, 0], period=1)
        for width, colour in ((4 * FINE, "#ffffff"), (2 * FINE, theme.truth)):
            _stroke(draw, frame, line, colour, width)
    if view.truth is not None:
        draw_diamond(draw, frame.pixel(view.truth.latitude, view.truth.longitude), 17, theme)
    for sign in reversed(signs(view)):
        draw_sign(draw, frame.pixel(sign.latitude, sign.longitude), sign)


def _stroke(
    draw: ImageDraw.ImageDraw,
    frame: _Frame,
    line: Points,
    colour: str,
    width: int,
    *,
    dashed: bool = False,
) -> None:
    """Draw a line, but not where it only runs along the cut at the antimeridian."""
    on_cut = (line[:, 0] <= 1e-9) | (line[:, 0] >= 1 - 1e-9)
    cuts = np.flatnonzero(on_cut[:-1] & on_cut[1:]) + 1
    for part in np.split(line, cuts):
        if len(part) < 2:
            continue
        for turn in frame.turns(part[:, 0].min(), part[:, 0].max()):
            pixels = frame.pixels(part, turn)
            for piece in _dashes(pixels) if dashed else [pixels]:
                draw.line(piece.ravel().tolist(), fill=colour, width=width, joint="curve")


def _dashes(line: Points) -> list[Points]:
    """Pieces of ``DASH`` pixels with ``GAP`` pixels between, in fine pixels."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    starts = np.arange(0, along[-1], (DASH + GAP) * FINE)
    steps = starts[:, None] + np.array([0, 0.5, 1]) * DASH * FINE
    pieces = np.stack([np.interp(steps, along, axis) for axis in line.T], axis=-1)
    return list(pieces)


@cache
def _outlines(name: str) -> list[list[Points]]:
    """Natural Earth's outlines on the map of side 1: for each piece its rings, outer one first."""
    text = asset("outlines", f"{name}.geojson").read_text("utf-8")
    pieces = shapely.get_parts(shapely.get_parts(shapely.from_geojson(text)))
    if name == "borders":
        return [[mercator(shapely.get_coordinates(line))] for line in pieces]
    return [
        [mercator(shapely.get_coordinates(ring)) for ring in shapely.get_rings(piece)]
        for piece in pieces
    ]
