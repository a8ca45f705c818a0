"""The page's fixed pieces of HTML: header, keys, examples, notice, and the model's banner."""

from __future__ import annotations

import json
import math
from html import escape
from pathlib import Path

from geomapclip.assets import asset
from geomapclip.errors import GeoMapCLIPError

TITLE = "GeoMapCLIP"
KEYS = (
    ("↑ ↓", "through the best places"),
    ("← →", "through your pictures"),
    ("o", "choose pictures"),
    ("Shift + drag", "on the map: a box to look in"),
    ("↑ ↓ ← →, Enter, n", "in Guess first: move the pin, guess, next picture"),
    ("?", "this list"),
    ("Esc", "close it"),
)
PICTURE_SUFFIXES = (".jpg", ".png")


def header_html() -> str:
    """Title, what it does, and the list of keys that ``?`` opens."""
    rows = "".join(
        f"<tr><th scope='row'><kbd>{escape(key)}</kbd></th><td>{escape(what)}</td></tr>"
        for key, what in KEYS
    )
    return (
        f"<header><h1>{TITLE}</h1><p>Where on Earth was this photo made?</p>"
        '<button class="keys-button" aria-label="List of keys">?'
        '</button></header><dialog class="keys" aria-label="Keys"><h2>Keys</h2>'
        f'<table>{rows}</table><button class="keys-close">Close</button></dialog>'
    )


def strip_template() -> str:
    """The empty strip of thumbnails; its script fills it."""
    return (
        '<section class="strip" aria-label="Your pictures"><div class="thumbs"></div>'
        '<div class="strip-bar"><progress hidden aria-label="Pictures answered"></progress>'
        '<span class="count"></span>'
        '<button data-act="stop" hidden>Stop</button>'
        '<button data-act="all" hidden>Show all</button>'
        '<button data-act="album" hidden title="They were all taken at one place: fuse their '
        'beliefs">All at one place</button>'
        '<button data-act="clear" aria-label="Clear all pictures">Clear</button></div>'
        f"{example_buttons()}</section>"
    )


def example_buttons() -> str:
    """The pictures that a visitor can try, as buttons."""
    examples = "".join(
        f'<button data-example="{escape(path.name)}">{escape(path.stem.replace("-", " "))}</button>'
        for path in example_files()
    )
    return f'<p class="examples">Or try a map: {examples}</p>' if examples else ""


def example_files() -> list[Path]:
    """Pictures that a visitor can try, in the order of their names."""
    try:
        folder = asset("examples")
    except GeoMapCLIPError:
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in PICTURE_SUFFIXES)


def model_html(weights: str, note: str) -> str:
    """What the model at work can do; more where the small encoder stands in for CLIP.

    Args:
        weights: Name of the weights.
        note: Why these and no others, or "".
    """
    if weights != "embedded":
        return f"<p>The model at work is <strong>{escape(weights)}</strong>.</p>"
    return (
        "<p>The model at work is <strong>embedded</strong>, a small encoder that comes with this "
        "project. It reads pictures of maps roughly, and photographs hardly."
        f"{_figures_html()}</p><p>CLIP reads photographs far better. To connect it, start the "
        "application where the Hugging Face hub answers, or set the variable "
        "<code>GEOMAPCLIP_CLIP</code> to a folder that holds openai/clip-vit-large-patch14."
        f"</p>{f'<p>{escape(note)}</p>' if note else ''}"
    )


def _figures_html() -> str:
    """What the small encoder scored, where its card says so."""
    try:
        card = json.loads(asset("embedded", "config.json").read_text("utf-8"))
    except (GeoMapCLIPError, ValueError, OSError):
        return ""
    figures = card.get("figures")
    if not isinstance(figures, dict):
        return ""
    told = "; ".join(
        f"{escape(name)}: median error {scored['median_km']:,.0f} km, "
        f"{scored['within_750_km']:.0%} within 750 km"
        for name, scored in figures.items()
        if isinstance(scored, dict) and {"median_km", "within_750_km"} <= scored.keys()
    )
    return f" What it scored: {told}." if told else ""


def about_html(weights: str, note: str, keep_s: int) -> str:
    """The model, what such guesses are worth, and what becomes of the pictures.

    Args:
        weights: As `model_html`.
        note: As `model_html`.
        keep_s: Seconds until an uploaded file is gone.
    """
    return (
        f'<div class="about">{model_html(weights, note)}'
        "<h3>What a guess is worth</h3><p>A probability compares the places of one gallery with "
        "each other. It can be sure and wrong, it follows where people took photographs, and it "
        "was never calibrated. A beach, a room or a desert looks alike in many lands.</p>"
        "<h3>What not to do with it</h3><p>Do not use it to find, follow or expose people, and "
        "do not take a guess for evidence. A wrong place can harm whoever lives there.</p>"
        f"<h3>Your pictures</h3><p>{privacy(keep_s)} What you save bears no photo and nothing of "
        "its EXIF but the coordinates that you see.</p></div>"
    )


def notice_html(keep_s: int) -> str:
    """What everybody should know, in a line; the rest stands under About."""
    return (
        f'<p class="notice">Files are deleted within {math.ceil(keep_s / 60)} minutes of being '
        "read. A guess is no evidence: please do not use it to find or follow people.</p>"
    )


def privacy(keep_s: int) -> str:
    """What becomes of an uploaded file."""
    return (
        "Your photos are read in memory and shared with nobody. Their files are deleted within "
        f"{math.ceil(keep_s / 60)} minutes of being read; of each, a thumbnail, the model's "
        "512 numbers, and where something is written in it its words with a small copy stay "
        "until you clear them, or for an hour at most."
    )
