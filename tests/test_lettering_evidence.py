"""The model of names, by hand and by what it must never do."""

import time

import numpy as np
import pytest
from drawn_names import small_gazetteer, word

from geomapclip import Estimate, Gallery, load_gallery
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering.evidence import evidence
from geomapclip.lettering.gazetteer import load_gazetteer
from geomapclip.lettering.labels import find_labels
from geomapclip.lettering.names_model import Numbers, names_of


@pytest.fixture(scope="module")
def world():
    return load_gallery("world")


def say(gazetteer, gallery, *names, **numbers):
    words = [word(name, y=100 + 60 * n) for n, name in enumerate(names)]
    labels = find_labels(words, gazetteer)
    return evidence(labels, gallery, gazetteer, Numbers(**numbers))


def test_two_names_and_two_places_by_hand():
    """One scale of 100 km, one rate of noise; all that lies in the view is sure to be named."""
    gazetteer = small_gazetteer(
        ("Aville", 0.0, 0.0, 1e6), ("Aville", 0.0, 90.0, 1e6), ("Bville", 0.3, 0.0, 1e6)
    )
    around = np.stack(np.meshgrid([-0.1, 0.0, 0.1], [-0.1, 0.0, 0.1], indexing="ij"), -1)
    spots = np.array([(0.15, 0.0), (0.0, 90.0), (0.0, 170.0)])
    gallery = Gallery("dense", (spots[:, None] + around.reshape(1, 9, 2)).reshape(-1, 2))
    numbers = {
        "scales_km": (100.0,), "noise": ((0.5, 1.0),), "unrelated": 0.2, "spacing": 1e-9,
        "per_map": 10.0, "rare": 1e-3, "famous": 0.0, "word": 0.0, "most_odds": 1e9,
        "weight": 1.0, "reach": 1.15,
    }  # fmt: skip
    said = say(gazetteer, gallery, "Aville", "Bville", **numbers)
    # r = 1 / (N q): Aville has two places, so q = 2e-3 and r = 50; Bville r = 100.
    a, b = 0.5 + 0.5 * 50, 0.5 + 0.5 * 100
    expected = np.array([0.2 + 0.8 * a * b, 0.2 + 0.8 * a * 0.5, 0.2 + 0.8 * 0.5 * 0.5])
    got = np.exp(said.log_likelihood[4::9] - said.log_likelihood[-1])  # the middles
    # k is 1 within 0.2 % for what is 17 km from the middle of a view of 100 km.
    np.testing.assert_allclose(got, expected / expected[2], rtol=0.01)
    assert [said.name.key for said in said.contributions] == ["bville", "aville"]
    assert said.contributions[0].nats == pytest.approx(np.log(b), abs=0.01)
    assert said.contributions[1].place == 0  # the one near Bville


def test_no_name_changes_nothing(world):
    said = evidence([], world, load_gazetteer())
    assert not said.log_likelihood.any()
    assert said.centre is None


def belief(said, world):
    return Estimate(world, said.log_likelihood, "names")


def share_near(estimate, spot, km):
    near = great_circle_km(estimate.gallery.coordinates, spot) <= km
    return estimate.probability[near].sum()


def test_agreeing_names_make_it_sharp(world):
    said = say(load_gazetteer(), world, "Lyon", "Grenoble", "Chambéry", "Vienne", "Annecy")
    estimate = belief(said, world)
    assert share_near(estimate, (45.5, 5.4), 150) > 0.85
    assert great_circle_km(said.centre, (45.5, 5.4)) < 60


def test_one_name_widens_the_belief_and_does_not_jump(world):
    """PARIS on a shirt, seen where the visual belief is sure of Rio de Janeiro."""
    said = say(load_gazetteer(), world, "PARIS")
    rio, paris = (-22.9, -43.2), (48.86, 2.35)
    km = great_circle_km(world.coordinates, rio)
    visual = -0.5 * (km / 400) ** 2
    before = Estimate(world, np.maximum(visual, -8), "visual")
    after = Estimate(world, before.logits + said.log_likelihood, "both")
    assert share_near(after, paris, 300) < 0.1
    assert share_near(after, rio, 1000) > 0.5
    assert share_near(after, paris, 300) > 3 * share_near(before, paris, 300)
    assert after.top_k(1)[0].place.country_code == "BR"


def test_one_ambiguous_name_is_never_sharp(world):
    for name in ("Springfield", "San José", "Georgetown", "Victoria"):
        estimate = belief(say(load_gazetteer(), world, name), world)
        assert estimate.probability.max() < 0.2, name
        assert estimate.confidence == "low", name


def test_words_that_are_no_names_cost_little(world):
    plain = ("North", "Road", "Coffee", "km", "Legend", "May", "Park", "Hotel", "January")
    alone = belief(say(load_gazetteer(), world, *plain), world)
    assert alone.confidence == "low"
    names = ("Lyon", "Grenoble", "Chambéry")
    both = belief(say(load_gazetteer(), world, *names, *plain), world)
    assert share_near(both, (45.5, 5.4), 200) > 0.7


def test_a_repeated_name_counts_once(world):
    once = say(load_gazetteer(), world, "Georgetown")
    often = say(load_gazetteer(), world, *["Georgetown"] * 500)
    np.testing.assert_allclose(often.log_likelihood, once.log_likelihood, atol=1e-9)
    assert len(often.contributions) == 1


def test_two_names_of_one_place_count_once():
    labels = find_labels([word("Bolzano-Bozen")], load_gazetteer())
    assert len(labels) == 2
    assert len(names_of(labels, load_gazetteer(), Numbers())) == 1


def test_three_thousand_words(world):
    gazetteer = load_gazetteer()
    texts = [gazetteer.keys[row].title() for row in range(0, len(gazetteer.keys), 116)][:3000]
    words = [word(text, x=100 * (n % 50), y=20 * n) for n, text in enumerate(texts)]
    started = time.perf_counter()
    said = evidence(find_labels(words, gazetteer), world, gazetteer)
    assert time.perf_counter() - started < 30  # some seconds on a busy machine
    assert np.isfinite(said.log_likelihood).all()
    assert belief(said, world).probability.max() < 0.9  # names of nowhere in particular


def test_a_region_does_not_gather_what_lies_beyond_it(world):
    brazil = world.within("Brazil")
    said = say(load_gazetteer(), brazil, "Lyon", "Grenoble", "Chambéry", "Annecy")
    assert Estimate(brazil, said.log_likelihood, "names").probability.max() < 0.01


def test_a_dense_gallery_keeps_what_a_coarse_one_blurs():
    lattice = np.stack(np.meshgrid(np.arange(44, 47, 0.05), np.arange(4, 7, 0.05)), -1)
    dense = Gallery("dense", lattice.reshape(-1, 2))
    names = ("Vizille", "Meylan", "Échirolles", "Voreppe", "Grenoble")
    estimate = Estimate(dense, say(load_gazetteer(), dense, *names).log_likelihood, "names")
    assert share_near(estimate, (45.19, 5.72), 25) > 0.9
