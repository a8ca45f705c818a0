"""Whether the place of a picture helps to say what it shows, in the manner of NUS-WIDE.

GeoCLIP's paper (arXiv 2309.16020) adds the location embedding to the image's features
and sorts pictures with a linear model. Here this is done with a user's own pictures and labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geomapclip.errors import DataError
from geomapclip.features import Features, read_features
from geomapclip.metrics import Figure
from geomapclip.probe_data import frequent
from geomapclip.probe_places import Task, inputs_of
from geomapclip.probing import Split, classify, spatial_split, tag
from geomapclip.sources import NAME_COLUMNS

SEPARATOR = ";"  # between the labels of one picture
IMAGE = "image"


def probe_images(
    folder: Path, labels: Path, column: str, weights: Sequence[str], seed: int = 0
) -> Task:
    """Sort pictures by their features, by their places, and by both.

    Args:
        folder: Features of the pictures, as ``python -m geomapclip.features`` keeps them.
        labels: CSV with a column of the pictures' names and one of labels.
        column: Of the labels. Where a picture has several, parted by ";", the figure is the mean
            average precision, else the accuracy; labels of few pictures are left out.
        weights: Names or folders of location encoders.
        seed: Of the blocks held out and the intervals.

    Raises:
        DataError: Unusable features or table, or no picture that has both.
        InvalidArgumentError: Pictures in too few parts of the world, or of one label only.
    """
    features = read_features(folder)
    texts = _labels(features, labels, column)
    several = any(SEPARATOR in text for text in texts)
    rows = np.flatnonzero((texts != "") & (several | frequent(texts)))
    if not len(rows):
        raise DataError("labels", str(labels), "must name pictures of the features, often enough")
    coordinates = features.coordinates[rows]
    split = spatial_split(coordinates, seed=seed)
    image = features.rows(rows)[:, 0].numpy()
    places = inputs_of(coordinates, weights, seed=seed)
    inputs = {IMAGE: image, **places}
    inputs |= {f"{IMAGE} and {name}": np.hstack([image, found]) for name, found in places.items()}
    figures = {
        name: _measure(table, texts[rows], split, several, seed) for name, table in inputs.items()
    }
    kinds = {label for text in texts[rows] for label in _parts(text)}
    measure = "mean average precision" if several else "accuracy"
    return Task(column, measure, len(split.test), len(kinds), figures)


def _measure(
    table: NDArray[np.floating], texts: NDArray[np.str_], split: Split, several: bool, seed: int
) -> Figure:
    if several:
        return tag(table, [_parts(text) for text in texts], split, seed=seed)
    return classify(table, texts, split, seed=seed)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]


def _labels(features: Features, path: Path, column: str) -> NDArray[np.str_]:
    """Label of each picture, "" for none."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DataError("labels", str(path), f"cannot be read as CSV ({error})") from error
    names = [name for name in table.columns if str(name).strip().lower() in NAME_COLUMNS]
    if column not in table.columns or not names:
        raise DataError(
            f"columns of {path}",
            list(table.columns),
            f"must include {column} and one of {', '.join(NAME_COLUMNS)}",
        )
    known = dict(zip(table[names[0]], table[column].str.strip(), strict=True))
    return np.array([known.get(name, "") for name in features.ids], dtype=np.str_)
