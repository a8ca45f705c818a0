"""Places that somebody typed."""

import numpy as np
import pytest

from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import great_circle_km
from geomapclip.places import find_places
from geomapclip.search import random_town, read_place


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("45.76, 4.84", (45.76, 4.84)),
        ("45.76 4.84", (45.76, 4.84)),
        ("-33.9,18.4", (-33.9, 18.4)),
        ("33.9° S, 18.4° E", (-33.9, 18.4)),
        ("40.7n, 74w", (40.7, -74.0)),
    ],
)
def test_coordinates(text, spot):
    assert read_place(text) == spot


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("Lyon", (45.75, 4.85)),
        ("sao paulo", (-23.55, -46.64)),
        ("Paris", (48.85, 2.35)),
        ("Paris, Texas", (33.66, -95.56)),
        ("Springfield, Illinois", (39.8, -89.64)),
        ("Paris, US", (33.66, -95.56)),
    ],
)
def test_the_largest_town_of_that_name_in_the_region_that_was_named(text, spot):
    assert great_circle_km(read_place(text), spot) < 10


def test_a_country_is_a_point_inside_it():
    assert find_places([read_place("Japan")])[0].country_code == "JP"


@pytest.mark.parametrize(
    "text", ["", "   ", "qwertzuiop", "91, 0", "x" * 101, None, 5, "Paris, Mars"]
)
def test_nonsense_gets_a_sentence(text):
    with pytest.raises(InvalidArgumentError, match="place"):
        read_place(text)


def test_a_slip_of_the_finger_is_answered_with_close_names():
    with pytest.raises(InvalidArgumentError, match="did you mean Lyon"):
        read_place("Lyyon")


def test_a_random_town_is_a_town():
    place = find_places([random_town(np.random.default_rng(3))])[0]
    assert place.distance_km < 0.1
