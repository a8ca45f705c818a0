import numpy as np
import pytest
from PIL import Image

from geomapclip.augment import Augmentation, augment

PLAIN = Augmentation(area=(1.0, 1.0), aspect=(1.0, 1.0), mirror=0, jitter=0, grey=0)


@pytest.fixture
def picture():
    """Red grows to the right, green downwards."""
    ramp = np.arange(64, dtype=np.uint8) * 3
    red, green = np.meshgrid(ramp, ramp)
    return Image.fromarray(np.dstack([red, green, np.full_like(red, 40)]))


def view(picture, settings, seed=0, size=32):
    return augment(picture, size, np.random.default_rng(seed), settings)


def test_nothing_changes_where_nothing_may(picture):
    assert np.array_equal(view(picture, PLAIN, size=64), picture)


def test_the_seed_decides(picture):
    settings = Augmentation()
    assert view(picture, settings, 1).tobytes() == view(picture, settings, 1).tobytes()
    assert view(picture, settings, 1).tobytes() != view(picture, settings, 2).tobytes()


def test_a_crop_shows_the_share_of_the_picture_that_was_asked_for(picture):
    settings = Augmentation(area=(0.25, 0.25), aspect=(1.0, 1.0), mirror=0, jitter=0, grey=0)
    red = np.asarray(view(picture, settings)).astype(int)[:, :, 0]
    assert red.max() - red.min() == pytest.approx(32 * 3, abs=8)  # half the width


@pytest.mark.parametrize(("mirror", "rises"), [(0.0, True), (1.0, False)])
def test_mirror(picture, mirror, rises):
    settings = Augmentation(mirror=mirror, jitter=0, grey=0)
    for seed in range(5):
        pixels = np.asarray(view(picture, settings, seed)).astype(int)
        assert (pixels[16, -1, 0] > pixels[16, 0, 0]) == rises
        assert pixels[-1, 16, 1] > pixels[0, 16, 1]  # never upside down


def test_colours(picture):
    grey = np.asarray(view(picture, Augmentation(grey=1.0)))
    assert (grey == grey[:, :, :1]).all()
    only_jitter = Augmentation((1.0, 1.0), (1.0, 1.0), mirror=0, jitter=1, grey=0)
    assert not np.array_equal(view(picture, only_jitter, size=64), picture)


def test_a_picture_too_narrow_for_any_crop_gives_its_middle():
    tall = Image.new("RGB", (2, 400))
    assert view(tall, Augmentation(area=(1.0, 1.0))).size == (32, 32)
