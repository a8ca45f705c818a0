"""Shared by the tests of the page: the running application, and Chromium where there is one.

Both are started once for all tests. The fixtures are known everywhere through conftest.py.
"""

from __future__ import annotations

import gc
import shutil
import warnings
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import pytest
from PIL import ExifTags, Image, ImageDraw

from webapp.settings import Settings

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
SECRET = "Camera-4711"  # stands in the first picture's EXIF and must never come out

# Gradio's own statistics of its queue use what pandas 3 has deprecated.
quiet_gradio = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@contextmanager
def running(predictor, **settings):
    """Another application than the one that all tests share, and its address."""
    from webapp.ui import build_interface, launch

    chosen = Settings(top_k=3, **settings)
    with careless():
        interface = build_interface(predictor, chosen)
        yield launch(interface, chosen, background=True).rstrip("/")
        interface.close(verbose=False)


@contextmanager
def careless():
    """Gradio leaves sockets and event loops to the garbage collector, which tells of each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@cache
def served(predictor):
    """The application, running, and its address."""
    from webapp.ui import build_interface, launch  # takes some seconds, which other tests spare

    settings = Settings(top_k=3)
    with careless():
        interface = build_interface(predictor, settings)
        return interface, launch(interface, settings, background=True).rstrip("/")


@cache
def chromium():
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    return playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)


@pytest.fixture(scope="session")
def address(predictor):
    yield served(predictor)[1]
    if served.cache_info().currsize:
        with careless():
            served(predictor)[0].close(verbose=False)
            served.cache_clear()


@pytest.fixture(scope="session")
def browser():
    pytest.importorskip("playwright.sync_api")
    yield chromium()[1]
    if chromium.cache_info().currsize:
        playwright, browser = chromium()
        browser.close()
        playwright.stop()
        chromium.cache_clear()


@pytest.fixture(scope="session")
def photos(tmp_path_factory):
    """Two drawn pictures and a file that is none."""
    folder = tmp_path_factory.mktemp("photos")
    for name, sky in (("first.png", "skyblue"), ("second.png", "tomato")):
        image = Image.new("RGB", (320, 240), sky)
        ImageDraw.Draw(image).polygon([(0, 240), (160, 90), (320, 240)], fill="darkgreen")
        image.save(folder / name)
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="session")
def dozen(tmp_path_factory):
    """Eleven pictures, the first of them made in Lyon as its EXIF says, and a broken file."""
    folder = tmp_path_factory.mktemp("dozen")
    for number in range(11):
        image = Image.new("RGB", (160, 120), (20 * number, 120, 220 - 20 * number))
        ImageDraw.Draw(image).ellipse([10 * number, 20, 60 + 8 * number, 100], fill="darkgreen")
        exif = Image.Exif()
        if number == 0:
            exif[ExifTags.Base.Model] = SECRET
            exif[ExifTags.IFD.GPSInfo] = {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (45.0, 45.0, 36.0),
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (4.0, 50.0, 24.0),
            }
        image.save(folder / f"{number:02}.jpg", exif=exif.tobytes())
    (folder / "03b-broken.jpg").write_bytes(b"no picture")
    return sorted(folder.iterdir())


@pytest.fixture
def open_page(browser, address):
    """Opens the page and fails at the end if it asked another host or complained."""
    with pages(browser, address) as open_page:
        yield open_page


@contextmanager
def pages(browser, address, hosts=()):
    """As `open_page`, for any address; other hosts than its own are named."""
    contexts, asked, complaints = [], [], []

    def open_page(width=1366, height=768, color_scheme="light", link="", prepare=None):
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
        if prepare:
            prepare(page)
        page.goto(f"{address}/{link}")
        frame(page).locator("path.land").first.wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    others = {url for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert {urlsplit(url).netloc for url in others} == {urlsplit(address).netloc, *hosts}
    assert complaints == []


def frame(page):
    return page.frame_locator("iframe.map").first


def upload(page, path):
    page.locator("input[type=file]").first.set_input_files(path)


def answered(page, done, failed=0):
    page.wait_for_function(
        f"document.querySelectorAll('.thumb.done').length === {done} && "
        f"document.querySelectorAll('.thumb.failed').length === {failed}",
        timeout=PATIENCE_MS * 2,
    )


def clear(page):
    page.get_by_label("Clear").click()
    page.locator("input[type=file]").first.wait_for(state="attached")


def zoom_of(page):
    """Where the map looks: moves exactly when the user's view does."""
    return frame(page).locator(".leaflet-heatmap-pane img").bounding_box()
