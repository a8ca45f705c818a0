"""Where a map lies: from labels whose places are known to a frame in degrees.

Two labels and a place for each give a scale, a turn and a shift (north is up, within a little);
how many other labels then lie where their names are decides. A label agrees where its place falls
into its box or near it; for an area, somewhere in the area. That a label agrees by chance has a
known probability, the share of the picture that would count; a frame is believed when all labels
that agree, beyond the two that made it, are too unlikely by chance for all the pairs that were
tried. Then the frame is fitted anew to all of them, on three planes, and the best is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, great_circle_km
from geomapclip.lettering.gazetteer import KINDS, Gazetteer
from geomapclip.lettering.labels import Label
from geomapclip.lettering.projections import PROJECTIONS, Fit, Floats, Plane, ProjectionName, fit_plane

TOWN = KINDS.index("town")
MOST_LABELS = 80
MOST_PLACES = 6  # of one name
MOST_PAIRS = 6000
TOLERANCE = 0.03  # of the picture's diagonal, beyond a label's box
FINE_TOLERANCE = 0.015  # the same once the frame is fitted
MOST_TURN = 0.2  # radians
LEAST_AGREEING = 3
LEAST_SURPRISE = 2.0  # nats by which what agrees must beat chance
NARROWEST_KM, WIDEST_KM = 0.5, 30_000.0
UNDERSTATED = 1.5  # what the plain error must be multiplied by, measured on drawn maps
MOST_UNCERTAIN = 0.1  # of the width: the centre must be known better than that
ROUNDS = 6
SHIFTS = 4


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


@dataclass(frozen=True, eq=False)
class _Candidates:
    """One row for each label and each place that it may be."""

    label: NDArray[np.intp]  # number of the label, ascending
    place: NDArray[np.int32]
    coordinates: Coordinates
    radius_km: Floats  # within which the label may stand
    middle: Floats  # of the label's box, pixels
    half: Floats  # of its width and height


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
    found = _candidates(labels, gazetteer, near)
    if len(np.unique(found.label)) < LEAST_AGREEING:
        return None
    diagonal = math.hypot(*size)
    reference = near[0] if near else tuple(np.median(found.coordinates, axis=0).tolist())
    starts: list[Fit] = []
    for name in ("mercator", "equirectangular"):
        plane = Plane(name, (float(reference[0]), float(reference[1])))
        pair = _best_pair(found, plane, size, TOLERANCE * diagonal)
        if pair and pair[0] >= LEAST_SURPRISE:
            starts.append(pair[1])
    return _refined(found, starts, size, diagonal)


def _candidates(
    labels: Sequence[Label],
    gazetteer: Gazetteer,
    near: tuple[tuple[float, float], float] | None,
) -> _Candidates:
    numbers, places = [], []
    order = sorted(range(len(labels)), key=lambda n: (labels[n].errors, -labels[n].share))
    for number in sorted(order[:MOST_LABELS]):
        own = np.unique(np.concatenate([gazetteer.places_of(row) for row in labels[number].rows]))
        merit = np.log(gazetteer.isolation_km[own])
        if near:
            km = great_circle_km(gazetteer.coordinates[gazetteer.place_starts[own]], near[0])
            merit = merit + 20 * (km < near[1])
        own = own[np.argsort(-merit)][:MOST_PLACES]
        numbers += [number] * len(own)
        places += own.tolist()
    place = np.array(places, np.int32)
    coordinates, radius = _middles(place, gazetteer)
    boxes = np.array([_box(labels[number].polygon) for number in numbers]).reshape(-1, 2, 2)
    return _Candidates(
        np.array(numbers, np.intp), place, coordinates, radius, boxes[:, 0], boxes[:, 1]
    )


def _middles(
    places: NDArray[np.int32], gazetteer: Gazetteer
) -> tuple[Coordinates, Floats]:
    """Middle of each place's discs, and how far from it a label may stand."""
    spots, radii = [], []
    for place in places:
        rows = slice(gazetteer.place_starts[place], gazetteer.place_starts[place + 1])
        discs = gazetteer.coordinates[rows].astype(np.float64)
        turned = (discs[:, 1] - discs[0, 1] + 180) % 360 - 180
        middle = np.array([discs[:, 0].mean(), (discs[0, 1] + turned.mean() + 180) % 360 - 180])
        far = great_circle_km(discs, middle) + gazetteer.radius_km[rows]
        spots.append(middle)
        radii.append(0.0 if gazetteer.kind[place] == TOWN else 0.7 * float(far.max()))
    return np.array(spots).reshape(-1, 2), np.array(radii)


