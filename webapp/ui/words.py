"""The tab "Ask with words": a sentence, and where photos of it would be made."""

from __future__ import annotations

from html import escape
from threading import BoundedSemaphore
from typing import Any

import gradio as gr

from geomapclip.errors import GeoMapCLIPError
from webapp.dots import draw_gallery
from webapp.map import WORDS_MAP, static_text
from webapp.models import Models
from webapp.settings import Settings
from webapp.ui.errors import page_errors
from webapp.ui.locate import MAP_TEMPLATE, QUIET, STATE_S, STATUS_TEMPLATE
from webapp.words import (
    MOST_LETTERS,
    PROMPTS,
    Sentences,
    missing_html,
    read_sentence,
    reader,
    show,
    start_html,
)

BUTTONS_JS = """element.addEventListener("click", ({ target }) => {
    const { prompt, letter, forget } = target.closest("[data-prompt], [data-letter], [data-forget]")?.dataset || {};
    if (prompt) trigger("prompt", { prompt });
    if (letter) trigger("choose", { letter });
    if (forget) trigger("forget", { letter: forget });
});"""  # noqa: E501


class WordsTab:
    """The components, and what happens when they are used.

    Args:
        models: The first answers where it stands on CLIP; else GeoCLIP's weights are tried.
        settings: Choices of who runs the application.
        turns: As in `webapp.ui.locate.LocateTab`.
    """

    def __init__(self, models: Models, settings: Settings, turns: BoundedSemaphore) -> None:
        self.models = models
        self.settings = settings
        self.turns = turns

    def lay_out(self) -> None:
        """The sentence and the answers on the left, the map on the right."""
        self.sentences = gr.State(Sentences(), time_to_live=STATE_S)
        with gr.Row(elem_classes="columns"):
            with gr.Column(scale=5, min_width=320, elem_classes="left"):
                with gr.Row(elem_classes="ask-bar"):
                    self.text = gr.Textbox(
                        label="A sentence", placeholder=PROMPTS[0], max_length=MOST_LETTERS,
                        max_lines=1, scale=4, elem_id="words", container=False,
                    )  # fmt: skip
                    self.ask = gr.Button("Ask", variant="primary", size="md", scale=1, min_width=70)
                self.prompts = gr.HTML(_prompts_html(), js_on_load=BUTTONS_JS)
                self.said = gr.HTML(start_html(self.models.base), html_template=STATUS_TEMPLATE)
                self.compared = gr.HTML(js_on_load=BUTTONS_JS, elem_classes="below-map")
                self.places = gr.HTML(elem_classes="below-map")
            with gr.Column(scale=8, min_width=320):
                self.world = gr.HTML(
                    html_template=MAP_TEMPLATE.replace("the belief", "the sentence's belief"),
                    js_on_load=static_text("map_host.js"),
                    start=WORDS_MAP,
                    points=None,
                    together="words",  # a map of its own: the page's links do not move it
                )
        self.panels = [self.said, self.compared, self.places, self.world]

    def connect(self) -> None:
        """Join the components to what happens."""
        answered = [self.sentences, *self.panels]
        slow: dict[str, Any] = {
            "api_visibility": "private",
            "show_progress_on": self.said,  # the text tower is loaded at the first question
            "trigger_mode": "always_last",
        }
        gr.on(
            [self.text.submit, self.ask.click], self._on_ask, [self.text, self.sentences],
            answered, **slow,
        )  # fmt: skip
        self.prompts.prompt(self._on_prompt, self.sentences, answered, **slow)
        self.compared.choose(self._on_choose, self.sentences, answered, **QUIET)
        self.compared.forget(self._on_forget, self.sentences, answered, **QUIET)
        self.world.mark_drag(self._on_mark, self.sentences, answered, **QUIET)
        self.world.gallery_points(self._on_points, None, self.world, **QUIET)

    def _on_ask(self, text: object, sentences: Sentences) -> tuple[Any, ...]:
        try:
            sentence = read_sentence(text)
            predictor = reader(self.models)
            with self.turns:
                embedding = predictor.embed_words(sentence)
            return self._shown(sentences.add(sentence, embedding), fly=True)
        except GeoMapCLIPError as error:
            return sentences, missing_html(error), *(gr.skip(),) * (len(self.panels) - 1)

    def _on_prompt(self, event: gr.EventData, sentences: Sentences) -> tuple[Any, ...]:
        return self._on_ask(event.prompt, sentences)

    def _on_choose(self, event: gr.EventData, sentences: Sentences) -> tuple[Any, ...]:
        return self._shown(sentences.choose(event.letter), fly=False)

    def _on_mark(self, event: gr.EventData, sentences: Sentences) -> tuple[Any, ...]:
        return self._shown(sentences.choose(event.name), fly=False)

    def _on_forget(self, event: gr.EventData, sentences: Sentences) -> tuple[Any, ...]:
        return self._shown(sentences.forget(event.letter), fly=False)

    def _shown(self, sentences: Sentences, *, fly: bool) -> tuple[Any, ...]:
        with page_errors():
            found = show(sentences, reader(self.models), self.settings.top_k, fly=fly)
        return sentences, found.sentence, found.compared, found.places, found.view

    def _on_points(self) -> gr.HTML:
        with page_errors():
            return gr.HTML(points=draw_gallery(reader(self.models).gallery))


def _prompts_html() -> str:
    buttons = "".join(
        f'<button data-prompt="{escape(prompt)}">{escape(prompt)}</button>' for prompt in PROMPTS
    )
    return f'<p class="examples prompts">Try: {buttons}</p>'
