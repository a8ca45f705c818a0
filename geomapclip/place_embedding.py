"""Places as a location encoder sees them: what `geomapclip.explore` answers with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import geodesic_km

Vector = NDArray[np.float32]  # (512,)


@dataclass(frozen=True, eq=False)
class PlaceEmbedding:
    """A place as its encoder sees it.

    Attributes:
        latitude: Degrees.
        longitude: Degrees.
        branches: What each scale adds, coarse to fine, shape (scales, 512).
    """

    latitude: float
    longitude: float
    branches: NDArray[np.float32]

    @cached_property
    def vector(self) -> Vector:
        """The embedding, not normalised: the sum of the branches in the encoder's own order."""
        total: Vector = self.branches[0]
        for branch in self.branches[1:]:
            total = total + branch
        return total

    @property
    def norm(self) -> float:
        """Length of the embedding."""
        return float(np.linalg.norm(self.vector))

    @property
    def norms(self) -> list[float]:
        """Length of each branch."""
        return [float(np.linalg.norm(branch)) for branch in self.branches]

    @property
    def shares(self) -> list[float]:
        """What each scale contributes along the embedding's direction; they sum to 1.

        A share below 0 pulls the other way.
        """
        return [float(branch @ self.vector / self.norm**2) for branch in self.branches]

    def cosines(self, other: PlaceEmbedding) -> list[float]:
        """Cosine of the two embeddings, then of each pair of branches."""
        pairs = [(self.vector, other.vector), *zip(self.branches, other.branches, strict=True)]
        return [float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b))) for a, b in pairs]


@dataclass(frozen=True)
class Neighbour:
    """A place of the gallery near in the embedding: degrees, cosine, km on the ground."""

    latitude: float
    longitude: float
    cosine: float
    km: float


@dataclass(frozen=True, eq=False)
class Profile:
    """Likeness along a geodesic.

    Attributes:
        km: From the start, shape (n,).
        cosine: To the start: of the embeddings (row 0) and by scale, shape (1 + scales, n).
    """

    km: NDArray[np.float64]
    cosine: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Trace:
    """The way of one place through the encoder.

    Attributes:
        place: Where it ends.
        x: Equal Earth, in [-1, 1].
        y: Equal Earth, in [-0.49, 0.49].
        frequencies: Of each scale's waves, shape (scales, 256, 2).
        features: The waves' values, cosines then sines, shape (scales, 512).
    """

    place: PlaceEmbedding
    x: float
    y: float
    frequencies: NDArray[np.float32]
    features: NDArray[np.float32]


def ground_km(start: PlaceEmbedding, end: PlaceEmbedding) -> float:
    """Geodesic distance between two places."""
    return geodesic_km((start.latitude, start.longitude), (end.latitude, end.longitude))
