"""Guess first, Why there? and Ask with words, in a real browser."""

from __future__ import annotations

import re
import time

import pytest
from browser import PATIENCE_MS, needs_browser, quiet_gradio
from PIL import ExifTags, Image

from webapp.deck import drawn_deck

pytestmark = [*quiet_gradio, needs_browser]


def open_tab(page, name):
    page.get_by_role("tab", name=name).click()


def panel_of(page):
    """What the open tab holds."""
    return page.locator("#tabs > .tabitem:visible")


def frame_of(page, title):
    return page.frame_locator(f"iframe.map[title*='{title}']")


def spot_of(page):
    """Latitude and longitude of the pin, as the page tells them."""
    text = page.locator("#pin").inner_text()
    found = re.search(r"([\d.]+)° ([NS]), ([\d.]+)° ([EW])", text)
    latitude, longitude = float(found[1]), float(found[3])
    return latitude if found[2] == "N" else -latitude, longitude if found[4] == "E" else -longitude


def pin_says(page, pattern):
    page.locator("#pin").get_by_text(re.compile(pattern)).wait_for()


@pytest.fixture
def game(open_page):
    page = open_page()
    open_tab(page, "Guess first")
    page.get_by_alt_text("Picture 1 of 10").wait_for()
    frame_of(page, "your pin").locator("path.land").first.wait_for(state="attached")
    return page


def test_a_game_by_mouse(game):
    world = frame_of(game, "your pin")
    assert game.get_by_role("button", name="Guess").is_disabled()
    box = game.locator("iframe.map[title*='your pin']").bounding_box()
    game.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    world.locator(".pin.mark-You").wait_for()
    pin_says(game, "Your pin: .*°")
    assert game.get_by_role("button", name="Next").is_disabled()
    game.get_by_role("button", name="Guess").click()
    game.locator("table.rounds tbody tr").wait_for()
    world.locator(".truth").wait_for()
    assert world.locator(".pin.best").count() == 1
    assert world.locator(".leaflet-heatmap-pane img").count() == 1
    assert world.locator("path.geodesic").count() >= 2, "from you and from the model"
    assert "The model was" in panel_of(game).inner_text()
    game.get_by_role("button", name="Next").click()
    game.get_by_alt_text("Picture 2 of 10").wait_for()
    world.locator(".truth").wait_for(state="detached")
    assert world.locator(".pin").count() == 0


def test_a_game_by_keys(game):
    game.keyboard.press("Enter")
    game.keyboard.press("n")
    assert game.locator("table.rounds").count() == 0, "no pin, no guess"
    game.keyboard.press("ArrowLeft")
    pin_says(game, r"20\.00° N, 0\.00°")
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        game.keyboard.press(key)
    pin_says(game, r"24\.50° N, 10\.00° E")
    box = game.locator("iframe.map[title*='your pin']").bounding_box()
    game.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    game.wait_for_function("!document.querySelector('#pin').innerText.includes('24.50')")
    before = spot_of(game)
    game.keyboard.press("ArrowDown")  # the map has the focus now, and hands it on
    game.wait_for_function(
        "before => !document.querySelector('#pin').innerText.includes(before)",
        arg=f"{abs(before[0]):.2f}",
    )
    assert spot_of(game)[0] == pytest.approx(before[0] - 5, abs=0.02)
    game.keyboard.press("Enter")
    game.locator("table.rounds tbody tr").wait_for()
    game.keyboard.press("Enter")
    game.keyboard.press("ArrowDown")
    assert frame_of(game, "your pin").locator(".pin.mark-You").count() == 1
    game.keyboard.press("n")
    game.get_by_alt_text("Picture 2 of 10").wait_for()
    assert game.locator("table.rounds tbody tr").count() == 1, "the totals stay"


