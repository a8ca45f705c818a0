"""Many pictures' embeddings against one gallery, a few at a time: what each belief came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from geomapclip.calibration import (
    SHARES,
    calibration,
    fit_temperature,
    rank_truths,
    temperature_losses,
)
from geomapclip.doubt import with_doubt
from geomapclip.errors import InvalidArgumentError
from geomapclip.gallery import Gallery
from geomapclip.geodesy import Coordinates, check_coordinates, great_circle_km
from geomapclip.metrics import Figure, Rows, Values

BATCH = 128  # pictures; their logits over 100,000 places are 51 MB

Embeddings = NDArray[np.float32]
Progress = Callable[[int, int], None]  # pictures done, pictures in all


@dataclass(frozen=True, eq=False)
class Matcher:
    """A gallery as a model sees it.

    Attributes:
        weights: Name of the model's weights.
        gallery: The m places.
        locations: Their unit embeddings, shape (m, 512).
        scale: By which a cosine is multiplied to be a logit.
        doubt: See `doubt.with_doubt`.
    """

    weights: str
    gallery: Gallery
    locations: Tensor
    scale: float
    doubt: float = 0.0

    @torch.inference_mode()
    def logits(self, images: Embeddings) -> NDArray[np.float32]:
        """Logits (b, m) of pictures' embeddings (b, 512): unit, or the mean of some unit ones."""
        scaled = self.scale * torch.from_numpy(images).to(self.locations.device)
        logits = with_doubt(scaled @ self.locations.T, self.doubt)
        found: NDArray[np.float32] = logits.cpu().numpy()
        return found

    def part(self, places: NDArray[np.bool_], name: str) -> Matcher:
        """The same with some of the places, under another name.

        Raises:
            GalleryError: None of them.
        """
        kept = torch.from_numpy(places).to(self.locations.device)
        gallery = Gallery(name, self.gallery.coordinates[places])
        return replace(self, gallery=gallery, locations=self.locations[kept])


@dataclass(frozen=True, eq=False)
class Scores:
    """What each of n pictures' beliefs came to.

    Attributes:
        km: From the most probable place to the truth; shape (n,).
        before: See `calibration.TruthRanks`; shape (n,).
        area_km2: Likewise.
        temperature: Fitted on one half of the pictures; None where that half has none whose
            truth lies in a cell of the gallery.
        check: What that temperature did for the other half.
    """

    km: Values
    before: Values
    area_km2: Values
    temperature: float | None
    check: TemperatureCheck | None


@dataclass(frozen=True)
class TemperatureCheck:
    """How often regions held the truth in pictures that no temperature was fitted on.

    Attributes:
        pictures: How many those are.
        plain: For each share of the belief, without the temperature.
        fitted: With it.
    """

    pictures: int
    plain: dict[float, Figure]
    fitted: dict[float, Figure]


def score(
    matcher: Matcher,
    images: Embeddings,
    truths: ArrayLike,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> Scores:
    """Compare every picture with the gallery; memory does not grow with logits.

    The temperature is fitted on a random half of the pictures, and the other half is gone
    through a second time to see what it is worth there.

    Args:
        matcher: What to compare with.
        images: Shape (n, 512), n >= 1: unit embeddings, or means of some (ten crops). A memory
            map will do.
        truths: Where the pictures were made: shape (n, 2), degrees.
        seed: Decides the halves and the intervals.
        progress: Called after each batch.

    Raises:
        InvalidArgumentError: No picture, sizes that do not fit, embeddings that are no finite
            numbers, or coordinates out of range.
    """
    spots = check_coordinates(truths, "truths")
    _check(images, matcher, spots)
    count, cells = len(spots), matcher.gallery.cells
    home = cells.find(spots)
    fitting = np.zeros(count, dtype=bool)
    fitting[np.random.default_rng(seed).permutation(count)[: (count + 1) // 2]] = True
    km, before, area = np.empty(count), np.empty(count), np.empty(count)
    losses: list[Values] = []  # sums over the pictures of a batch
    reached = 0
    steps = count + int(np.count_nonzero(~fitting))
    for rows in _batches(np.arange(count)):
        logits = _logits(matcher, images, rows)
        best = matcher.gallery.coordinates[logits.argmax(axis=1)]
        km[rows] = great_circle_km(best, spots[rows])
        ranks = rank_truths(logits, cells, home[rows])
        before[rows], area[rows] = ranks.before, ranks.area_km2
        usable = np.flatnonzero(fitting[rows] & (home[rows] >= 0))
        found = temperature_losses(logits[usable], cells, home[rows][usable])
        losses.append(found.sum(axis=0))
        reached += len(usable)
        if progress:
            progress(int(rows[-1]) + 1, steps)
    if not reached:
        return Scores(km, before, area, None, None)
    temperature = fit_temperature(np.sum(losses, axis=0)[None] / reached)
    others = np.flatnonzero(~fitting)
    widened = np.empty(len(others))
    for part in _batches(np.arange(len(others))):
        logits = _logits(matcher, images, others[part]) / temperature
        widened[part] = rank_truths(logits, cells, home[others[part]]).before
        if progress:
            progress(count + int(part[-1]) + 1, steps)
    check = TemperatureCheck(
        len(others),
        calibration(before[others], SHARES, seed=seed),
        calibration(widened, SHARES, seed=seed),
    ) if len(others) else None  # fmt: skip
    return Scores(km, before, area, temperature, check)


def _batches(rows: Rows) -> list[Rows]:
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def _logits(matcher: Matcher, images: Embeddings, rows: Rows) -> NDArray[np.float32]:
    some = np.ascontiguousarray(images[rows], dtype=np.float32)
    bad = np.flatnonzero(~np.isfinite(some).all(axis=1))
    if len(bad):
        raise InvalidArgumentError(
            f"images[{int(rows[bad[0]])}]", "NaN or infinity", "must be finite numbers"
        )
    return matcher.logits(some)


def _check(images: Embeddings, matcher: Matcher, truths: Coordinates) -> None:
    size = matcher.locations.shape[1]
    if not len(truths):
        raise InvalidArgumentError("truths", truths.shape, "must hold at least one picture's place")
    if images.shape != (len(truths), size):
        raise InvalidArgumentError(
            "images", images.shape, f"must have the shape ({len(truths)}, {size})"
        )
