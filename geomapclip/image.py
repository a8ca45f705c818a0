"""From a file to the pixels that an image encoder reads, and the place that its EXIF names."""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms, ImageOps, TiffImagePlugin
from pillow_heif import register_heif_opener

from geomapclip.errors import ImageError

register_heif_opener()

ImageSource = str | Path | bytes | Image.Image

# Only these decoders run on a stranger's file: others that Pillow knows start outside programs.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF")
MAX_PIXELS = 150_000_000  # a 108-megapixel phone's photo passes; 40,000 x 40,000 does not
ACCEPTED = "must be a picture: JPEG, PNG, WebP, GIF, TIFF, BMP, HEIC/HEIF or AVIF"

DECODER_ERRORS = (OSError, SyntaxError, ValueError, TypeError, EOFError, struct.error, zlib.error)

# Mean and standard deviation of each RGB channel in [0, 1].
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)  # openai/clip-vit-large-patch14, preprocessor
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)

TEN_CROP_MARGIN = 256 / 224  # shorter side before cropping, as a multiple of the crop's side


def open_image(source: ImageSource) -> Image.Image:
    """Decode a picture, upright and as it looks: RGB, transparency on white, first frame.

    Args:
        source: Path, encoded bytes, or a Pillow image (which is left as it is).

    Raises:
        ImageError: Missing, empty, truncated, no picture, or above ``MAX_PIXELS``
            (found from the header, before anything is decoded).
    """
    name = _name(source)
    with _open(source) as image:
        try:
            return _as_it_looks(image)
        except DECODER_ERRORS as error:
            raise ImageError(name, _shown(source), f"cannot be decoded ({error})") from error
        except MemoryError as error:
            raise ImageError(
                name, _shown(source), "is too large for this machine's memory"
            ) from error


def exif_coordinates(source: ImageSource) -> tuple[float, float] | None:
    """Latitude and longitude in degrees that the camera wrote into EXIF, if any.

    It serves as truth beside the answer and is never fed to the model. Cameras without a fix
    write (0, 0) or zero denominators: both count as none.

    Raises:
        ImageError: As `open_image`.
    """
    with _open(source) as image:
        try:
            gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
            latitude = _degrees(gps[ExifTags.GPS.GPSLatitude])
            longitude = _degrees(gps[ExifTags.GPS.GPSLongitude])
            south = str(gps.get(ExifTags.GPS.GPSLatitudeRef, "N")).upper().startswith("S")
            west = str(gps.get(ExifTags.GPS.GPSLongitudeRef, "E")).upper().startswith("W")
        except (KeyError, ZeroDivisionError, *DECODER_ERRORS):
            return None
    latitude, longitude = (-latitude if south else latitude), (-longitude if west else longitude)
    in_range = abs(latitude) <= 90 and abs(longitude) <= 180  # False for NaN
    return (latitude, longitude) if in_range and (latitude, longitude) != (0, 0) else None


def preprocess(
    image: Image.Image,
    size: int,
    mean: Sequence[float] = CLIP_MEAN,
    std: Sequence[float] = CLIP_STD,
) -> torch.Tensor:
    """Pixels for an encoder: shorter side to ``size`` (bicubic), centre crop, normalised.

    The steps and their rounding are those of CLIP's own processor; training and inference
    share this function.

    Args:
        image: RGB, as `open_image` gives it.
        size: Side of the square in pixels.
        mean: Of each channel in [0, 1].
        std: Of each channel in [0, 1].

    Returns:
        Shape (3, size, size).
    """
    image = _resize(image, size)
    left, top = (image.width - size) // 2, (image.height - size) // 2
    return _pixels(image.crop((left, top, left + size, top + size)), mean, std)


def ten_crop(
    image: Image.Image,
    size: int,
    mean: Sequence[float] = CLIP_MEAN,
    std: Sequence[float] = CLIP_STD,
) -> torch.Tensor:
    """Ten views for an encoder: four corners and the centre, then their mirror images.

    The shorter side is scaled to 256/224 of ``size`` first, as the field does. GeoCLIP's figures
    were measured with such crops, by the mean of their logits (issue 9 of the repository
    VicenteVivan/geo-clip); ten crops cost ten times as much as one.

    Args:
        image: RGB, as `open_image` gives it.
        size: Side of each square in pixels.
        mean: Of each channel in [0, 1].
        std: Of each channel in [0, 1].

    Returns:
        Shape (10, 3, size, size): upper left, upper right, lower left, lower right, centre, and
        the same five mirrored.
    """
    image = _resize(image, round(size * TEN_CROP_MARGIN))
    right, bottom = image.width - size, image.height - size
    corners = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2)]
    views = torch.stack(
        [
            _pixels(image.crop((left, top, left + size, top + size)), mean, std)
            for left, top in corners
        ]
    )
    return torch.cat([views, views.flip(-1)])


