"""Answers as files to take away: GeoJSON, CSV, KML, a stand-alone HTML map, a picture.

Pure functions: answers in, the file's content out; nothing touches the disk.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import shapely

from geomapclip.errors import InvalidArgumentError
from geomapclip.wording import percent
from webapp.features import (
    CREDIT,
    Feature,
    Properties,
    candidate_properties,
    features,
    own_name,
    rounded,
)
from webapp.kml import write_kml
from webapp.legend import signs
from webapp.map import standalone_html
from webapp.map_view import MapView, PhotoPin
from webapp.picture import draw_picture

if TYPE_CHECKING:
    from webapp.locate import Answer

# A spreadsheet takes a cell that begins so for a formula and runs it; full-width signs as well.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LONGEST_STEM = 80  # characters of a photo's name in the name of its file


@dataclass(frozen=True)
class Export:
    """A file in memory: its name, its media type, and what is in it."""

    name: str
    media_type: str
    content: bytes


def to_geojson(answers: Sequence[Answer]) -> Export:
    """Candidates and truth as points, regions as polygons, with properties (RFC 7946)."""
    collection = {
        "type": "FeatureCollection",
        "attribution": CREDIT,
        "features": [_geojson(feature) for answer in answers for feature in features(answer)],
    }
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False)
    return _export(answers, "geojson", "application/geo+json", text.encode())


def to_csv(answers: Sequence[Answer]) -> Export:
    """One row for each candidate of each photo; UTF-8 with the mark that Excel looks for."""
    rows = [row for answer in answers for row in _rows(answer)]
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [])
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return _export(answers, "csv", "text/csv", file.getvalue().encode("utf-8-sig"))


def to_kml(answers: Sequence[Answer]) -> Export:
    """Points and outlines for Google Earth and its like, a folder for each photo."""
    photos: dict[str, list[Feature]] = {}
    for number, answer in enumerate(answers, start=1):
        name = own_name(answer.name)
        key = name if name not in photos else f"{name} ({number})"
        photos[key] = list(features(answer))
    return _export(answers, "kml", "application/vnd.google-earth.kml+xml", write_kml(photos))


def to_html(answers: Sequence[Answer]) -> Export:
    """The map as one page that needs no network; of a batch the best place of each photo."""
    html = standalone_html(_view(answers))
    return _export(answers, "html", "text/html", html.encode())


def to_png(answers: Sequence[Answer], *, dark: bool = False) -> Export:
    """The map as a picture; of a batch the best place of each photo."""
    weights = " and ".join(dict.fromkeys(own_name(answer.weights) for answer in answers))
    title, lines = f"{len(answers):,} photos", ["The best place of each."]
    if len(answers) == 1:
        title, lines = own_name(answers[0].name), [answers[0].sentence]
    credit = f"GeoMapCLIP, answered by {weights}."
    content = draw_picture(_view(answers), title, lines, credit, dark=dark)
    return _export(answers, "png", "image/png", content)


EXPORTS: dict[str, Callable[[Sequence[Answer]], Export]] = {
    "GeoJSON": to_geojson,
    "CSV": to_csv,
    "KML": to_kml,
    "HTML map": to_html,
    "Picture": to_png,
}


def overview(answers: Sequence[Answer]) -> MapView:
    """The best place of each photo, numbered as they come."""
    best = [answer.candidates[0] for answer in answers]
    pins = [
        PhotoPin(
            number=number,
            latitude=candidate.latitude,
            longitude=candidate.longitude,
            label=own_name(answer.name),
            detail=f"{candidate.place}, {percent(candidate.probability)}",
        )
        for number, (answer, candidate) in enumerate(zip(answers, best, strict=True), start=1)
    ]
    return MapView(heatmap=None, regions=(), pins=(), photos=tuple(pins))


def _view(answers: Sequence[Answer]) -> MapView:
    """What the map of one or more answers shows, and where it looks."""
    _check(answers)
    view = answers[0].view if len(answers) == 1 else overview(answers)
    if view.focus is not None:
        return view
    spots = [(sign.latitude, sign.longitude) for sign in signs(view)]
    if view.truth is not None:
        spots.append((view.truth.latitude, view.truth.longitude))
    corners = shapely.get_coordinates([region.geometry for region in view.regions[:1]])[:, ::-1]
    south, west = map(min, zip(*spots, *corners.tolist(), strict=True))
    north, east = map(max, zip(*spots, *corners.tolist(), strict=True))
    return replace(view, focus=((south, west), (north, east)))


def _geojson(feature: Feature) -> dict[str, object]:
    geometry = shapely.geometry.mapping(shapely.transform(feature.geometry, lambda xy: xy.round(6)))
    return {"type": "Feature", "geometry": geometry, "properties": feature.properties}


def _rows(answer: Answer) -> list[Properties]:
    latitude, longitude = answer.truth or (None, None)
    regions = {f"km2_{r.share * 100:.0f}": rounded(r.area_km2) for r in answer.view.regions}
    return [
        {
            "photo": own_name(answer.name),
            "latitude": candidate.latitude,
            "longitude": candidate.longitude,
            **candidate_properties(answer, candidate),
            "truth_latitude": latitude,
            "truth_longitude": longitude,
            **regions,
        }
        for candidate in answer.candidates
    ]


def _harmless(value: str | int | float | None) -> str | int | float | None:
    """Text that a spreadsheet would take for a formula, behind an apostrophe; numbers as are."""
    if isinstance(value, str) and value.lstrip().startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _export(answers: Sequence[Answer], suffix: str, media_type: str, content: bytes) -> Export:
    _check(answers)
    stem = f"{len(answers)}-photos"
    if len(answers) == 1:
        photo = PurePath(own_name(answers[0].name)).stem
        stem = re.sub(r"[^\w.-]+", "_", photo).strip("._-")[:LONGEST_STEM] or "photo"
    return Export(f"{stem}-geomapclip.{suffix}", media_type, content)


def _check(answers: Sequence[Answer]) -> None:
    if not answers:
        raise InvalidArgumentError("answers", answers, "must hold at least one answer")
