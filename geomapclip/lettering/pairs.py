"""Frames from pairs of labels, and how far what else agrees with them beats chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, great_circle_km
from geomapclip.lettering.gazetteer import KINDS, Gazetteer
from geomapclip.lettering.labels import Label
from geomapclip.lettering.projections import Fit, Floats, Plane

TOWN = KINDS.index("town")
MOST_LABELS = 80
MOST_PLACES = 6  # of one name
MOST_PAIRS = 6000
MOST_TURN = 0.2  # radians
LEAST_AGREEING = 3
NARROWEST_KM, WIDEST_KM = 0.5, 30_000.0


@dataclass(frozen=True, eq=False)
class Candidates:
    """One row for each label and each place that it may be."""

    label: NDArray[np.intp]  # number of the label, ascending
    place: NDArray[np.int32]
    coordinates: Coordinates
    radius_km: Floats  # within which the label may stand
    middle: Floats  # of the label's box, pixels
    half: Floats  # of its width and height


def find_candidates(
    labels: Sequence[Label],
    gazetteer: Gazetteer,
    near: tuple[tuple[float, float], float] | None,
) -> Candidates:
    """What each label may be; see `extent.fit_labels` for the arguments."""
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
    return Candidates(
        np.array(numbers, np.intp), place, coordinates, radius, boxes[:, 0], boxes[:, 1]
    )


def _middles(places: NDArray[np.int32], gazetteer: Gazetteer) -> tuple[Coordinates, Floats]:
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


def best_pair(
    found: Candidates, plane: Plane, size: tuple[int, int], tolerance: float
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
    width_km = size[0] / np.abs(turn) * EARTH_RADIUS_KM * stretch(plane, found.coordinates[one])
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


def stretch(plane: Plane, coordinates: Coordinates) -> Floats:
    """Ground per length of the plane."""
    if plane.name == "conic":
        return np.ones(len(coordinates))
    return np.cos(np.radians(coordinates[:, 0]))


def _surprise(
    found: Candidates,
    off: NDArray[np.complex128],
    turn: NDArray[np.complex128],
    plane: Plane,
    size: tuple[int, int],
    tolerance: float,
) -> Floats:
    """For each frame the nats by which the labels that agree beat chance, less the two dearest."""
    firsts = np.flatnonzero(np.diff(found.label, prepend=-1))
    reach = np.abs(turn)[:, None] * found.radius_km / EARTH_RADIUS_KM
    reach = reach / stretch(plane, found.coordinates) + tolerance
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
