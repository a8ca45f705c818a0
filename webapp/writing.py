"""What the page shows of the words in a photo (see ``static/writing.js``), and its fixed HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.data_address import data_address
from webapp.footprint import Overlay, lay_over
from webapp.lettering import Reading, weigh
from webapp.map_view import Json
from webapp.shown_words import shown_words

if TYPE_CHECKING:
    from geomapclip.gallery import Gallery
    from geomapclip.predictor import Predictor
    from webapp.batch import Photo
    from webapp.choice import Choice

NO_PHOTO = "The words that are read in a picture come here."
NOT_READ = (
    "This picture was not read. With CLIP that happens only where you switch it on under "
    "Settings, for the pictures that you give from then on."
)
SWITCHED_OFF = "What is written does not count now: reading is switched off under Settings."
NOTHING = "The reader found nothing written in this picture."
NO_NAMES = "None of the words that were read is the name of a place, so none of them counts."
HINT = (
    "Point at a word to see on the map which places bear its name. A click strikes it out, and "
    "the belief answers; another brings it back."
)


def writing_template() -> str:
    """The empty panel; its script fills it."""
    return (
        '<section class="writing" aria-label="Words read in the picture"><p class="hint"></p>'
        '<div class="written" hidden><img alt="The picture with its words boxed">'
        '<svg aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 1 1"></svg></div>'
        '<p class="told" aria-live="polite"></p><ul class="names"></ul></section>'
    )


def writing_json(photo: Photo | None, choice: Choice, predictor: Predictor) -> Json:
    """The words of the photo that is shown, how much each counts, and its places.

    Args:
        photo: None where no single photo is shown.
        choice: Says whether what was read counts.
        predictor: Its gallery is what the words are weighed over.
    """
    reading = photo.seen.reading if photo and photo.seen else None
    if photo is None or photo.seen is None:
        return {"note": NO_PHOTO}
    if reading is None:
        return {"note": NOT_READ}
    if not predictor.reads_lettering(choice.lettering):
        return {"note": SWITCHED_OFF}
    if reading.notice or not reading.words:
        return {"note": reading.notice or NOTHING}
    return words_json(reading, predictor.gallery, photo.struck) | {"photo": photo.number}


def words_json(reading: Reading, gallery: Gallery, struck: frozenset[int] = frozenset()) -> Json:
    """A picture that was read, and its words."""
    words = shown_words(reading, gallery, struck)
    return {
        "note": HINT if any(word.places for word in words) else NO_NAMES,
        "picture": data_address(reading.picture, "image/webp"),
        "words": [vars(word) for word in words],
    }


def overlay_json(photo: Photo | None, choice: Choice, predictor: Predictor) -> Json | None:
    """The photo that is shown as a picture for the world map, where it is a map."""
    reading: Reading | None = photo.seen.reading if photo and photo.seen else None
    if photo is None or reading is None or not predictor.reads_lettering(choice.lettering):
        return None
    extent = weigh(reading, predictor.gallery, photo.struck)[0].extent
    overlay: Overlay | None = None if extent is None else lay_over(reading.picture, extent)
    if overlay is None:
        return None
    return {"url": data_address(overlay.webp, "image/webp"), "bounds": overlay.bounds}
