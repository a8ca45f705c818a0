"""The components of the tab "Explore embeddings", and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from webapp.explore_choice import ALIKE, ALL_SCALES, COLOURINGS, LAND, WHERE, Pair, scale_names
from webapp.map import EXPLORE_MAP, static_text
from webapp.ui.locate import MAP_TEMPLATE, STATE_S, STATUS_TEMPLATE

if TYPE_CHECKING:
    from webapp.explorers import Explorers

HINT = (
    '<p class="hint">Click on the map, or type a place. What you see then is all that the location '
    "encoder knows of it: 512 numbers.</p>"
)
PAIR_HINT = (
    '<p class="hint">Tick <em>Compare</em> and click once more: the second place is B. Both pins '
    "can be dragged.</p>"
)
TOGETHER = "explore"  # maps of this group move together


class ExploreLayout:
    """The components; what happens when they are used stands in `webapp.ui.explore`.

    Args:
        explorers: Whose names and scales can be chosen.
    """

    def __init__(self, explorers: Explorers) -> None:
        self.explorers = explorers

    def lay_out(self) -> None:
        """Choices and numbers on the left, one map or two on the right."""
        self.pair = gr.State(Pair(), time_to_live=STATE_S)
        with gr.Row(elem_classes="columns"):
            with gr.Column(scale=5, min_width=320, elem_classes="left"):
                self._lay_out_places()
                self.status = gr.HTML("", html_template=STATUS_TEMPLATE, elem_id="explore-status")
                with gr.Tabs(elem_classes="below-map"):
                    with gr.Tab("Place A", id="a"):
                        self.first = gr.HTML(HINT, js_on_load=static_text("explore.js"))
                    with gr.Tab("A and B", id="pair"):
                        self.second = gr.HTML(PAIR_HINT)
                    with gr.Tab("Weights", id="weights"):
                        self._lay_out_weights()
            with gr.Column(scale=8, min_width=320):
                self._lay_out_colours()
                with gr.Row(elem_classes="maps"):
                    with gr.Column(min_width=160):
                        first = self._world(0)
                    # Hidden by its column: a hidden HTML would lose its props when it is shown.
                    with gr.Column(min_width=160, visible=False) as self.second_map:
                        second = self._world(1)
                    self.worlds = [first, second]
        self.asked = [self.weights, self.beside, self.colouring, self.scale, self.where]
        self.panels = [self.pair, self.place_a, self.place_b, self.status, self.first, self.second]

    def _lay_out_places(self) -> None:
        with gr.Row(elem_classes="places-row"):
            self.place_a = gr.Textbox(
                label="Place A", placeholder="a town, a country, or 45.76, 4.84",
                max_length=100, scale=4, min_width=150,
            )  # fmt: skip
            self.place_b = gr.Textbox(
                label="Place B", placeholder="click, or type", max_length=100, scale=4,
                min_width=150, visible=False,
            )  # fmt: skip
        with gr.Row(elem_classes="places-row"):
            self.random = gr.Button("A random place", size="sm", min_width=120)
            self.compare = gr.Checkbox(False, label="Compare with a second place", min_width=210)

    def _lay_out_colours(self) -> None:
        with gr.Row(elem_classes="colour-row"):
            self.colouring = gr.Radio(COLOURINGS, value=ALIKE, label="Colour by")
            self.scale = gr.Radio(
                scale_names(self.explorers.get(self.explorers.own).sigma), value=ALL_SCALES,
                label="Scale",
            )  # fmt: skip
            self.where = gr.Radio(WHERE, value=LAND, label="Of which places")

    def _lay_out_weights(self) -> None:
        own, *others = self.explorers.names
        choices = [(f"{own} (at work)", own), *((name, name) for name in others)]
        self.weights = gr.Dropdown(
            choices, value=own, label="Weights",
            info="Of the location encoder; the first use of others takes a while.",
        )  # fmt: skip
        self.beside = gr.Dropdown(
            [("nothing", ""), *choices], value="", label="Beside it",
            info="A second encoder on a second map, with the same places.",
        )  # fmt: skip

    def _world(self, number: int) -> gr.HTML:
        template = MAP_TEMPLATE.replace("map of the belief", f"map {number + 1} to explore")
        return gr.HTML(
            html_template=template,
            js_on_load=static_text("map_host.js"),
            start=EXPLORE_MAP,
            points=None,
            grown=None,
            named=None,
            together=TOGETHER,
        )
