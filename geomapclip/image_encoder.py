"""The image encoder of GeoCLIP: CLIP's vision tower (frozen) and a small network behind it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PIL import Image
from torch import Tensor, nn

from geomapclip.clip import CLIP_BACKBONE, Source, load_part, load_tower
from geomapclip.image import preprocess, ten_crop
from geomapclip.release import EMBEDDING_SIZE, Release, load_state, read_release

if TYPE_CHECKING:
    from transformers import CLIPVisionModelWithProjection

PREFIX = "image_encoder.mlp."
CLIP_SIZE = 768  # of the embedding that CLIP ViT-L/14 gives


class ImageEncoder(nn.Module):
    """Pixels -> embeddings in the space of the location encoder.

    Args:
        tower: CLIP's vision tower with its projection to 768; None loads CLIP ViT-L/14.
        weights: Published name or folder with the network behind it; None leaves it random.

    Raises:
        UnreachableError: CLIP or the weights are not here and cannot be fetched.
        WeightsError: A folder that holds no such weights.
    """

    def __init__(
        self,
        tower: CLIPVisionModelWithProjection | None = None,
        weights: str | os.PathLike[str] | None = "geoclip",
    ) -> None:
        super().__init__()
        self.tower = load_clip() if tower is None else tower
        self.tower.requires_grad_(False)
        self.image_size = int(self.tower.config.image_size)
        self.mlp = image_head(self.tower.config.projection_dim)
        if weights is not None:
            self.load_release(read_release(weights))

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed pictures.

        Args:
            pixels: Shape (n, 3, 224, 224), as `preprocess` gives them.

        Returns:
            Shape (n, 512), not normalised.
        """
        embeddings: Tensor = self.mlp(self.features(pixels))
        return embeddings

    def features(self, pixels: Tensor) -> Tensor:
        """What the frozen tower gives, shape (n, 768), and the network behind it reads."""
        features: Tensor = self.tower(pixel_values=pixels).image_embeds
        return features

    def preprocess(self, image: Image.Image) -> Tensor:
        """Pixels of one RGB picture, shape (3, 224, 224): see `image.preprocess`."""
        return preprocess(image, self.image_size)

    def ten_crop(self, image: Image.Image) -> Tensor:
        """Pixels of ten views of one picture, shape (10, 3, 224, 224): see `image.ten_crop`."""
        return ten_crop(image, self.image_size)

    def load_release(self, release: Release) -> None:
        """Take the weights of the network behind the tower."""
        load_state(self.mlp, release.part(PREFIX), release.name)

    def release_tensors(self) -> dict[str, Tensor]:
        """The weights behind the tower, under the names of a release."""
        return {PREFIX + key: value for key, value in self.mlp.state_dict().items()}


def image_head(width: int = CLIP_SIZE) -> nn.Sequential:
    """The network behind the tower, of random weights: (n, width) -> (n, 512)."""
    return nn.Sequential(
        nn.Linear(width, CLIP_SIZE), nn.ReLU(), nn.Linear(CLIP_SIZE, EMBEDDING_SIZE)
    )


def load_clip(backbone: Mapping[str, Any] = CLIP_BACKBONE) -> CLIPVisionModelWithProjection:
    """CLIP's vision tower: see `clip.load_part`, also for what it raises."""
    return load_part(_load_tower, backbone, ", or use weights='embedded', which needs no CLIP")


def _load_tower(source: Source) -> CLIPVisionModelWithProjection:
    # Imported here: transformers takes seconds to import, and `embedded` needs none of it.
    from transformers import CLIPVisionModelWithProjection

    class VisionTower(CLIPVisionModelWithProjection):  # type: ignore[misc]  # (has no types)
        """The tower without the report that the text tower's weights were left out."""

        _keys_to_ignore_on_load_unexpected = (r"text_model.*", r"text_projection.*", "logit_scale")

    return load_tower(VisionTower, source, "vision tower")
