"""The tab "Locate photos": its components and the way between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import gradio as gr

from geomapclip.errors import GeoMapCLIPError
from webapp.answer import error_html, waiting_html
from webapp.batch import Batch, Photo
from webapp.choice import Choice, write_box
from webapp.dots import draw_gallery
from webapp.locate import Seen, clicked_place, look
from webapp.map import live_page, static_text
from webapp.models import Models
from webapp.pieces import (
    about_html,
    example_files,
    notice_html,
    strip_template,
)
from webapp.settings import CLEAR_EVERY_S, Settings
from webapp.show import show
from webapp.ui.controls import Controls
from webapp.ui.errors import page_errors
from webapp.ui.save import Save
from webapp.writing import NO_PHOTO, overlay_json, writing_template

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor

CLICK_HINT = "Click on the map to name a place."
# Kept constant: a template whose text never changes is never drawn anew, so the map lives on.
MAP_TEMPLATE = '<iframe class="map" title="World map of the belief"></iframe>'
STATUS_TEMPLATE = '<div role="status" aria-live="polite">${value}</div>'
NOTHING_SHOWN: tuple[Any, ...] = ("", "", {"note": NO_PHOTO}, None)  # after the sentence
STATE_S = 3600  # photos that nobody looks at any more are forgotten after an hour
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class LocateTab:
    """The components, and what happens when they are used.

    Args:
        predictor: Answers all users; it does not change, so two users cannot meet.
        models: Other weights and galleries, loaded when asked for.
        settings: Choices of who runs the application.
    """

    def __init__(self, predictor: Predictor, models: Models, settings: Settings) -> None:
        self.predictor = predictor
        self.settings = settings
        self.models = models
        self.turns = BoundedSemaphore(settings.concurrency)  # photos at the encoder at a time
        self.waiting = waiting_html(predictor.name, predictor.note)
        self.keep_s = settings.keep_uploads_s + CLEAR_EVERY_S

    def lay_out(self) -> None:
        """Pictures, answer and settings on the left, the map on the right."""
        self.batch = gr.State(Batch(), time_to_live=STATE_S)
        with gr.Row(elem_classes="columns"):
            with gr.Column(scale=5, min_width=320, elem_classes="left"):
                with gr.Column(elem_id="photo"):
                    # The bytes come as they are. An Image would decode them first: no HEIC, and
                    # an error that is not ours. No list of types, because a phone that sees one
                    # may take the place out of the photo.
                    self.upload = gr.UploadButton(
                        "Choose pictures, or drop or paste them anywhere",
                        file_count="multiple",
                        variant="primary",
                        size="md",
                    )
                    self.strip = gr.HTML(
                        Batch().to_json(),
                        html_template=strip_template(),
                        js_on_load=static_text("strip.js"),
                    )
                self.sentence = gr.HTML(self.waiting, html_template=STATUS_TEMPLATE)
                with gr.Tabs(elem_classes="below-map"):
                    self._lay_out_tabs()
                gr.HTML(notice_html(self.keep_s), elem_classes="last")
            with gr.Column(scale=8, min_width=320):
                self.world = gr.HTML(
                    html_template=MAP_TEMPLATE,
                    js_on_load=static_text("map_host.js"),
                    page=live_page(),
                    points=None,
                    overlay=None,
                )
                self.clicked = gr.HTML(CLICK_HINT, html_template=STATUS_TEMPLATE, elem_id="clicked")
        self.panels = [self.sentence, self.places, self.countries, self.writing, self.world]

    def _lay_out_tabs(self) -> None:
        with gr.Tab("Places"):
            self.places = gr.HTML()
        with gr.Tab("Countries"):
            self.countries = gr.HTML('<p class="hint">The belief by country comes here.</p>')
        with gr.Tab("Words"):
            self.writing = gr.HTML(
                {"note": NO_PHOTO},
                html_template=writing_template(),
                js_on_load=static_text("writing.js"),
            )
        with gr.Tab("Settings"):
            self.controls = Controls(self.predictor, self.settings)
        with gr.Tab("Save"):
            self.save = Save(self.models)
        with gr.Tab("About"):
            gr.HTML(about_html(self.predictor.name, self.predictor.note, self.keep_s))

    def connect(self, interface: gr.Blocks) -> None:
        """Join the components to what happens."""
        session, settings = [self.batch, *self.controls.all], self.controls
        answered = [self.batch, self.strip, *self.panels]
        many: dict[str, Any] = {
            **QUIET,
            "trigger_mode": "multiple",
            "concurrency_limit": self.settings.queue_size,  # `turns` is the true limit
        }
        self.upload.upload(self._on_files, [self.upload, *session], answered, **many)
        self.strip.example(self._on_example, session, answered, **many)
        self.strip.pick(self._on_pick, session, self.panels, **QUIET, trigger_mode="always_last")
        self.strip.stop_work(self._on_stop, self.batch, self.strip, **QUIET, queue=False)
        self.strip.clear_all(self._on_clear, self.batch, answered, **QUIET, queue=False)
        gr.on(
            [
                settings.top_k.input, settings.among.input, settings.box.submit,
                settings.box.blur, settings.density.input, settings.temperature.release,
                settings.lettering.input,
            ],
            self._on_setting, session, self.panels,
            **QUIET, trigger_mode="always_last", concurrency_limit=self.settings.concurrency,
        )  # fmt: skip
        gr.on(
            [settings.gallery.input, settings.own_gallery.upload, settings.own_gallery.clear],
            self._on_setting, session, self.panels,
            api_visibility="private", show_progress_on=self.sentence,  # it can take a minute
        )  # fmt: skip
        self.world.map_click(
            self._on_click, None, self.clicked, **QUIET, trigger_mode="always_last"
        )
        # Each strike bears all words that are out; "always_last" can lose the last of them.
        self.writing.strike(self._on_strike, session, self.panels, **QUIET, trigger_mode="multiple")
        self.world.map_box(self._on_box, None, settings.box, **QUIET).then(
            self._on_setting, session, self.panels, **QUIET
        )
        self.world.gallery_points(self._on_points, session, self.world, **QUIET)
        self.world.map_overlay(self._on_overlay, session, self.world, **QUIET)
        self.save.connect(session, self.controls.link)
        interface.load(
            None, None, self.controls.link, js=self.controls.open_js(), api_visibility="private"
        )

    # What happens. A batch belongs to one visitor; nothing else here ever changes.

    def _on_files(
        self, paths: list[str] | None, batch: Batch, *controls: object
    ) -> Iterator[tuple[Any, ...]]:
        yield from self._answer(batch.add(paths or []), batch, controls)

    def _on_example(
        self, event: gr.EventData, batch: Batch, *controls: object
    ) -> Iterator[tuple[Any, ...]]:
        chosen = [str(path) for path in example_files() if path.name == event.name]
        yield from self._answer(batch.add(chosen), batch, controls)

    def _answer(
        self, new: list[Photo], batch: Batch, controls: Sequence[Any]
    ) -> Iterator[tuple[Any, ...]]:
        """Photos one by one; the first that succeeds is shown at once."""
        same = (gr.skip(),) * len(self.panels)
        yield batch, batch.to_json(), *same
        shown = False
        try:
            choice = Choice.from_controls(controls)
            predictor = self.models.get(choice.weights, choice.gallery)
            choice.check(predictor)
            for photo in batch.work(new, lambda path: self.look(path, predictor, choice)):
                panels: tuple[Any, ...] = same
                if photo.seen and not shown and batch.find(photo.number):
                    shown, batch.shown = True, photo.number
                    panels = self._shown(batch, choice, fly=True)
                elif photo is new[-1] and photo.state == "failed" and not shown:
                    panels = self._failed(photo.why)
                yield batch, batch.to_json(), *panels
        except GeoMapCLIPError as error:
            for photo in new:
                if photo.seen is None:
                    photo.state, photo.why = "failed", str(error)
            yield batch, batch.to_json(), *self._failed(str(error))

    def look(self, path: Path, predictor: Predictor, choice: Choice) -> Seen:
        """As `webapp.locate.look`, when it is this photo's turn."""
        with self.turns:
            return look(path, predictor, ten_crop=choice.ten_crop, lettering=choice.lettering)

    def _shown(self, batch: Batch, choice: Choice, *, fly: bool) -> tuple[Any, ...]:
        found = show(batch, choice, self.models, fly=fly)
        if found is None:
            return self.waiting, *NOTHING_SHOWN
        return found.sentence, found.places, found.countries, found.writing, found.view

    def _failed(self, why: str) -> tuple[Any, ...]:
        return f'<p class="error">{escape(why)}</p>', *NOTHING_SHOWN

    def _on_pick(self, event: gr.EventData, batch: Batch, *controls: object) -> tuple[Any, ...]:
        photo = batch.find(event.number)
        if event.number in ("all", "album"):
            batch.shown = event.number
        elif photo is None:
            return self._failed("This picture has been forgotten; please give it again.")
        elif photo.seen is None:
            return self._failed(photo.why or f"{photo.name} has no answer yet.")
        else:
            batch.shown = photo.number
        return self._on_setting(batch, *controls, fly=True)

    def _on_setting(self, batch: Batch, *controls: object, fly: bool = False) -> tuple[Any, ...]:
        try:
            choice = Choice.from_controls(controls)
            if batch.shown is None:
                choice.check(self.models.get("", choice.gallery))
                return (gr.skip(),) * len(self.panels)
            return self._shown(batch, choice, fly=fly)
        except GeoMapCLIPError as error:
            return error_html(error), *(gr.skip(),) * (len(self.panels) - 1)

    def _on_strike(self, event: gr.EventData, batch: Batch, *controls: object) -> tuple[Any, ...]:
        photo = batch.find(event.photo)
        if photo is None or batch.shown != photo.number:
            return (gr.skip(),) * len(self.panels)  # another picture is shown by now
        photo.strike(event.struck)
        *panels, view = self._on_setting(batch, *controls, fly=True)
        # The map stays as it is while the best place is in sight.
        return *panels, {**view, "gently": True} if "pins" in (view or ()) else view

    def _on_stop(self, batch: Batch) -> dict[str, object]:
        batch.halt()
        return batch.to_json()

    def _on_clear(self, batch: Batch) -> tuple[Any, ...]:
        batch.clear()
        return batch, batch.to_json(), self.waiting, *NOTHING_SHOWN

    def _on_click(self, event: gr.EventData) -> str:
        try:
            return escape(clicked_place(event.lat, event.lon))
        except GeoMapCLIPError as error:
            return error_html(error)

    def _on_box(self, event: gr.EventData) -> str:
        with page_errors():
            return write_box(event.west, event.south, event.east, event.north)

    def _on_points(self, batch: Batch, *controls: object) -> gr.HTML:
        with page_errors():
            choice = Choice.from_controls(controls)
            gallery = self.models.get(choice.weights, choice.gallery).gallery
            return gr.HTML(points=draw_gallery(gallery))

    def _on_overlay(self, batch: Batch, *controls: object) -> gr.HTML:
        with page_errors():
            choice, photo = Choice.from_controls(controls), batch.find(batch.shown)
            weights = photo.seen.weights if photo and photo.seen else ""
            predictor = self.models.get(weights, choice.gallery)
            return gr.HTML(overlay=overlay_json(photo, choice, predictor))
