"""An answer as geographic features: what GeoJSON and KML are written from.

Nothing of the photo goes out but the name of its file and, as the truth, the coordinates that
it carried; no path of the server, no thumbnail, no EXIF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from geomapclip.geodesy import geodesic_km

if TYPE_CHECKING:
    from geomapclip.estimate import Candidate
    from webapp.locate import Answer

Properties = dict[str, str | int | float | None]

CREDIT = "Place names: GeoNames (https://www.geonames.org), CC BY 4.0"
GRID = 1e-6  # degrees that outlines are rounded to: a tenth of a metre


@dataclass(frozen=True)
class Feature:
    """A shape on the Earth and what is known about it.

    Attributes:
        geometry: Longitude first, in degrees; cut at the antimeridian.
        properties: Plain values, ``kind`` among them: candidate, region, truth, name or frame.
    """

    geometry: BaseGeometry
    properties: Properties


def features(answer: Answer) -> Iterator[Feature]:
    """Candidates, best first, regions, the truth, names that were read, and a map's frame."""
    photo, weights = own_name(answer.name), own_name(answer.weights)
    for candidate in answer.candidates:
        yield Feature(
            Point(candidate.longitude, candidate.latitude),
            {"kind": "candidate", "photo": photo, **candidate_properties(answer, candidate)},
        )
    for region in answer.view.regions:
        # Exterior rings run counterclockwise, as RFC 7946 wants.
        outline = shapely.orient_polygons(shapely.set_precision(region.geometry, GRID))
        properties: Properties = {
            "share": region.share,
            "probability": region.probability,
            "km2": round(region.area_km2, 1),
            "areas": region.areas,
            "weights": weights,
        }
        yield Feature(outline, {"kind": "region", "photo": photo, **properties})
    if answer.truth is not None:
        latitude, longitude = answer.truth
        yield Feature(
            Point(longitude, latitude),
            {"kind": "truth", "photo": photo, "km_to_best": rounded(answer.truth_km)},
        )

    for name in answer.view.names:
        yield Feature(
            Point(name.longitude, name.latitude),
            {"kind": "name", "photo": photo, "name": own_name(name.label), "nats": name.nats},
        )
    if answer.view.footprint is not None and answer.lettering and answer.lettering.extent:
        extent = answer.lettering.extent
        border = shapely.orient_polygons(
            shapely.set_precision(answer.view.footprint.geometry, GRID)
        )
        frame: Properties = {
            "width_km": rounded(extent.width_km),
            "residual_km": rounded(extent.residual_km),
            "uncertainty_km": rounded(extent.uncertainty_km),
            "agreeing": extent.agreeing,
            "projection": extent.projection,
        }
        yield Feature(border, {"kind": "frame", "photo": photo, **frame})


def candidate_properties(answer: Answer, candidate: Candidate) -> Properties:
    """What is known about one of the best places, its coordinates left out."""
    spot = (candidate.latitude, candidate.longitude)
    km = None if answer.truth is None else geodesic_km(spot, answer.truth)
    return {
        "rank": candidate.rank,
        "place": str(candidate.place),
        "country_code": candidate.place.country_code,
        "probability": candidate.probability,
        "merged": candidate.merged,
        "km_to_truth": rounded(km),
        "weights": own_name(answer.weights),
    }


def rounded(km: float | None) -> float | None:
    """A distance to the metre."""
    return None if km is None else round(km, 3)


def own_name(text: str) -> str:
    """The last part of a path of any system, with a space for each character not to be seen.

    Control characters and lone surrogates, which file names can hold, would break XML and UTF-8.
    """
    name = PureWindowsPath(text).name
    return "".join(letter if letter.isprintable() else " " for letter in name)
