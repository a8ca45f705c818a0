"""Lettering on the page, in a real browser: read, pointed at, struck out, laid over the world."""

from __future__ import annotations

import pytest
from browser import answered, clear, frame, needs_browser, quiet_gradio, upload
from drawn_names import drawn_map

pytestmark = [*quiet_gradio, needs_browser]


@pytest.fixture(scope="module")
def map_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "rhone.png"
    drawn_map().save(path)
    return path


def sentence(page):
    return page.locator("p.sentence").first.inner_text()


def test_a_map_is_read_and_its_words_and_frame_can_be_worked_with(open_page, map_file, dozen):
    page = open_page(link="#read=on")
    upload(page, map_file)
    answered(page, 1)
    assert "Read in the picture" in page.locator(".answer").inner_text()
    assert "labels agree" in page.locator(".answer").inner_text()
    page.get_by_role("tab", name="Words", exact=True).click()
    page.locator(".written g.name").nth(4).wait_for()
    assert page.locator(".written img").evaluate("image => image.naturalWidth") == 640
    picture, boxes = (page.locator(f".written {each}").bounding_box() for each in ("img", "svg"))
    assert boxes == pytest.approx(picture, abs=1)
    world = frame(page)
    world.locator("path.footprint").wait_for(state="attached")
    assert world.locator("path.read-name").count() >= 4

    # Pointed at, by the mouse and by the keyboard.
    lyon = page.get_by_role("button", name="Strike out Lyon")
    page.locator(".written g.name").last.hover()
    world.locator("path.named").first.wait_for(state="attached")
    page.locator(".written g.name").first.hover()
    lyon.focus()
    page.locator(".told", has_text="Lyon: ").wait_for()
    world.locator("path.named.counted").wait_for(state="attached")

    # Struck out by a key, the others by clicks; then nothing that was read is left.
    before = sentence(page)
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.writing [aria-pressed=true]') !== null")
    page.locator(".answer p.read", has_text="Lyon").wait_for(state="detached")
    assert lyon.get_attribute("aria-pressed") == "true"
    while page.locator(".writing button.word:not(.struck)").count():
        page.locator(".writing button.word:not(.struck)").first.click()
    page.locator(".answer p.read").first.wait_for(state="detached")
    assert sentence(page) != before
    assert world.locator("path.footprint").count() == 0
    for each in page.locator(".writing button.word").all():
        each.click()
    world.locator("path.footprint").wait_for(state="attached")
    page.wait_for_function(
        "before => document.querySelector('p.sentence').innerText === before", arg=before
    )

    # Its frame can be hidden, and the picture is laid over the world once it is asked for.
    layers = world.locator(".leaflet-control-layers")
    layers.hover()
    layers.get_by_text("Frame of the map").click()
    world.locator("path.footprint").wait_for(state="detached")
    layers.get_by_text("The picture, laid over").click()
    world.locator("img.overlay").wait_for(state="attached")
    assert len(world.locator("img.overlay").get_attribute("src")) < 140_000

    # Off counts at once; another picture without words has no frame to offer.
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("off", exact=True).check()
    page.locator(".answer p.read").first.wait_for(state="detached")
    assert sentence(page) != before
    assert world.locator("img.overlay").count() == 0
    clear(page)
    upload(page, dozen[0])
    answered(page, 1)
    page.get_by_role("tab", name="Words", exact=True).click()
    assert "was not read" in page.locator(".writing .hint").inner_text()
    assert page.evaluate("document.documentElement.scrollHeight") <= 768


def test_words_on_a_phone_in_the_dark(open_page, map_file):
    page = open_page(width=390, height=844, color_scheme="dark", link="#read=on")
    upload(page, map_file)
    answered(page, 1)
    page.get_by_role("tab", name="Words", exact=True).click()
    page.locator(".written g.name").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".written g.name").first.click()
    page.locator(".writing button.word.struck").wait_for()
