"""The real page in a real browser: Chromium where the machine has one."""

from __future__ import annotations

import base64

import pytest
from browser import clear, frame, needs_browser, quiet_gradio, upload, zoom_of

import app
from webapp.settings import Settings

pytestmark = quiet_gradio

DROP = """(node, content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "dropped.png", {type: "image/png"}));
    node.dispatchEvent(
        new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true})
    );
}"""


@needs_browser
def test_a_photo_becomes_sentence_table_and_map(open_page, photos, predictor):
    page = open_page()
    upload(page, photos / "first.png")
    page.locator("table.places tbody tr").nth(2).wait_for()
    assert page.locator("table.places tbody tr").count() == 3
    assert "confidence" in page.get_by_role("status").first.inner_text()
    assert predictor.name in page.locator(".answer").inner_text()
    frame(page).locator(".pin").nth(2).wait_for()
    assert sorted(frame(page).locator(".pin").all_inner_texts()) == ["1", "2", "3"]
    assert frame(page).locator("path.region").count() >= 2
    picture = frame(page).locator(".leaflet-heatmap-pane img")
    assert picture.get_attribute("src").startswith("data:image/png")
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert "Probability per" in frame(page).locator(".legend").inner_text()
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 768, "all on one screen"


@needs_browser
def test_the_model_at_work_is_named_before_any_photo(open_page, predictor):
    status = open_page().get_by_role("status").first.inner_text()
    assert f"The model at work is {predictor.name}" in status


@needs_browser
def test_a_setting_keeps_the_users_view_and_a_new_photo_moves_it(open_page, photos):
    page = open_page()
    upload(page, photos / "first.png")
    frame(page).locator(".pin").nth(2).wait_for()
    frame(page).get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(600)  # Leaflet's own zoom animation
    before = zoom_of(page)
    page.get_by_role("tab", name="Settings").click()
    places = page.get_by_role("spinbutton").first
    places.fill("2")
    places.press("Enter")
    frame(page).locator(".pin").nth(2).wait_for(state="detached")
    assert frame(page).locator(".pin").count() == 2
    assert zoom_of(page) == before
    clear(page)
    frame(page).locator(".pin").first.wait_for(state="detached")
    upload(page, photos / "second.png")
    frame(page).locator(".pin").first.wait_for()
    assert zoom_of(page) != before


@needs_browser
def test_a_bad_file_is_told_and_the_page_lives_on(open_page, photos):
    page = open_page()
    upload(page, photos / "broken.jpg")
    page.locator(".error").wait_for()
    assert "broken.jpg" in page.locator(".error").inner_text()
    assert "Traceback" not in page.content()
    clear(page)
    upload(page, photos / "first.png")
    page.locator("table.places").wait_for()
    assert page.locator(".error").count() == 0


@needs_browser
@pytest.mark.parametrize("target", ["document", "the map"])
def test_a_photo_dropped_anywhere_replaces_the_last(open_page, photos, target):
    page = open_page()
    upload(page, photos / "first.png")
    page.locator("#photo").get_by_text("first").wait_for()
    node = (frame(page) if target == "the map" else page).locator("body")
    content = base64.b64encode((photos / "second.png").read_bytes()).decode()
    node.evaluate(DROP, content)
    page.locator("#photo").get_by_text("dropped").wait_for()
    page.locator("table.places").wait_for()


@needs_browser
def test_a_click_on_the_map_reaches_python(open_page):
    page = open_page()
    box = page.locator("iframe.map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator("#clicked").get_by_text("°").wait_for()
    assert frame(page).locator(".clicked").count() == 1


@needs_browser
def test_a_message_from_elsewhere_is_no_click(open_page):
    page = open_page()
    page.evaluate("window.postMessage({type: 'click', lat: 1, lon: 1}, '*')")
    page.wait_for_timeout(500)
    assert "°" not in page.locator("#clicked").inner_text()


@needs_browser
def test_a_phone_shows_everything_without_sideways_scrolling(open_page, photos):
    page = open_page(width=390, height=844)
    upload(page, photos / "first.png")
    page.locator("table.places").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("iframe.map").bounding_box()["width"] > 330
    table, world = (page.locator(name).bounding_box() for name in ("table.places", "iframe.map"))
    assert world["y"] < table["y"], "the map comes first"


@needs_browser
@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_map_is_dark_where_the_page_is(open_page, scheme, dark):
    page = open_page(color_scheme=scheme)
    sea = frame(page).locator(".leaflet-container")
    colour = sea.evaluate("node => getComputedStyle(node).backgroundColor")
    brightness = sum(int(part) for part in colour[4:-1].split(",")) / 3
    assert (brightness < 60) is dark


@needs_browser
def test_screen_readers_find_the_map_and_hear_the_answer(open_page):
    page = open_page()
    assert page.locator("iframe.map").get_attribute("title")
    assert page.locator("[aria-live=polite]").count() >= 1


def test_the_entry_point_joins_settings_predictor_and_page(monkeypatch, predictor):
    asked, served = [], []
    monkeypatch.setenv("GEOMAPCLIP_WEIGHTS", "embedded")
    monkeypatch.setattr(
        app.Predictor, "load", lambda *given, **named: asked.append((given, named)) or predictor
    )
    monkeypatch.setattr(app, "launch", lambda interface, settings: served.append(settings))
    app.main()
    assert callable(asked[0][1].pop("progress"))
    assert asked == [(("embedded",), {"gallery": None, "device": "auto"})]
    assert served == [Settings(weights="embedded")]
