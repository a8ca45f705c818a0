"""Planes that maps are drawn on, and the fit from a plane to a picture's pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pyproj import Proj

from geomapclip.geodesy import Coordinates

ProjectionName = Literal["mercator", "equirectangular", "conic"]
PROJECTIONS: tuple[ProjectionName, ...] = get_args(ProjectionName)

LEAST_LATITUDE, MOST_LATITUDE = 1.0, 75.0  # of a cone's parallel: at the Equator it is none

USUAL_TURN = 0.02  # radians, of a map from north

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """A projection about a place.

    Attributes:
        name: "conic" is Lambert's conformal one that touches at the origin's latitude.
        origin: (latitude, longitude), degrees; longitudes are counted from there.
    """

    name: ProjectionName
    origin: tuple[float, float]

    def points(self, coordinates: Coordinates) -> Floats:
        """Points on the plane, x to the east and y to the south in radians; shape (n, 2)."""
        x, y = self._proj(self._turned(coordinates[:, 1]), np.clip(coordinates[:, 0], -89, 89))
        return np.column_stack([x, -np.asarray(y)])

    def places(self, points: Floats) -> Coordinates:
        """The inverse of `points`; NaN where nothing lies."""
        longitude, latitude = self._proj(points[:, 0], -points[:, 1], inverse=True)
        found = np.column_stack([latitude, np.asarray(longitude) + self.origin[1]])
        found[:, 1] = (found[:, 1] + 180) % 360 - 180
        found[~np.isfinite(found).all(axis=1)] = np.nan
        return found

    def _turned(self, longitude: Floats) -> Floats:
        turned: Floats = (longitude - self.origin[1] + 180) % 360 - 180
        return turned

    @cached_property
    def _proj(self) -> Proj:
        latitude = self.origin[0]
        parallel = np.sign(latitude or 1) * np.clip(abs(latitude), LEAST_LATITUDE, MOST_LATITUDE)
        kind = {
            "mercator": "merc",
            "equirectangular": "eqc",
            "conic": f"lcc +lat_1={parallel} +lat_0={parallel}",
        }[self.name]
        return Proj(f"+proj={kind} +R=1 +over")


@dataclass(frozen=True, eq=False)
class Fit:
    """Pixels = points @ matrix.T + shift.

    Attributes:
        plane: Of the points.
        matrix: Shape (2, 2).
        shift: Shape (2,), pixels.
    """

    plane: Plane
    matrix: Floats
    shift: Floats

    @property
    def scale(self) -> float:
        """Area in pixels of one square of the plane; negative where the map is mirrored."""
        (a, b), (c, d) = self.matrix.tolist()
        return float(a * d - b * c)

    @property
    def turn(self) -> float:
        """By how much the plane's north is turned to the right, radians."""
        return math.atan2(self.matrix[1, 0], self.matrix[0, 0])

    def pixels(self, coordinates: Coordinates) -> Floats:
        """Where places fall on the picture, shape (n, 2)."""
        pixels: Floats = self.plane.points(coordinates) @ self.matrix.T + self.shift
        return pixels

    def places(self, pixels: Floats) -> Coordinates:
        """Places at pixels, shape (n, 2), degrees; NaN where nothing lies."""
        return self.plane.places((pixels - self.shift) @ np.linalg.inv(self.matrix).T)


def fit_plane(plane: Plane, points: Floats, pixels: Floats, error: Floats) -> Fit:
    """The least squares fit of a plane that is turned, scaled alike both ways, and shifted.

    Most maps have north above, so being turned counts as one more error.

    Args:
        plane: A projection.
        points: On that plane, shape (n, 2), n >= 2.
        pixels: Shape (n, 2).
        error: Shape (n, 2): how far off each pixel may be to the right and down.
    """
    middle, spread = points.mean(axis=0), max(float(points.std()), 1e-12)
    x, y = ((points - middle) / spread).T
    one, none = np.ones(len(x)), np.zeros(len(x))
    across = np.column_stack([x, -y, one, none]) / error[:, :1]
    down = np.column_stack([y, x, none, one]) / error[:, 1:]
    wanted = np.concatenate([pixels[:, 0] / error[:, 0], pixels[:, 1] / error[:, 1]])
    rows = np.vstack([across, down])
    found, *_ = np.linalg.lstsq(rows, wanted, rcond=None)
    upright = [0, 1 / (USUAL_TURN * max(np.hypot(*found[:2]), 1e-12)), 0, 0]
    found, *_ = np.linalg.lstsq(np.vstack([rows, upright]), np.append(wanted, 0), rcond=None)
    along, turned = found[:2] / spread
    matrix = np.array([[along, -turned], [turned, along]])
    return Fit(plane, matrix, found[2:] - matrix @ middle)
