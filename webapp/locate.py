"""From a photo to what the page shows: pure functions, data in, view out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.geodesy import geodesic_km
from geomapclip.image import exif_coordinates, open_image
from geomapclip.places import find_places
from geomapclip.wording import degrees, distance, percent
from webapp.data_address import data_address
from webapp.footprint import footprint_of
from webapp.heatmap import Bounds, cell_raster, draw_heatmap
from webapp.lettering import Reading, name_pins, read, with_reading
from webapp.map_view import MapView, Pin, Truth

if TYPE_CHECKING:
    from geomapclip.estimate import Candidate, CountryShare, Estimate
    from geomapclip.gallery import Gallery
    from geomapclip.lettering import Lettering
    from geomapclip.predictor import Embedding, Predictor, ReadLettering

SHARES = (0.5, 0.9)  # of the belief, in the outlined regions
MAX_DEGREES = 1e6  # that a click may be worth before it is wrapped
THUMBNAIL = (240, 240)  # pixels at most
ICON = (72, 72)
MOST_COUNTRIES = 12  # the rest is one bar


@dataclass(frozen=True, eq=False)
class Seen:
    """What is kept of a photo: some kilobytes, from which every answer about it can be had.

    Attributes:
        name: The photo's file name.
        truth: As in `Located`.
        thumbnail: As in `Located`.
        icon: The thumbnail once more, small enough for 200 of them in a strip.
        embedding: From `Predictor.embed`, shape (512,).
        weights: Name of the weights that gave the embedding.
        reading: What is written in it; None where nobody looked.
    """

    name: str
    truth: tuple[float, float] | None
    thumbnail: str
    icon: str
    embedding: Embedding
    weights: str
    reading: Reading | None = None


@dataclass(frozen=True)
class Located:
    """What one photo gave, before anything is drawn; the photo itself is not kept.

    Attributes:
        estimate: Belief over the gallery.
        truth: (latitude, longitude) that the camera wrote into the file, or None. The model
            never sees it.
        thumbnail: Small JPEG as a data address, upright and without EXIF.
        name: The photo's file name.
    """

    estimate: Estimate
    truth: tuple[float, float] | None
    thumbnail: str
    name: str = "photo"


@dataclass(frozen=True)
class Answer:
    """What the page says and shows about one photo.

    Attributes:
        sentence: The estimate in words.
        candidates: The k best places.
        truth: As in `Located`.
        truth_km: Distance from the best place to the truth, or None.
        weights: Name of the model that answered.
        thumbnail: As in `Located`.
        view: For the map.
        countries: Shares of the belief, most first; the small ones left out.
        name: As in `Located`.
        lettering: What was read and what it said; None where nobody looked or it does not count.
    """

    sentence: str
    candidates: tuple[Candidate, ...]
    truth: tuple[float, float] | None
    truth_km: float | None
    weights: str
    thumbnail: str
    view: MapView
    countries: tuple[CountryShare, ...] = ()
    name: str = "photo"
    lettering: Lettering | None = None


def prepare(gallery: Gallery) -> None:
    """Do once what all answers over a gallery share, so that the first photo need not wait."""
    cell_raster(gallery.cells)
    _ = gallery.cells.mosaic, gallery.tree, gallery.countries
    find_places(gallery.coordinates[:1])


def look(
    path: str | Path,
    predictor: Predictor,
    *,
    ten_crop: bool = False,
    lettering: ReadLettering = "auto",
) -> Seen:
    """Let model and reader look at an uploaded photo: all that needs the photo itself.

    Args:
        path: The file as the user gave it, with its EXIF.
        predictor: Embeds the photo.
        ten_crop: See `Predictor.embed`.
        lettering: See `Predictor.locate`.

    Raises:
        ImageError: The file is no readable picture. Names the file, not the server's folders.
    """
    path = Path(path)
    try:
        image = open_image(path)
        truth = exif_coordinates(path)
    except ImageError as error:
        raise ImageError("photo", path.name, error.accepted) from error
    embedding = predictor.embed(image, ten_crop=ten_crop)
    reading = read(image) if predictor.reads_lettering(lettering) else None
    thumbnail, icon = _thumbnail(image, THUMBNAIL), _thumbnail(image, ICON)
    return Seen(path.name, truth, thumbnail, icon, embedding, predictor.name, reading)


def believe(
    seen: Seen,
    predictor: Predictor,
    lettering: ReadLettering = "auto",
    struck: frozenset[int] = frozenset(),
) -> Located:
    """Compare a photo that the model has seen with a gallery: a few hundredths of a second.

    Args:
        seen: From `look` with the same weights.
        predictor: Holds the gallery.
        lettering: Whether what was read counts: see `Predictor.locate`.
        struck: Numbers of the words that are not to count.
    """
    estimate = predictor.estimate(seen.embedding)
    if seen.reading is not None and predictor.reads_lettering(lettering):
        estimate = with_reading(estimate, seen.reading, struck)
    return Located(estimate, seen.truth, seen.thumbnail, seen.name)


def locate(path: str | Path, predictor: Predictor, *, lettering: ReadLettering = "auto") -> Located:
    """`look`, then `believe`."""
    return believe(look(path, predictor, lettering=lettering), predictor, lettering)


def present(located: Located, top_k: int, fly: bool = True) -> Answer:
    """Everything that the page shows of a located photo.

    Args:
        located: From `locate`; may be presented again with another ``top_k``.
        top_k: Number of places.
        fly: Whether the map goes to the answer or stays where the user has it.
    """
    estimate = located.estimate
    candidates = tuple(estimate.top_k(top_k))
    regions = tuple(estimate.regions(*SHARES))
    best = (candidates[0].latitude, candidates[0].longitude)
    truth, truth_km = None, None
    points = [best]
    if located.truth is not None:
        truth_km = geodesic_km(best, located.truth)
        truth = Truth(*located.truth, detail=f"{distance(truth_km)} from the best place")
        points.append(located.truth)
    lettering, footprint = estimate.lettering, None
    if lettering is not None and lettering.extent is not None:
        footprint = footprint_of(lettering.extent)
    if footprint is not None:
        points += footprint.outline
    view = MapView(
        heatmap=draw_heatmap(estimate.gallery.cells, estimate.cell_probability()),
        regions=regions,
        pins=tuple(_pin(candidate) for candidate in candidates),
        truth=truth,
        focus=_around(points, regions[0].geometry.bounds) if fly else None,
        footprint=footprint,
        names=() if lettering is None else name_pins(lettering),
    )
    return Answer(
        sentence=estimate.sentence(),
        candidates=candidates,
        truth=located.truth,
        truth_km=truth_km,
        weights=estimate.weights,
        thumbnail=located.thumbnail,
        view=view,
        countries=tuple(estimate.countries()[:MOST_COUNTRIES]),
        name=located.name,
        lettering=lettering,
    )


def clicked_place(latitude: object, longitude: object) -> str:
    """Coordinates and name of a place that was clicked on the map.

    Args:
        latitude: As it came from the browser, so it can be anything.
        longitude: The same; is wrapped into [-180, 180].

    Raises:
        InvalidArgumentError: No finite numbers, or a latitude beyond the poles.
    """
    latitude = _number("latitude", latitude)
    longitude = (_number("longitude", longitude) + 180) % 360 - 180
    if abs(latitude) > 90:
        raise InvalidArgumentError("latitude", latitude, "must lie in [-90, 90], in degrees")
    place = find_places([(latitude, longitude)])[0]
    return f"{degrees(latitude, longitude)}: {place}"


def _pin(candidate: Candidate) -> Pin:
    here = degrees(candidate.latitude, candidate.longitude)
    others = candidate.merged - 1
    nearby = f", {others:,} more places nearby included" if others else ""
    return Pin(
        rank=candidate.rank,
        latitude=candidate.latitude,
        longitude=candidate.longitude,
        label=str(candidate.place),
        detail=f"{percent(candidate.probability)} at {here}{nearby}",
    )


def _thumbnail(image: Image.Image, size: tuple[int, int]) -> str:
    small = image.copy()
    small.thumbnail(size)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return data_address(file.getvalue(), "image/jpeg")


def _around(points: list[tuple[float, float]], bounds: tuple[float, float, float, float]) -> Bounds:
    """The smallest box around points and (west, south, east, north) bounds."""
    west, south, east, north = bounds
    latitudes, longitudes = zip(*points, strict=True)
    return (
        (min(south, *latitudes), min(west, *longitudes)),
        (max(north, *latitudes), max(east, *longitudes)),
    )


def _number(argument: str, value: object) -> float:
    if isinstance(value, float | int) and not isinstance(value, bool) and abs(value) < MAX_DEGREES:
        return float(value)
    raise InvalidArgumentError(argument, value, "must be a finite number, in degrees")
