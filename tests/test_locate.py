from __future__ import annotations

import base64
import io
import json
import math

import numpy as np
import pytest
from PIL import ExifTags, Image

from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery
from webapp.answer import sentence_html, table_html
from webapp.locate import Located, clicked_place, locate, present
from webapp.settings import Settings

LYON, PARIS, SUVA = (45.76, 4.84), (48.86, 2.35), (-18.14, 178.44)


def located_at(truth=None) -> Located:
    gallery = Gallery("three", np.array([LYON, PARIS, SUVA]))
    estimate = Estimate(gallery, np.log([0.6, 0.3, 0.1]), "a model <b>")
    return Located(estimate, truth, "data:image/jpeg;base64,")


def save_photo(path, *, gps=True, orientation=1):
    """A picture, 80 x 40 as stored, red on the left; taken at 45.5 N, 4.25 E."""
    image = Image.new("RGB", (80, 40), "navy")
    image.paste("red", (0, 0, 40, 40))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    if gps:
        exif[ExifTags.IFD.GPSInfo] = {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (45.0, 30.0, 0.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (4.0, 15.0, 0.0),
        }
    image.save(path, exif=exif.tobytes())
    return path


@pytest.mark.parametrize("name", ["photo.jpg", "photo.heic"])
def test_a_photo_is_located_and_its_own_place_is_told_beside(predictor, tmp_path, name):
    located = locate(save_photo(tmp_path / name), predictor)
    assert located.estimate.probability.sum() == pytest.approx(1)
    assert located.truth == pytest.approx((45.5, 4.25))


def test_a_photo_without_place_has_no_truth(predictor, tmp_path):
    located = locate(save_photo(tmp_path / "photo.jpg", gps=False), predictor)
    assert located.truth is None
    assert present(located, 3).view.truth is None


def test_the_thumbnail_is_upright_and_tells_nothing_of_the_place(predictor, tmp_path):
    located = locate(save_photo(tmp_path / "photo.jpg", orientation=6), predictor)
    data = base64.b64decode(located.thumbnail.partition(",")[2])
    thumbnail = Image.open(io.BytesIO(data))
    assert thumbnail.size == (40, 80)
    assert not thumbnail.getexif()


def test_a_bad_file_is_named_without_the_servers_folders(predictor, tmp_path):
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"broken\.jpg") as caught:
        locate(path, predictor)
    assert str(tmp_path) not in str(caught.value)


def test_the_view_shows_the_asked_number_of_places_best_first():
    answer = present(located_at(), 2)
    assert [pin.rank for pin in answer.view.pins] == [1, 2]
    assert answer.view.pins[0].label.startswith("Lyon")
    assert answer.view.pins[0].detail == "60 % at 45.76° N, 4.84° E"
    assert [region.share for region in answer.view.regions] == [0.5, 0.9]


def test_the_truth_comes_with_its_distance_from_the_best_place():
    answer = present(located_at(truth=PARIS), 3)
    assert answer.truth_km == pytest.approx(392, abs=2)
    assert answer.view.truth.detail == "393 km from the best place"
    (south, west), (north, east) = answer.view.focus
    assert south <= PARIS[0] <= north
    assert west <= PARIS[1] <= east


def test_the_map_stays_where_it_is_when_only_a_setting_changed():
    assert present(located_at(), 3, fly=False).view.focus is None
    assert present(located_at(), 3).view.focus is not None


def test_presenting_twice_gives_the_same_answer():
    located = located_at()
    assert json.dumps(present(located, 2).view.to_json()) == json.dumps(
        present(located, 2).view.to_json()
    )


def test_the_page_names_the_model_and_says_why_it_answered():
    html = sentence_html(present(located_at(), 2), "CLIP is not here <i>")
    assert "a model &lt;b&gt;" in html
    assert "CLIP is not here &lt;i&gt;" in html


def test_the_table_has_a_row_for_each_place():
    html = table_html(present(located_at(), 3))
    assert html.count("<tr>") == 4
    assert "45.76, 4.84" in html
    assert ">FR<" in html


def test_a_click_is_named():
    assert clicked_place(45.764, 4.8357) == "45.76° N, 4.84° E: Lyon, Auvergne-Rhône-Alpes, France"


def test_a_clicks_longitude_is_wrapped():
    assert clicked_place(45.764, 4.8357 + 720) == clicked_place(45.764, 4.8357)


@pytest.mark.parametrize(
    "bad", [(math.nan, 0), (0, math.inf), ("45", 4), (None, 0), (True, 0), (91, 0), (0, 10**400)]
)
def test_a_click_can_be_anything_and_is_checked(bad):
    with pytest.raises(InvalidArgumentError, match=r"latitude|longitude"):
        clicked_place(*bad)


def test_settings_come_from_the_environment():
    settings = Settings.from_environment({"GEOMAPCLIP_TOP_K": "7", "GEOMAPCLIP_WEIGHTS": "geoclip"})
    assert (settings.top_k, settings.weights) == (7, "geoclip")
    assert Settings.from_environment({}) == Settings()


@pytest.mark.parametrize("text", ["many", "0", "-1", "1000"])
def test_a_bad_setting_is_refused_by_name(text):
    with pytest.raises(InvalidArgumentError, match=r"(?i)top_k"):
        Settings.from_environment({"GEOMAPCLIP_TOP_K": text})


def test_a_folder_for_the_game_must_be_there(tmp_path):
    folder = {"GEOMAPCLIP_GAME_FOLDER": str(tmp_path)}
    assert Settings.from_environment(folder).game_folder == str(tmp_path)
    with pytest.raises(InvalidArgumentError, match="existing folder"):
        Settings.from_environment({"GEOMAPCLIP_GAME_FOLDER": str(tmp_path / "missing")})
