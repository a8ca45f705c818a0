import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, box

from geomapclip.cells import gather_cells
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.mosaic import Mosaic


def squares(width, height):
    """Unit squares row by row: the one at (x, y) is number y * width + x."""
    return np.array([box(x, y, x + 1, y + 1) for y in range(height) for x in range(width)])


@pytest.fixture(scope="module")
def world():
    return gather_cells(fibonacci_lattice(20_000)).polygons


def test_neighbours_become_one_outline_without_the_edge_between():
    outline = Mosaic.of(squares(3, 1)).outline(np.array([0, 1]))
    assert len(outline.geoms) == 1
    assert outline.equals(box(0, 0, 2, 1))
    assert outline.geoms[0].exterior.is_ccw


def test_tiles_apart_are_two_and_a_ring_of_tiles_has_a_hole():
    mosaic = Mosaic.of(squares(3, 3))
    assert len(mosaic.outline(np.array([0, 2])).geoms) == 2
    ring = mosaic.outline(np.array([0, 1, 2, 3, 5, 6, 7, 8]))
    assert len(ring.geoms) == 1
    assert ring.equals(box(0, 0, 3, 3) - box(1, 1, 2, 2))


def test_a_tile_of_two_parts_is_chosen_as_a_whole():
    parts = MultiPolygon([box(179, 0, 180, 1), box(-180, 0, -179, 1)])
    outline = Mosaic.of(np.array([parts, box(-179, 0, -178, 1)])).outline(np.array([0, 1]))
    assert outline.equals(MultiPolygon([box(179, 0, 180, 1), box(-180, 0, -178, 1)]))


def test_tiles_that_meet_at_a_corner_only_or_overlap_are_left_to_others():
    assert Mosaic.of(squares(2, 2)).outline(np.array([0, 3])) is None
    disc = Point(0.5, 0.5).buffer(0.3)
    overlapping = np.array([box(0, 0, 1, 1), box(0, 0, 1, 1), disc])
    assert Mosaic.of(overlapping).outline(np.array([0, 1])) is None


@pytest.mark.parametrize("share", [0.001, 0.2, 0.6, 0.95, 1])
def test_it_is_the_union_of_the_cells_of_the_earth(world, share):
    count = max(1, round(share * len(world)))
    rows = np.random.default_rng(0).choice(len(world), count, replace=False)
    outline, union = Mosaic.of(world).outline(rows), shapely.coverage_union_all(world[rows])
    assert outline.is_valid
    assert len(outline.geoms) == len(shapely.get_parts(union))
    assert outline.equals(union)
