"""Coordinates on the Earth: checks, distances, an even lattice.

Coordinates are (latitude, longitude) in degrees on WGS84, latitude first, everywhere in this
package; longitude comes first only in GeoJSON and in shapely geometries.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from geomapclip.errors import InvalidArgumentError

Coordinates = NDArray[np.float64]  # (n, 2): latitude in [-90, 90], longitude in [-180, 180]

EARTH_RADIUS_KM = 6371.0088  # mean radius R1 of the IUGG
EARTH_AREA_KM2 = 4 * math.pi * EARTH_RADIUS_KM**2
WGS84 = Geod(ellps="WGS84")


def check_coordinates(coordinates: ArrayLike, argument: str = "coordinates") -> Coordinates:
    """Return coordinates as a float64 array of shape (n, 2), or say which one is wrong.

    Args:
        coordinates: Shape (n, 2) or (2,): latitude in [-90, 90], longitude in [-180, 180].
        argument: Name used in the message.

    Raises:
        InvalidArgumentError: Another shape, NaN, infinity, or out of range.
    """
    try:
        array = np.asarray(coordinates, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(
            argument, coordinates, "must be numbers, latitude and longitude in degrees"
        ) from error
    array = array.reshape(1, 2) if array.shape == (2,) else array
    if array.ndim != 2 or array.shape[1] != 2:
        raise InvalidArgumentError(
            argument, array.shape, "must have the shape (n, 2), latitude and longitude in degrees"
        )
    bad = bad_rows(array)
    if len(bad):
        row = int(bad[0])
        latitude, longitude = array[row]
        raise InvalidArgumentError(
            f"{argument}[{row}]",
            (float(latitude), float(longitude)),
            "latitude must lie in [-90, 90] and longitude in [-180, 180], both finite, in degrees",
        )
    return array


def bad_rows(coordinates: Coordinates) -> NDArray[np.intp]:
    """Indices of the rows that are not finite or out of range."""
    limits = np.array([90.0, 180.0])
    with np.errstate(invalid="ignore"):
        good = (np.abs(coordinates) <= limits).all(axis=1)  # NaN compares as False
    return np.flatnonzero(~good)


def great_circle_km(start: ArrayLike, end: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance in km on the mean sphere (haversine), the field's usual measure.

    Args:
        start: Shape (..., 2), degrees; broadcast against ``end``.
        end: Shape (..., 2), degrees.
    """
    first, second = np.radians(start), np.radians(end)
    half = (second - first) / 2
    chord = (
        np.sin(half[..., 0]) ** 2
        + np.cos(first[..., 0]) * np.cos(second[..., 0]) * np.sin(half[..., 1]) ** 2
    )
    km: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))
    return km


def geodesic_km(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Geodesic distance in km on the WGS84 ellipsoid between two (latitude, longitude)."""
    _, _, metres = WGS84.inv(start[1], start[0], end[1], end[0])
    return float(metres) / 1000


def unit_vectors(coordinates: Coordinates) -> NDArray[np.float64]:
    """Points on the unit sphere, shape (n, 3), so that nearness needs no special case.

    The straight line between two of them is ``2 sin(distance / (2 radius))``.
    """
    latitude, longitude = np.radians(coordinates).T
    return np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def fibonacci_lattice(count: int) -> Coordinates:
    """Places that cover the sphere evenly, each standing for the same area; shape (count, 2).

    Source: González, "Measurement of areas on a sphere using Fibonacci and latitude-longitude
    lattices", Mathematical Geosciences 42 (2010), equation 1, with points at half steps so that
    no place lies on a pole.
    """
    if count < 1:
        raise InvalidArgumentError("count", count, "must be at least 1")
    index = np.arange(count)
    golden_angle = math.pi * (3 - math.sqrt(5))
    latitude = np.degrees(np.arcsin((2 * index + 1) / count - 1))
    longitude = np.degrees(index * golden_angle) % 360 - 180
    return np.column_stack([latitude, longitude])
