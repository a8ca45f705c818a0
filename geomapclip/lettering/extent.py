"""Where a map lies: from labels whose places are known to a frame in degrees.

Two labels and a place for each give a scale, a turn and a shift (north is up, within a little);
how many other labels then lie where their names are decides. A label agrees where its place falls
into its box or near it; for an area, somewhere in the area. That a label agrees by chance has a
known probability; a frame is believed when most of the labels whose places fall onto the picture
agree, and as many are too unlikely by chance for all the pairs that were tried (`chance`). Then
the frame is fitted anew to all of them, on three planes, and the best is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import EARTH_RADIUS_KM, great_circle_km
from geomapclip.lettering.candidates import Candidates, find_candidates
from geomapclip.lettering.chance import LEAST_AGREEING, surprise
from geomapclip.lettering.gazetteer import Gazetteer
from geomapclip.lettering.labels import Label
from geomapclip.lettering.pairs import (
    NARROWEST_KM,
    WIDEST_KM,
    best_pair,
    middle_of,
    stretch,
)
from geomapclip.lettering.projections import (
    PROJECTIONS,
    USUAL_TURN,
    Fit,
    Floats,
    Plane,
    ProjectionName,
    fit_plane,
)

TOLERANCE = 0.03  # of the picture's diagonal, beyond a label's box
FINE_TOLERANCE = 0.015  # the same once the frame is fitted
LEAST_SURPRISE = 3.7  # nats by which what agrees must beat chance
UNDERSTATED = 1.5  # what the plain error must be multiplied by, measured on drawn maps
MOST_UNCERTAIN = 0.1  # of the width: the centre must be known better than that
ROUNDS = 6
SHIFTS = 4
MISSED = 2.0  # what a label that does not agree costs, in squares of errors
UNUSUAL = 2.0  # and another projection than Mercator


@dataclass(frozen=True)
class MapExtent:
    """The part of the Earth that a picture of a map shows.

    Attributes:
        centre: (latitude, longitude) of the picture's middle, degrees.
        box: (west, south, east, north), degrees; west > east where it crosses 180 degrees.
        width_km: Ground width along the middle row.
        residual_km: How far off the labels are, as the root of the mean square.
        uncertainty_km: Standard error of the centre.
        agreeing: How many labels, or graticule labels, agree.
        projection: The plane that fits best.
        corners: The picture's corners from the upper left clockwise, (latitude, longitude).
        placed: For each name that agrees the number of its label and of its place.
    """

    centre: tuple[float, float]
    box: tuple[float, float, float, float]
    width_km: float
    residual_km: float
    uncertainty_km: float
    agreeing: int
    projection: ProjectionName
    corners: tuple[tuple[float, float], ...]
    placed: tuple[tuple[int, int], ...] = ()


def fit_labels(
    labels: Sequence[Label],
    gazetteer: Gazetteer,
    size: tuple[int, int],
    near: tuple[tuple[float, float], float] | None = None,
) -> MapExtent | None:
    """The frame that most labels agree with, or None.

    Args:
        labels: From `find_labels`.
        gazetteer: What the labels' rows number.
        size: Width and height of the picture in pixels.
        near: A place and a distance in km where the map is thought to lie, from `evidence`:
            places in it are tried before others of the same name.
    """
    found = find_candidates(labels, gazetteer, near)
    if len(found.firsts) < LEAST_AGREEING:
        return None
    reference = near[0] if near else middle_of(found.coordinates)
    starts: list[tuple[float, Fit]] = []
    for name in ("mercator", "equirectangular"):
        plane = Plane(name, (float(reference[0]), float(reference[1])))
        pair = best_pair(found, plane, size, TOLERANCE * math.hypot(*size))
        if pair and pair[0] > 0:
            starts.append(pair[1:])
    return _refined(found, starts, size)


def _refined(
    found: Candidates, starts: Sequence[tuple[float, Fit]], size: tuple[int, int]
) -> MapExtent | None:
    """Fit all three planes to what agrees with each start, and describe the best."""
    diagonal = math.hypot(*size)
    best: tuple[float, Fit, NDArray[np.intp], Floats] | None = None
    for (tried, start), name in product(starts, PROJECTIONS):
        middle = start.places(np.array([[size[0] / 2, size[1] / 2]]))[0]
        if not np.isfinite(middle).all():
            continue
        plane = Plane(name, (float(middle[0]), float(middle[1])))
        refined = _refine(found, start, plane, diagonal)
        if refined is None or refined[0].scale <= 0:
            continue
        fit, rows, off = refined
        falls = fit.pixels(found.coordinates)
        free = found.half + (_reach(found, fit) + FINE_TOLERANCE * diagonal)[:, None]
        if surprise(found, falls[None], free[None], size)[0] < tried + LEAST_SURPRISE:
            continue
        # As the fit itself counts: squares of errors, a label that does not agree as MISSED.
        squares = ((falls - found.middle) / _error(found, fit, diagonal))[rows] ** 2
        cost = float(squares.sum()) + MISSED * (len(found.firsts) - len(rows))
        cost += (fit.turn / USUAL_TURN) ** 2 + (0.0 if name == "mercator" else UNUSUAL)
        if best is None or cost < best[0]:
            best = cost, fit, rows, off
    return None if best is None else _extent(found, *best[1:], size, diagonal)


def _refine(
    found: Candidates, start: Fit, plane: Plane, diagonal: float
) -> tuple[Fit, NDArray[np.intp], Floats] | None:
    """A plane fitted to what agrees, over and over; the rows that agree, and how far off."""
    points = plane.points(found.coordinates)
    fit, before = start, np.empty(0, np.intp)
    falls = start.pixels(found.coordinates)
    for turn in range(ROUNDS):
        tolerance = (TOLERANCE if turn < 2 else FINE_TOLERANCE) * diagonal
        rows, _ = _agreeing(found, falls, _reach(found, fit), tolerance)
        if len(rows) < LEAST_AGREEING:
            return None
        if turn > 2 and np.array_equal(rows, before):
            break
        before = rows
        # A town's mark is beside its name, which is wider than high: heights tell more. What
        # moves all labels alike leaves the scale right, and is undone by the shift.
        error = _error(found, fit, diagonal)[rows]
        fit = fit_plane(plane, points[rows], found.middle[rows], error)
        falls = points @ fit.matrix.T + fit.shift
        free = found.half[rows] + _reach(found, fit)[rows, None]
        for _ in range(SHIFTS):
            off = np.average(_off(falls[rows], found.middle[rows], free), 0, error**-2.0)
            falls -= off
            fit = Fit(plane, fit.matrix, fit.shift - off)
    rows, off = _agreeing(found, falls, _reach(found, fit), FINE_TOLERANCE * diagonal)
    return (fit, rows, off) if len(rows) >= LEAST_AGREEING else None


def _reach(found: Candidates, fit: Fit) -> Floats:
    """How far an area's label may stand from its middle, pixels."""
    scale = math.sqrt(abs(fit.scale)) / EARTH_RADIUS_KM
    reach: Floats = found.radius_km * scale / stretch(fit.plane, found.coordinates)
    return reach


