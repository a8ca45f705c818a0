"""The location encoder: a place on the Earth -> an embedding.

Degrees -> Equal Earth projection -> random Fourier features at three scales -> one network for
each scale -> the sum. Source: Vivanco Cepeda, Nayak, Shah, "GeoCLIP", NeurIPS 2023,
arXiv 2309.16020, section 3.1; the order of the arithmetic is that of the published code, since
at the finest scale another order moves the embedding by more than float32's own rounding.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from geomapclip.release import EMBEDDING_SIZE, LOCATION_ONLY, Release, load_state, read_release

PREFIX = "location_encoder."
CHUNK_PLACES = 2048  # the networks' intermediate arrays stay in a processor's cache
FREQUENCIES = 256  # for each scale
HIDDEN_SIZE = 1024
SIGMA = (1.0, 16.0, 256.0)  # 2^0, 2^4, 2^8: standard deviation of the frequencies of each scale

# Šavrič, Patterson, Jenny, "The Equal Earth map projection", IJGIS 33 (2019), equation 4.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
# GeoCLIP scales the projection so that x covers [-1, 1] (up to 1e-5).
EQUAL_EARTH_SCALE = 66.50336
DEGREES_OF_HALF_TURN = 180


def equal_earth(coordinates: Tensor) -> Tensor:
    """Project degrees (n, 2), latitude first, to Equal Earth x in [-1, 1], y in [-0.49, 0.49]."""
    latitude, longitude = torch.deg2rad(coordinates[:, 0]), torch.deg2rad(coordinates[:, 1])
    root3 = torch.sqrt(torch.tensor(3.0, device=coordinates.device))
    theta = torch.asin((root3 / 2) * torch.sin(latitude))
    slope = 3 * (9 * A4 * theta**8 + 7 * A3 * theta**6 + 3 * A2 * theta**2 + A1)
    x = (2 * root3 * longitude * torch.cos(theta)) / slope
    y = A4 * theta**9 + A3 * theta**7 + A2 * theta**3 + A1 * theta
    return (torch.stack((x, y), dim=1) * EQUAL_EARTH_SCALE) / DEGREES_OF_HALF_TURN


class FourierFeatures(nn.Module):
    """Random Fourier features (Tancik et al., NeurIPS 2020, equation 5).

    Args:
        sigma: Standard deviation of the random frequencies.
    """

    def __init__(self, sigma: float) -> None:
        super().__init__()
        self.b = nn.Parameter(torch.randn(FREQUENCIES, 2) * sigma, requires_grad=False)

    def forward(self, projected: Tensor) -> Tensor:
        """Waves of shape (n, 512) from projected places (n, 2)."""
        phase = 2 * math.pi * projected @ self.b.T
        return torch.cat((torch.cos(phase), torch.sin(phase)), dim=-1)


class Branch(nn.Module):
    """One scale of the encoder: Fourier features, then four linear layers.

    Args:
        sigma: Of the Fourier features.
    """

    def __init__(self, sigma: float) -> None:
        super().__init__()
        self.capsule = nn.Sequential(
            FourierFeatures(sigma),
            nn.Linear(2 * FREQUENCIES, HIDDEN_SIZE),
            nn.ReLU(),
            nn.Linear(HIDDEN_SIZE, HIDDEN_SIZE),
            nn.ReLU(),
            nn.Linear(HIDDEN_SIZE, HIDDEN_SIZE),
            nn.ReLU(),
        )
        self.head = nn.Sequential(nn.Linear(HIDDEN_SIZE, EMBEDDING_SIZE))

    def forward(self, projected: Tensor) -> Tensor:
        """Share of the embedding, shape (n, 512), from projected places (n, 2)."""
        features: Tensor = self.head(self.capsule(projected))
        return features


class LocationEncoder(nn.Module):
    """Places on the Earth -> embeddings.

    Args:
        weights: Published name or folder of saved weights; None leaves the weights random.
        sigma: One scale for each branch; with ``weights`` theirs.

    Raises:
        WeightsError: Weights that are unknown, damaged or of another shape.
        UnreachableError: Published weights that are not here and cannot be downloaded.
    """

    def __init__(
        self,
        weights: str | os.PathLike[str] | None = "geoclip",
        sigma: Sequence[float] = SIGMA,
    ) -> None:
        super().__init__()
        release = None if weights is None else read_release(weights)
        scales = sigma if release is None else release.config.get("sigma", sigma)
        self.sigma = tuple(float(scale) for scale in scales)
        self.branches = nn.ModuleList(Branch(scale) for scale in self.sigma)
        if release is not None:
            self.load_release(release)

    def forward(self, coordinates: Tensor) -> Tensor:
        """Embed places.

        Args:
            coordinates: Shape (n, 2): latitude in [-90, 90], longitude in [-180, 180], degrees.

        Returns:
            Shape (n, 512), not normalised.
        """
        if torch.is_grad_enabled() or len(coordinates) <= CHUNK_PLACES:
            return self._embed(coordinates)
        return torch.cat([self._embed(chunk) for chunk in torch.split(coordinates, CHUNK_PLACES)])

    def _embed(self, coordinates: Tensor) -> Tensor:
        projected = equal_earth(coordinates)
        embeddings: Tensor = self.branches[0](projected)
        for branch in self.branches[1:]:
            embeddings = embeddings + branch(projected)
        return embeddings

    def by_scale(self, coordinates: Tensor, scales: Sequence[int] | None = None) -> list[Tensor]:
        """What each branch adds to `forward`, coarse to fine: tensors of shape (n, 512).

        Args:
            coordinates: As in `forward`.
            scales: Which branches, from 0; None for all.
        """
        projected = equal_earth(coordinates)
        wanted = range(len(self.branches)) if scales is None else scales
        return [self.branches[scale](projected) for scale in wanted]

    def load_release(self, release: Release) -> None:
        """Take the weights of a release, in which the branches are called LocEnc0, 1, 2."""
        prefix = "" if release.config["model_type"] == LOCATION_ONLY else PREFIX
        state = {
            key.replace("LocEnc", "branches."): value for key, value in release.part(prefix).items()
        }
        load_state(self, state, release.name)

    def release_tensors(self) -> dict[str, Tensor]:
        """The weights under the names of a release."""
        return {
            PREFIX + key.replace("branches.", "LocEnc"): value
            for key, value in self.state_dict().items()
        }
