"""What a visitor does on the page, in a real browser: a batch, links, settings, files, keys."""

# ruff: noqa: F811 - fixtures are imported, and named again by the tests that use them
from __future__ import annotations

import json
import time
from pathlib import Path

import geopandas
import pytest
from browser import (  # noqa: F401
    PATIENCE_MS,
    address,
    browser,
    frame,
    needs_browser,
    open_page,
    photos,
    quiet_gradio,
    upload,
)
from gradio_client import Client, handle_file
from PIL import ExifTags, Image, ImageDraw

from webapp.locate import look

pytestmark = quiet_gradio


@pytest.fixture(scope="module")
def dozen(tmp_path_factory):
    """Eleven pictures, the first of them made in Lyon as its EXIF says, and a broken file."""
    folder = tmp_path_factory.mktemp("dozen")
    for number in range(11):
        image = Image.new("RGB", (160, 120), (20 * number, 120, 220 - 20 * number))
        ImageDraw.Draw(image).ellipse([10 * number, 20, 60 + 8 * number, 100], fill="darkgreen")
        exif = Image.Exif()
        if number == 0:
            exif[ExifTags.IFD.GPSInfo] = {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (45.0, 45.0, 36.0),
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (4.0, 50.0, 24.0),
            }
        image.save(folder / f"{number:02}.jpg", exif=exif.tobytes())
    (folder / "03b-broken.jpg").write_bytes(b"no picture")
    return sorted(folder.iterdir())


def answered(page, done, failed=0):
    page.wait_for_function(
        f"document.querySelectorAll('.thumb.done').length === {done} && "
        f"document.querySelectorAll('.thumb.failed').length === {failed}",
        timeout=PATIENCE_MS * 2,
    )


def chosen_rank(page):
    return page.locator("table.places tr.selected [data-rank]").inner_text()


@needs_browser
def test_a_batch_of_twelve_with_a_broken_file(open_page, dozen):
    page = open_page()
    upload(page, dozen)
    answered(page, 11, 1)
    assert page.locator(".strip .count").inner_text() == "12 pictures, 1 failed"
    assert "00.jpg" in page.locator(".thumb[aria-pressed=true]").inner_text()
    page.locator(".thumb.failed").click()
    page.locator(".error").wait_for()
    assert "03b-broken.jpg" in page.locator(".error").inner_text()
    page.locator(".thumb", has_text="05.jpg").click()
    page.locator("table.places [data-rank]").first.wait_for()
    assert page.locator(".error").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight") <= 768


@needs_browser
def test_stop_ends_a_batch_and_what_is_done_stays(open_page, dozen, monkeypatch):
    def slow(*given, **named):
        time.sleep(0.4)
        return look(*given, **named)

    monkeypatch.setattr("webapp.ui.locate.look", slow)
    page = open_page()
    upload(page, dozen)
    page.get_by_role("button", name="Stop").click()
    page.locator(".thumb.stopped").first.wait_for()
    page.wait_for_function("!document.querySelector('.thumb:is(.working, .waiting)')")
    assert page.locator(".thumb.done").count() + page.locator(".thumb.stopped").count() >= 11


@needs_browser
def test_all_pictures_share_the_map_and_each_leads_to_its_belief(open_page, dozen):
    page = open_page()
    upload(page, dozen)
    answered(page, 11, 1)
    page.get_by_role("button", name="Show all").click()
    page.locator("table.places.all tbody tr").nth(10).wait_for()
    frame(page).locator(".pin").first.wait_for()
    counts = frame(page).locator(".pin.heap").all_inner_texts()
    alone = frame(page).locator(".pin.photo").count()
    assert sum(map(int, counts)) + alone == 11
    page.locator("table.places.all tbody tr").nth(4).click()
    page.locator("table.places [data-rank]").first.wait_for()
    assert frame(page).locator(".pin.photo").count() == 0


@needs_browser
def test_an_album_is_one_belief(open_page, dozen):
    page = open_page()
    upload(page, dozen[:3])
    answered(page, 3)
    before = page.locator("table.places").inner_text()
    page.get_by_role("button", name="All at one place").click()
    page.wait_for_function(
        "before => document.querySelector('table.places')?.innerText !== before", arg=before
    )
    assert page.locator(".error").count() == 0


@needs_browser
def test_row_and_pin_lead_to_each_other_and_arrows_walk_the_places(open_page, dozen):
    page = open_page()
    upload(page, dozen[:2])
    answered(page, 2)
    page.locator("table.places tbody tr").nth(1).click()
    frame(page).locator(".pin.chosen").wait_for()
    assert frame(page).locator(".pin.chosen").inner_text() == "2"
    assert frame(page).locator(".leaflet-popup").count() == 1
    frame(page).locator(".pin", has_text="3").first.dispatch_event("click")
    page.wait_for_function("document.querySelector('tr.selected [data-rank]')?.innerText === '3'")
    page.locator("body").press("ArrowUp")
    assert chosen_rank(page) == "2"
    page.locator("body").press("ArrowRight")
    page.locator(".thumb[aria-pressed=true]", has_text="01.jpg").wait_for()
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()


