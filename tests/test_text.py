import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from geomapclip import GeoMapCLIP, Predictor
from geomapclip.__main__ import main
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.errors import InvalidArgumentError, UnreachableError, WeightsError
from geomapclip.text import load_text

BEACH = "a beach in Australia"


@pytest.fixture
def clip(tiny_clip, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    return tiny_clip


def test_the_tower_gives_clips_own_text_features(clip):
    from transformers import CLIPModel, CLIPTokenizer

    sentences = [BEACH, "snow"]
    tokens = CLIPTokenizer.from_pretrained(clip)(sentences, padding=True, return_tensors="pt")
    with torch.inference_mode():
        features = CLIPModel.from_pretrained(clip).get_text_features(**tokens)
        embeddings = load_text()(sentences)
    assert embeddings.shape == (2, 768)
    torch.testing.assert_close(embeddings, getattr(features, "pooler_output", features))


def test_a_sentence_is_the_same_alone_and_among_longer_ones(clip):
    with torch.inference_mode():
        alone = load_text()(["snow"])[0]
        among = load_text()(["snow", "a very long sentence about a beach in Australia"])[0]
    torch.testing.assert_close(alone, among, atol=1e-5, rtol=1e-4)


def test_it_is_loaded_once_and_without_the_vision_tower(clip, capfd):
    encoder = load_text()
    assert load_text() is encoder
    assert not any("vision" in name for name, _ in encoder.named_parameters())
    assert not any(each.requires_grad for each in encoder.parameters())
    assert "UNEXPECTED" not in capfd.readouterr().err


def test_a_sentence_goes_the_way_of_a_picture(clip, predictor, model):
    places = torch.tensor(predictor.gallery.coordinates, dtype=torch.float32)
    with torch.inference_mode():
        words = torch.nn.functional.normalize(model.image_encoder.mlp(load_text()([BEACH])), dim=1)
        expected = model.logits(words, model.encode_location(places))[0]
    estimate = predictor.ask(BEACH)
    np.testing.assert_allclose(estimate.logits, expected.numpy(), atol=1e-4)
    assert estimate.probability.sum() == pytest.approx(1)
    assert estimate.weights == "geoclip"
    assert not np.allclose(estimate.logits, predictor.ask("snow").logits, atol=1e-3)
    np.testing.assert_array_equal(estimate.logits, predictor.ask("A  Beach in AUSTRALIA").logits)


@pytest.mark.parametrize("sentence", ["", "  \n", None, 3])
def test_nothing_to_ask(clip, predictor, sentence):
    with pytest.raises(InvalidArgumentError, match="must hold some words"):
        predictor.ask(sentence)


def test_a_sentence_is_not_cut(clip, predictor):
    predictor.ask("snow " * 75)
    with pytest.raises(InvalidArgumentError, match="CLIP reads 77 tokens, and this has 78"):
        predictor.ask("snow " * 76)


def test_without_clip_the_message_says_what_to_do(predictor):
    with pytest.raises(UnreachableError) as caught:
        predictor.ask(BEACH)
    for advice in ("openai/clip-vit-large-patch14", "GEOMAPCLIP_CLIP", "connect once"):
        assert advice in str(caught.value)
    assert "embedded" not in str(caught.value)


def test_weights_without_clip_read_no_words(small_gallery):
    model = GeoMapCLIP("embedded", image_encoder=EmbeddedEncoder(None), gallery=small_gallery)
    with pytest.raises(WeightsError, match="geoclip or geomapclip"):
        Predictor(model, device="cpu").ask(BEACH)


@pytest.mark.parametrize(
    ("missing", "message"),
    [("tokenizer", "CLIP's tokenizer of 544 tokens"), ("tower", "text tower; missing: .*text")],
)
def test_a_folder_that_lacks_a_part(tiny_clip, tmp_path, monkeypatch, missing, message):
    for file in tiny_clip.iterdir():
        if missing != "tokenizer" or not file.name.startswith("tokenizer"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    if missing == "tower":
        tensors = load_file(tmp_path / "model.safetensors")
        del tensors["text_projection.weight"]
        save_file(tensors, tmp_path / "model.safetensors", metadata={"format": "pt"})
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tmp_path))
    with pytest.raises(WeightsError, match=message):
        load_text()


def test_the_command_line_asks(clip, tmp_path, capsys):
    gallery = tmp_path / "two.csv"
    gallery.write_text("lat,lon\n45.764,4.8357\n35.68,139.69\n")
    options = ["--gallery", str(gallery), "--top-k", "2"]
    assert main(["ask", BEACH, "snow", "--json", *options]) == 0
    beach, snow = map(json.loads, capsys.readouterr().out.splitlines())
    assert (beach["sentence"], snow["sentence"]) == (BEACH, "snow")
    assert sum(each["probability"] for each in beach["candidates"]) == pytest.approx(1)
    assert main(["ask", BEACH, " ", *options]) == 1
    captured = capsys.readouterr()
    assert f"{BEACH} (weights: geoclip)" in captured.out
    assert "must hold some words" in captured.err
