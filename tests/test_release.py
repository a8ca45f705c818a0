import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from geomapclip.errors import WeightsError
from geomapclip.location_encoder import LocationEncoder
from geomapclip.published import release_folder
from geomapclip.release import load_state, read_release, write_release

CONFIG = {"model_type": "geoclip-geolocation", "format_version": 1, "gallery_file": "g.csv"}


@pytest.fixture
def saved(tmp_path):
    """A copy of the published release that a test may damage."""
    return shutil.copytree(release_folder("geoclip"), tmp_path / "saved")


def test_unknown_name_lists_the_known():
    with pytest.raises(WeightsError, match="'geoklip'.*geoclip, geomapclip, embedded, or an exist"):
        read_release("geoklip")


def test_parts_lose_their_prefix():
    part = read_release("geoclip").part("image_encoder.mlp.")
    assert sorted(part) == ["0.bias", "0.weight", "2.bias", "2.weight"]


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_folder(saved, file, damage):
    path = saved / file
    content = path.read_bytes()
    path.unlink() if damage == "missing" else path.write_bytes(content[:50])
    with pytest.raises(WeightsError, match=r"readable config.json and model.safetensors"):
        read_release(saved)


def test_a_damaged_cache_is_fetched_again(saved, monkeypatch):
    ready = release_folder("geoclip")
    cache = saved.parent
    (saved / "model.safetensors").write_bytes(b"damaged")
    saved.rename(cache / "geoclip-1.3.0")
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(cache))
    monkeypatch.setattr("geomapclip.published.download", lambda wheel, folder: b"")
    monkeypatch.setattr("geomapclip.published._unpack", lambda w, c, to: shutil.copytree(ready, to))
    assert "logit_scale" in read_release("geoclip").tensors


def test_another_kind_of_model(saved):
    for change in ({"model_type": "bert"}, {"format_version": 2}, {"model_type": None}):
        (saved / "config.json").write_text(json.dumps({**CONFIG, **change}))
        with pytest.raises(WeightsError, match="format_version 1"):
            read_release(saved)


def test_a_missing_key_is_named(saved):
    tensors = load_file(saved / "model.safetensors")
    del tensors["location_encoder.LocEnc1.head.0.bias"]
    save_file(tensors, saved / "model.safetensors")
    with pytest.raises(WeightsError, match=r"missing: \['branches.1.head.0.bias'\]"):
        LocationEncoder(saved)


def test_another_shape_is_named(saved):
    tensors = load_file(saved / "model.safetensors")
    tensors["location_encoder.LocEnc0.head.0.bias"] = torch.zeros(7)
    save_file(tensors, saved / "model.safetensors")
    with pytest.raises(WeightsError, match=r"branches.0.head.0.bias .*\(7,\): must be \(512,\)"):
        LocationEncoder(saved)


def test_an_unknown_key_is_named():
    state = {**nn.Linear(2, 2).state_dict(), "extra": torch.zeros(1)}
    with pytest.raises(WeightsError, match=r"unknown: \['extra'\]"):
        load_state(nn.Linear(2, 2), state, "here")


def test_write_then_read(tmp_path):
    write_release(tmp_path / "new" / "folder", CONFIG, {"a": torch.ones(2)}, "LAT,LON\n1,2\n")
    release = read_release(tmp_path / "new" / "folder")
    assert release.config == CONFIG
    assert release.tensors["a"].tolist() == [1, 1]
    assert sorted(path.name for path in release.folder.iterdir()) == [
        "config.json", "g.csv", "model.safetensors",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsError, match="folder = .*cannot be written"):
        write_release(tmp_path / "file" / "x", CONFIG, {"a": torch.ones(2)}, "")


def test_a_full_disk_keeps_what_was_saved_before(tmp_path, monkeypatch):
    write_release(tmp_path, CONFIG, {"a": torch.ones(2)}, "old")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geomapclip.release.save_file", full)
    with pytest.raises(WeightsError, match="No space left"):
        write_release(tmp_path, CONFIG, {"a": torch.zeros(2)}, "new")
    assert read_release(tmp_path).tensors["a"].tolist() == [1, 1]
    assert (tmp_path / "g.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 3
