"""The part of the Earth that a picture of a map shows: its outline, and the picture laid over.

Pure functions. The frame comes from `geomapclip.lettering`, whose corners and projection say all:
what lies between is drawn on the same plane.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image

from geomapclip.lettering import extent_sentence
from geomapclip.lettering.projections import Fit, Plane
from webapp.heatmap import MERCATOR_LATITUDE, Bounds, bounds_of, mercator
from webapp.lettering import write_webp

if TYPE_CHECKING:
    from geomapclip.lettering import MapExtent

UNIT = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])  # a picture's corners
OFF_PLANE = 0.02  # of the picture: corners that no plane explains bear no outline
SIDE_STEPS = 12  # pieces of an outline's side, for meridians that are bent
MESH = 16  # patches of the picture along each side: within one the plane is as good as even
LONGEST = 768  # pixels of the picture on the map
MOST_BYTES = 96_000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Footprint:
    """A map's frame as the world map shows it.

    Attributes:
        outline: (latitude, longitude) all around, degrees; longitudes go on beyond 180.
        label: A sentence about it.
    """

    outline: tuple[tuple[float, float], ...]
    label: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        latitudes, longitudes = zip(*self.outline, strict=True)
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    @property
    def geometry(self) -> shapely.Polygon | shapely.MultiPolygon:
        """Longitude first, cut at the antimeridian."""
        ring = np.array(self.outline)[:, ::-1]
        parts = []
        for turn in (-360, 0, 360):
            part = shapely.Polygon(ring + np.array([turn, 0])).intersection(
                shapely.box(-180, -90, 180, 90)
            )
            parts += [each for each in shapely.get_parts(part) if each.area > 0]
        return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


@dataclass(frozen=True)
class Overlay:
    """A picture in Web Mercator: WebP that is clear around the map, and where it lies."""

    webp: bytes
    bounds: Bounds


def footprint_of(extent: MapExtent) -> Footprint | None:
    """The outline of a frame; None where its corners lie on no plane, as of a whole world."""
    outline = _outline(extent)
    if outline is None:
        return None
    return Footprint(
        tuple(
            (round(latitude, 4), round(longitude, 4)) for latitude, longitude in outline.tolist()
        ),
        extent_sentence(extent),
    )


def lay_over(picture: bytes, extent: MapExtent) -> Overlay | None:
    """A picture of a map as the world map has it.

    Args:
        picture: Encoded, of any size.
        extent: Where it lies.

    Returns:
        None where its corners lie on no plane, or beyond the world map's edge.
    """
    outline, fit = _outline(extent), _fit(extent)
    if outline is None or fit is None:
        return None
    around = mercator(outline[:, ::-1])
    west, north = around.min(axis=0)
    east, south = around.max(axis=0)
    if south - north < 1e-9:
        return None
    scale = LONGEST / max(east - west, south - north)
    width, height = max(1, round((east - west) * scale)), max(1, round((south - north) * scale))
    image = Image.open(io.BytesIO(picture)).convert("RGBA")
    columns = np.linspace(0, width, MESH + 1).round()
    rows = np.linspace(0, height, MESH + 1).round()
    x, y = np.meshgrid(west + columns / scale, north + rows / scale)
    latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
    places = np.column_stack([latitude.ravel(), (x * 360 - 180).ravel()])
    source = (fit.pixels(places) * image.size).reshape(MESH + 1, MESH + 1, 2)
    patches = [
        (
            (int(columns[c]), int(rows[r]), int(columns[c + 1]), int(rows[r + 1])),
            (*source[r, c], *source[r + 1, c], *source[r + 1, c + 1], *source[r, c + 1]),
        )
        for r in range(MESH)
        for c in range(MESH)
    ]
    laid = image.transform(
        (width, height), Image.Transform.MESH, patches, Image.Resampling.BILINEAR
    )
    return Overlay(write_webp(laid, MOST_BYTES), bounds_of((west, north, east, south)))


def _fit(extent: MapExtent) -> Fit | None:
    """From degrees to shares of the picture's sides."""
    plane = Plane(extent.projection, extent.centre)
    points = np.column_stack([plane.points(np.array(extent.corners)), np.ones(4)])
    if not np.isfinite(points).all():
        return None
    found, *_ = np.linalg.lstsq(points, UNIT, rcond=None)
    off = np.abs(points @ found - UNIT).max()
    if off > OFF_PLANE or abs(np.linalg.det(found[:2])) < 1e-12:
        return None
    return Fit(plane, found[:2].T, found[2])


def _outline(extent: MapExtent) -> Floats | None:
    """Latitude and longitude along the four sides, from the upper left clockwise."""
    fit = _fit(extent)
    if fit is None:
        return None
    along = np.arange(SIDE_STEPS)[:, None] / SIDE_STEPS
    sides = [
        start + along * (end - start)
        for start, end in zip(UNIT, np.roll(UNIT, -1, axis=0), strict=True)
    ]
    places = fit.places(np.concatenate(sides))
    if not np.isfinite(places).all():
        return None
    middle = extent.centre[1]
    places[:, 1] = middle + (places[:, 1] - middle + 180) % 360 - 180
    places[:, 0] = places[:, 0].clip(-MERCATOR_LATITUDE, MERCATOR_LATITUDE)
    return places
