"""Small drawings: colours and corners known beforehand."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from webapp.plot import line_plot, signed, ticks, vector_address


def test_blue_is_below_zero_white_at_zero_red_above():
    vector = np.zeros(512)
    vector[0], vector[511] = -2, 2
    address = vector_address(vector, 2)
    picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB")
    assert picture.size == (32, 16)
    assert picture.getpixel((0, 0)) == (5, 48, 97)
    assert picture.getpixel((31, 15)) == (103, 0, 31)
    assert min(picture.getpixel((5, 5))) > 240


def test_a_line_goes_from_corner_to_corner_and_bears_its_name():
    drawn = line_plot(np.array([0.0, 10.0]), [("a < b", np.array([0.0, 1.0]))], "A & B", "km", "y")
    root = ElementTree.fromstring(drawn.partition("<div")[0])
    line = root.find("polyline")
    (x0, y0), (x1, y1) = re.findall(r"([\d.]+),([\d.]+)", line.get("points"))
    assert float(x0) < float(x1)
    assert float(y0) > float(y1)  # up is small in SVG
    assert line.find("title").text == "a < b"
    assert root.get("aria-label") == "A & B"


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (-1, 1, [-1, -0.5, 0, 0.5, 1]),
        (0, 14223, [0, 2500, 5000, 7500, 10000, 12500]),
    ],
)
def test_ticks_are_round(low, high, found):
    assert ticks(low, high) == pytest.approx(found)


def test_a_true_minus():
    assert signed(-0.5, 2) == "\N{MINUS SIGN}0.50"
