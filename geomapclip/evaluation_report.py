"""What was measured, as Markdown for people and JSON for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict

from geomapclip.evaluation import Evaluation, Leak, Result
from geomapclip.metrics import CONFIDENCE, THRESHOLDS_KM, Distances
from geomapclip.published_accuracy import PublishedRow
from geomapclip.tables import percent, table, whole

DROPPED_SHOWN = 5
COPIED = (
    "Rows with a source were copied from it, not measured here: they compare only where the "
    "pictures are those of the set in brackets."
)


def to_json(evaluation: Evaluation) -> str:
    """Everything, shares from 0 to 1; what is infinite or missing is null."""
    return json.dumps(_plain(asdict(evaluation)), indent=2, ensure_ascii=False) + "\n"


def to_markdown(evaluation: Evaluation) -> str:
    """Tables for people; each figure with its interval."""
    parts = [
        f"# {evaluation.weights} on {evaluation.source}",
        _heading(evaluation),
        _leak(evaluation.leak, evaluation.pictures, len(evaluation.results)),
        "## Distance from the best place",
        _distances(evaluation),
        COPIED if evaluation.published else "",
        *[_details(result) for result in evaluation.results],
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(evaluation: Evaluation) -> str:
    text = (
        f"{evaluation.pictures:,} pictures. In brackets stand {CONFIDENCE:.0%} intervals of a "
        "bootstrap over them, which cannot widen a share of none or all."
    )
    dropped = evaluation.dropped
    if dropped:
        some = "; ".join(f"{one.name} {one.reason}" for one in dropped[:DROPPED_SHOWN])
        rest = " and so on" if len(dropped) > DROPPED_SHOWN else ""
        text += f" {len(dropped):,} were left out: {some}{rest}."
    return text


def _leak(leak: Leak, pictures: int, results: int) -> str:
    near = ", ".join(f"{count:,} within {_metres(limit)}" for limit, count in leak.nearest.items())
    if not leak.pictures:
        return (
            "The gallery holds none of the pictures' own coordinates. Pictures with a place of "
            f"the gallery nearby: {near}."
        )
    without = (
        "Each result is followed by one without these places, which is the honest one."
        if results > 1
        else "It holds nothing else, so that there is no honest result."
    )
    return (
        f"**The gallery holds the own coordinates of {leak.pictures:,} of {pictures:,} pictures "
        f"({leak.share:.1%}) at {leak.places:,} of its places: what was measured with it is an "
        f"upper limit.** Pictures with a place of the gallery nearby: {near}. {without}"
    )


def _distances(evaluation: Evaluation) -> str:
    heads = ["", *_limits(), "median km", "mean km", "GeoScore", "source"]
    rows = [
        [f"**{result.views}, {result.gallery} ({result.places:,} places)**",
         *_cells(result.distances), "here"]
        for result in evaluation.results
    ]  # fmt: skip
    rows += [_published(row) for row in evaluation.published]
    return table(heads, rows)


def _details(result: Result) -> str:
    area = table(
        ["km² searched", *(f"{area:,.0f}" for area in result.recall)],
        [["truths found", *map(percent, result.recall.values())]],
    )
    continents = table(
        ["", "pictures", *_limits(), "median km", "mean km", "GeoScore"],
        [
            [name, f"{found.pictures:,}", *_cells(found)]
            for name, found in result.continents.items()
        ],
    )
    title = f"## {result.views[0].upper()}{result.views[1:]}, {result.gallery}"
    return "\n\n".join(
        [
            title, "### By continent", continents, "### Area to search", area,
            "### Calibration", _calibration(result),
        ]
    )  # fmt: skip


def _calibration(result: Result) -> str:
    heads = ["", *(f"truth in the {share:.0%} region" for share in result.coverage)]
    rows = [["all pictures", *map(percent, result.coverage.values())]]
    text = (
        f"{result.reachable:.1%} of the truths lie in a cell of the gallery; no region holds "
        "any other."
    )
    if result.temperature is None:
        return f"{table(heads, rows)}\n\n{text} No temperature could be fitted."
    text += f" The temperature fitted on one half is {result.temperature:.2f}."
    if result.check:
        half = f"the other half ({result.check.pictures:,} pictures)"
        rows += [
            [half, *map(percent, result.check.plain.values())],
            [f"{half}, at that temperature", *map(percent, result.check.fitted.values())],
        ]
    return f"{table(heads, rows)}\n\n{text}"


def _published(row: PublishedRow) -> list[str]:
    shares = ["" if value is None else str(value) for value in row.accuracy]
    more = [f"{row.more[name]:,.0f}" if name in row.more else ""
            for name in ("median_km", "mean_km", "geoscore")]  # fmt: skip
    return [f"{row.method} ({row.dataset})", *shares, *more, row.source]


def _limits() -> list[str]:
    return [f"{limit:,.0f} km" for limit in THRESHOLDS_KM]


def _cells(found: Distances) -> list[str]:
    return [
        *map(percent, found.accuracy.values()),
        *map(whole, (found.median_km, found.mean_km, found.geoscore)),
    ]


def _metres(km: float) -> str:
    return f"{km * 1000:g} m" if km < 1 else f"{km:g} km"


def _plain(value: object) -> object:
    """As JSON has it: keys are text, numbers finite."""
    if isinstance(value, Mapping):
        return {
            f"{key:g}" if isinstance(key, float) else key: _plain(v) for key, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
