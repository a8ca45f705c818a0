"""Drawings of the method: the Equal Earth map, waves, logits, a matrix, a gallery's density."""

from __future__ import annotations

import math
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import shapely
from branca.colormap import linear
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer

from geomapclip.assets import asset
from geomapclip.location_encoder import DEGREES_OF_HALF_TURN, EQUAL_EARTH_SCALE
from webapp.plot import line_plot, png_address, signed, svg, svg_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.gallery import Gallery
    from geomapclip.place_embedding import Trace

Floats = NDArray[np.floating]

UNIT = 250  # pixels of a drawing for x = 1
TOP = 0.488  # y of the north pole
COARSE = 0.008  # corners of an outline nearer to each other than this are left out
WAVES = 3  # drawn of each scale
WINDOW = 2.0  # the part of the x axis that is drawn, times sigma
KM_PER_X = math.pi * 6371.0088  # along the equator; x = 1 is half way around
DENSITY_CELLS = (120, 59)  # columns, rows: each stands for the same area
SEQUENTIAL = linear.viridis  # type: ignore[attr-defined]  # (named at run time)


def equal_earth_xy(coordinates: Floats) -> NDArray[np.float64]:
    """Degrees (n, 2), latitude first, to the encoder's x and y, by pyproj instead of by torch."""
    latitude, longitude = np.asarray(coordinates, dtype=np.float64).T
    x, y = _projection().transform(longitude, latitude)
    return np.column_stack([x, y]) * EQUAL_EARTH_SCALE / DEGREES_OF_HALF_TURN


def equal_earth_map(spots: Sequence[tuple[str, float, float]], title: str) -> str:
    """The land on the encoder's projection with places on it.

    Args:
        spots: Name, x and y of each.
        title: What is drawn, in a sentence.
    """
    parts = [
        f'<path class="sheet" d="{_sheet_path()}"/>',
        f'<path class="ground" d="{_land_path()}"/>',
    ]
    for name, x, y in spots:
        across, down = _pixels(np.array([[x, y]]))[0]
        parts.append(
            f'<line class="cross" x1="{across:.1f}" x2="{across:.1f}" y1="0" y2="{down:.1f}"/>'
            f'<line class="cross" x1="0" x2="{across:.1f}" y1="{down:.1f}" y2="{down:.1f}"/>'
            f'<circle class="spot" cx="{across:.1f}" cy="{down:.1f}" r="5"/>'
            f"{svg_text(across + 8, down - 7, name, size=13)}"
        )
    return svg(2 * UNIT, 2 * TOP * UNIT, title, "".join(parts))


def waves_plot(trace: Trace, scale: int, sigma: float) -> str:
    """Typical waves of a scale along the parallel through the place, and their values there."""
    half = min(WINDOW / sigma / 2, 1.0)
    offset = np.linspace(-half, half, 241)
    every = trace.frequencies[scale]
    b = every[np.argsort(np.abs(np.abs(every[:, 0]) - sigma))[:WAVES]]
    phase = 2 * math.pi * (b[:, :1] * (trace.x + offset) + b[:, 1:] * trace.y)
    lines = [(f"wave {row + 1}", each) for row, each in enumerate(np.cos(phase))]
    title = f"{WAVES} of the 256 waves at σ {sigma:g} along the parallel through the place"
    km = offset * KM_PER_X
    return line_plot(
        km, lines, title, "km at the equator", "", dots_at=len(offset) // 2, size=(300, 190)
    )


def histogram(values: Floats, mark: float, mark_name: str, title: str, x_label: str) -> str:
    """How often each value occurs, on a logarithmic scale, with one of them marked."""
    counts, edges = np.histogram(values, 60)
    width, height, bottom, aside = 560, 170, 138, 18  # aside: half of a number, "-12.8"
    low, high = float(edges[0]), float(edges[-1])

    def across(value: float) -> float:
        return aside + (value - low) / (high - low) * (width - 2 * aside)

    most = math.log10(counts.max() + 1)
    parts = []
    for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        tall = math.log10(count + 1) / most * (bottom - 14)
        parts.append(
            f'<rect class="bar" x="{across(left):.1f}" y="{bottom - tall:.1f}" '
            f'width="{across(right) - across(left) - 0.6:.1f}" height="{tall:.1f}">'
            f"<title>{left:.2f} to {right:.2f}: {count:,} places</title></rect>"
        )
    at = across(min(max(mark, low), high))
    anchor = "end" if at > width * 0.7 else "start"
    shift = -6 if anchor == "end" else 6
    parts.append(f'<line class="marked" x1="{at:.1f}" x2="{at:.1f}" y1="4" y2="{bottom}"/>')
    parts.append(svg_text(at + shift, 14, mark_name, anchor))
    for value in np.linspace(low, high, 5):
        parts.append(svg_text(across(float(value)), bottom + 15, signed(float(value), 1), "middle"))
    parts.append(svg_text(width / 2, height - 3, x_label, "middle"))
    return svg(width, height, title, "".join(parts))


