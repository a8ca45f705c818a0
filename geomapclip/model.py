"""The model: two encoders that share a space, and the scale of their cosine."""

from __future__ import annotations

import os
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from geomapclip.doubt import with_doubt
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embeddings import Progress, embed_gallery
from geomapclip.errors import WeightsError
from geomapclip.estimate import check_top_k
from geomapclip.gallery import Gallery
from geomapclip.image import ImageSource, open_image
from geomapclip.image_encoder import ImageEncoder
from geomapclip.location_encoder import LocationEncoder
from geomapclip.text import load_text
from geomapclip.weights import AUTO, Parts, load_parts, save_parts


class GeoMapCLIP(nn.Module):
    """An image encoder and a location encoder in one space.

    Args:
        weights: ``auto`` (``geoclip`` where CLIP can be had, else ``embedded`` with one
            `UserWarning`), ``geoclip`` (photographs), ``geomapclip`` (map tiles), ``embedded``
            (the small encoder that needs no CLIP), or a folder of saved weights.
        image_encoder: Taken instead of that of the weights.
        location_encoder: Taken instead of that of the weights.
        gallery: Taken instead of that of the weights.

    Attributes:
        name: Of the weights at work.
        note: Why ``auto`` fell back to ``embedded``, else "".
        gallery: The places that `predict` looks among.

    Raises:
        UnreachableError: CLIP or published weights that are not here and cannot be fetched.
        WeightsError: Weights that are unknown, damaged or of another shape.
    """

    def __init__(
        self,
        weights: str | os.PathLike[str] = AUTO,
        *,
        image_encoder: ImageEncoder | EmbeddedEncoder | None = None,
        location_encoder: LocationEncoder | None = None,
        gallery: Gallery | None = None,
    ) -> None:
        super().__init__()
        parts = load_parts(weights, image_encoder, location_encoder, gallery)
        self.image_encoder = parts.image_encoder
        self.location_encoder = parts.location_encoder
        self.logit_scale = nn.Parameter(parts.logit_scale)
        self.gallery = parts.gallery
        self.name, self.note, self.backbone = parts.name, parts.note, parts.backbone
        self._kept: tuple[object, Tensor] | None = None
        self.eval()

    @classmethod
    def from_pretrained(cls, weights: str | os.PathLike[str]) -> GeoMapCLIP:
        """Load by published name or from a folder, one that geoclip 1.3 saved included."""
        return cls(weights)

    def save_pretrained(self, folder: str | os.PathLike[str]) -> None:
        """Write the weights in geoclip's release format (CLIP's own are named, not copied).

        Raises:
            WeightsError: The folder cannot be written.
        """
        parts = Parts(
            name=self.name,
            note=self.note,
            image_encoder=self.image_encoder,
            location_encoder=self.location_encoder,
            logit_scale=self.logit_scale.detach(),
            gallery=self.gallery,
            backbone=self.backbone,
        )
        save_parts(parts, folder)

    def forward(self, pixels: Tensor, coordinates: Tensor) -> Tensor:
        """Logits (n, m) of n pictures (n, 3, size, size) at m places (m, 2) in degrees."""
        return self.logits(self.encode_image(pixels), self.encode_location(coordinates))

    def encode_image(self, pixels: Tensor) -> Tensor:
        """Unit embeddings (n, 512) of pixels as ``image_encoder.preprocess`` gives them."""
        return functional.normalize(self.image_encoder(pixels), dim=1)

    def encode_text(self, sentences: Sequence[str]) -> Tensor:
        """Unit embeddings (n, 512) of sentences: CLIP's text tower, then the image's network.

        The tower is loaded at the first call. CLIP gives words and pictures embeddings in one
        space, so the network behind its vision tower takes both.

        Raises:
            UnreachableError: CLIP is not here and cannot be fetched.
            WeightsError: Weights that stand on another encoder than CLIP.
            InvalidArgumentError: A sentence that is empty or too long.
        """
        if not isinstance(self.image_encoder, ImageEncoder):
            raise WeightsError(
                "weights",
                self.name,
                "cannot read words, for its encoder is not CLIP; use geoclip or geomapclip where "
                "CLIP can be had",
            )
        tower = load_text(self.backbone).to(self.logit_scale.device)
        return functional.normalize(self.image_encoder.mlp(tower(sentences)), dim=1)

    def encode_location(self, coordinates: Tensor) -> Tensor:
        """Unit embeddings (m, 512) of places (m, 2): latitude, longitude in degrees."""
        return functional.normalize(self.location_encoder(coordinates), dim=1)

    def logits(self, images: Tensor, locations: Tensor) -> Tensor:
        """Scaled cosine (n, m) of unit embeddings (n, 512) and (m, 512), with the `doubt`."""
        return with_doubt(self.logit_scale.exp() * (images @ locations.T), self.doubt)

    @property
    def doubt(self) -> float:
        """What a belief keeps for all places alike; 0 but for the small encoder."""
        encoder = self.image_encoder
        return encoder.doubt if isinstance(encoder, EmbeddedEncoder) else 0.0

    @torch.inference_mode()
    def predict(self, image: ImageSource, top_k: int = 5) -> tuple[Tensor, Tensor]:
        """The ``top_k`` most probable places of the gallery, as the predecessors give them.

        Near-duplicates are not merged and no evidence beyond the network counts; `Predictor`
        does both.

        Args:
            image: Path, encoded bytes, or Pillow image.
            top_k: From 1 to the size of the gallery.

        Returns:
            Coordinates of shape (top_k, 2), latitude and longitude in degrees, and their
            softmax over the gallery of shape (top_k,), both on the CPU.

        Raises:
            ImageError: What is no readable picture.
            InvalidArgumentError: A ``top_k`` out of range.
        """
        check_top_k(top_k, len(self.gallery))
        pixels = self.image_encoder.preprocess(open_image(image))
        embedding = self.encode_image(pixels[None].to(self.logit_scale.device))
        probability = self.logits(embedding, self.gallery_embeddings())[0].softmax(dim=-1)
        best = probability.topk(top_k)
        coordinates = torch.from_numpy(self.gallery.coordinates[best.indices.cpu().numpy()])
        return coordinates.float(), best.values.cpu()

    def gallery_embeddings(self, progress: Progress | None = None) -> Tensor:
        """Unit embeddings (n, 512) of the gallery, computed once for each state of the weights."""
        parameters = self.location_encoder.parameters()
        state = (self.gallery, *((tensor.data_ptr(), tensor._version) for tensor in parameters))
        if self._kept is None or self._kept[0] != state:
            embeddings = embed_gallery(self.location_encoder, self.gallery.coordinates, progress)
            self._kept = (state, embeddings)
        return self._kept[1]
