"""The page: components and the way between them. The only file that imports gradio."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import gradio as gr

from geomapclip.countries import country_table
from geomapclip.errors import GeoMapCLIPError
from geomapclip.gallery import NAMES as GALLERIES
from webapp.answer import answer_json, error_html, waiting_html
from webapp.batch import Batch, Photo
from webapp.choice import Choice, write_box
from webapp.dots import draw_gallery
from webapp.export import EXPORTS, Export
from webapp.locate import Seen, clicked_place, look, prepare
from webapp.map import LEAFLET, STATIC, live_page, static_text
from webapp.models import Models
from webapp.pieces import (
    TITLE,
    about_html,
    example_files,
    header_html,
    notice_html,
    strip_template,
)
from webapp.settings import MAX_TOP_K, Settings
from webapp.show import answer_album, answer_seen, answers_shown, show

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor

CLICK_HINT = "Click on the map to name a place."
# Kept constant: a template whose text never changes is never drawn anew, so the map lives on.
MAP_TEMPLATE = '<iframe class="map" title="World map of the belief"></iframe>'
STATUS_TEMPLATE = '<div role="status" aria-live="polite">${value}</div>'
CLEAR_EVERY_S = 60
STATE_S = 3600  # photos that nobody looks at any more are forgotten after an hour
WEIGHTS = ("geoclip", "geomapclip", "embedded")
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
SAVE_JS = """() => { let tries = 0; const wait = setInterval(() => {
    const link = document.querySelector("#ready a[download]");
    if (link || (tries += 1) > 30) { clearInterval(wait); link?.click(); }
}, 100); }"""


def build_interface(predictor: Predictor, settings: Settings | None = None) -> gr.Blocks:
    """Build the page around a predictor; `launch` serves it.

    Args:
        predictor: Answers all users; it does not change, so two users cannot meet.
        settings: Choices of who runs the application; by default `Settings()`.
    """
    settings = settings or Settings()
    prepare(predictor.gallery)
    gr.set_static_paths([LEAFLET])
    page = _Page(predictor, settings)
    interface = gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CLEAR_EVERY_S, settings.keep_uploads_s),
    )
    with interface:
        page.lay_out()
        page.connect(interface)
        page.offer_to_programs()
    interface.queue(max_size=settings.queue_size)
    return interface


class _Page:
    """The components, and what happens when they are used."""

    def __init__(self, predictor: Predictor, settings: Settings) -> None:
        self.predictor = predictor
        self.settings = settings
        self.models = Models(predictor)
        self.turns = BoundedSemaphore(settings.concurrency)  # photos at the encoder at a time
        self.waiting = waiting_html(predictor.name, predictor.note)
        self.keep_s = settings.keep_uploads_s + CLEAR_EVERY_S

    def lay_out(self) -> None:
        """Pictures, answer and settings on the left, the map on the right."""
        self.batch = gr.State(Batch(), time_to_live=STATE_S)
        gr.HTML(header_html(), js_on_load=static_text("drop.js") + static_text("rows.js"))
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
                )
                self.clicked = gr.HTML(CLICK_HINT, html_template=STATUS_TEMPLATE, elem_id="clicked")
        self.panels = [self.sentence, self.places, self.countries, self.world]
        self.quick = [self.top_k, self.among, self.box, self.density, self.temperature]
        self.controls = [*self.quick, self.ten_crop, self.weights, self.gallery, self.own_gallery]

    def _lay_out_tabs(self) -> None:
        most = min(MAX_TOP_K, len(self.predictor.gallery))
        with gr.Tab("Places"):
            self.places = gr.HTML()
        with gr.Tab("Countries"):
            self.countries = gr.HTML('<p class="hint">The belief by country comes here.</p>')
        with gr.Tab("Settings"):
            self.top_k = gr.Slider(
                1, most, min(self.settings.top_k, most), step=1, label="Places shown",
                info="How many of the best places get a row and a pin.",
            )  # fmt: skip
            self.among = gr.Dropdown(
                country_table()["name"].sort_values().tolist(), value=[], multiselect=True,
                label="Look only in these countries",
                info="The belief is shared among the places that are left.",
            )  # fmt: skip
            self.box = gr.Textbox(
                "", label="Look only in this box", placeholder="west, south, east, north",
                info="In degrees; or draw it on the map with Shift-drag. Empty: the whole world.",
            )  # fmt: skip
            self.density = gr.Checkbox(
                False, label="Correct for the gallery's density",
                info="Counts a city with a thousand known photographs no more than a village.",
            )  # fmt: skip
            self.temperature = gr.Slider(
                0.25, 4, 1, step=0.05, label="Temperature",
                info="Below 1 the belief is sharper, above 1 wider. 1 is the model's own.",
            )  # fmt: skip
            self.ten_crop = gr.Checkbox(
                False, label="Look at ten crops",
                info="Surer and ten times as slow; for the pictures that you give from now on.",
            )  # fmt: skip
            own = self.predictor.name
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
        with gr.Tab("Save"):
            gr.HTML("<p class='hint'>What is shown now: one picture, the album, or all.</p>")
            with gr.Row(elem_classes="exports"):
                self.exports = [gr.Button(kind, size="sm") for kind in EXPORTS]
            self.ready = gr.File(label="Ready", visible=False, elem_id="ready", interactive=False)
            self.link = gr.Button("Copy a link to these settings and this view", size="sm")
        with gr.Tab("About"):
            gr.HTML(about_html(self.predictor.name, self.predictor.note, self.keep_s))

    def connect(self, interface: gr.Blocks) -> None:
        """Join the components to what happens."""
        session = [self.batch, *self.controls]
        answered = [self.batch, self.strip, *self.panels]
        many: dict[str, Any] = {
            **QUIET,
            "trigger_mode": "multiple",
            "concurrency_limit": self.settings.queue_size,  # `turns` is the true limit
        }
        self.upload.upload(self.on_files, [self.upload, *session], answered, **many)
        self.strip.example(self.on_example, session, answered, **many)
        self.strip.pick(self.on_pick, session, self.panels, **QUIET, trigger_mode="always_last")
        self.strip.stop_work(self.on_stop, self.batch, self.strip, **QUIET, queue=False)
        self.strip.clear_all(self.on_clear, self.batch, answered, **QUIET, queue=False)
        gr.on(
            [
                self.top_k.input, self.among.input, self.box.submit, self.box.blur,
                self.density.input, self.temperature.release,
            ],
            self.on_setting, session, self.panels,
            **QUIET, trigger_mode="always_last", concurrency_limit=self.settings.concurrency,
        )  # fmt: skip
        gr.on(
            [self.gallery.input, self.own_gallery.upload, self.own_gallery.clear],
            self.on_setting, session, self.panels,
            api_visibility="private", show_progress_on=self.sentence,  # it can take a minute
        )  # fmt: skip
        self.world.map_click(self.on_click, None, self.clicked, **QUIET, trigger_mode="always_last")
        self.world.map_box(self.on_box, None, self.box, **QUIET).then(
            self.on_setting, session, self.panels, **QUIET
        )
        self.world.gallery_points(self.on_points, session, self.world, **QUIET)
        for button, kind in zip(self.exports, EXPORTS, strict=True):
            button.click(
                self.on_save, [gr.State(kind), *session], self.ready, api_visibility="private"
            ).success(None, js=SAVE_JS, api_visibility="private")
        link = [self.top_k, self.among, self.box, self.density, self.temperature, self.ten_crop]
        self.link.click(None, link, None, js=static_text("link.js"), api_visibility="private")
        interface.load(None, None, link, js=self.open_js(), api_visibility="private")

    def open_js(self) -> str:
        first, most = self.top_k.value, self.top_k.maximum
        return static_text("link_open.js").replace("MOST", str(most)).replace("FIRST", str(first))

    # What happens. A batch belongs to one visitor; nothing else here ever changes.

    def on_files(
        self, paths: list[str] | None, batch: Batch, *controls: object
    ) -> Iterator[tuple[Any, ...]]:
        yield from self.answer(batch.add(paths or []), batch, controls)

    def on_example(
        self, event: gr.EventData, batch: Batch, *controls: object
    ) -> Iterator[tuple[Any, ...]]:
        chosen = [str(path) for path in example_files() if path.name == event.name]
        yield from self.answer(batch.add(chosen), batch, controls)

    def answer(
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
                    panels = self.shown(batch, choice, fly=True)
                elif photo is new[-1] and photo.state == "failed" and not shown:
                    panels = self.failed(photo.why)
                yield batch, batch.to_json(), *panels
        except GeoMapCLIPError as error:
            for photo in new:
                if photo.seen is None:
                    photo.state, photo.why = "failed", str(error)
            yield batch, batch.to_json(), *self.failed(str(error))

    def look(self, path: Path, predictor: Predictor, choice: Choice) -> Seen:
        with self.turns:
            return look(path, predictor, ten_crop=choice.ten_crop)

    def shown(self, batch: Batch, choice: Choice, *, fly: bool) -> tuple[Any, ...]:
        found = show(batch, choice, self.models, fly=fly)
        if found is None:
            return self.waiting, "", "", None
        return found.sentence, found.places, found.countries, found.view

    def failed(self, why: str) -> tuple[Any, ...]:
        return f'<p class="error">{escape(why)}</p>', "", "", None

    def on_pick(self, event: gr.EventData, batch: Batch, *controls: object) -> tuple[Any, ...]:
        photo = batch.find(event.number)
        if event.number in ("all", "album"):
            batch.shown = event.number
        elif photo is None:
            return self.failed("This picture has been forgotten; please give it again.")
        elif photo.seen is None:
            return self.failed(photo.why or f"{photo.name} has no answer yet.")
        else:
            batch.shown = photo.number
        return self.on_setting(batch, *controls, fly=True)

    def on_setting(self, batch: Batch, *controls: object, fly: bool = False) -> tuple[Any, ...]:
        try:
            choice = Choice.from_controls(controls)
            if batch.shown is None:
                choice.check(self.models.get("", choice.gallery))
                return (gr.skip(),) * len(self.panels)
            return self.shown(batch, choice, fly=fly)
        except GeoMapCLIPError as error:
            return error_html(error), *(gr.skip(),) * (len(self.panels) - 1)

    def on_stop(self, batch: Batch) -> dict[str, object]:
        batch.halt()
        return batch.to_json()

    def on_clear(self, batch: Batch) -> tuple[Any, ...]:
        batch.clear()
        return batch, batch.to_json(), self.waiting, "", "", None

    def on_click(self, event: gr.EventData) -> str:
        try:
            return escape(clicked_place(event.lat, event.lon))
        except GeoMapCLIPError as error:
            return error_html(error)

    def on_box(self, event: gr.EventData) -> str:
        try:
            return write_box(event.west, event.south, event.east, event.north)
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def on_points(self, batch: Batch, *controls: object) -> gr.HTML:
        try:
            choice = Choice.from_controls(controls)
            gallery = self.models.get(choice.weights, choice.gallery).gallery
            return gr.HTML(points=draw_gallery(gallery))
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def on_save(self, kind: str, batch: Batch, *controls: object) -> Iterator[Any]:
        try:
            answers = answers_shown(batch, Choice.from_controls(controls), self.models)
            if not answers:
                raise gr.Error("There is no answer yet to save.", print_exception=False)
            for path in _served(EXPORTS[kind](answers)):
                yield gr.File(path, visible=True)
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    # The same for programs: named endpoints without a place on the page.

    def offer_to_programs(self) -> None:
        """The endpoints ``/locate``, ``/album``, ``/export`` and ``/place``."""
        countries = gr.Dropdown(
            [], value=[], multiselect=True, allow_custom_value=True, visible=False
        )  # names or codes; that of the page accepts its own names only
        quick = [self.top_k, countries, *self.quick[2:]]
        photo = gr.File(visible=False, label="photo")
        photos = gr.File(visible=False, label="photos", file_count="multiple")
        latitude = gr.Number(visible=False, label="latitude")
        longitude = gr.Number(visible=False, label="longitude")
        ask = gr.Button(visible=False)
        limit = self.settings.concurrency
        answer = gr.JSON(visible=False, label="answer")
        ask.click(self.locate, [photo, *quick], answer, api_name="locate", concurrency_limit=limit)
        ask.click(self.album, [photos, *quick], answer, api_name="album", concurrency_limit=limit)
        kind = gr.Dropdown(list(EXPORTS), value="GeoJSON", visible=False, label="kind")
        ask.click(
            self.export, [photos, kind, *quick], gr.File(visible=False, label="file"),
            api_name="export", concurrency_limit=limit,
        )  # fmt: skip
        name = gr.Textbox(visible=False, label="name")
        ask.click(self.place, [latitude, longitude], name, api_name="place")

    def locate(
        self, photo: str, top_k: float, countries: list[str], box: str, density: bool,
        temperature: float,
    ) -> dict[str, object]:  # fmt: skip
        """Where a photo was made: sentence, weights, candidates, regions, countries, EXIF truth."""
        try:
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            seen = self.look(Path(photo), self.predictor, choice)
            return answer_json(answer_seen(seen, choice, self.models, fly=False))
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def album(
        self, photos: list[str], top_k: float, countries: list[str], box: str, density: bool,
        temperature: float,
    ) -> dict[str, object]:  # fmt: skip
        """Where photos were made that were all taken at one place; the answer as of `locate`."""
        try:
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            seen = [self.look(Path(path), self.predictor, choice) for path in photos or ()]
            if not seen:
                raise gr.Error("photos must hold at least one photo", print_exception=False)
            return answer_json(answer_album(seen, choice, self.models, fly=False))
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def export(
        self, photos: list[str], kind: str, top_k: float, countries: list[str], box: str,
        density: bool, temperature: float,
    ) -> Iterator[str]:  # fmt: skip
        """The answers to photos as one file: GeoJSON, CSV, KML, "HTML map" or "Picture"."""
        try:
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            seen = [self.look(Path(path), self.predictor, choice) for path in photos or ()]
            answers = [answer_seen(each, choice, self.models, fly=False) for each in seen]
            yield from _served(EXPORTS[kind](answers))
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def place(self, latitude: float, longitude: float) -> str:
        """Coordinates in degrees and the name of what lies there."""
        try:
            return clicked_place(latitude, longitude)
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error


def _served(export: Export) -> Iterator[str]:
    """Path of a file while Gradio copies it into its cache, where it is deleted as uploads are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, export.name)
        path.write_bytes(export.content)
        yield str(path)


def launch(
    interface: gr.Blocks, settings: Settings | None = None, *, background: bool = False
) -> str:
    """Serve the page until the process is stopped, and return its address.

    Args:
        interface: From `build_interface`.
        settings: As given to `build_interface`.
        background: Return at once and in silence, and serve from a thread.
    """
    settings = settings or Settings()
    _, address, _ = interface.launch(
        # The system's own fonts: Gradio's themes fetch theirs from another host.
        theme=gr.themes.Base(
            primary_hue="blue",
            neutral_hue="slate",
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ).set(
            body_text_color_subdued="*neutral_500",  # Base's own is too faint to read
            body_text_color_subdued_dark="*neutral_400",
        ),
        css_paths=STATIC / "page.css",
        footer_links=["api", "settings"],
        run_history=False,  # Gradio would keep each photo in the visitor's browser
        max_file_size=f"{settings.max_upload_mb}mb",
        prevent_thread_lock=background,
        quiet=background,
    )
    return str(address)
