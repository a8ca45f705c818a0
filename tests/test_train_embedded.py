import json

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from geomapclip import Gallery, GeoMapCLIP, LocationEncoder
from geomapclip.embedded_training import training as training_module
from geomapclip.embedded_training.checks import DRAWN, PHOTOGRAPHS
from geomapclip.embedded_training.measures import (
    Seen,
    calibrate,
    figures_table,
    measure,
    median_km,
)
from geomapclip.embedded_training.pictures import Photographs, draw_sample
from geomapclip.embedded_training.recipe import Recipe
from geomapclip.embedded_training.training import Training
from geomapclip.embeddings import embed_gallery
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.targets import smoothed_targets

PLACES = np.array([[48.85, 2.35], [35.68, 139.69], [-33.86, 151.21], [40.71, -74.01]])
SMALL = Recipe(
    pictures=64, decay=32, warm_up=16, sizes=((0, 64), (32, 80)), batch=8, classes=100,
    calibration_maps=3, test_maps=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def world():
    return Gallery("small world", fibonacci_lattice(2_000))


@pytest.fixture(scope="module")
def locations(world):
    return embed_gallery(LocationEncoder(), world.coordinates)


def test_targets_fall_off_with_the_distance():
    places = np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 90.0]])
    targets = smoothed_targets(np.array([[0.0, 0.0]]), places, np.array([111.195]))
    assert targets.sum().item() == pytest.approx(1)
    # One degree of the equator is 111.195 km: one reach away, so smaller by e.
    assert (targets[0, 0] / targets[0, 1]).item() == pytest.approx(np.e, rel=0.01)
    assert targets[0, 2] < 1e-6


def test_rate_and_size_of_the_pictures():
    recipe = Recipe(
        pictures=1000, decay=200, warm_up=100, sizes=((0, 128), (500, 160), (800, 192)), batch=10
    )
    assert [recipe.size(number) for number in (0, 499, 500, 799, 800)] == [128, 128, 160, 160, 192]
    assert recipe.rate(0) == pytest.approx(0.1)
    assert recipe.rate(90) == recipe.rate(500) == recipe.rate(800) == 1
    assert recipe.rate(900) == pytest.approx(0.5)


def test_four_pictures_are_learnt_and_the_first_blocks_stay(world, locations):
    colours = torch.tensor([[1.0, -1, -1], [-1, 1, -1], [-1, -1, 1], [1, 1, -1]])
    pixels = colours[:, :, None, None].expand(4, 3, 64, 64)
    learning = Training(Recipe(decay=0, warm_up=0, dropout=0, mean_over=0.5), locations, world)
    network = learning.encoder.features.network
    stem = network._conv_stem.weight.clone()
    statistics = network._blocks[0]._bn1.running_mean.clone()
    deep = network._blocks[10]._project_conv.weight.clone()
    classes = np.arange(len(world))
    targets = smoothed_targets(PLACES, world.coordinates, np.full(4, 150.0))
    losses = [learning.step(pixels, targets, classes) for _ in range(25)]
    assert losses[-1] < losses[0] / 3
    assert torch.equal(network._conv_stem.weight, stem)
    assert torch.equal(network._blocks[0]._bn1.running_mean, statistics)
    assert not torch.equal(network._blocks[10]._project_conv.weight, deep)


def test_map_with_a_number_is_always_the_same(atlas_folder):
    from geomapclip.cartography import Atlas

    atlas = Atlas.load(atlas_folder)
    one, same, other = (draw_sample(atlas, 0, number, 150.0) for number in (3, 3, 4))
    assert one.image.tobytes() == same.image.tobytes()
    assert (one.latitude, one.longitude) == (same.latitude, same.longitude)
    assert (one.latitude, one.longitude) != (other.latitude, other.longitude)


def test_a_wrong_belief_is_fitted_wider_than_a_right_one(world, locations):
    """Who places four pictures rightly may be sure; who places them wrongly may not."""
    nearest = world.tree.query(Gallery("four", PLACES).tree.data)[1]
    right = Seen(locations[nearest], PLACES)
    wrong = Seen(locations[nearest], PLACES[::-1].copy())
    assert median_km(right, locations, world)[0] < 300  # places of the gallery lie 500 km apart
    right_scale, wrong_scale, both_scale = (
        calibrate(kinds, locations, world).exp() for kinds in ([right], [wrong], [right, wrong])
    )
    assert wrong_scale < right_scale / 2
    assert wrong_scale <= both_scale < right_scale
    figures = measure(right, locations, world, right_scale.log())
    assert figures["within_750_km"] == figures["in_90%_region"] == 1
    assert figures["within_750_km_interval"] == [1, 1]
    assert figures["constant_within_750_km"] == 0.25  # four places, far from each other
    assert measure(wrong, locations, world, right_scale.log())["within_750_km"] == 0
    line = figures_table({"four places": figures}).splitlines()[-1]
    assert line.startswith("| Four places | 4 | ") and "| 100.0 [100.0, 100.0] | 25.0 [" in line


