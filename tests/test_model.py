import json
import warnings

import numpy as np
import pytest
import torch

import geomapclip
from geomapclip import GeoMapCLIP, ImageEncoder, LocationEncoder
from geomapclip.errors import ImageError, InvalidArgumentError, UnreachableError, WeightsError
from geomapclip.gallery import Gallery


def test_predict_gives_coordinates_and_falling_probabilities(model, photo_file):
    coordinates, probability = model.predict(str(photo_file), top_k=5)
    assert (coordinates.shape, probability.shape) == ((5, 2), (5,))
    assert coordinates.dtype == torch.float32
    assert torch.equal(probability, probability.sort(descending=True).values)
    known = torch.tensor(model.gallery.coordinates).float().tolist()
    assert all(place in known for place in coordinates.tolist())


def test_predict_is_the_softmax_of_the_scaled_cosine(model, photo):
    pixels = model.image_encoder.preprocess(photo)[None]
    places = torch.tensor(model.gallery.coordinates).float()
    with torch.no_grad():
        expected = model(pixels, places)[0].softmax(dim=-1).topk(7)
    coordinates, probability = model.predict(photo, top_k=7)
    torch.testing.assert_close(probability, expected.values)
    assert torch.equal(coordinates, places[expected.indices])
    every, total = model.predict(photo, top_k=len(model.gallery))
    assert len(every) == len(model.gallery)
    assert total.sum().item() == pytest.approx(1, abs=1e-5)


def test_the_gallery_is_embedded_once_and_anew_when_weights_change(model, photo, monkeypatch):
    calls = []
    real = geomapclip.model.embed_gallery
    monkeypatch.setattr(
        "geomapclip.model.embed_gallery", lambda *given: calls.append(1) or real(*given)
    )
    fresh = GeoMapCLIP("geoclip", image_encoder=model.image_encoder, gallery=model.gallery)
    first = fresh.predict(photo)
    fresh.predict(photo)
    assert len(calls) == 1
    with torch.no_grad():
        fresh.location_encoder.branches[0].head[0].weight *= 2
    second = fresh.predict(photo)
    assert len(calls) == 2
    assert not torch.equal(first[1], second[1])
    fresh.gallery = Gallery("part", model.gallery.coordinates[:100])
    fresh.predict(photo)
    assert len(calls) == 3


@pytest.mark.parametrize("top_k", [0, -1, 10**9, "5", 2.0])
def test_top_k_out_of_range(model, photo, top_k):
    with pytest.raises(InvalidArgumentError, match="top_k"):
        model.predict(photo, top_k=top_k)


def test_no_picture(model, tmp_path):
    with pytest.raises(ImageError):
        model.predict(tmp_path / "nowhere.jpg", top_k=5)


def test_saved_and_loaded_again(model, photo, tmp_path, tiny_clip, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    model.save_pretrained(tmp_path / "saved")
    again = GeoMapCLIP.from_pretrained(tmp_path / "saved")
    assert again.name == str(tmp_path / "saved")
    np.testing.assert_array_equal(again.gallery.coordinates, model.gallery.coordinates)
    for one, other in zip(again.predict(photo), model.predict(photo), strict=True):
        assert torch.equal(one, other)
    config = json.loads((tmp_path / "saved" / "config.json").read_text())
    assert config["backbone"] == {
        "repo_id": "openai/clip-vit-large-patch14",
        "revision": "32bd64288804d66eefd0ccbe215aa642df71cc41",
    }


def test_a_damaged_save_is_told(model, tmp_path):
    model.save_pretrained(tmp_path)
    (tmp_path / "gallery.csv").write_text("LAT,LON\n95,0\n")
    with pytest.raises(geomapclip.GalleryError, match="row 1"):
        GeoMapCLIP(tmp_path, image_encoder=model.image_encoder)
    config = json.loads((tmp_path / "config.json").read_text())
    config["gallery_file"] = "../elsewhere.csv"
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(WeightsError, match="inside the folder"):
        GeoMapCLIP(tmp_path, image_encoder=model.image_encoder)


def test_parts_can_be_passed_in(model, tiny_clip):
    mine = LocationEncoder(None)
    passed = GeoMapCLIP(
        "geoclip", image_encoder=model.image_encoder, location_encoder=mine, gallery=model.gallery
    )
    assert passed.image_encoder is model.image_encoder
    assert passed.location_encoder is mine


def test_map_tile_weights_bring_their_scale_and_gallery(tiny_clip, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    model = GeoMapCLIP("geomapclip")
    assert model.logit_scale.exp().item() == pytest.approx(78.94, abs=0.01)
    assert (model.name, len(model.gallery)) == ("geomapclip", 288_686)


def test_auto_takes_clip_where_it_is(tiny_clip, monkeypatch, small_gallery):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = GeoMapCLIP(gallery=small_gallery)
    assert (model.name, model.note) == ("geoclip", "")
    assert isinstance(model.image_encoder, ImageEncoder)


def test_auto_falls_back_with_one_warning(small_gallery, photo):
    with pytest.warns(UserWarning) as caught:
        model = GeoMapCLIP(gallery=small_gallery)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert "embedded encoder answers instead of CLIP" in model.note == str(caught[0].message)
    assert model.name == "embedded"
    assert model.predict(photo, top_k=3)[0].shape == (3, 2)


def test_a_named_weight_never_falls_back():
    for name in ("geoclip", "geomapclip"):
        with pytest.raises(UnreachableError, match="CLIP"):
            GeoMapCLIP(name)


def test_auto_does_not_hide_a_wrong_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tmp_path))
    with pytest.raises(WeightsError, match="GEOMAPCLIP_CLIP"):
        GeoMapCLIP()
