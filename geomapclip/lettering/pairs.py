"""Frames from pairs of labels: two labels and a place for each give a scale, a turn and a shift."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, unit_vectors
from geomapclip.lettering.candidates import Candidates
from geomapclip.lettering.chance import LEAST_CHANCE, surprise
from geomapclip.lettering.projections import Fit, Floats, Plane

MOST_PAIRS = 2500
MOST_TESTED = 24  # frames that are tested against chance
MOST_TURN = 0.2  # radians
LEAST_APART = 0.12  # of the picture's diagonal, of the two labels
NARROWEST_KM, WIDEST_KM = 0.5, 30_000.0


@dataclass(frozen=True, eq=False)
class _Frames:
    """Pixels = turn * point + shift, as complex numbers; from a pair whose first row is `one`."""

    one: NDArray[np.intp]
    turn: NDArray[np.complex128]
    shift: NDArray[np.complex128]

    def __getitem__(self, rows: NDArray[np.intp]) -> _Frames:
        return _Frames(self.one[rows], self.turn[rows], self.shift[rows])


def best_pair(
    found: Candidates, plane: Plane, size: tuple[int, int], tolerance: float
) -> tuple[float, float, Fit] | None:
    """The pair of labels with which most others agree.

    Returns:
        By how many nats that beats chance; what the number of pairs that were tried took from
        it, nats; and the frame. None where no pair can be the one of a map.
    """
    points = plane.points(found.coordinates) @ np.array([1, 1j])
    frames, tried = _frames(found, points, plane, size, tolerance)
    if tried == 0:
        return None
    reach = found.radius_km / EARTH_RADIUS_KM / stretch(plane, found.coordinates)
    frames = frames[_promising(found, points, reach, frames, size, tolerance)]
    falls = frames.turn[:, None] * points + frames.shift[:, None]
    free = found.half + (np.abs(frames.turn)[:, None] * reach + tolerance)[..., None]
    beats = surprise(found, np.stack([falls.real, falls.imag], axis=-1), free, size)
    top = int(beats.argmax())
    turn, shift = frames.turn[top], frames.shift[top]
    matrix = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    fit = Fit(plane, matrix, np.array([shift.real, shift.imag]))
    return float(beats[top]) - math.log(tried), math.log(tried), fit


def _frames(
    found: Candidates,
    points: NDArray[np.complex128],
    plane: Plane,
    size: tuple[int, int],
    tolerance: float,
) -> tuple[_Frames, int]:
    """Frames with north up and a width that maps have, and how many there were before the cut."""
    pixels = found.middle @ np.array([1, 1j])
    # Areas say little on where exactly they are: pairs of towns make a frame, where there are any.
    exact = np.flatnonzero(found.radius_km * 1.0 <= np.quantile(found.radius_km, 0.75))
    one, other = (exact[index] for index in np.triu_indices(len(exact), 1))
    apart = np.abs(pixels[other] - pixels[one])
    good = (found.label[one] != found.label[other]) & (apart > LEAST_APART * math.hypot(*size))
    one, other, apart = one[good], other[good], apart[good]
    with np.errstate(divide="ignore", invalid="ignore"):
        turn = (pixels[other] - pixels[one]) / (points[other] - points[one])
        wide = size[0] / np.abs(turn) * EARTH_RADIUS_KM * stretch(plane, found.coordinates[one])
        good = np.isfinite(turn) & (np.abs(np.angle(turn)) < MOST_TURN + tolerance / apart)
    good &= (wide > NARROWEST_KM) & (wide < WIDEST_KM)
    one, other, turn = one[good], other[good], turn[good]
    tried = len(one)
    if tried > MOST_PAIRS:  # the likelier places first
        order = found.rank[one] + found.rank[other] + np.random.default_rng(0).random(tried)
        kept = np.argpartition(order, MOST_PAIRS)[:MOST_PAIRS]
        one, turn = one[kept], turn[kept]
    return _Frames(one, turn, pixels[one] - turn * points[one]), tried


def _promising(
    found: Candidates,
    points: NDArray[np.complex128],
    reach: Floats,
    frames: _Frames,
    size: tuple[int, int],
    tolerance: float,
) -> NDArray[np.intp]:
    """Rows of the frames with which the dearest labels agree, whatever chance would give."""
    scale = np.abs(frames.turn)
    # Sums of products of a frame's numbers and a row's: the fastest way to all of them.
    right = np.column_stack([frames.turn.real, -frames.turn.imag, frames.shift.real])
    down = np.column_stack([frames.turn.imag, frames.turn.real, frames.shift.imag])
    spots = np.vstack([points.real, points.imag, np.ones(len(points))])
    agrees = np.ones((len(scale), len(points)), bool)
    for axis, numbers in enumerate((right, down)):
        off = numbers @ spots
        off -= found.middle[:, axis]
        np.abs(off, out=off)
        off -= scale[:, None] * reach
        agrees &= off <= found.half[:, axis] + tolerance
    frame, row = np.nonzero(agrees)
    free = found.half[row] + (scale[frame] * reach[row] + tolerance)[:, None]
    share = np.clip(4 * free.prod(axis=1) / (size[0] * size[1]), LEAST_CHANCE, 1)
    label = np.repeat(np.arange(len(found.firsts)), found.tries)[row]
    nats = np.zeros((len(scale), len(found.firsts)))
    np.maximum.at(nats, (frame, label), np.maximum(-np.log(share) - np.log(found.tries[label]), 0))
    total = nats.sum(axis=1)
    if nats.shape[1] > 2:
        total -= np.partition(nats, -2, axis=1)[:, -2:].sum(axis=1)
    if len(total) <= MOST_TESTED:
        return np.arange(len(total))
    return np.argpartition(-total, MOST_TESTED)[:MOST_TESTED]


def stretch(plane: Plane, coordinates: Coordinates) -> Floats:
    """Ground per length of the plane."""
    if plane.name == "conic":
        return np.ones(len(coordinates))
    return np.cos(np.radians(coordinates[:, 0]))


def middle_of(coordinates: Coordinates) -> tuple[float, float]:
    """Where most places lie: median latitude, and the longitude opposite of which fewest lie."""
    x, y, _ = unit_vectors(coordinates).mean(axis=0)
    return float(np.median(coordinates[:, 0])), math.degrees(math.atan2(y, x))
