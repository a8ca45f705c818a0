"""Small drawings for the page: line plots as SVG, embeddings as pictures."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

import numpy as np
from branca.colormap import linear
from numpy.typing import NDArray
from PIL import Image

from webapp.data_address import data_address

ROWS, COLUMNS = 16, 32  # of the picture of 512 numbers
DIVERGING = linear.RdBu_11  # type: ignore[attr-defined]  # (named at run time) reversed: blue is below 0
STEPS = 255
# Told apart by the colour-blind (Okabe and Ito), each with a dash of its own for greyscale.
STROKES = (("#0072b2", ""), ("#e69f00", "6 3"), ("#009e73", "2 3"), ("#cc79a7", "8 3 2 3"))
WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 20, 10, 34

MINUS = "\N{MINUS SIGN}"

Numbers = NDArray[np.floating]


def vector_address(vector: Numbers, most: float) -> str:
    """Numbers as a picture, row by row: blue below 0, white at 0, red above.

    Args:
        vector: Shape (512,).
        most: What the darkest colours stand for.

    Returns:
        A data address of a PNG, a pixel for each number.
    """
    share = np.clip(vector.reshape(ROWS, COLUMNS) / max(most, 1e-12), -1, 1)
    picture = Image.fromarray(np.round((share + 1) / 2 * (STEPS - 1)).astype(np.uint8))
    picture.putpalette(_diverging_palette())
    return png_address(picture)


@cache
def _diverging_palette() -> bytes:
    colours = (DIVERGING.rgb_hex_str(1 - each)[1:] for each in np.linspace(0, 1, STEPS))
    return bytes.fromhex("".join(colours))


def diverging_css() -> str:
    """The colour scale of `vector_address` as a CSS gradient."""
    stops = (DIVERGING.rgb_hex_str(1 - share) for share in np.linspace(0, 1, 11))
    return f"linear-gradient(to right, {', '.join(stops)})"


def png_address(picture: Image.Image) -> str:
    """A picture as a data address."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return data_address(file.getvalue(), "image/png")


def picture_address(path: Path) -> str:
    """A JPEG file as a data address."""
    return data_address(path.read_bytes(), "image/jpeg")


def line_plot(
    x: Numbers,
    lines: Sequence[tuple[str, Numbers]],
    title: str,
    x_label: str,
    y_label: str,
    *,
    dots_at: int | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> str:
    """Lines over one axis as inline SVG, with a title for those who do not see it.

    Args:
        x: Shape (n,), growing.
        lines: Name and values of each, shape (n,); at most as many as ``STROKES``.
        title: What is drawn, in a sentence.
        x_label: With its unit.
        y_label: With its unit.
        dots_at: Index of an x at which each line gets a dot.
        size: Width and height in pixels.
    """
    values = np.concatenate([y for _, y in lines])
    low, high = nice_range(float(values.min()), float(values.max()))
    first, last = float(x[0]), max(float(x[-1]), float(x[0]) + 1e-9)
    width, height = size
    right, bottom = width - RIGHT, height - BOTTOM

    def place(across: Numbers, up: Numbers) -> Numbers:
        return np.column_stack(
            [
                LEFT + (across - first) / (last - first) * (right - LEFT),
                bottom - (up - low) / (high - low) * (bottom - TOP),
            ]
        )

    parts = []
    for value in ticks(low, high):
        y = place(np.array([first]), np.array([value]))[0, 1]
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(svg_text(LEFT - 6, y + 4, number(value), anchor="end"))
    for value in ticks(first, last, width // 75):
        across = place(np.array([value]), np.array([low]))[0, 0]
        parts.append(
            svg_text(across, bottom + 15, f"{value:,.0f}".replace("-", MINUS), anchor="middle")
        )
    for (name, y), (colour, dash) in zip(lines, STROKES, strict=False):
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in place(x, y))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"><title>{escape(name)}</title></polyline>'
        )
        if dots_at is not None:
            across, up = place(x[[dots_at]], y[[dots_at]])[0]
            parts.append(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4.5" fill="{colour}"/>')
    parts.append(svg_text((LEFT + right) / 2, height - 3, x_label, anchor="middle"))
    parts.append(
        f'<text transform="translate(11 {(TOP + bottom) / 2:.0f}) rotate(-90)" '
        f'text-anchor="middle">{escape(y_label)}</text>'
    )
    key = "".join(
        f'<span><svg class="key" viewBox="0 0 26 6" aria-hidden="true"><line x1="0" x2="26" y1="3" '
        f'y2="3" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/></svg>'
        f"{escape(name)}</span>"
        for (name, _), (colour, dash) in zip(lines, STROKES, strict=False)
    )
    return svg(width, height, title, "".join(parts)) + f'<div class="plot-key">{key}</div>'


def svg(width: float, height: float, title: str, content: str) -> str:
    """A drawing with its title for screen readers."""
    return (
        f'<svg class="plot" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{content}</svg>'
    )


def svg_text(x: float, y: float, text: str, anchor: str = "start", size: int = 11) -> str:
    """One line of text in a drawing."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">'
        f"{escape(text)}</text>"
    )


def signed(value: float, digits: int = 3) -> str:
    """A number with a true minus."""
    return f"{value:.{digits}f}".replace("-", MINUS)


def nice_range(low: float, high: float) -> tuple[float, float]:
    """A little more than a range, so that no line runs on the edge."""
    margin = max(high - low, 1e-6) * 0.05
    return low - margin, high + margin


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers within a range, ``most`` at the most."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough)
    first = math.ceil(low / step - 1e-9)
    return [
        first * step + step * each for each in range(int((high - first * step) / step + 1e-9) + 1)
    ]


def number(value: float) -> str:
    """A tick's value without needless digits, with a true minus."""
    return f"{value:g}".replace("-", MINUS) if abs(value) > 1e-12 else "0"
