"""What is written in a photo: read once, weighed again whenever a word is struck out.

Pure functions. The reader and the gazetteer stand in `geomapclip.lettering`.
"""

from __future__ import annotations

import base64
import io
import weakref
from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geomapclip.geodesy import great_circle_km
from geomapclip.lettering import Lettering, Word, read_lettering, understand
from geomapclip.lettering.description import LEAST_TOLD
from geomapclip.lettering.gazetteer import load_gazetteer
from webapp.map import NamePin

if TYPE_CHECKING:
    from geomapclip.estimate import Estimate
    from geomapclip.gallery import Gallery

PICTURE = (720, 720)  # pixels at most of the copy that words are shown on
PICTURE_BYTES = 64_000  # of that copy; half a megabyte would make each answer slow
QUALITIES = (75, 55, 35, 20)  # of WebP, until a picture is small enough
WEIGHED = 32  # beliefs kept, of 0.8 MB for 100,000 places: settings ask for the same ones again
MOST_SHOWN = 400  # words drawn on a picture
MOST_PLACES = 12  # of a name on the map; "San José" has hundreds


Weighed = tuple[Lettering, NDArray[np.float64]]

_turn = RLock()  # a reading may go, and be forgotten, in the thread that keeps another
_kept: OrderedDict[tuple[int, Gallery, frozenset[int]], Weighed] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read in a photo, and a copy of it to show the words on.

    Attributes:
        words: As `read_lettering` gives them, as are the next two.
        size: Of the photo in pixels, which the words' polygons count.
        notice: A sentence where the reader failed, else "".
        picture: WebP of at most ``PICTURE_BYTES``, without EXIF; empty where no word was read.
    """

    words: tuple[Word, ...]
    size: tuple[int, int]
    notice: str = ""
    picture: bytes = b""


@dataclass(frozen=True)
class ShownWord:
    """A word, or the words of one name, as the page boxes them.

    Attributes:
        numbers: Of its words in the reading.
        text: As it was read.
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


def read(image: Image.Image) -> Reading:
    """Read a photo; where the reader is missing or fails, a notice says so."""
    words, size, notice = read_lettering(image)
    picture = b""
    if words:
        small = image.convert("RGB")
        small.thumbnail(PICTURE)
        picture = write_webp(small, PICTURE_BYTES)
    return Reading(words, size, notice, picture)


def weigh(reading: Reading, gallery: Gallery, struck: frozenset[int] = frozenset()) -> Weighed:
    """What is written and its log-likelihood over a gallery.

    The last ``WEIGHED`` are kept, as nothing of them ever changes, but none longer than the
    reading itself: what a visitor clears is forgotten here as well.

    Args:
        reading: From `read`.
        gallery: The n places.
        struck: Numbers of the words that are not to count.
    """
    if reading.notice:
        return Lettering(notice=reading.notice), np.zeros(len(gallery))
    key = (id(reading), gallery, struck)
    with _turn:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = understand(reading.words, reading.size, gallery, struck)
    with _turn:
        if all(number != id(reading) for number, *_ in _kept):
            weakref.finalize(reading, _forget, id(reading))
        _kept[key] = found
        while len(_kept) > WEIGHED:
            _kept.popitem(last=False)
    return found


def with_reading(estimate: Estimate, reading: Reading, struck: frozenset[int]) -> Estimate:
    """As `Predictor.with_lettering`, but what was weighed before is not weighed again."""
    lettering, log_likelihood = weigh(reading, estimate.gallery, struck)
    return replace(estimate, logits=estimate.logits + log_likelihood, lettering=lettering)


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
    rows: dict[int, set[int]] = {}
    for found in whole.labels:
        for number in found.words:
            rows.setdefault(number, set()).update(found.rows)
    shown = [
        _shown_word(
            reading, numbers, said, set().union(*(rows.get(n, ()) for n in numbers)), struck
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
    return shown[:MOST_SHOWN]


def _forget(number: int) -> None:
    with _turn:
        for key in [key for key in _kept if key[0] == number]:
            del _kept[key]


def name_pins(lettering: Lettering) -> tuple[NamePin, ...]:
    """Places whose names counted, those that counted most first."""
    told = [said for said in lettering.contributions if said.probability >= LEAST_TOLD]
    if not told:
        return ()
    gazetteer = load_gazetteer()
    pins = []
    for said in sorted(told, key=lambda said: -said.nats):
        spot = gazetteer.coordinates[gazetteer.place_starts[said.place]].astype(np.float64)
        latitude, longitude = spot.round(4).tolist()
        text = lettering.labels[said.name.labels[0]].text
        pins.append(NamePin(latitude, longitude, text, round(said.nats, 2)))
    return tuple(pins)


def write_webp(image: Image.Image, most_bytes: int) -> bytes:
    """A picture as WebP without metadata, at the best quality that is small enough."""
    content = b""
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "WEBP", quality=quality, method=4, exif=b"")
        content = file.getvalue()
        if len(content) <= most_bytes:
            break
    return content


def data_address(webp: bytes) -> str:
    """A WebP picture as an address that a page can show."""
    return f"data:image/webp;base64,{base64.b64encode(webp).decode('ascii')}"


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
    reading: Reading, numbers: tuple[int, ...], said: dict[int, tuple[float, int]],
    rows: Collection[int], struck: frozenset[int],
) -> ShownWord:  # fmt: skip
    words = [reading.words[number] for number in numbers]
    spoken = [said[number] for number in numbers if number in said]
    nats, counted = max(spoken, default=(0.0, -1))
    places, count, spread = _places(rows, counted)
    return ShownWord(
        numbers=numbers,
        text=" ".join(word.text for word in words),
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
