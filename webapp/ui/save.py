"""What can be taken away from the tab "Locate photos": files, and a link to the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from webapp.batch import Batch
from webapp.choice import Choice
from webapp.export import EXPORTS
from webapp.map import static_text
from webapp.models import Models
from webapp.show import answers_shown
from webapp.ui.errors import page_errors
from webapp.ui.files import served

SAVE_JS = """() => { let tries = 0; const wait = setInterval(() => {
    const link = document.querySelector("#ready a[download]");
    if (link || (tries += 1) > 30) { clearInterval(wait); link?.click(); }
}, 100); }"""


class Save:
    """The buttons, laid out where this is built.

    Args:
        models: Answer once more for what is saved; no encoder is asked.
    """

    def __init__(self, models: Models) -> None:
        self.models = models
        gr.HTML("<p class='hint'>What is shown now: one picture, the album, or all.</p>")
        with gr.Row(elem_classes="exports"):
            self.exports = [gr.Button(kind, size="sm") for kind in EXPORTS]
        self.ready = gr.File(label="Ready", visible=False, elem_id="ready", interactive=False)
        self.link = gr.Button("Copy a link to these settings and this view", size="sm")

    def connect(self, session: Sequence[Component], link: Sequence[Component]) -> None:
        """Join the buttons to what they do.

        Args:
            session: The visitor's batch and all settings.
            link: The settings that a link bears.
        """
        for button, kind in zip(self.exports, EXPORTS, strict=True):
            button.click(
                self._on_save, [gr.State(kind), *session], self.ready, api_visibility="private"
            ).success(None, js=SAVE_JS, api_visibility="private")
        self.link.click(None, link, None, js=static_text("link.js"), api_visibility="private")

    def _on_save(self, kind: str, batch: Batch, *controls: object) -> Iterator[Any]:
        with page_errors():
            answers = answers_shown(batch, Choice.from_controls(controls), self.models)
            if not answers:
                raise gr.Error("There is no answer yet to save.", print_exception=False)
            for path in served(EXPORTS[kind](answers)):
                yield gr.File(path, visible=True)
