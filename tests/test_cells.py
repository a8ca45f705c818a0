import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely

from geomapclip.cells import gather_cells
from geomapclip.geodesy import EARTH_AREA_KM2, fibonacci_lattice


@pytest.fixture(scope="module")
def world():
    return gather_cells(fibonacci_lattice(20_000))  # 160 km apart


def test_each_place_lies_in_its_cell():
    coordinates = np.array([[45.764, 4.8357], [45.765, 4.8358], [-17.8, 179.99]])
    cells = gather_cells(coordinates)
    assert cells.index[0] == cells.index[1] != cells.index[2]
    assert int(cells.ids[cells.index[0]]) == h3.latlng_to_cell(45.764, 4.8357, cells.resolution)


def test_cells_are_as_fine_as_the_places_allow():
    town = np.array([[45.76, 4.83], [45.77, 4.84], [45.78, 4.85]])
    assert gather_cells(town).resolution == 4
    assert gather_cells(fibonacci_lattice(120_000)).resolution == 3
    assert gather_cells(fibonacci_lattice(500)).resolution == 2
    assert gather_cells(town[:1]).resolution == 4


def test_an_even_lattice_fills_every_cell_of_the_earth(world):
    assert world.resolution == 2
    assert len(world) == h3.get_num_cells(2)
    assert world.area_km2.sum() == pytest.approx(EARTH_AREA_KM2, rel=1e-4)


def test_polygons_tile_the_map_without_gap_or_overlap(world):
    assert shapely.is_valid(world.polygons).all()
    assert shapely.area(world.polygons).sum() == pytest.approx(360 * 180, rel=1e-9)
    assert world.outline(np.arange(len(world))).area == pytest.approx(360 * 180, rel=1e-6)


def test_outline_is_cut_at_the_antimeridian(world):
    latitudes, longitudes = np.array([h3.cell_to_latlng(int(cell)) for cell in world.ids]).T
    near_fiji = np.flatnonzero((np.abs(latitudes + 17) < 8) & (np.abs(longitudes) > 170))
    outline = world.outline(near_fiji)
    assert len(outline.geoms) == 2
    west, east = sorted(outline.geoms, key=lambda part: part.bounds[0])
    assert (west.bounds[0], east.bounds[2]) == (-180, 180)
    assert west.bounds[2] < -160 and east.bounds[0] > 160


def test_outline_at_a_pole_reaches_the_maps_edge(world):
    poles = [h3.latlng_to_cell(latitude, 0, 2) for latitude in (90, -90)]
    for cell, latitude in zip(poles, (90, -90), strict=True):
        outline = world.outline(np.flatnonzero(world.ids == np.uint64(cell)))
        assert outline.bounds[0::2] == (-180, 180)
        assert latitude in outline.bounds[1::2]


def test_places_are_found_in_their_cells_and_summed_over_them(world):
    places = fibonacci_lattice(20_000)
    assert (world.find(places) == world.index).all()
    values = np.random.default_rng(0).random((3, 20_000))
    expected = [np.bincount(world.index, weights=row) for row in values]
    np.testing.assert_allclose(world.sums(values), expected)


def test_a_spot_out_of_every_cell_has_none():
    towns = gather_cells(np.array([[45.764, 4.8357], [35.68, 139.69]]))
    spots = np.array([[0.0, 0.0], [90.0, 0.0], [35.69, 139.7]])
    assert towns.find(spots).tolist() == [-1, -1, towns.index[1]]
