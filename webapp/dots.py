"""The gallery's places as a picture for the map: 100,000 markers would stall a browser."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from webapp.data_address import data_address
from webapp.heatmap import MERCATOR_LATITUDE
from webapp.map_view import Json

if TYPE_CHECKING:
    from geomapclip.gallery import Gallery

SIDE = 2048  # pixels for the whole world
COLOUR = (11, 122, 75, 150)  # readable on the light map and on the dark one


@lru_cache(maxsize=4)
def draw_gallery(gallery: Gallery) -> Json:
    """Address and bounds of a picture with a pixel for each place, Web Mercator."""
    latitude, longitude = gallery.coordinates.T
    on_map = np.abs(latitude) < MERCATOR_LATITUDE
    y = (1 - np.arcsinh(np.tan(np.radians(latitude[on_map]))) / np.pi) / 2
    x = (longitude[on_map] + 180) / 360
    pixels = np.zeros((SIDE, SIDE), dtype=np.uint8)
    row, column = ((each * SIDE).astype(int).clip(0, SIDE - 1) for each in (y, x))
    pixels[row, column] = 1
    picture = Image.fromarray(pixels)
    picture.putpalette([*COLOUR[:3], *COLOUR[:3]])
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=bytes([0, COLOUR[3]]), bits=1)
    edge = MERCATOR_LATITUDE
    return {
        "url": data_address(file.getvalue(), "image/png"),
        "bounds": ((-edge, -180.0), (edge, 180.0)),
    }
