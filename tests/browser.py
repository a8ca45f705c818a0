"""Shared by the tests of the page: the running application, and Chromium where there is one."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw

from webapp.settings import Settings
from webapp.ui import build_interface, launch

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000

# Gradio's own statistics of its queue use what pandas 3 has deprecated.
quiet_gradio = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def address(predictor):
    settings = Settings(top_k=3)
    interface = build_interface(predictor, settings)
    yield launch(interface, settings, background=True).rstrip("/")
    interface.close(verbose=False)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Two drawn pictures and a file that is none."""
    folder = tmp_path_factory.mktemp("photos")
    for name, sky in (("first.png", "skyblue"), ("second.png", "tomato")):
        image = Image.new("RGB", (320, 240), sky)
        ImageDraw.Draw(image).polygon([(0, 240), (160, 90), (320, 240)], fill="darkgreen")
        image.save(folder / name)
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, address):
    """Opens the page and fails at the end if it asked another host or complained."""
    contexts, asked, complaints = [], [], []

    def open_page(width=1366, height=768, color_scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=color_scheme,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.goto(address)
        frame(page).locator("path.land").first.wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    others = {url for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert {urlsplit(url).netloc for url in others} == {urlsplit(address).netloc}
    assert complaints == []


def frame(page):
    return page.frame_locator("iframe.map")


def upload(page, path):
    page.locator("input[type=file]").first.set_input_files(path)


def clear(page):
    page.get_by_label("Clear").click()
    page.locator("input[type=file]").first.wait_for(state="attached")


def zoom_of(page):
    """Where the map looks: moves exactly when the user's view does."""
    return frame(page).locator(".leaflet-heatmap-pane img").bounding_box()
