"""How it works: the numbers that the pages print are those of the model."""

import json
import re

import numpy as np
import pytest
import torch
from pyproj import Transformer

from geomapclip.assets import asset
from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.explore import Explorer
from geomapclip.location_encoder import equal_earth
from webapp.learn import example_named, look_at
from webapp.learn_click import LYON, click_html
from webapp.learn_draw import density_picture, equal_earth_xy, histogram, matrix
from webapp.learn_photo import photo_html
from webapp.lesson import contrastive_loss, lessons_text, softmax, training_html


@pytest.fixture(scope="module")
def looked(predictor):
    return look_at(example_named("italy"), predictor)


def test_equal_earth_is_that_of_pyproj():
    spots = np.array([[45.76, 4.84], [-33.0, 151.0], [90.0, 0.0], [0.0, 180.0], [71.0, -160.0]])
    ours = equal_earth(torch.tensor(spots)).numpy()
    np.testing.assert_allclose(equal_earth_xy(spots), ours, atol=1e-7)
    ellipsoid = Transformer.from_crs("EPSG:4326", "+proj=eqearth", always_xy=True)
    metres = np.column_stack(ellipsoid.transform(spots[:, 1], spots[:, 0]))
    np.testing.assert_allclose(metres / metres[3, 0], ours, atol=2e-3)  # a sphere's, up to 0.2 %


def test_one_click_prints_the_models_own_numbers(looked, predictor, model):
    explorer = Explorer("geoclip", model.location_encoder, predictor.gallery)
    html = click_html(LYON, looked, predictor, explorer)
    assert html.count("<li>") == 7
    assert "x = 0.0229, y = 0.3225" in html
    with torch.inference_mode():
        location = model.encode_location(torch.tensor([LYON]))[0].numpy()
    cosine = float(looked.embedding @ location)
    printed = re.search(r"of the two is <strong>(.*?)</strong>", html).group(1)
    assert float(printed.replace("\N{MINUS SIGN}", "-")) == pytest.approx(cosine, abs=6e-4)
    assert "2,000 places of the gallery" in html


def test_a_low_temperature_sharpens_the_belief(looked, predictor):
    def half(temperature):
        html = photo_html(looked, temperature, predictor)
        return int(re.search(r"lies in <strong>([\d,]+)", html).group(1).replace(",", ""))

    assert half(0.25) < half(1) < half(4) <= 1000


@pytest.mark.parametrize("temperature", [0, -1, 5, float("nan"), "1", None, True])
def test_a_temperature_that_is_not_offered(temperature, looked, predictor):
    with pytest.raises(InvalidArgumentError, match="temperature"):
        photo_html(looked, temperature, predictor)


@pytest.mark.parametrize("name", ["../../etc/passwd", None, 3, "nowhere"])
def test_only_examples_can_be_named(name):
    with pytest.raises(InvalidArgumentError, match="example"):
        example_named(name)


def test_a_broken_picture_is_named_without_the_servers_folders(predictor, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with pytest.raises(ImageError, match="broken.jpg") as caught:
        look_at(tmp_path / "broken.jpg", predictor)
    assert str(tmp_path) not in str(caught.value)


def test_the_loss_of_blind_guessing_and_of_knowing():
    assert contrastive_loss(np.zeros((8, 8))) == pytest.approx(np.log(8))
    assert contrastive_loss(50 * np.eye(8)) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(softmax(np.array([[0, np.log(3)]])), [[0.25, 0.75]])


def test_training_shows_eight_pairs_before_and_after(predictor):
    places = json.loads(asset("lesson", "places.json").read_text("utf-8"))
    assert len(places) == 8
    html = training_html(predictor)
    assert html.count('alt="Map of') == 8
    assert html.count("% of the row") == 2 * 64
    assert html.count('stroke="#e0433c"') == 2 * 8


def test_five_experiments():
    assert len(re.findall(r"^### \d\. ", lessons_text(), re.MULTILINE)) == 5


def test_the_drawings_say_what_they_show(small_gallery):
    drawn = histogram(np.arange(10.0), 3.0, "your place", "Ten values", "value")
    assert drawn.count("1 places") == 10
    assert "your place" in drawn
    assert "&lt;b&gt;" in matrix(np.eye(2), np.eye(2), ["<b>", "c"], ["<b>", "c"], "Two")
    assert density_picture(small_gallery).startswith("data:image/png;base64,")
