import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from geomapclip import LocationEncoder
from geomapclip.errors import WeightsError
from geomapclip.release import read_release
from geomapclip.targets import smoothed_targets
from geomapclip.training.alignment import Alignment, Queue
from geomapclip.training.recipe import Recipe

CPU = torch.device("cpu")


def places(*numbers):
    return torch.tensor([[number, -number] for number in numbers], dtype=torch.float64)


def test_the_queue_starts_empty_grows_and_drops_the_oldest():
    queue = Queue.empty(0, CPU)
    assert len(queue) == 0
    held = []
    for numbers in ([1, 2], [3, 4], [5], [6, 7, 8, 9, 10, 11]):
        queue = queue.push(places(*numbers), torch.empty(len(numbers), 0), size=4)
        held.append(queue.coordinates[:, 0].tolist())
    assert held == [[1, 2], [1, 2, 3, 4], [2, 3, 4, 5], [8, 9, 10, 11]]


def test_a_queue_of_nothing_stays_empty():
    queue = Queue.empty(2, CPU).push(places(1, 2), torch.ones(2, 2), size=0)
    assert (len(queue), len(queue.embeddings)) == (0, 0)


def test_embeddings_stay_beside_their_places():
    queue = Queue.empty(1, CPU)
    for number in range(5):
        queue = queue.push(places(number), torch.full((1, 1), float(number)), size=3)
    assert queue.embeddings[:, 0].tolist() == queue.coordinates[:, 0].tolist() == [2, 3, 4]


@pytest.fixture(scope="module")
def alignment():
    return Alignment(Recipe(sigma=(1.0,), batch=4), width=6)


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(1)
    features = torch.randn(4, 6, generator=generator)
    return features, torch.rand(7, 2, generator=generator) * 100 - 50  # three from a queue


def test_the_loss_by_hand(alignment, batch):
    features, spots = batch
    images = functional.normalize(alignment.mlp(features))
    locations = functional.normalize(alignment.location_encoder(spots))
    logits = images @ locations.T / 0.07
    expected = -sum(logits[row].log_softmax(0)[row] for row in range(4))
    assert alignment(features, spots, slice(0, 4)).item() == pytest.approx(
        expected.item(), rel=1e-5
    )


def test_both_ways_by_hand(batch):
    alignment = Alignment(Recipe(sigma=(1.0,), symmetric=True), width=6)
    features, spots = batch
    images = functional.normalize(alignment.mlp(features))
    locations = functional.normalize(alignment.location_encoder(spots))
    logits = images @ locations.T / 0.07
    there = -sum(logits[row].log_softmax(0)[row] for row in range(4))
    back = -sum(logits.T[row].log_softmax(0)[row] for row in range(4))  # no class from the queue
    loss = alignment(features, spots, slice(0, 4))
    assert loss.item() == pytest.approx((there + back).item() / 2, rel=1e-5)


@pytest.mark.parametrize("symmetric", [False, True])
def test_the_parts_of_processes_add_up(batch, symmetric):
    alignment = Alignment(Recipe(sigma=(1.0,), symmetric=symmetric), width=6)
    whole = alignment(*batch, slice(0, 4))
    parts = [alignment(*batch, part) for part in (slice(0, 3), slice(3, 4), slice(4, 4))]
    assert sum(parts).item() == pytest.approx(whole.item(), rel=1e-5)


def test_smoothed_targets_fall_off_with_the_distance():
    classes = torch.tensor([[0.0, 0.0], [0.0, 1.0], [0.0, 90.0]], dtype=torch.float64)
    targets = smoothed_targets(classes[:1], classes, 111.195)
    assert targets.sum().item() == pytest.approx(1)
    # One degree of the equator is 111.195 km: one reach away, so smaller by e.
    assert (targets[0, 0] / targets[0, 1]).item() == pytest.approx(math.e, rel=1e-4)
    assert targets[0, 2] < 1e-6


def test_fine_tuning_starts_from_the_published_weights():
    alignment = Alignment(Recipe(weights="geoclip"), width=768)
    published = read_release("geoclip")
    assert torch.equal(alignment.mlp[0].weight, published.tensors["image_encoder.mlp.0.weight"])
    assert alignment.logit_scale.exp().item() == pytest.approx(39.69, abs=0.01)
    spots = torch.tensor([[48.85, 2.35]])
    expected = functional.normalize(LocationEncoder("geoclip")(spots))
    assert torch.equal(alignment.embed_places(spots), expected)


def test_features_of_another_width_do_not_fit():
    with pytest.raises(WeightsError, match=r"0\.weight .*\(768, 768\).*must be \(768, 16\)"):
        Alignment(Recipe(weights="geoclip"), width=16)


def test_the_seed_decides_where_it_starts():
    first, again, other = (
        Alignment(Recipe(sigma=(1.0,), seed=seed), 6).mlp[0].weight for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_frozen_location_encoder_gets_no_gradient(batch):
    alignment = Alignment(Recipe(sigma=(1.0,), freeze_location_encoder=True), width=6)
    with torch.no_grad():
        locations = alignment.embed_places(batch[1])
    alignment(batch[0], locations, slice(0, 4)).backward()
    assert all(value.grad is None for value in alignment.location_encoder.parameters())
    assert alignment.mlp[0].weight.grad.abs().sum() > 0
    assert np.isfinite(alignment.logit_scale.grad.item())
