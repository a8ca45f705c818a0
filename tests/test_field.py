"""Fields of places: the grid over the land, cosines and components known beforehand."""

import numpy as np
import pytest
import torch

from geomapclip import LocationEncoder
from geomapclip.field import Field, embed_by_scale, land_grid, on_land


@pytest.fixture(scope="module")
def encoder():
    return LocationEncoder("geoclip").eval()


def test_the_land_is_covered_evenly():
    grid = land_grid()
    assert 0.28 < len(grid) / 60_000 < 0.30  # land is 29 % of the Earth
    south = (grid[:, 0] < 0).mean()
    assert 0.30 < south < 0.36  # a third of it lies south of the equator


def test_land_and_sea_are_told_apart():
    spots = np.array([[46.5, 8.0], [0.0, -30.0], [-25.0, 135.0], [30.0, -140.0]])
    assert on_land(spots).tolist() == [True, False, True, False]


def test_branches_sum_to_what_the_encoder_gives(encoder):
    spots = np.array([[45.76, 4.84], [-33.9, 18.4], [90.0, 0.0]])
    branches = embed_by_scale(encoder, spots)
    with torch.inference_mode():
        whole = encoder(torch.tensor(spots, dtype=torch.float32)).numpy()
    np.testing.assert_allclose(branches.sum(axis=0), whole, atol=1e-6)
    np.testing.assert_array_equal(embed_by_scale(encoder, spots, scales=[2])[0], branches[2])


def test_a_place_of_the_field_is_wholly_like_itself(encoder):
    spots = land_grid()[::500]
    field = Field(spots, embed_by_scale(encoder, spots), "35 places")
    for scale in range(4):
        cosine = field.cosine(field.branches[:, 7], scale)
        assert cosine[7] == pytest.approx(1, abs=1e-5)
        assert cosine.argmax() == 7


def test_components_find_the_directions_in_which_places_differ(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))
    generator = np.random.default_rng(0)
    branches = np.zeros((1, 400, 512), dtype=np.float32)
    branches[0, :, 0] = 1
    for axis, spread in ((5, 0.2), (9, 0.1), (11, 0.05)):
        branches[0, :, axis] = generator.normal(0, spread, 400)
    field = Field(np.zeros((400, 2)), branches, "by hand")
    scores, shares = field.components(0)
    assert abs(np.corrcoef(scores[:, 0], branches[0, :, 5])[0, 1]) > 0.99
    assert abs(np.corrcoef(scores[:, 1], branches[0, :, 9])[0, 1]) > 0.98
    assert shares[0] > shares[1] > shares[2] > 0
    assert shares.sum() == pytest.approx(1, abs=0.02)
    assert len(list(tmp_path.glob("components-*"))) == 1


def test_components_turn_the_way_of_the_sketchs(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))
    generator = np.random.default_rng(1)
    along = generator.normal(0, 0.1, 400).astype(np.float32)
    branches = np.zeros((1, 400, 512), dtype=np.float32)
    branches[0, :, 9] = 1
    branches[0, :, 0], branches[0, :, 1] = along, -1.05 * along  # the largest loading is of 1
    branches[0, ::4, 1] = -0.95 * along[::4]  # and of 0 in the part
    spots = np.zeros((400, 2))
    part = Field(spots[::4], branches[:, ::4], "a part")
    alone, following = Field(spots, branches, "alone"), Field(spots, branches, "following", part)

    def agreement(field):
        return np.corrcoef(field.components()[0][::4, 0], part.components()[0][:, 0])[0, 1]

    assert agreement(alone) < -0.99
    assert agreement(following) > 0.99
