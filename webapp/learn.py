"""What the pages of "How it works" share: a picture as the encoder sees it, steps, drawings."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.image import open_image, preprocess
from geomapclip.wording import percent
from webapp.pieces import example_files
from webapp.plot import png_address, vector_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.predictor import Embedding, Predictor

BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)  # no normalisation: pixels stay as they look


@dataclass(frozen=True, eq=False)
class Looked:
    """A picture as the encoder sees it, and what it makes of it.

    Attributes:
        name: Of the picture.
        seen: Data address of the square that goes into the encoder.
        embedding: Shape (512,), length 1.
    """

    name: str
    seen: str
    embedding: Embedding


def look_at(path: str | Path, predictor: Predictor) -> Looked:
    """Let the encoder look at a picture.

    Raises:
        ImageError: What is no readable picture; names the file, not the server's folders.
    """
    path = Path(path)
    try:
        image = open_image(path)
    except ImageError as error:
        raise ImageError("picture", path.name, error.accepted) from error
    pixels = preprocess(image, predictor.model.image_encoder.image_size, BLACK, WHITE)
    shown = np.round(pixels.numpy().transpose(1, 2, 0).clip(0, 1) * 255).astype(np.uint8)
    seen = png_address(Image.fromarray(shown))
    return Looked(path.stem.replace("-", " ").title(), seen, predictor.embed(image))


def example_named(name: object) -> Path:
    """File of an example picture.

    Raises:
        InvalidArgumentError: No such example.
    """
    files = {path.stem: path for path in example_files()}
    if name not in files:
        raise InvalidArgumentError("example", name, f"must be one of {', '.join(files)}")
    return files[str(name)]


def numbered(steps: Sequence[tuple[str, str]]) -> str:
    """Steps with their titles, as an ordered list."""
    items = "".join(f"<li><h3>{title}</h3>{content}</li>" for title, content in steps)
    return f'<ol class="steps">{items}</ol>'


def picture(vector: NDArray[np.float32], most: float, caption: str) -> str:
    """512 numbers as a small picture with its caption.

    Args:
        vector: Shape (512,).
        most: What the strongest colours stand for.
        caption: Below it, and what a screen reader says.
    """
    return (
        f'<figure class="vector"><img src="{vector_address(vector, most)}" '
        f'alt="{escape(caption)}, as 16 rows of 32 colours"><figcaption>{escape(caption)}'
        "</figcaption></figure>"
    )


def doubt_sentence(doubt: float) -> str:
    """What `doubt.with_doubt` does, for those who see its floor among the logits."""
    if doubt == 0:
        return ""
    return (
        f" This model keeps {percent(doubt)} of its belief for all places alike, since a picture "
        "may be of a kind that it never learnt: so no logit lies below a floor, and those near it "
        "rise a little."
    )
