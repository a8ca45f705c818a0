"""What is written in a photo: read once, weighed again whenever a word is struck out.

Pure functions. The reader and the gazetteer stand in `geomapclip.lettering`.
"""

from __future__ import annotations

import io
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geomapclip.lettering import Lettering, Word, read_lettering, understand
from geomapclip.lettering.description import LEAST_TOLD
from geomapclip.lettering.gazetteer import load_gazetteer
from webapp.map_view import NamePin

if TYPE_CHECKING:
    from geomapclip.estimate import Estimate
    from geomapclip.gallery import Gallery

PICTURE = (720, 720)  # pixels at most of the copy that words are shown on
PICTURE_BYTES = 44_000  # of that copy: with a worldwide heatmap an answer stays below 300 kB
QUALITIES = (75, 55, 35, 20)  # of WebP, until a picture is small enough
WEIGHED = 32  # beliefs kept, of 0.8 MB for 100,000 places: settings ask for the same ones again


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
    if not reading.words:
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
    return estimate.with_lettering(*weigh(reading, estimate.gallery, struck))


def weighed_bytes() -> int:
    """How much memory the log-likelihoods take that `weigh` keeps."""
    with _turn:
        return sum(log_likelihood.nbytes for _, log_likelihood in _kept.values())


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
    """A picture as WebP without metadata, at the best quality that is small enough.

    One that no quality makes small enough loses half of its pixels on each side.
    """
    while True:
        for quality in QUALITIES:
            file = io.BytesIO()
            image.save(file, "WEBP", quality=quality, method=4, exif=b"")
            if file.tell() <= most_bytes:
                return file.getvalue()
        image = image.reduce(2)
