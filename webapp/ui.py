"""The page: components and the way between them. The only file that imports gradio."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from geomapclip.errors import GeoMapCLIPError
from webapp.answer import answer_json, error_html, sentence_html, table_html, waiting_html
from webapp.locate import Answer, Located, clicked_place, locate, prepare, present
from webapp.map import LEAFLET, STATIC, live_page, static_text
from webapp.settings import MAX_TOP_K, Settings

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor

TITLE = "GeoMapCLIP"
HEADER = (
    f"<header><h1>{TITLE}</h1><p>Where on Earth was this photo made? "
    "A neural network's belief, drawn on a map.</p></header>"
)
CLICK_HINT = "Click on the map to name a place."
# Kept constant: a template whose text never changes is never drawn anew, so the map lives on.
MAP_TEMPLATE = '<iframe class="map" title="World map of the belief"></iframe>'
STATUS_TEMPLATE = '<div role="status" aria-live="polite">${value}</div>'
MODEL = "model"  # those who wait for the network wait in one line
CLEAR_EVERY_S = 60
STATE_S = 3600  # an answer that nobody looks at any more is forgotten after an hour


def build_interface(predictor: Predictor, settings: Settings | None = None) -> gr.Blocks:
    """Build the page around a predictor; `launch` serves it.

    Args:
        predictor: Answers all users; it does not change, so two users cannot meet.
        settings: Choices of who runs the application; by default `Settings()`.
    """
    settings = settings or Settings()
    most = min(MAX_TOP_K, len(predictor.gallery))
    prepare(predictor.gallery)
    waiting = waiting_html(predictor.name, predictor.note)
    gr.set_static_paths([LEAFLET])

    def shown(answer: Answer) -> tuple[str, str, dict[str, object]]:
        return sentence_html(answer, predictor.note), table_html(answer), answer.view.to_json()

    def on_photo(path: str | None, top_k: float) -> tuple[Any, ...]:
        if path is None:
            return None, waiting, "", None
        try:
            located = locate(path, predictor)
            return located, *shown(present(located, int(top_k)))
        except GeoMapCLIPError as error:
            return None, error_html(error), "", None

    def on_top_k(located: Located | None, top_k: float) -> tuple[Any, ...]:
        if located is None:
            return gr.skip(), gr.skip(), gr.skip()
        return shown(present(located, int(top_k), fly=False))

    def on_click(event: gr.EventData) -> str:
        try:
            return escape(clicked_place(event.lat, event.lon))
        except GeoMapCLIPError as error:
            return error_html(error)

    def for_programs(photo: str, top_k: float) -> dict[str, object]:
        """Where a photo was made: sentence, weights, candidates, regions and EXIF truth."""
        try:
            return answer_json(present(locate(photo, predictor), int(top_k)))
        except GeoMapCLIPError as error:
            raise gr.Error(str(error), print_exception=False) from error

    interface = gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CLEAR_EVERY_S, settings.keep_uploads_s),
    )
    with interface:
        located = gr.State(time_to_live=STATE_S)
        gr.HTML(HEADER, js_on_load=static_text("drop.js"))
        with gr.Row(elem_classes="columns"):
            with gr.Column(scale=5, min_width=320):
                # A File hands over the bytes as they are. An Image would decode them first: no
                # HEIC, no EXIF where the mode differs, and an error that is not ours. No list of
                # types, because a phone that sees one may take the place out of the photo.
                photo = gr.File(label="Photo or picture of a map", height=140, elem_id="photo")
                sentence = gr.HTML(waiting, html_template=STATUS_TEMPLATE)
                table = gr.HTML(elem_classes="below-map")
                top_k = gr.Slider(1, most, min(settings.top_k, most), step=1, label="Places shown")
                gr.HTML(_notice(settings.keep_uploads_s), elem_classes="last")
            with gr.Column(scale=8, min_width=320):
                world = gr.HTML(
                    html_template=MAP_TEMPLATE,
                    js_on_load=static_text("map_host.js"),
                    page=live_page(),
                )
                clicked = gr.HTML(CLICK_HINT, html_template=STATUS_TEMPLATE, elem_id="clicked")

        panels = [sentence, table, world]
        photo.change(
            on_photo,
            [photo, top_k],
            [located, *panels],
            api_visibility="private",
            show_progress_on=sentence,
            concurrency_id=MODEL,
            concurrency_limit=settings.concurrency,
        )
        top_k.input(
            on_top_k,
            [located, top_k],
            panels,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )
        world.map_click(
            on_click,
            None,
            clicked,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )
        # The same way for programs, as a named endpoint without a place on the page.
        gr.Button(visible=False).click(
            for_programs,
            [photo, top_k],
            gr.JSON(visible=False),
            api_name="locate",
            concurrency_id=MODEL,
            concurrency_limit=settings.concurrency,
        )
    interface.queue(max_size=settings.queue_size)
    return interface


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


def _notice(keep_uploads_s: int) -> str:
    minutes = math.ceil((keep_uploads_s + CLEAR_EVERY_S) / 60)
    return (
        '<p class="notice">Your photo is read in memory and not shared; its file is deleted within '
        f"{minutes} minutes. Probabilities compare the places of a gallery with each other and "
        "can be wrong. Please do not use them to find or follow people.</p>"
    )
