"""What is written in a picture: words, where they stand, and how sure the reader is.

The reader is RapidOCR with the PP-OCRv6 models of its wheel: Latin and Greek letters, kana and
Chinese characters, at any angle within a quarter turn. Nothing is downloaded.
"""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geomapclip.errors import LetteringError
from geomapclip.image import ImageSource, open_image

if TYPE_CHECKING:
    from rapidocr import RapidOCR

LONGEST_SIDE = 2048  # pixels; a larger picture is made smaller first
LEAST_CONFIDENCE = 0.4  # below that the reader guesses
LINES_AT_ONCE = 2  # of six, each padded to the longest, 60 MB more are held and nothing is faster
MOST_WORDS = 3000  # read by falling confidence; no map needs more

_turn = threading.Lock()  # one picture at a time: the reader keeps state while it reads


@dataclass(frozen=True, eq=False)
class Word:
    """Some text that stands together: mostly one label or a part of one.

    Attributes:
        text: As it was read.
        polygon: Shape (4, 2): corners in pixels of the picture (x to the right, y down), from
            the start of the text's upper edge clockwise.
        confidence: Of the reader, in [0, 1].
    """

    text: str
    polygon: NDArray[np.float64]
    confidence: float


def read_words(image: ImageSource) -> list[Word]:
    """Read a picture.

    Args:
        image: As `open_image` takes it.

    Returns:
        From the top to the bottom; none where nothing is written.

    Raises:
        ImageError: What is no readable picture.
        LetteringError: The reader is not installed or failed.
    """
    opened = open_image(image)
    scale = min(1.0, LONGEST_SIDE / max(opened.size))
    if scale < 1:
        opened = opened.resize([max(1, round(side * scale)) for side in opened.size])
    reader = _reader()
    pixels = np.ascontiguousarray(np.asarray(opened)[:, :, ::-1])  # it takes blue first
    try:
        with _turn:
            found: Any = reader(pixels)
    except Exception as error:
        raise LetteringError("lettering", type(error).__name__, f"{error}") from error
    if found.txts is None:
        return []
    words = [
        Word(text, np.asarray(box, dtype=np.float64) / scale, float(score))
        for text, box, score in zip(found.txts, found.boxes, found.scores, strict=True)
        if score >= LEAST_CONFIDENCE
    ]
    return sorted(words, key=lambda word: -word.confidence)[:MOST_WORDS]


@cache
def _reader() -> RapidOCR:
    with _turn:
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise LetteringError(
                "lettering",
                "rapidocr",
                "is not installed, so what is written in the picture was not read; "
                "pip install rapidocr onnxruntime",
            ) from error
        threads = int(os.environ.get("OMP_NUM_THREADS") or -1)  # as for every other library
        engine = "EngineConfig.onnxruntime"
        try:
            reader = RapidOCR(
                params={
                    "Global.use_cls": False,  # maps do not stand on their head
                    "Global.max_side_len": LONGEST_SIDE,
                    "Global.text_score": LEAST_CONFIDENCE,
                    "Rec.rec_batch_num": LINES_AT_ONCE,
                    "Global.log_level": "error",  # a picture without text is nothing to warn of
                    f"{engine}.intra_op_num_threads": threads,
                    f"{engine}.inter_op_num_threads": 1,
                }
            )
            # Loaded now, so that a model that is missing is told before a picture is read.
            reader._load_det_model()  # type: ignore[no-untyped-call]
            reader._load_rec_model()  # type: ignore[no-untyped-call]
        except Exception as error:
            raise LetteringError("lettering", type(error).__name__, f"{error}") from error
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return reader
