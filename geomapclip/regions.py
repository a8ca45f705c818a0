"""The area that a share of a belief covers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import MultiPolygon

ALONG = 0.01  # degrees


@dataclass(frozen=True)
class CredibleRegion:
    """The smallest area that holds a share of the belief.

    Attributes:
        share: What was asked for, in (0, 1).
        probability: What it holds, at least ``share``.
        area_km2: Its area.
        geometry: Longitude first, cut at the antimeridian.
    """

    share: float
    probability: float
    area_km2: float
    geometry: MultiPolygon

    @cached_property
    def areas(self) -> int:
        """Number of separate areas; one that the antimeridian cuts counts once."""
        pieces = shapely.get_parts(self.geometry)
        west, _, east, _ = shapely.bounds(pieces).T
        at_west, at_east = np.flatnonzero(west <= -180), np.flatnonzero(east >= 180)
        if not len(at_west) or not len(at_east):
            return len(pieces)
        # Only what lies along the cut is compared: an area can have ten thousand corners.
        western = shapely.clip_by_rect(pieces[at_west], -180, -90, -180 + ALONG, 90)
        around = shapely.transform(western, lambda xy: xy + np.array([360.0, 0.0]))
        eastern = shapely.clip_by_rect(pieces[at_east], 180 - ALONG, -90, 180, 90)
        met = shapely.STRtree(around).query(eastern, predicate="intersects")
        links = np.ones(met.shape[1]), (at_east[met[0]], at_west[met[1]])
        count, _ = connected_components(coo_array(links, shape=(len(pieces), len(pieces))))
        return int(count)
