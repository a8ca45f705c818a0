"""The tab "Guess first": a picture, the visitor's pin, then the model's belief and the truth."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from html import escape
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import gradio as gr

from geomapclip.errors import GeoMapCLIPError, ImageError
from webapp.answer import error_html
from webapp.deck import MOST_PICTURES, Deck, brought_deck, drawn_deck, folder_deck, shown_bytes
from webapp.explore_choice import wrapped
from webapp.game import ROUNDS, Game, new_game
from webapp.game_page import (
    START,
    deck_html,
    open_view,
    picture_html,
    revealed_view,
    said_html,
    totals_html,
)
from webapp.locate import clicked_place
from webapp.map import GAME_MAP, static_text
from webapp.settings import Settings
from webapp.ui.locate import QUIET, STATE_S, STATUS_TEMPLATE

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor

# Constant, so that the map lives on.
GAME_TEMPLATE = (
    '<iframe class="map" title="World map: your pin, then the belief and the truth"></iframe>'
    '<div class="game-bar"><button data-act="guess">Guess <kbd>Enter</kbd></button>'
    '<button data-act="next">Next picture <kbd>n</kbd></button>'
    "<span>Arrow keys move the pin, with Shift a little</span></div>"
)
PIN_HINT = "No pin yet."


class GameTab:
    """The components, and what happens when they are used.

    Args:
        predictor: Plays against the visitor.
        settings: Choices of who runs the application.
        turns: As in `webapp.ui.locate.LocateTab`.
    """

    def __init__(self, predictor: Predictor, settings: Settings, turns: BoundedSemaphore) -> None:
        self.predictor = predictor
        self.settings = settings
        self.turns = turns

    def lay_out(self) -> None:
        """Picture, words and totals on the left, the map on the right."""
        self.game = gr.State(Game(), time_to_live=STATE_S)
        with gr.Row(elem_classes="columns"):
            with gr.Column(scale=5, min_width=320, elem_classes="left"):
                self.picture = gr.HTML()
                self.said = gr.HTML(html_template=STATUS_TEMPLATE)
                self.totals = gr.HTML(elem_classes="below-map")
                with gr.Accordion("New game", open=False, elem_classes="last"):
                    self.rounds = gr.Slider(
                        1, MOST_PICTURES, ROUNDS, step=1, label="Pictures in a game"
                    )
                    with gr.Row():
                        self.drawn = gr.Button("Maps drawn by this project", size="sm")
                        self.folder = gr.Button(
                            "The photos of this computer's folder", size="sm",
                            visible=bool(self.settings.game_folder),
                        )  # fmt: skip
                        # No list of types: a phone that sees one may take the place out.
                        self.brought = gr.UploadButton(
                            "Your own photos with a place", size="sm", file_count="multiple"
                        )
                    self.deck = gr.HTML()
            with gr.Column(scale=8, min_width=320):
                self.world = gr.HTML(
                    html_template=GAME_TEMPLATE,
                    js_on_load=static_text("map_host.js") + static_text("game.js"),
                    start=GAME_MAP,
                    points=None,
                    together="game",
                )
                self.pin = gr.HTML(PIN_HINT, html_template=STATUS_TEMPLATE, elem_id="pin")
        self.panels = [self.picture, self.said, self.totals, self.world, self.pin]

    def connect(self, tab: gr.Tab) -> None:
        """Join the components to what happens.

        Args:
            tab: The first look at it begins a game.
        """
        shown = [self.game, *self.panels]
        dealt = [*shown, self.deck]
        tab.select(self._on_open, [self.game, self.rounds], dealt, **QUIET)
        self.drawn.click(self._on_drawn, [self.game, self.rounds], dealt, **QUIET)
        self.folder.click(self._on_folder, [self.game, self.rounds], dealt, **QUIET)
        self.brought.upload(
            self._on_brought, [self.brought, self.game, self.rounds], dealt, **QUIET
        )
        answering: dict[str, Any] = {
            **QUIET,
            "concurrency_limit": self.settings.queue_size,
        }  # fmt: skip  (`turns` is the true limit)
        self.world.guess(self._on_guess, self.game, shown, **answering)
        self.world.next_picture(self._on_next, self.game, shown, **QUIET)
        self.world.pin_moved(self._on_pin, None, self.pin, **QUIET, trigger_mode="always_last")

    def _on_open(self, game: Game, rounds: float) -> tuple[Any, ...]:
        if game.pictures:
            return (gr.skip(),) * (len(self.panels) + 2)
        return self._on_drawn(game, rounds)

    def _on_drawn(self, game: Game, rounds: float) -> tuple[Any, ...]:
        return self._deal(drawn_deck, game, rounds)

    def _on_folder(self, game: Game, rounds: float) -> tuple[Any, ...]:
        return self._deal(lambda: folder_deck(self.settings.game_folder), game, rounds)

    def _on_brought(self, paths: list[str] | None, game: Game, rounds: float) -> tuple[Any, ...]:
        return self._deal(lambda: brought_deck(paths or []), game, rounds)

    def _deal(self, deal: Callable[[], Deck], game: Game, rounds: float) -> tuple[Any, ...]:
        """A new game; the old one stays where no picture bears a place."""
        same = (gr.skip(),) * len(self.panels)
        try:
            deck = deal()
            if not deck.pictures:
                return game, *same, deck_html(deck)
            dealt = new_game(deck, secrets.randbits(32), int(rounds))
            return *self._waiting(dealt), deck_html(deck)
        except GeoMapCLIPError as error:
            return game, *same, error_html(error)

    def _waiting(self, game: Game) -> tuple[Any, ...]:
        """The panels of a picture that waits for a guess; pictures that are broken are dropped."""
        while game.open and game.picture is not None:
            try:
                jpeg = shown_bytes(game.picture)
            except ImageError:
                game = game.drop()
                continue
            picture = picture_html(game, jpeg)
            return game, picture, START, totals_html(game), open_view(game), PIN_HINT
        return game, "", START, totals_html(game), open_view(game), PIN_HINT

    def _on_guess(self, event: gr.EventData, game: Game) -> tuple[Any, ...]:
        same = (gr.skip(),) * (len(self.panels) - 2)
        try:
            spot = wrapped(event.lat, event.lon)
            if game.picture is None or not game.open:
                return (gr.skip(),) * (len(self.panels) + 1)
            with self.turns:
                estimate = self.predictor.locate(shown_bytes(game.picture))
        except GeoMapCLIPError as error:
            return game, gr.skip(), error_html(error), *same
        best = estimate.top_k(1)[0]
        game = game.guess(spot, (best.latitude, best.longitude))
        view = revealed_view(game, estimate)
        return game, gr.skip(), said_html(game, estimate), totals_html(game), view, gr.skip()

    def _on_next(self, game: Game) -> tuple[Any, ...]:
        after = game.advance()
        if after is game:
            return (gr.skip(),) * (len(self.panels) + 1)
        return self._waiting(after)

    def _on_pin(self, event: gr.EventData) -> str:
        try:
            return f"Your pin: {escape(clicked_place(*wrapped(event.lat, event.lon)))}"
        except GeoMapCLIPError as error:
            return error_html(error)
