import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from geomapclip import Estimate, Gallery
from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.geodesy import great_circle_km
from geomapclip.occlusion import explain, hide

LYON, NEAR_LYON, TOKYO = (45.764, 4.8357), (45.80, 4.90), (35.68, 139.69)


class LooksAtOneCorner:
    """An encoder without gradients: the mean of the upper left quarter speaks for Lyon."""

    image_size = 8

    def __init__(self):
        self.asked = 0
        self.model = SimpleNamespace(image_encoder=self)
        self.gallery = Gallery("three", np.array([LYON, NEAR_LYON, TOKYO]))

    def preprocess(self, image):
        return torch.from_numpy(np.asarray(image, np.float32).transpose(2, 0, 1) / 255)

    def embed_pixels(self, pixels):
        self.asked += len(pixels)
        return pixels[:, :, :4, :4].mean(dim=(1, 2, 3)).numpy()

    def estimates(self, lights):
        logits = [np.array([4 * light, 4 * light, 2.0]) for light in lights]
        return [Estimate(self.gallery, each, "a test") for each in logits]


@pytest.fixture
def corner():
    return LooksAtOneCorner()


@pytest.fixture
def picture():
    """White in the upper left quarter, black elsewhere: its mean is a quarter of white."""
    image = Image.new("RGB", (8, 8))
    image.paste("white", (0, 0, 4, 4))
    return image


def test_the_patch_that_spoke_for_the_place_is_found(corner, picture):
    last = list(explain(corner, picture, grids=(2,)))[-1]
    # Whole: logits 4, 4, 2. Without the white quarter: 1, 1, 2. Both near Lyon count as one.
    before = np.log(2 * np.exp(4) / (2 * np.exp(4) + np.exp(2)))
    after = np.log(2 * np.e / (2 * np.e + np.exp(2)))
    assert last.belief == pytest.approx(np.exp(before))
    assert last.best.place.town == "Lyon"
    grid = last.grids[0]
    np.testing.assert_allclose(grid.log_change, [[after - before, 0], [0, 0]], atol=1e-6)
    far = great_circle_km(LYON, TOKYO)
    np.testing.assert_allclose(grid.moved_km, [[far, 0], [0, 0]])
    np.testing.assert_allclose(grid.moved_to[0, 0], TOKYO)
    np.testing.assert_allclose(grid.moved_to[1, 1], LYON)


def test_coarse_patches_come_first_and_the_telling_ones_are_refined_first(corner, picture):
    steps = list(explain(corner, picture, grids=(2, 4)))
    assert [step.done for step in steps] == [0, 4, 8, 12, 16, 20]
    assert {step.total for step in steps} == {20}
    assert np.isnan(steps[0].grids[0].log_change).all(), "what was yielded stays as it was"
    assert np.isfinite(steps[1].grids[0].log_change).all()
    assert np.isnan(steps[1].grids[1].log_change).all()
    first = np.isfinite(steps[2].grids[1].log_change)
    assert set(zip(*np.nonzero(first), strict=True)) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    # A quarter of the white quarter hidden: logits 3.25, 3.25, 2.
    before = np.log(2 * np.exp(4) / (2 * np.exp(4) + np.exp(2)))
    after = np.log(2 * np.exp(3.25) / (2 * np.exp(3.25) + np.exp(2)))
    np.testing.assert_allclose(steps[2].grids[1].log_change[:2, :2], after - before, atol=1e-6)
    assert np.isfinite(steps[-1].grids[1].log_change).all()


def test_each_patch_is_encoded_once_and_stopping_stops(corner, picture):
    for step in itertools.islice(explain(corner, picture, grids=(2, 4)), 2):
        assert corner.asked == 1 + step.done
    assert corner.asked == 5
    list(explain(corner, picture, grids=(2, 4)))
    assert corner.asked == 5 + 1 + 20


def test_a_patch_is_painted_in_the_mean_colour():
    pixels = torch.zeros(3, 6, 6)
    pixels[0] = 1
    pixels[1, :, 3:] = 1
    hidden = hide(pixels, 2, 0, 0)
    torch.testing.assert_close(hidden[:, 1, 1], torch.tensor([1.0, 0.5, 0.0]))
    torch.testing.assert_close(hidden[:, 3:, :], pixels[:, 3:, :])
    assert pixels[1, 0, 0] == 0, "the picture itself is left as it was"


def test_patches_cover_a_side_that_they_do_not_divide():
    pixels = torch.arange(7.0).expand(3, 7, 7)
    covered = sum(hide(pixels, 4, r, c) != pixels for r in range(4) for c in range(4))
    assert covered[:, :, [0, 1, 2, 4, 5, 6]].min() == covered.max() == 1


def test_a_real_model(predictor, photo):
    first, *_, last = explain(predictor, photo)
    assert (first.done, last.done, last.total) == (0, 80, 80)
    best = predictor.locate(photo).top_k(1)[0]
    assert (last.best.latitude, last.best.longitude) == (best.latitude, best.longitude)
    for grid in last.grids:
        assert np.isfinite(grid.log_change).all()
        assert (grid.moved_km >= 0).all()


def test_bad_input(corner, picture):
    with pytest.raises(ImageError):
        next(explain(corner, b"no picture"))
    for side in (0, 9):
        with pytest.raises(InvalidArgumentError, match="grids"):
            next(explain(corner, picture, grids=(side,)))
