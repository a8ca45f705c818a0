import pytest
import shapely

from geomapclip.countries import country_geometry, country_name, find_country
from geomapclip.errors import InvalidArgumentError


@pytest.mark.parametrize(
    ("code", "name"),
    [("FR", "France"), ("XK", "Kosovo"), ("NL", "Netherlands"), ("CI", "Ivory Coast"), ("", "")],
)
def test_country_name(code, name):
    assert country_name(code) == name


def test_an_unknown_code_is_refused():
    with pytest.raises(InvalidArgumentError, match=r"'ZZ'.*two capital letters"):
        country_name("ZZ")


@pytest.mark.parametrize(
    "name",
    [
        ("Ivory Coast", "CI", "ci", "CIV", "Côte d'Ivoire", "cote divoire"),
        ("United States", "USA", "us", "United States of America", "the united states"),
        ("United Kingdom", "GB", "UK", "great britain"),
        ("Netherlands", "The Netherlands", "Holland"),
        ("Trinidad and Tobago", "trinidad & tobago", "TTO"),
        ("Democratic Republic of the Congo", "DR Congo", "Dem. Rep. Congo"),
    ],
)
def test_a_country_answers_to_all_its_names(name):
    assert len({find_country(each) for each in name}) == 1


def test_a_country_geometry_has_longitude_first():
    france = country_geometry("France")
    assert france.contains(shapely.Point(4.8357, 45.7640))
    assert not france.contains(shapely.Point(-52.3, 4.9))  # French Guiana has its own code


@pytest.mark.parametrize("name", ["Russia", "Fiji", "Antarctica"])
def test_countries_across_the_antimeridian_are_cut_there(name):
    outline = country_geometry(name)
    assert outline.is_valid
    assert (outline.bounds[0], outline.bounds[2]) == (-180, 180)
    widest = {"Russia": 153, "Fiji": 3, "Antarctica": 360}[name]
    assert max(part.bounds[2] - part.bounds[0] for part in shapely.get_parts(outline)) <= widest


def test_a_misspelt_country_is_answered_with_the_closest_names():
    with pytest.raises(InvalidArgumentError, match=r"'Frnace'.*did you mean \"France\"\?"):
        country_geometry("Frnace")
    with pytest.raises(InvalidArgumentError, match='"South Korea" or "North Korea"'):
        country_geometry("Korea")


@pytest.mark.parametrize("name", ["", "   ", "the", 7, None])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(InvalidArgumentError, match="English name or ISO 3166-1 code"):
        country_geometry(name)


def test_a_country_without_an_outline_says_so():
    with pytest.raises(InvalidArgumentError, match=r"Tuvalu.*too small"):
        country_geometry("Tuvalu")
