import json
from itertools import chain

import numpy as np
import pytest
import torch

from geomapclip.errors import DataError
from geomapclip.features import read_features
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.shards import shard_path, write_shard
from geomapclip.training.batches import FeatureBatches, Process, chance, held_out, shuffled
from geomapclip.training.recipe import Recipe


def write_features(folder, coordinates, features=None, rows=10):
    """A folder of features; by default the first number of each is its row."""
    folder.mkdir()
    count = len(coordinates)
    if features is None:
        features = torch.zeros(count, 2, 3)
        features[:, :, 0] = torch.arange(count)[:, None]
        features[:, 1, 1] = 1  # the second view
    starts = range(0, count, rows)
    for number, start in enumerate(starts):
        part = slice(start, start + rows)
        ids = [str(row) for row in range(count)[part]]
        write_shard(shard_path(folder, number), features[part], coordinates[part], ids, [])
    config = {"format_version": 1, "views": features.shape[1], "ten_crop": False}
    config |= {"backbone": {"repo_id": "a/b", "revision": None}, "shards": len(starts)}
    (folder / "features.json").write_text(json.dumps(config))
    return read_features(folder)


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    return write_features(tmp_path_factory.mktemp("batches") / "features", fibonacci_lattice(95))


def rows(batches, *epoch, **options):
    return [batch.features[:, 0].int().tolist() for batch in batches.epoch(*epoch, **options)]


def flat(parts):
    return list(chain.from_iterable(parts))


def test_every_photo_once_and_the_last_batch_short(features):
    batches = FeatureBatches(features, Recipe(batch=20, validation_share=0))
    found = rows(batches, 0)
    assert [len(part) for part in found] == [20, 20, 20, 20, 15]
    assert len(batches) == 5
    assert sorted(flat(found)) == list(range(95))
    assert found != rows(batches, 1)
    assert found == rows(batches, 0)
    for batch in batches.epoch(3):
        places = features.coordinates[batch.features[:, 0].int().numpy()]
        assert np.array_equal(batch.coordinates, places)


def test_pools_leave_no_photo_and_only_one_short_batch(features, monkeypatch):
    monkeypatch.setattr("geomapclip.training.batches.POOL_SHARDS", 3)
    found = rows(FeatureBatches(features, Recipe(batch=20, validation_share=0)), 0)
    assert [len(part) for part in found] == [20, 20, 20, 20, 15]
    assert sorted(flat(found)) == list(range(95))
    assert len({row // 10 for row in found[0]}) <= 3  # from the first three files


def test_an_epoch_goes_on_in_its_middle(features):
    batches = FeatureBatches(features, Recipe(batch=20))
    assert rows(batches, 2, skip=3) == rows(batches, 2)[3:]


def test_views_are_drawn_anew_in_each_epoch(features):
    batches = FeatureBatches(features, Recipe(batch=95, validation_share=0))
    views = [next(batches.epoch(number)).features for number in (0, 1)]
    drawn = [dict(zip(v[:, 0].tolist(), v[:, 1].tolist(), strict=True)) for v in views]
    assert set(drawn[0].values()) == {0.0, 1.0}
    assert drawn[0] != drawn[1]


def test_processes_share_each_batch(features):
    recipe = Recipe(batch=20)
    whole = rows(FeatureBatches(features, recipe), 0)
    parts = [
        rows(FeatureBatches(features, recipe, process=Process(index, 3)), 0) for index in range(3)
    ]
    assert [flat(step) for step in zip(*parts, strict=True)] == whole


def test_kept_apart_is_never_learnt_from(features):
    batches = FeatureBatches(features, Recipe(batch=10, validation_share=0.3))
    apart = batches.validation().features
    learnt = set(flat(rows(batches, 0)))
    assert 10 < len(apart) < 50
    assert (apart[:, 1] == 0).all()  # the plain view
    assert learnt | set(apart[:, 0].int().tolist()) == set(range(95))
    assert not learnt & set(apart[:, 0].int().tolist())


def test_photos_of_one_spot_stay_on_one_side():
    spots = np.repeat(fibonacci_lattice(300), 3, axis=0)
    spots += np.random.default_rng(0).uniform(0, 1e-5, spots.shape)
    numbers = held_out(spots, Recipe()).reshape(-1, 3)
    assert (numbers == numbers[:, :1]).mean() > 0.98  # but where a border runs between them
    assert numbers.mean() == pytest.approx(0.5, abs=0.05)
    assert (numbers < 0.1).mean() == pytest.approx(0.1, abs=0.05)


@pytest.mark.parametrize(("share", "what"), [(1 - 1e-9, "training"), (1e-9, "validation")])
def test_an_empty_split_is_refused(features, share, what):
    with pytest.raises(DataError, match=f"{what} split = 0: must hold at least one photo"):
        FeatureBatches(features, Recipe(validation_share=share))


def test_hard_cells_come_together():
    spots = np.random.default_rng(0).uniform([-60, -180], [60, 180], (400, 2))
    clusters = np.repeat(spots[:40], 10, axis=0)  # ten photos at each of forty places
    recipe = Recipe(batch=20, hard_share=0.5)
    order = shuffled(clusters, recipe, chance(recipe, 0))
    assert sorted(order) == list(range(400))

    def shared(order):
        """Photos of a batch that share their place with another, on average."""
        clusters_of = (order // 10).reshape(-1, 20)
        return np.mean([len(row) - len(np.unique(row)) for row in clusters_of])

    plain = shuffled(clusters, Recipe(batch=20), chance(recipe, 0))
    assert shared(plain) < 5.5
    assert shared(order) > 8
