"""How the page is used and read: contrast, keys, clipboard, phone, tabs."""

from __future__ import annotations

import base64

import pytest
from browser import answered, frame, needs_browser, quiet_gradio, upload

pytestmark = [*quiet_gradio, needs_browser]

# Visible texts whose contrast with what lies behind them is below WCAG 2.2's AA (1.4.3). Texts
# of what cannot be used at the moment need none.
FAINT = """async () => {
    const ends = ({ effect }) => effect.getComputedTiming().endTime < 1e4;
    const moving = document.getAnimations().filter(ends);
    await Promise.allSettled(moving.map((each) => each.finished));  // colours on their way
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], [R, G, B]) => [
        r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a),
    ];
    const luminance = (colour) => {
        const [r, g, b] = colour.slice(0, 3).map((c) => c / 255).map(
            (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4),
        );
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (node) => {
        const layers = [];
        for (let each = node; each; each = each.parentElement) {
            const layer = rgba(getComputedStyle(each).backgroundColor);
            layers.push(layer);
            if (layer[3] === 1) break;
        }
        return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || node.closest(":disabled, .leaflet-disabled, script, style")) continue;
        if (!node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
        const { width, height } = node.getBoundingClientRect();
        if (width <= 1 || height <= 1) continue;
        const style = getComputedStyle(node);
        const back = behind(node);
        const [light, dark] = [luminance(over(rgba(style.color), back)), luminance(back)];
        const ratio = (Math.max(light, dark) + 0.05) / (Math.min(light, dark) + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
    }
    return faint;
}"""
FOCUSED = """() => {
    const node = document.activeElement;
    if (!node || node === document.body) return "";
    const label = node.labels?.[0]?.innerText || "";
    return node.getAttribute("aria-label") || node.title || node.innerText || label || node.tagName;
}"""
PASTE = """(content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_told_from_what_lies_behind_it(open_page, dozen, scheme):
    page = open_page(color_scheme=scheme)
    found = {"first": page.evaluate(FAINT)}
    upload(page, dozen[2:5])
    answered(page, 2, 1)
    for name in ("Countries", "Settings", "Save", "About", "Places"):
        page.get_by_role("tab", name=name, exact=True).click()
        found[name] = page.evaluate(FAINT)
    page.locator("table.places tbody tr").nth(1).click()
    found["row"] = page.evaluate(FAINT)
    page.locator(".thumb.failed").click()
    page.locator(".error").wait_for()
    found["error"] = page.evaluate(FAINT)
    page.get_by_role("button", name="Show all").click()
    page.locator("table.places.all").wait_for()
    found["all"] = page.evaluate(FAINT)
    page.keyboard.press("?")
    found["keys"] = page.evaluate(FAINT)
    page.keyboard.press("Escape")
    frame(page).locator(".leaflet-control-layers-toggle").focus()
    found["map"] = frame(page).locator("body").evaluate(FAINT)
    assert {place: texts for place, texts in found.items() if texts} == {}


def test_that_measure_finds_faint_text(open_page):
    page = open_page()
    page.evaluate("document.querySelector('header h1').style.color = '#999'")
    assert page.evaluate(FAINT) == ["GeoMapCLIP: 2.85"]


def test_tab_leads_through_the_page_as_it_is_read(open_page, dozen):
    page = open_page()
    upload(page, dozen[1:3])
    answered(page, 2)
    stops = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        if "World map" in stops[-1]:
            break
    print(stops)
    wanted = iter(stops)
    for stop in (
        "List of keys", "Locate photos", "Choose pictures", "01.jpg", "02.jpg", "Show all",
        "Clear", "Places", "Settings", "About", "Show place 1", "Show place 3", "World map",
    ):  # fmt: skip
        assert any(stop in each for each in wanted), (stop, stops)
    assert "" not in stops, "no stop is lost"


def test_a_picture_comes_from_the_clipboard(open_page, photos):
    page = open_page()
    content = base64.b64encode((photos / "second.png").read_bytes()).decode()
    page.evaluate(PASTE, content)
    page.locator(".thumb.done", has_text="pasted.png").wait_for()
    page.locator("table.places").wait_for()
