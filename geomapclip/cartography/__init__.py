"""Draw pictures of maps with a known centre: what the ``embedded`` encoder learns to read.

A map is drawn from an ``Atlas`` (the vectors), a ``Viewport`` (what is shown) and a ``MapStyle``
(how it looks); chance comes from one numpy generator, so the same seed draws the same map.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from PIL import Image, ImageDraw, ImageStat

from geomapclip.cartography.atlas import Atlas
from geomapclip.cartography.finish import frame_map, graticule_step, map_box, scan_map
from geomapclip.cartography.ground import (
    FIRST_COUNTRY,
    MOST_COUNTRIES,
    Ground,
    draw_lines,
    draw_path,
    lay_ground,
    paint,
)
from geomapclip.cartography.invented import draw_districts, draw_roads
from geomapclip.cartography.lettering import letter, put_mark
from geomapclip.cartography.random_styles import random_style
from geomapclip.cartography.random_views import random_view
from geomapclip.cartography.styles import (
    Districts,
    Frame,
    Generator,
    Lettering,
    Line,
    MapStyle,
    Scan,
)
from geomapclip.cartography.view import ProjectionName, Projector, Viewport

__all__ = [
    "Atlas",
    "Districts",
    "Frame",
    "Lettering",
    "Line",
    "MapStyle",
    "ProjectionName",
    "Scan",
    "Viewport",
    "draw_map",
    "random_map",
    "random_style",
    "random_view",
]


LEAST_CONTRAST = 3.0  # grey levels: below this nobody reads anything, and another map is drawn
MOST_DRAWINGS = 5


def random_map(
    atlas: Atlas,
    generator: Generator,
    size: tuple[int, int] = (256, 256),
    fonts: tuple[str, ...] = (),
) -> tuple[Image.Image, tuple[float, float], float]:
    """Draw a map of a random place in a random style.

    Args:
        atlas: What there is to be seen.
        generator: Source of chance; the same state draws the same map.
        size: Width and height in pixels.
        fonts: Font files to write with, beside the one that comes with Pillow.

    Returns:
        The picture (RGB), the (latitude, longitude) of the map's centre in degrees, and the
        ground width of the map there in km.
    """
    for _ in range(MOST_DRAWINGS):
        style = random_style(generator, fonts)
        view = random_view(atlas, generator, size, style)
        picture = draw_map(atlas, view, style, generator)
        if ImageStat.Stat(picture.convert("L")).stddev[0] >= LEAST_CONTRAST:
            break
    return picture, (view.latitude, view.longitude), view.width_km


def draw_map(atlas: Atlas, view: Viewport, style: MapStyle, generator: Generator) -> Image.Image:
    """Draw one map.

    Args:
        atlas: What there is to be seen.
        view: What is shown. The centre and the width are those of the map area, which is the
            whole picture unless the style's frame has margins.
        style: How it looks.
        generator: Source of chance for what is invented: relief, roads, marks, stains.

    Returns:
        A picture of the view's size, mode RGB.
    """
    size = (view.width, view.height)
    box = map_box(style.frame, size)
    inner = dataclasses.replace(view, width=box[2] - box[0], height=box[3] - box[1])
    projector = Projector(inner, 2 if style.smooth else 1)
    ground = lay_ground(atlas, projector, style)
    picture = paint(ground, atlas, style, generator)
    _draw_outlines(picture, ground, atlas, projector, style, generator)
    if style.smooth:
        picture = picture.reduce(projector.scale)
        projector = Projector(inner)
    for mark in style.marks:
        put_mark(picture, mark, generator)
    if style.lettering:
        letter(picture, atlas, projector, style.lettering, generator)
    if style.frame != Frame():
        picture = frame_map(picture, box, size, style, projector, generator)
    return scan_map(picture, style.scan, generator)


def _draw_outlines(
    picture: Image.Image,
    ground: Ground,
    atlas: Atlas,
    projector: Projector,
    style: MapStyle,
    generator: Generator,
) -> None:
    if style.districts:
        draw_districts(picture, projector.scale, ground.land(), style.districts, generator)
    if style.graticule:
        _draw_graticule(picture, projector, style.graticule)
    if style.isolate and projector.view.subject:
        _draw_subject(picture, ground, atlas, projector, style)
        return
    land = atlas.grounds[ground.detail]
    # The smaller the scale, the fewer of the small rivers and provinces.
    rank = 4 if projector.view.width_km > 3000 else 6 if projector.view.width_km > 800 else 12
    if style.river:
        draw_lines(picture, projector, atlas.rivers, style.river, rank)
    if style.road:
        draw_roads(picture, atlas, projector, ground.land(), style.road, generator)
    if style.province:
        draw_lines(picture, projector, atlas.provinces, style.province)
    if style.border:
        draw_lines(picture, projector, land.borders, style.border)
    if style.coast:
        draw_lines(picture, projector, land.coasts, style.coast)


def _draw_subject(
    picture: Image.Image, ground: Ground, atlas: Atlas, projector: Projector, style: MapStyle
) -> None:
    """Outlines of the subject alone, and its rivers and provinces."""
    over = picture.copy()
    if style.river:
        draw_lines(over, projector, atlas.rivers, style.river, 6)
    if style.province:
        draw_lines(over, projector, atlas.provinces, style.province)
    inside = ground.kinds.point([0] * FIRST_COUNTRY + [255] * MOST_COUNTRIES)
    picture.paste(over, mask=inside)
    pen = style.coast or style.border
    if pen is None:
        return
    draw = ImageDraw.Draw(picture)
    shapes = atlas.grounds[ground.detail].countries
    found = [
        h for h in shapes.find(projector.window) if shapes.tags[h[0]] in projector.view.subject
    ]
    for path in projector.rings(shapes, found):
        draw_path(draw, path, pen, projector.scale)


def _draw_graticule(picture: Image.Image, projector: Projector, pen: Line) -> None:
    window = projector.window
    step = graticule_step(window.north - window.south)
    south, north = max(window.south, -89.9), min(window.north, 89.9)
    lines = []
    for lon in np.arange(np.ceil(window.west / step), window.east / step) * step:
        lines.append(np.linspace([lon, south], [lon, north], 40))
    for lat in np.arange(np.ceil(south / step), north / step) * step:
        lines.append(np.linspace([window.west, lat], [window.east, lat], 80))
    draw = ImageDraw.Draw(picture)
    for path in projector.paths(lines):
        draw_path(draw, path, pen, projector.scale)
