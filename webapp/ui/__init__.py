"""The page. Gradio is imported in this folder alone; each tab has its own file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from webapp.locate import prepare
from webapp.map import LEAFLET, STATIC, static_text
from webapp.models import Models
from webapp.pieces import TITLE, header_html
from webapp.settings import CLEAR_EVERY_S, Settings
from webapp.ui.explore import ExploreTab
from webapp.ui.explore_programs import ExplorePrograms
from webapp.ui.files import clear_unfinished
from webapp.ui.game import GameTab
from webapp.ui.learn import LearnTab
from webapp.ui.locate import LocateTab
from webapp.ui.programs import Programs
from webapp.ui.theme import load_theme
from webapp.ui.why import WhyTab
from webapp.ui.words import WordsTab

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor


def build_interface(predictor: Predictor, settings: Settings | None = None) -> gr.Blocks:
    """Build the page around a predictor; `launch` serves it.

    Args:
        predictor: Answers all users; it does not change, so two users cannot meet.
        settings: Choices of who runs the application; by default `Settings()`.
    """
    settings = settings or Settings()
    prepare(predictor.gallery)
    gr.set_static_paths([LEAFLET])
    interface = gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CLEAR_EVERY_S, settings.keep_uploads_s),
    )
    with interface:
        gr.HTML(header_html(), js_on_load=static_text("drop.js") + static_text("rows.js"))
        models = Models(predictor)
        locate = LocateTab(predictor, models, settings)
        explore = ExploreTab(predictor, settings)
        why = WhyTab(predictor, settings, locate.turns)
        words = WordsTab(models, settings, locate.turns)
        game = GameTab(predictor, settings, locate.turns)
        learn = LearnTab(predictor, explore.explorers, locate.turns)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Locate photos", id="locate"):
                locate.lay_out()
            with gr.Tab("Explore embeddings", id="explore") as explore_tab:
                explore.lay_out()
            with gr.Tab("Why there?", id="why"):
                why.lay_out()
            with gr.Tab("Ask with words", id="words"):
                words.lay_out()
            with gr.Tab("Guess first", id="game") as game_tab:
                game.lay_out()
            with gr.Tab("How it works", id="learn") as learn_tab:
                learn.lay_out()
        locate.connect(interface)
        explore.connect(explore_tab)
        why.connect()
        words.connect()
        game.connect(game_tab)
        learn.connect(learn_tab, explore.pair)
        Programs(locate)
        ExplorePrograms(explore.explorers)
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
        theme=load_theme(),
        css_paths=[STATIC / name for name in ("page.css", "explore.css", "play.css")],
        footer_links=["api", "settings"],
        run_history=False,  # Gradio would keep each photo in the visitor's browser
        max_file_size=f"{settings.max_upload_mb}mb",
        prevent_thread_lock=True,
        quiet=background,
    )
    clear_unfinished(interface, CLEAR_EVERY_S, settings.keep_uploads_s)
    if not background:
        interface.block_thread()
    return str(address)
