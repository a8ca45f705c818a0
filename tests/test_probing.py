import math

import numpy as np
import pytest

from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice, great_circle_km, unit_vectors
from geomapclip.probing import (
    classify,
    nearest_labels,
    nearest_values,
    regress,
    spatial_split,
    tag,
)

PLACES = fibonacci_lattice(1_500)
NORTH = np.where(PLACES[:, 0] > 0, "north", "south")


@pytest.fixture(autouse=True, scope="module")
def few_rounds():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomapclip.metrics.ROUNDS", 50)
        patch.setattr("geomapclip.probing.ROUNDS", 20)
        yield


@pytest.fixture(scope="module")
def split():
    return spatial_split(PLACES)


def test_blocks_are_held_out_whole():
    towns = np.concatenate([spot + np.random.default_rng(0).normal(0, 0.2, (9, 2))
                            for spot in PLACES[200:1300:10]])  # fmt: skip
    split = spatial_split(towns, seed=3)
    parts = split.test, split.fit, split.choose
    assert sorted(np.concatenate(parts)) == list(range(len(towns)))
    assert sorted(np.concatenate(parts[1:])) == split.train.tolist()
    blocks = [set(split.blocks[rows]) for rows in parts]
    assert not blocks[0] & blocks[1] and not blocks[0] & blocks[2] and not blocks[1] & blocks[2]
    assert len(blocks[0]) / len(set(split.blocks)) == pytest.approx(0.25, abs=0.01)
    assert split.test.tolist() != spatial_split(towns, seed=4).test.tolist()


def test_some_of_the_places(split):
    rows = np.arange(0, 1_500, 7)
    part = split.within(rows)
    assert set(rows[part.test]) == set(rows) & set(split.test)
    assert len(part.test) + len(part.fit) + len(part.choose) == len(rows)


def test_what_is_there_is_read_and_what_is_not_is_not(split):
    generator = np.random.default_rng(0)
    assert classify(unit_vectors(PLACES), NORTH, split).value > 0.97
    guess = classify(generator.normal(size=(1_500, 8)), NORTH, split)
    assert guess.value < 0.62 and guess.low < 0.5 < guess.high + 0.05
    heat = 30 - 60 * np.sin(np.radians(PLACES[:, 0])) ** 2
    assert regress(unit_vectors(PLACES) ** 2, heat, split).value > 0.99
    assert regress(generator.normal(size=(1_500, 8)), heat, split).value < 0.05


def test_neighbours_know_what_is_smooth(split):
    points = unit_vectors(PLACES)
    assert nearest_labels(points, NORTH, split).value > 0.9
    assert nearest_values(points, PLACES[:, 0], split).value > 0.95
    assert nearest_values(points, np.random.default_rng(0).random(1_500), split).value < 0.1


def test_tags_are_ranked(split):
    near = great_circle_km(PLACES, (0.0, 0.0)) < 5_000
    tags = [[name for name, here in (("north", lat > 0), ("near", one)) if here]
            for lat, one in zip(PLACES[:, 0], near, strict=True)]  # fmt: skip
    assert tag(unit_vectors(PLACES), tags, split).value > 0.97
    by_chance = tag(np.random.default_rng(0).normal(size=(1_500, 4)), tags, split).value
    assert by_chance < (0.5 + near.mean()) / 2 + 0.1


def test_bad_input(split):
    points = unit_vectors(PLACES)
    broken = points.copy()
    broken[5] = math.nan
    for inputs in (broken, points[:9], points[:, 0]):
        for measure, answers in ((classify, NORTH), (regress, PLACES[:, 0])):
            with pytest.raises(InvalidArgumentError, match="inputs"):
                measure(inputs, answers, split)
    with pytest.raises(InvalidArgumentError, match="labels"):
        classify(points, NORTH[:4], split)
    with pytest.raises(InvalidArgumentError, match="two kinds"):
        classify(points, ["one"] * 1_500, split)
    with pytest.raises(InvalidArgumentError, match="values"):
        regress(points, broken[:, 0], split)
    with pytest.raises(InvalidArgumentError, match="tags"):
        tag(points, [["one"]] * 1_500, split)
    with pytest.raises(InvalidArgumentError, match="four blocks"):
        spatial_split([(45.7, 4.8), (45.8, 4.9)])