def _error(found: Candidates, fit: Fit, diagonal: float) -> Floats:
    """How far each label's middle may be from its place to the right and down, pixels."""
    error: Floats = found.half + _reach(found, fit)[:, None] + 0.004 * diagonal
    return error


def _off(falls: Floats, middle: Floats, free: Floats) -> Floats:
    """How far each place falls from its label's box, or from where an area's label may stand."""
    off: Floats = falls - np.clip(falls, middle - free, middle + free)
    return off


def _agreeing(
    found: Candidates, falls: Floats, reach: Floats, tolerance: float
) -> tuple[NDArray[np.intp], Floats]:
    """Rows of what agrees, one for each label, and how far off each is."""
    off = _off(falls, found.middle, found.half + reach[:, None])
    distance = np.where(np.isfinite(off).all(axis=1), np.hypot(*off.T), np.inf)
    order = np.lexsort((distance, found.label))
    first = order[found.firsts]
    rows = first[distance[first] <= tolerance]
    return rows, off[rows]


def _extent(
    found: Candidates, fit: Fit, rows: NDArray[np.intp], off: Floats, size: tuple[int, int],
    diagonal: float,
) -> MapExtent | None:  # fmt: skip
    # Standard error of the centre: the labels' own, and more where they all lie on one side.
    free = np.hypot(*(found.half[rows] * 0.6).T) + _reach(found, fit)[rows] + 0.004 * diagonal
    spread = found.middle[rows].std(axis=0).min() + 1e-9
    away = float(np.hypot(*(found.middle[rows].mean(axis=0) - np.array(size) / 2)))
    sigma = (
        UNDERSTATED * float(np.median(free)) / math.sqrt(len(rows)) * math.hypot(1, away / spread)
    )
    rms = math.sqrt(float((off**2).sum(axis=1).mean()))
    placed = zip(found.label[rows].tolist(), found.place[rows].tolist(), strict=True)
    return frame_extent(fit, size, rms, sigma, len(rows), tuple(placed))


def frame_extent(
    fit: Fit, size: tuple[int, int], off: float, sigma: float, agreeing: int,
    placed: tuple[tuple[int, int], ...] = (),
) -> MapExtent | None:  # fmt: skip
    """A fit in degrees and km; None where it leaves the Earth or is too vague.

    Args:
        fit: From degrees to pixels.
        size: Width and height of the picture in pixels.
        off: How far off what agrees is, pixels.
        sigma: Standard error of the centre, pixels.
        agreeing: Number of labels that agree.
        placed: See `MapExtent`.
    """
    width, height = size
    spots = np.array(
        [(width / 2, height / 2), (0, height / 2), (width, height / 2),
         (0, 0), (width, 0), (width, height), (0, height), (width / 2, 0), (width / 2, height)],
        dtype=np.float64,
    )  # fmt: skip
    places = fit.places(spots)
    if not np.isfinite(places).all() or (np.abs(places[:, 0]) > 90).any():
        return None
    pixel_km = _pixel_km(fit, spots[0])
    width_km = pixel_km * width
    if sigma > MOST_UNCERTAIN * width or not NARROWEST_KM < width_km < WIDEST_KM:
        return None
    east = (places[1:, 1] - places[0, 1] + 180) % 360 - 180
    return MapExtent(
        centre=(float(places[0, 0]), float(places[0, 1])),
        box=(
            float((places[0, 1] + east.min() + 180) % 360 - 180),
            float(places[:, 0].min()),
            float((places[0, 1] + east.max() + 180) % 360 - 180),
            float(places[:, 0].max()),
        ),
        width_km=width_km,
        residual_km=off * pixel_km,
        uncertainty_km=sigma * pixel_km,
        agreeing=agreeing,
        projection=fit.plane.name,
        corners=tuple((float(lat), float(lon)) for lat, lon in places[3:7]),
        placed=placed,
    )


def _pixel_km(fit: Fit, spot: Floats) -> float:
    """Ground length of a pixel to the east at a spot."""
    ends = fit.places(spot + np.array([[-1.0, 0.0], [1.0, 0.0]]))
    return float(great_circle_km(ends[0], ends[1])) / 2
