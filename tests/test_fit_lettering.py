"""The tool that fits the model of names, on maps whose truth is known."""

import json
from dataclasses import replace

import numpy as np
import pytest
from drawn_names import mercator_pixels, word

from geomapclip import Gallery
from geomapclip.lettering.names_model import NUMBERS
from tools.fit_lettering import coverage, fit, found_gain, measure, read_cases

CENTRE = (45.4, 5.3)
TOWNS = {"Lyon": (45.75, 4.85), "Grenoble": (45.17, 5.72), "Valence": (44.93, 4.89)}


@pytest.fixture
def gallery():
    lattice = np.stack(np.meshgrid(np.arange(40, 51, 0.5), np.arange(0, 11, 0.5)), -1)
    return Gallery("lattice", lattice.reshape(-1, 2))


@pytest.fixture
def cases(tmp_path, gallery):
    pixels = mercator_pixels(list(TOWNS.values()), CENTRE, 0.4, (640, 480))
    words = [word(name, *spot) for name, spot in zip(TOWNS, pixels, strict=True)]
    record = {
        "lat": CENTRE[0], "lon": CENTRE[1], "km": 256,
        "words": [(each.text, each.confidence, each.polygon.tolist()) for each in words],
    }  # fmt: skip
    nameless = {**record, "words": []}
    lines = [json.dumps(each) for each in (record, nameless, record)]
    (tmp_path / "words.jsonl").write_text("\n".join(lines), "utf-8")
    return read_cases(tmp_path / "words.jsonl", gallery)


def test_maps_without_a_name_are_left_out(cases, gallery):
    assert len(cases) == 2
    np.testing.assert_allclose(gallery.coordinates[cases[0].row], (45.5, 5.5))


def test_the_truth_is_likelier_with_numbers_that_fit(cases, gallery):
    losses = measure(cases, gallery, NUMBERS)
    assert (losses < np.log(len(gallery))).all()  # than without any names
    worse = measure(cases, gallery, replace(NUMBERS, rare=1.0))
    assert found_gain(worse, losses)[0] > 0.5
    assert found_gain(np.array([3.0, 5.0]), np.array([1.0, 1.0])) == pytest.approx((3, 2**-0.5))


def test_a_gain_is_kept(cases, gallery, monkeypatch):
    monkeypatch.setattr("tools.fit_lettering.NUMBERS", replace(NUMBERS, rare=1.0))
    monkeypatch.setattr("tools.fit_lettering.GRID", {"rare": (1.0, NUMBERS.rare)})
    assert fit(cases, gallery) == NUMBERS


def test_regions_say_what_they_hold(cases, gallery):
    for share, held, said in coverage(cases, gallery, NUMBERS):
        assert held in (0, 1)
        assert share <= said <= 1
