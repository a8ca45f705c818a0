from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from geomapclip.countries import country_name
from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice, great_circle_km
from geomapclip.places import Place, country_codes, find_places

# --- Naming a place ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coordinates", "words"),
    [
        ((45.7640, 4.8357), "Lyon, Auvergne-Rhône-Alpes, France"),
        ((40.7128, -74.0060), "New York City, New York, United States"),
        ((-1.2864, 36.8172), "Nairobi, Nairobi County, Kenya"),
        ((47.5596, 7.5886), "Basel, Basel-City, Switzerland"),
        ((47.5850, 7.5570), "Saint-Louis, Grand Est, France"),  # 3 km across the border
        ((49.6117, 6.1319), "Luxembourg"),  # town, region and country of one name
        ((1.2900, 103.8500), "Singapore"),  # and a town without a region
        ((42.6629, 21.1655), "Pristina, Kosovo"),
        ((78.2232, 15.6267), "Longyearbyen, Svalbard, Svalbard and Jan Mayen"),
    ],
)
def test_a_place_in_a_town_is_town_region_country(
    coordinates: tuple[float, float], words: str
) -> None:
    assert [str(place) for place in find_places(coordinates)] == [words]


def test_districts_bear_the_name_of_their_city() -> None:
    places = find_places([(48.8606, 2.3376), (43.2965, 5.3698), (47.4979, 19.0402)])
    assert [place.town for place in places] == ["Paris", "Marseille", "Budapest"]


def test_far_from_towns_the_distance_is_said() -> None:
    (sahara,) = find_places((25.0, 5.5))
    assert str(sahara) == "246 km from Tamanghasset, Tamanrasset, Algeria"
    # Tamanrasset lies at 22.785 N, 5.523 E.
    assert sahara.distance_km == pytest.approx(
        great_circle_km((25, 5.5), (22.785, 5.5228)), rel=0.01
    )


def test_at_sea_the_sea_comes_first_and_there_is_no_country() -> None:
    (atlantic,) = find_places((36.5, -30.0))
    assert str(atlantic) == ("North Atlantic Ocean, 252 km from Castelo Branco, Azores, Portugal")
    assert (atlantic.sea, atlantic.country, atlantic.country_code, atlantic.town_country) == (
        "North Atlantic Ocean",
        "",
        "",
        "Portugal",
    )


@pytest.mark.parametrize(
    ("coordinates", "sea"),
    [
        ((0.0, 0.0), "South Atlantic Ocean"),  # Null Island; the equator parts the oceans
        ((90.0, 0.0), "Arctic Ocean"),
        ((35.0, 18.0), "Mediterranean Sea"),
        ((42.0, 51.0), "Caspian Sea"),
        ((-15.0, 180.0), "South Pacific Ocean"),
        ((75.0, 160.0), "Arctic Ocean"),  # in a gap between the sea areas
    ],
)
def test_seas(coordinates: tuple[float, float], sea: str) -> None:
    assert find_places(coordinates)[0].sea == sea


def test_where_nobody_lives_the_country_is_that_of_the_spot() -> None:
    (pole,) = find_places((-90.0, 0.0))
    assert (pole.country_code, pole.country, pole.sea) == ("AQ", "Antarctica", "")
    assert str(pole).startswith("Antarctica, 3,899 km from Puerto Williams,")
    assert pole.town_country == "Chile"


def test_town_and_country_agree_across_a_border() -> None:
    # Kinshasa is nearest, yet the spot lies in the Republic of the Congo.
    (place,) = find_places((-4.20, 15.30))
    assert place.country_code == "CG"
    assert place.town_country == place.country == "Republic of the Congo"


@pytest.mark.parametrize(
    ("coordinates", "phrase"),
    [
        ((45.7640, 4.8357), "near Lyon, France"),
        ((25.0, 5.5), "246 km from Tamanghasset, Algeria"),
        ((1.2900, 103.8500), "near Singapore"),
        ((36.5, -30.0), "in the North Atlantic Ocean"),
        ((-90.0, 0.0), "in Antarctica"),
    ],
)
def test_a_place_in_a_sentence(coordinates: tuple[float, float], phrase: str) -> None:
    assert find_places(coordinates)[0].phrase() == phrase


def test_a_place_made_by_hand_needs_no_town_country() -> None:
    assert str(Place("Lyon", "", "France", "FR", 3.0)) == "Lyon, France"


def test_no_coordinates_no_places() -> None:
    assert find_places(np.empty((0, 2))) == []
    assert country_codes(np.empty((0, 2))).shape == (0,)


# --- Countries of coordinates -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("coordinates", "code"),
    [
        ((35.6812, 139.7671), "JP"),
        ((-16.8, 179.99), "FJ"),  # Fiji west of the antimeridian
        ((-16.8, 180.0), "FJ"),  # on it
        ((-16.8, -179.99), "FJ"),  # and east of it
        ((66.0, 179.5), "RU"),
        ((66.0, -173.0), "RU"),
        ((51.88, -176.65), "US"),  # Adak, Aleutian Islands
        ((35.90, 14.50), "MT"),
        ((-8.52, 179.20), "TV"),  # too small for an outline
        ((36.14, -5.35), "GI"),
        ((4.92, -52.31), "GF"),  # drawn as a part of France
        ((-20.88, 55.45), "RE"),
        ((44.95, 34.10), "UA"),
        ((22.28, 114.16), "HK"),
        ((41.9029, 12.4534), "VA"),
        ((30.0, -40.0), ""),
    ],
)
def test_country_codes(coordinates: tuple[float, float], code: str) -> None:
    assert country_codes(coordinates).tolist() == [code]


def test_countries_cover_about_the_share_of_land() -> None:
    codes = country_codes(fibonacci_lattice(20_000))
    # Land is 29.2 % of the Earth; coasts near a town count as land.
    assert 0.29 < np.mean(codes != "") < 0.33


def test_each_code_that_is_answered_has_a_name() -> None:
    for code in np.unique(country_codes(fibonacci_lattice(20_000))):
        assert bool(country_name(str(code))) == bool(code)


@pytest.mark.parametrize("function", [find_places, country_codes])
@pytest.mark.parametrize("bad", [(91.0, 0.0), (0.0, 181.0), (float("nan"), 0.0), [[1.0, 2.0, 3.0]]])
def test_bad_coordinates_are_refused(function: Callable[[object], object], bad: object) -> None:
    with pytest.raises(InvalidArgumentError, match="coordinates"):
        function(bad)


# --- Speed and threads ------------------------------------------------------------------------


def test_a_thousand_places_are_named_in_a_moment() -> None:
    spots = fibonacci_lattice(1000)
    find_places(spots)  # loads the tables
    start = time.perf_counter()
    find_places(spots)
    assert time.perf_counter() - start < 0.2  # 0.02 s on two cores


def test_threads_get_the_same_answer() -> None:
    spots = fibonacci_lattice(2000)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: find_places(spots), range(8)))
    assert all(answer == answers[0] for answer in answers)
