"""Views of a picture to learn from: a random part of it, perhaps mirrored, in other colours.

The kinds of change and their sizes are those of geoclip's published ``train/dataloader.py``
(torchvision's RandomResizedCrop, flip, ColorJitter(0.4, 0.4, 0.4, 0.1), greyscale); what follows
is the encoder's own `preprocess`, not the ImageNet normalisation of that file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance

TRIES = 10  # for a crop of the drawn shape that fits


@dataclass(frozen=True)
class Augmentation:
    """How far a view may differ from its picture; each value as in geoclip's own training."""

    area: tuple[float, float] = (0.08, 1.0)  # share of the picture that a crop shows
    aspect: tuple[float, float] = (3 / 4, 4 / 3)  # width to height of a crop
    mirror: float = 0.5  # probability; 0 for maps and lettering, which have no mirror image
    jitter: float = 0.8  # probability that the colours change
    strength: float = 0.4  # of the changes of brightness, contrast and saturation
    hue: float = 0.1  # largest turn of the colour circle, of 1
    grey: float = 0.2  # probability that no colour is left


def augment(
    picture: Image.Image, size: int, generator: np.random.Generator, settings: Augmentation
) -> Image.Image:
    """One random view of a picture, RGB.

    Args:
        picture: RGB.
        size: Side of the square view in pixels.
        generator: Source of chance; the same state gives the same view.
        settings: How far it may differ.
    """
    box = _crop(picture.width, picture.height, generator, settings)
    view = picture.resize((size, size), Image.Resampling.BICUBIC, box=box)
    if generator.random() < settings.mirror:
        view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if generator.random() < settings.jitter:
        for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
            factor = generator.uniform(1 - settings.strength, 1 + settings.strength)
            view = enhance(view).enhance(factor)
        view = _turn_hue(view, generator.uniform(-settings.hue, settings.hue))
    if generator.random() < settings.grey:
        view = view.convert("L").convert("RGB")
    return view


def _crop(
    width: int, height: int, generator: np.random.Generator, settings: Augmentation
) -> tuple[int, int, int, int]:
    low, high = (math.log(limit) for limit in settings.aspect)
    for _ in range(TRIES):
        area = width * height * generator.uniform(*settings.area)
        aspect = math.exp(generator.uniform(low, high))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            left = int(generator.integers(width - w + 1))
            top = int(generator.integers(height - h + 1))
            return left, top, left + w, top + h
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side


def _turn_hue(picture: Image.Image, turn: float) -> Image.Image:
    hue, saturation, value = picture.convert("HSV").split()
    hue = hue.point([(level + round(turn * 255)) % 256 for level in range(256)])
    return Image.merge("HSV", (hue, saturation, value)).convert("RGB")
