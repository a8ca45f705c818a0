"""Several pictures of one place: their beliefs made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from geomapclip.errors import InvalidArgumentError
from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery


def fuse(estimates: Sequence[Estimate]) -> Estimate:
    """The belief about one place at which all the pictures were taken.

    It is the product of the pictures' likelihoods, scaled to sum to 1, computed in logarithms:
    the sum of the logits. Two things are assumed. The pictures are independent witnesses given
    the place, which near-duplicates are not: ten frames of one film make the belief far surer
    than they should. And before any picture each place of the gallery is as likely as the next;
    a belief that is to be corrected for the gallery's density is therefore fused first and
    corrected afterwards (`Estimate.density_corrected`), or the correction counts once a picture.

    Args:
        estimates: At least one, all over the same places and from the same weights.

    Raises:
        InvalidArgumentError: None at all, or galleries or weights that differ.
    """
    if not estimates:
        raise InvalidArgumentError("estimates", estimates, "must hold at least one estimate")
    first = estimates[0]
    for row, estimate in enumerate(estimates):
        if not _same_places(estimate.gallery, first.gallery):
            raise InvalidArgumentError(
                f"estimates[{row}].gallery",
                estimate.gallery.name,
                f"must be that of the others, {first.gallery.name}",
            )
        if estimate.weights != first.weights:
            raise InvalidArgumentError(
                f"estimates[{row}].weights",
                estimate.weights,
                f"must be those of the others, {first.weights}",
            )
    logits = np.sum([estimate.logits for estimate in estimates], axis=0)
    # What is written in one picture is no caption for all; its evidence is in the logits.
    return replace(first, logits=logits, lettering=None)


def _same_places(one: Gallery, other: Gallery) -> bool:
    return one is other or np.array_equal(one.coordinates, other.coordinates)
