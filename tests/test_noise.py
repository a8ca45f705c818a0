import numpy as np
import pytest
import torch

from geomapclip.geodesy import WGS84, great_circle_km
from geomapclip.training.noise import displaced

METRES_PER_DEGREE = 111_195  # along a meridian of the mean sphere


def moved(place, metres, count=20_000):
    spots = torch.tensor([place], dtype=torch.float64).expand(count, 2)
    return displaced(spots, metres, np.random.default_rng(0)).numpy()


@pytest.mark.parametrize("latitude", [0.0, 60.0, -60.0, 89.0])
@pytest.mark.parametrize("metres", [150.0, 1000.0])
def test_metres_on_the_ground_at_any_latitude(latitude, metres):
    spots = moved((latitude, 20.0), metres)
    north = (spots[:, 0] - latitude) * METRES_PER_DEGREE
    east = (spots[:, 1] - 20.0) * METRES_PER_DEGREE * np.cos(np.radians(spots[:, 0]))
    assert north.std() == pytest.approx(metres, rel=0.02)
    assert east.std() == pytest.approx(metres, rel=0.02)
    assert np.corrcoef(north, east)[0, 1] == pytest.approx(0, abs=0.02)


def test_a_degree_of_longitude_is_half_as_long_at_60_north():
    at_equator, at_60 = (moved((latitude, 0.0), 1000.0)[:, 1].std() for latitude in (0.0, 60.0))
    assert at_60 / at_equator == pytest.approx(2.0, rel=0.01)


def test_distances_agree_with_the_ellipsoid():
    spots = moved((60.0, 20.0), 1000.0, 2000)
    _, _, metres = WGS84.inv(np.full(2000, 20.0), np.full(2000, 60.0), spots[:, 1], spots[:, 0])
    # The mean distance of a normal scatter in two directions is sigma * sqrt(pi / 2).
    assert metres.mean() == pytest.approx(1000 * np.sqrt(np.pi / 2), rel=0.04)


@pytest.mark.parametrize("place", [(90.0, 0.0), (-90.0, 45.0), (0.0, 180.0), (10.0, -180.0)])
def test_poles_and_the_date_line_are_nothing_special(place):
    spots = moved(place, 1000.0)
    assert (np.abs(spots) <= [90, 180]).all()
    km = great_circle_km(np.array(place), spots)
    assert km.mean() == pytest.approx(np.sqrt(np.pi / 2), rel=0.02)


def test_no_noise_leaves_the_places_as_they_are():
    spots = torch.tensor([[48.85, 2.35]], dtype=torch.float64)
    assert torch.equal(displaced(spots, 0.0, np.random.default_rng(0)), spots)
