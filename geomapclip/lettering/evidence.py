"""From names on a picture to a likelihood over places: a small generative model.

A picture has a centre c and shows a surrounding of s km, from a street to a continent; s is
unknown and summed over, P(s) falling as a power of s. Each name i that was read is either noise
(a brand, a person, a word, a place elsewhere), with probability e, or it was written because one
of its places p lies near:

    P(i | c, s) / P(i as noise)  =  e + (1 - e) r_i(c, s)

    r_i(c, s)  =  min(1, sum over p of a_p(s) k(d_p / s)) / (N q_i)

* k(x) = exp(-(x / reach)^4): inside of the view as good as certain, beyond its corners none. d_p
  is the distance from c to the nearest of the discs that stand for p.
* a_p(s) = 1 / (1 + (K s / I_p)^3): is p of interest on such a map? I_p is p's isolation, the
  distance to the next larger town, so about as many towns as a map has room for pass, in a desert
  as in Europe. Large areas are less often named on a map of one street.
* N is the number of names on a map, q_i how often the name turns up anywhere: small for a
  village, larger for what is famous, for a name of many places, and for one that is a word.

Names of the same place and repetitions count once. How much of what is written is noise differs
from picture to picture: e is summed over as well, and with some probability the names have
nothing to do with the place at all (e = 1). So the likelihood never falls below a floor, one name
moves at most its share of the belief, and only names that agree with each other make it sharp.

The model is evaluated around the names' places on lattices whose spacing is a third of s, and
gathered into the gallery: a gallery place has the mean over the area that it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomapclip.gallery import Gallery
from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, great_circle_km, unit_vectors
from geomapclip.lettering.gazetteer import KINDS, Gazetteer
from geomapclip.lettering.labels import Label
from geomapclip.lettering.lattice import Floats, Lattice, distances_km, gather, surroundings
from geomapclip.lettering.names_model import NUMBERS, Name, Numbers, names_of

TOWN = KINDS.index("town")
FARTHEST = 1.35  # of the reach: there the view ends
LEAST_INTEREST = 0.05  # a_p times odds below which a place cannot matter
MOST_CELLS = 1_500_000  # nodes times names that are evaluated at one scale
LEAST = 1e-13  # of the likelihood at the best node: what is less does not count
FAINT = 1e-4  # of the likelihood where no node is: so much more does not count either
DEEPEST = 30.0  # nats below the best node at which a node no longer matters


@dataclass(frozen=True)
class Contribution:
    """What one name said.

    Attributes:
        name: What was matched.
        nats: How much the name speaks for the best place, 0 where it does not.
        probability: That the name was written because of its place there, [0, 1].
        place: Number of that place in the gazetteer.
    """

    name: Name
    nats: float
    probability: float
    place: int


@dataclass(frozen=True, eq=False)
class Evidence:
    """A log-likelihood over a gallery, and where it comes from.

    Attributes:
        log_likelihood: Shape (n,); all 0 where no name was found.
        contributions: One for each distinct name.
        centre: (latitude, longitude) in degrees that explains the names best, or None.
        scale_km: The surrounding that explains them best, or None.
    """

    log_likelihood: NDArray[np.float64]
    contributions: tuple[Contribution, ...]
    centre: tuple[float, float] | None = None
    scale_km: float | None = None


def evidence(
    labels: Sequence[Label], gallery: Gallery, gazetteer: Gazetteer, numbers: Numbers = NUMBERS
) -> Evidence:
    """What the names say about each place of a gallery.

    Args:
        labels: From `find_labels`.
        gallery: The n places.
        gazetteer: What the labels' rows number.
        numbers: The model's.
    """
    names = names_of(labels, gazetteer, numbers)
    if not names:
        return Evidence(np.zeros(len(gallery)), ())
    weights = np.array(numbers.scales_km) ** -numbers.scale_power
    priors = np.log(weights / weights.sum() * (1 - numbers.unrelated))
    # Logarithms of the joint probability of scale, rate of noise and names, at each view's nodes
    # and where no node is.
    views = _views(names, gazetteer, numbers)
    joint: list[tuple[_View, Floats, float]] = []
    base = 0.0
    for view in views:
        prior = float(priors[numbers.scales_km.index(view.scale_km)])
        at_nodes, elsewhere = np.full(len(view.lattice), -np.inf), -np.inf
        for noise, share in numbers.noise:
            nats = np.log(noise + (1 - noise) * view.ratios).sum(axis=1)
            at_nodes = np.logaddexp(at_nodes, prior + np.log(share) + nats)
            nothing = prior + np.log(share) + len(names) * np.log(noise)
            elsewhere = float(np.logaddexp(elsewhere, nothing))
        joint.append((view, at_nodes, elsewhere))
        base += np.exp(elsewhere)
    highest = max(at_nodes.max(initial=0.0) for _, at_nodes, _ in joint)
    floor = (numbers.unrelated + base) * np.exp(-highest)
    likelihood = np.full(len(gallery), floor)
    for view, at_nodes, elsewhere in joint:
        excess = np.exp(at_nodes - highest) - np.exp(elsewhere - highest)
        rows, values = gather(view.lattice, excess, max(LEAST, FAINT * floor), gallery)
        likelihood += np.bincount(rows, values, len(gallery))
    log_likelihood = numbers.weight * np.log(likelihood)
    view, at_nodes, _ = max(joint, key=lambda entry: entry[1].max(initial=-np.inf))
    if not len(at_nodes):
        return Evidence(log_likelihood, ())
    best = int(at_nodes.argmax())
    centre = (float(view.lattice.coordinates[best, 0]), float(view.lattice.coordinates[best, 1]))
    said = _contributions(names, view.ratios[best], centre, gazetteer, numbers)
    return Evidence(log_likelihood, said, centre, view.scale_km)


@dataclass(frozen=True, eq=False)
class _View:
    """One scale: nodes around the names' places, and r of each name there, (nodes, names)."""

    scale_km: float
    lattice: Lattice
    ratios: Floats