def test_the_truth_is_not_in_the_page_before_the_guess(open_page):
    page = open_page()
    open_tab(page, "Guess first")
    page.get_by_alt_text("Picture 1 of 10").wait_for()
    told = panel_of(page).evaluate("panel => panel.innerHTML")
    # The pixels themselves, and the outlines of the base map, are no secret.
    told = re.sub(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+", "", told)
    told = re.sub(r'srcdoc="[^"]*"', "", told)
    assert "Picture 1 of 10" in told
    for picture in drawn_deck().pictures:
        assert picture.source.name not in told
        for degrees in picture.truth:
            assert str(degrees) not in told


def test_a_teachers_own_photos(open_page, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (45.0, 45.0, 36.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (4.0, 50.0, 24.0),
    }
    Image.new("RGB", (160, 120), "olive").save(tmp_path / "lyon.jpg", exif=exif.tobytes())
    Image.new("RGB", (160, 120), "teal").save(tmp_path / "nowhere.jpg")
    page = open_page()
    open_tab(page, "Guess first")
    page.get_by_alt_text("Picture 1 of 10").wait_for()
    page.get_by_role("button", name="New game").click()
    panel = panel_of(page)
    panel.locator("input[type=file]").set_input_files(
        [tmp_path / "lyon.jpg", tmp_path / "nowhere.jpg"]
    )
    page.get_by_alt_text("Picture 1 of 1", exact=True).wait_for()
    assert "1 (nowhere.jpg) was left out" in panel.inner_text()
    assert "lyon.jpg" not in panel.inner_html()
    page.locator("body").press("ArrowUp")
    page.keyboard.press("Enter")
    panel.get_by_text("After 1 pictures").wait_for()
    assert "Lyon" in panel.inner_text()
    assert page.get_by_role("button", name="Next").is_disabled()


def test_a_game_on_a_phone(open_page):
    page = open_page(width=390, height=844)
    page.locator(".overflow-menu button").first.click()
    page.get_by_text("Guess first").last.click()
    page.get_by_alt_text("Picture 1 of 10").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_why_there_is_coarse_first_then_fine(open_page):
    page = open_page()
    open_tab(page, "Why there?")
    page.get_by_role("button", name="italy").last.click()
    page.get_by_text("All 80 patches were hidden").wait_for(timeout=3 * PATIENCE_MS)
    assert page.locator(".why figure").count() == 3
    assert page.locator(".why figure").nth(1).locator("rect:not(.seen)").count() == 64
    assert page.locator("table.telling tbody tr").count() == 5
    assert "The best place is" in panel_of(page).inner_text()
    assert page.get_by_role("button", name="Stop").last.is_disabled()


def test_why_there_stops_and_what_is_found_stays(open_page, predictor, monkeypatch, photos):
    embed = type(predictor).embed_pixels

    def slow(self, pixels):
        time.sleep(0.3)
        return embed(self, pixels)

    monkeypatch.setattr(type(predictor), "embed_pixels", slow)
    page = open_page()
    open_tab(page, "Why there?")
    panel = panel_of(page)
    panel.locator("input[type=file]").set_input_files(photos / "first.png")
    panel.get_by_text(re.compile(r"\b(8|12|16) of 80 patches hidden")).wait_for()
    panel.get_by_role("button", name="Stop").click()
    panel.get_by_text("Stopped after").wait_for()
    done = int(re.search(r"after (\d+) of 80", panel.inner_text())[1])
    assert 8 <= done < 40
    assert page.locator(".why figure").count() == 3
    page.wait_for_timeout(1000)
    assert f"Stopped after {done} of 80" in panel.inner_text()


def test_why_there_tells_what_is_no_picture(open_page, photos):
    page = open_page()
    open_tab(page, "Why there?")
    panel = panel_of(page)
    panel.locator("input[type=file]").set_input_files(photos / "broken.jpg")
    panel.locator(".error").wait_for()
    assert "broken.jpg" in panel.locator(".error").inner_text()
    assert "/" not in panel.locator(".error").inner_text().replace("HEIC/HEIF", "")


def test_words_become_a_map_and_are_compared(open_page, tiny_clip, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    page = open_page()
    open_tab(page, "Ask with words")
    panel = panel_of(page)
    page.locator("#words").locator("input, textarea").fill("a beach in Australia")
    page.keyboard.press("Enter")
    panel.locator("table.asked tbody tr").first.wait_for()
    assert panel.locator("table.places tbody tr").count() == 3
    world = frame_of(page, "sentence")
    world.locator(".pin.best").wait_for()
    panel.get_by_role("button", name="a fjord").click()
    panel.locator("table.asked tbody tr").nth(1).wait_for()
    assert "a fjord" in panel.get_by_role("status").inner_text()
    world.locator(".pin.mark-A").wait_for()
    world.locator(".pin.mark-A").dispatch_event("click")
    world.locator(".pin.mark-B").wait_for()
    assert "a beach in Australia" in panel.get_by_role("status").inner_text()
    panel.get_by_role("button", name="Forget sentence A").click()
    panel.locator("table.asked tbody tr").nth(1).wait_for(state="detached")
    page.locator("#words").locator("input, textarea").fill("   ")
    page.keyboard.press("Enter")
    panel.locator(".error").wait_for()
    assert "must hold some words" in panel.locator(".error").inner_text()


def test_without_clip_the_words_tab_says_what_is_missing(open_page):
    page = open_page()
    open_tab(page, "Ask with words")
    panel = panel_of(page)
    panel.get_by_role("button", name="rice terraces").click()
    panel.locator(".error").wait_for()
    told = panel.locator(".error").inner_text()
    for part in ("text tower", "openai/clip-vit-large-patch14", "GEOMAPCLIP_CLIP"):
        assert part in told
    assert "Traceback" not in page.content()
