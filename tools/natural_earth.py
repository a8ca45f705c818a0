"""Natural Earth for a flat map: cut at the antimeridian, thinned out for the outlines."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

LAND_TOLERANCE = 0.025  # degrees: below a pixel up to zoom 5
SMALLEST_ISLAND = 0.0005  # square degrees, about 6 km2: below a pixel up to zoom 5
LARGE_LAKES = 2  # Natural Earth's scalerank, 0 is the most important
DECIMALS = 2  # of a degree in the outlines


def world_atlas(path: Path, layer: str) -> gpd.GeoDataFrame:
    """Read TopoJSON of world-atlas, whose rings run on across the antimeridian, and cut it there.

    Natural Earth itself cuts at 180 degrees and closes Antarctica along the pole; world-atlas
    undoes both for maps on a sphere, which leaves rings that leap across a flat map.
    """
    frame = gpd.read_file(path, layer=layer).set_crs(4326)
    shapes = [
        shapely.union_all([flat(part) for part in shapely.get_parts(shape)])
        if leaps(shape)
        else shape
        for shape in frame.geometry
    ]
    return frame.set_geometry(valid_areas(gpd.GeoSeries(shapes, index=frame.index, crs=4326)))


def leaps(shape: BaseGeometry) -> bool:
    """Whether a ring goes from one edge of the map to the other in one step."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return any(np.abs(np.diff(shapely.get_coordinates(ring)[:, 0])).max() > 180 for ring in rings)


def flat(polygon: Polygon) -> BaseGeometry:
    """One polygon of a sphere as areas within -180 to 180 degrees."""
    whole: BaseGeometry = Polygon()
    for line in shapely.get_rings(polygon):
        ring = shapely.get_coordinates(line)
        ring[:, 0] = np.unwrap(ring[:, 0], period=360)
        start, end = ring[0, 0], ring[-1, 0]
        if ring[:, 1].max() < -89.9:
            continue  # the pole itself, which world-atlas keeps as a ring
        if abs(end - start) > 180:  # a ring around the pole: close it along the map's lower edge
            ring = np.vstack([ring, [end, -90], [start, -90]])
        whole = whole.symmetric_difference(shapely.make_valid(Polygon(ring)))  # holes cut out
    world = shapely.box(-180, -90, 180, 90)
    turns = [translate(whole, shift).intersection(world) for shift in (-360, 0, 360)]
    parts = shapely.get_parts(shapely.get_parts(turns))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])  # no line along the cut


def valid_areas(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> gpd.GeoSeries:
    """Mend rings that touch themselves, without the stray lines that this can leave."""
    return frame.make_valid(method="structure", keep_collapsed=False)


def land(source: Path) -> gpd.GeoDataFrame:
    """One feature: all land but the smallest islands."""
    frame = world_atlas(source / "land-50m.json", layer="land")
    parts = frame[["geometry"]].explode(ignore_index=True)
    square_degrees = shapely.area(parts.geometry.to_numpy())
    return outline(parts[square_degrees >= SMALLEST_ISLAND]).dissolve()


def borders(source: Path) -> gpd.GeoDataFrame:
    """Two features: agreed borders, and disputed ones that a map may dash."""
    frame = gpd.read_file(source / "ne_50m_admin_0_boundary_lines_land.json")
    frame["disputed"] = frame["featurecla"] != "International boundary (verify)"
    return outline(frame[["disputed", "geometry"]]).dissolve("disputed").reset_index()


def lakes(source: Path) -> gpd.GeoDataFrame:
    """One feature: the large lakes."""
    frame = gpd.read_file(source / "ne_50m_lakes.json")
    large = frame[frame["scalerank"] <= LARGE_LAKES]
    return outline(large[["geometry"]]).dissolve()


def outline(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Thin out the corners that a map of the world cannot show, and round the rest."""
    thin = frame.simplify(LAND_TOLERANCE)
    # A grid of 0.01 degrees removes the doubled corners that plain rounding would leave.
    gridded = thin.set_precision(10**-DECIMALS, mode="valid_output")
    return frame.set_geometry(gridded)[~gridded.is_empty]
