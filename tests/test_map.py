from __future__ import annotations

import dataclasses
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from shapely import MultiPolygon, box

from geomapclip.cells import gather_cells
from geomapclip.estimate import CredibleRegion
from geomapclip.gallery import load_gallery
from webapp.heatmap import (
    LEVELS,
    MERCATOR_LATITUDE,
    SIZES,
    UNIT_KM2,
    cell_raster,
    draw_heatmap,
)
from webapp.map import folium_map, live_page, standalone_html
from webapp.map_view import MapView, Pin, Truth

LYON, SUVA, POLE = (45.76, 4.84), (-18.14, 178.44), (89.9, 0.0)
NASTY = "</script><b onclick='x'>Lyon & co"


def view_of(label: str = "Lyon") -> MapView:
    cells = gather_cells(np.array([LYON, SUVA]))
    square = MultiPolygon([box(4.123456, 45, 5, 46)])
    return MapView(
        heatmap=draw_heatmap(cells, np.array([0.5, 0.5])),
        regions=(CredibleRegion(0.5, 0.6, 8765.4, square),),
        pins=(Pin(1, *LYON, label, "50 %"),),
        truth=Truth(*SUVA, "far away"),
        focus=((45.0, 4.0), (46.0, 5.0)),
    )


def pixel(coordinates: tuple[float, float], size: int) -> tuple[int, int]:
    """Row and column in a picture of the world."""
    latitude, longitude = coordinates
    height = np.arcsinh(np.tan(np.radians(latitude))) / np.pi
    return int((1 - height) / 2 * size), int((longitude + 180) / 360 * size)


def test_each_place_lies_in_its_own_cells_pixels():
    coordinates = np.array([LYON, SUVA, (-33.9, 18.4), (71.0, -156.7)])
    cells = gather_cells(coordinates)
    raster = cell_raster(cells)
    for place, cell in zip(coordinates, cells.index, strict=True):
        assert raster[pixel(tuple(place), len(raster))] == cell + 1


def test_a_cell_across_the_antimeridian_is_drawn_at_both_edges_and_nowhere_else():
    cells = gather_cells(np.array([(-17.0, 179.999)]))
    columns = np.flatnonzero((cell_raster(cells) > 0).any(axis=0))
    assert columns.min() < 10
    assert columns.max() > SIZES[cells.resolution] - 10
    assert len(columns) < 20


def test_the_picture_is_clear_where_the_gallery_has_no_place_or_belief_is_negligible():
    cells = gather_cells(np.array([LYON, SUVA]))
    probability = np.full(2, 1e-12)
    probability[cells.index[0]] = 1.0
    heatmap = draw_heatmap(cells, probability)
    (south, west), (north, east) = heatmap.bounds
    assert south < LYON[0] < north
    assert west < LYON[1] < east
    assert north - south < 10, "cropped to Lyon: Suva's belief is negligible"


