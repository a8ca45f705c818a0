"""How good beliefs are: distances, GeoScore, calibration, area to search. Arrays in, figures out.

Every figure comes with a bootstrap interval (Efron, "Bootstrap methods", Annals of Statistics 7
(1979)): pictures are drawn anew with replacement, the figure is computed again, and the interval
holds the middle 95 % of what comes out. The same seed gives the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geomapclip.errors import InvalidArgumentError
from geomapclip.gallery import Gallery
from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, check_coordinates, unit_vectors

# Street, city, region, country, continent: Vo, Jacobs, Hays, "Revisiting IM2GPS in the deep
# learning era", ICCV 2017.
THRESHOLDS_KM = (1.0, 25.0, 200.0, 750.0, 2500.0)
# Of the game GeoGuessr on its map of the world, as in Haas et al., "PIGEON", CVPR 2024.
BEST_GEOSCORE, GEOSCORE_KM = 5000.0, 1492.7
AREAS_KM2 = tuple(float(area) for area in np.geomspace(1e3, 1e8, 11))  # half a power of ten apart
ROUNDS = 1000
CONFIDENCE = 0.95
OWN_KM = 0.01  # a coordinate rounded to four decimals has moved by up to 8 m

Values = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Figure:
    """A measured number.

    Attributes:
        value: Of the pictures as they are.
        low: Lower end of the 95 % bootstrap interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Distances:
    """What the distances between the best places and the truths come to.

    Attributes:
        pictures: How many.
        accuracy: Share of the pictures within each distance in km.
        median_km: Median distance.
        mean_km: Mean distance.
        geoscore: Mean GeoScore, 0 to 5,000.
    """

    pictures: int
    accuracy: Mapping[float, Figure]
    median_km: Figure
    mean_km: Figure
    geoscore: Figure


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Queries whose own coordinates a gallery holds, which makes them easier than they should be.

    Attributes:
        nearest_km: From each of n queries to the nearest place of the gallery; shape (n,).
        queries: Which queries have a place within the limit; bool, shape (n,).
        places: Which places of the gallery lie that near to a query; bool, shape (m,).
    """

    nearest_km: Values
    queries: NDArray[np.bool_]
    places: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Share of the queries that are held."""
        return float(self.queries.mean())


def geoscore(km: ArrayLike) -> Values:
    """Points of each guess, 5,000 at the spot: ``5000 exp(-km / 1492.7)``; the shape of ``km``."""
    scores: Values = BEST_GEOSCORE * np.exp(-np.asarray(km, dtype=np.float64) / GEOSCORE_KM)
    return scores


def bootstrap(
    statistic: Callable[[Rows], ArrayLike],
    count: int,
    *,
    groups: ArrayLike | None = None,
    seed: int = 0,
    rounds: int | None = None,
) -> list[Figure]:
    """Figures of a sample with their bootstrap intervals.

    Args:
        statistic: From row numbers of the sample, some of them repeated, to k numbers.
        count: Size of the sample, 1 or more.
        groups: A label for each row; whole groups are drawn instead of rows, for rows that
            resemble their neighbours (spatial blocks). Shape (count,).
        seed: Decides which rows are drawn.
        rounds: How often; by default ``ROUNDS``.

    Returns:
        k figures.

    Raises:
        InvalidArgumentError: An empty sample, or ``groups`` of another size.
    """
    if count < 1:
        raise InvalidArgumentError("sample", count, "must hold at least one row to measure")
    rows, generator = np.arange(count), np.random.default_rng(seed)
    labels = rows if groups is None else np.asarray(groups)
    if labels.shape != rows.shape:
        raise InvalidArgumentError("groups", labels.shape, f"must be one label for each of {count}")
    names, index = np.unique(labels, return_inverse=True)
    size = len(names)
    values = np.atleast_1d(np.asarray(statistic(rows), dtype=np.float64))
    drawn = np.empty((rounds or ROUNDS, len(values)))
    for turn in range(len(drawn)):
        times = np.bincount(generator.integers(size, size=size), minlength=size)
        drawn[turn] = statistic(np.repeat(rows, times[index]))
    tails = np.array([0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2])
    low, high = np.quantile(drawn, tails, axis=0)
    return [Figure(*map(float, ends)) for ends in zip(values, low, high, strict=True)]


