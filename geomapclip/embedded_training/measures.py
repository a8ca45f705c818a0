"""What the ``embedded`` encoder is worth: distances, and how often its regions hold the truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embedded_training.pictures import Sample
from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery
from geomapclip.geodesy import great_circle_km, unit_vectors

THRESHOLDS_KM = (25, 200, 750, 2500)
SCALES = torch.logspace(0.3, 2.3, 41)  # of the cosine, from 2 to 200, that `calibrate` tries


@dataclass(frozen=True)
class Seen:
    """Pictures that an encoder has looked at.

    Attributes:
        embeddings: Unit vectors, shape (n, 512).
        coordinates: Of the truth in degrees, shape (n, 2).
    """

    embeddings: Tensor
    coordinates: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.embeddings)


@torch.inference_mode()
def see(encoder: EmbeddedEncoder, samples: Iterable[Sample]) -> Seen:
    """Look at pictures one by one, as the application does."""
    embeddings, coordinates = [], []
    for sample in samples:
        pixels = encoder.preprocess(sample.image)[None]
        embeddings.append(functional.normalize(encoder(pixels))[0])
        coordinates.append((sample.latitude, sample.longitude))
    return Seen(torch.stack(embeddings), np.array(coordinates))


@torch.inference_mode()
def median_km(seen: Seen, locations: Tensor, world: Gallery) -> tuple[float, float]:
    """Median distance of the best place in km, and the share within 750 km."""
    best = (seen.embeddings @ locations.T).argmax(dim=1).numpy()
    km = great_circle_km(world.coordinates[best], seen.coordinates)
    return float(np.median(km)), float(np.mean(km <= 750))


@torch.inference_mode()
def calibrate(kinds: Sequence[Seen], locations: Tensor, world: Gallery) -> Tensor:
    """The scale under which the cells that hold the truth are likeliest, as its logarithm.

    Args:
        kinds: Pictures of several kinds, which count alike however many they are.
        locations: Unit embeddings of the world gallery, (m, 512).
        world: That gallery.
    """
    loss = torch.zeros(len(SCALES))
    for seen in kinds:
        for row, home in enumerate(_homes(seen, world)):
            logits = SCALES[:, None] * (seen.embeddings[row : row + 1] @ locations.T)
            there = torch.from_numpy(world.cells.index == home)
            held = logits[:, there].logsumexp(dim=1) - logits.logsumexp(dim=1)
            loss -= held / len(seen)
    return SCALES[loss.argmin()].log()


@torch.inference_mode()
def measure(seen: Seen, locations: Tensor, world: Gallery, scale: Tensor) -> dict[str, float]:
    """Median km, accuracy at each distance, and how often the 50 % and 90 % regions hold it."""
    km, held = [], {0.5: [], 0.9: []}  # type: ignore[var-annotated]
    for row, home in enumerate(_homes(seen, world)):
        logits = scale.exp() * (seen.embeddings[row] @ locations.T)
        estimate = Estimate(world, logits.double().numpy(), "embedded")
        best = world.coordinates[int(logits.argmax())]
        km.append(float(great_circle_km(best, seen.coordinates[row])))
        for share, hits in held.items():
            hits.append(home in estimate.rows_holding(share))
    distances = np.array(km)
    return {
        "pictures": len(seen),
        "median_km": float(np.median(distances)),
        **{f"within_{limit}_km": float(np.mean(distances <= limit)) for limit in THRESHOLDS_KM},
        **{f"in_{share:.0%}_region": float(np.mean(hits)) for share, hits in held.items()},
    }


def _homes(seen: Seen, world: Gallery) -> NDArray[np.intp]:
    """The cell that holds the gallery place nearest to each truth."""
    homes: NDArray[np.intp] = world.cells.index[world.tree.query(unit_vectors(seen.coordinates))[1]]
    return homes
