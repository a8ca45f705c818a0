"""Paint the ground of a map: land and sea, lakes, relief, and the lines upon them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from geomapclip.cartography.atlas import REGIONS, Atlas
from geomapclip.cartography.outlines import Shapes
from geomapclip.cartography.styles import Colour, Generator, Line, MapStyle, uniform
from geomapclip.cartography.view import KM_PER_DEG, Path, Projector

# Kinds of ground in the small picture that holds one byte for each pixel; above them, countries.
SEA, LAKE, GLACIER, URBAN, FIRST_COUNTRY = range(5)
MOST_COUNTRIES = 256 - FIRST_COUNTRY
MOST_HILLS = 128  # across a picture
SPREAD = [max(0, min(255, (level - 128) * 3 // 2 + 128)) for level in range(256)]
FINE_KM, COARSE_KM = (
    2.5,
    18.0,
)  # km for a pixel: up to the one 1:10m is drawn, up to the other 1:50m


@dataclass(frozen=True)
class Ground:
    """Kinds of ground, and the country of each kind from ``FIRST_COUNTRY`` on."""

    kinds: Image.Image  # mode L
    countries: tuple[int, ...]
    subject: tuple[int, ...]
    detail: str

    def land(self) -> Image.Image:
        """Mask: 255 on land (not on lakes), 0 elsewhere."""
        return self.kinds.point([0, 0] + [255] * 254)


def lay_ground(atlas: Atlas, projector: Projector, style: MapStyle) -> Ground:
    """Fill a picture with the kinds of ground that are in view."""
    view, window = projector.view, projector.window
    km = view.width_km / view.width
    detail = style.detail or ("10m" if km < FINE_KM else "50m" if km < COARSE_KM else "110m")
    if style.regions and atlas.regions:
        detail = REGIONS
    shapes = atlas.grounds[detail].countries
    image = Image.new("L", (view.width * projector.scale, view.height * projector.scale), SEA)
    draw = ImageDraw.Draw(image)
    smallest = 0.3 * km / KM_PER_DEG  # much less than a pixel
    found = shapes.find(window, smallest)
    if style.isolate and view.subject:
        found = [hit for hit in found if shapes.tags[hit[0]] in view.subject]
    seen: dict[int, int] = {}
    for (index, _), corners in zip(found, projector.rings(shapes, found), strict=True):
        if len(corners) < 3:
            continue
        kind = seen.setdefault(int(shapes.tags[index]), min(len(seen), MOST_COUNTRIES - 1))
        draw.polygon(corners.ravel().tolist(), SEA if shapes.holes[index] else FIRST_COUNTRY + kind)
    if style.isolate and view.subject:
        return Ground(image, tuple(seen), view.subject, detail)
    land = image.copy() if style.glacier or style.urban else None
    for kind, layer, wanted in (
        (GLACIER, atlas.glaciers, style.glacier),
        (URBAN, atlas.urban, style.urban),
        (LAKE, atlas.lakes, style.lake),
    ):
        found = [] if wanted is None else layer.find(window, smallest)
        found = [hit for hit in found if not layer.holes[hit[0]]]
        for corners in projector.rings(layer, found):
            if len(corners) > 2:
                draw.polygon(corners.ravel().tolist(), kind)
    if land is not None:  # cities and ice reach into the sea at another scale's coast
        image.paste(SEA, mask=land.point([255] + [0] * 255))
    return Ground(image, tuple(seen), view.subject, detail)


def paint(ground: Ground, atlas: Atlas, style: MapStyle, generator: Generator) -> Image.Image:
    """Colour the kinds of ground; mode RGB."""
    table = np.zeros((256, 3), dtype=np.uint8)
    table[[SEA, LAKE, GLACIER, URBAN]] = [
        style.sea,
        style.lake or style.land[0],
        style.glacier or style.land[0],
        style.urban or style.land[0],
    ]
    first = int(generator.integers(len(style.land)))
    for kind, country in enumerate(ground.countries[:MOST_COUNTRIES]):
        number = int(generator.integers(99)) if style.values else int(atlas.colours[country])
        table[FIRST_COUNTRY + kind] = style.land[(first + number) % len(style.land)]
        if style.highlight and country in ground.subject:
            table[FIRST_COUNTRY + kind] = style.highlight
    image = ground.kinds.copy()
    image.putpalette(table.tobytes())
    image = image.convert("RGB")
    if style.depth or style.glow:
        _paint_sea(image, ground, style, generator)
    if style.relief:
        _paint_relief(image, ground, style, generator)
    return image


def _paint_sea(image: Image.Image, ground: Ground, style: MapStyle, generator: Generator) -> None:
    """Colours by the distance from the coast, which stands for the depth."""
    size = image.size
    sea = ground.kinds.point([255] + [0] * 255)
    small = ground.land().resize((max(size[0] // 8, 8), max(size[1] // 8, 8)), Image.Resampling.BOX)
    if style.depth:
        near: NDArray[np.float64] = np.zeros(small.size[::-1])
        for reach in (1, 3, 7):
            near += np.asarray(small.filter(ImageFilter.GaussianBlur(reach)), dtype=np.float64)
        rough = np.asarray(noise(small.size, generator, 3), dtype=np.float64) - 128
        deep = np.clip(255 - near / 1.6 + rough * uniform(generator, 0.1, 0.5), 0, 255)
        level = Image.fromarray(deep.astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        image.paste(_ramp(level, style.depth), mask=sea)
    if style.glow:
        radius = uniform(generator, 2, 6) * size[0] / 512
        mask = ground.land().reduce(2).filter(ImageFilter.GaussianBlur(radius)).resize(size)
        mask = ImageChops.multiply(mask.point([min(255, 2 * i) for i in range(256)]), sea)
        image.paste(style.glow, mask=mask)


def _paint_relief(
    image: Image.Image, ground: Ground, style: MapStyle, generator: Generator
) -> None:
    """An invented relief on what is plain land: heights are not in the atlas."""
    size = image.size
    heights = noise(size, generator, int(generator.integers(2, 12)))
    plain = ground.kinds.point([0] * FIRST_COUNTRY + [255] * MOST_COUNTRIES)
    coloured = _ramp(heights, style.relief)
    if style.shade:
        slope = ImageChops.subtract(heights, ImageChops.offset(heights, 2, 2), 0.15, 128)
        gain = 215 + (np.arange(256) - 128) * style.shade * 1.2
        light = slope.point(np.clip(gain, 0, 255).astype(int).tolist())
        coloured = ImageChops.multiply(coloured, Image.merge("RGB", (light,) * 3))
    image.paste(coloured, mask=plain)


def _ramp(levels: Image.Image, colours: tuple[Colour, ...]) -> Image.Image:
    """Turn grey levels into colours that run through the given ones."""
    stops = np.linspace(0, 255, len(colours))
    table = [
        np.interp(np.arange(256), stops, channel) for channel in np.array(colours, dtype=float).T
    ]
    indexed = levels.copy()
    indexed.putpalette(np.stack(table, axis=1).round().astype(np.uint8).tobytes())
    return indexed.convert("RGB")


def noise(size: tuple[int, int], generator: Generator, cells: int) -> Image.Image:
    """Smooth random levels, mode L: ``cells`` large hills across, with finer ones upon them."""
    coarse = (max(size[0] // 2, 1), max(size[1] // 2, 1))  # fine enough, four times as fast
    total = Image.new("L", coarse, 128)
    for octave in range(5):
        across = cells * 2**octave
        if across > MOST_HILLS:
            break
        grid = generator.integers(0, 256, (across, across), dtype=np.uint8)
        layer = Image.fromarray(grid).resize(coarse, Image.Resampling.BICUBIC)
        total = Image.blend(total, layer, 0.5**octave * 0.66 if octave else 1.0)
    # Blending draws the levels to the middle: spread them again.
    return total.point(SPREAD).resize(size, Image.Resampling.BILINEAR)


def draw_lines(
    image: Image.Image, projector: Projector, shapes: Shapes, pen: Line, most_rank: int = 99
) -> None:
    """Draw all strokes in view, to a rank."""
    found = [hit for hit in shapes.find(projector.window) if shapes.tags[hit[0]] <= most_rank]
    if not found:
        return
    draw = ImageDraw.Draw(image)
    for path in projector.paths([shapes.part(index, turn) for index, turn in found]):
        draw_path(draw, path, pen, projector.scale)


def draw_path(draw: ImageDraw.ImageDraw, path: Path, pen: Line, scale: int) -> None:
    """Draw one path of pixels, whole or in dashes."""
    width = max(1, round(pen.width * scale))
    if len(path) < 2:
        return
    if not pen.dash:
        draw.line(path.ravel().tolist(), pen.colour, width)
        return
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    period = pen.dash * scale
    for start in np.arange(0, along[-1], 2 * period):
        at = np.array([start, min(start + period, along[-1])])
        inner = path[(along > at[0]) & (along < at[1])]
        x, y = np.interp(at, along, path[:, 0]), np.interp(at, along, path[:, 1])
        dash = [x[0], y[0], *inner.ravel().tolist(), x[1], y[1]]
        draw.line(dash, pen.colour, width)
