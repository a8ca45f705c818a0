"""From a name or a folder to the parts of a model, and back into a folder."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from geomapclip.clip import CLIP_BACKBONE
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.errors import UnreachableError, WeightsError
from geomapclip.gallery import Gallery, load_gallery
from geomapclip.image_encoder import CLIP_SIZE, ImageEncoder, image_head, load_clip
from geomapclip.image_encoder import PREFIX as IMAGE_HEAD
from geomapclip.location_encoder import LocationEncoder
from geomapclip.published import WHEELS
from geomapclip.release import (
    EMBEDDED,
    GEOCLIP,
    Release,
    geoclip_config,
    load_state,
    read_release,
    write_release,
)

AUTO = "auto"
AUTO_CLIP = "geoclip"  # what "auto" means where CLIP can be had


@dataclass(frozen=True)
class Parts:
    """What a model is made of.

    Attributes:
        name: Of the weights, shown to people.
        note: Why "auto" fell back to ``embedded``, else "".
        image_encoder: An `ImageEncoder` or `EmbeddedEncoder`.
        location_encoder: Frozen beside ``embedded``.
        logit_scale: Scalar tensor, the logarithm of the factor on the cosine.
        gallery: Where it is looked for unless the caller says otherwise.
        backbone: CLIP's repository and revision, or {}.
    """

    name: str
    note: str
    image_encoder: ImageEncoder | EmbeddedEncoder
    location_encoder: LocationEncoder
    logit_scale: torch.Tensor
    gallery: Gallery
    backbone: Mapping[str, Any]


@dataclass(frozen=True)
class Heads:
    """What stands behind CLIP's tower: enough to read features that were kept.

    Attributes:
        name: Of the weights.
        image_head: From the tower's features (n, width) to embeddings (n, 512), not normalised.
        location_encoder: Of the same weights.
        logit_scale: Scalar tensor, the logarithm of the factor on the cosine.
        gallery: The weights' own.
    """

    name: str
    image_head: nn.Sequential
    location_encoder: LocationEncoder
    logit_scale: torch.Tensor
    gallery: Gallery


def load_parts(
    weights: str | os.PathLike[str] = AUTO,
    image_encoder: ImageEncoder | EmbeddedEncoder | None = None,
    location_encoder: LocationEncoder | None = None,
    gallery: Gallery | None = None,
) -> Parts:
    """Load the parts of a model.

    Args:
        weights: ``auto`` (``geoclip`` where CLIP can be had, else ``embedded`` with a
            `UserWarning`), ``geoclip``, ``geomapclip``, ``embedded``, or a folder.
        image_encoder: Taken instead of that of the weights.
        location_encoder: Likewise.
        gallery: Likewise.

    Raises:
        UnreachableError: CLIP or published weights that are not here and cannot be fetched.
        WeightsError: Unknown, missing, damaged, or of another shape.
    """
    if os.fspath(weights) != AUTO:
        return _load(read_release(weights), image_encoder, location_encoder, gallery)
    try:
        return _load(read_release(AUTO_CLIP), image_encoder, location_encoder, gallery)
    except UnreachableError as error:
        if error.argument != "CLIP":  # `embedded` needs the published weights as well
            raise
        note = (
            "The small embedded encoder answers instead of CLIP: it reads maps roughly, and "
            f"photographs hardly. {error}"
        )
    warnings.warn(note, UserWarning, stacklevel=3)
    return _load(read_release("embedded"), None, location_encoder, gallery, note)


def load_heads(weights: str | os.PathLike[str], width: int = CLIP_SIZE) -> Heads:
    """Load all but CLIP's tower, which is not asked for.

    Args:
        weights: ``geoclip`` (or ``auto``), ``geomapclip``, or a folder of such weights.
        width: Of the tower's features.

    Raises:
        UnreachableError: Published weights that are not here and cannot be fetched.
        WeightsError: Unknown, missing, damaged, of another shape, or not behind a frozen tower.
    """
    release = read_release(AUTO_CLIP if os.fspath(weights) == AUTO else weights)
    if release.config["model_type"] != GEOCLIP:
        raise WeightsError("weights", release.name, "must stand behind CLIP's frozen tower")
    head = image_head(width)
    load_state(head, release.part(IMAGE_HEAD), release.name)
    return Heads(
        name=release.name,
        image_head=head.eval(),
        location_encoder=release_location_encoder(release).eval(),
        logit_scale=logit_scale_of(release),
        gallery=gallery_of(release),
    )


def save_parts(parts: Parts, folder: str | os.PathLike[str]) -> None:
    """Write a folder that `load_parts`, and geoclip 1.3 where CLIP is the tower, can read.

    Raises:
        WeightsError: The folder cannot be written.
    """
    encoder = parts.image_encoder
    config = geoclip_config(parts.location_encoder.sigma, parts.backbone)
    if isinstance(encoder, EmbeddedEncoder):
        config |= {
            "model_type": EMBEDDED,
            "image_size": encoder.image_size,
            "doubt": encoder.doubt,
        }
    tensors = {
        **parts.location_encoder.release_tensors(),
        **encoder.release_tensors(),
        "logit_scale": parts.logit_scale,
    }
    write_release(folder, config, tensors, parts.gallery.to_csv())


def _load(
    release: Release,
    image_encoder: ImageEncoder | EmbeddedEncoder | None,
    location_encoder: LocationEncoder | None,
    gallery: Gallery | None,
    note: str = "",
) -> Parts:
    backbone = release.config.get("backbone", {})
    if image_encoder is None:
        image_encoder = _image_encoder(release, backbone)
    elif isinstance(image_encoder, ImageEncoder):
        backbone = {"repo_id": image_encoder.tower.config.name_or_path, "revision": None}
    return Parts(
        name=release.name,
        note=note,
        image_encoder=image_encoder,
        location_encoder=location_encoder or release_location_encoder(release),
        logit_scale=logit_scale_of(release),
        gallery=gallery or gallery_of(release),
        backbone=backbone,
    )


def _image_encoder(release: Release, backbone: Mapping[str, Any]) -> ImageEncoder | EmbeddedEncoder:
    kind = release.config["model_type"]
    if kind == EMBEDDED:
        return EmbeddedEncoder(release.folder)
    if kind == GEOCLIP:
        encoder = ImageEncoder(load_clip(backbone or CLIP_BACKBONE), weights=None)
        encoder.load_release(release)
        return encoder
    raise WeightsError("weights", release.name, "hold a location encoder alone, no image encoder")


def release_location_encoder(release: Release) -> LocationEncoder:
    """The location encoder of a release, or the published one that the release stands on.

    Raises:
        WeightsError: Tensors that are missing or of another shape.
    """
    named = release.config.get("location_encoder")  # `embedded` names whose it stands on
    if named:
        return LocationEncoder(named)
    encoder = LocationEncoder(None, release.config.get("sigma", ()))
    encoder.load_release(release)
    return encoder


def logit_scale_of(release: Release) -> torch.Tensor:
    """The logarithm of the factor on the cosine, a scalar."""
    value = release.tensors.get("logit_scale")
    if value is None or value.numel() != 1:
        raise WeightsError(
            f"logit_scale of {release.name}",
            None if value is None else tuple(value.shape),
            "must be there and a single number",
        )
    return value.detach().reshape(()).float()


def gallery_of(release: Release) -> Gallery:
    """The gallery that belongs to weights."""
    if release.name in WHEELS:
        return load_gallery(release.name)
    named = release.config.get("gallery")
    if named:
        return load_gallery(named)
    file = release.folder / str(release.config.get("gallery_file"))
    if file.parent != release.folder:
        raise WeightsError("gallery_file", str(file), "must name a file inside the folder")
    return load_gallery(file)
