"""The names' likelihood at nodes around their places, scale by scale: see `evidence`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, unit_vectors
from geomapclip.lettering.gazetteer import KINDS, Gazetteer
from geomapclip.lettering.lattice import Floats, Lattice, distances_km, surroundings
from geomapclip.lettering.names_model import Name, Numbers

TOWN = KINDS.index("town")
FARTHEST = 1.35  # of the reach: there the view ends
LEAST_INTEREST = 0.05  # a_p times odds below which a place cannot matter
MOST_CELLS = 1_500_000  # nodes times names that are evaluated at one scale
DEEPEST = 30.0  # nats below the best node at which a node no longer matters


def interest(
    scale_km: float, gazetteer: Gazetteer, places: NDArray[np.int32], numbers: Numbers
) -> Floats:
    """How likely each place is named on a map of that scale, a_p(s); shape (m,)."""
    isolation = gazetteer.isolation_km[places].astype(np.float64)
    wide = 1 / (1 + (numbers.spacing * scale_km / isolation) ** numbers.spacing_power)
    # An area as large as 25 views or more is seldom named in them, but an address may.
    near = 0.2 + 0.8 / (1 + (isolation / (25 * scale_km)) ** 2)
    return np.where(gazetteer.kind[places] == TOWN, wide, wide * near)


@dataclass(frozen=True, eq=False)
class View:
    """One scale: nodes around the names' places, and r of each name there, (nodes, names)."""

    scale_km: float
    lattice: Lattice
    ratios: Floats


def find_views(names: Sequence[Name], gazetteer: Gazetteer, numbers: Numbers) -> list[View]:
    """Each scale's nodes, without those that cannot matter beside the best ones."""
    signal = (1 - numbers.noise[0][0]) / numbers.noise[0][0]
    gains = np.log1p(signal * np.array([name.odds for name in names]))
    discs = [_discs(names, scale, gazetteer, numbers) for scale in numbers.scales_km]
    bounds = [
        _bounds(each, gains, scale, numbers.reach * scale)
        for each, scale in zip(discs, numbers.scales_km, strict=True)
    ]
    views, best = [], 0.0
    for index in np.argsort([-bound.max(initial=0.0) for bound in bounds]):
        scale, least = numbers.scales_km[index], best - DEEPEST
        hopeful = bounds[index] >= least
        view = _view(names, scale, numbers.reach * scale, discs[index], gains, hopeful, least)
        views.append(view)
        best = max(best, float(np.log1p(signal * view.ratios).sum(axis=1).max(initial=0.0)))
    return views


def _bounds(discs: _Discs, gains: Floats, scale: float, reach_km: float) -> Floats:
    """What the names can add up to, at the most, where a disc reaches; large discs: -infinity."""
    reach = ((discs.radius_km + FARTHEST * reach_km) / EARTH_RADIUS_KM).astype(np.float32)
    xyz = unit_vectors(discs.coordinates).astype(np.float32)
    small = np.flatnonzero(discs.small(scale))
    chord = 2 - 2 * (xyz[small] @ xyz.T)  # squared
    meet = chord <= (reach[small, None] + reach) ** 2
    bounds = np.full(len(xyz), -np.inf)
    if len(small):
        firsts = np.flatnonzero(np.diff(discs.owner, prepend=-1))
        named = np.logical_or.reduceat(meet, firsts, axis=1)
        bounds[small] = named @ gains[discs.owner[firsts]]
    return bounds


def _view(
    names: Sequence[Name],
    scale: float,
    reach: float,
    discs: _Discs,
    gains: Floats,
    hopeful: NDArray[np.bool_],
    least: float,
) -> View:
    """One scale's nodes around the hopeful discs, but for those below so many nats."""
    # What is much larger than the view says nothing on where in it the view lies.
    chosen, large = np.flatnonzero(hopeful), np.flatnonzero(~discs.small(scale))
    near = surroundings(
        discs.coordinates[chosen], discs.radius_km[chosen] + FARTHEST * reach, scale / 3
    )
    disc = chosen[near.disc]
    fall = _fall(near.km, discs.radius_km[disc], reach)
    bound = np.bincount(near.node, fall * gains[discs.owner[disc]], len(near.lattice))
    least -= gains[np.unique(discs.owner[large])].sum()
    most = max(200, MOST_CELLS // len(names))
    if len(bound) > most:
        least = max(least, float(np.partition(bound, -most)[-most]))
    kept = bound >= least
    lattice = Lattice(near.lattice.spacing_km, near.lattice.ids[kept])
    pairs = kept[near.node]
    node, disc = (np.cumsum(kept) - 1)[near.node[pairs]], disc[pairs]
    index = node * len(names) + discs.owner[disc]
    heights = discs.height[disc] * fall[pairs]
    # Of no pair at all bincount makes whole numbers.
    flat = np.bincount(index, heights, len(lattice) * len(names)).astype(np.float64)
    shown: Floats = flat.reshape(len(lattice), len(names))
    if len(large):
        km = distances_km(lattice, discs.coordinates[large])
        covered = discs.height[large] * _fall(km, discs.radius_km[large], reach)
        np.add.at(shown.T, discs.owner[large], covered.T)
    odds = np.array([name.odds for name in names])
    return View(scale, lattice, np.minimum(shown, 1.0) * odds)


@dataclass(frozen=True, eq=False)
class _Discs:
    """Discs of all places that may be named at a scale: where, a_p(s), and of which name."""

    coordinates: Coordinates
    radius_km: Floats
    height: Floats
    owner: NDArray[np.intp]

    def small(self, scale: float) -> NDArray[np.bool_]:
        """Which are not much larger than the view."""
        return self.radius_km <= 2 * scale


def _discs(names: Sequence[Name], scale: float, gazetteer: Gazetteer, numbers: Numbers) -> _Discs:
    places = np.concatenate([name.places for name in names])
    owner = np.repeat(np.arange(len(names)), [len(name.places) for name in names])
    likeness = np.concatenate([name.likeness for name in names])
    height = interest(scale, gazetteer, places, numbers) * likeness
    kept = height * np.array([name.odds for name in names])[owner] >= LEAST_INTEREST
    places, owner, height = places[kept], owner[kept], height[kept]
    counts = gazetteer.place_starts[places + 1] - gazetteer.place_starts[places]
    rows = np.repeat(gazetteer.place_starts[places] - np.cumsum(counts) + counts, counts)
    rows = rows + np.arange(counts.sum())
    return _Discs(
        gazetteer.coordinates[rows].astype(np.float64),
        gazetteer.radius_km[rows].astype(np.float64),
        np.repeat(height, counts),
        np.repeat(owner, counts),
    )


def _fall(km: Floats, radius_km: Floats, reach_km: float) -> Floats:
    """k: 1 inside of a disc, and how it falls beyond."""
    beyond = np.maximum(km - radius_km, 0) / reach_km
    fall: Floats = np.exp(-(beyond**4))
    return fall
