"""Polygons that tile the map, and the outline of any of them at once.

A general union of 30,000 hexagons takes half a second. Where neighbours share their corners
exactly, an outline is what is left of all edges once those between two chosen tiles are dropped;
which tiles an edge lies between is worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components
from shapely import MultiPolygon

STEPS = 10_000_000  # to a degree: corners nearer than that are one


@dataclass(frozen=True, eq=False)
class Mosaic:
    """The edges of m tiles, some of which consist of several parts.

    Attributes:
        tile: Of each part its tile, shape (p,).
        first: First edge of each part, and the number of edges; shape (p + 1,). The edges of a
            part follow each other counterclockwise.
        part: Of each of e edges its part, shape (e,).
        start: Corner at which each edge begins, as a row of ``corners``; shape (e,).
        end: The same for its end.
        beyond: The part on the other side of each edge, -1 where there is none; shape (e,).
        corners: Longitude and latitude in degrees, shape (c, 2).
    """

    tile: NDArray[np.intp]
    first: NDArray[np.intp]
    part: NDArray[np.intp]
    start: NDArray[np.intp]
    end: NDArray[np.intp]
    beyond: NDArray[np.intp]
    corners: NDArray[np.float64]

    @classmethod
    def of(cls, polygons: NDArray[np.object_]) -> Mosaic:
        """Edges of polygons (longitude first) without holes that share no area."""
        parts, tile = shapely.get_parts(polygons, return_index=True)
        rings = shapely.get_exterior_ring(shapely.orient_polygons(parts))
        points, part = shapely.get_coordinates(rings, return_index=True)
        steps = np.rint((points + 180) * STEPS).astype(np.int64)
        _, first, corner = np.unique(
            steps[:, 0] * (1 << 32) + steps[:, 1], return_index=True, return_inverse=True
        )
        edges = np.flatnonzero((part[:-1] == part[1:]) & (corner[:-1] != corner[1:]))
        start, end = corner[edges], corner[edges + 1]
        there, back = start * len(first) + end, end * len(first) + start
        order = np.argsort(there)
        twin = order[np.searchsorted(there, back, sorter=order).clip(max=len(order) - 1)]
        beyond = np.where(there[twin] == back, part[edges][twin], -1)
        begin = np.searchsorted(part[edges], np.arange(len(tile) + 1))
        return cls(tile, begin, part[edges], start, end, beyond, points[first])

    def outline(self, tiles: NDArray[np.intp]) -> MultiPolygon | None:
        """The union of some tiles, holes included.

        Args:
            tiles: Rows of tiles.

        Returns:
            None where the edges close to no outline, because two tiles overlap or do not meet
            corner to corner.
        """
        among = np.zeros(self.tile[-1] + 1, dtype=bool)
        among[tiles] = True
        chosen = among[self.tile]
        parts = np.flatnonzero(chosen)
        edges = _spans(self.first[parts], self.first[parts + 1])
        met = (self.beyond[edges] >= 0) & chosen[self.beyond[edges]]
        within, edges = edges[met], edges[~met]
        follower = np.full(len(self.corners), -1)
        follower[self.start[edges]] = np.arange(len(edges))
        following = follower[self.end[edges]]
        if (following < 0).any() or np.bincount(following).max() > 1:
            return None
        row = np.cumsum(chosen) - 1
        area = _groups(row[self.part[within]], row[self.beyond[within]], len(parts))
        order, ring = _walk(following)
        return self._assemble(edges[order], ring, area[row[self.part[edges[order]]]])

    def _assemble(
        self, edges: NDArray[np.intp], ring: NDArray[np.intp], area: NDArray[np.intp]
    ) -> MultiPolygon:
        """Polygons of edges ring by ring; the rings of one area are one polygon."""
        starts = np.flatnonzero(np.diff(ring, prepend=-1))
        x, y = self.corners[self.start[edges]].T
        ahead_x, ahead_y = self.corners[self.end[edges]].T
        doubled = np.add.reduceat(x * ahead_y - ahead_x * y, starts)  # holes run clockwise
        owner = area[starts]
        order = np.lexsort((doubled < 0, owner))
        lengths = np.diff(starts, append=len(edges))[order]
        # Each ring ends with its first corner once more.
        offsets = np.concatenate([[0], np.cumsum(lengths + 1)])
        around = _spans(starts[order], starts[order] + lengths + 1)
        around[offsets[1:] - 1] = starts[order]
        corner = self.start[edges[around]]
        polygons = np.append(np.flatnonzero(np.diff(owner[order], prepend=-1)), len(starts))
        whole = np.array([0, len(polygons) - 1])
        shapes = shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON, self.corners[corner], (offsets, polygons, whole)
        )
        outline: MultiPolygon = shapes[0]
        return outline


def _spans(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.intp]:
    """The whole numbers from each start up to its end, one after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    spans: NDArray[np.intp] = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
    return spans


def _groups(one: NDArray[np.intp], other: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """The number of the group that each of ``count`` parts belongs to, by pairs that touch."""
    links = csr_array((np.ones(len(one), dtype=bool), (one, other)), shape=(count, count))
    groups: NDArray[np.intp] = connected_components(links, directed=False)[1]
    return groups


def _walk(following: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Follow every ring once around.

    Args:
        following: For each edge the one after it in its ring, shape (e,).

    Returns:
        The edges ring by ring, and the number of each edge's ring; both of shape (e,).
    """
    count = len(following)
    ring = _groups(np.arange(count), following, count)
    first = np.empty(ring.max() + 1, dtype=np.intp)
    first[ring[::-1]] = np.arange(count)[::-1]
    # The last edge of each ring is led on to the first of the next: one path, walked in one go.
    before = np.empty(count, dtype=np.intp)
    before[following] = np.arange(count)
    path = following.copy()
    path[before[first]] = np.roll(first, -1)
    links = csr_array((np.ones(count, dtype=bool), path, np.arange(count + 1)))
    order: NDArray[np.intp] = breadth_first_order(
        links, first[0], directed=True, return_predecessors=False
    )
    return order, ring[order]
