"""Maps of KGeography are placed by the names of their divisions."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from geomapclip import Gallery
from geomapclip.embedded_training.country_maps import country_maps
from geomapclip.errors import GeoMapCLIPError, InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice, great_circle_km

# The middles of some of Germany's states, latitude and longitude.
STATES = {
    "Baden-Württemberg": (48.5, 9.0),
    "Bayern": (48.9, 11.4),
    "Brandenburg": (52.5, 13.4),
    "Hessen": (50.6, 9.0),
    "Mecklenburg-Vorpommern": (53.7, 12.5),
    "Niedersachsen": (52.8, 9.2),
    "Nordrhein-Westfalen": (51.5, 7.6),
    "Rheinland-Pfalz": (49.9, 7.4),
    "Sachsen": (51.0, 13.4),
    "Thüringen": (50.9, 11.0),
}
HALF = 12  # pixels
WEST, NORTH, SOUTH, SIDE = 5.0, 55.0, 47.0, 400  # of a Mercator map


@pytest.fixture(scope="module")
def world():
    return Gallery("small world", fibonacci_lattice(2_000))


def mercator(latitude):
    return np.degrees(np.arcsinh(np.tan(np.radians(latitude))))


def write_map(folder, divisions):
    """A map of squares, and the file that names them."""
    scale = SIDE / (mercator(NORTH) - mercator(SOUTH))
    image = Image.new("RGB", (SIDE, SIDE), (204, 204, 204))
    told = ""
    for number, (name, (latitude, longitude)) in enumerate(divisions.items()):
        x, y = (longitude - WEST) * scale, (mercator(NORTH) - mercator(latitude)) * scale
        box = (x - HALF, y - HALF, x + HALF, y + HALF)
        ImageDraw.Draw(image).rectangle(box, (number, 100, 0))
        told += (
            f"<division><name>{name}</name><color><red>{number}</red><green>100</green>"
            "<blue>0</blue></color></division>"
        )
    told += (
        "<division><name>Not Germany</name><ignore>yes</ignore><color><red>204</red>"
        "<green>204</green><blue>204</blue></color></division>"
    )
    image.save(folder / "some.png")
    (folder / "some.kgm").write_text(f"<map><mapFile>some.png</mapFile>{told}</map>")
    return WEST + SIDE / scale / 2


def test_the_middle_of_a_map_follows_from_its_divisions(tmp_path, world):
    longitude = write_map(tmp_path, STATES)
    (sample,) = country_maps(tmp_path, world)
    latitude = np.degrees(np.arctan(np.sinh(np.radians((mercator(NORTH) + mercator(SOUTH)) / 2))))
    off = great_circle_km((sample.latitude, sample.longitude), (latitude, longitude))
    assert off < 30, "a twentieth of the map's width"
    assert sample.image.size == (SIDE, SIDE)


def test_a_map_that_cannot_be_placed_is_left_out(tmp_path, world):
    write_map(tmp_path, {f"Part {number}": spot for number, spot in enumerate(STATES.values())})
    with pytest.raises(InvalidArgumentError, match="KGeography"):
        country_maps(tmp_path, world)


def test_what_is_missing_or_broken_is_named(tmp_path, world):
    with pytest.raises(InvalidArgumentError, match="KGeography"):
        country_maps(tmp_path, world)
    (tmp_path / "some.kgm").write_text("<map><mapFile>some.png</mapFile></map>")
    with pytest.raises(GeoMapCLIPError, match=r"some\.png"):
        country_maps(tmp_path, world)
    (tmp_path / "some.kgm").write_text("no map")
    with pytest.raises(InvalidArgumentError, match=r"some\.kgm"):
        country_maps(tmp_path, world)
