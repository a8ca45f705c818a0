"""From a visitor's photos and choices to what the page shows: all but the components."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomapclip.album import fuse
from geomapclip.wording import percent
from webapp.answer import all_html, countries_html, overview_html, sentence_html, table_html
from webapp.batch import Batch, Photo
from webapp.choice import Choice
from webapp.locate import Answer, Located, Seen, believe, present
from webapp.map_view import Json, MapView, PhotoPin
from webapp.words import read_sentence
from webapp.writing import NO_PHOTO, writing_json

if TYPE_CHECKING:
    from geomapclip.estimate import Candidate
    from geomapclip.predictor import Predictor
    from webapp.models import Models


@dataclass(frozen=True)
class Shown:
    """What the page's panels show: HTML, and plain values for the map."""

    sentence: str
    places: str
    countries: str
    writing: Json
    view: Json


def show(batch: Batch, choice: Choice, models: Models, *, fly: bool) -> Shown | None:
    """The answer that the visitor has chosen to see; None where nothing is chosen.

    Args:
        batch: The visitor's photos.
        choice: The visitor's settings.
        models: Compare what was seen with the chosen gallery; no encoder is asked.
        fly: Whether the map goes to the answer.

    Raises:
        GeoMapCLIPError: A setting that cannot be applied.
    """
    if batch.shown == "all":
        return _show_all(batch, choice, models, fly=fly)
    answers = answers_shown(batch, choice, models, fly=fly)
    if not answers:
        return None
    answer = answers[0]
    note = models.base.note if answer.weights == models.base.name else ""
    return Shown(
        sentence_html(answer, note),
        table_html(answer),
        countries_html(answer),
        writing_of(batch, choice, models),
        answer.view.to_json(),
    )


def writing_of(batch: Batch, choice: Choice, models: Models) -> Json:
    """The words of the photo that is shown."""
    photo = batch.find(batch.shown)
    weights = photo.seen.weights if photo and photo.seen else ""
    return writing_json(photo, choice, models.get(weights, choice.gallery))


def answers_shown(
    batch: Batch, choice: Choice, models: Models, *, fly: bool = False
) -> list[Answer]:
    """The full answers to what is shown: of one photo, of the album as one, or of all photos."""
    if batch.shown == "all":
        chosen = batch.done()
    elif batch.shown == "album":
        seen = [photo.seen for photo in batch.done() if photo.seen]
        struck = [photo.struck for photo in batch.done() if photo.seen]
        return [answer_album(seen, choice, models, fly=fly, struck=struck)]
    else:
        chosen = [photo for photo in batch.done() if photo.number == batch.shown]
    return [
        answer_seen(photo.seen, choice, models, fly=fly, struck=photo.struck)
        for photo in chosen
        if photo.seen
    ]


def answer_seen(
    seen: Seen,
    choice: Choice,
    models: Models,
    *,
    fly: bool,
    struck: frozenset[int] = frozenset(),
) -> Answer:
    """The answer to one photo, under the visitor's settings.

    The weights are those that looked at the photo, because the photo itself is gone.
    """
    return _present(_believe(seen, choice, models, struck), choice, fly=fly)


def answer_sentence(sentence: object, choice: Choice, predictor: Predictor) -> Answer:
    """The answer to a sentence in a picture's place, under the visitor's settings.

    Args:
        sentence: As it came, so it can be anything.
        choice: The settings; its weights and its gallery are not asked.
        predictor: From `webapp.words.reader`.

    Raises:
        GeoMapCLIPError: No sentence, or a setting that cannot be applied.
    """
    text = read_sentence(sentence)
    choice.check(predictor)
    belief = predictor.estimate(predictor.embed_words(text))
    return _present(Located(belief, None, "", text), choice, fly=False)


def answer_album(
    seen: Sequence[Seen],
    choice: Choice,
    models: Models,
    *,
    fly: bool,
    struck: Sequence[frozenset[int]] = (),
) -> Answer:
    """The answer to photos that were all taken at one place.

    Args:
        seen: The photos.
        choice: The visitor's settings.
        models: Compare what was seen with the chosen gallery.
        fly: Whether the map goes to the answer.
        struck: For each photo numbers of the words that do not count; nothing for none.

    Raises:
        GeoMapCLIPError: Photos that different weights have looked at.
    """
    pairs = zip(seen, struck or [frozenset[int]()] * len(seen), strict=True)
    estimates = [_believe(each, choice, models, words).estimate for each, words in pairs]
    located = Located(fuse(estimates), None, seen[0].thumbnail, f"album of {len(seen)}")
    return _present(located, choice, fly=fly)


def _believe(seen: Seen, choice: Choice, models: Models, struck: frozenset[int]) -> Located:
    return believe(seen, models.get(seen.weights, choice.gallery), choice.lettering, struck)


def _present(located: Located, choice: Choice, *, fly: bool) -> Answer:
    gallery = located.estimate.gallery.name
    located = dataclasses.replace(located, estimate=choice.apply(located.estimate))
    answer = present(located, min(choice.top_k, len(located.estimate.gallery)), fly=fly)
    view = dataclasses.replace(answer.view, box=choice.box, gallery=gallery)
    return dataclasses.replace(answer, view=view)


def _show_all(batch: Batch, choice: Choice, models: Models, *, fly: bool) -> Shown:
    best = [
        (
            photo,
            choice.apply(_believe(photo.seen, choice, models, photo.struck).estimate).top_k(1)[0],
        )
        for photo in batch.done()
        if photo.seen
    ]
    pins = tuple(_photo_pin(photo, candidate) for photo, candidate in best)
    latitudes, longitudes = [p.latitude for p in pins], [p.longitude for p in pins]
    focus = None
    if fly and pins:
        focus = ((min(latitudes), min(longitudes)), (max(latitudes), max(longitudes)))
    view = MapView(None, (), (), focus=focus, photos=pins, box=choice.box)
    return Shown(overview_html(len(pins)), all_html(best), "", {"note": NO_PHOTO}, view.to_json())


def _photo_pin(photo: Photo, candidate: Candidate) -> PhotoPin:
    return PhotoPin(
        photo.number,
        candidate.latitude,
        candidate.longitude,
        photo.name,
        f"{candidate.place}, {percent(candidate.probability)}",
    )
