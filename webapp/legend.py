"""The column of words beside a picture of the map, and the signs that both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw, ImageFont

from geomapclip.assets import asset
from geomapclip.wording import percent
from webapp.heatmap import UNIT_KM2

if TYPE_CHECKING:
    from webapp.heatmap import Heatmap
    from webapp.map_view import MapView

FINE = 2  # all is drawn at twice the size and scaled down, so that edges are smooth
COLUMN = 420  # pixels from the left edge of the picture
MARGIN = 24
PIN_RADIUS = 12
BEST_PIN, OTHER_PIN = "#b4232f", "#16202e"
BASE_MAP = "Base map: Natural Earth. Place names: GeoNames, CC BY 4.0."


@dataclass(frozen=True)
class Theme:
    """Colours, the same as in ``static/map_frame.css``."""

    sea: str
    land: str
    border: str
    ink: str
    faint: str
    paper: str
    truth: str


LIGHT = Theme("#f3f6f9", "#dde2e8", "#8d98a6", "#16202e", "#55606e", "#ffffff", "#0b7a4b")
DARK = Theme("#10151d", "#262f3b", "#66727f", "#f2f5f8", "#a9b4c0", "#161c25", "#35c28a")


@dataclass(frozen=True)
class Sign:
    """A numbered disc on the map and its words in the column."""

    number: int
    latitude: float
    longitude: float
    label: str
    detail: str
    best: bool


def signs(view: MapView) -> list[Sign]:
    """The pins of one photo's places, or of many photos."""
    places = [
        Sign(pin.rank, pin.latitude, pin.longitude, pin.label, pin.detail, pin.rank == 1)
        for pin in view.pins
    ]
    return places + [Sign(**vars(photo), best=False) for photo in view.photos]


def draw_column(
    draw: ImageDraw.ImageDraw,
    height: int,
    view: MapView,
    title: str,
    lines: Sequence[str],
    credit: str,
    theme: Theme,
) -> None:
    """Write title, lines, places, legend and credits into the column.

    Args:
        draw: Of a picture of ``FINE`` times the size.
        height: Of the picture in pixels.
        view: Its pins and what needs a legend; pins that find no room are counted.
        title: In large letters, cut after two lines.
        lines: Paragraphs under the title.
        credit: Beside that of the base map.
        theme: Colours.
    """
    width = COLUMN - 2 * MARGIN
    sources = wrap(f"{credit} {BASE_MAP}", 11, width)
    legend_height = 66 * (view.heatmap is not None) + 24 * (len(view.regions) + bool(view.truth))
    legend_top = height - MARGIN - 15 * len(sources) - 12 - legend_height
    y = float(MARGIN)
    for line in wrap(title, 20, width)[:2]:
        y = _text(draw, MARGIN, y, line, 20, theme.ink)
    for paragraph in lines:
        y += 6
        for line in wrap(paragraph, 14, width):
            y = _text(draw, MARGIN, y, line, 14, theme.ink)
    y += 16
    shown = signs(view)
    for row, sign in enumerate(shown):
        label, detail = wrap(sign.label, 14, width - 38), wrap(sign.detail, 12, width - 38)
        needed = 19 * len(label) + 17 * len(detail) + 10
        if y + needed > legend_top - 30:
            _text(draw, MARGIN, y, f"and {len(shown) - row:,} more", 12, theme.faint)
            break
        draw_sign(draw, np.array([MARGIN + PIN_RADIUS, y + 13]) * FINE, sign)
        for line in label:
            y = _text(draw, MARGIN + 38, y, line, 14, theme.ink)
        for line in detail:
            y = _text(draw, MARGIN + 38, y, line, 12, theme.faint)
        y += 10
    y = _legend(draw, float(legend_top), view, theme) + 12
    for line in sources:
        y = _text(draw, MARGIN, y, line, 11, theme.faint)