def test_caution_fits_a_belief_wider(world, locations):
    """Nine right pictures and a wrong one: just enough for regions of 90 %, and no more."""
    nearest = world.tree.query(Gallery("four", PLACES).tree.data)[1]
    rows = [nearest[0]] * 9 + [nearest[1]]
    seen = [Seen(locations[rows], np.repeat(PLACES[:1], 10, axis=0))]
    bold, careful = (
        calibrate(seen, locations, world, caution=caution).exp() for caution in (0.0, 0.03)
    )
    assert bold == pytest.approx(10**2.3)
    assert careful < bold / 2


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    (folder / "images").mkdir(parents=True)
    rows = ["file,lat,lon,coord_quality,kind,source_repo"]
    for number, source in enumerate(["a/train", "a/train", *Recipe().held_out[:2]]):
        picture = Image.new("RGB", (64, 48), "skyblue")
        ImageDraw.Draw(picture).ellipse((number * 8, 8, 40, 40), "darkgreen")
        picture.save(folder / "images" / f"{number}.png")
        rows.append(f"{number}.png,48.85,2.35,city,scenery,{source}")
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def test_whole_way_and_a_run_that_was_broken_off(
    tmp_path, monkeypatch, atlas_folder, photos, small_gallery
):
    """A run that is continued gives the same network as one without a break."""
    from geomapclip import train_embedded

    monkeypatch.setattr(train_embedded, "Recipe", lambda **_: SMALL)
    monkeypatch.setattr(train_embedded.Recipe, "pictures", 64, raising=False)
    monkeypatch.setattr(train_embedded, "load_gallery", lambda _: small_gallery)
    monkeypatch.setattr(training_module, "MEASURE_EVERY", 24)

    def run(name, pictures=64):
        options = ["--natural-earth", atlas_folder, "--photos", photos, "--pictures", pictures]
        options += ["--work", tmp_path / name, "--out", tmp_path / name / "release"]
        assert train_embedded.main([str(option) for option in options]) == 0
        return (tmp_path / name / "release" / "model.safetensors").read_bytes()

    straight = run("straight")
    save, stops = Training.save, []

    def save_and_stop(self, path):
        save(self, path)
        stops.append(self.done)
        if len(stops) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Training, "save", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            run("broken")
    assert stops == [24, 32]  # the second at the turn to larger pictures
    assert run("broken") == straight
    config = json.loads((tmp_path / "straight" / "release" / "config.json").read_text())
    assert config["image_size"] == 80
    assert config["figures"][DRAWN]["pictures"] == 3
    assert config["figures"][PHOTOGRAPHS]["pictures"] == 1
    log = (tmp_path / "broken" / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["pictures"] for line in log] == [24, 32, 56, 64]
    model = GeoMapCLIP(tmp_path / "straight" / "release", gallery=small_gallery)
    assert model.predict(photos / "images" / "0.png", top_k=2)[0].shape == (2, 2)


def test_photographs_keep_their_label(photos):
    import pandas as pd

    pictures = Photographs(pd.read_csv(photos / "manifest.csv"), photos, {"city": 500.0})
    varied = pictures.varied(np.random.default_rng(0))
    assert (varied.latitude, varied.longitude, varied.reach_km) == (48.85, 2.35, 500.0)
    assert varied.image.width <= 64


def test_photographs_from_crowded_places_are_drawn_more_rarely(photos):
    import pandas as pd

    rows = pd.read_csv(photos / "manifest.csv")
    rows.loc[3, ["lat", "lon"]] = -33.86, 151.21
    pictures = Photographs(rows, photos, {"city": 500.0})
    generator = np.random.default_rng(0)
    alone = np.mean([pictures.varied(generator).latitude < 0 for _ in range(1000)])
    assert alone == pytest.approx(1 / (1 + np.sqrt(3)), abs=0.05)  # not the quarter that it is
