"""Folders of weights in geoclip 1.3's release format, so that each reads what the other saved.

``config.json`` (``model_type``, ``format_version``, ``sigma``, ``gallery_file``, ``backbone``),
``model.safetensors`` (``location_encoder.*``, ``image_encoder.mlp.*``, ``logit_scale``) and the
gallery's CSV. The small encoder of this project (``model_type`` "geomapclip-embedded") has its
own tensors in the same three files.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from geomapclip.assets import asset
from geomapclip.errors import WeightsError
from geomapclip.published import WHEELS, release_folder

FORMAT_VERSION = 1
EMBEDDING_SIZE = 512  # of the space that all encoders share
GEOCLIP = "geoclip-geolocation"
LOCATION_ONLY = "geoclip-location-encoder"  # geoclip's release of the location encoder alone
EMBEDDED = "geomapclip-embedded"
NAMES = (*WHEELS, "embedded")
GALLERY_FILE = "gallery.csv"  # in folders that we write


@dataclass(frozen=True)
class Release:
    """Weights as they lie in a folder.

    Attributes:
        name: A published name, or the folder's path.
        folder: Where it lies.
        config: Contents of config.json.
        tensors: Contents of model.safetensors, by the names in the file.
    """

    name: str
    folder: Path
    config: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin with ``prefix``, named without it."""
        return {
            key.removeprefix(prefix): value
            for key, value in self.tensors.items()
            if key.startswith(prefix)
        }


def read_release(source: str | os.PathLike[str]) -> Release:
    """Read weights by published name or from a folder.

    Args:
        source: ``geoclip``, ``geomapclip``, ``embedded``, or a folder in the release format.

    Raises:
        WeightsError: Unknown, missing, damaged, or of another kind.
        UnreachableError: Published weights that are not here and cannot be downloaded.
    """
    name = os.fspath(source)
    if name not in WHEELS:
        return _read_folder(name, asset("embedded") if name == "embedded" else Path(name))
    folder = release_folder(name)
    try:
        return _read_folder(name, folder)
    except WeightsError:  # damaged in the cache: fetch it once more
        shutil.rmtree(folder, ignore_errors=True)
        return _read_folder(name, release_folder(name))


def _read_folder(name: str, folder: Path) -> Release:
    if not folder.is_dir():
        known = ", ".join(NAMES)
        raise WeightsError(
            "weights", name, f"must be one of {known}, or an existing folder of saved weights"
        )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "model.safetensors")
    except (OSError, ValueError, SafetensorError) as error:
        raise WeightsError(
            "weights",
            str(folder),
            "must hold a readable config.json and model.safetensors, as save_pretrained writes "
            f"them ({error})",
        ) from error
    kinds = (GEOCLIP, LOCATION_ONLY, EMBEDDED)
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind not in kinds or config.get("format_version") != FORMAT_VERSION:
        raise WeightsError(
            f"model_type in {folder / 'config.json'}",
            kind,
            f"must be one of {', '.join(kinds)} with format_version {FORMAT_VERSION}",
        )
    return Release(name, folder, config, tensors)


def geoclip_config(sigma: Sequence[float], backbone: Mapping[str, Any]) -> dict[str, Any]:
    """What config.json says of a model behind CLIP.

    Args:
        sigma: Scales of the location encoder.
        backbone: CLIP's repository and revision.
    """
    return {
        "model_type": GEOCLIP,
        "format_version": FORMAT_VERSION,
        "sigma": [int(scale) if scale == int(scale) else scale for scale in sigma],
        "gallery_file": GALLERY_FILE,
        "backbone": dict(backbone),
    }


def write_release(
    folder: str | os.PathLike[str],
    config: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
    gallery_csv: str = "",
) -> None:
    """Write a release folder; each file appears whole or not at all, config.json last.

    Args:
        folder: Made where it is missing.
        config: Contents of config.json; ``gallery_file`` names the gallery's file.
        tensors: Contents of model.safetensors.
        gallery_csv: Contents of the gallery's file; empty where config.json names a gallery.

    Raises:
        WeightsError: The folder cannot be written.
    """
    target = Path(folder)
    contiguous = {key: value.detach().cpu().contiguous() for key, value in tensors.items()}
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".saving-") as name:
            temporary = Path(name)
            save_file(contiguous, temporary / "model.safetensors")
            if gallery_csv:
                (temporary / config["gallery_file"]).write_text(gallery_csv, encoding="utf-8")
            text = json.dumps(dict(config), indent=2) + "\n"
            (temporary / "config.json").write_text(text, encoding="utf-8")
            for file in sorted(temporary.iterdir(), key=lambda path: path.name == "config.json"):
                file.replace(target / file.name)
    except (OSError, SafetensorError) as error:
        raise WeightsError("folder", str(target), f"cannot be written ({error})") from error


def load_state(module: nn.Module, state: Mapping[str, Tensor], where: str) -> None:
    """Put weights into a module, all of them and of the right shapes.

    Args:
        module: Changed in place.
        state: By the module's own names.
        where: Named in the message.

    Raises:
        WeightsError: A missing or unknown name, or another shape.
    """
    expected = module.state_dict()
    missing = sorted(expected.keys() - state.keys())
    unknown = sorted(state.keys() - expected.keys())
    if missing or unknown:
        raise WeightsError(
            "weights",
            where,
            f"must hold exactly the tensors of the model; missing: {missing[:3] or 'none'}, "
            f"unknown: {unknown[:3] or 'none'}",
        )
    for key, value in state.items():
        if value.shape != expected[key].shape:
            raise WeightsError(
                f"shape of {key} in {where}",
                tuple(value.shape),
                f"must be {tuple(expected[key].shape)}",
            )
    module.load_state_dict(dict(state))
