"""A map's frame on the world map: its outline, and the picture resampled to Web Mercator."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from geomapclip.lettering import MapExtent, extent_sentence
from geomapclip.lettering.projections import Fit, Plane
from webapp.footprint import MOST_BYTES, footprint_of, lay_over

SIZE = (400, 200)


def extent_of(projection, centre, degrees_wide, turn=0.0):
    """The frame of a picture of 2 to 1 about a place."""
    scale = SIZE[0] / np.radians(degrees_wide)
    cosine, sine = scale * np.cos(turn), scale * np.sin(turn)
    matrix = np.array([[cosine, -sine], [sine, cosine]])
    plane = Plane(projection, centre)
    fit = Fit(plane, matrix, np.array(SIZE) / 2 - plane.points(np.array([centre]))[0] @ matrix.T)
    corners = fit.places(np.array([(0, 0), (400, 0), (400, 200), (0, 200)], float))
    west, east = corners[0, 1], corners[1, 1]
    box = (west, corners[2, 0], east, corners[0, 0])
    return MapExtent(centre, box, 820.4, 3.21, 0.5, 12, projection, tuple(map(tuple, corners))), fit


def picture():
    """Red in the upper left quarter, blue elsewhere."""
    image = Image.new("RGB", SIZE, "blue")
    image.paste("red", (0, 0, 200, 100))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_the_sentence():
    told = extent_sentence(extent_of("mercator", (45.4, 5.3), 4)[0])
    assert told == (
        "A map 820 km wide around 45.40° N, 5.30° E: 12 labels agree to within 3.2 km, "
        "its middle is known to 500 m."
    )


def test_a_mercator_frame_is_a_box():
    footprint = footprint_of(extent_of("mercator", (45.0, 5.0), 4)[0])
    west, south, east, north = footprint.bounds
    assert (west, east) == pytest.approx((3, 7), abs=1e-3)
    assert 44 < south < 44.4 and 45.6 < north < 46
    assert set(np.round(np.array(footprint.outline)[:12, 0], 3)) == {round(north, 3)}


def test_the_sides_of_a_cones_frame_are_bent():
    extent, fit = extent_of("conic", (50.0, 10.0), 40)
    outline = np.array(footprint_of(extent).outline)
    middle = fit.places(np.array([[200.0, 0.0]]))[0]
    assert outline[6] == pytest.approx(middle, abs=0.05)
    assert middle[0] - extent.corners[0][0] > 2, "a straight line would miss it by degrees"


def test_a_frame_across_the_antimeridian_goes_on_and_is_cut_for_files():
    footprint = footprint_of(extent_of("mercator", (-18.0, 179.0), 6)[0])
    west, _, east, _ = footprint.bounds
    assert (west, east) == pytest.approx((176, 182), abs=1e-3)
    assert sorted(part.bounds[0] for part in footprint.geometry.geoms) == pytest.approx([-180, 176])


def test_corners_that_no_plane_explains_bear_no_outline():
    extent, _ = extent_of("mercator", (45.0, 5.0), 4)
    twisted = (extent.corners[2], *extent.corners[1:])
    wrong = MapExtent(**{**vars(extent), "corners": twisted})
    assert footprint_of(wrong) is None
    assert lay_over(picture(), wrong) is None


@pytest.mark.parametrize(
    ("projection", "turn"), [("mercator", 0), ("equirectangular", 0), ("conic", 0), ("conic", 0.1)]
)
def test_each_place_has_the_colour_that_it_has_on_the_picture(projection, turn):
    extent, fit = extent_of(projection, (50.0, 10.0), 30, turn)
    overlay = lay_over(picture(), extent)
    assert len(overlay.webp) <= MOST_BYTES
    laid = Image.open(io.BytesIO(overlay.webp)).convert("RGBA")
    (south, west), (north, east) = overlay.bounds
    for x, y, colour in ((100, 50, 0), (300, 50, 2), (100, 150, 2), (190, 90, 0), (210, 90, 2)):
        latitude, longitude = fit.places(np.array([[x, y]], float))[0]
        down = [np.arcsinh(np.tan(np.radians(each))) for each in (north, latitude, south)]
        spot = (
            int((longitude - west) / (east - west) * laid.width),
            int((down[0] - down[1]) / (down[0] - down[2]) * laid.height),
        )
        pixel = laid.getpixel(spot)
        assert pixel[3] > 250
        assert int(np.argmax(pixel[:3])) == colour
    if projection == "conic":
        assert laid.getpixel((0, 0))[3] < 5, "clear where the picture does not reach"
