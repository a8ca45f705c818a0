"""A model with its gallery embedded: one picture in, one belief out."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embeddings import Progress, embed_gallery
from geomapclip.errors import InvalidArgumentError
from geomapclip.estimate import Estimate, check_top_k
from geomapclip.gallery import Gallery, Region, load_gallery
from geomapclip.image import ImageSource, open_image
from geomapclip.image_encoder import ImageEncoder
from geomapclip.lettering import Lettering, Word, read_lettering, understand
from geomapclip.model import GeoMapCLIP
from geomapclip.weights import AUTO

Embedding = NDArray[np.float32]
ReadLettering = Literal["auto"] | bool


class Predictor:
    """Locates pictures; nothing changes after it is built, so threads may share it.

    Args:
        model: Moved to the device and put into evaluation; not to be trained meanwhile.
        gallery: Where to look; None takes the model's own.
        device: ``auto`` (CUDA, else Apple's MPS, else the CPU) or a name that torch knows.
        progress: Called while the gallery is embedded.

    Raises:
        InvalidArgumentError: A device that torch does not know or that is not there.
    """

    def __init__(
        self,
        model: GeoMapCLIP,
        gallery: Gallery | None = None,
        *,
        device: str = AUTO,
        progress: Progress | None = None,
    ) -> None:
        self.device = choose_device(device)
        self.model = model.to(self.device).eval()
        self.gallery = model.gallery if gallery is None else gallery
        self._locations = (
            model.gallery_embeddings(progress)
            if gallery is None
            else embed_gallery(model.location_encoder, gallery.coordinates, progress)
        )

    def within(self, region: Region) -> Predictor:
        """A predictor that looks only in a region: see `Gallery.within`. Shares the model."""
        return Predictor(self.model, self.gallery.within(region), device=str(self.device))

    def check_top_k(self, top_k: int) -> None:
        """Raise `InvalidArgumentError` unless the gallery has that many places."""
        check_top_k(top_k, len(self.gallery))

    @classmethod
    def load(
        cls,
        weights: str | os.PathLike[str] = AUTO,
        gallery: Gallery | str | os.PathLike[str] | None = None,
        *,
        device: str = AUTO,
        progress: Progress | None = None,
    ) -> Predictor:
        """Load the weights, then the gallery by name or file: see `GeoMapCLIP`, `load_gallery`."""
        if gallery is not None and not isinstance(gallery, Gallery):
            gallery = load_gallery(gallery)
        chosen = str(choose_device(device))  # a bad name is told before minutes of loading
        return cls(GeoMapCLIP(weights, gallery=gallery), device=chosen, progress=progress)

    @property
    def name(self) -> str:
        """Name of the weights at work."""
        return self.model.name

    @property
    def note(self) -> str:
        """Why ``auto`` fell back to ``embedded``, else ""."""
        return self.model.note

    @property
    def factor(self) -> float:
        """What the cosine is multiplied with to give the logit."""
        return float(self.model.logit_scale.detach().exp())

    def locate(
        self, image: ImageSource, *, ten_crop: bool = False, lettering: ReadLettering = "auto"
    ) -> Estimate:
        """The belief about where a picture was made.

        Args:
            image: Path, encoded bytes, or Pillow image. Its EXIF coordinates are not looked at.
            ten_crop: Look at ten views of the picture, its corners included, and take the mean
                of their logits; ten times as slow. See `image.ten_crop`.
            lettering: Read what is written in the picture and add what it says. ``auto`` does
                with the weights ``embedded`` and not with CLIP. Where the reader is missing or
                fails the visual belief stands, and ``Estimate.lettering.notice`` says why.

        Raises:
            ImageError: What is no readable picture.
            InvalidArgumentError: Another value of ``lettering``.
        """
        reads, opened = self.reads_lettering(lettering), open_image(image)
        estimate = self.estimate(self.embed(opened, ten_crop=ten_crop))
        return self.with_lettering(estimate, *read_lettering(opened)) if reads else estimate

    def reads_lettering(self, lettering: ReadLettering = "auto") -> bool:
        """Whether `locate` reads what is written: as said, or for ``auto`` as the weights are."""
        if lettering not in (AUTO, True, False):
            raise InvalidArgumentError("lettering", lettering, "must be auto, True or False")
        if lettering == AUTO:  # measured for the embedded encoder only
            return isinstance(self.model.image_encoder, EmbeddedEncoder)
        return bool(lettering)

    def with_lettering(
        self,
        estimate: Estimate,
        words: Sequence[Word],
        size: tuple[int, int],
        notice: str = "",
        struck: Collection[int] = (),
    ) -> Estimate:
        """A visual belief and what is written, made one: their logits and log-likelihood added.

        Args:
            estimate: Of `estimate`, without lettering.
            words: From `lettering.read_lettering`, as are the next two.
            size: Of the picture in pixels.
            notice: Kept in the answer.
            struck: Numbers of words that are not to count.
        """
        if notice:
            return replace(estimate, lettering=Lettering(notice=notice))
        lettering, log_likelihood = understand(words, size, self.gallery, struck)
        return estimate.with_lettering(lettering, log_likelihood)

    @torch.inference_mode()
    def embed(self, image: ImageSource, *, ten_crop: bool = False) -> Embedding:
        """The costly half of `locate`: 2 kB that stand for the picture, asked often after.

        Args:
            image: As in `locate`.
            ten_crop: As in `locate`; logits are linear in the embedding, so the mean of the ten
                embeddings gives the mean of their logits.

        Returns:
            Shape (512,).
        """
        encoder, opened = self.model.image_encoder, open_image(image)
        pixels = encoder.ten_crop(opened) if ten_crop else encoder.preprocess(opened)[None]
        embedding: Embedding = self.embed_pixels(pixels).mean(axis=0)
        return embedding

    @torch.inference_mode()
    def embed_pixels(self, pixels: torch.Tensor) -> Embedding:
        """Embeddings (n, 512) of pixels (n, 3, size, size) from the encoder's ``preprocess``."""
        embeddings: Embedding = self.model.encode_image(pixels.to(self.device)).cpu().numpy()
        return embeddings

    @property
    def reads_words(self) -> bool:
        """Whether the weights stand on CLIP, so that `ask` needs no more than its text tower."""
        return isinstance(self.model.image_encoder, ImageEncoder)

    def ask(self, sentence: str) -> Estimate:
        """The belief about where a picture was made that would fit a sentence.

        Args:
            sentence: Such as "a beach in Australia"; CLIP was trained on English.

        Raises:
            UnreachableError: CLIP is not here and cannot be fetched.
            WeightsError: Weights that do not stand on CLIP.
            InvalidArgumentError: A sentence that is empty or too long.
        """
        return self.estimate(self.embed_words(sentence))

    @torch.inference_mode()
    def embed_words(self, sentence: str) -> Embedding:
        """The costly half of `ask`, shape (512,)."""
        embedding: Embedding = self.model.encode_text([sentence])[0].cpu().numpy()
        return embedding

    def estimate(self, embedding: Embedding) -> Estimate:
        """The quick half of `locate` and `ask`.

        Args:
            embedding: From `embed` or `embed_words` of any predictor with these weights.
        """
        return self.estimates(embedding[None])[0]

    @torch.inference_mode()
    def estimates(self, embeddings: Embedding) -> list[Estimate]:
        """Beliefs of several embeddings (n, 512): the gallery is gone through once for all."""
        images = torch.from_numpy(embeddings).to(self.device)
        logits = self.model.logits(images, self._locations).cpu().double().numpy()
        return [Estimate(self.gallery, row, self.name) for row in logits]


def choose_device(name: str) -> torch.device:
    """The device of that name; ``auto`` takes CUDA, else Apple's MPS, else the CPU.

    Raises:
        InvalidArgumentError: A name that torch does not know, or a device that is not there.
    """
    if name == AUTO:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, TypeError) as error:  # torch raises each of them
        raise InvalidArgumentError(
            "device", name, "must be auto, cpu, or a device of this machine such as cuda or mps"
        ) from error
    return device
