"""How training pulls pairs together, on eight pictures; and the experiments for a class."""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geomapclip.assets import asset
from geomapclip.explore import Explorer
from webapp.learn_draw import matrix
from webapp.plot import picture_address

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor

PAPER = "https://arxiv.org/abs/2309.16020"
UNTRAINED_SEED = 0

Numbers = NDArray[np.floating]


def training_html(predictor: Predictor) -> str:
    """How contrastive training pulls pairs together: eight pictures and their eight places."""
    files, spots, embeddings = _lesson(predictor)
    names = [_title(file) for file in files]
    factor = predictor.factor
    trained = Explorer("", predictor.model.location_encoder, predictor.gallery)
    untrained = Explorer.untrained(predictor.gallery, UNTRAINED_SEED)
    before = factor * embeddings @ _units(untrained, spots).T
    after = factor * embeddings @ _units(trained, spots).T
    drawn = "".join(
        f"<div><h4>{title}: loss {contrastive_loss(logits):.2f}</h4>"
        + matrix(softmax(logits), logits, names, names, f"Logits {title}")
        + "</div>"
        for title, logits in (("before training", before), ("as trained", after))
    )
    pictures = "".join(
        f'<figure><img src="{picture_address(asset("lesson", file))}" alt="Map of {escape(name)}">'
        f"<figcaption>{escape(name)}</figcaption></figure>"
        for file, name in zip(files, names, strict=True)
    )
    return (
        "<p>Nobody tells the network what Egypt looks like. It gets pairs: a picture and its "
        "place. In each step it compares every picture of a batch with every place (rows: "
        "pictures, columns: places, numbers: logits) and is asked of each row: which of these "
        "places is the true one? The framed numbers should win their rows. What pulls them up and "
        "pushes the others down is the gradient of the loss, the mean of &minus;log(share of "
        f"the framed place); guessing blindly among eight gives ln 8 = {np.log(8):.2f}. The "
        "drawing before training has a location encoder of random weights.</p>"
        f'<div class="eight">{pictures}</div><div class="pair">{drawn}</div>'
        "<p>GeoCLIP compared each picture with thousands of places more, from a queue of earlier "
        "batches: the more wrong places, the harder the question.</p>"
        f'<p>The paper: <a href="{PAPER}" target="_blank" rel="noopener">Vivanco Cepeda, Nayak and '
        "Shah, GeoCLIP, NeurIPS 2023</a></p>"
    )


def lessons_text() -> str:
    """Five experiments of ten minutes each, as Markdown."""
    return asset("lesson", "experiments.md").read_text("utf-8")


def softmax(logits: Numbers) -> Numbers:
    """Each row's shares, which sum to 1."""
    likelihood = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Numbers = likelihood / likelihood.sum(axis=1, keepdims=True)
    return shares


def contrastive_loss(logits: Numbers) -> float:
    """Cross-entropy of the rows, whose true columns stand on the diagonal."""
    return float(-np.log(np.diag(softmax(logits))).mean())


def _units(explorer: Explorer, spots: list[tuple[float, float]]) -> NDArray[np.float32]:
    """Unit embeddings of places, shape (n, 512)."""
    places = [explorer.describe(*spot) for spot in spots]
    return np.stack([place.vector / place.norm for place in places])


@lru_cache(maxsize=2)
def _lesson(
    predictor: Predictor,
) -> tuple[list[str], list[tuple[float, float]], NDArray[np.float32]]:
    """Files and places of the eight pictures, and their embeddings."""
    places = json.loads(asset("lesson", "places.json").read_text("utf-8"))
    files = [f"{name}.jpg" for name in places]
    embeddings = np.stack([predictor.embed(asset("lesson", file)) for file in files])
    return files, [(float(north), float(east)) for north, east in places.values()], embeddings


def _title(file: str) -> str:
    return file.removesuffix(".jpg").replace("-", " ").title()
