"""Words and a small gazetteer for the tests of lettering: all numbers are known beforehand."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from geomapclip.assets import asset
from geomapclip.lettering.gazetteer import KINDS, Gazetteer
from geomapclip.lettering.names import name_key
from geomapclip.lettering.words import Word

TOWNS = {
    "Lyon": (45.75, 4.85),
    "Grenoble": (45.17, 5.72),
    "Valence": (44.93, 4.89),
    "Saint-Étienne": (45.43, 4.39),
    "Annecy": (45.90, 6.13),
}
CENTRE = (45.4, 5.3)


def word(text, x=100.0, y=100.0, width=80.0, height=14.0, confidence=1.0):
    """A word about a pixel."""
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    polygon = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return Word(text, polygon, confidence)


def small_gazetteer(*places, words=()):
    """A gazetteer of (name, latitude, longitude[, isolation_km, kind, radius_km])."""
    full = [(*place, *(50.0, "town", 1.0)[len(place) - 3 :]) for place in places]
    keys = sorted({name_key(place[0]) for place in full})
    bearers = [[n for n, place in enumerate(full) if name_key(place[0]) == key] for key in keys]
    return Gazetteer(
        keys=keys,
        letters=np.frombuffer("\n".join(keys).encode(), np.uint8),
        key_starts=np.cumsum([0, *map(len, bearers)]).astype(np.int32),
        key_places=np.concatenate(bearers).astype(np.int32),
        word_rank=np.zeros(len(keys), np.uint16),
        words=frozenset(words),
        kind=np.array([KINDS.index(place[4]) for place in full], np.uint8),
        isolation_km=np.array([place[3] for place in full], np.float32),
        place_starts=np.arange(len(full) + 1, dtype=np.int32),
        coordinates=np.array([place[1:3] for place in full], np.float32),
        radius_km=np.array([place[5] for place in full], np.float32),
    )


def mercator_pixels(places, centre, km_per_pixel, size):
    """Where places fall on a Mercator map about a centre."""
    scale = 6371.0088 * np.cos(np.radians(centre[0])) / km_per_pixel

    def northing(latitude):
        return np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2))

    latitude, longitude = np.array(places).T
    x = size[0] / 2 + np.radians((longitude - centre[1] + 180) % 360 - 180) * scale
    y = size[1] / 2 - (northing(latitude) - northing(centre[0])) * scale
    return np.column_stack([x, y])


def drawn_map():
    """A map of the towns in 640 x 480 pixels, 0.4 km each."""
    image = Image.new("RGB", (640, 480), "#f2efe9")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(asset("fonts", "DejaVuSans.ttf")), 16)
    pixels = mercator_pixels(list(TOWNS.values()), CENTRE, 0.4, image.size)
    for name, (x, y) in zip(TOWNS, pixels, strict=True):
        draw.ellipse((x - 3, y - 3, x + 3, y + 3), "black")
        draw.text((x, y - 14), name, "black", font, anchor="mm")
    return image
