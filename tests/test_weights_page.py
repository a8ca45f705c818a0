"""Other weights and ten crops, chosen on a page whose own model is the small encoder."""

from __future__ import annotations

import pytest
from browser import PATIENCE_MS, answered, needs_browser, pages, quiet_gradio, running

from geomapclip import GeoMapCLIP, Predictor
from geomapclip.wording import degrees, percent

pytestmark = [*quiet_gradio, needs_browser]


@pytest.fixture(scope="module")
def small_encoders_page(small_gallery):
    embedded = Predictor(GeoMapCLIP("embedded", gallery=small_gallery), device="cpu")
    with running(embedded) as address:
        yield address


@pytest.fixture
def page(browser, small_encoders_page, small_gallery, tiny_clip, monkeypatch, tmp_path):
    """The page, with a gallery of 200 places given to it as a visitor's own file."""
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    places = tmp_path / "places.csv"
    rows = (f"{latitude},{longitude}" for latitude, longitude in small_gallery.coordinates[::10])
    places.write_text("\n".join(["lat,lon", *rows]))
    with pages(browser, small_encoders_page) as open_page:
        page = open_page()
        open_settings(page)
        page.locator(".own-gallery input[type=file]").set_input_files(places)
        page.locator(".own-gallery").get_by_text("places.csv").first.wait_for()
        yield page


def open_settings(page):
    page.get_by_role("tab", name="Settings", exact=True).click()


def choose_picture(page, path):
    """By the dialog, as a visitor does: a picture may be given once more."""
    with page.expect_file_chooser() as dialog:
        page.get_by_role("button", name="Choose pictures").click()
    dialog.value.set_files(path)


def choose_weights(page, name):
    open_settings(page)
    page.get_by_label("Model", exact=True).click()
    page.get_by_role("option", name=name, exact=True).click()


def first_row(page, done):
    """The best place that the page shows once so many pictures are done: degrees, probability."""
    answered(page, done)
    page.get_by_role("tab", name="Places", exact=True).click()
    row = page.locator("table.places tbody tr").first
    row.wait_for(timeout=2 * PATIENCE_MS)
    latitude, longitude = map(float, row.locator(".copy").get_attribute("data-copy").split(","))
    return degrees(latitude, longitude), row.locator("td").nth(1).inner_text().strip()


def best_of(estimate):
    best = estimate.top_k(1)[0]
    return degrees(best.latitude, best.longitude), percent(best.probability)


def expected(weights, small_gallery, path, **options):
    from geomapclip import Gallery

    gallery = Gallery("places", small_gallery.coordinates[::10])
    return best_of(Predictor.load(weights, gallery, device="cpu").locate(path, **options))


def told(page):
    return page.get_by_role("status").first.inner_text()


def test_other_weights_answer_and_the_banner_goes(page, photos, small_gallery):
    picture = photos / "first.png"
    assert "The model at work is embedded" in told(page)
    choose_picture(page, picture)
    first_row(page, 1)
    assert "Answered by embedded" in told(page)
    assert page.locator(".answer .note").count() == 1
    for done, weights in enumerate(("geoclip", "geomapclip"), start=2):
        choose_weights(page, weights)
        choose_picture(page, picture)
        answered(page, done)
        page.locator(".thumb").nth(done - 1).click()
        page.locator(".answer .model strong", has_text=weights).wait_for()
        assert first_row(page, done) == expected(weights, small_gallery, picture)
        assert f"Answered by {weights}" in told(page)
        assert page.locator(".answer .note").count() == 0, "no banner of the small encoder"
    page.locator(".thumb").first.click()
    page.locator(".answer .model strong", has_text="embedded").wait_for()
    assert page.locator(".answer .note").count() == 1, "each picture keeps its own model"


def test_ten_crops_are_looked_at_once_they_are_chosen(page, photos, small_gallery):
    picture = photos / "second.png"
    choose_weights(page, "geoclip")
    choose_picture(page, picture)
    one = first_row(page, 1)
    assert one == expected("geoclip", small_gallery, picture)
    open_settings(page)
    page.get_by_label("Look at ten crops").check()
    choose_picture(page, picture)
    answered(page, 2)
    page.locator(".thumb").nth(1).click()
    page.locator(".thumb").nth(1).and_(page.locator("[aria-pressed=true]")).wait_for()
    ten = expected("geoclip", small_gallery, picture, ten_crop=True)
    assert ten != one
    page.get_by_role("tab", name="Places", exact=True).click()
    page.locator("table.places").get_by_text(ten[1]).first.wait_for()
    assert first_row(page, 2) == ten