def draw_sign(draw: ImageDraw.ImageDraw, centre: NDArray[np.float64], sign: Sign) -> None:
    """A numbered disc, red for the best place."""
    spot = (float(centre[0]), float(centre[1]))
    draw.circle(spot, (PIN_RADIUS + 2) * FINE, fill="#ffffff")
    draw.circle(spot, PIN_RADIUS * FINE, fill=BEST_PIN if sign.best else OTHER_PIN)
    size = 12 if sign.number < 100 else 9
    draw.text(spot, str(sign.number), fill="#ffffff", font=font(size), anchor="mm")


def draw_diamond(
    draw: ImageDraw.ImageDraw, centre: NDArray[np.float64], radius: int, theme: Theme
) -> None:
    """The sign of the photo's own place; hollow, so that a pin at the same spot shows inside."""
    reach = radius * FINE
    corners = [(0, -reach), (reach, 0), (0, reach), (-reach, 0), (0, -reach), (reach, 0)]
    line = (np.array(corners) + centre).ravel().tolist()
    for width, colour in ((7, "#ffffff"), (4, theme.truth)) if radius > 10 else ((2, theme.truth),):
        draw.line(line, fill=colour, width=width * FINE, joint="curve")


def wrap(text: str, size: int, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` pixels; a word that is longer is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _length(longer, size) <= width:
            lines[-1] = longer
            continue
        while _length(word, size) > width:
            fits = max(1, int(len(word) * width / _length(word, size)) - 1)
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The project's own font, at a size in pixels of the finished picture."""
    path = str(asset("fonts", "DejaVuSans.ttf"))
    return ImageFont.truetype(path, size * FINE, layout_engine=ImageFont.Layout.BASIC)


def _length(text: str, size: int) -> float:
    return font(size).getlength(text) / FINE


def _text(
    draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, colour: str
) -> float:
    """Write one line; where the next begins."""
    draw.text((x * FINE, y * FINE), text, fill=colour, font=font(size))
    return y + round(size * 1.35)


def _legend(draw: ImageDraw.ImageDraw, y: float, view: MapView, theme: Theme) -> float:
    if view.heatmap is not None:
        y = _colour_bar(draw, y, view.heatmap, theme)
    for region in view.regions:
        middle = (y + 10) * FINE
        for start in range(0, 32, 12) if region.share > 0.5 else [0]:
            end = start + (7 if region.share > 0.5 else 32)
            ends = [(MARGIN + start) * FINE, middle, (MARGIN + end) * FINE, middle]
            draw.line(ends, fill=theme.ink, width=2 * FINE)
        words = f"{region.share * 100:.0f} % of the belief: {region.area_km2:,.0f} km²"
        _text(draw, MARGIN + 44, y, words, 13, theme.ink)
        y += 24
    if view.truth is not None:
        draw_diamond(draw, np.array([MARGIN + 16, y + 9]) * FINE, 7, theme)
        _text(draw, MARGIN + 44, y, f"EXIF: {view.truth.detail}", 13, theme.ink)
        y += 24
    return y


def _colour_bar(draw: ImageDraw.ImageDraw, y: float, heatmap: Heatmap, theme: Theme) -> float:
    _text(draw, MARGIN, y, f"Probability per {UNIT_KM2} km² (log scale)", 13, theme.ink)
    edges = np.linspace(MARGIN, COLUMN - MARGIN, len(heatmap.colours) + 1) * FINE
    for left, right, colour in zip(edges[:-1], edges[1:], heatmap.colours, strict=True):
        draw.rectangle([left, (y + 22) * FINE, right, (y + 32) * FINE], fill=colour)
    _text(draw, MARGIN, y + 36, percent(heatmap.low), 12, theme.faint)
    end = ((COLUMN - MARGIN) * FINE, (y + 36) * FINE)
    draw.text(end, percent(heatmap.high), fill=theme.faint, font=font(12), anchor="ra")
    return y + 66
