"""The words of a photo as the page boxes them: how much each counts, and where its name lies."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geomapclip.geodesy import great_circle_km
from geomapclip.lettering.gazetteer import load_gazetteer
from webapp.lettering import Reading, weigh

if TYPE_CHECKING:
    from geomapclip.gallery import Gallery

MOST_SHOWN = 250  # words drawn on a picture
MOST_PLACES = 12  # of a name on the map; "San José" has hundreds
ALL_PLACES = 600  # of all names together, each at least one: they are a part of every answer


@dataclass(frozen=True)
class ShownWord:
    """A word, or the words of one name, as the page boxes them.

    Attributes:
        numbers: Of its words in the reading.
        text: The name that was found, or the word as it was read.
        polygons: Of each word the four corners (x, y), as shares of the picture's sides.
        nats: How much it speaks for the best place now; 0 where it does not.
        struck: Whether it does not count because the visitor struck it out.
        places: Latitude, longitude and radius in km of places that bear the name, the one that
            counts first; empty for a word that is no name.
        count: How many places bear the name.
        spread_km: Between the first place and the one farthest from it.
    """

    numbers: tuple[int, ...]
    text: str
    polygons: tuple[tuple[tuple[float, float], ...], ...]
    nats: float
    struck: bool
    places: tuple[tuple[float, float, float], ...] = ()
    count: int = 0
    spread_km: float = 0.0


def shown_words(
    reading: Reading, gallery: Gallery, struck: frozenset[int] = frozenset()
) -> list[ShownWord]:
    """The words to be boxed, those that count most first; words of one name stand together.

    Args:
        reading: From `read`.
        gallery: What they were weighed over.
        struck: Numbers of the words that do not count.
    """
    if not reading.words:
        return []
    whole, _ = weigh(reading, gallery)
    now, _ = weigh(reading, gallery, struck)
    said: dict[int, tuple[float, int]] = {}  # of each word: nats, and the place that counts
    for each in now.contributions:
        for label in each.name.labels:
            for number in now.labels[label].words:
                said[number] = max(said.get(number, (0.0, each.place)), (each.nats, each.place))
    rows: dict[int, set[int]] = {}  # of the gazetteer, and names, that each word is a part of
    names: dict[int, list[str]] = {}
    for found in whole.labels:
        names.setdefault(found.words[0], []).append(found.text)
        for number in found.words:
            rows.setdefault(number, set()).update(found.rows)
    shown = [
        _shown_word(
            reading,
            numbers,
            ", ".join(text for number in numbers for text in names.get(number, ())),
            said,
            set().union(*(rows.get(number, ()) for number in numbers)),
            struck,
        )
        for numbers in _groups(len(reading.words), [label.words for label in whole.labels])
    ]
    # The order stays as it is while words are struck out, so that nothing moves under a finger.
    first = {
        number: each.nats
        for each in whole.contributions
        for label in each.name.labels
        for number in whole.labels[label].words
    }
    shown.sort(key=lambda word: (-max(first.get(n, -1.0) for n in word.numbers), not word.places))
    shown = shown[:MOST_SHOWN]
    named = sum(bool(word.places) for word in shown)
    most = min(MOST_PLACES, max(1, ALL_PLACES // max(named, 1)))
    return [replace(word, places=word.places[:most]) for word in shown]


def _groups(count: int, together: Collection[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Numbers below ``count``, those that stand in one tuple in one group."""
    group = list(range(count))
    members = {number: [number] for number in group}
    for numbers in together:
        first = group[numbers[0]]
        for number in numbers[1:]:
            if (other := group[number]) != first:
                members[first] += members[other]
                for each in members.pop(other):
                    group[each] = first
    return (tuple(sorted(numbers)) for numbers in members.values())


def _shown_word(
    reading: Reading, numbers: tuple[int, ...], name: str, said: dict[int, tuple[float, int]],
    rows: Collection[int], struck: frozenset[int],
) -> ShownWord:  # fmt: skip
    words = [reading.words[number] for number in numbers]
    spoken = [said[number] for number in numbers if number in said]
    nats, counted = max(spoken, default=(0.0, -1))
    places, count, spread = _places(rows, counted)
    return ShownWord(
        numbers=numbers,
        text=name or " ".join(word.text for word in words),
        polygons=tuple(
            tuple((round(x, 4), round(y, 4)) for x, y in (word.polygon / reading.size).tolist())
            for word in words
        ),
        nats=round(nats, 2),
        struck=struck.issuperset(numbers),
        places=places,
        count=count,
        spread_km=spread,
    )


def _places(
    rows: Collection[int], counted: int
) -> tuple[tuple[tuple[float, float, float], ...], int, float]:
    """Places of some names, the one that counts first, then those of most isolation."""
    if not rows:
        return (), 0, 0.0
    gazetteer = load_gazetteer()
    places = np.unique(np.concatenate([gazetteer.places_of(row) for row in sorted(rows)]))
    order = np.lexsort((-gazetteer.isolation_km[places], places != counted))
    discs = gazetteer.place_starts[places[order]]
    spots = gazetteer.coordinates[discs].astype(np.float64)
    shown = np.column_stack([spots, gazetteer.radius_km[discs]])[:MOST_PLACES].round(2)
    spread = float(great_circle_km(spots, spots[0]).max())
    return tuple((lat, lon, km) for lat, lon, km in shown.tolist()), len(places), round(spread)
