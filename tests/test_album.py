import numpy as np
import pytest

from geomapclip import Estimate, Gallery, InvalidArgumentError, fuse

LYON, TOKYO, QUITO = (45.764, 4.8357), (35.68, 139.69), (-0.22, -78.51)
GALLERY = Gallery("three", np.array([LYON, TOKYO, QUITO]))


def belief(*probability, gallery=GALLERY, weights="test"):
    return Estimate(gallery, np.log(probability), weights)


def test_two_pictures_by_hand():
    # 0.6 x 0.5 = 0.30, 0.3 x 0.1 = 0.03, 0.1 x 0.4 = 0.04; together 0.37.
    fused = fuse([belief(0.6, 0.3, 0.1), belief(0.5, 0.1, 0.4)])
    np.testing.assert_allclose(fused.probability, [30 / 37, 3 / 37, 4 / 37])
    assert (fused.gallery, fused.weights) == (GALLERY, "test")


def test_one_picture_stays_as_it_is():
    alone = belief(0.6, 0.3, 0.1)
    np.testing.assert_array_equal(fuse([alone]).logits, alone.logits)


def test_a_picture_that_says_nothing_changes_nothing():
    fused = fuse([belief(0.6, 0.3, 0.1), belief(1, 1, 1)])
    np.testing.assert_allclose(fused.probability, [0.6, 0.3, 0.1])


def test_the_order_does_not_matter():
    pictures = [belief(0.6, 0.3, 0.1), belief(0.2, 0.2, 0.6), belief(0.1, 0.8, 0.1)]
    np.testing.assert_allclose(fuse(pictures).probability, fuse(pictures[::-1]).probability)


def test_a_thousand_pictures_do_not_underflow():
    # The product of the likelihoods alone would be 1e-3000. 1,000 equal pictures of odds
    # e^0.01 to 1 give odds of e^10 to 1.
    logits = np.array([-7000.0, -7000.01, -9000.0])
    fused = fuse([Estimate(GALLERY, logits, "test")] * 1000)
    assert fused.probability[0] == pytest.approx(1 / (1 + np.exp(-10)))


def test_an_equal_gallery_is_the_same_gallery():
    again = Gallery("read anew", GALLERY.coordinates)
    assert fuse([belief(1, 2, 3), belief(1, 1, 1, gallery=again)]).gallery is GALLERY


def test_what_cannot_be_fused_is_named():
    two = Gallery("two", np.array([LYON, TOKYO]))
    with pytest.raises(InvalidArgumentError, match="at least one estimate"):
        fuse([])
    with pytest.raises(InvalidArgumentError, match=r"estimates\[1\].gallery = 'two'.*three"):
        fuse([belief(1, 1, 1), belief(1, 1, gallery=two)])
    with pytest.raises(InvalidArgumentError, match=r"estimates\[1\].weights = 'other'.*test"):
        fuse([belief(1, 1, 1), belief(1, 1, 1, weights="other")])
