"""Explore embeddings and How it works, in a real browser."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from threading import Event

import pytest
from browser import PATIENCE_MS, needs_browser, pages, quiet_gradio, running
from gradio_client import Client
from pydantic import TypeAdapter

from geomapclip.field import land_grid
from geomapclip.growing_field import GrowingField
from webapp.result import EmbeddingResult, SimilarityResult

pytestmark = quiet_gradio


@pytest.fixture(scope="module", autouse=True)
def coarse_land():
    """A tenth of the land grid: embedding all of it would take the first test many seconds."""
    coarse = land_grid()[::10]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomapclip.explore.land_grid", lambda: coarse)
        yield


def world_map(page, number=1):
    return page.frame_locator(f'iframe[title="World map {number} to explore"]')


def open_tab(page, **size):
    page.get_by_role("tab", name="Explore embeddings").click()
    world_map(page).locator("path.land").first.wait_for(state="attached")
    return page


def click_map(page, across, down):
    box = page.locator('iframe[title="World map 1 to explore"]').bounding_box()
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])


def spot(page, number):
    """Where pin A stands within one of the maps."""
    pin = world_map(page, number).locator(".mark-A").bounding_box()
    world = page.locator(f'iframe[title="World map {number} to explore"]').bounding_box()
    return pin["x"] - world["x"], pin["y"] - world["y"]


def wait_for_legend(page, text):
    world_map(page).locator(".legend", has_text=text).wait_for()


@needs_browser
def test_a_click_tells_what_the_encoder_knows_and_the_view_stays(open_page):
    page = open_tab(open_page())
    click_map(page, 0.5, 0.5)
    page.locator(".facts figure.vector").nth(3).wait_for()
    assert page.locator("table.neighbours").count() == 2
    world_map(page).locator(".mark-A").wait_for()
    wait_for_legend(page, "Cosine to A, all scales")
    world_map(page).get_by_title("Zoom in").click()
    page.wait_for_timeout(400)
    seen = world_map(page).locator(".mark-A").bounding_box()
    page.get_by_label("σ 16").check()
    wait_for_legend(page, "σ 16")
    page.get_by_role("tab", name="Locate photos").click()
    page.get_by_role("tab", name="Explore embeddings").click()
    wait_for_legend(page, "σ 16")
    page.get_by_label("False colours").check()
    wait_for_legend(page, "of the variance")
    assert world_map(page).locator(".mark-A").bounding_box() == seen
    assert page.evaluate("document.documentElement.scrollHeight") <= 768


@needs_browser
def test_the_place_under_a_resting_pointer_is_told(open_page):
    page = open_tab(open_page())
    page.get_by_label("False colours").check()
    wait_for_legend(page, "of the variance")
    box = page.locator('iframe[title="World map 1 to explore"]').bounding_box()
    centre = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(centre[0] - 40, centre[1])
    page.mouse.move(*centre)
    tip = world_map(page).locator(".place-name")
    tip.wait_for()
    told = tip.inner_text()
    assert re.match(r"[\d.]+° [NS], [\d.]+° [EW]: \w+", told)
    page.mouse.move(centre[0] + 60, centre[1] + 60)
    tip.filter(has_not_text=told).wait_for()
    assert page.get_by_label("Place A").first.input_value() == "", "nothing was chosen"
    page.get_by_label("Nothing").check()
    world_map(page).locator(".legend").wait_for(state="detached")
    page.mouse.move(*centre)
    page.wait_for_timeout(600)
    assert tip.count() == 0


@needs_browser
def test_a_sketch_is_shown_while_the_world_is_encoded(browser, predictor, monkeypatch, tmp_path):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))
    monkeypatch.setattr("geomapclip.growing_field.CHUNK_PLACES", 200)
    go_on = GrowingField.go_on
    held = Event()  # or the last chunk would be there before the test has looked
    idle = iter(range(3))

    def slowly(field):
        if field.share > 0 and next(idle, None) is not None:
            return field.share  # as where another visitor's chunk takes long
        if field.share > 0.5:
            held.wait(PATIENCE_MS / 1000)
        return go_on(field)

    monkeypatch.setattr(GrowingField, "go_on", slowly)
    with running(predictor) as address, pages(browser, address) as open_page:
        page = open_tab(open_page())
        page.get_by_label("False colours").check()
        wait_for_legend(page, "of the variance")
        told = world_map(page).locator(".encoding")
        told.get_by_text("encoding its places once").wait_for()
        assert world_map(page).locator(".leaflet-heatmap-pane img").count() == 1
        assert told.get_by_role("status").count() == 1
        sketch = world_map(page).locator(".leaflet-heatmap-pane img").get_attribute("src")
        told.get_by_text(re.compile(r"[5-9]\d %")).wait_for()
        click_map(page, 0.5, 0.5)  # the page stays usable
        page.locator(".facts figure.vector").nth(3).wait_for()
        held.set()
        told.wait_for(state="hidden")
        whole = world_map(page).locator(".leaflet-heatmap-pane img").get_attribute("src")
        assert whole != sketch


@needs_browser
def test_two_places_are_compared_and_pins_can_be_dragged(open_page):
    page = open_tab(open_page())
    page.get_by_label("Place A").first.fill("Lyon")
    page.get_by_label("Place A").first.press("Enter")
    page.locator(".facts h3", has_text="Lyon").wait_for()
    page.get_by_label("Compare with a second place").check()
    page.get_by_label("Place B").wait_for()
    click_map(page, 0.2, 0.4)
    page.get_by_role("tab", name="A and B").click()
    page.locator("svg.plot polyline").nth(3).wait_for(state="attached")
    world_map(page).locator(".mark-B").wait_for()
    assert world_map(page).locator("path.geodesic").count() >= 1
    before = page.locator(".facts .hint").last.inner_text()
    pin = world_map(page).locator(".mark-B").bounding_box()
    page.mouse.move(pin["x"] + 15, pin["y"] + 15)
    page.mouse.down()
    page.mouse.move(pin["x"] + 90, pin["y"] + 60, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.facts .hint')].at(-1).innerText !== before",
        arg=before,
    )
    page.get_by_role("tab", name="Place A").click()
    assert "Lyon" in page.locator(".facts h3").first.inner_text()


@needs_browser
def test_typed_nonsense_gets_a_sentence_and_all_else_stays(open_page):
    page = open_tab(open_page())
    box = page.get_by_label("Place A").first
    box.fill("Lyyon")
    box.press("Enter")
    page.locator("#explore-status .error").wait_for()
    assert "did you mean Lyon" in page.locator("#explore-status").inner_text()
    page.get_by_role("button", name="A random place").first.click()
    page.locator(".facts h3").first.wait_for()
    assert page.locator("#explore-status .error").count() == 0


@needs_browser
def test_two_encoders_on_two_maps_that_move_together(open_page):
    page = open_tab(open_page())
    page.get_by_role("tab", name="Weights").click()
    page.get_by_label("Beside it").click()
    page.get_by_role("option", name="geomapclip").click()
    second = world_map(page, 2)
    second.locator("path.land").first.wait_for(state="attached", timeout=2 * PATIENCE_MS)
    click_map(page, 0.3, 0.4)
    second.locator(".legend", has_text="(geomapclip)").wait_for(timeout=2 * PATIENCE_MS)
    before = spot(page, 2)
    world_map(page).get_by_title("Zoom in").click()
    for _ in range(50):
        page.wait_for_timeout(200)
        if spot(page, 2) == pytest.approx(spot(page, 1), abs=3) and spot(page, 2) != before:
            break
    assert spot(page, 2) == pytest.approx(spot(page, 1), abs=3)
    assert spot(page, 2) != before
    moves = page.evaluate(
        """() => new Promise((done) => {
            let moves = 0;
            document.addEventListener("map-moved", () => { moves += 1; });
            setTimeout(() => done(moves), 1000);
        })"""
    )
    assert moves == 0  # they have come to rest, and do not answer each other


@needs_browser
def test_the_way_of_a_click_and_of_a_photo(open_page):
    page = open_page()
    page.get_by_role("tab", name="How it works").click()
    page.locator("ol.steps > li").nth(6).wait_for()
    place = page.get_by_label("Your place")
    place.fill("Tokyo")
    place.press("Enter")
    page.get_by_text("Tokyo, Japan: latitude").wait_for()
    page.get_by_role("tab", name="One photo").click()
    page.get_by_text("Belief at temperature 1").wait_for()
    page.get_by_role("slider", name="Temperature").last.press("Home")
    page.get_by_text("Belief at temperature 0.25").wait_for()
    page.get_by_role("tab", name="Training").click()
    page.locator(".eight img").nth(7).wait_for()
    page.get_by_role("tab", name="Experiments").click()
    assert page.get_by_text("The seam of the world").is_visible()


def test_programs_can_ask(address):
    client = Client(address, verbose=False)
    told = client.predict(45.76, 364.84, "geoclip", api_name="/embedding")
    assert len(told["embedding"]) == 512
    assert told["longitude"] == pytest.approx(4.84)
    alike = client.predict(0, 0, 0, 1, "geoclip", api_name="/similarity")
    assert alike["distance_km"] == pytest.approx(111.32, abs=0.01)
    TypeAdapter(EmbeddingResult).validate_json(json.dumps(told), strict=True)
    TypeAdapter(SimilarityResult).validate_json(json.dumps(alike), strict=True)
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    for name, kind in (("/embedding", EmbeddingResult), ("/similarity", SimilarityResult)):
        (answer,) = endpoints[name]["returns"]
        for field in fields(kind):
            assert f"{field.name}: " in answer["python_type"]["type"]
    with pytest.raises(Exception, match="must be one of geoclip"):
        client.predict(0, 0, "/etc", api_name="/embedding")
