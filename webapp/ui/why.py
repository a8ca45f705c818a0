"""The tab "Why there?": a picture, and what hiding each of its patches does to the belief."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import gradio as gr

from geomapclip.errors import GeoMapCLIPError, ImageError
from geomapclip.image import open_image
from geomapclip.occlusion import explain
from webapp.answer import error_html
from webapp.pieces import example_buttons, example_files
from webapp.settings import Settings
from webapp.ui.locate import QUIET, STATE_S, STATUS_TEMPLATE
from webapp.why import State, draw

if TYPE_CHECKING:
    from PIL import Image

    from geomapclip.occlusion import Explanation
    from geomapclip.predictor import Predictor

HINT = (
    '<p class="hint">Give a picture. Its patches are then hidden one at a time, and each is '
    "coloured by what the model believes without it: large patches first, then smaller ones.</p>"
)
EXAMPLES_JS = """element.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-example]")?.dataset.example;
    if (name) trigger("example", { name });
});"""


@dataclass
class Asking:
    """How often a visitor has asked or stopped: whoever counts on an older number is to stop."""

    turn: int = 0


class WhyTab:
    """The components, and what happens when they are used.

    Args:
        predictor: Answers all users.
        settings: Choices of who runs the application.
        turns: How many pictures the encoder looks at at a time; each patch waits for its turn.
    """

    def __init__(self, predictor: Predictor, settings: Settings, turns: BoundedSemaphore) -> None:
        self.predictor = predictor
        self.settings = settings
        self.turns = turns

    def lay_out(self) -> None:
        """The picture's button and the words above, the drawings below."""
        self.asking = gr.State(Asking(), time_to_live=STATE_S)
        with gr.Row(elem_classes="ask-bar"):
            self.upload = gr.UploadButton("Choose a picture", variant="primary", size="md", scale=0)
            self.examples = gr.HTML(example_buttons(), js_on_load=EXAMPLES_JS)
            self.stop = gr.Button("Stop", size="md", scale=0, interactive=False)
        self.progress = gr.HTML(HINT)
        self.sentence = gr.HTML(html_template=STATUS_TEMPLATE)
        self.pictures = gr.HTML()
        self.table = gr.HTML()
        self.panels = [self.progress, self.sentence, self.pictures, self.table, self.stop]

    def connect(self) -> None:
        """Join the components to what happens."""
        many: dict[str, Any] = {
            **QUIET,
            "trigger_mode": "multiple",
            "concurrency_limit": self.settings.queue_size,  # `turns` is the true limit
        }
        self.upload.upload(self._on_file, [self.upload, self.asking], self.panels, **many)
        self.examples.example(self._on_example, self.asking, self.panels, **many)
        self.stop.click(self._on_stop, self.asking, None, **QUIET, queue=False)

    def _on_example(self, event: gr.EventData, asking: Asking) -> Iterator[tuple[Any, ...]]:
        chosen = [path for path in example_files() if path.name == event.name]
        if chosen:
            yield from self._on_file(str(chosen[0]), asking)

    def _on_file(self, path: str, asking: Asking) -> Iterator[tuple[Any, ...]]:
        """Hide patch after patch until all are hidden, or the visitor stops or asks anew."""
        asking.turn += 1
        mine = asking.turn
        try:
            image = _open(Path(path))
            steps = explain(self.predictor, image)
            last = None
            while asking.turn == mine:
                with self.turns:
                    step = next(steps, None)
                if step is None:
                    break
                last = step
                yield self._panels(image, step, "done" if step.done == step.total else "working")
            if last is not None and last.done < last.total:
                yield self._panels(image, last, "stopped")
        except GeoMapCLIPError as error:
            yield error_html(error), "", "", "", gr.Button(interactive=False)

    def _panels(self, image: Image.Image, step: Explanation, state: State) -> tuple[Any, ...]:
        drawing = draw(image, step, state)
        return (
            drawing.progress,
            drawing.sentence,
            drawing.pictures,
            drawing.table,
            gr.Button(interactive=state == "working"),
        )

    def _on_stop(self, asking: Asking) -> None:
        asking.turn += 1


def _open(path: Path) -> Image.Image:
    """The picture; an error names the file and not the server's folders."""
    try:
        return open_image(path)
    except ImageError as error:
        raise ImageError("picture", path.name, error.accepted) from error
