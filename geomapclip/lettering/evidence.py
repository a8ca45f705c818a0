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
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering.gazetteer import Gazetteer
from geomapclip.lettering.labels import Label
from geomapclip.lettering.lattice import Floats, gather
from geomapclip.lettering.names_model import NUMBERS, Name, Numbers, names_of
from geomapclip.lettering.views import View, find_views

LEAST = 1e-13  # of the likelihood at the best node: what is less does not count
FAINT = 1e-4  # of the likelihood where no node is: so much more does not count either


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
    views = find_views(names, gazetteer, numbers)
    joint: list[tuple[View, Floats, float]] = []
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


def _contributions(
    names: Sequence[Name],
    ratios: NDArray[np.float64],
    centre: tuple[float, float],
    gazetteer: Gazetteer,
    numbers: Numbers,
) -> tuple[Contribution, ...]:
    noise = numbers.noise[0][0]
    places = np.concatenate([name.places for name in names])
    km = great_circle_km(gazetteer.coordinates[gazetteer.place_starts[places]], centre)
    away = np.split(
        km / (1 + gazetteer.isolation_km[places]), np.cumsum([len(name.places) for name in names])
    )
    said = []
    for name, ratio, far in zip(names, ratios, away[:-1], strict=True):
        odds = float(noise + (1 - noise) * ratio)
        nearest = int(name.places[np.argmin(far)])
        nats = max(0.0, float(np.log(odds)))
        said.append(Contribution(name, nats, (1 - noise) * float(ratio) / odds, nearest))
    return tuple(said)