def _views(names: Sequence[Name], gazetteer: Gazetteer, numbers: Numbers) -> list[_View]:
    """Each scale's nodes, without those that cannot matter beside the best ones."""
    signal = (1 - numbers.noise[0][0]) / numbers.noise[0][0]
    gains = np.log1p(signal * np.array([name.odds for name in names]))
    discs = [_discs(names, scale, gazetteer, numbers) for scale in numbers.scales_km]
    bounds = [
        _bounds(each, gains, scale, numbers.reach * scale) for each, scale in zip(discs, numbers.scales_km, strict=True)
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
) -> _View:
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
    shown = np.bincount(index, discs.height[disc] * fall[pairs], len(lattice) * len(names))
    shown = shown.astype(np.float64).reshape(len(lattice), len(names))  # whole where none is near
    if len(large):
        km = distances_km(lattice, discs.coordinates[large])
        reach = discs.height[large] * _fall(km, discs.radius_km[large], reach)
        np.add.at(shown.T, discs.owner[large], reach.T)
    odds = np.array([name.odds for name in names])
    return _View(scale, lattice, np.minimum(shown, 1.0) * odds)


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


def _discs(
    names: Sequence[Name], scale: float, gazetteer: Gazetteer, numbers: Numbers
) -> _Discs:
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


def interest(scale_km: float, gazetteer: Gazetteer, places: NDArray[np.int32], numbers: Numbers
             ) -> NDArray[np.float64]:  # fmt: skip
    """How likely each place is named on a map of that scale, a_p(s); shape (m,)."""
    isolation = gazetteer.isolation_km[places].astype(np.float64)
    wide = 1 / (1 + (numbers.spacing * scale_km / isolation) ** numbers.spacing_power)
    # An area as large as 25 views or more is seldom named in them, but an address may.
    near = 0.2 + 0.8 / (1 + (isolation / (25 * scale_km)) ** 2)
    return np.where(gazetteer.kind[places] == TOWN, wide, wide * near)


def _contributions(
    names: Sequence[Name],
    ratios: NDArray[np.float64],
    centre: tuple[float, float],
    gazetteer: Gazetteer,
    numbers: Numbers,
) -> tuple[Contribution, ...]:
    noise = numbers.noise[0][0]
    said = []
    for name, ratio in zip(names, ratios, strict=True):
        first = gazetteer.place_starts[name.places]
        km = great_circle_km(gazetteer.coordinates[first], centre)
        nearest = int(name.places[np.argmin(km / (1 + gazetteer.isolation_km[name.places]))])
        odds = float(noise + (1 - noise) * ratio)
        said.append(
            Contribution(name, max(0.0, float(np.log(odds))), (1 - noise) * ratio / odds, nearest)
        )
    return tuple(said)
