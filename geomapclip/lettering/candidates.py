"""Which places each label of a map may name, as rows of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import Coordinates, great_circle_km
from geomapclip.lettering.gazetteer import KINDS, Gazetteer
from geomapclip.lettering.labels import Label
from geomapclip.lettering.projections import Floats

TOWN = KINDS.index("town")
MOST_LABELS = 80
MOST_PLACES = 6  # of one name


@dataclass(frozen=True, eq=False)
class Candidates:
    """One row for each label and each place that it may be; m rows for n labels.

    Attributes:
        label: Number of the label, ascending; shape (m,).
        place: Shape (m,).
        rank: 0 for the place that the label most likely names, then 1, ...; shape (m,).
        coordinates: Shape (m, 2).
        radius_km: Within which the label may stand, 0 for a town; shape (m,).
        middle: Of the label's box, pixels; shape (m, 2).
        half: Of its width and height; shape (m, 2).
    """

    label: NDArray[np.intp]
    place: NDArray[np.int32]
    rank: NDArray[np.intp]
    coordinates: Coordinates
    radius_km: Floats
    middle: Floats
    half: Floats

    @cached_property
    def firsts(self) -> NDArray[np.intp]:
        """First row of each label, shape (n,)."""
        return np.flatnonzero(np.diff(self.label, prepend=-1))

    @cached_property
    def tries(self) -> NDArray[np.intp]:
        """How many places each label may be, shape (n,)."""
        return np.diff([*self.firsts, len(self.label)])


def find_candidates(
    labels: Sequence[Label],
    gazetteer: Gazetteer,
    near: tuple[tuple[float, float], float] | None,
) -> Candidates:
    """What each label may be; see `extent.fit_labels` for the arguments."""
    numbers: list[int] = []
    places: list[int] = []
    ranks: list[int] = []
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
        ranks += range(len(own))
    place = np.array(places, np.int32)
    coordinates, radius = _middles(place, gazetteer)
    boxes = np.array([_box(labels[number].polygon) for number in numbers]).reshape(-1, 2, 2)
    return Candidates(
        np.array(numbers, np.intp), place, np.array(ranks, np.intp), coordinates, radius,
        boxes[:, 0], boxes[:, 1],
    )  # fmt: skip


def _middles(places: NDArray[np.int32], gazetteer: Gazetteer) -> tuple[Coordinates, Floats]:
    """Middle of each place's discs, and how far from it a label may stand."""
    starts, stops = gazetteer.place_starts[places], gazetteer.place_starts[places + 1]
    spots = gazetteer.coordinates[starts].astype(np.float64)
    radii = np.zeros(len(places))
    for row in np.flatnonzero(gazetteer.kind[places] != TOWN):
        discs = gazetteer.coordinates[starts[row] : stops[row]].astype(np.float64)
        turned = (discs[:, 1] - discs[0, 1] + 180) % 360 - 180
        longitude = (discs[0, 1] + turned.mean() + 180) % 360 - 180
        spots[row] = discs[:, 0].mean(), longitude
        far = great_circle_km(discs, spots[row]) + gazetteer.radius_km[starts[row] : stops[row]]
        radii[row] = 0.7 * float(far.max())
    return spots.reshape(-1, 2), radii


def _box(polygon: Floats) -> Floats:
    low, high = polygon.min(axis=0), polygon.max(axis=0)
    return np.array([(low + high) / 2, (high - low) / 2])
