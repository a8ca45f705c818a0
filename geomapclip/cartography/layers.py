"""Layers of an atlas as they are read from files: land, areas, lines and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from geomapclip.cartography.outlines import Points, Shapes, part_outlines, strokes, unrolled
from geomapclip.errors import InvalidArgumentError


@dataclass(frozen=True)
class Ground:
    """Land at one scale: filled by country, and its two kinds of outline."""

    countries: Shapes  # rings, the largest first; tags number Atlas.countries
    coasts: Shapes
    borders: Shapes


@dataclass(frozen=True)
class Names:
    """Named places: (n, 2) as longitude and latitude; the lowest rank is the most important."""

    xy: Points
    ranks: NDArray[np.int64]
    names: tuple[str, ...]


def read_frame(path: Path, layer: str | None = None) -> geopandas.GeoDataFrame:
    """A file's features without the empty ones; InvalidArgumentError names one that fails."""
    if not path.is_file():
        raise InvalidArgumentError(
            "folder", str(path), "this file of Natural Earth is missing; Atlas.load lists them all"
        )
    try:
        frame = geopandas.read_file(path, layer=layer)
    except (ValueError, RuntimeError) as error:
        raise InvalidArgumentError(
            "folder", str(path), "must be a readable GeoJSON or TopoJSON file of Natural Earth"
        ) from error
    shapes = frame.geometry.to_numpy()
    kept: geopandas.GeoDataFrame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    return kept


def _rings(
    frame: geopandas.GeoDataFrame, tags: Sequence[int]
) -> tuple[list[Points], list[int], list[bool]]:
    """All rings of a frame of polygons, the tag of each, and whether it is a hole."""
    rings, ring_tags, holes = [], [], []
    for tag, shape in zip(tags, frame.geometry, strict=True):
        for polygon in shapely.get_parts(shape):
            parts = [
                unrolled(shapely.get_coordinates(ring))
                for ring in (polygon.exterior, *polygon.interiors)
            ]
            rings += parts
            ring_tags += [int(tag)] * len(parts)
            # In a file made for the sphere the first ring may be any: a hole is what is smaller.
            holes += [False, *(_area(part) < _area(parts[0]) for part in parts[1:])]
    return rings, ring_tags, holes


def _area(ring: Points) -> float:
    """Area of a ring in square degrees, good enough to compare sizes."""
    x, y = ring.T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def part_ground(
    frame: geopandas.GeoDataFrame, tags: Sequence[int]
) -> tuple[Ground, set[tuple[int, int]]]:
    """Land at one scale, and the pairs of countries that share a border."""
    rings, ring_tags, holes = _rings(frame, tags)
    # The largest first, so that an enclave or an island in a lake lies upon what surrounds it.
    # A hole and the enclave that fills it have the same size: the hole goes first.
    sizes = [round(_area(ring), 9) for ring in rings]
    order = sorted(range(len(rings)), key=lambda i: (-sizes[i], not holes[i]))
    coasts, borders, pairs = part_outlines(rings, ring_tags)
    countries = Shapes.gather(
        [rings[i] for i in order], [ring_tags[i] for i in order], [holes[i] for i in order]
    )
    return Ground(countries, strokes(coasts), strokes(borders)), pairs


def read_areas(root: Path, files: Sequence[str]) -> Shapes:
    """Rings of some files, tagged with their scale rank."""
    frames = [read_frame(root / file) for file in files]
    parts = [_rings(frame, [int(rank) for rank in frame["scalerank"]]) for frame in frames]
    rings, tags, holes = (list(chain.from_iterable(kind)) for kind in zip(*parts, strict=True))
    return Shapes.gather(rings, tags, holes)


def read_lines(root: Path, files: Sequence[str]) -> Shapes:
    """Strokes of some files, tagged with their scale rank."""
    lines, ranks = [], []
    for frame in (read_frame(root / file) for file in files):
        for rank, shape in zip(frame["scalerank"], frame.geometry, strict=True):
            for line in shapely.get_parts(shape):
                lines.append(shapely.get_coordinates(line))
                ranks.append(int(rank))
    return strokes(lines, ranks)


def place_names(frame: geopandas.GeoDataFrame) -> Names:
    """Names in English, placed inside of what they name."""
    named = frame[frame["name"].notna()]
    points = shapely.get_coordinates(named.geometry.representative_point())
    return Names(points, named["scalerank"].to_numpy(np.int64), tuple(map(str, named["name"])))


def country_names(frame: geopandas.GeoDataFrame) -> dict[str, Names]:
    """Names in every language, placed inside of the largest part of each country."""
    largest = [max(shapely.get_parts(shape), key=shapely.area) for shape in frame.geometry]
    points = shapely.get_coordinates(shapely.point_on_surface(largest))
    ranks = frame["LABELRANK"].to_numpy(np.int64)
    languages = [c[5:] for c in frame.columns if c.startswith("NAME_") and len(c) == 7]
    columns = {"": "NAME", **{language: f"NAME_{language}" for language in languages}}
    return {
        language: Names(points, ranks, tuple(map(str, frame[column])))
        for language, column in columns.items()
    }
