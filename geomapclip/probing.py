"""Linear models on fixed numbers: what can be read off them, in places that were not learnt from.

Neighbouring places resemble each other, so whole blocks of the Earth are held out, and intervals
come from drawing blocks. How strongly a model is held back is chosen on blocks held out once more.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import average_precision_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer, StandardScaler

from geomapclip.cells import cell_ids
from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import check_coordinates
from geomapclip.metrics import Figure, Rows, Values, bootstrap

BLOCK_RESOLUTION = 2  # H3 cells of 86,800 km², some 300 km across
TEST_SHARE = 0.25
INVERSE_PENALTIES = (0.001, 0.01, 0.1, 1.0)  # of logistic regression
PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10_000.0)  # of ridge regression
ITERATIONS = 150  # the same for all inputs, whether or not more would gain a little
NEIGHBOURS = 5
ROUNDS = 200  # of the bootstrap of average precision, which is slow to compute

Table = NDArray[np.float32]
Model = TypeVar("Model", Pipeline, OneVsRestClassifier)


@dataclass(frozen=True, eq=False)
class Split:
    """Which places are learnt from, chosen for it, and measured on.

    Attributes:
        blocks: Of each of n places; shape (n,).
        test: Rows to measure on.
        train: Rows of the other blocks.
        fit: Those of them that a model learns from while its strength is chosen.
        choose: Those that choose.
    """

    blocks: NDArray[np.uint64]
    test: Rows
    train: Rows
    fit: Rows
    choose: Rows

    def within(self, rows: Rows) -> Split:
        """The same blocks for some of the places, numbered anew in the order of ``rows``."""
        parts = (self.test, self.train, self.fit, self.choose)
        return Split(self.blocks[rows], *(np.flatnonzero(np.isin(rows, part)) for part in parts))


def spatial_split(coordinates: ArrayLike, *, seed: int = 0) -> Split:
    """Hold out a quarter of the blocks, and of the rest a quarter once more.

    Args:
        coordinates: Shape (n, 2), degrees; in four blocks or more.
        seed: Decides which blocks.

    Raises:
        InvalidArgumentError: All places in fewer blocks, or coordinates out of range.
    """
    blocks = cell_ids(check_coordinates(coordinates), BLOCK_RESOLUTION)
    names = np.unique(blocks)
    if len(names) < 4:
        raise InvalidArgumentError(
            "coordinates", f"{len(names)} blocks", "must spread over four blocks of 300 km or more"
        )
    drawn = np.random.default_rng(seed).permutation(names)
    held = max(1, round(TEST_SHARE * len(names)))
    inner = max(1, round(TEST_SHARE * (len(names) - held)))
    test = np.isin(blocks, drawn[:held])
    choose = np.isin(blocks, drawn[held : held + inner])
    return Split(
        blocks,
        np.flatnonzero(test),
        np.flatnonzero(~test),
        np.flatnonzero(~test & ~choose),
        np.flatnonzero(choose),
    )


def classify(inputs: ArrayLike, labels: ArrayLike, split: Split, *, seed: int = 0) -> Figure:
    """Accuracy of logistic regression in the blocks that are held out.

    Args:
        inputs: Shape (n, width), finite.
        labels: One for each row; shape (n,). One that no block to learn from has is always missed.
        split: Of the n rows.
        seed: Of the interval.

    Raises:
        InvalidArgumentError: Sizes that do not fit, NaN, or fewer than two labels to learn.
    """
    table, names = _checked(inputs, split), np.asarray(labels).astype(str)
    if names.shape != (len(table),):
        raise InvalidArgumentError("labels", names.shape, f"must be one for each of {len(table)}")
    if len(np.unique(names[split.fit])) < 2:
        raise InvalidArgumentError("labels", names[:1].tolist(), "must be of two kinds or more")

    def right(model: Pipeline, rows: Rows) -> float:
        return float(np.mean(model.predict(table[rows]) == names[rows]))

    model = _chosen(_logistic, INVERSE_PENALTIES, table, names, split, right)
    return accuracy_of(model.predict(table[split.test]), names, split, seed=seed)


def regress(inputs: ArrayLike, values: ArrayLike, split: Split, *, seed: int = 0) -> Figure:
    """Share of the variance that ridge regression explains in the blocks that are held out.

    0 is the mean of the held-out values, 1 is perfect; below 0 it is worse than their mean.

    Args:
        inputs: Shape (n, width), finite.
        values: Shape (n,), finite.
        split: Of the n rows.
        seed: Of the interval.
    """
    table, truths = _checked(inputs, split), np.asarray(values, dtype=np.float64)
    if truths.shape != (len(table),) or not np.isfinite(truths).all():
        raise InvalidArgumentError(
            "values", truths.shape, f"must be a finite number for each of {len(table)}"
        )

    def explained(model: Pipeline, rows: Rows) -> float:
        return float(model.score(table[rows], truths[rows]))

    model = _chosen(_ridge, PENALTIES, table, truths, split, explained)
    return explained_by(model.predict(table[split.test]), truths, split, seed=seed)


def tag(inputs: ArrayLike, tags: Sequence[Sequence[str]], split: Split, *, seed: int = 0) -> Figure:
    """Mean over tags of the average precision, for pictures that bear several (NUS-WIDE).

    Args:
        inputs: Shape (n, width), finite.
        tags: Of each row, none or more; n of them.
        split: Of the n rows. Tags that some part of it lacks are left out.
        seed: Of the interval.
    """
    table = _checked(inputs, split)
    borne = np.asarray(MultiLabelBinarizer().fit_transform(tags))
    if len(borne) != len(table):
        raise InvalidArgumentError("tags", len(borne), f"must be given for each of {len(table)}")
    everywhere = [borne[rows].any(axis=0) for rows in (split.test, split.fit, split.choose)]
    borne = borne[:, np.all(everywhere, axis=0)]
    if borne.shape[1] < 2:
        raise InvalidArgumentError("tags", borne.shape[1], "must be two or more in each part")

    def precise(model: OneVsRestClassifier, rows: Rows) -> float:
        return _precision(borne[rows], model.predict_proba(table[rows]))

    model = _chosen(
        lambda c: OneVsRestClassifier(_logistic(c)), INVERSE_PENALTIES, table, borne, split, precise
    )
    scores, truths = model.predict_proba(table[split.test]), borne[split.test]
    return bootstrap(
        lambda rows: _precision(truths[rows], scores[rows]),
        len(truths), groups=split.blocks[split.test], seed=seed, rounds=ROUNDS,
    )[0]  # fmt: skip


def nearest_labels(points: Values, labels: ArrayLike, split: Split, *, seed: int = 0) -> Figure:
    """`classify` by the five nearest places that may be learnt from; ``points`` on the sphere."""
    names = np.asarray(labels).astype(str)
    model = KNeighborsClassifier(NEIGHBOURS).fit(points[split.train], names[split.train])
    return accuracy_of(model.predict(points[split.test]), names, split, seed=seed)


def nearest_values(points: Values, values: ArrayLike, split: Split, *, seed: int = 0) -> Figure:
    """`regress` by the mean of the five nearest places that may be learnt from."""
    truths = np.asarray(values, dtype=np.float64)
    model = KNeighborsRegressor(NEIGHBOURS).fit(points[split.train], truths[split.train])
    return explained_by(model.predict(points[split.test]), truths, split, seed=seed)


def accuracy_of(guesses: ArrayLike, labels: ArrayLike, split: Split, *, seed: int = 0) -> Figure:
    """Share of guesses (for ``split.test``) that are right, with its interval over blocks."""
    right = np.asarray(guesses) == np.asarray(labels)[split.test]
    groups = split.blocks[split.test]
    return bootstrap(lambda rows: right[rows].mean(), len(right), groups=groups, seed=seed)[0]


def explained_by(guesses: ArrayLike, values: ArrayLike, split: Split, *, seed: int = 0) -> Figure:
    """Share of the variance that guesses (for ``split.test``) explain, and its interval."""
    truths, guessed = np.asarray(values)[split.test], np.asarray(guesses)
    groups = split.blocks[split.test]

    def share(rows: Rows) -> float:
        spread = np.sum((truths[rows] - truths[rows].mean()) ** 2)
        return float(1 - np.sum((truths[rows] - guessed[rows]) ** 2) / max(spread, 1e-12))

    return bootstrap(share, len(truths), groups=groups, seed=seed)[0]


def _chosen(
    build: Callable[[float], Model],
    strengths: Sequence[float],
    table: Table,
    truths: NDArray[np.generic],
    split: Split,
    quality: Callable[[Model, Rows], float],
) -> Model:
    """The model of the best strength, learnt from all that may be learnt from."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # see ``ITERATIONS``

        def fitted(strength: float, rows: Rows) -> Model:
            model = build(strength)
            model.fit(table[rows], truths[rows])
            return model

        best = max(strengths, key=lambda one: quality(fitted(one, split.fit), split.choose))
        return fitted(best, split.train)


def _logistic(inverse_penalty: float) -> Pipeline:
    return make_pipeline(
        StandardScaler(), LogisticRegression(C=inverse_penalty, max_iter=ITERATIONS)
    )


def _ridge(penalty: float) -> Pipeline:
    return make_pipeline(StandardScaler(), Ridge(penalty))


def _precision(borne: NDArray[np.generic], scores: Values) -> float:
    seen = borne.any(axis=0)
    return float(average_precision_score(borne[:, seen], scores[:, seen], average="macro"))


def _checked(inputs: ArrayLike, split: Split) -> Table:
    table = np.asarray(inputs, dtype=np.float32)
    if table.ndim != 2 or len(table) != len(split.blocks) or not np.isfinite(table).all():
        raise InvalidArgumentError(
            "inputs", table.shape, f"must be finite, one row for each of {len(split.blocks)}"
        )
    return table
