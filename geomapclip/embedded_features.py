"""The frozen part of an image encoder, run once over pictures with known places."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from geomapclip.embedded_encoder import FEATURE_CHANNELS, GRID, EmbeddedEncoder


@dataclass(frozen=True)
class Pairs:
    """Features of pictures with the places they show.

    Attributes:
        features: Float16, shape (n, 1280, 3, 3).
        coordinates: Shape (n, 2), degrees.
        reach_km: At which distance a target falls to 1/e; shape (n,).
    """

    features: Tensor
    coordinates: NDArray[np.float64]
    reach_km: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.features)

    def part(self, rows: slice) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.features[rows], self.coordinates[rows], self.reach_km[rows])


@torch.inference_mode()
def extract(
    encoder: EmbeddedEncoder,
    pictures: Dataset[Any],
    reach_km: NDArray[np.float64],
    name: str,
    work: Path | None,
) -> Pairs:
    """Features of all pictures, in order; read from the folder ``work`` where they lie there."""
    kept = work and work / f"{name}-{len(reach_km)}.safetensors"
    if kept and kept.is_file():
        tensors = load_file(kept)
        return Pairs(tensors["features"], tensors["coordinates"].numpy(), reach_km)
    # Batches of four: the network's intermediate arrays stay in a processor's cache.
    loader: DataLoader[Any] = DataLoader(pictures, batch_size=4, num_workers=1)
    total = len(reach_km)
    features = torch.empty((total, FEATURE_CHANNELS, GRID, GRID), dtype=torch.float16)
    coordinates, done = np.empty((total, 2)), 0
    with tqdm(total=total, desc=name, unit=" pictures", disable=None) as bar:
        for pixels, (latitude, longitude) in loader:
            rows = slice(done, done + len(pixels))
            features[rows] = encoder.features(pixels).half()
            coordinates[rows] = torch.stack([latitude, longitude], dim=1).numpy()
            done += len(pixels)
            bar.update(len(pixels))
    if kept:
        tensors = {"features": features, "coordinates": torch.from_numpy(coordinates)}
        save_file(tensors, kept.with_suffix(".tmp"))
        kept.with_suffix(".tmp").replace(kept)
    return Pairs(features, coordinates, reach_km)
