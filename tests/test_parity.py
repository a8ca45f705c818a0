"""The answers are those of geoclip 1.3.0 as published, run beside ours on the same weights."""

import json
import warnings

import numpy as np
import pytest
import torch

from benchmarks.reference import import_published
from geomapclip import GeoMapCLIP, LocationEncoder, load_gallery
from geomapclip.release import read_release


@pytest.fixture(scope="module")
def published(tmp_path_factory, tiny_clip):
    """geoclip's own model behind the tiny CLIP, with every tenth place of its gallery."""
    module = import_published("geoclip", "GeoCLIP", tmp_path_factory.mktemp("published"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        model = module.GeoCLIP(clip_path=str(tiny_clip)).eval()
    model.gps_gallery = model.gps_gallery[::10]
    return model


@pytest.fixture(scope="module")
def ours(tiny_clip):
    gallery = load_gallery("geoclip")
    tenth = type(gallery)("every tenth", gallery.coordinates[::10])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
        return GeoMapCLIP("geoclip", gallery=tenth)


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_predict_gives_the_same_five_places(published, ours, photo, tmp_path, turn):
    path = str(tmp_path / "photo.png")
    photo.rotate(turn, expand=True).save(path)
    places, probability = published.predict(path, top_k=5)
    our_places, our_probability = ours.predict(path, top_k=5)
    assert torch.equal(our_places, places)
    torch.testing.assert_close(our_probability, probability, atol=1e-4, rtol=0)
    torch.testing.assert_close(our_probability, probability, atol=0, rtol=1e-3)


def test_location_embeddings_of_the_gallery(published, ours):
    some = published.gps_gallery[::10]
    with torch.no_grad():
        expected, given = published.location_encoder(some), ours.location_encoder(some)
    torch.testing.assert_close(given, expected, atol=1e-5, rtol=0)


def test_location_embeddings_of_the_map_tile_release(tmp_path):
    module = import_published("geomapclip", "location_encoder", tmp_path)
    some = torch.tensor(load_gallery("geomapclip").coordinates[::300]).float()
    with torch.no_grad():
        expected, given = module.LocationEncoder()(some), LocationEncoder("geomapclip")(some)
    torch.testing.assert_close(given, expected, atol=1e-5, rtol=0)


def test_geoclip_reads_what_we_save(published, ours, tmp_path, tiny_clip, photo_file):
    ours.save_pretrained(tmp_path / "saved")
    config_file = tmp_path / "saved" / "config.json"
    hub = import_module_beside(published, "_hub")
    _, config, weights = hub.read_release(str(tmp_path / "saved"), "geoclip-geolocation")
    assert config["backbone"].keys() == {"repo_id", "revision"}
    assert config["sigma"] == published.location_encoder.sigma
    hub.load_geoclip_weights(published, weights)
    np.testing.assert_allclose(
        hub.read_gallery(tmp_path / "saved", json.loads(config_file.read_text())),
        published.gps_gallery,
    )
    assert torch.equal(published.predict(str(photo_file), 5)[0], ours.predict(photo_file, 5)[0])


def test_we_read_what_geoclip_saved(published, tmp_path):
    """A release as geoclip's documentation describes it: its own names, its own gallery file."""
    from safetensors.torch import save_file

    tensors = {
        **{f"location_encoder.{k}": v for k, v in published.location_encoder.state_dict().items()},
        **{
            f"image_encoder.mlp.{k}": v for k, v in published.image_encoder.mlp.state_dict().items()
        },
        "logit_scale": published.logit_scale.detach(),
    }
    save_file(tensors, tmp_path / "model.safetensors")
    (tmp_path / "coordinates_100K.csv").write_text("LAT,LON\n48.85,2.35\n35.68,139.69\n")
    config = {
        "model_type": "geoclip-geolocation", "format_version": 1, "sigma": [1, 16, 256],
        "gallery_file": "coordinates_100K.csv",
        "backbone": {"repo_id": published.image_encoder.CLIP.config.name_or_path, "revision": None},
    }  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    model = GeoMapCLIP.from_pretrained(tmp_path)
    assert len(model.gallery) == 2
    spot = torch.tensor([[48.85, 2.35]])
    with torch.no_grad():
        assert torch.equal(model.location_encoder(spot), published.location_encoder(spot))


def test_geoclips_release_of_the_location_encoder_alone(tmp_path):
    from safetensors.torch import save_file

    release = read_release("geoclip")
    save_file(release.part("location_encoder."), tmp_path / "model.safetensors")
    config = {"model_type": "geoclip-location-encoder", "format_version": 1, "sigma": [1, 16, 256]}
    (tmp_path / "config.json").write_text(json.dumps(config))
    spot = torch.tensor([[48.85, 2.35]])
    with torch.no_grad():
        assert torch.equal(LocationEncoder(tmp_path)(spot), LocationEncoder()(spot))


def import_module_beside(model, name):
    import importlib

    package = type(model).__module__.rpartition(".")[0]
    return importlib.import_module(f"{package}.{name}")
