from __future__ import annotations

import threading

import pytest

from geomapclip.errors import GalleryError
from webapp.models import MOST, Models


@pytest.fixture
def own_gallery(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("lat,lon\n45.76,4.84\n48.86,2.35\n")
    return path


def test_the_first_predictor_is_there_at_once(predictor):
    models = Models(predictor, load=None)
    assert models.get() is models.get(predictor.name) is predictor


def test_ones_own_gallery_is_embedded_once_with_the_same_model(predictor, own_gallery):
    models = Models(predictor, load=None)
    own = models.get("", str(own_gallery))
    assert len(own.gallery) == 2
    assert own.model is predictor.model
    assert models.get(predictor.name, str(own_gallery)) is own


def test_a_bad_file_is_a_sentence_without_the_servers_folders(predictor, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("lat,lon\n95,4\n")
    with pytest.raises(GalleryError, match=r"row 1 of bad\.csv") as caught:
        Models(predictor).get("", str(path))
    assert str(tmp_path) not in str(caught.value)


def test_other_weights_are_loaded_once_and_the_least_asked_go(predictor):
    asked = []

    def load(weights, gallery, device):
        asked.append(weights)
        return object()

    models = Models(predictor, load)
    first = models.get("a")
    assert models.get("a") is first
    for name in "bcd"[:MOST]:
        models.get(name)
    assert models.get("a") is not first
    assert asked == [*"abcd"[: MOST + 1], "a"]


def test_loading_one_blocks_no_other(predictor):
    inside, leave = threading.Event(), threading.Event()

    def load(weights, gallery, device):
        if weights == "slow":
            inside.set()
            leave.wait(10)
        return weights

    models = Models(predictor, load)
    thread = threading.Thread(target=models.get, args=("slow",))
    thread.start()
    assert inside.wait(10)
    assert models.get("quick") == "quick"
    assert models.get() is predictor
    leave.set()
    thread.join(10)
    assert models.get("slow") == "slow"


def test_a_gallery_of_ones_own_has_a_limit(predictor, own_gallery, monkeypatch):
    monkeypatch.setattr("webapp.models.MOST_PLACES", 1)
    with pytest.raises(GalleryError, match=r"own\.csv.*has 2 places; at most 1") as caught:
        Models(predictor).get("", str(own_gallery))
    assert str(own_gallery.parent) not in str(caught.value)
    monkeypatch.setattr("webapp.models.MOST_MB", 0)
    with pytest.raises(GalleryError, match="at most 0 MB"):
        Models(predictor).get("", str(own_gallery))
