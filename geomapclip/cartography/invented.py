"""What no file holds and maps are full of: roads and districts, invented anew for each map.

The network meets them everywhere and can learn nothing from them, so that it learns to look past
those of real maps.
"""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter
from scipy.spatial import cKDTree

from geomapclip.cartography.atlas import Atlas
from geomapclip.cartography.ground import draw_path, noise
from geomapclip.cartography.lettering import in_view
from geomapclip.cartography.styles import Districts, Generator, Line, chance, uniform
from geomapclip.cartography.view import Projector

MOST_ROAD_NODES = 90
FEWEST_DISTRICTS, MOST_DISTRICTS = 6, 160
WINDING = 0.05  # how far the borders of districts wander, as a share of the picture's width


def draw_roads(
    image: Image.Image,
    atlas: Atlas,
    projector: Projector,
    land: Image.Image,
    pen: Line,
    generator: Generator,
) -> None:
    """Roads between towns (and some hamlets), on land only."""
    _, towns = in_view(atlas.towns, projector)
    hamlets = generator.random((int(generator.integers(5, 40)), 2)) * image.size
    nodes = np.vstack([towns[: MOST_ROAD_NODES - len(hamlets)], hamlets])
    distance = np.hypot(*(nodes[:, None] - nodes[None]).transpose(2, 0, 1))
    nearest = np.argsort(distance, axis=1)[:, 1:4]
    links = {(min(i, int(j)), max(i, int(j))) for i, row in enumerate(nearest) for j in row}
    draw, ground = ImageDraw.Draw(image), np.asarray(land)
    steps = np.linspace(0, 1, 12)[:, None]
    for first, second in sorted(links):
        start, end = nodes[first], nodes[second]
        bends = generator.normal(0, 0.07, (2, 2)) * distance[first, second]
        path = start + (end - start) * steps
        path = path + bends[0] * np.sin(np.pi * steps) + bends[1] * np.sin(2 * np.pi * steps)
        whole = np.clip(np.rint(path), 0, np.array(image.size) - 1).astype(np.int32)
        if ground[whole[:, 1], whole[:, 0]].mean() < 240:
            continue
        width = pen.width * (1.5 if chance(generator, 0.2) else 1.0)
        draw_path(draw, whole, Line(pen.colour, width, pen.dash), projector.scale)


def draw_districts(
    image: Image.Image, scale: int, land: Image.Image, style: Districts, generator: Generator
) -> None:
    """Land cut into the cells of random points, whose borders wander; angular ones now and then.

    Args:
        image: Drawn upon.
        scale: Pixels of the image for one of the finished picture.
        land: Mask of the image's size.
        style: How they look.
        generator: Source of chance.
    """
    size = (math.ceil(image.width / scale), math.ceil(image.height / scale))
    limits = math.log(FEWEST_DISTRICTS), math.log(MOST_DISTRICTS)
    count = round(math.exp(uniform(generator, *limits)))
    seats = generator.uniform(-0.1, 1.1, (count, 2)) * size
    rows, columns = np.indices(size[::-1])
    places = np.stack([columns, rows], axis=-1).reshape(-1, 2).astype(np.float64)
    square = chance(generator, 0.25)
    if not square:
        reach = WINDING * size[0] / math.sqrt(count / FEWEST_DISTRICTS) / 128
        hills = int(generator.integers(6, 16))
        for axis in (0, 1):
            bend = np.asarray(noise(size, generator, hills), dtype=np.float64) - 128
            places[:, axis] += bend.ravel() * reach
    index = cKDTree(seats).query(places, p=np.inf if square else 2)[1].reshape(size[::-1])
    if style.colours:
        table = np.array(style.colours, dtype=np.uint8)
        fill = Image.fromarray(table[generator.integers(len(table), size=count)][index])
        image.paste(fill.resize(image.size, Image.Resampling.NEAREST), mask=land)
    if style.border:
        edge = np.zeros(index.shape, dtype=bool)
        edge[:, 1:] |= index[:, 1:] != index[:, :-1]
        edge[1:] |= index[1:] != index[:-1]
        mask = Image.fromarray(edge).convert("L").resize(image.size, Image.Resampling.NEAREST)
        if style.border.width > 1.5:
            mask = mask.filter(ImageFilter.MaxFilter(3))
        elif style.border.width < 1:
            mask = mask.point([0] + [round(255 * style.border.width)] * 255)
        image.paste(style.border.colour, mask=ImageChops.multiply(mask, land))
