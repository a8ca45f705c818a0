"""What a visitor does on the page, in a real browser: a batch, links, settings, files, keys."""

from __future__ import annotations

import time

from browser import answered, frame, needs_browser, quiet_gradio, upload

from webapp.locate import look

pytestmark = [*quiet_gradio, needs_browser]


def chosen_rank(page):
    return page.locator("table.places tr.selected [data-rank]").inner_text()


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


def test_the_photos_own_place_is_shown_with_line_and_distance(open_page, dozen):
    page = open_page()
    upload(page, dozen[0])
    answered(page, 1)
    assert "To truth" in page.locator("table.places").inner_text()
    assert frame(page).locator(".truth").count() == 1
    assert frame(page).locator("path.geodesic").count() == 1


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


def test_gallery_points_come_when_they_are_asked_for(open_page):
    page = open_page()
    frame(page).locator(".leaflet-control-layers").hover()
    frame(page).get_by_text("Gallery points").click()
    frame(page).locator("img.points").wait_for(state="attached")
    assert len(frame(page).locator("img.points").get_attribute("src")) < 300_000


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


def test_an_example_is_a_click_away(open_page):
    page = open_page()
    page.get_by_role("button", name="italy").click()
    answered(page, 1)
    assert page.locator(".thumb .name").inner_text() == "italy.jpg"