def _resize(image: Image.Image, shorter: int) -> Image.Image:
    """The picture with its shorter side scaled to so many pixels, the longer one rounded down."""
    width, height = image.size
    least = min(width, height)
    size = (max(1, shorter * width // least), max(1, shorter * height // least))
    return image.resize(size, Image.Resampling.BICUBIC)


def _pixels(image: Image.Image, mean: Sequence[float], std: Sequence[float]) -> torch.Tensor:
    """Normalised pixels of a whole picture, shape (3, height, width)."""
    pixels = np.asarray(image, dtype=np.float32) / 255
    pixels = (pixels - np.asarray(mean, np.float32)) / np.asarray(std, np.float32)
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))


def _open(source: ImageSource) -> Image.Image:
    """Read the header only, and refuse what is too large to decode."""
    name = _name(source)
    if isinstance(source, Image.Image):
        image = source.copy()
    elif isinstance(source, bytes):
        if not source:
            raise ImageError(name, source, f"is empty; {ACCEPTED}")
        image = _read_header(io.BytesIO(source), name, source)
    elif isinstance(source, str | Path):
        path = Path(source)
        if path.is_dir():
            raise ImageError(name, str(source), f"is a folder; {ACCEPTED}")
        if not path.exists():
            raise ImageError(name, str(source), "does not exist; give the path of a picture")
        if path.stat().st_size == 0:
            raise ImageError(name, str(source), f"is empty; {ACCEPTED}")
        image = _read_header(path, name, str(source))
    else:
        raise ImageError(name, source, "must be a path, bytes or a Pillow image")
    width, height = image.size
    if width * height > MAX_PIXELS:
        image.close()
        raise _too_large(name, source, f"has {width:,} x {height:,} pixels")
    if width == 0 or height == 0:
        raise ImageError(name, _shown(source), f"has no pixels; {ACCEPTED}")
    return image


def _read_header(file: Path | io.BytesIO, name: str, source: str | bytes) -> Image.Image:
    try:
        return Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large(name, source, "has too many pixels") from error
    except DECODER_ERRORS as error:
        raise ImageError(name, source, f"is not a readable picture; {ACCEPTED}") from error


def _as_it_looks(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)  # decodes
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image).convert("RGB")
    if image.mode == "CMYK" and profile:
        return _cmyk_to_rgb(image, profile)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Greyscale of 16 or 32 bits or floats; Pillow itself would clip it to white."""
    values: NDArray[np.float32] = np.asarray(image).astype(np.float32)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    if image.mode == "F":  # floats have no agreed range: stretch what is there
        low, high = float(values.min()), float(values.max())
        values = (values - low) * np.float32(255 / (high - low)) if high > low else values * 0
    elif image.mode != "I" or values.max() > 255:
        values = values / np.float32(257)  # 65,535 -> 255
    return Image.fromarray(values.round().clip(0, 255).astype(np.uint8))


def _cmyk_to_rgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except ImageCms.PyCMSError:  # a damaged profile: the picture is still there
        converted = None
    return converted or image.convert("RGB")


def _degrees(parts: Sequence[TiffImagePlugin.IFDRational | float]) -> float:
    degrees, minutes, seconds = (float(part) for part in (*parts, 0, 0)[:3])
    value = degrees + minutes / 60 + seconds / 3600
    return value if math.isfinite(value) else math.nan


def _too_large(name: str, source: ImageSource, what: str) -> ImageError:
    return ImageError(
        name,
        _shown(source),
        f"{what}; at most {MAX_PIXELS // 1_000_000} megapixels are accepted, scale it down",
    )


def _name(source: object) -> str:
    return "image" if isinstance(source, bytes | Image.Image) else "path"


def _shown(source: ImageSource) -> object:
    return str(source) if isinstance(source, Path) else source
