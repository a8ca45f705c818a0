"""Answers as plain values for programs: what the endpoints return.

The types are the page's API description as well, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from geomapclip.estimate import CountryShare
from geomapclip.lettering import describe_lettering

if TYPE_CHECKING:
    from geomapclip.lettering import Lettering
    from webapp.locate import Answer


@dataclass(frozen=True)
class PlaceResult:
    """One of the best places; degrees, and a probability in [0, 1]."""

    rank: int
    place: str
    country_code: str
    probability: float
    latitude: float
    longitude: float


@dataclass(frozen=True)
class RegionResult:
    """The smallest area that holds a share of the belief."""

    share: float
    area_km2: float
    areas: int


@dataclass(frozen=True)
class TruthResult:
    """The place that the photo's EXIF names, and how far the best place lies from it."""

    latitude: float
    longitude: float
    distance_km: float


@dataclass(frozen=True)
class WordResult:
    """A word that was read; the corners of its box in pixels of the photo."""

    text: str
    confidence: float
    polygon: list[list[float]]


@dataclass(frozen=True)
class NameResult:
    """A name among the words, by their numbers, and how much it speaks for the best place."""

    text: str
    words: list[int]
    nats: float
    probability: float
    kind: str
    latitude: float
    longitude: float
    places: int


@dataclass(frozen=True)
class CueResult:
    """What speaks for countries beside names: likelihood ratios by their codes."""

    kind: str
    text: str
    words: list[int]
    nats: float
    countries: dict[str, float]


@dataclass(frozen=True)
class ExtentResult:
    """Where a picture of a map lies; corners (latitude, longitude) clockwise from upper left."""

    latitude: float
    longitude: float
    west: float
    south: float
    east: float
    north: float
    width_km: float
    uncertainty_km: float
    residual_km: float
    agreeing: int
    projection: str
    corners: list[list[float]]


@dataclass(frozen=True)
class LetteringResult:
    """What is written in the photo; a notice where it could not be read."""

    words: list[WordResult]
    names: list[NameResult]
    cues: list[CueResult]
    map_extent: ExtentResult | None
    notice: str


@dataclass(frozen=True)
class Result:
    """The answer to a photo or to an album."""

    name: str
    sentence: str
    weights: str
    candidates: list[PlaceResult]
    regions: list[RegionResult]
    countries: list[CountryShare]
    truth: TruthResult | None
    lettering: LetteringResult | None


@dataclass(frozen=True)
class ScaleResult:
    """What one scale adds to a place's embedding: its length, and its share of the whole."""

    sigma: float
    norm: float
    share: float


@dataclass(frozen=True)
class EmbeddingResult:
    """A place as a location encoder sees it: what ``embedding`` returns."""

    weights: str
    latitude: float
    longitude: float
    embedding: list[float]
    norm: float
    scales: list[ScaleResult]


@dataclass(frozen=True)
class ScaleCosine:
    """How alike two places are at one scale."""

    sigma: float
    cosine: float


@dataclass(frozen=True)
class SimilarityResult:
    """Two places compared: what ``similarity`` returns."""

    weights: str
    cosine: float
    scales: list[ScaleCosine]
    distance_km: float


def to_result(answer: Answer) -> Result:
    """The answer without its map; ``truth`` is None where the photo names no place."""
    truth = None
    if answer.truth is not None and answer.truth_km is not None:
        truth = TruthResult(*answer.truth, answer.truth_km)
    return Result(
        name=answer.name,
        sentence=answer.sentence,
        weights=answer.weights,
        candidates=[
            PlaceResult(
                rank=candidate.rank,
                place=str(candidate.place),
                country_code=candidate.place.country_code,
                probability=candidate.probability,
                latitude=candidate.latitude,
                longitude=candidate.longitude,
            )
            for candidate in answer.candidates
        ],
        regions=[
            RegionResult(region.share, region.area_km2, region.areas)
            for region in answer.view.regions
        ],
        countries=list(answer.countries),
        truth=truth,
        lettering=None if answer.lettering is None else _lettering(answer.lettering),
    )


def _lettering(lettering: Lettering) -> LetteringResult:
    record = describe_lettering(lettering)
    extent = record["map_extent"]
    return LetteringResult(
        words=[WordResult(**_known(WordResult, word)) for word in record["words"]],
        names=[NameResult(**_known(NameResult, name)) for name in record["names"]],
        cues=[CueResult(**_known(CueResult, cue)) for cue in record["cues"]],
        map_extent=None if extent is None else ExtentResult(**_known(ExtentResult, extent)),
        notice=record.get("notice", ""),
    )


def _known(of: type, record: dict[str, Any]) -> dict[str, Any]:
    """The fields that the documented type has."""
    return {field.name: record[field.name] for field in fields(of)}
