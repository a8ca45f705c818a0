"""What a training run depends on: the paper's recipe as defaults, each value with its source.

The paper is Vivanco Cepeda, Nayak, Shah, "GeoCLIP", NeurIPS 2023, arXiv 2309.16020; "geoclip" is
the published package, version 1.3.0.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from geomapclip.errors import InvalidArgumentError
from geomapclip.location_encoder import SIGMA

RANDOM = "random"  # weights to start from: none


def _option(default: Any, meaning: str, source: str) -> Any:  # noqa: ANN401  (of any field)
    return field(default=default, metadata={"meaning": meaning, "source": source})


@dataclass(frozen=True)
class Recipe:
    """How to train; see the metadata of each field for its meaning and its source.

    Raises:
        InvalidArgumentError: A value out of range.
    """

    weights: str = _option(
        RANDOM,
        "weights to start from: random, geoclip, geomapclip, or a folder",
        "paper, 4: trained from scratch behind the frozen CLIP",
    )
    epochs: int = _option(10, "at most so many", "converged by then, according to the paper's text")
    batch: int = _option(
        512, "photos in one step, over all processes", "paper, 4, for all of MP-16"
    )
    queue: int = _option(4096, "places of earlier photos as classes", "geoclip, model/GeoCLIP.py")
    batch_noise_m: float = _option(
        150.0, "metres of noise on the places of a batch, to each direction", "paper, 4"
    )
    queue_noise_m: float = _option(
        1000.0, "metres of noise on the places of the queue, to each direction", "paper, 4"
    )
    learning_rate: float = _option(3e-5, "of Adam", "paper, 4")
    weight_decay: float = _option(1e-6, "of Adam", "paper, 4")
    gamma: float = _option(0.87, "factor on the learning rate after each epoch", "paper, 4")
    temperature: float = _option(
        0.07, "to start with; learnt from then on", "geoclip, model/GeoCLIP.py"
    )
    sigma: tuple[float, ...] = _option(
        SIGMA, "scales of the location encoder, where it starts at random", "paper, 3.1"
    )
    freeze_location_encoder: bool = _option(
        False, "train only the network behind the tower", "ours: ten times as fast on a processor"
    )
    symmetric: bool = _option(
        False, "classify the places among the photos as well", "CLIP's loss; the paper has one side"
    )
    smoothing_km: float = _option(
        0.0, "distance at which a target falls to 1/e; 0 for the photo's own place alone",
        "ours, after the smoothed labels of PIGEON (arXiv 2307.05845, 3.2)",
    )  # fmt: skip
    hard_share: float = _option(
        0.0, "share of a batch that comes from few H3 cells, as negatives close by", "ours"
    )
    hard_resolution: int = _option(
        2, "of those cells: 2 for 86,800 km2, 3 for 12,400, 4 for 1,770", "ours"
    )
    mirror: bool = _option(
        True, "mirror half of the pictures, where it learns from pictures; no good for maps",
        "geoclip, train/dataloader.py",
    )  # fmt: skip
    validation_share: float = _option(
        0.02, "share of the places kept apart, where no validation set is given; 0 for none", "ours"
    )
    patience: int = _option(
        3, "epochs without a better validation loss before it stops; 0 never stops", "ours"
    )
    seed: int = _option(0, "the same seed gives the same weights", "ours")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sigma", tuple(float(scale) for scale in self.sigma))
        least = {
            "epochs": 1, "batch": 2, "queue": 0, "batch_noise_m": 0, "queue_noise_m": 0,
            "weight_decay": 0, "smoothing_km": 0, "patience": 0, "seed": 0, "hard_resolution": 0,
        }  # fmt: skip
        for name, limit in least.items():
            self._require(name, getattr(self, name) >= limit, f"must be at least {limit}")
        for name in ("learning_rate", "gamma", "temperature"):
            self._require(name, getattr(self, name) > 0, "must be above 0")
        self._require("hard_resolution", self.hard_resolution <= 15, "must be at most 15")
        self._require("hard_share", 0 <= self.hard_share <= 1, "must lie in [0, 1]")
        self._require("validation_share", 0 <= self.validation_share < 1, "must lie in [0, 1)")
        self._require("sigma", len(self.sigma) > 0, "must name at least one scale")

    def _require(self, name: str, fulfilled: bool, accepted: str) -> None:
        if not fulfilled:  # NaN fulfils nothing
            raise InvalidArgumentError(name, getattr(self, name), accepted)

    def to_json(self) -> dict[str, Any]:
        """As a release's config.json keeps it."""
        return dataclasses.asdict(self)
