import json
import math

import numpy as np
import pytest
import torch

from geomapclip import Gallery
from geomapclip.data import Dropped
from geomapclip.evaluation import Pictures, evaluate
from geomapclip.evaluation_report import to_json, to_markdown
from geomapclip.published_accuracy import published_rows
from geomapclip.scoring import Matcher

PARIS, NAIROBI, LIMA, TOKYO = (48.85, 2.35), (-1.29, 36.82), (-12.05, -77.04), (35.68, 139.69)
ROUEN = (49.44, 1.10)  # 112 km from Paris
PLACES = np.array([ROUEN, NAIROBI, LIMA, TOKYO])
TRUTHS = np.array([PARIS, NAIROBI, (-12.0, -77.0), PARIS])
# Each picture looks like a place of the gallery: the last like Tokyo, which is 9,712 km off.
IMAGES = np.eye(4, dtype=np.float32)


def matcher(places=PLACES):
    return Matcher("test", Gallery("towns", places), torch.eye(len(places), 4), 10.0)


@pytest.fixture(autouse=True, scope="module")
def few_rounds():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomapclip.metrics.ROUNDS", 50)
        yield


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(
        matcher(),
        Pictures({"one crop": IMAGES}, TRUTHS, (Dropped("gone.jpg", "is missing"),)),
        source="photos.csv",
        published=published_rows("Im2GPS3k"),
    )


def test_distances_by_hand(evaluation):
    result = evaluation.results[0]
    shares = {limit: figure.value for limit, figure in result.distances.accuracy.items()}
    assert shares == {1: 0.25, 25: 0.5, 200: 0.75, 750: 0.75, 2500: 0.75}
    assert result.distances.mean_km.value == pytest.approx((112 + 0 + 7 + 9712) / 4, rel=0.01)
    assert {name: found.pictures for name, found in result.continents.items()} == {
        "Europe": 2, "Africa": 1, "South America": 1,
    }  # fmt: skip
    assert result.reachable == 0.5  # Paris lies in no cell of the gallery
    assert result.recall[1e8].value == 0.5


def test_a_gallery_with_the_pictures_own_places_is_told_and_left_out(evaluation):
    leak, (given, honest) = evaluation.leak, evaluation.results
    assert (leak.pictures, leak.share, leak.places) == (1, 0.25, 1)
    assert leak.nearest == {0.001: 1, 0.01: 1, 0.1: 1, 1.0: 1}
    assert (given.places, honest.places) == (4, 3)
    assert honest.distances.accuracy[1].value == 0  # Nairobi was the one
    text = to_markdown(evaluation)
    assert "holds the own coordinates of 1 of 4 pictures (25.0%) at 1 of its places" in text
    assert "upper limit" in text
    assert text.count("towns without the pictures' own places") == 2


def test_a_gallery_of_nothing_else_is_told_too():
    found = evaluate(matcher(TRUTHS), Pictures({"one crop": IMAGES}, TRUTHS))
    assert (found.leak.pictures, len(found.results)) == (4, 1)
    assert "no honest result" in to_markdown(found)


def test_a_gallery_without_them_says_so():
    found = evaluate(matcher(), Pictures({"one crop": IMAGES[:1]}, TRUTHS[:1]))
    assert len(found.results) == 1
    assert "holds none of the pictures' own coordinates" in to_markdown(found)


def test_every_way_of_looking_has_its_results():
    ways = {"one crop": IMAGES, "ten crops": IMAGES * 0.5}
    found = evaluate(matcher(), Pictures(ways, TRUTHS))
    assert [result.views for result in found.results] == [*["one crop"] * 2, *["ten crops"] * 2]


def test_markdown_has_whole_tables_and_what_was_left_out(evaluation):
    text = to_markdown(evaluation)
    assert text.startswith("# test on photos.csv\n")
    assert "1 were left out: gone.jpg is missing" in text
    assert "| GeoCLIP, 2023, ten crops (Im2GPS3k) | 14.11 | 34.47 | 50.65 | 69.67 | 83.82 |" in text
    widths = [
        {line.count("|") for line in block.splitlines()}
        for block in text.split("\n\n")
        if block.startswith("|")
    ]
    assert len(widths) == 7  # distances; continents, area and calibration of two results
    assert all(len(width) == 1 for width in widths)


def test_json_holds_all_of_it(evaluation):
    record = json.loads(to_json(evaluation), parse_constant=pytest.fail)  # no NaN, no Infinity
    result = record["results"][0]
    assert result["distances"]["accuracy"]["200"]["value"] == 0.75
    assert result["coverage"].keys() == {"0.5", "0.9"}
    assert record["leak"]["nearest"]["0.01"] == 1
    assert record["dropped"] == [{"name": "gone.jpg", "reason": "is missing"}]
    assert record["published"][0]["source"] == "arXiv 1602.05314"


def test_what_cannot_be_fitted_is_said():
    nowhere = Pictures({"one crop": IMAGES}, np.array([(0.0, 0.0)] * 4))
    found = evaluate(matcher(), nowhere)
    assert found.results[0].temperature is None
    assert "No temperature could be fitted" in to_markdown(found)
    assert math.isfinite(found.results[0].distances.median_km.value)
