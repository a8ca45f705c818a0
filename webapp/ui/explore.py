"""The tab "Explore embeddings": click the map and see what the location encoder knows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import gradio as gr
import numpy as np

from geomapclip.errors import GeoMapCLIPError
from geomapclip.search import random_town, read_place
from webapp.answer import error_html
from webapp.dots import draw_gallery
from webapp.explore import (
    ALIKE,
    ALL_SCALES,
    COLOURINGS,
    LAND,
    NEAR,
    WHERE,
    Asked,
    Pair,
    first_html,
    scale_names,
    second_html,
    typed,
    views,
    wrapped,
)
from webapp.explore_html import embedding_json, similarity_json
from webapp.explorers import Explorers
from webapp.map import explore_page, static_text
from webapp.ui.errors import page_errors
from webapp.ui.locate import MAP_TEMPLATE, QUIET, STATE_S, STATUS_TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.predictor import Predictor
    from webapp.settings import Settings

HINT = (
    '<p class="hint">Click on the map, or type a place. What you see then is all that the location '
    "encoder knows of it: 512 numbers.</p>"
)
PAIR_HINT = (
    '<p class="hint">Tick <em>Compare</em> and click once more: the second place is B. Both pins '
    "can be dragged.</p>"
)
TOGETHER = "explore"  # maps of this group move together


class ExploreTab:
    """The components, and what happens when they are used.

    Args:
        predictor: Its location encoder and gallery are explored.
        settings: Choices of who runs the application.
    """

    def __init__(self, predictor: Predictor, settings: Settings) -> None:
        folders = [folder for folder in settings.checkpoints.split(os.pathsep) if folder]
        self.explorers = Explorers(predictor, folders)

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
            page=explore_page(),
            points=None,
            together=TOGETHER,
        )

    def connect(self, tab: gr.Tab) -> None:
        """Join the components to what happens; each answer is numbers first, then the map."""
        session = [self.pair, self.compare, *self.asked]
        last: dict[str, Any] = {**QUIET, "trigger_mode": "always_last"}
        slow: dict[str, Any] = {**last, "show_progress": "minimal", "show_progress_on": self.status}
        coloured = [self.status, *self.worlds, self.second_map]
        placed = [
            world.map_click(self._on_click, session, self.panels, **last) for world in self.worlds
        ]
        placed += [
            world.mark_drag(self._on_drag, session, self.panels, **last) for world in self.worlds
        ]
        for event in placed:
            event.then(self._on_colours, session, coloured, **slow)
        typed_in = [
            self.place_a.submit(self._on_type_a, [self.place_a, *session], self.panels, **last),
            self.random.click(self._on_random, session, self.panels, **last),
        ]
        for event in typed_in:
            event.then(self._visit_a, session, coloured, **slow)
        self.place_b.submit(self._on_type_b, [self.place_b, *session], self.panels, **last).then(
            self._visit_b, session, coloured, **slow
        )
        self.first.go(self._on_go, session, [*self.panels, self.compare], **last).then(
            self._visit_b, session, coloured, **slow
        )
        self.compare.input(self._on_compare, session, self.panels, **last).then(
            self._on_colours, session, coloured, **slow
        )
        gr.on([self.colouring.input, self.scale.input], self._on_colours, session, coloured, **slow)
        self.where.input(self._on_where, session, coloured, **slow)
        gr.on(
            [self.weights.input, self.beside.input], self._on_weights, session,
            [*self.panels, self.scale], **slow,
        ).then(self._on_colours, session, coloured, **slow)  # fmt: skip
        for world in self.worlds:
            world.gallery_points(self._on_points, None, world, **QUIET)
        tab.select(self._on_colours, session, coloured, **slow)

    # What happens. A pair belongs to one visitor; the explorers never change.

    def _on_click(
        self, event: gr.EventData, pair: Pair, compare: bool, *asked: object
    ) -> tuple[Any, ...]:
        name = "B" if compare is True and pair.a else "A"
        return self._place(name, (event.lat, event.lon), pair, compare, asked)

    def _on_drag(
        self, event: gr.EventData, pair: Pair, compare: bool, *asked: object
    ) -> tuple[Any, ...]:
        return self._place(event.name, (event.lat, event.lon), pair, compare, asked)

    def _on_type_a(self, text: str, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._place("A", text, pair, compare, asked)

    def _on_type_b(self, text: str, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._place("B", text, pair, compare, asked)

    def _on_random(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._place("A", random_town(np.random.default_rng()), pair, compare, asked)

    def _on_go(
        self, event: gr.EventData, pair: Pair, compare: bool, *asked: object
    ) -> tuple[Any, ...]:
        """A row of a table was chosen: it becomes place B."""
        return *self._place("B", (event.lat, event.lon), pair, True, asked), True

    def _on_compare(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._show(pair if compare is True else pair.put("B", None), compare, asked)

    def _on_weights(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        try:
            sigma = self.explorers.get(str(asked[0])).sigma
            names = scale_names(sigma)
            scale = asked[3] if asked[3] in names else ALL_SCALES
            shown = self._show(pair, compare, [*asked[:3], scale, asked[4]])
            return *shown, gr.Radio(names, value=str(scale))
        except GeoMapCLIPError as error:
            return *self._failed(error), gr.skip()

    def _place(
        self, name: object, where: object, pair: Pair, compare: bool, asked: Sequence[object]
    ) -> tuple[Any, ...]:
        try:
            spot = wrapped(*where) if isinstance(where, tuple) else wrapped(*read_place(where))
            return self._show(pair.put(name, spot), compare, asked, only_b=name == "B")
        except GeoMapCLIPError as error:
            return self._failed(error)

    def _show(
        self, pair: Pair, compare: bool, asked: Sequence[object], *, only_b: bool = False
    ) -> tuple[Any, ...]:
        try:
            chosen = Asked.read(asked, self.explorers)
            first = gr.skip() if only_b else first_html(pair, chosen, self.explorers) or HINT
            second = second_html(pair, chosen, self.explorers) or PAIR_HINT
        except GeoMapCLIPError as error:
            return self._failed(error)
        box_b = gr.Textbox(typed(pair.b) if pair.b else "", visible=compare is True)
        box_a = typed(pair.a) if pair.a else gr.skip()
        return pair, box_a, box_b, "", first, second

    def _failed(self, error: GeoMapCLIPError) -> tuple[Any, ...]:
        """The sentence; everything else stays."""
        return gr.skip(), gr.skip(), gr.skip(), error_html(error), gr.skip(), gr.skip()

    def _visit_a(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._colours(pair, asked, "A")

    def _visit_b(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._colours(pair, asked, "B")

    def _on_where(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._colours(pair, asked, NEAR if asked[-1] == NEAR else "")

    def _on_colours(self, pair: Pair, compare: bool, *asked: object) -> tuple[Any, ...]:
        return self._colours(pair, asked)

    def _colours(self, pair: Pair, asked: Sequence[object], visit: str = "") -> tuple[Any, ...]:
        try:
            shown = views(pair, Asked.read(asked, self.explorers), self.explorers, visit)
        except GeoMapCLIPError as error:
            return error_html(error), gr.skip(), gr.skip(), gr.skip()
        second = shown[1].to_json() if shown[1:] else None
        return gr.skip(), shown[0].to_json(), second, gr.Column(visible=second is not None)

    def _on_points(self) -> gr.HTML:
        return gr.HTML(points=draw_gallery(self.explorers.base.gallery))


class ExplorePrograms:
    """The endpoints ``/embedding`` and ``/similarity``.

    Args:
        explorers: Answer by the name of weights.
    """

    def __init__(self, explorers: Explorers) -> None:
        self.explorers = explorers
        numbers = [
            gr.Number(visible=False, label=label)
            for label in ("latitude", "longitude", "other_latitude", "other_longitude")
        ]
        weights = gr.Textbox(explorers.own, visible=False, label="weights")
        ask = gr.Button(visible=False)
        answer = gr.JSON(visible=False, label="answer")
        ask.click(self.embedding, [*numbers[:2], weights], answer, api_name="embedding")
        ask.click(self.similarity, [*numbers, weights], answer, api_name="similarity")

    def embedding(self, latitude: float, longitude: float, weights: str) -> dict[str, object]:
        """The 512 numbers of a place, their length, and the share of each scale."""
        with page_errors():
            explorer = self.explorers.get(weights)
            place = explorer.describe(*wrapped(latitude, longitude))
            return embedding_json(weights, explorer.sigma, place)

    def similarity(
        self,
        latitude: float,
        longitude: float,
        other_latitude: float,
        other_longitude: float,
        weights: str,
    ) -> dict[str, object]:
        """The cosine of two places' embeddings, in all and by scale, and the km between them."""
        with page_errors():
            return similarity_json(
                self.explorers.get(weights),
                wrapped(latitude, longitude),
                wrapped(other_latitude, other_longitude),
            )
