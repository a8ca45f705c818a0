"""The way of what is written: words, labels, evidence over a gallery, and where the map lies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geomapclip.errors import LetteringError
from geomapclip.gallery import Gallery
from geomapclip.geodesy import great_circle_km
from geomapclip.image import ImageSource, open_image
from geomapclip.lettering.cues import Cue, cue_evidence, find_cues
from geomapclip.lettering.evidence import Contribution, Evidence, evidence
from geomapclip.lettering.extent import MapExtent, fit_labels
from geomapclip.lettering.gazetteer import load_gazetteer
from geomapclip.lettering.graticule import fit_graticule
from geomapclip.lettering.labels import Label, find_labels
from geomapclip.lettering.lattice import Floats, area_km2
from geomapclip.lettering.words import Word, read_words

SPACING = 0.4  # of the gallery: what its places can tell apart
NEAR_SCALES = 4.0  # a frame is looked for within that many times the best scale first
TRUSTED = 0.97  # how often a frame that was found is right
BLUR = 0.015  # of a map's width: what "the place of a map" means at the best


@dataclass(frozen=True, eq=False)
class Lettering:
    """What is written in a picture.

    Attributes:
        words: All that was read.
        labels: The names among them.
        contributions: What each distinct name said about the place.
        extent: The part of the Earth that a map shows, or None.
        cues: What else speaks for some countries: a script, a telephone number, a domain, money.
        notice: A sentence where nothing could be read although it should, else "".
    """

    words: tuple[Word, ...] = ()
    labels: tuple[Label, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    extent: MapExtent | None = None
    cues: tuple[Cue, ...] = ()
    notice: str = ""


def read_lettering(image: ImageSource) -> tuple[tuple[Word, ...], tuple[int, int], str]:
    """Words of a picture, its size in pixels, and a sentence where the reader failed.

    Raises:
        ImageError: What is no readable picture.
    """
    opened = open_image(image)
    try:
        return tuple(read_words(opened)), opened.size, ""
    except LetteringError as error:
        return (), opened.size, f"What is written in the picture was not read: {error}"


def understand(
    words: Sequence[Word],
    size: tuple[int, int],
    gallery: Gallery,
    struck: Collection[int] = (),
    *,
    cues: bool = True,
) -> tuple[Lettering, Floats]:
    """What words say about the places of a gallery.

    Args:
        words: From `read_words`.
        size: Width and height of the picture in pixels.
        gallery: The n places.
        struck: Numbers of the words that are not to count.
        cues: Whether what speaks for countries beside names counts too. Where a map's frame is
            found it does not: its language is its maker's.

    Returns:
        The lettering, and a log-likelihood of shape (n,): all 0 where nothing was found.
    """
    gazetteer = load_gazetteer()
    counted = [word for number, word in enumerate(words) if number not in struck]
    numbers = [number for number in range(len(words)) if number not in struck]
    labels = find_labels(counted, gazetteer)
    said = evidence(labels, gallery, gazetteer)
    extent = fit_graticule(counted, size) or fit_labels(labels, gazetteer, size, find_near(said))
    own = tuple(replace(each, words=tuple(numbers[n] for n in each.words)) for each in labels)
    if extent is not None:
        lettering = Lettering(tuple(words), own, said.contributions, extent)
        return lettering, _with_extent(said, extent, gallery)
    found = find_cues(counted) if cues else []
    also = tuple(replace(each, words=tuple(numbers[n] for n in each.words)) for each in found)
    lettering = Lettering(tuple(words), own, said.contributions, cues=also)
    return lettering, said.log_likelihood + cue_evidence(found, gallery)


def find_near(said: Evidence) -> tuple[tuple[float, float], float] | None:
    """Where a map is thought to lie and within how many km, for `extent.fit_labels`."""
    if said.centre is None or said.scale_km is None:
        return None
    return said.centre, NEAR_SCALES * said.scale_km


def map_extent(image: ImageSource) -> MapExtent | None:
    """Where a picture of a map lies, from its labels and its graticule.

    Args:
        image: As `open_image` takes it.

    Returns:
        None where nothing is written, where too little agrees, or where the picture is no map.

    Raises:
        ImageError: What is no readable picture.
        LetteringError: The reader is missing or failed.
    """
    opened = open_image(image)
    labels = find_labels(words := read_words(opened), gazetteer := load_gazetteer())
    return fit_graticule(words, opened.size) or fit_labels(labels, gazetteer, opened.size)


def _with_extent(said: Evidence, extent: MapExtent, gallery: Gallery) -> Floats:
    """The evidence of names and that of a frame, as one log-likelihood.

    With the probability `TRUSTED` the frame is right, and the place lies about its centre as a
    normal distribution says that is as wide as the frame is uncertain, but no narrower than the
    gallery is dense; else only the names count. Both are scaled to one sum over the gallery.
    """
    km = great_circle_km(gallery.coordinates, extent.centre)
    nearest = int(np.argmin(km))
    spacing = float(np.sqrt(area_km2(gallery)[nearest]))
    sigma = np.sqrt(
        extent.uncertainty_km**2 + (BLUR * extent.width_km) ** 2 + (SPACING * spacing) ** 2
    )
    if km[nearest] > 3 * sigma + spacing:  # the gallery does not reach to where the map lies
        return said.log_likelihood
    frame = np.exp(-0.5 * (km / sigma) ** 2)
    names = np.exp(said.log_likelihood - said.log_likelihood.max())
    mixed: Floats = np.log(TRUSTED * frame / frame.sum() + (1 - TRUSTED) * names / names.sum())
    return mixed
