import numpy as np
import pytest

from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import (
    EARTH_RADIUS_KM,
    check_coordinates,
    fibonacci_lattice,
    geodesic_km,
    great_circle_km,
    unit_vectors,
)


def test_a_quarter_of_the_equator():
    assert great_circle_km([0, 0], [0, 90]) == pytest.approx(np.pi / 2 * EARTH_RADIUS_KM)


def test_distance_does_not_see_the_antimeridian_or_the_poles():
    assert great_circle_km([0, 179.5], [0, -179.5]) == pytest.approx(111.195, abs=0.01)
    assert great_circle_km([89, 0], [89, 180]) == pytest.approx(222.39, abs=0.01)


def test_distances_are_computed_row_by_row():
    km = great_circle_km([[0, 0], [0, 0]], [[0, 1], [1, 0]])
    assert km == pytest.approx([111.195, 111.195], abs=0.01)


def test_geodesic_between_london_and_paris():
    # Big Ben and the Eiffel Tower are 341 km apart.
    assert geodesic_km((51.50070, -0.12457), (48.85837, 2.29448)) == pytest.approx(341, abs=1)


def test_one_pair_becomes_one_row():
    assert check_coordinates((45.0, 5.0)).shape == (1, 2)


@pytest.mark.parametrize(
    "bad", [[[91, 0]], [[0, 181]], [[np.nan, 0]], [[0, np.inf]], [[-90.001, 0]]]
)
def test_out_of_range_is_named_with_its_row(bad):
    with pytest.raises(InvalidArgumentError, match=r"coordinates\[1\].*\[-90, 90\]"):
        check_coordinates([[0, 0], *bad])


@pytest.mark.parametrize("bad", ["paris", [[1, 2, 3]], [], None])
def test_other_shapes_are_refused(bad):
    with pytest.raises(InvalidArgumentError):
        check_coordinates(bad)


def test_unit_vectors_of_the_axes():
    vectors = unit_vectors(np.array([[0.0, 0], [0, 90], [90, 0]]))
    np.testing.assert_allclose(vectors, np.eye(3)[[0, 1, 2]], atol=1e-12)


def test_lattice_is_even():
    lattice = fibonacci_lattice(20_000)
    assert len(check_coordinates(lattice)) == 20_000
    # Half of the places lie below 30 degrees of latitude, as half of the sphere does.
    assert np.mean(np.abs(lattice[:, 0]) < 30) == pytest.approx(0.5, abs=1e-3)
    octants = np.unique(np.sign(unit_vectors(lattice)), axis=0, return_counts=True)[1]
    assert octants == pytest.approx(2500, rel=0.01)


def test_lattice_needs_a_place():
    with pytest.raises(InvalidArgumentError, match="count = 0"):
        fibonacci_lattice(0)
