"""What is learnt: the network behind the tower, the location encoder, and the temperature."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from geomapclip.image_encoder import image_head
from geomapclip.location_encoder import LocationEncoder
from geomapclip.training.recipe import RANDOM, Recipe
from geomapclip.weights import load_heads


@dataclass(frozen=True, eq=False)
class Queue:
    """Places of earlier photos, which serve as further classes; newest last.

    Attributes:
        coordinates: Float64, shape (m, 2), degrees, as the photos have them; on the CPU.
        embeddings: Unit embeddings (m, 512) of the places with their noise, where the location
            encoder is frozen; shape (m, 0) where it is trained and they would grow old.
    """

    coordinates: Tensor
    embeddings: Tensor

    @classmethod
    def empty(cls, width: int, device: torch.device) -> Queue:
        """No place yet: a queue of invented ones would teach that nobody is there."""
        return cls(torch.empty(0, 2, dtype=torch.float64), torch.empty(0, width, device=device))

    def __len__(self) -> int:
        return len(self.coordinates)

    def push(self, coordinates: Tensor, embeddings: Tensor, size: int) -> Queue:
        """The queue with new places behind the old, of which the oldest fall out."""
        first = max(0, len(self) + len(coordinates) - size)
        return Queue(
            torch.cat([self.coordinates, coordinates])[first:],
            torch.cat([self.embeddings, embeddings])[first:],
        )


class Alignment(nn.Module):
    """The trained part of a model, from features of the tower on.

    Args:
        recipe: Where it starts and what is frozen.
        width: Of the features.

    Raises:
        WeightsError: Weights to start from that are unknown, damaged or of another shape.
        UnreachableError: Published weights that are not here and cannot be fetched.
    """

    def __init__(self, recipe: Recipe, width: int) -> None:
        super().__init__()
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        if recipe.weights == RANDOM:
            self.mlp = image_head(width)
            self.location_encoder = LocationEncoder(None, recipe.sigma)
            scale = torch.tensor(math.log(1 / recipe.temperature))
        else:
            heads = load_heads(recipe.weights, width)
            self.mlp, self.location_encoder = heads.image_head, heads.location_encoder
            scale = heads.logit_scale
        self.logit_scale = nn.Parameter(scale)
        if recipe.freeze_location_encoder:
            self.location_encoder.requires_grad_(False)

    def embed_places(self, coordinates: Tensor) -> Tensor:
        """Unit embeddings (n, 512) of places (n, 2), degrees, float32."""
        return functional.normalize(self.location_encoder(coordinates), dim=1)

    def embed_features(self, features: Tensor) -> Tensor:
        """Unit embeddings (n, 512) of features (n, width)."""
        return functional.normalize(self.mlp(features), dim=1)

    def forward(
        self, features: Tensor, places: Tensor, own: slice, targets: Tensor | None = None
    ) -> Tensor:
        """Sum of the losses of this process's photos in a batch.

        Args:
            features: Of the whole batch of b photos, shape (b, width).
            places: The classes, the batch's own places first: degrees (m, 2), float32, or unit
                embeddings (m, 512) where the location encoder is frozen.
            own: Rows of this process in the batch.
            targets: Probability of each class for the own photos, shape (len(own), m); None for
                each photo's own place alone.

        Returns:
            Scalar.
        """
        frozen = self.recipe.freeze_location_encoder
        locations = places if frozen else self.embed_places(places)
        seen = features if self.recipe.symmetric else features[own]
        images = self.embed_features(seen)
        scale = self.logit_scale.exp()
        own_images = images[own] if self.recipe.symmetric else images
        truth = torch.arange(own.start, own.stop, device=features.device)
        loss = functional.cross_entropy(
            scale * own_images @ locations.T,
            truth if targets is None else targets,
            reduction="sum",
        )
        if not self.recipe.symmetric:
            return loss
        backwards = scale * locations[own] @ images.T
        return (loss + functional.cross_entropy(backwards, truth, reduction="sum")) / 2
