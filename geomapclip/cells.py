"""A gallery's places gathered into H3 cells: the unit in which belief becomes area.

H3 (https://h3geo.org) covers the sphere with hexagons of nearly one size, poles and
antimeridian included; a place stands for the cell that it lies in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import antimeridian
import h3.api.numpy_int as h3
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import MultiPolygon

from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, unit_vectors
from geomapclip.mosaic import Mosaic

RESOLUTIONS = (4, 3, 2)  # cells of about 1,770, 12,400 and 86,800 km²
PLACES_PER_CELL = 2.5  # on average, so that an even lattice leaves no cell empty


@dataclass(frozen=True, eq=False)
class Cells:
    """The H3 cells that hold at least one place of a gallery.

    Attributes:
        resolution: H3 resolution.
        ids: H3 indexes of the occupied cells, uint64, shape (m,), ascending.
        index: For each of n places its cell, as a row of ``ids``; shape (n,).
        area_km2: Shape (m,).
    """

    resolution: int
    ids: NDArray[np.uint64]
    index: NDArray[np.intp]
    area_km2: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def polygons(self) -> NDArray[np.object_]:
        """One polygon a cell (longitude first), split at the antimeridian; shape (m,)."""
        rings = [np.array(h3.cell_to_boundary(int(cell)))[:, ::-1].round(7) for cell in self.ids]
        indices = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        closed = shapely.linearrings(np.concatenate(rings), indices=indices)
        polygons = np.asarray(shapely.polygons(closed), dtype=object)
        west, _, east, _ = shapely.bounds(polygons).T
        poles = [h3.latlng_to_cell(latitude, 0, self.resolution) for latitude in (90, -90)]
        for row in np.flatnonzero((east - west > 180) | np.isin(self.ids, poles)):
            polygons[row] = antimeridian.fix_polygon(polygons[row], fix_winding=True)
        # Neighbours share their corners exactly, those on the cut included: see `Mosaic`.
        rounded: NDArray[np.object_] = shapely.transform(polygons, lambda xy: xy.round(7))
        return rounded

    @cached_property
    def mosaic(self) -> Mosaic:
        """The cells' edges, for outlines."""
        return Mosaic.of(self.polygons)

    def find(self, coordinates: Coordinates) -> NDArray[np.intp]:
        """Row of the cell that each spot (n, 2) lies in, -1 where no place of the gallery does."""
        wanted = cell_ids(coordinates, self.resolution)
        rows = np.searchsorted(self.ids, wanted).clip(max=len(self) - 1)
        found: NDArray[np.intp] = np.where(self.ids[rows] == wanted, rows, -1)
        return found

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of the values (b, n) of places over each cell, shape (b, m)."""
        sums = np.empty((len(values), len(self)))
        for row, one in enumerate(values):
            sums[row] = np.bincount(self.index, weights=one, minlength=len(self))
        return sums

    def outline(self, rows: NDArray[np.intp]) -> MultiPolygon:
        """The union of some cells, longitude first, cut at the antimeridian."""
        outline = self.mosaic.outline(rows)
        if outline is not None:
            return outline
        parts = shapely.get_parts(shapely.coverage_union_all(self.polygons[rows]))
        return MultiPolygon(list(parts[shapely.get_dimensions(parts) == 2]))


def gather_cells(coordinates: Coordinates) -> Cells:
    """Gather places into cells as fine as their spacing allows (see ``RESOLUTIONS``).

    Args:
        coordinates: Shape (n, 2), degrees.
    """
    resolution = _resolution(coordinates)
    ids, index = np.unique(cell_ids(coordinates, resolution), return_inverse=True)
    area = np.array([h3.cell_area(int(cell), unit="km^2") for cell in ids])
    return Cells(resolution, ids, index, area)


def cell_ids(coordinates: Coordinates, resolution: int) -> NDArray[np.uint64]:
    """H3 index of the cell that each spot (n, 2) lies in; shape (n,)."""
    return np.fromiter(
        (h3.latlng_to_cell(lat, lon, resolution) for lat, lon in coordinates.tolist()),
        dtype=np.uint64,
        count=len(coordinates),
    )


def _resolution(coordinates: Coordinates) -> int:
    """The finest resolution whose cells hold some places each, by the median spacing."""
    if len(coordinates) < 2:
        return RESOLUTIONS[0]
    points = unit_vectors(coordinates)
    chord, _ = cKDTree(points).query(points, k=[2], workers=-1)  # the first is itself
    spacing_km = float(np.median(chord)) * EARTH_RADIUS_KM
    for resolution in RESOLUTIONS:
        if h3.average_hexagon_area(resolution, "km^2") >= PLACES_PER_CELL * spacing_km**2:
            return resolution
    return RESOLUTIONS[-1]
