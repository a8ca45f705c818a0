import json
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file, save_file

from geomapclip.errors import UnreachableError, WeightsError
from geomapclip.image_encoder import ImageEncoder, load_clip


@pytest.fixture(scope="module")
def encoder(tiny_clip):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
        return ImageEncoder()


def test_tower_gives_clips_own_image_features(encoder, tiny_clip):
    from transformers import CLIPModel

    pixels = torch.randn(2, 3, 56, 56, generator=torch.Generator().manual_seed(1))
    features = CLIPModel.from_pretrained(tiny_clip).get_image_features(pixel_values=pixels)
    expected = getattr(features, "pooler_output", features)
    torch.testing.assert_close(encoder.tower(pixel_values=pixels).image_embeds, expected)


def test_the_text_tower_is_not_loaded_and_not_reported(tiny_clip, monkeypatch, capfd):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    names = [name for name, _ in load_clip().named_parameters()]
    assert any("vision" in name for name in names)
    assert not any("text" in name for name in names)
    assert "UNEXPECTED" not in capfd.readouterr().err


def test_only_the_network_behind_the_tower_learns(encoder):
    assert {name.split(".")[0] for name, p in encoder.named_parameters() if p.requires_grad} == {
        "mlp"
    }


def test_from_picture_to_embedding(encoder, photo):
    pixels = encoder.preprocess(photo)
    assert pixels.shape == (3, 56, 56)
    assert encoder(pixels[None]).shape == (1, 512)


def test_weights_behind_the_tower_are_the_published(encoder, session_cache):
    published = load_file(f"{session_cache}/geoclip-1.3.0/model.safetensors")
    torch.testing.assert_close(encoder.mlp[2].bias, published["image_encoder.mlp.2.bias"])


def test_clip_from_the_hubs_cache(tiny_clip, tmp_path, monkeypatch):
    """The cache as the hub's library lays it out, without asking the hub."""
    snapshot = tmp_path / "models--some--clip" / "snapshots" / ("a" * 40)
    snapshot.mkdir(parents=True)
    for file in tiny_clip.iterdir():
        (snapshot / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("transformers.utils.hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    tower = load_clip({"repo_id": "some/clip", "revision": "a" * 40})
    assert tower.config.hidden_size == 64


def test_without_hub_the_answer_comes_soon_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    started = time.monotonic()
    with pytest.raises(UnreachableError) as caught:
        load_clip({"repo_id": "nobody/has-this", "revision": "main"})
    assert time.monotonic() - started < 5
    for advice in ("nobody/has-this", "GEOMAPCLIP_CLIP", "weights='embedded'", "connect once"):
        assert advice in str(caught.value)


def test_a_hub_that_never_answers(monkeypatch):
    """A server that takes the connection and stays silent."""
    import socket

    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
        started = time.monotonic()
        with pytest.raises(UnreachableError):
            load_clip({"repo_id": "nobody/has-this", "revision": "main"})
    assert time.monotonic() - started < 5


def test_hf_hub_offline_is_honoured_and_named():
    with pytest.raises(UnreachableError, match="HF_HUB_OFFLINE is set"):
        load_clip({"repo_id": "nobody/has-this", "revision": "main"})


def test_without_clip_the_fallback_does_not_wait_for_transformers():
    code = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "from geomapclip.image_encoder import load_clip\n"
        "try: load_clip({'repo_id': 'nobody/has-this', 'revision': None})\n"
        "except ConnectionError: print('transformers' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False", result.stderr


def test_what_is_no_repository_and_no_folder():
    with pytest.raises(WeightsError, match="repository of the hub or an existing folder"):
        load_clip({"repo_id": "/not/a/folder", "revision": None})


def test_a_folder_without_clip(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tmp_path))
    with pytest.raises(
        WeightsError, match="GEOMAPCLIP_CLIP = .*must hold CLIP in the hub's format"
    ):
        load_clip()
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tmp_path / "missing"))
    with pytest.raises(WeightsError, match="GEOMAPCLIP_CLIP"):
        load_clip()


def test_a_clip_with_missing_tensors(tiny_clip, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text((tiny_clip / "config.json").read_text())
    tensors = load_file(tiny_clip / "model.safetensors")
    del tensors["visual_projection.weight"]
    save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tmp_path))
    with pytest.raises(WeightsError, match="missing: .*visual_projection"):
        load_clip()


def test_a_clip_of_another_width_does_not_fit_the_published_weights(tiny_clip, tmp_path):
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    config = json.loads((tiny_clip / "config.json").read_text())["vision_config"]
    config["projection_dim"] = 512
    tower = CLIPVisionModelWithProjection(CLIPVisionConfig(**config))
    with pytest.raises(WeightsError, match=r"shape of 0.weight in geoclip = \(768, 768\)"):
        ImageEncoder(tower)
