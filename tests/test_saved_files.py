"""Each file that "Save" gives, opened by what others would open it with."""

from __future__ import annotations

import io

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
from browser import PATIENCE_MS, answered, needs_browser, quiet_gradio, upload
from PIL import Image

pytestmark = [*quiet_gradio, needs_browser]

LYON = (45.76, 4.84)  # in the first picture's EXIF
EQUAL_AREA = "ESRI:54034"
PIN_RED = (0xB4, 0x23, 0x2F)


@pytest.fixture
def shown(open_page, dozen):
    """The page with the answer to a picture whose EXIF names a place."""
    page = open_page()
    upload(page, dozen[0])
    answered(page, 1)
    page.locator("table.places tbody tr").nth(2).wait_for()
    return page


def table_of(page):
    """Latitude and longitude of the page's table, shape (k, 2)."""
    texts = page.locator("table.places .copy").evaluate_all("all => all.map(e => e.dataset.copy)")
    return np.array([[float(number) for number in text.split(",")] for text in texts])


def save(page, kind, folder):
    page.get_by_role("tab", name="Save", exact=True).click()
    with page.expect_download(timeout=2 * PATIENCE_MS) as waiting:
        page.get_by_role("button", name=kind, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def latitude_first(points):
    return np.column_stack([points.y, points.x])


def check_places(table, points):
    """Points of a geographic file against the page's table, which has five decimals."""
    assert table.shape == (3, 2)
    np.testing.assert_allclose(latitude_first(points), table, atol=1e-5)


def test_geojson(shown, tmp_path):
    features = geopandas.read_file(save(shown, "GeoJSON", tmp_path))
    assert features.crs.to_epsg() == 4326
    of_kind = dict(tuple(features.groupby("kind")))
    check_places(table_of(shown), of_kind["candidate"].sort_values("rank").geometry)
    assert latitude_first(of_kind["truth"].geometry)[0] == pytest.approx(LYON, abs=1e-4)
    regions = of_kind["region"].sort_values("share")
    assert regions.share.tolist() == [0.5, 0.9]
    assert regions.is_valid.all()
    assert set(regions.geom_type) <= {"Polygon", "MultiPolygon"}
    km2 = regions.to_crs(EQUAL_AREA).area / 1e6
    np.testing.assert_allclose(km2, regions.km2, rtol=0.02)


def test_kml(shown, tmp_path):
    path = save(shown, "KML", tmp_path)
    ((layer, _),) = pyogrio.list_layers(path)
    assert layer == "00.jpg"
    marks = geopandas.read_file(path, layer=layer)
    best = marks[marks.Name.str.match(r"\d+\. ")]
    check_places(table_of(shown), best.geometry)
    (truth,) = marks[marks.Name.str.contains("EXIF")].geometry
    assert (truth.y, truth.x) == pytest.approx(LYON, abs=1e-4)
    regions = marks[marks.Name.str.contains("% of the belief")].sort_values("Name")
    assert [name[:4] for name in regions.Name] == ["50 %", "90 %"]
    half, most = regions.to_crs(EQUAL_AREA).area
    assert 0 < half < most


def test_csv(shown, tmp_path):
    rows = pd.read_csv(save(shown, "CSV", tmp_path))
    np.testing.assert_allclose(rows[["latitude", "longitude"]], table_of(shown), atol=1e-5)
    assert rows["rank"].tolist() == [1, 2, 3]
    assert rows.truth_latitude.iloc[0] == pytest.approx(LYON[0], abs=1e-4)
    assert (rows.km2_90 > rows.km2_50).all()


def test_picture(shown, tmp_path):
    content = save(shown, "Picture", tmp_path).read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        assert not image.getexif()
        assert not image.info.keys() & {"exif", "Raw profile type exif", "XML:com.adobe.xmp"}
        pixels = np.asarray(image.convert("RGB")).astype(int)
    height, width, _ = pixels.shape
    assert width >= 1000
    assert height >= 500
    colours = np.unique(pixels.reshape(-1, 3), axis=0)
    assert len(colours) > 500, "a map with a heatmap, not a blank sheet"
    assert (np.abs(pixels - PIN_RED).sum(axis=2) < 12).any(), "the best place's pin"


@pytest.fixture
def offline(browser):
    """Opens a file with the network off; fails at the end if it asked for more or complained."""
    asked, complaints = [], []
    context = browser.new_context(offline=True, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert complaints == []
    others = [url for url in asked if not url.startswith(("data:", "blob:"))]
    assert len(others) == 1
    assert others[0].startswith("file:")


def test_html_map_with_the_network_off(shown, tmp_path, offline):
    path = save(shown, "HTML map", tmp_path)
    titles = (
        shown.frame_locator("iframe.map")
        .first.locator(".pin")
        .evaluate_all("all => all.map(pin => pin.title).sort()")
    )
    offline.goto(path.as_uri())
    offline.locator("path.land").first.wait_for(state="attached")
    assert offline.locator("path.land").first.evaluate("path => path.getBBox().width") > 100
    found = offline.locator(".pin").evaluate_all("all => all.map(pin => pin.title).sort()")
    assert found == titles
    assert len(found) == 3
    assert offline.locator("path.region").count() >= 2
    assert offline.locator(".truth").count() == 1
    heatmap = offline.locator(".leaflet-heatmap-pane img")
    assert heatmap.evaluate("image => image.complete && image.naturalWidth") > 0
    offline.locator(".pin.best").dispatch_event("click")
    assert "1. " in offline.locator(".leaflet-popup").inner_text()
    offline.get_by_role("button", name="Zoom in").click()
