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
from webapp.explore import first_html, go_on, second_html, views
from webapp.explore_choice import ALL_SCALES, NEAR, Asked, Pair, scale_names, typed, wrapped
from webapp.explorers import Explorers
from webapp.locate import clicked_place
from webapp.ui.explore_layout import HINT, PAIR_HINT, ExploreLayout
from webapp.ui.locate import QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.predictor import Predictor
    from webapp.settings import Settings


class ExploreTab(ExploreLayout):
    """What happens when the components are used.

    Args:
        predictor: Its location encoder and gallery are explored.
        settings: Choices of who runs the application.
    """

    def __init__(self, predictor: Predictor, settings: Settings) -> None:
        folders = [folder for folder in settings.checkpoints.split(os.pathsep) if folder]
        super().__init__(Explorers(predictor, folders))

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
            world.map_hover(self._on_hover, None, world, **last, queue=False)
        # The map asks again while the last answer comes in: "always_last" would ask the old thing.
        self.worlds[0].go_on(self._on_go_on, session, coloured, **QUIET, trigger_mode="multiple")
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

    def _on_go_on(
        self, event: gr.EventData, pair: Pair, compare: bool, *asked: object
    ) -> tuple[Any, ...]:
        """The map shows a sketch: embed more, and paint anew once all is there."""
        try:
            share = go_on(pair, Asked.read(asked, self.explorers), self.explorers)
        except GeoMapCLIPError as error:
            return error_html(error), gr.skip(), gr.skip(), gr.skip()
        if share == 1:
            return self._colours(pair, asked)
        grown = {"share": share, "turn": event.turn}
        return gr.skip(), gr.HTML(grown=grown), gr.HTML(grown=grown), gr.skip()

    def _on_hover(self, event: gr.EventData) -> gr.HTML:
        """The name of the place under the resting pointer; nothing where that is no place."""
        try:
            text = clicked_place(event.lat, event.lon)
        except GeoMapCLIPError:
            text = ""
        return gr.HTML(named={"lat": event.lat, "lon": event.lon, "text": text})

    def _on_points(self) -> gr.HTML:
        return gr.HTML(points=draw_gallery(self.explorers.base.gallery))