def test_colour_follows_probability_per_area_on_a_logarithmic_scale():
    cells = gather_cells(np.array([LYON, (45.76, 25.0), (45.76, 45.0)]))
    wanted = np.array([1.0, 0.1, 0.01])  # densities
    probability = np.empty(3)
    probability[cells.index] = wanted * cells.area_km2[cells.index]
    probability /= probability.sum()
    heatmap = draw_heatmap(cells, probability)
    levels = [_level(heatmap, place) for place in (LYON, (45.76, 25.0), (45.76, 45.0))]
    assert levels == [LEVELS, LEVELS * 3 // 4, LEVELS // 2]
    assert heatmap.high == pytest.approx((probability / cells.area_km2).max() * UNIT_KM2)
    assert heatmap.low == pytest.approx(heatmap.high / 10_000)


def _level(heatmap, place):
    """The colour's number in the picture at a place."""
    picture = np.asarray(Image.open(io.BytesIO(heatmap.png)))
    (south, west), (north, east) = heatmap.bounds
    top, bottom, here = (np.arcsinh(np.tan(np.radians(y))) for y in (north, south, place[0]))
    row = (top - here) / (top - bottom) * picture.shape[0]
    column = (place[1] - west) / (east - west) * picture.shape[1]
    return picture[int(row), int(column)]


def test_the_whole_world_and_a_part_of_it_are_coloured_alike():
    cells = gather_cells(np.array([LYON, (45.76, 25.0), SUVA]))
    belief = np.array([0.7, 0.2, 0.1])[np.argsort(cells.index)]
    part = np.where(cells.ids == cells.ids[cells.index[2]], 0, belief)
    everywhere, near = draw_heatmap(cells, belief), draw_heatmap(cells, part)
    assert near.bounds[1][1] - near.bounds[0][1] < 60 < 300 < everywhere.bounds[1][1] + 180
    for place in (LYON, (45.76, 25.0)):
        assert _level(everywhere, place) == _level(near, place)


def test_belief_beyond_the_maps_edge_gives_no_picture():
    assert draw_heatmap(gather_cells(np.array([POLE])), np.array([1.0])) is None


def test_a_worldwide_picture_is_small():
    cells = load_gallery("world").cells
    noise = np.random.default_rng(0).lognormal(0, 1, len(cells))
    heatmap = draw_heatmap(cells, noise / noise.sum())
    assert len(heatmap.png) < 1_000_000
    smooth = np.exp(-np.hypot(*(np.array([[c.x, c.y] for c in _centres(cells)]) - 10).T) / 8)
    assert len(draw_heatmap(cells, smooth / smooth.sum()).png) < 150_000


def _centres(cells):
    return [polygon.centroid for polygon in cells.polygons]


def test_bounds_never_leave_the_web_mercator_square():
    heatmap = draw_heatmap(
        gather_cells(np.array([(84.9, 0.0), (-84.9, 0.0)])), np.array([0.5, 0.5])
    )
    (south, _), (north, _) = heatmap.bounds
    assert -MERCATOR_LATITUDE - 1e-9 <= south < north <= MERCATOR_LATITUDE + 1e-9


def test_the_view_becomes_plain_json():
    data = json.loads(json.dumps(view_of().to_json(), allow_nan=False))
    assert data["heatmap"]["url"].startswith("data:image/png;base64,")
    assert data["pins"][0] == {
        "rank": 1,
        "latitude": 45.76,
        "longitude": 4.84,
        "label": "Lyon",
        "detail": "50 %",
    }
    assert data["regions"][0]["label"] == "50 % of the belief: 8,765 km² in 1 area"
    assert "4.123," in json.dumps(data["regions"][0]["geometry"]), "rounded"
    assert data["focus"] == [[45.0, 4.0], [46.0, 5.0]]


def test_a_view_without_heatmap_truth_and_focus_is_plain_json_too():
    bare = dataclasses.replace(view_of(), heatmap=None, truth=None, focus=None)
    data = json.loads(json.dumps(bare.to_json()))
    assert data["heatmap"] is data["truth"] is data["focus"] is None


def test_the_standalone_file_carries_its_answer_and_asks_no_host():
    html = standalone_html(view_of())
    assert "8,765" in html
    assert "L.imageOverlay" in html
    assert not re.findall(r"<(?:script|link)[^>]*\s(?:src|href)=", html)


def test_a_place_name_cannot_break_out_of_the_page():
    assert NASTY not in standalone_html(view_of(NASTY))
    assert standalone_html(view_of(NASTY)).count("</script>") == standalone_html(view_of()).count(
        "</script>"
    )


def test_the_live_page_links_leaflet_from_the_applications_own_address():
    links = re.findall(r"<(?:script|link)[^>]*\s(?:src|href)=\"([^\"]+)\"", live_page())
    assert len(links) == 2
    assert all(link.startswith("gradio_api/file=") for link in links)


def test_a_notebook_shows_the_map():
    assert "iframe" in folium_map(view_of())._repr_html_()
