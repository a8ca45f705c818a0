"""A belief keeps something for all places alike, where its encoder says so."""

import json

import numpy as np
import pytest
import torch

from geomapclip import Estimate, Gallery, GeoMapCLIP, Predictor
from geomapclip.album import fuse
from geomapclip.assets import asset
from geomapclip.doubt import with_doubt


def test_the_belief_is_mixed_with_an_even_one():
    logits = torch.tensor([[0.0, np.log(3.0)], [5.0, 5.0]], dtype=torch.float64)
    belief = with_doubt(logits, 0.2).softmax(dim=-1)
    # 0.8 of a quarter and of three quarters, and a tenth each.
    torch.testing.assert_close(
        belief, torch.tensor([[0.3, 0.7], [0.5, 0.5]], dtype=torch.float64), rtol=1e-12, atol=0
    )
    assert with_doubt(logits, 0.0) is logits


def test_good_logits_stay_and_bad_ones_rise_to_a_floor():
    logits = torch.zeros(1000, dtype=torch.float64)
    logits[0] = 40.0
    doubted = with_doubt(logits, 0.06)
    assert doubted[0].item() == pytest.approx(40, abs=1e-4)
    # All of the belief lies at the first place: 0.06 / 0.94 of it, over 1000 places.
    assert doubted[1].item() == pytest.approx(40 + np.log(0.06 / 0.94 / 1000), abs=1e-9)


def test_one_wrong_picture_does_not_outvote_two_right_ones():
    gallery = Gallery("two", np.array([[48.85, 2.35], [-33.86, 151.21]]))
    raw = torch.tensor([[200.0, 0.0], [0.0, 90.0], [0.0, 90.0]], dtype=torch.float64)

    def fused(doubt):
        rows = with_doubt(raw, doubt).numpy()
        return fuse([Estimate(gallery, row, "some") for row in rows]).probability

    assert fused(0.0)[0] > 0.999
    # Each says 0.97 to 0.03: one to two leaves 0.03 to 0.97.
    np.testing.assert_allclose(fused(0.06), [0.03, 0.97], atol=1e-6)


def test_the_small_encoder_doubts_and_says_so_in_its_release(small_gallery, photo, tmp_path):
    told = json.loads(asset("embedded", "config.json").read_text())["doubt"]
    assert 0 < told < 0.1
    model = GeoMapCLIP("embedded", gallery=small_gallery)
    assert model.doubt == told
    estimate = Predictor(model, device="cpu").locate(photo, lettering=False)
    assert estimate.probability.min() >= told / len(small_gallery) * (1 - 1e-6)
    best = model.predict(photo, top_k=1)[1].item()
    assert best == pytest.approx(estimate.probability.max(), rel=1e-5)
    model.save_pretrained(tmp_path / "saved")
    assert GeoMapCLIP(tmp_path / "saved").doubt == told


def test_clip_does_not_doubt(model):
    assert model.doubt == 0
