import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from test_batches import write_features

from geomapclip import Gallery, GeoMapCLIP
from geomapclip.errors import TrainingError, WeightsError
from geomapclip.features import read_features
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.training.alignment import Alignment
from geomapclip.training.batches import Batch, FeatureBatches
from geomapclip.training.loop import Job, Training
from geomapclip.training.recipe import Recipe
from geomapclip.training.validation import validate

PLACES = fibonacci_lattice(8)
GALLERY = Gallery("small", fibonacci_lattice(300))
BACKBONE = {"repo_id": "openai/clip-vit-large-patch14", "revision": None}
SMALL = Recipe(
    sigma=(1.0,), batch=8, epochs=4, learning_rate=1e-3, validation_share=0.0, patience=0
)


@pytest.fixture(scope="module")
def eight(tmp_path_factory):
    """Eight photos that could not be easier to tell apart."""
    folder = tmp_path_factory.mktemp("eight") / "features"
    return write_features(folder, PLACES, torch.eye(8)[:, None])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Seventy photos whose features follow from where they are."""
    places = fibonacci_lattice(70)
    generator = torch.Generator().manual_seed(0)
    waves = torch.from_numpy(np.radians(places)).float() @ torch.randn(2, 8, generator=generator)
    return write_features(tmp_path_factory.mktemp("many") / "f", places, waves.sin()[:, None])


def training(features, out, recipe=SMALL, gallery=GALLERY):
    job = Job(out, gallery, BACKBONE, "here")
    alignment = Alignment(recipe, features.width)
    return Training(alignment, FeatureBatches(features, recipe), job, Accelerator(cpu=True))


def weights(run):
    return {key: value.clone() for key, value in run.alignment.state_dict().items()}


def same(one, other):
    return all(torch.equal(value, other[key]) for key, value in one.items())


@pytest.fixture(autouse=True)
def small_location_encoder(monkeypatch):
    """The networks are narrower than the published ones, which changes nothing but the time."""
    monkeypatch.setattr("geomapclip.location_encoder.HIDDEN_SIZE", 64)
    monkeypatch.setattr("geomapclip.location_encoder.FREQUENCIES", 32)


@pytest.mark.parametrize("frozen", [False, True])
def test_eight_pairs_are_learnt(eight, tmp_path, frozen):
    # Without a queue, which would hold the very places of the batch.
    recipe = dataclasses.replace(SMALL, queue=0, freeze_location_encoder=frozen)
    run = training(eight, tmp_path, recipe)
    batch = next(run.batches.epoch(0))
    losses = [run._step(batch) for _ in range(60)]
    assert losses[0] > 1.5  # chance among eight classes is log(8) = 2.08
    assert losses[-1] < 0.3
    images = run.alignment.embed_features(torch.eye(8))
    logits = images @ run.alignment.embed_places(torch.from_numpy(PLACES).float()).T
    assert logits.argmax(dim=1).tolist() == list(range(8))


def test_the_queue_holds_the_batches_before_and_becomes_classes(eight, tmp_path):
    run = training(eight, tmp_path, dataclasses.replace(SMALL, batch=3, queue=7))
    lengths, losses = [], []
    for batch in run.batches.epoch(0):
        lengths.append(len(run.progress.queue))
        losses.append(run._step(batch))
    assert lengths == [0, 3, 6]
    assert len(run.progress.queue) == 7  # of eight places the oldest fell out
    assert losses[0] < losses[1] < losses[2]  # among 3, then 6, then 8 classes


def test_the_learning_rate_falls_after_each_epoch(eight, tmp_path):
    log = training(eight, tmp_path).run()
    rates = [entry["learning_rate"] for entry in log]
    assert rates == pytest.approx([1e-3, 0.87e-3, 0.87**2 * 1e-3, 0.87**3 * 1e-3])
    assert json.loads((tmp_path / "log.json").read_text()) == list(log)


OPTIONS = {
    "trained": {},
    "frozen": {"freeze_location_encoder": True},
    "all options": {"symmetric": True, "smoothing_km": 500.0, "hard_share": 0.5},
    "frozen and smoothed": {"freeze_location_encoder": True, "smoothing_km": 500.0},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_a_run_that_was_broken_off_ends_as_a_straight_one(many, tmp_path, options, monkeypatch):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr("geomapclip.training.loop.CHECKPOINT_STEPS", 4)
    recipe = dataclasses.replace(SMALL, batch=16, epochs=3, validation_share=0.2, **options)
    straight = training(many, tmp_path / "straight", recipe)
    log = straight.run()

    class BreakError(Exception):
        pass

    broken = training(many, tmp_path / "broken", recipe)
    step, count = broken._step, []

    def break_off(batch):
        count.append(1)
        if len(count) == 7:  # in the middle of the second epoch, two steps after a checkpoint
            raise BreakError
        return step(batch)

    broken._step = break_off
    with pytest.raises(BreakError):
        broken.run()
    again = training(many, tmp_path / "broken", recipe)
    assert (again.progress.epoch, again.progress.step) in {(1, 0), (1, 4), (1, 1)}
    assert again.run() == log
    torch.set_num_threads(threads)
    assert same(weights(straight), weights(again))
    for name in ("model.safetensors", "config.json", "log.json"):
        kept = [(tmp_path / run / name).read_bytes() for run in ("straight", "broken")]
        assert kept[0] == kept[1]


def test_the_seed_decides(many, tmp_path):
    first, second, other = (
        training(many, tmp_path / str(number), dataclasses.replace(SMALL, epochs=1, seed=seed))
        for number, seed in enumerate([0, 0, 1])
    )
    logs = [run.run() for run in (first, second, other)]
    assert logs[0] == logs[1]
    assert same(weights(first), weights(second))
    assert logs[0] != logs[2]


def test_a_finished_run_is_left_alone_and_a_longer_one_goes_on(eight, tmp_path):
    log = training(eight, tmp_path).run()
    before = (tmp_path / "checkpoint.pt").read_bytes()
    assert training(eight, tmp_path).run() == log
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    longer = training(eight, tmp_path, dataclasses.replace(SMALL, epochs=5)).run()
    assert longer[:4] == log
    assert len(longer) == 5


def test_another_recipe_does_not_go_on(eight, tmp_path):
    training(eight, tmp_path).run()
    other = dataclasses.replace(SMALL, learning_rate=1.0, seed=5)
    with pytest.raises(TrainingError, match=r"differed in learning_rate \(0.001 then\), seed \(0"):
        training(eight, tmp_path, other)


def test_a_checkpoint_of_another_shape(eight, many, tmp_path):
    training(eight, tmp_path).run()
    path = tmp_path / "checkpoint.pt"
    content = torch.load(path, weights_only=True)
    content["model"]["mlp.0.weight"] = torch.zeros(768, 9)
    torch.save(content, path)
    with pytest.raises(WeightsError, match=r"mlp.0.weight .*\(768, 9\).*must be \(768, 8\)"):
        training(eight, tmp_path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(TrainingError, match="checkpoint = .*cannot be read"):
        training(eight, tmp_path)


def test_a_loss_that_is_no_number_keeps_the_last_good_checkpoint(eight, tmp_path):
    training(eight, tmp_path).run()
    before = (tmp_path / "checkpoint.pt").read_bytes()
    model = (tmp_path / "model.safetensors").read_bytes()
    run = training(eight, tmp_path, dataclasses.replace(SMALL, epochs=6))
    with torch.no_grad():
        run.alignment.mlp[0].bias[3] = math.nan
    with pytest.raises(TrainingError, match=r"loss = nan: at epoch 5, step 1; .*is kept.*point.pt"):
        run.run()
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert (tmp_path / "model.safetensors").read_bytes() == model
    assert len(training(eight, tmp_path, dataclasses.replace(SMALL, epochs=6)).run()) == 6


def test_weights_that_are_no_numbers_are_never_kept(eight, tmp_path):
    run = training(eight, tmp_path)
    run.run()
    before = (tmp_path / "checkpoint.pt").read_bytes()
    with torch.no_grad():
        run.alignment.mlp[0].bias[3] = math.nan
    with pytest.raises(TrainingError, match=r"mlp.0.bias = 'NaN or infinite'.*before is kept"):
        run._keep()
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_a_full_disk_loses_nothing(eight, tmp_path, monkeypatch):
    log = training(eight, tmp_path).run()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(content, file):
        file.write(b"a beginning")
        raise OSError(28, "No space left on device")

    longer = dataclasses.replace(SMALL, epochs=6)
    with monkeypatch.context() as patch:
        patch.setattr("geomapclip.training.checkpoint.torch.save", full)
        with pytest.raises(TrainingError, match=r"cannot be written at epoch 6, step 0.*No space"):
            training(eight, tmp_path, longer).run()
    assert (tmp_path / "checkpoint.pt").read_bytes() == before["checkpoint.pt"]
    assert {path.name for path in tmp_path.iterdir()} == set(before)
    assert training(eight, tmp_path, longer).run()[:4] == log


def test_it_stops_early_and_keeps_the_best(many, tmp_path, monkeypatch):
    losses = iter([3.0, 2.0, 2.5, 2.1, 1.0])
    monkeypatch.setattr(
        "geomapclip.training.loop.validate", lambda *_: {"loss": next(losses), "photos": 1}
    )
    recipe = dataclasses.replace(SMALL, epochs=50, validation_share=0.3, patience=2)
    log = training(many, tmp_path, recipe).run()
    assert [entry["validation"]["loss"] for entry in log] == [3.0, 2.0, 2.5, 2.1]
    assert json.loads((tmp_path / "config.json").read_text())["trained"] == log[1]
    patient = dataclasses.replace(recipe, epochs=5, patience=3)
    assert training(many, tmp_path, patient).run()[-1]["validation"]["loss"] == 1.0
    assert json.loads((tmp_path / "config.json").read_text())["trained"]["epoch"] == 5


def test_validation_by_hand(eight, tmp_path):
    run = training(eight, tmp_path, dataclasses.replace(SMALL, batch=3))
    photos = Batch(torch.eye(8), torch.from_numpy(PLACES))
    figures = validate(run.alignment, photos, Gallery("the places", PLACES), torch.device("cpu"))
    logits = (
        run.alignment.embed_features(torch.eye(8))
        @ run.alignment.embed_places(torch.from_numpy(PLACES).float()).T
    )
    right = float((logits.argmax(dim=1) == torch.arange(8)).float().mean())
    assert figures["within_1_km"] == pytest.approx(right)
    chunks = [slice(0, 3), slice(3, 6), slice(6, 8)]
    expected = sum(
        torch.nn.functional.cross_entropy(
            logits[part, part] / 0.07, torch.arange(part.stop - part.start), reduction="sum"
        )
        for part in chunks
    )
    assert figures["loss"] == pytest.approx(expected.item() / 8, rel=1e-4)
    assert figures["photos"] == 8


def test_the_result_loads_as_any_other_weights(tmp_path, tiny_clip, monkeypatch, photo_file):
    features = write_features(tmp_path / "f", PLACES, torch.randn(8, 1, 768))
    out = tmp_path / "out"
    run = training(features, out, dataclasses.replace(SMALL, epochs=1))
    run.run()
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    model = GeoMapCLIP.from_pretrained(out)
    assert np.allclose(model.gallery.coordinates, GALLERY.coordinates)
    seen = read_features(tmp_path / "f").rows(np.arange(8))[:, 0]
    with torch.no_grad():
        assert torch.equal(model.image_encoder.mlp(seen), run.alignment.mlp(seen))
        spots = torch.from_numpy(PLACES).float()
        assert torch.equal(model.encode_location(spots), run.alignment.embed_places(spots))
        assert torch.equal(model.logit_scale, run.alignment.logit_scale)
    assert model.predict(photo_file, top_k=3)[0].shape == (3, 2)
