"""The page's own look: Gradio's plainest theme with the colours and fonts of assets/theme.json."""

from __future__ import annotations

import json

import gradio as gr

from geomapclip.assets import asset


def load_theme() -> gr.themes.Base:
    """The theme; its fonts are the system's, where Gradio's own come from another host."""
    data = json.loads(asset("theme.json").read_text("utf-8"))
    theme = gr.themes.Base(
        primary_hue=gr.themes.Color(**data["accent"], name="accent"),
        neutral_hue=data["neutral"],
        font=data["font"],
        font_mono=data["font_mono"],
    )
    return theme.set(**data["values"])
