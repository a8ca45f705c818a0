"""What a drawn map shows: its centre, width and projection, and where a place falls on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod, Proj

from geomapclip.cartography.outlines import Points, Shapes, Window, densify
from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import EARTH_RADIUS_KM, check_coordinates

ProjectionName = Literal[
    "mercator", "equirectangular", "plate carree", "azimuthal", "stereographic", "conic"
]

Path = NDArray[np.int32]  # (n, 2): column and row of pixels

RADIUS_M = EARTH_RADIUS_KM * 1000
SPHERE = Geod(a=RADIUS_M, b=RADIUS_M)
LONGEST_CHORD_DEG = 2.0  # a longer edge would cut the corner of a curved parallel
KM_PER_DEG = 111.2  # of a great circle
FARTHEST_PIXEL = 30_000.0
FARTHEST_KM = 12_000.0  # wider than this a plane map shows more distortion than Earth


@dataclass(frozen=True)
class Viewport:
    """The place that a map shows.

    Attributes:
        latitude: Of the map's centre, degrees, [-90, 90] (to 84 for "mercator", to 89 for the
            other two cylindrical projections).
        longitude: Of the map's centre, degrees, [-180, 180].
        width_km: Ground width of the map area, measured at its centre, (0, 12000].
        projection: "azimuthal" and "conic" are Lambert's; "stereographic" is of the nearer pole;
            "equirectangular" keeps the shape at the centre, "plate carree" stretches it.
        width: Of the picture in pixels, from 16.
        height: Of the picture in pixels, from 16.
        origin: Latitude and longitude that the projection is made for, when that is not the
            centre: the map is then turned a little, as a part of a larger map is.
        subject: Numbers of the countries (``Atlas.countries``) that the map is about, if any.

    Raises:
        InvalidArgumentError: A value out of range.
    """

    latitude: float
    longitude: float
    width_km: float
    projection: ProjectionName = "mercator"
    width: int = 256
    height: int = 256
    origin: tuple[float, float] | None = None
    subject: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check every value."""
        check_coordinates((self.latitude, self.longitude), "latitude, longitude")
        if not 0 < self.width_km <= FARTHEST_KM:
            raise InvalidArgumentError(
                "width_km", self.width_km, f"must be more than 0 and at most {FARTHEST_KM:.0f} km"
            )
        if self.projection not in get_args(ProjectionName):
            raise InvalidArgumentError(
                "projection", self.projection, f"must be one of {get_args(ProjectionName)}"
            )
        if min(self.width, self.height) < 16:
            raise InvalidArgumentError(
                "width, height", (self.width, self.height), "must be at least 16 pixels"
            )
        limit = {"mercator": 84, "equirectangular": 89, "plate carree": 89}.get(self.projection, 90)
        if abs(self.latitude) > limit:
            raise InvalidArgumentError(
                "latitude", self.latitude, f"must lie within {limit} degrees for {self.projection}"
            )


