"""What surrounds a map (margins, frame, ticks, legend) and what a scanner does to it."""

from __future__ import annotations

import io
import math
import string

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from geomapclip.cartography.ground import noise
from geomapclip.cartography.lettering import open_font
from geomapclip.cartography.styles import Frame, Generator, MapStyle, Scan, chance, grey, uniform
from geomapclip.cartography.view import Projector

Size = tuple[int, int]
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom excluded
STEPS_DEG = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)


def map_box(frame: Frame, size: Size) -> Box:
    """Where the map lies in a picture of a size."""
    left, top, right, bottom = frame.margins
    width, height = size
    return (
        round(left * width),
        round(top * height),
        width - round(right * width),
        height - round(bottom * height),
    )


def graticule_step(width_deg: float) -> float:
    """A round number of degrees, so that about four lines cross the map."""
    return next((step for step in STEPS_DEG if width_deg / step <= 6), STEPS_DEG[-1])


def frame_map(
    inner: Image.Image,
    box: Box,
    size: Size,
    style: MapStyle,
    projector: Projector,
    generator: Generator,
) -> Image.Image:
    """Put the map into its picture, with margins and all that stands beside it."""
    frame = style.frame
    picture = Image.new("RGB", size, frame.paper)
    disc = frame.round and abs(projector.view.latitude) == 90
    picture.paste(inner, box[:2], _disc(inner.size) if disc else None)
    draw = ImageDraw.Draw(picture)
    if disc:
        _ring(draw, box, frame)
    elif frame.line:
        width = max(1, round(frame.line))
        draw.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), None, frame.ink, width)
    if frame.ticks and not disc:
        _ticks(draw, box, frame, projector)
    if frame.title:
        font = open_font("", max(8, round(size[0] * uniform(generator, 0.035, 0.06))))
        high = max(box[1] / 2, font.size / 2 + 2)  # type: ignore[union-attr]
        draw.text((size[0] / 2, high), _words(generator, 4), frame.ink, font, anchor="mm")
    if frame.bar and size[0] - box[2] > 12:
        _colour_bar(draw, box, style, size)
    if frame.legend:
        _legend(draw, box, style, generator)
    if frame.scale:
        _scale_bar(draw, box, frame, projector)
    if frame.arrow:
        x, y, r = box[2] - size[0] * 0.06, box[1] + size[1] * 0.09, size[0] * 0.02
        draw.polygon([x, y - 2 * r, x - r, y + r, x, y + r / 2, x + r, y + r], frame.ink)
        draw.text((x, y - 2.2 * r), "N", frame.ink, open_font("", 9), anchor="mb")
    if frame.credit:
        font = open_font("", max(6, round(size[0] * 0.03)))
        text = "© " + _words(generator, 3)
        corner = (box[2] - 2, box[3] - 2)
        draw.rectangle(draw.textbbox(corner, text, font, anchor="rb"), frame.paper)
        draw.text(corner, text, frame.ink, font, anchor="rb")
    return picture


def _disc(size: Size) -> Image.Image:
    """Mask of the largest disc in the middle of a picture."""
    mask = Image.new("L", size)
    radius = min(size) / 2
    ImageDraw.Draw(mask).circle((size[0] / 2, size[1] / 2), radius, 255)
    return mask


def _ring(draw: ImageDraw.ImageDraw, box: Box, frame: Frame) -> None:
    """The edge of a disc: a line, or a border of black and white pieces."""
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    radius = min(box[2] - box[0], box[3] - box[1]) / 2
    around = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
    draw.circle(middle, radius, None, frame.ink, max(1, round(frame.line)))
    if frame.ticks == "zebra":
        for start in range(0, 360, 30):
            draw.arc(around, start, start + 15, frame.ink, max(3, round(radius / 25)))


def _ticks(draw: ImageDraw.ImageDraw, box: Box, frame: Frame, projector: Projector) -> None:
    """Degrees beside the map, or a border of black and white pieces."""
    scale = projector.scale
    size = np.array([box[2] - box[0], box[3] - box[1]])
    font = open_font("", max(6, round(size[0] * 0.032)))
    for axis in (0, 1):
        along = np.zeros((size[axis], 2))
        along[:, axis] = np.arange(size[axis]) * scale
        along[:, 1 - axis] = (size[1] - 1) * scale if axis == 0 else 0
        degrees = projector.places(along)[:, axis]
        if np.isnan(degrees).any():
            continue
        step = graticule_step(float(np.ptp(degrees)))
        number = np.floor(degrees / step)
        at = np.flatnonzero(np.diff(number)) + 1
        if frame.ticks == "zebra":
            for nth, (start, end) in enumerate(
                zip([0, *at.tolist()], [*at.tolist(), int(size[axis])], strict=True)
            ):
                colour = frame.ink if nth % 2 else frame.paper
                for edge in (box[1 - axis], box[3 - axis] - 3):
                    low = (box[0] + start, edge) if axis == 0 else (edge, box[1] + start)
                    high = (box[0] + end, edge + 2) if axis == 0 else (edge + 2, box[1] + end)
                    draw.rectangle((*low, *high), colour, frame.ink)
            continue
        for place in at.tolist():
            value = float(max(number[place], number[place - 1]) * step)
            text = f"{(value + 180) % 360 - 180 if axis == 0 else value:g}"
            if axis == 0:
                draw.line((box[0] + place, box[3], box[0] + place, box[3] + 3), frame.ink)
                draw.text((box[0] + place, box[3] + 4), text, frame.ink, font, anchor="mt")
            else:
                draw.line((box[0] - 4, box[1] + place, box[0] - 1, box[1] + place), frame.ink)
                draw.text((box[0] - 5, box[1] + place), text, frame.ink, font, anchor="rm")