def matrix(
    shares: Floats, logits: Floats, rows: Sequence[str], columns: Sequence[str], title: str
) -> str:
    """A square of numbers as colours: each row's belief over the columns.

    Args:
        shares: Shape (n, n), each row sums to 1; gives the colours.
        logits: Shape (n, n); printed.
        rows: Names.
        columns: Names.
        title: What is drawn, in a sentence.
    """
    cell, left, top = 46, 96, 74
    parts = []
    for row, name in enumerate(rows):
        parts.append(svg_text(left - 6, top + cell * row + 28, name, "end", 12))
        for column in range(len(columns)):
            share, logit = float(shares[row, column]), float(logits[row, column])
            colour = SEQUENTIAL.rgb_hex_str(share)
            ink = "#10151d" if share > 0.55 else "#ffffff"
            x, y = left + cell * column, top + cell * row
            edge = ' stroke="#e0433c" stroke-width="2.5"' if row == column else ""
            parts.append(
                f'<rect x="{x + 1.5}" y="{y + 1.5}" width="{cell - 3}" height="{cell - 3}" '
                f'fill="{colour}"{edge}><title>{escape(name)} at {escape(columns[column])}: logit '
                f"{logit:.2f}, {share:.1%} of the row</title></rect>"
                f'<text x="{x + cell / 2}" y="{y + cell / 2 + 4}" text-anchor="middle" '
                f'style="fill:{ink}">{signed(logit, 1)}</text>'
            )
    for column, name in enumerate(columns):
        middle = left + cell * column + cell / 2 + 4
        parts.append(
            f'<text transform="translate({middle} {top - 6}) rotate(-38)" font-size="12">'
            f"{escape(name)}</text>"
        )
    size = (left + cell * len(columns) + 40, top + cell * len(rows) + 4)
    return svg(*size, title, "".join(parts))


def density_picture(gallery: Gallery) -> str:
    """Where the gallery's places lie, on the Equal Earth map: a data address of a PNG.

    Each pixel stands for the same area; its colour for the logarithm of the number of places.
    """
    x, y = equal_earth_xy(gallery.coordinates).T
    columns, rows = DENSITY_CELLS
    counts, _, _ = np.histogram2d(-y, x, bins=(rows, columns), range=((-TOP, TOP), (-1, 1)))
    share = np.log1p(counts) / math.log1p(counts.max())
    levels = np.where(counts > 0, 1 + np.round(share * 254), 0).astype(np.uint8)
    picture = Image.fromarray(levels)
    colours = (SEQUENTIAL.rgb_hex_str(each)[1:] for each in np.linspace(0, 1, 255))
    picture.putpalette(bytes.fromhex(f"000000{''.join(colours)}"))
    picture.info["transparency"] = 0
    return png_address(picture)


@cache
def _projection() -> Transformer:
    """Equal Earth on a sphere of radius 1, as the encoder has it."""
    return Transformer.from_crs(
        "+proj=longlat +R=1 +no_defs", "+proj=eqearth +R=1 +no_defs", always_xy=True
    )


def _pixels(xy: Floats) -> NDArray[np.float64]:
    return np.column_stack([(1 + xy[:, 0]) * UNIT, (TOP - xy[:, 1]) * UNIT])


@cache
def _sheet_path() -> str:
    latitude = np.linspace(-90, 90, 46)
    edge = np.concatenate(
        [
            np.column_stack([latitude, np.full(46, -180.0)]),
            np.column_stack([latitude[::-1], np.full(46, 180.0)]),
        ]
    )
    return _path([edge])


@cache
def _land_path() -> str:
    outlines = shapely.from_geojson(asset("outlines", "land.geojson").read_text("utf-8"))
    rings = shapely.get_rings(shapely.get_parts(shapely.get_parts(outlines)))
    return _path([shapely.get_coordinates(ring)[:, ::-1] for ring in rings])


def _path(rings: Sequence[Floats]) -> str:
    """Rings in degrees as the data of an SVG path; what is too small to be seen is left out."""
    drawn = []
    for ring in rings:
        line = shapely.simplify(shapely.LineString(equal_earth_xy(ring)), COARSE)
        xy = shapely.get_coordinates(line)
        if len(xy) > 3:
            drawn.append("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in _pixels(xy)) + "Z")
    return "".join(drawn)
