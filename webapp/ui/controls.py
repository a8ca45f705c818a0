"""The settings of the tab "Locate photos"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from geomapclip.countries import country_table
from geomapclip.gallery import NAMES as GALLERIES
from webapp.choice import LETTERING, TEMPERATURES, WEIGHTS
from webapp.map import static_text
from webapp.settings import MAX_TOP_K, Settings
from webapp.ui.typed import countries

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor


class Controls:
    """The components, laid out where this is built; their order is that of `Choice`.

    Attributes:
        all: In the order in which `Choice.from_controls` takes them.
        link: Those that a link restores, in the order of ``static/link.js``.
        program: Those that a program can give as well, number and countries left out.

    Args:
        predictor: Bounds the number of places and names the model.
        settings: Choices of who runs the application.
    """

    def __init__(self, predictor: Predictor, settings: Settings) -> None:
        most = min(MAX_TOP_K, len(predictor.gallery))
        self.top_k = gr.Slider(
            1, most, min(settings.top_k, most), step=1, label="Places shown",
            info="How many of the best places get a row and a pin.",
        )  # fmt: skip
        self.among = countries(
            country_table()["name"].sort_values().tolist(),
            "Look only in these countries",
            "The belief is shared among the places that are left.",
        )
        self.box = gr.Textbox(
            "", label="Look only in this box", placeholder="west, south, east, north",
            info="In degrees; or draw it on the map with Shift-drag. Empty: the whole world.",
        )  # fmt: skip
        self.density = gr.Checkbox(
            False, label="Correct for the gallery's density",
            info="Counts a city with a thousand known photographs no more than a village.",
        )  # fmt: skip
        self.temperature = gr.Slider(
            *TEMPERATURES, 1, step=0.05, label="Temperature",
            info="Below 1 the belief is sharper, above 1 wider. 1 is the model's own.",
        )  # fmt: skip
        self.ten_crop = gr.Checkbox(
            False, label="Look at ten crops",
            info="Surer and ten times as slow; for the pictures that you give from now on.",
        )  # fmt: skip
        self.lettering = gr.Radio(
            list(LETTERING), value="auto", label="Read what is written",
            info="Names of places in a picture count as evidence. Auto: with the small encoder, "
            "not with CLIP. Off counts at once, on for the pictures that you give from now on.",
        )  # fmt: skip
        own = predictor.name
        self.weights = gr.Dropdown(
            [(f"{own} (at work)", ""), *((w, w) for w in WEIGHTS if w != own)],
            value="", label="Model",
            info="For the pictures that you give from now on; the first takes a while.",
        )  # fmt: skip
        self.gallery = gr.Dropdown(
            [("the model's own", ""), *((name, name) for name in GALLERIES)], value="",
            label="Gallery", info="The places to choose among; the first use takes a while.",
        )  # fmt: skip
        self.own_gallery = gr.File(
            label="Your own gallery: a CSV, Parquet, GeoJSON or GeoPackage file of places",
            height=96, elem_classes="own-gallery",
        )  # fmt: skip
        quick = [self.top_k, self.among, self.box, self.density, self.temperature]
        self.link = [*quick, self.ten_crop, self.lettering]
        self.program = self.link[2:]
        self.all = [*self.link, self.weights, self.gallery, self.own_gallery]

    def open_js(self) -> str:
        """JavaScript that reads the settings of a link."""
        first, most = self.top_k.value, self.top_k.maximum
        return static_text("link_open.js").replace("MOST", str(most)).replace("FIRST", str(first))
