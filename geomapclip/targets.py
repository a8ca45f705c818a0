"""What training aims at where a place near the truth is nearly right."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from geomapclip.geodesy import EARTH_RADIUS_KM, unit_vectors


def smoothed_targets(photos: ArrayLike, classes: ArrayLike, reach_km: ArrayLike) -> Tensor:
    """Probabilities (n, m) that fall off as exp(-distance / reach) and add up to 1 in each row.

    Args:
        photos: Places of n photos, (n, 2), degrees.
        classes: Places of m classes, (m, 2), degrees.
        reach_km: Distance at which a target falls to 1/e: one, or one for each photo, (n,).
    """
    here, there = (torch.from_numpy(unit_vectors(np.asarray(spots))) for spots in (photos, classes))
    chord = torch.cdist(here, there, compute_mode="donot_use_mm_for_euclid_dist")
    km = 2 * EARTH_RADIUS_KM * torch.asin((chord / 2).clamp(max=1))
    reach = torch.from_numpy(np.asarray(reach_km, dtype=np.float64).reshape(-1, 1))
    return torch.softmax(-km / reach, dim=1).float()
