"""Which part of a picture spoke for the answer: hide one patch at a time and ask again.

No gradient is needed, so any encoder can be asked. The method is that of Zeiler and Fergus,
"Visualizing and understanding convolutional networks" (ECCV 2014), section 4.2; what is measured
is the belief in the best place, and how far the best place moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from geomapclip.errors import InvalidArgumentError
from geomapclip.estimate import Candidate, Estimate
from geomapclip.geodesy import EARTH_RADIUS_KM, great_circle_km, unit_vectors
from geomapclip.image import ImageSource, open_image
from geomapclip.predictor import Predictor

GRIDS = (4, 8)  # patches a side: a sixteenth of the picture first, then a quarter of each
BATCH = 4  # pictures at a time: their intermediate arrays stay in a processor's cache
NEAR_KM = 25.0  # belief so near to the best place counts as belief in it, as in `Estimate.top_k`

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PatchGrid:
    """What hiding each patch of one size does; NaN where a patch was not hidden yet.

    Attributes:
        log_change: Natural logarithm of the factor by which the belief in the best place changes;
            negative where the patch spoke for it. Shape (side, side), first row on top.
        moved_km: Great-circle distance by which the best place moves, 0 or more; the same shape.
        moved_to: Latitude and longitude of the best place without the patch, in degrees; shape
            (side, side, 2).
    """

    log_change: Values
    moved_km: Values
    moved_to: Values

    @property
    def side(self) -> int:
        """Number of patches a side."""
        return len(self.log_change)


@dataclass(frozen=True, eq=False)
class Explanation:
    """The answer to a whole picture, and what each patch hidden so far did to it.

    Attributes:
        estimate: The belief with nothing hidden.
        best: Its best place.
        belief: Share of the belief within ``NEAR_KM`` of the best place, in (0, 1].
        grids: Coarse patches first.
        done: Patches hidden so far.
        total: Patches to hide in all.
    """

    estimate: Estimate
    best: Candidate
    belief: float
    grids: tuple[PatchGrid, ...]
    done: int
    total: int


def explain(
    predictor: Predictor, image: ImageSource, grids: Sequence[int] = GRIDS
) -> Iterator[Explanation]:
    """Hide the patches of a picture one at a time, the large ones first.

    A patch is painted with the picture's mean colour. A blur was the other choice; it would leave
    a sky blue and a sea its tint, and so call unimportant what the encoder may have read most.
    Smaller patches come in the order of what the larger patch around them did, so that whoever
    stops early has seen the telling ones.

    Args:
        predictor: Asked once for each patch; nothing is encoded twice.
        image: As in `Predictor.locate`. Only the centre square that the encoder sees is covered.
        grids: Patches a side, from coarse to fine; each at least 1 and at most the encoder's
            pixels.

    Yields:
        An `Explanation` before the first patch and after every few; stop asking to stop.

    Raises:
        ImageError: What is no readable picture.
        InvalidArgumentError: A grid out of range.
    """
    encoder = predictor.model.image_encoder
    for side in grids:
        if not 1 <= side <= encoder.image_size:
            raise InvalidArgumentError(
                "grids", side, f"must lie from 1 to {encoder.image_size}, the encoder's pixels"
            )
    pixels = encoder.preprocess(open_image(image))
    whole = _Whole(predictor.estimates(predictor.embed_pixels(pixels[None]))[0])
    filling = [_empty(side) for side in grids]
    done = 0
    yield whole.explanation(filling, done)
    for coarser, grid in zip([None, *filling], filling, strict=False):
        patches = _order(grid.side, coarser)
        for start in range(0, len(patches), BATCH):
            batch = patches[start : start + BATCH]
            hidden = torch.stack([hide(pixels, grid.side, *patch) for patch in batch])
            beliefs = predictor.estimates(predictor.embed_pixels(hidden))
            for patch, belief in zip(batch, beliefs, strict=True):
                whole.compare(belief, grid, patch)
            done += len(batch)
            yield whole.explanation(filling, done)


def hide(pixels: torch.Tensor, side: int, row: int, column: int) -> torch.Tensor:
    """Pixels with one patch painted in their mean colour.

    Args:
        pixels: Of one picture, shape (3, size, size); left as they are.
        side: Patches a side.
        row: Of the patch, from 0 at the top.
        column: Of the patch, from 0 at the left.
    """
    edges = [round(step * pixels.shape[-1] / side) for step in range(side + 1)]
    rows, columns = (slice(edges[at], edges[at + 1]) for at in (row, column))
    hidden = pixels.clone()
    hidden[:, rows, columns] = pixels.mean(dim=(1, 2))[:, None, None]
    return hidden


class _Whole:
    """The answer with nothing hidden, to which the others are compared."""

    def __init__(self, estimate: Estimate) -> None:
        self.estimate = estimate
        self.best = estimate.top_k(1, NEAR_KM)[0]
        self.near = _near(estimate, self.best)
        self.log_belief = _log_belief(estimate, self.near)

    def compare(self, hidden: Estimate, grid: PatchGrid, patch: tuple[int, int]) -> None:
        """Write into the grid what hiding that patch did."""
        best = hidden.top_k(1, NEAR_KM)[0]
        here, there = ((each.latitude, each.longitude) for each in (self.best, best))
        grid.log_change[patch] = _log_belief(hidden, self.near) - self.log_belief
        grid.moved_km[patch] = great_circle_km(here, there)
        grid.moved_to[patch] = there

    def explanation(self, grids: Sequence[PatchGrid], done: int) -> Explanation:
        """What is known now, in arrays of its own."""
        shown = tuple(
            PatchGrid(grid.log_change.copy(), grid.moved_km.copy(), grid.moved_to.copy())
            for grid in grids
        )
        total = sum(grid.side**2 for grid in grids)
        belief = float(np.exp(self.log_belief))
        return Explanation(self.estimate, self.best, belief, shown, done, total)


def _empty(side: int) -> PatchGrid:
    nothing = np.full((side, side), np.nan)
    return PatchGrid(nothing, nothing.copy(), np.full((side, side, 2), np.nan))


def _order(side: int, coarser: PatchGrid | None) -> list[tuple[int, int]]:
    """Rows and columns of a grid's patches: where the coarser patch mattered most comes first."""
    patches = [(row, column) for row in range(side) for column in range(side)]
    if coarser is None:
        return patches

    def weight(patch: tuple[int, int]) -> float:
        row, column = (int((at + 0.5) / side * coarser.side) for at in patch)
        return -abs(float(coarser.log_change[row, column]))

    return sorted(patches, key=weight)


def _near(estimate: Estimate, best: Candidate) -> NDArray[np.intp]:
    """Rows of the gallery within ``NEAR_KM`` of the best place."""
    gallery = estimate.gallery
    spot = np.array([(best.latitude, best.longitude)])
    chord = 2 * np.sin(NEAR_KM / EARTH_RADIUS_KM / 2) + 1e-9
    return np.array(gallery.tree.query_ball_point(unit_vectors(spot)[0], chord), dtype=np.intp)


def _log_belief(estimate: Estimate, rows: NDArray[np.intp]) -> float:
    """Natural logarithm of the belief in some places; finite, however small it is."""
    most = estimate.logits.max()
    within = estimate.logits[rows]
    nearest = within.max()
    log_sum = nearest + np.log(np.exp(within - nearest).sum())
    return float(log_sum - most - np.log(np.exp(estimate.logits - most).sum()))