def summarise(
    km: ArrayLike, thresholds: Sequence[float] = THRESHOLDS_KM, *, seed: int = 0
) -> Distances:
    """All that distances come to, from one bootstrap.

    Args:
        km: Distance between the best place and the truth of each picture; shape (n,), n >= 1.
        thresholds: In km.
        seed: Of the bootstrap.

    Raises:
        InvalidArgumentError: No picture, or distances that are no finite numbers of 0 or more.
    """
    distances, limits = _check_km(km), np.asarray(thresholds, dtype=np.float64)

    def statistic(rows: Rows) -> list[float]:
        some = distances[rows]
        within = [float(np.count_nonzero(some <= limit)) / len(some) for limit in limits]
        return [*within, float(np.median(some)), some.mean(), geoscore(some).mean()]

    *within, median, mean, score = bootstrap(statistic, len(distances), seed=seed)
    shares = dict(zip(limits.tolist(), within, strict=True))
    return Distances(len(distances), shares, median, mean, score)


def accuracy(
    km: ArrayLike, thresholds: Sequence[float] = THRESHOLDS_KM, *, seed: int = 0
) -> dict[float, Figure]:
    """Share of the pictures within each distance in km: see `summarise`."""
    return dict(summarise(km, thresholds, seed=seed).accuracy)


def by_group(km: ArrayLike, labels: ArrayLike, *, seed: int = 0) -> dict[str, Distances]:
    """`summarise` for each label ("Africa"), the largest group first.

    Args:
        km: As in `summarise`.
        labels: One for each picture; shape (n,).
        seed: Of the bootstraps.
    """
    distances, names = _check_km(km), np.asarray(labels).astype(str)
    if names.shape != distances.shape:
        raise InvalidArgumentError("labels", names.shape, f"must have the shape {distances.shape}")
    found, counts = np.unique(names, return_counts=True)
    return {
        str(name): summarise(distances[names == name], seed=seed)
        for name in found[np.argsort(-counts, kind="stable")]
    }


def recall_by_area(
    area_km2: ArrayLike, areas: Sequence[float] = AREAS_KM2, *, seed: int = 0
) -> dict[float, Figure]:
    """Share of the truths found once so much area is searched, the likeliest first.

    Source: recall against area, arXiv 2407.13862 (WACV 2025).

    Args:
        area_km2: Area to be searched until the truth is reached, `calibration.rank_truths`;
            infinite where it never is. Shape (n,), n >= 1.
        areas: In km².
        seed: Of the bootstrap.
    """
    reached = np.asarray(area_km2, dtype=np.float64)
    limits = np.asarray(areas, dtype=np.float64)

    def statistic(rows: Rows) -> Values:
        found = np.searchsorted(np.sort(reached[rows]), limits, side="right")
        share: Values = found / len(rows)
        return share

    return dict(zip(limits.tolist(), bootstrap(statistic, len(reached), seed=seed), strict=True))


def find_duplicates(gallery: Gallery, queries: ArrayLike, within_km: float = OWN_KM) -> Duplicates:
    """Which queries have their own coordinates in the gallery, and where there.

    Args:
        gallery: Among whose places the pictures are looked for.
        queries: Where the pictures were made; shape (n, 2), n >= 1, degrees.
        within_km: So near, a place counts as the query's own.
    """
    spots = unit_vectors(check_coordinates(queries, "queries"))
    if not len(spots):
        raise InvalidArgumentError("queries", spots.shape, "must hold at least one place")
    nearest, _ = gallery.tree.query(spots)
    back, _ = cKDTree(spots).query(gallery.tree.data)
    return Duplicates(_km(nearest), _km(nearest) <= within_km, _km(back) <= within_km)


def duplicate_share(gallery: Gallery, queries: Coordinates) -> float:
    """Share of the queries whose own coordinates the gallery holds: see `find_duplicates`."""
    return find_duplicates(gallery, queries).share


def _km(chord: Values) -> Values:
    km: Values = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    return km


def _check_km(km: ArrayLike) -> Values:
    distances = np.asarray(km, dtype=np.float64)
    if distances.ndim != 1 or not len(distances):
        raise InvalidArgumentError("km", distances.shape, "must be the distances of some pictures")
    bad = np.flatnonzero(~(np.isfinite(distances) & (distances >= 0)))
    if len(bad):
        row = int(bad[0])
        raise InvalidArgumentError(
            f"km[{row}]", float(distances[row]), "must be a finite distance of 0 or more"
        )
    return distances
