import math

import numpy as np
import pytest
import torch

from geomapclip import Gallery, GalleryError
from geomapclip.calibration import calibration, rank_truths
from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice, great_circle_km
from geomapclip.scoring import Matcher, score

WORLD = Gallery("lattice", fibonacci_lattice(3_000))
SCALE = 30.0


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(autouse=True, scope="module")
def few_rounds():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomapclip.metrics.ROUNDS", 50)
        yield


@pytest.fixture(scope="module")
def matcher():
    locations = unit(np.random.default_rng(1).normal(size=(len(WORLD), 512)))
    return Matcher("test", WORLD, torch.from_numpy(locations).float(), SCALE)


@pytest.fixture(scope="module")
def pictures(matcher):
    """300 pictures whose beliefs are honest at twice the scale, and where they were made."""
    generator = np.random.default_rng(2)
    towards = generator.integers(len(WORLD), size=300)
    mixed = 0.15 * matcher.locations.numpy()[towards] + unit(generator.normal(size=(300, 512)))
    images = unit(mixed).astype(np.float32)
    noise = generator.gumbel(size=(300, len(WORLD)))
    drawn = (2 * matcher.logits(images) + noise).argmax(axis=1)
    return images, WORLD.coordinates[drawn]


def test_distances_and_ranks_are_those_of_the_logits(matcher, pictures):
    images, truths = pictures
    scores = score(matcher, images, truths)
    logits = SCALE * images @ matcher.locations.numpy().T
    best = WORLD.coordinates[logits.argmax(axis=1)]
    np.testing.assert_allclose(scores.km, great_circle_km(best, truths))
    ranks = rank_truths(logits, WORLD.cells, WORLD.cells.find(truths))
    np.testing.assert_allclose(scores.before, ranks.before, atol=1e-5)
    np.testing.assert_allclose(scores.area_km2, ranks.area_km2, rtol=0.02)


def test_the_size_of_a_batch_changes_nothing(matcher, pictures, monkeypatch):
    together = score(matcher, *pictures)
    monkeypatch.setattr("geomapclip.scoring.BATCH", 7)
    apart = score(matcher, *pictures)
    np.testing.assert_allclose(apart.km, together.km)
    np.testing.assert_allclose(apart.before, together.before, atol=1e-5)
    assert apart.temperature == pytest.approx(together.temperature, rel=1e-3)


def test_the_temperature_comes_from_one_half_and_helps_the_other(matcher, pictures):
    scores = score(matcher, *pictures)
    assert scores.temperature == pytest.approx(0.5, rel=0.15)
    assert scores.check.pictures == 150
    off = {share: abs(figure.value - share) for share, figure in scores.check.plain.items()}
    left = {share: abs(figure.value - share) for share, figure in scores.check.fitted.items()}
    assert left[0.5] < 0.1 < off[0.5]
    assert left[0.9] < 0.08
    assert calibration(scores.before)[0.5].value == pytest.approx(
        scores.check.plain[0.5].value, abs=0.1
    )


def test_the_seed_chooses_the_halves(matcher, pictures):
    first, again, other = (score(matcher, *pictures, seed=seed) for seed in (0, 0, 1))
    assert first.temperature == again.temperature
    assert first.check == again.check
    assert first.check != other.check


def test_one_picture_and_one_place():
    alone = Gallery("one", np.array([(45.764, 4.8357)]))
    matcher = Matcher("test", alone, torch.ones(1, 4), 2.0)
    near = score(matcher, np.ones((1, 4), np.float32), [(45.77, 4.84)])
    assert near.km[0] < 1
    assert (near.before[0], near.check) == (0, None)
    far = score(matcher, np.ones((1, 4), np.float32), [(0, 0)])
    assert (far.before[0], far.area_km2[0], far.temperature) == (1, math.inf, None)


def test_a_part_of_the_gallery(matcher):
    some = np.arange(len(WORLD)) % 3 == 0
    part = matcher.part(some, "a third")
    assert (part.gallery.name, len(part.gallery)) == ("a third", 1_000)
    images = matcher.locations[:5].numpy()
    np.testing.assert_allclose(part.logits(images), matcher.logits(images)[:, some], atol=1e-5)
    with pytest.raises(GalleryError, match="at least one place"):
        matcher.part(np.zeros(len(WORLD), bool), "none")


def test_progress_ends_with_the_last(matcher, pictures):
    seen = []
    score(matcher, *pictures, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (450, 450)  # and half of the pictures a second time
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_bad_input(matcher, pictures):
    images, truths = pictures
    for wrong in (images[:5], images[:, :9], np.empty((0, 512), np.float32)):
        with pytest.raises(InvalidArgumentError, match="images"):
            score(matcher, wrong, truths)
    with pytest.raises(InvalidArgumentError, match="truths"):
        score(matcher, np.empty((0, 512), np.float32), np.empty((0, 2)))
    with pytest.raises(InvalidArgumentError, match=r"truths\[1\]"):
        score(matcher, images[:2], [(0, 0), (95, 0)])
    broken = images.copy()
    broken[3, 7] = math.nan
    with pytest.raises(InvalidArgumentError, match=r"images\[3\]"):
        score(matcher, broken, truths)
