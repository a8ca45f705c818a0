"""A region's outline as the map draws it: in full where it is short, coarsely where it is not."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from geomapclip.regions import CredibleRegion

MOST_CORNERS = 1500  # of an outline that is sent: what has no shape is no clearer with more
LONG = 40  # corners; a shorter ring stays as it is
DIGITS = 3  # of a degree in what is sent: about 100 m, far below a cell's size


def draw_outline(region: CredibleRegion) -> tuple[BaseGeometry, bool]:
    """The lines to draw, longitude first.

    Returns:
        The region itself where it has at most ``MOST_CORNERS``; else its longest rings,
        smoothed by as much as a cell's side. And whether it is the region itself.
    """
    whole = region.geometry
    if shapely.get_num_coordinates(whole) <= MOST_CORNERS:
        return shapely.transform(whole, lambda xy: xy.round(DIGITS)), True
    rings = shapely.get_rings(shapely.get_parts(whole))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    sides = np.hypot(*np.diff(corners, axis=0).T)[ring[1:] == ring[:-1]]
    long = shapely.get_num_coordinates(rings) > LONG
    rings[long] = shapely.simplify(rings[long], np.median(sides), preserve_topology=False)
    count = shapely.get_num_coordinates(rings)
    longest = np.argsort(-count, kind="stable")
    kept = int(np.searchsorted(np.cumsum(count[longest]), MOST_CORNERS, side="right"))
    lines = MultiLineString(list(rings[longest[: max(1, kept)]]))
    return shapely.transform(lines, lambda xy: xy.round(DIGITS - 1)), False
