import math

import numpy as np
import pytest

from geomapclip.errors import InvalidArgumentError
from geomapclip.estimate import Estimate, round_area
from geomapclip.gallery import Gallery
from geomapclip.geodesy import EARTH_AREA_KM2, fibonacci_lattice, great_circle_km

LYON, VILLEURBANNE, TOKYO, ATLANTIC = (45.764, 4.8357), (45.7667, 4.88), (35.68, 139.69), (30, -40)


def belief(places, probability):
    return Estimate(Gallery("test", np.array(places)), np.log(np.array(probability)), "test")


def around(latitude, longitude, width_km, count=20_000):
    """A bell-shaped belief over an even lattice."""
    gallery = Gallery("lattice", fibonacci_lattice(count))
    km = great_circle_km(gallery.coordinates, (latitude, longitude))
    return Estimate(gallery, -0.5 * (km / width_km) ** 2, "test")


def test_probability_is_the_softmax_of_the_logits():
    estimate = belief([LYON, TOKYO], [2.0, 6.0])
    np.testing.assert_allclose(estimate.probability, [0.25, 0.75])
    shifted = Estimate(estimate.gallery, estimate.logits + 1000, "test")
    np.testing.assert_allclose(shifted.probability, [0.25, 0.75])


def test_nothing_in_it_can_be_changed():
    estimate = belief([LYON, TOKYO], [0.5, 0.5])
    with pytest.raises(ValueError, match="read-only"):
        estimate.probability[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        estimate.logits[0] = 1


def test_top_k_merges_neighbours_and_adds_their_probabilities():
    estimate = belief([LYON, TOKYO, VILLEURBANNE, ATLANTIC], [0.3, 0.35, 0.25, 0.1])
    best, second, third = estimate.top_k(4)
    assert (best.rank, best.merged, best.latitude, best.longitude) == (1, 2, *LYON)
    assert best.probability == pytest.approx(0.55)
    assert (best.place.town, best.place.country_code) == ("Lyon", "FR")
    assert (second.merged, second.latitude) == (1, TOKYO[0])
    assert third.place.country_code == ""
    assert third.place.sea == "North Atlantic Ocean"


def test_top_k_without_merging():
    estimate = belief([LYON, TOKYO, VILLEURBANNE], [0.3, 0.4, 0.3])
    assert [c.latitude for c in estimate.top_k(3, merge_km=0)] == [35.68, 45.764, 45.7667]
    assert len(estimate.top_k(2, merge_km=0)) == 2
    copies = belief([LYON, LYON, TOKYO], [0.3, 0.3, 0.4])
    assert [c.merged for c in copies.top_k(3, merge_km=0)] == [2, 1]


def test_top_k_merges_across_the_antimeridian():
    estimate = belief([(-17, 179.95), (-17, -179.95), LYON], [0.4, 0.3, 0.3])
    assert estimate.top_k(1)[0].merged == 2


@pytest.mark.parametrize("k", [0, -1, 10**9, "5", 1.0, None, True])
def test_top_k_out_of_range(k):
    with pytest.raises(InvalidArgumentError, match="top_k = .*from 1 to 2"):
        belief([LYON, TOKYO], [0.5, 0.5]).top_k(k)


@pytest.mark.parametrize("km", [-1, math.nan, math.inf])
def test_merge_km_out_of_range(km):
    with pytest.raises(InvalidArgumentError, match="merge_km"):
        belief([LYON, TOKYO], [0.5, 0.5]).top_k(1, merge_km=km)


def test_regions_are_the_smallest_areas():
    # For a bell of width s in the plane, the disc that holds a share has r^2 = -2 s^2 ln(1-share).
    half, ninety = around(20, 100, 1000).regions()
    for region in (half, ninety):
        disc = -2 * math.pi * 1000**2 * math.log(1 - region.share)
        assert region.area_km2 == pytest.approx(disc, rel=0.06)
        assert region.share <= region.probability < region.share + 0.03
        assert region.areas == 1
    assert half.geometry.within(ninety.geometry.buffer(1e-6))
    assert ninety.geometry.centroid.coords[0] == pytest.approx((100, 20), abs=2)


def test_region_across_the_antimeridian_is_one_area():
    region = around(-17, 180, 500).regions(0.9)[0]
    assert region.areas == 1
    assert region.geometry.bounds[0::2] == (-180, 180)
    assert region.geometry.is_valid
    west = [part for part in region.geometry.geoms if part.bounds[0] == -180]
    assert max(part.bounds[2] for part in west) < -160


@pytest.mark.parametrize("pole", [90, -90])
def test_region_at_a_pole(pole):
    region = around(pole, 0, 500).regions(0.5)[0]
    assert region.areas == 1
    assert region.geometry.bounds[0::2] == (-180, 180)
    disc = -2 * math.pi * 500**2 * math.log(0.5)
    assert region.area_km2 == pytest.approx(disc, rel=0.25)  # a few cells


def test_region_of_two_places_far_apart():
    estimate = belief([LYON, TOKYO, ATLANTIC], [0.5, 0.44, 0.06])
    assert estimate.regions(0.9)[0].areas == 2
    assert estimate.regions(0.4)[0].areas == 1


def test_region_of_all_but_everything():
    flat = around(0, 0, 1e9)
    assert flat.regions(0.999999)[0].area_km2 == pytest.approx(EARTH_AREA_KM2, rel=1e-3)


@pytest.mark.parametrize("share", [0, 1, -0.5, 90, math.nan])
def test_share_out_of_range(share):
    with pytest.raises(InvalidArgumentError, match="shares"):
        belief([LYON, TOKYO], [0.5, 0.5]).regions(share)


def test_countries_add_up_and_the_sea_is_named_so():
    estimate = belief([LYON, TOKYO, VILLEURBANNE, ATLANTIC], [0.3, 0.35, 0.25, 0.1])
    shares = [(c.country_code, c.country, round(c.probability, 6)) for c in estimate.countries()]
    assert shares == [("FR", "France", 0.55), ("JP", "Japan", 0.35), ("", "at sea", 0.1)]


def test_density_correction_divides_by_the_places_in_a_cell():
    lyon_often = [LYON] * 9 + [TOKYO]
    corrected = belief(lyon_often, [0.1] * 10).density_corrected()
    areas = corrected.gallery.cells.area_km2
    expected = areas[corrected.gallery.cells.index[[0, 9]]]
    assert corrected.probability[:9].sum() / corrected.probability[9] == pytest.approx(
        expected[0] / expected[1]
    )


def test_temperature_sharpens_and_widens():
    estimate = belief([LYON, TOKYO], [0.2, 0.8])
    assert estimate.with_temperature(0.5).probability[1] == pytest.approx(0.64 / 0.68)
    assert estimate.with_temperature(1e6).probability[1] == pytest.approx(0.5, abs=1e-6)
    for temperature in (0, -1, math.nan, math.inf):
        with pytest.raises(InvalidArgumentError, match="temperature"):
            estimate.with_temperature(temperature)


@pytest.mark.parametrize(("width_km", "word"), [(100, "high"), (500, "medium"), (2000, "low")])
def test_confidence_is_the_size_of_the_regions(width_km, word):
    # The half region of a bell has a radius of 1.18 widths: 118, 589 and 2,355 km; the 90 %
    # region one of 2.15: 215, 1,073 and 4,292.
    assert around(45, 5, width_km, count=120_000).confidence == word


@pytest.mark.parametrize(("elsewhere", "word"), [(0.05, "high"), (0.2, "low"), (0.45, "low")])
def test_half_of_the_belief_in_one_town_is_not_enough(elsewhere, word):
    world = around(45, 5, 1e9, count=120_000)  # the same everywhere
    near = great_circle_km((45, 5), world.gallery.coordinates) < 150
    probability = np.where(near, (1 - elsewhere) / near.sum(), elsewhere / (~near).sum())
    assert Estimate(world.gallery, np.log(probability), "test").confidence == word


def test_sentence():
    assert belief([LYON, VILLEURBANNE, TOKYO], [0.95, 0.02, 0.03]).sentence() == (
        "Most likely near Lyon, France. 90 % of the belief covers 1,700 km² in 1 area; "
        "confidence: high."
    )
    assert belief([ATLANTIC], [1.0]).sentence().startswith("Most likely in the North Atlantic Oce")


def test_areas_are_rounded_to_two_digits():
    assert [round_area(a) for a in (41_234, 1_767, 12.3, 9.99, 5e8)] == [
        "41,000", "1,800", "12", "10", "500,000,000",
    ]  # fmt: skip


def test_logits_must_fit_the_gallery():
    gallery = Gallery("one", np.array([LYON]))
    for logits in ([1.0, 2.0], [math.nan], [math.inf]):
        with pytest.raises(InvalidArgumentError, match="logits"):
            Estimate(gallery, np.array(logits), "test")


def test_a_smaller_k_gives_the_start_of_the_same_list():
    # The most probable place stands alone; a town with two lesser ones holds more together.
    estimate = belief([TOKYO, LYON, VILLEURBANNE, ATLANTIC], [0.3, 0.28, 0.27, 0.15])
    three = estimate.top_k(3)
    assert [candidate.place.country_code for candidate in three] == ["FR", "JP", ""]
    assert estimate.top_k(1) == three[:1]
    assert "near Lyon" in estimate.sentence()


@pytest.mark.parametrize("few", [1, 3, 1000])
def test_the_best_places_do_not_depend_on_how_many_are_sorted_at_once(few, monkeypatch):
    # Six places of equal probability: the order among equals is that of the gallery.
    places = [(latitude, 0) for latitude in (50, 40, 30, 20, 10, 0)]
    monkeypatch.setattr("geomapclip.estimate.SORTED_AT_ONCE", few)
    estimate = belief([*places, TOKYO], [0.1] * 6 + [0.4])
    assert [c.latitude for c in estimate.top_k(7)] == [35.68, 50, 40, 30, 20, 10, 0]
    assert estimate.top_k(2) == estimate.top_k(7)[:2]
