import io

import numpy as np
import pytest
from PIL import Image

from webapp.png import write_png


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (200, 300)])
def test_pillow_reads_back_every_pixel_colour_and_opacity(shape):
    pixels = np.random.default_rng(0).integers(0, 3, shape).astype(np.uint8)
    content = write_png(pixels, bytes([9, 9, 9, 255, 0, 0, 0, 0, 255]), bytes([0, 128, 255]))
    image = Image.open(io.BytesIO(content))
    assert image.mode == "P"
    np.testing.assert_array_equal(np.asarray(image), pixels)
    wanted = np.array([[9, 9, 9, 0], [255, 0, 0, 128], [0, 0, 255, 255]])[pixels]
    np.testing.assert_array_equal(np.asarray(image.convert("RGBA")), wanted)