@dataclass(frozen=True)
class Projector:
    """Puts places on the pixels of a view, ``scale`` times finer than the view's own pixels."""

    view: Viewport
    scale: int = 1

    def pixels(self, lonlat: Points) -> Points:
        """Columns and rows for longitudes and latitudes, shape (n, 2); NaN where there is none.

        Whole numbers are the middles of pixels, so the map's centre is at (width - 1) / 2.
        """
        x, y = self._proj(lonlat[:, 0] - self._meridian, lonlat[:, 1])
        pixels = np.column_stack([x - self._centre[0], self._centre[1] - y]) / self._metres
        pixels[~np.isfinite(pixels).all(axis=1)] = np.nan
        placed: Points = pixels + self._middle
        return placed

    def places(self, pixels: Points) -> Points:
        """Longitudes (near the centre's, not wrapped) and latitudes; NaN outside of the Earth."""
        x, y = ((pixels - self._middle) * self._metres * [1, -1] + self._centre).T
        lon, lat = self._proj(x, y, inverse=True)
        far = ~(np.isfinite(lon) & np.isfinite(lat))
        lon[far] = np.nan
        turned = (lon + self._meridian - self.view.longitude + 180) % 360 - 180
        lonlat = np.column_stack([turned + self.view.longitude, lat])
        lonlat[far] = np.nan
        return lonlat

    @cached_property
    def window(self) -> Window:
        """Longitudes and latitudes that the picture shows, with a little to spare."""
        width, height = self.view.width * self.scale, self.view.height * self.scale
        if self._cylindrical:
            return self._straight_window(width, height)
        along = np.linspace(-0.05, 1.05, 23)
        sides = [(along, 0 * along - 0.05), (along, 0 * along + 1.05)]
        sides += [(y, x) for x, y in sides]
        edge = np.vstack([np.column_stack(side) for side in sides]) * [width, height]
        lon, lat = self.places(edge).T
        south, north = float(np.nanmin(lat)), float(np.nanmax(lat))
        poles = self.pixels(np.array([[0.0, -90.0], [0.0, 90.0]]))
        inside: NDArray[np.bool_] = np.all(
            (poles > -20) & (poles < [width + 20, height + 20]), axis=1
        )
        south, north = -90.0 if inside[0] else south, 90.0 if inside[1] else north
        if inside.any() or np.nanmax(lon) - np.nanmin(lon) > 300:
            return Window(-180.0, south - 1, 180.0, north + 1, around=True)
        return Window(float(np.nanmin(lon)) - 1, south - 1, float(np.nanmax(lon)) + 1, north + 1)

    def _straight_window(self, width: int, height: int) -> Window:
        view = self.view
        limit = 85.0 if view.projection == "mercator" else 90.0
        near = np.array([[view.longitude, view.latitude], [view.longitude + 1, view.latitude]])
        half = 0.55 * width / float(np.diff(self.pixels(near)[:, 0])[0])
        middle = (width - 1) / 2
        north, south = self.places(np.array([[middle, -0.05 * height], [middle, 1.05 * height]]))[
            :, 1
        ]
        return Window(
            view.longitude - half,
            float(max(np.nan_to_num(south, nan=-limit), -limit)),
            view.longitude + half,
            float(min(np.nan_to_num(north, nan=limit), limit)),
        )

    def rings(self, shapes: Shapes, found: Sequence[tuple[int, int]]) -> list[Path]:
        """Pixels of rings, cut to the window first so that nothing far away is projected."""
        window = self.window
        within = _sides_within(shapes, window)
        cut = []
        for index, turn in found:
            ring = shapes.part(index, turn)
            for (axis, limit, side), safe in zip(_sides(window), within[index], strict=True):
                if not safe or (axis == 0 and turn):
                    ring = _keep(ring, axis, limit, side)
            closed = np.vstack([ring, ring[:1]])
            cut.append(closed if self._cylindrical else densify(closed, LONGEST_CHORD_DEG))
        return self.paths(cut)

    def paths(self, lines: Sequence[Points]) -> list[Path]:
        """Whole pixels of lines, each without repetition; one array of shape (n, 2) for each."""
        if not lines:
            return []
        ends = np.cumsum([len(line) for line in lines])
        pixels = self.pixels(np.concatenate(lines))
        whole = np.rint(np.clip(np.nan_to_num(pixels), -FARTHEST_PIXEL, FARTHEST_PIXEL))
        fresh = ~np.isnan(pixels[:, 0])
        fresh[1:] &= (np.diff(whole, axis=0) != 0).any(axis=1) | ~fresh[:-1]
        starts = np.concatenate([[0], ends[:-1]])
        starts = starts[starts < len(fresh)]
        fresh[starts] = ~np.isnan(pixels[starts, 0])
        kept = np.concatenate([[0], np.cumsum(fresh)])[ends[:-1]]
        return np.split(whole[fresh].astype(np.int32), kept)

    @cached_property
    def _cylindrical(self) -> bool:
        return self.view.projection in ("mercator", "equirectangular", "plate carree")

    @cached_property
    def _meridian(self) -> float:
        # Longitudes are counted from the centre, so that pyproj never wraps what is in view.
        origin = self.view.origin
        return self.view.longitude if self._cylindrical or origin is None else origin[1]

    @cached_property
    def _proj(self) -> Proj:
        view = self.view
        latitude = view.origin[0] if view.origin else view.latitude
        conic = math.copysign(max(abs(latitude), 1.0), latitude)  # at the Equator it is no cone
        parameters = {
            "mercator": "merc",
            "equirectangular": f"eqc +lat_ts={view.latitude}",
            "plate carree": "eqc",
            "azimuthal": f"laea +lat_0={latitude}",
            "stereographic": f"stere +lat_0={math.copysign(90, latitude)}",
            "conic": f"lcc +lat_1={conic} +lat_0={conic}",
        }
        over = " +over" if self._cylindrical else ""
        return _open_projection(f"+proj={parameters[view.projection]} +R={RADIUS_M}{over}")

    @cached_property
    def _centre(self) -> NDArray[np.float64]:
        view = self.view
        return np.array(self._proj(view.longitude - self._meridian, view.latitude))

    @cached_property
    def _middle(self) -> NDArray[np.float64]:
        return np.array([self.view.width * self.scale - 1, self.view.height * self.scale - 1]) / 2

    @cached_property
    def _metres(self) -> float:
        """Metres on the plane for one pixel: width_km holds on the ground at the centre."""
        view = self.view
        lon, lat, _ = SPHERE.fwd([view.longitude] * 2, [view.latitude] * 2, [90, 270], [500, 500])
        x, y = self._proj((np.array(lon) - self._meridian + 180) % 360 - 180, np.array(lat))
        stretch = math.hypot(x[1] - x[0], y[1] - y[0]) / 1000
        return view.width_km * 1000 * stretch / (view.width * self.scale)


@lru_cache(maxsize=8)
def _open_projection(definition: str) -> Proj:
    return Proj(definition)


def _sides(window: Window) -> list[tuple[int, float, int]]:
    """The window's four sides: axis, limit, and on which side of it the inside lies."""
    parallels = [(1, window.south, 1), (1, window.north, -1)]
    meridians = [(0, window.west, 1), (0, window.east, -1)]
    return parallels if window.around else meridians + parallels


def _sides_within(shapes: Shapes, window: Window) -> NDArray[np.bool_]:
    """Which shapes lie wholly inside of which sides; shape (shapes, sides)."""
    west, south, east, north = shapes.bounds.T
    low, high = (west, south), (east, north)
    within = [
        low[axis] >= limit if side > 0 else high[axis] <= limit
        for axis, limit, side in _sides(window)
    ]
    return np.stack(within, axis=1)


def _keep(ring: Points, axis: int, limit: float, side: int) -> Points:
    """The part of a ring on one side of a meridian (axis 0) or a parallel (axis 1).

    Source: Sutherland and Hodgman, "Reentrant polygon clipping", CACM 17 (1974).
    """
    beyond = (ring[:, axis] - limit) * side
    inside = beyond >= 0
    if inside.all() or not inside.any():
        return ring if len(ring) and inside[0] else ring[:0]
    crossing = inside != np.roll(inside, -1)
    after = np.roll(ring, -1, axis=0)
    share = beyond / np.where(crossing, beyond - np.roll(beyond, -1), 1)
    points = np.stack([ring, ring + (after - ring) * share[:, None]], axis=1)
    kept: Points = points[np.stack([inside, crossing], axis=1)]
    return kept
