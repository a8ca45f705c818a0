"""The tab "How it works": the method step by step, with the reader's own place and picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
import numpy as np

from geomapclip.search import random_town, read_place
from webapp.explore_choice import Pair, typed, wrapped
from webapp.learn import Looked, example_named, look_at
from webapp.learn_click import LYON, click_html
from webapp.learn_photo import TEMPERATURES, photo_html
from webapp.lesson import lessons_text, training_html
from webapp.pieces import example_files
from webapp.ui.errors import page_errors
from webapp.ui.locate import QUIET, STATE_S

if TYPE_CHECKING:
    from threading import BoundedSemaphore

    from geomapclip.predictor import Predictor
    from webapp.explorers import Explorers


class LearnTab:
    """The components, and what happens when they are used.

    Args:
        predictor: Whose method is shown.
        explorers: Its location encoder among them.
        turns: Shared by all that ask the image encoder.
    """

    def __init__(self, predictor: Predictor, explorers: Explorers, turns: BoundedSemaphore) -> None:
        self.predictor, self.explorers, self.turns = predictor, explorers, turns
        self.examples = [path.stem for path in example_files()]

    def lay_out(self) -> None:
        """Four parts, each below its own few controls."""
        self.looked = gr.State(None, time_to_live=STATE_S)
        with gr.Tabs(elem_classes="below-map learn"):
            with gr.Tab("One click", id="click"):
                with gr.Row(elem_classes="places-row"):
                    self.place = gr.Textbox(
                        typed(LYON), label="Your place", max_length=100, scale=3, min_width=180,
                        info="A town, a country, or coordinates; a click under Explore embeddings "
                        "comes here too.",
                    )  # fmt: skip
                    self.random = gr.Button("A random place", size="sm", min_width=120, scale=1)
                self.click = gr.HTML(elem_classes="how")
            with gr.Tab("One photo", id="photo") as self.photo_tab:
                with gr.Row(elem_classes="places-row"):
                    self.example = gr.Dropdown(
                        [(name.replace("-", " ").title(), name) for name in self.examples],
                        value=self.examples[0] if self.examples else None,
                        label="Picture", scale=2, min_width=150,
                    )  # fmt: skip
                    self.own = gr.UploadButton(
                        "Choose your own", size="sm", min_width=130, scale=1,
                        elem_classes="own-gallery",
                    )  # fmt: skip
                    self.temperature = gr.Slider(
                        *TEMPERATURES, 1, step=0.05, label="Temperature", scale=3, min_width=200
                    )
                self.photo = gr.HTML(elem_classes="how")
            with gr.Tab("Training", id="training") as self.training_tab:
                self.training = gr.HTML(elem_classes="how")
            with gr.Tab("Experiments", id="experiments"):
                gr.Markdown(lessons_text(), elem_classes="how")

    def connect(self, tab: gr.Tab, pair: gr.State) -> None:
        """Join the components to what happens; nothing is worked out before it is looked at."""
        last: dict[str, Any] = {**QUIET, "trigger_mode": "always_last"}
        slow: dict[str, Any] = {"api_visibility": "private", "trigger_mode": "always_last"}
        session = [self.place, self.looked, self.example]
        click = [self.place, self.click, self.looked]
        tab.select(self._on_open, [pair, *session], click, **last)
        self.place.submit(self._on_place, session, click, **last)
        self.random.click(self._on_random, session, click, **last)
        photo = [self.looked, self.photo]
        self.photo_tab.select(
            self._on_photo, [self.looked, self.example, self.temperature], photo, **last
        )
        self.temperature.change(
            self._on_photo, [self.looked, self.example, self.temperature], photo, **last
        )
        self.example.input(self._on_example, [self.example, self.temperature], photo, **slow)
        self.own.upload(self._on_own, [self.own, self.temperature], photo, **slow)
        self.training_tab.select(self._on_training, None, self.training, **slow)

    # What happens. A picture belongs to one visitor; nothing else here ever changes.

    def _on_open(
        self, pair: Pair, place: str, looked: Looked | None, example: object
    ) -> tuple[Any, ...]:
        return self._on_place(typed(pair.a) if pair.a else place, looked, example)

    def _on_random(self, place: str, looked: Looked | None, example: object) -> tuple[Any, ...]:
        spot = random_town(np.random.default_rng())
        return self._on_place(typed(spot), looked, example)

    def _on_place(self, place: str, looked: Looked | None, example: object) -> tuple[Any, ...]:
        with page_errors():
            spot = wrapped(*read_place(place))
            looked = looked or self._look(example)
            explorer = self.explorers.get(self.explorers.own)
            return place, click_html(spot, looked, self.predictor, explorer), looked

    def _on_photo(
        self, looked: Looked | None, example: object, temperature: float
    ) -> tuple[Any, ...]:
        with page_errors():
            looked = looked or self._look(example)
            return looked, photo_html(looked, temperature, self.predictor)

    def _on_example(self, example: object, temperature: float) -> tuple[Any, ...]:
        return self._on_photo(None, example, temperature)

    def _on_own(self, path: str, temperature: float) -> tuple[Any, ...]:
        with page_errors(), self.turns:
            looked = look_at(path, self.predictor)
        return self._on_photo(looked, None, temperature)

    def _look(self, example: object) -> Looked:
        with self.turns:
            return look_at(example_named(example), self.predictor)

    def _on_training(self) -> str:
        with page_errors(), self.turns:
            return training_html(self.predictor)
