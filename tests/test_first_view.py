"""What the first view of the page brings to the browser, and that nothing comes from elsewhere."""

from __future__ import annotations

import base64
from urllib.parse import urlsplit

from browser import frame, needs_browser, pages, quiet_gradio

pytestmark = [*quiet_gradio, needs_browser]

MOST_BYTES = 2_000_000
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def settle(page, came):
    """Wait until nothing more comes; the page keeps one connection open, so it is never idle."""
    before = -1
    while before < len(came):
        before = len(came)
        page.wait_for_timeout(1500)


def test_the_first_view_is_small(open_page):
    """All that is transferred, headers included, from an empty cache."""
    transferred, over_the_wire = [], set()

    def count(page):
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.responseReceived", lambda told: over_the_wire.add(told["requestId"]))
        network.on("Network.loadingFinished", finish)

    def finish(told):
        if told["requestId"] in over_the_wire:  # the map's own page is none: it came in another
            transferred.append(told["encodedDataLength"])

    page = open_page(prepare=count)
    settle(page, transferred)
    print(f"{len(transferred)} files, {sum(transferred):,.0f} bytes")
    assert len(transferred) > 20, "the page's files were counted"
    assert sum(transferred) < MOST_BYTES


def test_tiles_are_asked_for_once_their_layer_is_chosen(browser, address):
    tiles = "tile.openstreetmap.org"
    asked = []

    def answer_tiles(page):
        def answer(route):
            asked.append(urlsplit(route.request.url).path)
            route.fulfill(body=PIXEL, content_type="image/png")

        page.route(f"https://{tiles}/**", answer)

    with pages(browser, address, hosts=[tiles]) as open_page:
        page = open_page(prepare=answer_tiles)
        page.wait_for_timeout(1500)
        assert asked == []
        frame(page).locator(".leaflet-control-layers").hover()
        frame(page).get_by_text("OpenStreetMap (online)").click()
        frame(page).locator("img.leaflet-tile-loaded").first.wait_for(state="attached")
        assert asked
        assert "OpenStreetMap" in frame(page).locator(".leaflet-control-attribution").inner_text()
        count = len(asked)
        frame(page).get_by_text("Outlines (no outside host)").click()
        frame(page).locator("img.leaflet-tile").first.wait_for(state="detached")
        frame(page).get_by_role("button", name="Zoom in").click()
        page.wait_for_timeout(500)
        assert len(asked) == count, "none after they are put away"
