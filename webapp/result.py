"""Answers as plain values for programs: what the endpoints return.

The types are the page's API description as well, field by field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomapclip.estimate import CountryShare

if TYPE_CHECKING:
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
class Result:
    """The answer to a photo or to an album."""

    name: str
    sentence: str
    weights: str
    candidates: list[PlaceResult]
    regions: list[RegionResult]
    countries: list[CountryShare]
    truth: TruthResult | None


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
    )
