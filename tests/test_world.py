"""The world in colours: pixels whose colour is known beforehand."""

import io

import numpy as np
from PIL import Image

from geomapclip.field import land_grid
from webapp.world import (
    SIDE,
    Mark,
    WorldView,
    paint_components,
    paint_cosine,
    paint_near,
)


def pixels(painted):
    return Image.open(io.BytesIO(painted.png)).convert("RGBA")


def at(latitude, longitude):
    y = (1 - np.arcsinh(np.tan(np.radians(latitude))) / np.pi) / 2
    return int((longitude + 180) / 360 * SIDE), int(y * SIDE)


def test_north_alike_and_south_unlike_on_land_and_nothing_at_sea():
    cosine = np.where(land_grid()[:, 0] > 0, 0.9, 0.1).astype(np.float32)
    painted = paint_cosine(cosine, land_grid(), "all scales")
    picture = pixels(painted)
    assert picture.getpixel(at(50, 20)) == (253, 231, 37, 255)  # viridis ends in yellow
    assert picture.getpixel(at(-25, 130)) == (68, 1, 84, 255)  # and begins in violet
    assert picture.getpixel(at(0, -30))[3] == 0
    assert (painted.low, painted.high) == ("≤ 0.10", "≥ 0.90")


def test_a_gallerys_places_are_dots_with_the_most_alike_on_top():
    spots = np.array([[0.0, 0.0], [0.0, 0.001], [40.0, 100.0], [89.0, 0.0]])
    picture = pixels(
        paint_cosine(np.array([0.0, 1.0, 0.5, 1.0]), spots, "all", "4 places", dots=True)
    )
    assert picture.getpixel(at(0, 0)) == (253, 231, 37, 255)
    assert picture.getpixel(at(40, 100))[3] == 255
    assert picture.getpixel(at(20, 50))[3] == 0


def test_components_are_red_green_and_blue():
    scores = np.zeros((len(land_grid()), 3), dtype=np.float32)
    scores[land_grid()[:, 1] > 60, 0] = 1  # the east
    scores[land_grid()[:, 1] < -30, 2] = 1  # the west
    painted = paint_components(scores, np.array([0.5, 0.2, 0.1]), land_grid(), "all scales")
    picture = pixels(painted)
    assert picture.getpixel(at(50, 100)) == (255, 0, 0, 255)
    assert picture.getpixel(at(40, -100)) == (0, 0, 255, 255)
    assert picture.getpixel(at(20, 10)) == (0, 0, 0, 255)
    assert "50 % of the variance" in painted.keys[0][1]


def test_the_close_view_has_its_own_bounds():
    cosine = np.linspace(0, 1, 4, dtype=np.float32).reshape(2, 2)
    painted = paint_near(cosine, ((-1.0, 2.0), (1.0, 4.0)), "σ 256", "117 km wide")
    assert pixels(painted).size == (2, 2)
    assert painted.to_json()["bounds"] == ((-1.0, 2.0), (1.0, 4.0))
    assert (painted.low, painted.high) == ("0.00", "1.00")


def test_plain_values_for_the_maps_script():
    view = WorldView(None, (Mark("A", 1.0, 2.0, "Somewhere", "1° N"),), "world", "A").to_json()
    assert view["heatmap"] is None
    assert view["marks"][0]["latitude"] == 1.0
    assert view["visit"] == "A"
