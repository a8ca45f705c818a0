import pytest

from geomapclip.wording import degrees, distance, percent


@pytest.mark.parametrize(
    ("probability", "words"),
    [(1.0, "100 %"), (0.126, "13 %"), (0.0534, "5.3 %"), (0.00034, "0.034 %"), (0.0, "0 %")],
)
def test_percent_has_two_significant_digits(probability, words):
    assert percent(probability) == words


@pytest.mark.parametrize(("km", "words"), [(0.35, "350 m"), (4.25, "4.2 km"), (1234.4, "1,234 km")])
def test_distances_in_words(km, words):
    assert distance(km) == words


def test_coordinates_in_words():
    assert degrees(-18.14, -178.444) == "18.14° S, 178.44° W"
