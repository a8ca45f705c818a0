"""A place in numbers: sums, shares and cosines of branches chosen by hand."""

import numpy as np
import pytest

from geomapclip.place_embedding import PlaceEmbedding, ground_km


@pytest.fixture
def right_angles():
    branches = np.zeros((3, 512), dtype=np.float32)
    branches[0, 0], branches[1, 1], branches[2, 0] = 3, 4, -1
    return PlaceEmbedding(10.0, 20.0, branches)


def test_the_embedding_is_the_sum_of_the_branches(right_angles):
    assert right_angles.vector[:3].tolist() == [2, 4, 0]
    assert right_angles.norm == pytest.approx(20**0.5)
    assert right_angles.norms == [3, 4, 1]


def test_shares_sum_to_one_and_tell_who_pulls_the_other_way(right_angles):
    assert right_angles.shares == pytest.approx([6 / 20, 16 / 20, -2 / 20])


def test_a_place_is_wholly_like_itself_and_its_mirror_wholly_unlike(right_angles):
    mirror = PlaceEmbedding(0.0, 0.0, -right_angles.branches)
    assert right_angles.cosines(right_angles) == pytest.approx([1, 1, 1, 1])
    assert right_angles.cosines(mirror) == pytest.approx([-1, -1, -1, -1])


def test_a_degree_along_the_equator_is_111_km():
    nothing = np.ones((1, 512), dtype=np.float32)
    here, there = PlaceEmbedding(0.0, 0.0, nothing), PlaceEmbedding(0.0, 1.0, nothing)
    assert ground_km(here, there) == pytest.approx(111.32, abs=0.01)
