"""Whether beliefs are as sure as they should be: coverage of their regions, and a temperature.

A belief's cells are searched from the densest on (`Estimate.regions`). Two numbers for each
picture say all: how much of the belief lies in the cells that come before the truth's own, and
what area must be searched until the truth is reached. The region that holds a share of the
belief holds the truth where less than that share came before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

from geomapclip.cells import Cells
from geomapclip.errors import InvalidArgumentError
from geomapclip.metrics import Figure, Rows, Values, bootstrap

SHARES = (0.5, 0.9)
TEMPERATURES = tuple(float(t) for t in np.geomspace(1 / 16, 16, 17))  # a root of two apart


@dataclass(frozen=True, eq=False)
class TruthRanks:
    """Where the truths come when beliefs are searched from their densest cell on.

    Attributes:
        before: Share of the belief in the cells that come before the truth's; shape (n,). 1 where
            no place of the gallery lies in the truth's cell, so that it is never reached.
        area_km2: Area of those cells and the truth's own; shape (n,). Infinite where never reached.
    """

    before: Values
    area_km2: Values


def rank_truths(logits: ArrayLike, cells: Cells, home: ArrayLike) -> TruthRanks:
    """Where the truths come in beliefs.

    Args:
        logits: Of b pictures at the gallery's n places, shape (b, n), finite.
        cells: Of the gallery.
        home: Row of the cell that each truth lies in, -1 for none: `Cells.find`. Shape (b,).

    Raises:
        InvalidArgumentError: Sizes that do not fit, or logits that are not finite.
    """
    scores, rows = _check(logits, cells, home)
    likelihood = np.exp(scores - scores.max(axis=1, keepdims=True), dtype=np.float64)
    belief = cells.sums(likelihood)
    belief /= belief.sum(axis=1, keepdims=True)
    density = belief / cells.area_km2
    own = np.take_along_axis(density, rows[:, None], axis=1)
    # Among equals the order is that of the cells, as in `Estimate.rows_holding`.
    earlier = np.arange(len(cells)) < rows[:, None]
    first = (density > own) | ((density == own) & earlier)
    reached = rows >= 0
    before = np.where(reached, np.where(first, belief, 0).sum(axis=1), 1.0)
    area = np.where(reached, first @ cells.area_km2 + cells.area_km2[rows], np.inf)
    return TruthRanks(before, area)


def calibration(
    before: ArrayLike, shares: Sequence[float] = SHARES, *, seed: int = 0
) -> dict[float, Figure]:
    """How often the regions that hold given shares of the belief hold the truth.

    Args:
        before: From `rank_truths`; shape (n,), n >= 1.
        shares: Each in (0, 1). Well calibrated, each is held as often as it says.
        seed: Of the bootstrap.
    """
    belief = np.asarray(before, dtype=np.float64)
    limits = np.asarray(shares, dtype=np.float64)
    if not ((limits > 0) & (limits < 1)).all():
        raise InvalidArgumentError("shares", tuple(shares), "must lie between 0 and 1")

    def statistic(rows: Rows) -> Values:
        held: Values = (belief[rows][:, None] < limits).mean(axis=0)
        return held

    return dict(zip(limits.tolist(), bootstrap(statistic, len(belief), seed=seed), strict=True))


def temperature_losses(
    logits: ArrayLike,
    cells: Cells,
    home: ArrayLike,
    temperatures: Sequence[float] = TEMPERATURES,
) -> Values:
    """Negative logarithm of the belief in the truth's cell at some temperatures.

    Args:
        logits: As in `rank_truths`.
        cells: As in `rank_truths`.
        home: As in `rank_truths`.
        temperatures: By which the logits are divided; t of them.

    Returns:
        Shape (b, t); NaN where no place of the gallery lies in the truth's cell.
    """
    scores, rows = _check(logits, cells, home)
    losses = np.full((len(scores), len(temperatures)), np.nan)
    for picture in np.flatnonzero(rows >= 0):
        below = scores[picture] - scores[picture].max()
        there = below[cells.index == rows[picture]]
        for column, temperature in enumerate(temperatures):
            losses[picture, column] = _log_sum(below / temperature) - _log_sum(there / temperature)
    return losses


def fit_temperature(losses: ArrayLike, temperatures: Sequence[float] = TEMPERATURES) -> float:
    """The temperature under which the truths' cells are likeliest.

    Source: temperature scaling, Guo et al., "On calibration of modern neural networks", ICML 2017.
    The mean loss is convex in 1 / temperature, so a spline through a coarse grid finds its least.

    Args:
        losses: From `temperature_losses`; shape (n, t), t >= 4.
        temperatures: The same, in rising order. The first or last is the answer where the loss
            still falls there.

    Raises:
        InvalidArgumentError: No truth lies in a cell of the gallery.
    """
    table = np.asarray(losses, dtype=np.float64)
    usable = table[np.isfinite(table).all(axis=1)]
    if not len(usable):
        raise InvalidArgumentError(
            "losses", table.shape, "must hold one picture whose place lies in a cell of the gallery"
        )
    logarithms = np.log(temperatures)
    fine = np.linspace(logarithms[0], logarithms[-1], 2001)
    return float(np.exp(fine[CubicSpline(logarithms, usable.mean(axis=0))(fine).argmin()]))


def _check(logits: ArrayLike, cells: Cells, home: ArrayLike) -> tuple[NDArray[np.floating], Rows]:
    scores, rows = np.asarray(logits), np.asarray(home, dtype=np.intp)
    if scores.ndim != 2 or scores.shape[1] != len(cells.index) or rows.shape != scores.shape[:1]:
        raise InvalidArgumentError(
            "logits",
            scores.shape,
            f"must have the shape ({len(rows)}, {len(cells.index)}), pictures and places",
        )
    if not np.isfinite(scores).all():
        raise InvalidArgumentError("logits", scores.shape, "must be finite numbers")
    return scores, rows


def _log_sum(logits: NDArray[np.floating]) -> float:
    """Logarithm of the sum of the exponentials."""
    top = logits.max()
    return float(top + np.log(np.exp(logits - top).sum(dtype=np.float64)))
