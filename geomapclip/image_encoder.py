"""The image encoder of GeoCLIP: CLIP's vision tower (frozen) and a small network behind it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from torch import Tensor, nn

from geomapclip.errors import UnreachableError, WeightsError
from geomapclip.image import preprocess, ten_crop
from geomapclip.published import CLIP_REPO, CLIP_REVISION
from geomapclip.release import EMBEDDING_SIZE, Release, load_state, read_release

if TYPE_CHECKING:
    from transformers import CLIPVisionModelWithProjection

PREFIX = "image_encoder.mlp."
CLIP_SIZE = 768  # of the embedding that CLIP ViT-L/14 gives
CLIP_BACKBONE = {"repo_id": CLIP_REPO, "revision": CLIP_REVISION}
PROBE_SECONDS = 3.0  # the library itself would retry for 23 s before saying that it is offline


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
    """CLIP's vision tower: from the folder ``GEOMAPCLIP_CLIP``, the hub's cache, or the hub.

    Args:
        backbone: ``repo_id`` (or a local folder in the hub's format) and ``revision``.

    Raises:
        UnreachableError: It is in neither place and the hub cannot be reached; this takes no
            longer than a few seconds.
        WeightsError: The folder holds no CLIP.
    """
    folder = os.environ.get("GEOMAPCLIP_CLIP")
    repository, revision = str(backbone["repo_id"]), backbone.get("revision")
    if folder:
        return _load_tower(folder, None, "GEOMAPCLIP_CLIP")
    if Path(repository).is_dir():
        return _load_tower(repository, None, "backbone")
    if _in_hub_cache(repository, revision):
        try:
            return _load_tower(repository, revision, "backbone", local=True)
        except WeightsError:  # a download that was cut short: the hub may have the rest
            pass
    reason = _why_no_hub()
    if reason:
        raise UnreachableError(
            "CLIP",
            repository,
            f"is not in the hub's cache on this machine, and the hub cannot be reached "
            f"({reason}); connect once, set GEOMAPCLIP_CLIP to a folder that holds it in the "
            "hub's format, or use weights='embedded', which needs no CLIP",
        )
    return _load_tower(repository, revision, "backbone")


def _load_tower(
    source: str, revision: str | None, argument: str, *, local: bool = False
) -> CLIPVisionModelWithProjection:
    # Imported here: transformers takes seconds to import, and `embedded` needs none of it.
    from transformers import CLIPVisionModelWithProjection

    class VisionTower(CLIPVisionModelWithProjection):  # type: ignore[misc]  # (has no types)
        """The tower without the report that the text tower's weights were left out."""

        _keys_to_ignore_on_load_unexpected = (r"text_model.*", r"text_projection.*", "logit_scale")

    try:
        tower, report = VisionTower.from_pretrained(
            source, revision=revision, local_files_only=local, output_loading_info=True
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise WeightsError(
            argument, source, f"must hold CLIP in the hub's format ({_first_line(error)})"
        ) from error
    if report["missing_keys"]:
        raise WeightsError(
            argument,
            source,
            f"must hold CLIP's vision tower; missing: {sorted(report['missing_keys'])[:3]}",
        )
    tower.eval()
    return tower


def _in_hub_cache(repository: str, revision: str | None) -> bool:
    """Whether a look with transformers, which takes seconds to import, can find anything."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return isinstance(try_to_load_from_cache(repository, "config.json", revision=revision), str)
    except HFValidationError as error:
        raise WeightsError(
            "backbone", repository, "must name a repository of the hub or an existing folder"
        ) from error


def _why_no_hub() -> str:
    """Why the hub cannot be asked, or nothing where it answers; within ``PROBE_SECONDS``."""
    from huggingface_hub import constants, get_session

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set"
    outcome = [f"no answer within {PROBE_SECONDS:.0f} s"]

    def probe() -> None:
        try:
            status = get_session().head(constants.ENDPOINT, timeout=PROBE_SECONDS).status_code
            outcome[0] = "" if status < 400 else f"it answers with HTTP status {status}"
        except Exception as error:  # noqa: BLE001  (its HTTP library changes between releases)
            outcome[0] = _first_line(error)

    # In a thread, since no timeout of the library covers a name server that does not answer.
    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS)
    return outcome[0]


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
