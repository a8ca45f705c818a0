"""What a map may be about as a whole: a country, some of its regions, an island, a continent."""

from __future__ import annotations

import math

import numpy as np

from geomapclip.cartography.atlas import REGIONS, Atlas
from geomapclip.cartography.outlines import Points, Shapes
from geomapclip.cartography.styles import Generator, MapStyle, chance

CONTINENT_SHARE = 0.1
ISLAND_SHARE = 0.2  # of countries, of one of their islands instead
LEAST_ISLAND = 16  # points of its coast
ONE_REGION, WHOLE_COUNTRY = 0.3, 0.4  # shares, of maps of regions
NEARLY_ALL = 0.95  # of a country's regions: without the farthest


def random_subject(
    atlas: Atlas, generator: Generator, style: MapStyle
) -> tuple[tuple[int, ...], Points]:
    """Numbers of what a map is about, and its west, south, east and north in degrees.

    Args:
        atlas: What there is.
        generator: Source of chance.
        style: Decides whether these are countries or regions.
    """
    countries = atlas.grounds["50m"].countries
    if style.regions and atlas.regions:
        subject = _regions(atlas, generator)
        return subject, _around(_largest(atlas.grounds[REGIONS].countries, subject))
    if chance(generator, CONTINENT_SHARE) and atlas.continents:
        subject = atlas.continents[str(generator.choice(sorted(atlas.continents)))]
        points = countries.xy[
            np.repeat(np.isin(countries.tags, subject), np.diff(countries.starts))
        ]
        return subject, np.quantile(points, [0.02, 0.98], axis=0).ravel()
    subject = (int(generator.choice(np.unique(countries.tags))),)
    islands = np.flatnonzero(countries.tags == subject[0])[1:]
    islands = islands[np.diff(countries.starts)[islands] >= LEAST_ISLAND]
    if len(islands) and chance(generator, ISLAND_SHARE):
        return subject, countries.bounds[int(generator.choice(islands))]
    return subject, _around(_largest(countries, subject))


def _largest(shapes: Shapes, numbers: tuple[int, ...]) -> Points:
    """Bounds of the largest ring of each number: far islands would make it a map of the ocean."""
    tags, first = np.unique(shapes.tags, return_index=True)  # a larger ring comes first
    return shapes.bounds[first[np.searchsorted(tags, numbers)]]


def _around(bounds: Points) -> Points:
    return np.concatenate([bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)])


def _regions(atlas: Atlas, generator: Generator) -> tuple[int, ...]:
    """Regions of one country that lie together: one, some, or nearly all."""
    codes = sorted(atlas.regions)
    weights = np.sqrt([len(atlas.regions[code]) for code in codes])
    numbers = atlas.regions[str(generator.choice(codes, p=weights / weights.sum()))]
    bounds = _largest(atlas.grounds[REGIONS].countries, numbers)
    seats = (bounds[:, :2] + bounds[:, 2:]) / 2
    seats[:, 0] *= math.cos(math.radians(float(np.median(seats[:, 1]))))
    kind = generator.random()
    if kind < WHOLE_COUNTRY:
        start, count = np.median(seats, axis=0), round(NEARLY_ALL * len(numbers))
    else:
        start = seats[int(generator.integers(len(seats)))]
        one = kind < WHOLE_COUNTRY + ONE_REGION
        count = 1 if one else round(len(numbers) ** generator.random())
    nearest = np.argsort(np.hypot(*(seats - start).T), kind="stable")[: max(count, 1)]
    return tuple(numbers[i] for i in sorted(nearest.tolist()))
