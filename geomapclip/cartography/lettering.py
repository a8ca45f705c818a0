"""Names, and the marks that people put on maps."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from geomapclip.cartography.atlas import Atlas
from geomapclip.cartography.layers import Names
from geomapclip.cartography.outlines import Points
from geomapclip.cartography.styles import (
    BLACK,
    WHITE,
    Colour,
    Generator,
    Lettering,
    Mark,
    Marker,
    chance,
    random_colour,
    uniform,
)
from geomapclip.cartography.view import Projector
from geomapclip.errors import InvalidArgumentError

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[float, float, float, float]


@functools.lru_cache(maxsize=256)
def open_font(file: str, size: int) -> Font:
    """A font of a size in pixels; "" is the one that comes with Pillow.

    Raises:
        InvalidArgumentError: The file is no font.
    """
    if not file:
        return ImageFont.load_default(size)
    try:
        return ImageFont.truetype(file, size)
    except OSError as error:
        raise InvalidArgumentError("font", file, "must be a font file that Pillow reads") from error


def can_write(font: Font, text: str) -> bool:
    """True when the font has a glyph for every letter of a text."""
    return all(_has_glyph(font, letter) for letter in set(text))


@functools.lru_cache(maxsize=65536)
def _has_glyph(font: Font, letter: str) -> bool:
    if letter.isascii():
        return True
    mask, missing = font.getmask(letter), font.getmask("\U0010fffe")
    return bytes(mask) != bytes(missing) or mask.size != missing.size


def letter(
    image: Image.Image,
    atlas: Atlas,
    projector: Projector,
    lettering: Lettering,
    generator: Generator,
) -> None:
    """Write names of countries, seas and towns where they do not cover one another."""
    draw = ImageDraw.Draw(image)
    taken: list[Box] = []
    size = lettering.size
    countries = atlas.country_labels.get(lettering.language, atlas.country_labels[""])
    layers: tuple[tuple[Names, Colour | None, int, float], ...] = (
        (countries, lettering.countries, 12, 1.15),
        (atlas.seas, lettering.seas, 5, 1.0),
        (atlas.towns, lettering.colour, lettering.towns, 0.9),
    )
    for names, colour, most, share in layers:
        if colour is None or not most:
            continue
        towns = names is atlas.towns
        inside, pixels = in_view(names, projector)
        order = np.argsort(names.ranks[inside] + generator.random(len(inside)))[: 3 * most]
        for nth in order:
            if most <= 0:
                break
            text = names.names[inside[nth]]
            grown = size * share * (1.25 - 0.05 * min(int(names.ranks[inside[nth]]), 8))
            font = open_font(lettering.font, max(6, round(grown)))
            text = text.upper() if lettering.capitals and not towns else text
            if not can_write(font, text):
                continue
            x, y = (float(value) for value in pixels[nth])
            half = font.getlength(text) / 2
            at = (x, y)
            if towns and lettering.marker:
                x, y = (x + grown / 3 + half, y) if chance(generator, 0.7) else (x, y - grown * 0.8)
            box = (x - half, y - grown / 2, x + half, y + grown / 2)
            if any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            most -= 1
            if towns and lettering.marker:
                _mark_town(draw, at, lettering.marker, lettering.colour, grown / 5)
            _write(image, (x, y), text, colour, font, lettering.halo)


def _write(
    image: Image.Image,
    at: tuple[float, float],
    text: str,
    colour: Colour,
    font: Font,
    halo: Colour | None,
) -> None:
    """Write a name about its middle. Widening a stamp is faster than Pillow's own stroke."""
    if halo is None:
        ImageDraw.Draw(image).text(at, text, colour, font, anchor="mm")
        return
    left, top, right, bottom = font.getbbox(text)
    width, height = math.ceil(right - left) + 6, 2 * math.ceil(bottom - top) + 6
    stamp = Image.new("L", (width, height))
    ImageDraw.Draw(stamp).text((width / 2, height / 2), text, 255, font, anchor="mm")
    corner = (round(at[0] - width / 2), round(at[1] - height / 2))
    image.paste(halo, corner, stamp.filter(ImageFilter.MaxFilter(3)))
    image.paste(colour, corner, stamp)


def in_view(names: Names, projector: Projector) -> tuple[NDArray[np.intp], Points]:
    """Indices of the names whose places are in the picture, and where there, in pixels."""
    window = projector.window
    lon, lat = names.xy.T
    # Whole turns bring each place as near to the window's middle as can be.
    middle = (window.west + window.east) / 2
    near = (lon - middle + 180) % 360 - 180
    fits = (np.abs(near) <= (window.east - window.west) / 2) & (lat >= window.south)
    inside = np.flatnonzero(fits & (lat <= window.north))
    pixels = projector.pixels(np.column_stack([near[inside] + middle, lat[inside]]))
    limits = [projector.view.width * projector.scale, projector.view.height * projector.scale]
    seen = ((pixels >= 0) & (pixels < limits)).all(axis=1)
    return inside[seen], pixels[seen]


def _overlap(first: Box, second: Box) -> bool:
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


def _mark_town(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], marker: Marker, colour: Colour, r: float
) -> None:
    x, y = at
    box = (x - r, y - r, x + r, y + r)
    if marker == "dot":
        draw.ellipse(box, colour)
    elif marker == "circle":
        draw.ellipse(box, WHITE, colour)
    elif marker == "square":
        draw.rectangle(box, colour)
    else:
        draw.regular_polygon((x, y, 1.4 * r), 3, fill=colour)


def put_mark(image: Image.Image, mark: Mark, generator: Generator) -> None:
    """Something that a user drew over the map: a route, pins, a circle."""
    width, height = image.size
    over = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    colour = random_colour(generator, (0.6, 1), (0.4, 1))
    pen = max(1, round(uniform(generator, 0.004, 0.015) * width))
    x, y = generator.uniform(0.25, 0.75, 2) * [width, height]
    reach = uniform(generator, 0.05, 0.4) * min(width, height)
    around = (x - reach, y - reach, x + reach, y + reach)
    if mark == "circle":
        fill = (*colour, int(generator.integers(0, 130)))
        draw.ellipse(around, fill, colour, pen)
    elif mark == "rings":
        for share in (1.0, 0.5):
            middle = (width / 2, height / 2)
            draw.circle(middle, reach * share, outline=colour, width=pen)
    elif mark == "box":
        fill = (*colour, int(generator.integers(0, 130)))
        high = reach * uniform(generator, 0.4, 1)
        draw.rectangle((x - reach, y - high, x + reach, y + high), fill, colour, pen)
    elif mark == "polygon":
        angles = np.sort(generator.uniform(0, 2 * np.pi, int(generator.integers(4, 12))))
        radii = reach * generator.uniform(0.5, 1, len(angles))
        corners = np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
        draw.polygon(corners.ravel().tolist(), (*colour, int(generator.integers(40, 200))), colour)
    elif mark == "pins":
        for _ in range(int(generator.integers(1, 9))):
            px, py = generator.uniform(0.05, 0.95, 2) * [width, height]
            r = uniform(generator, 0.01, 0.03) * width
            draw.polygon([px, py, px - r, py - 2 * r, px + r, py - 2 * r], colour)
            draw.circle((px, py - 2.4 * r), r, colour, BLACK if r > 4 else None)
    else:
        count = 2 if mark == "line" else int(generator.integers(4, 14))
        path = np.cumsum(generator.normal(0, 0.12, (count, 2)), axis=0) * [width, height]
        path += [width / 2, height / 2] - path.mean(axis=0)
        draw.line(path.ravel().tolist(), colour, pen, joint="curve")
    image.paste(over, mask=over)
