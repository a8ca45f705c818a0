from __future__ import annotations

import numpy as np
import pytest

from geomapclip.errors import GalleryError, InvalidArgumentError
from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery
from webapp.choice import Choice, read_box, write_box

LYON, PARIS, ROME, SUVA = (45.76, 4.84), (48.86, 2.35), (41.9, 12.5), (-18.14, 178.44)


@pytest.fixture
def estimate():
    gallery = Gallery("four", np.array([LYON, PARIS, ROME, SUVA]))
    return Estimate(gallery, np.log([0.4, 0.3, 0.2, 0.1]), "geoclip")


def test_no_choice_changes_nothing(estimate):
    assert Choice().apply(estimate) is estimate


def test_countries_leave_their_places_and_their_odds(estimate):
    part = Choice(countries=("France", "IT")).apply(estimate)
    np.testing.assert_allclose(part.probability, np.array([4, 3, 2]) / 9)
    assert part.gallery.name == "four (FR, IT)"


def test_a_box_across_the_antimeridian_and_with_a_country(estimate):
    assert len(Choice(box=(170.0, -30.0, -170.0, 0.0)).apply(estimate).gallery) == 1
    both = Choice(countries=("FR",), box=(0.0, 47.0, 10.0, 50.0)).apply(estimate)
    np.testing.assert_allclose(both.gallery.coordinates, [PARIS])


def test_a_region_without_a_place_is_told(estimate):
    with pytest.raises(GalleryError, match="holds no place"):
        Choice(countries=("Chad",)).apply(estimate)
    with pytest.raises(InvalidArgumentError, match="France"):
        Choice(countries=("Frence",)).apply(estimate)


def test_temperature_and_density(estimate):
    wide = Choice(temperature=4).apply(estimate)
    assert wide.probability.max() < estimate.probability.max()
    even = Choice(density=True).apply(estimate)
    np.testing.assert_allclose(even.logits, estimate.density_corrected().logits)


@pytest.mark.parametrize(
    "text", ["1, 2, 3", "a, b, c, d", "0, 50, 10, 40", "0, 0, 400, 1", "nan,0,1,1"]
)
def test_a_bad_box_is_a_sentence(text):
    with pytest.raises(InvalidArgumentError):
        read_box(text)


def test_a_drawn_box_becomes_text_and_back():
    assert read_box(write_box(-5, 42.25, 8, 51)) == (-5, 42.25, 8, 51)
    assert read_box("  ") is None
    for bad in (None, "1", float("nan")):
        with pytest.raises(InvalidArgumentError):
            write_box(bad, 0, 1, 1)


def test_controls_in_their_order():
    controls = (
        3.0, ["France"], "0, 40, 10, 50", True, 2, True, "off", "embedded", "world", "/x/own.csv"
    )  # fmt: skip
    choice = Choice.from_controls(controls)
    assert choice == Choice(
        3, ("France",), (0, 40, 10, 50), True, 2.0, True, False, "embedded", "/x/own.csv"
    )
    assert Choice.from_controls((5, None, None, False, 1)) == Choice()
    assert Choice.from_controls((5, [], "", False, 1, False, "on")).lettering is True


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (0, None), (0, "5"), (0, 0), (0, 1e9), (0, float("nan")), (1, "France"), (1, [3]),
        (2, 7), (2, ["a"]), (4, "hot"), (4, 0), (4, float("inf")),
        (6, "maybe"), (6, True), (7, "/etc"), (7, 3), (8, "/etc/passwd"), (8, "../own.csv"),
    ],
)  # fmt: skip
def test_what_a_stranger_posts_is_refused_by_name(row, value):
    controls = [5, [], "", False, 1.0, False, "auto", "", "", None]
    controls[row] = value
    with pytest.raises(InvalidArgumentError):
        Choice.from_controls(controls)
