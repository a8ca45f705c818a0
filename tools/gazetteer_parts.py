"""Shapes as a few discs, and how far a town is from the next larger one."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, fibonacci_lattice, unit_vectors

MOST_DISCS = 8
LATTICE = fibonacci_lattice(60_000)  # 92 km from one place to the next
SPACING_KM = 92.0
FARTHEST_KM = 3000.0  # isolation of a town that no larger one is near


def polygon_points(shape: BaseGeometry) -> Coordinates:
    """Places inside of a shape (longitude first), evenly spread; its middle where it is small."""
    west, south, east, north = shape.bounds
    near = ([south, west] <= LATTICE).all(axis=1) & ([north, east] >= LATTICE).all(axis=1)
    spots = LATTICE[near]
    shapely.prepare(shape)
    spots = spots[shapely.contains_xy(shape, spots[:, 1], spots[:, 0])]
    if len(spots) >= 4:
        return spots
    parts = [part.representative_point() for part in shapely.get_parts(shape)]
    corners = shapely.get_coordinates(shape.simplify(0.02))
    return np.vstack([[(p.y, p.x) for p in parts], corners[:, ::-1], spots])


def line_points(line: BaseGeometry) -> Coordinates:
    """Places along a line (longitude first), half a degree or less from one to the next."""
    points = shapely.get_coordinates(shapely.segmentize(line, 0.5))[:, ::-1]
    return points


def parts_of(points: Coordinates) -> tuple[np.ndarray, float]:
    """A few discs that cover places, and the radius of one disc that covers most of them.

    Returns:
        Shape (m, 3), latitude, longitude (degrees) and radius (km); and km.
    """
    xyz = unit_vectors(points)
    middle = xyz.mean(axis=0)
    middle /= max(float(np.linalg.norm(middle)), 1e-9)
    size_km = float(np.quantile(_km(xyz, middle), 0.9))
    centres, owner = xyz[:1], np.zeros(len(xyz), dtype=int)
    if len(points) >= 12 and size_km > 60:
        centres, owner = _clusters(xyz, min(MOST_DISCS, len(points) // 3))
    discs = []
    for number, centre in enumerate(centres):
        own = xyz[owner == number]
        if len(own):
            centre = own.mean(axis=0) / np.linalg.norm(own.mean(axis=0))
            discs.append((*_degrees(centre), max(2.0, 1.15 * np.quantile(_km(own, centre), 0.9))))
    return np.array(discs), max(size_km, 2.0)


def _clusters(xyz: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Lloyd's method, started from places as far from each other as can be."""
    centres = [xyz[0]]
    for _ in range(count - 1):
        nearest = np.max(xyz @ np.array(centres).T, axis=1)
        centres.append(xyz[int(np.argmin(nearest))])
    spots = np.array(centres)
    for _ in range(12):
        owner = np.argmax(xyz @ spots.T, axis=1)
        for number in np.unique(owner):
            spots[number] = xyz[owner == number].mean(axis=0)
        spots /= np.linalg.norm(spots, axis=1, keepdims=True)
    return spots, np.argmax(xyz @ spots.T, axis=1)


def _km(xyz: np.ndarray, centre: np.ndarray) -> np.ndarray:
    return EARTH_RADIUS_KM * np.arccos(np.clip(xyz @ centre, -1, 1))


def _degrees(spot: np.ndarray) -> tuple[float, float]:
    return float(np.degrees(np.arcsin(spot[2]))), float(np.degrees(np.arctan2(spot[1], spot[0])))


def isolation_km(coordinates: Coordinates, populations: np.ndarray) -> np.ndarray:
    """Distance of each town to the nearest with more inhabitants, as a summit's isolation."""
    order = np.argsort(-populations, kind="stable")
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    xyz = unit_vectors(coordinates)
    apart = np.full(len(order), FARTHEST_KM)
    tree, left, count = cKDTree(xyz), np.arange(len(order)), 16
    while len(left) and count <= 4096:
        chord, found = tree.query(xyz[left], k=count, workers=1)
        larger = rank[found] < rank[left][:, None]
        first = np.argmax(larger, axis=1)
        has = larger.any(axis=1)
        km = 2 * EARTH_RADIUS_KM * np.arcsin(chord[np.arange(len(left)), first] / 2)
        apart[left[has]] = km[has]
        left, count = left[~has], count * 4
    for row in left:  # the few giants: against all that are larger
        larger = order[: rank[row]]
        if len(larger):
            apart[row] = EARTH_RADIUS_KM * np.arccos(np.clip((xyz[larger] @ xyz[row]).max(), -1, 1))
    return np.minimum(apart, FARTHEST_KM)
