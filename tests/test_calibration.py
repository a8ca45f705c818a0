import math

import numpy as np
import pytest

from geomapclip import Estimate, Gallery
from geomapclip.calibration import (
    TEMPERATURES,
    calibration,
    fit_temperature,
    rank_truths,
    temperature_losses,
)
from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice

WORLD = Gallery("lattice", fibonacci_lattice(3_000))
TOWNS = np.array([(45.764, 4.8357), (45.7667, 4.88), (35.68, 139.69), (-12.05, -77.04)])


@pytest.fixture(scope="module")
def honest():
    """Beliefs of 600 pictures, and truths drawn from those very beliefs."""
    generator = np.random.default_rng(0)
    logits = 2.5 * generator.normal(size=(600, len(WORLD)))
    noise = generator.gumbel(size=logits.shape)  # the highest sum is a draw from the softmax
    return logits, WORLD.cells.index[(logits + noise).argmax(axis=1)]


def test_ranks_by_hand():
    """Lyon and Villeurbanne share a cell: 0.5 there, 0.3 in Tokyo, 0.2 in Lima."""
    gallery = Gallery("towns", TOWNS)
    logits = np.log([[0.3, 0.2, 0.3, 0.2]] * 4)
    truths = np.array([(45.8, 4.85), (35.7, 139.7), (-12.1, -77.0), (0.0, 0.0)])
    home = gallery.cells.find(truths)
    assert home[3] == -1
    ranks = rank_truths(logits, gallery.cells, home)
    np.testing.assert_allclose(ranks.before, [0, 0.5, 0.8, 1])
    areas = gallery.cells.area_km2[home[:3]]
    np.testing.assert_allclose(ranks.area_km2, [*np.cumsum(areas), math.inf])


def test_ranks_agree_with_the_regions_of_an_estimate(honest):
    logits, home = honest
    ranks = rank_truths(logits[:40].astype(np.float32), WORLD.cells, home[:40])
    for share in (0.1, 0.5, 0.9):
        held = [
            row in Estimate(WORLD, scores, "test").rows_holding(share)
            for scores, row in zip(logits[:40], home[:40], strict=True)
        ]
        assert (ranks.before < share).tolist() == held


def test_a_flat_belief_is_searched_in_the_order_of_its_cells():
    cells = WORLD.cells
    ranks = rank_truths(np.zeros((1, len(WORLD))), cells, [len(cells) - 1])
    places = np.bincount(cells.index)
    denser = places / cells.area_km2 > places[-1] / cells.area_km2[-1]
    assert ranks.before[0] == pytest.approx(places[denser].sum() / len(WORLD), abs=0.01)


def test_honest_beliefs_are_calibrated_and_too_sure_ones_are_not(honest):
    logits, home = honest
    held = calibration(rank_truths(logits, WORLD.cells, home).before)
    # Cells are taken whole, so that a region holds a little more than its share.
    assert 0.45 <= held[0.5].value <= 0.58
    assert 0.86 <= held[0.9].value <= 0.95
    assert held[0.9].low < held[0.9].value < held[0.9].high
    sure = calibration(rank_truths(3 * logits, WORLD.cells, home).before)
    assert sure[0.9].value < 0.7


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_the_temperature_takes_back_what_was_multiplied(honest, factor):
    logits, home = honest
    losses = temperature_losses(factor * logits[::2], WORLD.cells, home[::2])
    temperature = fit_temperature(losses)
    assert temperature == pytest.approx(factor, rel=0.08)
    other = rank_truths(factor * logits[1::2] / temperature, WORLD.cells, home[1::2])
    assert 0.85 <= calibration(other.before)[0.9].value <= 0.96


def test_losses_by_hand():
    gallery = Gallery("towns", TOWNS)
    home = gallery.cells.find(TOWNS[:1])
    logits = np.log([[0.3, 0.2, 0.3, 0.2]])
    loss = temperature_losses(logits, gallery.cells, home, (0.5, 1.0))
    sharp = (0.09 + 0.04) / (0.09 + 0.04 + 0.09 + 0.04)
    np.testing.assert_allclose(loss, [[-math.log(sharp), -math.log(0.5)]])


def test_a_belief_that_knows_nothing_is_widened_to_the_end(honest):
    logits, home = honest
    losses = temperature_losses(3 * logits, WORLD.cells, home[::-1])
    assert fit_temperature(losses) == pytest.approx(TEMPERATURES[-1])


def test_truths_out_of_every_cell_count_as_missed_and_fit_nothing(honest):
    logits, home = honest
    nowhere = np.full(4, -1)
    assert calibration(rank_truths(logits[:4], WORLD.cells, nowhere).before)[0.9].value == 0
    losses = temperature_losses(logits[:4], WORLD.cells, nowhere)
    assert np.isnan(losses).all()
    with pytest.raises(InvalidArgumentError, match="cell of the gallery"):
        fit_temperature(losses)
    both = np.vstack([losses, temperature_losses(logits[4:200], WORLD.cells, home[4:200])])
    assert fit_temperature(both) == pytest.approx(1, rel=0.1)


def test_sizes_and_numbers_that_do_not_fit(honest):
    logits, home = honest
    for scores in (logits[:3, :9], logits[:2], logits[0], np.full((3, len(WORLD)), math.nan)):
        for measure in (rank_truths, temperature_losses):
            with pytest.raises(InvalidArgumentError, match="logits"):
                measure(scores, WORLD.cells, home[:3])
    for shares in ((0,), (1,), (50,), (math.nan,)):
        with pytest.raises(InvalidArgumentError, match="shares"):
            calibration([0.2], shares)
    with pytest.raises(InvalidArgumentError, match="sample"):
        calibration([])
