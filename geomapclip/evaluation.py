"""All that is measured of a model on one set of pictures, from their embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomapclip.calibration import calibration
from geomapclip.continents import continents
from geomapclip.data import Dropped
from geomapclip.geodesy import Coordinates
from geomapclip.metrics import (
    Distances,
    Duplicates,
    Figure,
    by_group,
    find_duplicates,
    recall_by_area,
    summarise,
)
from geomapclip.published_accuracy import PublishedRow
from geomapclip.scoring import Embeddings, Matcher, Progress, TemperatureCheck, score

NEAR_KM = (0.001, 0.01, 0.1, 1.0)  # how near to a place of the gallery pictures are counted


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures with known places, as a model's image encoder sees them.

    Attributes:
        embeddings: By how they were looked at ("one crop"): shape (n, 512) each.
        coordinates: Where they were made; shape (n, 2), degrees.
        dropped: What of the source is missing here, and why.
    """

    embeddings: Mapping[str, Embeddings]
    coordinates: Coordinates
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True)
class Leak:
    """How far a gallery holds the coordinates at which the pictures were made.

    Attributes:
        pictures: How many have a place of the gallery within 10 m.
        share: Of all pictures.
        places: How many places of the gallery those are.
        nearest: How many pictures have a place of the gallery within each distance in km.
    """

    pictures: int
    share: float
    places: int
    nearest: Mapping[float, int]


@dataclass(frozen=True)
class Result:
    """What one way of looking, in one gallery, came to.

    Attributes:
        views: "one crop" or "ten crops".
        gallery: Its name.
        places: How many it has.
        distances: From the most probable place to the truth.
        continents: The same by the truth's continent, the largest first.
        recall: Share of the truths found in the likeliest area of so many km².
        reachable: Share of the truths that lie in a cell of the gallery: none other is ever found.
        coverage: How often the region that holds a share of the belief holds the truth.
        temperature: Under which the truths of one half are likeliest; None where there are none.
        check: What it does for the other half.
    """

    views: str
    gallery: str
    places: int
    distances: Distances
    continents: Mapping[str, Distances]
    recall: Mapping[float, Figure]
    reachable: float
    coverage: Mapping[float, Figure]
    temperature: float | None
    check: TemperatureCheck | None


@dataclass(frozen=True)
class Evaluation:
    """What was measured, and what others reported.

    Attributes:
        source: Of the pictures.
        weights: Their name.
        pictures: How many were measured.
        dropped: What of the source was not, and why.
        leak: Whether the gallery holds the pictures' own coordinates.
        results: One for each way of looking; where there is a leak, each is followed by the same
            without the places at fault.
        published: Rows to read beside them.
    """

    source: str
    weights: str
    pictures: int
    dropped: tuple[Dropped, ...]
    leak: Leak
    results: tuple[Result, ...]
    published: tuple[PublishedRow, ...]


def evaluate(
    matcher: Matcher,
    pictures: Pictures,
    *,
    source: str = "",
    published: Sequence[PublishedRow] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure everything.

    Args:
        matcher: The gallery as the model sees it.
        pictures: At least one.
        source: Named in the report.
        published: Rows to read beside the results.
        seed: Of the intervals, and of the halves for the temperature.
        progress: Called after each batch of each result.

    Raises:
        InvalidArgumentError: No picture, or embeddings that are no finite numbers.
    """
    found = find_duplicates(matcher.gallery, pictures.coordinates)
    matchers = [matcher]
    if found.places.any() and not found.places.all():
        without = f"{matcher.gallery.name} without the pictures' own places"
        matchers.append(matcher.part(~found.places, without))
    where = continents(pictures.coordinates)
    results = [
        _measure(one, views, images, pictures.coordinates, where, seed, progress)
        for views, images in pictures.embeddings.items()
        for one in matchers
    ]
    return Evaluation(
        source,
        matcher.weights,
        len(pictures.coordinates),
        pictures.dropped,
        _leak(found),
        tuple(results),
        tuple(published),
    )


def _measure(
    matcher: Matcher,
    views: str,
    images: Embeddings,
    truths: Coordinates,
    where: NDArray[np.str_],
    seed: int,
    progress: Progress | None,
) -> Result:
    scores = score(matcher, images, truths, seed=seed, progress=progress)
    return Result(
        views=views,
        gallery=matcher.gallery.name,
        places=len(matcher.gallery),
        distances=summarise(scores.km, seed=seed),
        continents=by_group(scores.km, where, seed=seed),
        recall=recall_by_area(scores.area_km2, seed=seed),
        reachable=float(np.isfinite(scores.area_km2).mean()),
        coverage=calibration(scores.before, seed=seed),
        temperature=scores.temperature,
        check=scores.check,
    )


def _leak(found: Duplicates) -> Leak:
    return Leak(
        int(found.queries.sum()),
        found.share,
        int(found.places.sum()),
        {limit: int(np.count_nonzero(found.nearest_km <= limit)) for limit in NEAR_KM},
    )
