import numpy as np
import pytest

from geomapclip.continents import continents, continents_of
from geomapclip.countries import country_table
from geomapclip.errors import InvalidArgumentError

SPOTS = {
    "Africa": (-1.29, 36.82), "Asia": (35.68, 139.69), "Europe": (45.76, 4.84),
    "North America": (19.43, -99.13), "Oceania": (-36.85, 174.76), "at sea": (30.0, -40.0),
    "South America": (-12.05, -77.04), "Antarctica": (-80.0, 0.0),
}  # fmt: skip


def test_one_place_on_each():
    assert continents(list(SPOTS.values())).tolist() == list(SPOTS)


def test_every_country_lies_on_one():
    assert "at sea" not in continents_of(country_table().index)


def test_bad_coordinates():
    with pytest.raises(InvalidArgumentError, match="coordinates"):
        continents(np.array([[91.0, 0.0]]))
