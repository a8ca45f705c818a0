import json

import numpy as np
import pytest
import torch
from PIL import Image

from geomapclip import Gallery, GeoMapCLIP, LocationEncoder
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embeddings import embed_gallery
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.train_embedded import (
    Pairs,
    Recipe,
    calibrate,
    measure,
    smoothed_targets,
    train_head,
)

PLACES = np.array([[48.85, 2.35], [35.68, 139.69], [-33.86, 151.21], [40.71, -74.01]])


@pytest.fixture(scope="module")
def world():
    return Gallery("small world", fibonacci_lattice(2_000))


@pytest.fixture(scope="module")
def locations(world):
    return embed_gallery(LocationEncoder(), world.coordinates)


@pytest.fixture
def pairs():
    """Four pictures that could not be easier to tell apart, with their places."""
    features = torch.zeros(4, 1280, 3, 3)
    for row in range(4):
        features[row, row * 300 : row * 300 + 300] = 1
    return Pairs(features.half(), PLACES, np.full(4, 500.0))


def test_targets_fall_off_with_the_distance():
    places = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 90.0]])
    targets = smoothed_targets(np.array([[0.0, 0.0]]), places, np.array([111.195]))
    assert targets.sum().item() == pytest.approx(1)
    # One degree of the equator is 111.195 km: one reach away, so smaller by e.
    assert (targets[0, 0] / targets[0, 1]).item() == pytest.approx(np.e, rel=0.01)
    assert targets[0, 2] < 1e-6


def test_four_pairs_are_learnt(pairs, world, locations):
    recipe = Recipe(steps=120, batch=16, classes=1_000, dropout=0.0)
    encoder = EmbeddedEncoder(None)
    before = {k: v.clone() for k, v in encoder.features.state_dict().items()}
    train_head(encoder, locations, world, pairs, pairs, recipe)
    scale = calibrate(encoder, locations, world, [pairs])
    figures = measure(encoder, locations, world, scale, pairs)
    assert figures["median_km"] < 500  # places of the gallery lie 500 km apart
    assert figures["within_750_km"] == 1
    assert figures["in_90%_region"] == 1
    assert all(torch.equal(v, before[k]) for k, v in encoder.features.state_dict().items())


def test_the_seed_decides(pairs, world, locations):
    recipe = Recipe(steps=3, batch=8, classes=500)
    heads = []
    for _ in range(2):
        torch.manual_seed(recipe.seed)
        encoder = EmbeddedEncoder(None)
        train_head(encoder, locations, world, pairs, pairs, recipe)
        heads.append(encoder.head[5].weight.detach())
    assert torch.equal(*heads)


def test_the_whole_way_in_small(tmp_path, monkeypatch, atlas_folder, small_gallery):
    photos = tmp_path / "photos"
    (photos / "images").mkdir(parents=True)
    rows = ["file,lat,lon,coord_quality,kind,source_repo"]
    held_out = Recipe().held_out[0]
    for number, source in enumerate(["a/train", "a/train", held_out, held_out]):
        Image.effect_noise((64, 48), 60).save(photos / "images" / f"{number}.png")
        rows.append(f"{number}.png,48.85,2.35,city,scenery,{source}")
    (photos / "manifest.csv").write_text("\n".join(rows))
    small = Recipe(
        maps=6, calibration_maps=3, test_maps=3, steps=2, batch=8, classes=100, photo_views=2
    )
    monkeypatch.setattr("geomapclip.train_embedded.Recipe", lambda: small)
    monkeypatch.setattr("geomapclip.train_embedded.load_gallery", lambda _: small_gallery)
    from geomapclip.train_embedded import main

    options = ["--natural-earth", str(atlas_folder), "--photos", str(photos)]
    options += ["--work", str(tmp_path / "work")]
    assert main([*options, "--out", str(tmp_path / "out")]) == 0
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["recipe"]["maps"] == 6
    assert config["figures"]["drawn maps, another seed"]["pictures"] == 3
    assert config["figures"]["photographs, other sources"]["pictures"] == 1
    assert len(list((tmp_path / "work").iterdir())) == 5
    first = (tmp_path / "out" / "model.safetensors").read_bytes()
    monkeypatch.setattr("geomapclip.embedded_features.DataLoader", None)  # would fail if called
    assert main([*options, "--out", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again" / "model.safetensors").read_bytes() == first
    model = GeoMapCLIP(tmp_path / "out", gallery=small_gallery)
    assert model.predict(photos / "images" / "0.png", top_k=2)[0].shape == (2, 2)


def test_calibration_widens_a_belief_that_is_wrong(pairs, world, locations):
    """Who places four pictures rightly may be sure; who places them wrongly may not."""
    torch.manual_seed(0)
    encoder = EmbeddedEncoder(None)
    train_head(encoder, locations, world, pairs, pairs, Recipe(steps=80, batch=16, classes=1_000))
    wrong = Pairs(pairs.features, PLACES[::-1].copy(), pairs.reach_km)
    right_scale, wrong_scale, both_scale = (
        calibrate(encoder, locations, world, kinds).exp()
        for kinds in ([pairs], [wrong], [pairs, wrong])
    )
    assert wrong_scale < right_scale / 2
    assert wrong_scale <= both_scale < right_scale
