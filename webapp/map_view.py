"""What the map shows of an answer: data, and the plain values that its script draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from geomapclip.wording import percent
from webapp.data_address import data_address
from webapp.heatmap import UNIT_KM2, Bounds, Heatmap
from webapp.outline import draw_outline

if TYPE_CHECKING:
    from geomapclip.estimate import CredibleRegion
    from webapp.footprint import Footprint

Json = dict[str, object]


@dataclass(frozen=True)
class Pin:
    """A numbered place: rank from 1, degrees, a name, and a line about it."""

    rank: int
    latitude: float
    longitude: float
    label: str
    detail: str


@dataclass(frozen=True)
class Truth:
    """Where the photo was made: degrees, a line about it, and who says so."""

    latitude: float
    longitude: float
    detail: str
    label: str = "Photo's own place (EXIF)"


@dataclass(frozen=True)
class PhotoPin:
    """The best place of one photo among many: the photo's number, degrees, name, a line on it."""

    number: int
    latitude: float
    longitude: float
    label: str
    detail: str


@dataclass(frozen=True)
class NamePin:
    """A place whose name was read: degrees, the name, and how much it counted in nats."""

    latitude: float
    longitude: float
    label: str
    nats: float


@dataclass(frozen=True)
class MapView:
    """All that the map shows of one answer.

    Attributes:
        heatmap: Belief over the whole gallery, or None where none of it is on the map.
        regions: Credible regions, smallest share first.
        pins: The k best places.
        truth: The photo's own coordinates, where it has them.
        focus: (south, west), (north, east) to fly to; None leaves the user's view as it is.
        photos: A pin for each photo, where all are shown together.
        box: (west, south, east, north) that the belief is confined to, where it is.
        gallery: Name of the gallery: where it changes, its points on the map are drawn anew.
        footprint: Frame of the map that the picture shows, where one was found.
        names: Places whose names were read and counted.
    """

    heatmap: Heatmap | None
    regions: tuple[CredibleRegion, ...]
    pins: tuple[Pin, ...]
    truth: Truth | None = None
    focus: Bounds | None = None
    photos: tuple[PhotoPin, ...] = ()
    box: tuple[float, float, float, float] | None = None
    gallery: str = ""
    footprint: Footprint | None = None
    names: tuple[NamePin, ...] = ()

    def to_json(self) -> Json:
        """Plain values for the script in the page (see ``static/map_frame.js``)."""
        return {
            "heatmap": None if self.heatmap is None else _heatmap_json(self.heatmap),
            "regions": [_region_json(region) for region in self.regions],
            "pins": [vars(pin) for pin in self.pins],
            "truth": None if self.truth is None else vars(self.truth),
            "focus": self.focus,
            "photos": [vars(photo) for photo in self.photos],
            "box": self.box,
            "gallery": self.gallery,
            "footprint": None if self.footprint is None else vars(self.footprint),
            "names": [vars(name) for name in self.names],
        }


def _heatmap_json(heatmap: Heatmap) -> Json:
    return {
        "url": data_address(heatmap.png, "image/png"),
        "bounds": heatmap.bounds,
        "legend": {
            "title": f"Probability per {UNIT_KM2} km² (log scale)",
            "low": percent(heatmap.low),
            "high": percent(heatmap.high),
            "colours": heatmap.colours,
        },
    }


def _region_json(region: CredibleRegion) -> Json:
    areas = "1 area" if region.areas == 1 else f"{region.areas:,} areas"
    label = f"{region.share * 100:.0f} % of the belief: {region.area_km2:,.0f} km² in {areas}"
    outline, whole = draw_outline(region)
    if not whole:
        label += ", drawn coarsely"
    return {"share": region.share, "label": label, "geometry": shapely.geometry.mapping(outline)}