def _box(polygon: Floats) -> Floats:
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    return np.array([(low + high) / 2, (high - low) / 2])


def _best_pair(
    found: _Candidates, plane: Plane, size: tuple[int, int], tolerance: float
) -> tuple[float, Fit] | None:
    """The pair of labels with which most others agree, and by how much that beats chance."""
    points = plane.points(found.coordinates) @ np.array([1, 1j])
    pixels = found.middle @ np.array([1, 1j])
    # Areas say little on where exactly they are: pairs of towns make a frame, where there are any.
    exact = np.flatnonzero(found.radius_km * 1.0 <= np.quantile(found.radius_km, 0.75))
    one, other = (exact[index] for index in np.triu_indices(len(exact), 1))
    apart = np.abs(pixels[other] - pixels[one])
    good = (found.label[one] != found.label[other]) & (apart > 0.12 * math.hypot(*size))
    one, other = one[good], other[good]
    step = _nearest_turn(points[other] - points[one])
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = (pixels[other] - pixels[one]) / step
    width_km = size[0] / np.abs(turn) * EARTH_RADIUS_KM * _stretch(plane, found.coordinates[one])
    good = np.isfinite(turn) & (np.abs(np.angle(turn)) < MOST_TURN + tolerance / apart[good])
    good &= (width_km > NARROWEST_KM) & (width_km < WIDEST_KM)
    one, turn = one[good], turn[good]
    tests = len(one)
    if tests == 0:
        return None
    if tests > MOST_PAIRS:
        chosen = np.random.default_rng(0).choice(tests, MOST_PAIRS, replace=False)
        one, turn = one[chosen], turn[chosen]
    off = turn[:, None] * _nearest_turn(points - points[one][:, None])
    surprise = _surprise(found, off + pixels[one][:, None] - pixels, turn, plane, size, tolerance)
    top = int(surprise.argmax())
    matrix = np.array([[turn[top].real, -turn[top].imag], [turn[top].imag, turn[top].real]])
    # Longitudes are counted from the pair, so that the frame's own are never 180 degrees off.
    own = Plane(plane.name, (plane.origin[0], float(found.coordinates[one[top], 1])))
    start = own.points(found.coordinates[one[top]][None])[0]
    fit = Fit(own, matrix, found.middle[one[top]] - matrix @ start)
    return float(surprise[top]) - math.log(tests), fit