@needs_browser
def test_the_photos_own_place_is_shown_with_line_and_distance(open_page, dozen):
    page = open_page()
    upload(page, dozen[0])
    answered(page, 1)
    assert "To truth" in page.locator("table.places").inner_text()
    assert frame(page).locator(".truth").count() == 1
    assert frame(page).locator("path.geodesic").count() == 1


@needs_browser
def test_a_region_by_name_and_by_a_box_drawn_on_the_map(open_page, dozen):
    page = open_page()
    upload(page, dozen[1])
    answered(page, 1)
    page.get_by_role("tab", name="Settings").click()
    among = page.get_by_label("Look only in these countries")
    among.fill("Ital")
    among.press("Enter")
    page.wait_for_function(
        "document.querySelector('table.places') === null || "
        "[...document.querySelectorAll('table.places .code')].every(e => e.innerText === 'IT')"
    )
    among.press("Escape")
    page.get_by_role("tab", name="Places").click()
    page.locator("table.places .code").first.wait_for()
    assert set(page.locator("table.places .code").all_inner_texts()) == {"IT"}
    world = page.locator("iframe.map").bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(world["x"] + 8, world["y"] + 120)
    page.mouse.down()
    page.mouse.move(world["x"] + world["width"] - 60, world["y"] + world["height"] - 8, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    frame(page).locator(".filter-box").wait_for()
    page.get_by_role("tab", name="Settings").click()
    assert page.get_by_label("Look only in this box").input_value().count(",") == 3


@needs_browser
def test_gallery_points_come_when_they_are_asked_for(open_page):
    page = open_page()
    frame(page).locator(".leaflet-control-layers").hover()
    frame(page).get_by_text("Gallery points").click()
    frame(page).locator("img.points").wait_for(state="attached")
    assert len(frame(page).locator("img.points").get_attribute("src")) < 300_000


@needs_browser
@pytest.mark.parametrize("kind", ["GeoJSON", "CSV", "KML", "HTML map", "Picture"])
def test_an_answer_is_saved(open_page, dozen, tmp_path, kind):
    page = open_page()
    upload(page, dozen[0])
    answered(page, 1)
    page.get_by_role("tab", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    if kind == "GeoJSON":
        assert len(geopandas.read_file(path)) >= 3
    elif kind == "Picture":
        Image.open(path).verify()
    else:
        assert path.stat().st_size > 200


@needs_browser
def test_a_link_restores_settings_and_view_and_bears_no_photo(open_page, dozen):
    page = open_page()
    upload(page, dozen[0])
    answered(page, 1)
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Look only in this box").fill("-5, 42, 8, 51")
    page.get_by_role("tab", name="Save").click()
    page.get_by_role("button", name="Copy a link").click()
    page.wait_for_url("**/#k=3**")
    address = page.url
    assert "00.jpg" not in address
    page.goto("about:blank")
    page.goto(address)
    page.get_by_role("tab", name="Settings").click()
    page.wait_for_function(
        "[...document.querySelectorAll('input, textarea')].some(e => e.value === '-5, 42, 8, 51')"
    )


@needs_browser
def test_an_example_is_a_click_away(open_page):
    page = open_page()
    page.get_by_role("button", name="italy").click()
    answered(page, 1)
    assert page.locator(".thumb .name").inner_text() == "italy.jpg"


@needs_browser
def test_what_comes_to_the_browser_is_small(open_page, address, dozen):
    page = open_page()
    sizes = []
    page.on("response", lambda r: sizes.append(int(r.headers.get("content-length") or 0)))
    page.reload()
    frame(page).locator("path.land").first.wait_for(state="attached")
    assert sum(sizes) < 5_000_000


def test_programs_fuse_an_album_name_a_place_and_take_a_file(address, dozen):
    client = Client(address, verbose=False)
    files = [handle_file(path) for path in dozen[:2]]
    album = client.predict(files, api_name="/album")
    assert album["name"] == "album of 2"
    assert "Lyon" in client.predict(45.764, 4.8357, api_name="/place")
    saved = client.predict(files, "GeoJSON", api_name="/export")
    assert json.loads(Path(saved).read_text("utf-8"))["type"] == "FeatureCollection"


def test_programs_narrow_the_region_and_are_told_of_a_bad_one(address, dozen):
    client = Client(address, verbose=False)
    photo = handle_file(dozen[1])
    answer = client.predict(photo, countries=["FR"], top_k=2, api_name="/locate")
    assert {each["country_code"] for each in answer["candidates"]} == {"FR"}
    with pytest.raises(Exception, match="west, south, east, north"):
        client.predict(photo, box="here", api_name="/locate")
