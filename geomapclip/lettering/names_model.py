"""The names of a picture as the model sees them: their places, and how telling each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geomapclip.lettering.gazetteer import Gazetteer
from geomapclip.lettering.labels import Label

MOST_NAMES = 150  # the most telling ones of a picture; more make it slower and no surer
FAMOUS_KM = 1000.0
SYLLABLES = "\u2e80"  # from there on a character of Unicode is a syllable or a word


@dataclass(frozen=True)
class Numbers:
    """The model's few numbers, fitted on drawn maps by ``tools/fit_lettering.py``.

    Attributes:
        scales_km: The surroundings s that are summed over.
        scale_power: P(s) falls as s to minus this power.
        noise: Pairs (e, its probability).
        unrelated: Probability that no name has to do with the place.
        spacing: K: towns on a map lie K s apart.
        spacing_power: How sharply a map leaves out what lies closer.
        per_map: N, names on a map.
        rare: q of a name that one village bears.
        famous: What a place of isolation ``FAMOUS_KM`` adds to q.
        word: What the most common word adds to q; a rarer one adds it divided by its rank.
        misread: Factor on r for each letter that must have been misread, for a name of eight
            letters; shorter names are likelier hit by chance.
        most_odds: Largest r: however rare a name, so often it is a coincidence.
        reach: Of the view, as a multiple of s.
        weight: Of the whole log-likelihood beside other evidence, found by calibration.
    """

    scales_km: tuple[float, ...] = tuple(5 * 2.0**step for step in range(11))
    scale_power: float = 0.5
    noise: tuple[tuple[float, float], ...] = ((0.3, 0.6), (0.85, 0.4))
    unrelated: float = 0.2
    spacing: float = 0.12
    spacing_power: float = 3.0
    per_map: float = 60.0
    rare: float = 4e-6
    famous: float = 3e-6
    word: float = 0.3
    misread: float = 0.1
    most_odds: float = 1000.0
    reach: float = 0.9
    weight: float = 1.3


NUMBERS = Numbers()


@dataclass(frozen=True, eq=False)
class Name:
    """One distinct name.

    Attributes:
        key: In the gazetteer's spelling.
        places: Numbers of the places that bear it, shape (m,).
        likeness: Shape (m,): 1 for a name that was read as it is, less for a near miss.
        odds: Largest r that it can reach, 1 / (N q).
        labels: Numbers of the labels.
    """

    key: str
    places: NDArray[np.int32]
    likeness: NDArray[np.float64]
    odds: float
    labels: tuple[int, ...] = field(default=())


def names_of(labels: Sequence[Label], gazetteer: Gazetteer, numbers: Numbers) -> list[Name]:
    """Distinct names, the most telling first; of several names of one place only one.

    Args:
        labels: Labels; those with the same rows are one name.
        gazetteer: What the rows number.
        numbers: The model's.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, label in enumerate(labels):
        groups.setdefault(label.rows, []).append(number)
    names = [
        _name([labels[n] for n in members], tuple(members), gazetteer, numbers)
        for members in groups.values()
    ]
    names.sort(key=lambda name: (-name.odds, name.key))
    return _one_for_each_place(names, gazetteer)[:MOST_NAMES]


def _name(
    labels: Sequence[Label], members: tuple[int, ...], gazetteer: Gazetteer, numbers: Numbers
) -> Name:
    best = max(labels, key=lambda label: (label.share, label.confidence))
    places = np.concatenate([gazetteer.places_of(row) for row in best.rows])
    fame = np.minimum(gazetteer.isolation_km[places].astype(np.float64) / FAMOUS_KM, 3.0).sum()
    ranks = gazetteer.word_rank[list(best.rows)]
    common = float(ranks[ranks > 0].min()) if best.errors == 0 and (ranks > 0).any() else np.inf
    heard = numbers.rare * len(places) + numbers.famous * fame + numbers.word / common
    letters = 3 * len(best.key) if best.key >= SYLLABLES else len(best.key)
    if letters < 4:
        heard += numbers.word / 100  # two or three letters are anything
    if best.text[:1].islower():
        heard *= 5
    likely = numbers.misread**best.errors * min(1.0, (letters / 8) ** 3 if best.errors else 1.0)
    # Half of the letters of a line that are no name make it a sentence, in which a name means less.
    likely *= best.share * min(1.0, best.confidence + 0.1)
    odds = min(likely / (numbers.per_map * heard), numbers.most_odds)
    return Name(best.key, places, np.ones(len(places)), float(odds), members)


def _one_for_each_place(names: Sequence[Name], gazetteer: Gazetteer) -> list[Name]:
    """Drop names whose most important place another name has already: "Bozen" beside "Bolzano"."""
    taken: set[int] = set()
    kept: list[Name] = []
    for name in names:
        first = int(name.places[np.argmax(gazetteer.isolation_km[name.places])])
        if first not in taken:
            kept.append(name)
        taken.update(name.places.tolist() if len(name.places) == 1 else [first])
    return kept