def _nearest_turn(steps: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Steps on a plane by the shorter way around the Earth."""
    nearest: NDArray[np.complex128] = steps - 2 * np.pi * np.round(steps.real / (2 * np.pi))
    return nearest


def _stretch(plane: Plane, coordinates: Coordinates) -> Floats:
    """Ground per length of the plane."""
    if plane.name == "conic":
        return np.ones(len(coordinates))
    return np.cos(np.radians(coordinates[:, 0]))


def _surprise(
    found: _Candidates,
    off: NDArray[np.complex128],
    turn: NDArray[np.complex128],
    plane: Plane,
    size: tuple[int, int],
    tolerance: float,
) -> Floats:
    """For each frame the nats by which the labels that agree beat chance, less the two dearest."""
    firsts = np.flatnonzero(np.diff(found.label, prepend=-1))
    reach = np.abs(turn)[:, None] * found.radius_km / EARTH_RADIUS_KM
    reach = reach / _stretch(plane, found.coordinates) + tolerance
    agrees = (np.abs(off.real) <= found.half[:, 0] + reach) & (
        np.abs(off.imag) <= found.half[:, 1] + reach
    )
    covered = 4 * (found.half[:, 0] + reach) * (found.half[:, 1] + reach) / (size[0] * size[1])
    nats = np.where(agrees, -np.log(np.clip(covered, 1e-4, 1)), 0.0)
    # Several places of one name are several chances.
    tries = np.diff([*firsts, len(found.label)])
    by_label = np.maximum(np.maximum.reduceat(nats, firsts, axis=1) - np.log(tries), 0)
    total = by_label.sum(axis=1)
    if by_label.shape[1] > 2:
        total -= np.partition(by_label, -2, axis=1)[:, -2:].sum(axis=1)
    summed: Floats = np.where((by_label > 0).sum(axis=1) >= LEAST_AGREEING, total, 0.0)
    return summed


def _refined(
    found: _Candidates, starts: Sequence[Fit], size: tuple[int, int], diagonal: float
) -> MapExtent | None:
    """Fit all three planes to what agrees with each start, and describe the best."""
    best: tuple[float, Fit, NDArray[np.intp], Floats] | None = None
    for start, name in product(starts, PROJECTIONS):
        middle = start.places(np.array([[size[0] / 2, size[1] / 2]]))[0]
        if not np.isfinite(middle).all():
            continue
        plane = Plane(name, (float(middle[0]), float(middle[1])))
        fit, rows, off = start, np.empty(0, np.intp), np.empty((0, 2))
        for turn in range(ROUNDS):
            tolerance = (TOLERANCE if turn < 2 else FINE_TOLERANCE) * diagonal
            rows, off = _agreeing(found, fit, tolerance)
            if len(rows) < LEAST_AGREEING:
                break
            # A town's mark is beside its name, which is wider than high: heights tell more. What
            # moves all labels alike leaves the scale right, and is undone by the shift.
            error = found.half[rows] + _reach(found, fit, rows)[:, None] + 0.004 * diagonal
            fit = fit_plane(plane, found.coordinates[rows], found.middle[rows], error)
            for _ in range(SHIFTS):
                off = np.average(_off(found, fit, rows), axis=0, weights=error**-2.0)
                fit = Fit(plane, fit.matrix, fit.shift - off)
        else:
            rows, off = _agreeing(found, fit, FINE_TOLERANCE * diagonal)
        if len(rows) < LEAST_AGREEING or np.linalg.det(fit.matrix) <= 0:
            continue
        rms = math.sqrt(float((off**2).sum(axis=1).mean()))
        # More labels, then less residual; Mercator where nothing speaks against it.
        cost = (rms + 0.002 * diagonal) / len(rows) * (1.0 if name == "mercator" else 1.1)
        if best is None or cost < best[0]:
            best = cost, fit, rows, off
    return None if best is None else _extent(found, *best[1:], size, diagonal)


def _reach(found: _Candidates, fit: Fit, rows: NDArray[np.intp]) -> Floats:
    """How far an area's label may stand from its middle, pixels."""
    scale = math.sqrt(abs(float(np.linalg.det(fit.matrix))))
    return found.radius_km[rows] / EARTH_RADIUS_KM * scale / _stretch(
        fit.plane, found.coordinates[rows]
    )


def _off(found: _Candidates, fit: Fit, rows: NDArray[np.intp]) -> Floats:
    """How far each place falls from its label's box, or from where an area's label may stand."""
    falls = fit.pixels(found.coordinates[rows])
    free = found.half[rows] + _reach(found, fit, rows)[:, None]
    off: Floats = falls - np.clip(falls, found.middle[rows] - free, found.middle[rows] + free)
    return off


def _agreeing(
    found: _Candidates, fit: Fit, tolerance: float
) -> tuple[NDArray[np.intp], Floats]:
    """Rows of what agrees, one for each label, and how far off each is."""
    off = _off(found, fit, np.arange(len(found.label)))
    distance = np.where(np.isfinite(off).all(axis=1), np.hypot(*off.T), np.inf)
    order = np.lexsort((distance, found.label))
    first = order[np.flatnonzero(np.diff(found.label[order], prepend=-1))]
    rows = first[distance[first] <= tolerance]
    return rows, off[rows]


def _extent(
    found: _Candidates, fit: Fit, rows: NDArray[np.intp], off: Floats, size: tuple[int, int],
    diagonal: float,
) -> MapExtent | None:  # fmt: skip
    # Standard error of the centre: the labels' own, and more where they all lie on one side.
    free = np.hypot(*(found.half[rows] * 0.6).T) + _reach(found, fit, rows) + 0.004 * diagonal
    spread = found.middle[rows].std(axis=0).min() + 1e-9
    away = float(np.hypot(*(found.middle[rows].mean(axis=0) - np.array(size) / 2)))
    sigma = UNDERSTATED * float(np.median(free)) / math.sqrt(len(rows)) * math.hypot(1, away / spread)
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
    ends = fit.places(np.array([spot - [1, 0], spot + [1, 0]]))
    return float(great_circle_km(ends[0], ends[1])) / 2
