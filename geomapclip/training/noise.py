"""Places moved by chance over the ground, by metres and not by degrees."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from geomapclip.geodesy import EARTH_RADIUS_KM


def displaced(coordinates: Tensor, metres: float, generator: np.random.Generator) -> Tensor:
    """Places with Gaussian noise to the north and to the east.

    A degree of longitude is half as long at 60 degrees north as at the equator, so the step is
    taken in the plane that touches the sphere there: no latitude, pole or date line is special.

    Args:
        coordinates: Float64, shape (n, 2), degrees, on the CPU.
        metres: Standard deviation in each of the two directions.
        generator: Source of chance.

    Returns:
        Float64, shape (n, 2), degrees; longitude in [-180, 180].
    """
    steps = torch.from_numpy(generator.standard_normal((len(coordinates), 2)))
    if metres == 0:
        return coordinates
    north, east = (steps * (metres / 1000 / EARTH_RADIUS_KM)).unbind(dim=1)
    latitude, longitude = torch.deg2rad(coordinates).unbind(dim=1)
    # In the axes up, east and north of each place:
    up = torch.cos(latitude) - north * torch.sin(latitude)
    height = torch.sin(latitude) + north * torch.cos(latitude)
    moved_latitude = torch.atan2(height, torch.hypot(up, east))
    moved_longitude = longitude + torch.atan2(east, up)
    moved = torch.rad2deg(torch.stack([moved_latitude, moved_longitude], dim=1))
    moved[:, 1] = (moved[:, 1] + 180) % 360 - 180
    return moved