def _colour_bar(draw: ImageDraw.ImageDraw, box: Box, style: MapStyle, size: Size) -> None:
    colours = style.depth or style.relief or style.land
    left, right = box[2] + 6, box[2] + 6 + max(4, size[0] // 30)
    top, bottom = box[1] + 8, box[3] - 8
    font = open_font("", 7)
    for nth, colour in enumerate(reversed(colours)):
        start = top + (bottom - top) * nth / len(colours)
        draw.rectangle((left, start, right, start + (bottom - top) / len(colours)), colour)
        draw.text((right + 2, start), f"{(len(colours) - nth) * 10}", style.frame.ink, font)


def _legend(draw: ImageDraw.ImageDraw, box: Box, style: MapStyle, generator: Generator) -> None:
    lines = int(generator.integers(2, 5))
    width = (box[2] - box[0]) * uniform(generator, 0.2, 0.35)
    height = 11 * lines + 4
    x = box[0] + 4 if chance(generator, 0.5) else box[2] - width - 4
    y = box[1] + 4 if chance(generator, 0.3) else box[3] - height - 4
    draw.rectangle((x, y, x + width, y + height), style.frame.paper, style.frame.ink)
    for nth in range(lines):
        colour = style.land[nth % len(style.land)] if nth else style.sea
        draw.rectangle((x + 4, y + 4 + 11 * nth, x + 14, y + 11 + 11 * nth), colour, grey(120))
        font = open_font("", 8)
        draw.text((x + 18, y + 3 + 11 * nth), _words(generator, 1), style.frame.ink, font)


def _scale_bar(draw: ImageDraw.ImageDraw, box: Box, frame: Frame, projector: Projector) -> None:
    view = projector.view
    longest = view.width_km * 0.3
    unit: float = 10.0 ** math.floor(math.log10(longest))
    km = max(unit * factor for factor in (1, 2, 5) if unit * factor <= longest)
    width = km / view.width_km * (box[2] - box[0])
    x, y = box[0] + 8, box[3] - 10
    draw.line((x, y - 3, x, y, x + width, y, x + width, y - 3), frame.ink)
    draw.text((x + width / 2, y - 2), f"{km:g} km", frame.ink, open_font("", 8), anchor="mb")


def _words(generator: Generator, most: int) -> str:
    """Letters that look like words and mean no place, so that nobody learns to read them."""
    letters = np.array(list(string.ascii_lowercase + "aeiouaeiou"))
    count = int(generator.integers(1, most + 1))
    words = ["".join(generator.choice(letters, generator.integers(3, 9))) for _ in range(count)]
    return " ".join(words).capitalize()


def scan_map(picture: Image.Image, scan: Scan, generator: Generator) -> Image.Image:
    """What printing, age, a scanner and compression leave of a picture."""
    size = picture.size
    if scan.turn or scan.skew:
        picture = _turn(picture, scan)
    if scan.folds:
        picture = _fold(picture, scan.folds, generator)
    if scan.stains:
        dark = noise(size, generator, 3).point(
            [255 - round(scan.stains * max(0, i - 128)) for i in range(256)]
        )
        picture = ImageChops.multiply(picture, Image.merge("RGB", (dark,) * 3))
    if scan.grey:
        picture = picture.convert("L").convert("RGB")
    if scan.yellowing:
        tint = tuple(round(255 - scan.yellowing * loss) for loss in (25, 55, 120))
        picture = ImageChops.multiply(picture, Image.new("RGB", size, tint))
    if scan.contrast != 1:
        picture = ImageEnhance.Contrast(picture).enhance(scan.contrast)
    if scan.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(scan.blur))
    if scan.noise:
        grain = generator.standard_normal((size[1], size[0], 1), dtype=np.float32) * scan.noise
        grainy = np.asarray(picture, dtype=np.float32) + grain
        picture = Image.fromarray(np.clip(grainy, 0, 255).astype(np.uint8))
    if scan.jpeg:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=scan.jpeg)
        picture = Image.open(buffer).convert("RGB")
    return picture


def _turn(picture: Image.Image, scan: Scan) -> Image.Image:
    """Turn and skew about the centre, which stays where it is."""
    angle = math.radians(scan.turn)
    a, b = math.cos(angle), math.sin(angle) + scan.skew
    d, e = -math.sin(angle), math.cos(angle)
    x, y = (picture.width - 1) / 2, (picture.height - 1) / 2
    matrix = (a, b, x - a * x - b * y, d, e, y - d * x - e * y)
    corner = picture.getpixel((0, 0))
    return picture.transform(
        picture.size,
        Image.Transform.AFFINE,
        matrix,
        Image.Resampling.BILINEAR,
        fillcolor=corner,
    )


def _fold(picture: Image.Image, folds: int, generator: Generator) -> Image.Image:
    width, height = picture.size
    shade = Image.new("L", picture.size, 255)
    draw = ImageDraw.Draw(shade)
    for _ in range(folds):
        level = int(generator.integers(150, 240))
        place, tilt = uniform(generator, 0.1, 0.9), uniform(generator, -0.01, 0.01)
        if chance(generator, 0.5):
            draw.line((place * width, 0, (place + tilt) * width, height), level, 2)
        else:
            draw.line((0, place * height, width, (place + tilt) * height), level, 2)
    soft = shade.filter(ImageFilter.GaussianBlur(1))
    return ImageChops.multiply(picture, Image.merge("RGB", (soft,) * 3))
