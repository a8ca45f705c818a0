"""What others reported on the field's sets of photographs, to be read beside one's own figures.

The rows were copied, not measured again. Where nothing else is said they stand in the leaderboard
that goes with "Worldwide Image Geolocalization in the Foundation Model Era: A Survey"
(preprints.org 202608.1749), which copies the papers' own numbers; the source of a row is then the
method's paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IM2GPS3K, YFCC4K, GWS15K, OSV5M = "Im2GPS3k", "YFCC4k", "GWS15k", "OSV-5M"
SETS = (IM2GPS3K, YFCC4K, GWS15K, OSV5M)


@dataclass(frozen=True)
class PublishedRow:
    """One method on one set.

    Attributes:
        dataset: One of ``SETS``.
        method: Its name and year.
        accuracy: Percent of the pictures within 1, 25, 200, 750 and 2,500 km; None where the
            source gives none.
        source: Where the numbers come from.
        more: Other figures of that source: ``median_km``, ``mean_km``, ``geoscore``.
    """

    dataset: str
    method: str
    accuracy: tuple[float | None, ...]
    source: str
    more: Mapping[str, float]


def _row(
    dataset: str, method: str, *accuracy: float | None, source: str, **more: float
) -> PublishedRow:
    return PublishedRow(dataset, method, accuracy, source, more)


_NONE = (None,) * 5

PUBLISHED = (
    _row(IM2GPS3K, "PlaNet, 2016", 8.5, 24.8, 34.3, 48.4, 64.6, source="arXiv 1602.05314"),
    _row(IM2GPS3K, "ISNs, 2018", 10.5, 28.0, 36.6, 49.7, 66.0, source="ECCV 2018"),
    _row(IM2GPS3K, "TransLocator, 2022", 11.8, 31.1, 46.7, 58.9, 80.1, source="arXiv 2204.13861"),
    _row(IM2GPS3K, "StreetCLIP, 2023", None, 22.4, 37.4, 61.3, 80.4, source="arXiv 2302.00275"),
    _row(
        IM2GPS3K, "GeoCLIP, 2023, ten crops", 14.11, 34.47, 50.65, 69.67, 83.82,
        source="arXiv 2309.16020",
    ),
    _row(
        IM2GPS3K, "GeoCLIP's released weights, one crop", 13.1, 32.2, 48.1, 66.6, 82.3,
        median_km=241, mean_km=1764, source="README of github.com/fbarbe00/FastGeoCLIP",
    ),
    _row(IM2GPS3K, "PIGEOTTO, 2024", 11.3, 36.7, 53.8, 72.4, 85.3, source="arXiv 2307.05845"),
    _row(IM2GPS3K, "G3, 2024", 16.7, 40.9, 55.6, 71.2, 84.7, source="arXiv 2405.14702"),
    _row(IM2GPS3K, "GeoRanker, 2025", 18.8, 45.1, 61.5, 76.3, 89.3, source="arXiv 2505.13731"),
    _row(IM2GPS3K, "Pinpoint, 2026", 20.5, 47.4, 63.5, 79.0, 90.2, source="arXiv 2606.04133"),
    _row(IM2GPS3K, "GeoRouter, 2026", 20.8, 50.5, 65.7, 80.4, 90.7, source="arXiv 2603.24376"),
    _row(
        IM2GPS3K, "GeoSearch and GeoRanker, 2026", 23.6, 55.1, 67.1, 79.8, 89.6,
        source="arXiv 2604.25390",
    ),
    _row(
        YFCC4K, "GeoCLIP, 2023", 9.6, 19.3, 32.6, 55.0, 74.7, source="measured in arXiv 2405.14702"
    ),
    _row(YFCC4K, "PLONK, 2024", None, 23.7, 36.4, 54.5, 73.6, source="arXiv 2412.06781"),
    _row(YFCC4K, "PIGEOTTO, 2024", 10.4, 23.7, 40.6, 62.2, 77.7, source="arXiv 2307.05845"),
    _row(YFCC4K, "G3, 2024", 24.0, 35.9, 47.0, 64.3, 78.2, source="arXiv 2405.14702"),
    _row(YFCC4K, "Pinpoint, 2026", 33.0, 44.4, 57.5, 71.8, 84.5, source="arXiv 2606.04133"),
    _row(YFCC4K, "GeoRouter, 2026", 33.0, 46.0, 57.5, 72.0, 83.0, source="arXiv 2603.24376"),
    _row(GWS15K, "GeoDecoder, 2023", 0.7, 1.5, 8.7, 26.9, 50.5, source="arXiv 2303.04249"),
    _row(GWS15K, "GeoCLIP, 2023", 0.6, 3.1, 16.9, 45.7, 74.1, source="arXiv 2309.16020"),
    _row(GWS15K, "PIGEOTTO, 2024", 0.7, 9.2, 31.2, 65.7, 85.1, source="arXiv 2307.05845"),
    _row(GWS15K, "LocDiff, 2025", 2.1, 12.4, 33.7, 67.0, 85.0, source="arXiv 2503.18142"),
    _row(
        OSV5M, "OSV-5M's own baseline, 2024", *_NONE, mean_km=1814, geoscore=3361,
        source="its model card, osv5m/baseline",
    ),
    _row(OSV5M, "LocDiff, 2025", None, 11.0, 46.3, 77.0, 88.2, source="arXiv 2503.18142"),
    _row(OSV5M, "Pinpoint, 2026", None, 35.6, 67.5, 83.7, 93.2, source="arXiv 2606.04133"),
)  # fmt: skip


def published_rows(dataset: str) -> list[PublishedRow]:
    """The rows of one of ``SETS``."""
    return [row for row in PUBLISHED if row.dataset == dataset]
