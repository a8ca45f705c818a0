"""What the page shows of a game: HTML, and plain values for the map."""

from __future__ import annotations

import dataclasses
from html import escape
from typing import TYPE_CHECKING

from geomapclip.metrics import BEST_GEOSCORE
from geomapclip.places import find_places
from geomapclip.wording import distance, percent
from webapp.data_address import data_address
from webapp.deck import Deck, Spot
from webapp.game import Game, Round
from webapp.locate import Located, present
from webapp.map import WORLD
from webapp.map_view import Json, MapView
from webapp.world import Mark

if TYPE_CHECKING:
    from geomapclip.estimate import Estimate

YOU = "You"
TRUTH = "Where it is"
BEST_SHOWN = 3  # places of the model
MOST_NAMES = 5  # of photos left out
START = (
    '<p class="sentence">Where is this? Click the map, or move the pin with the arrow keys; '
    "then guess, and see what the model believes.</p>"
)


def picture_html(game: Game, jpeg: bytes) -> str:
    """The picture, with nothing that tells its place."""
    title = f"Picture {game.at + 1} of {len(game.pictures)}"
    return (
        f'<figure class="to-guess"><img src="{data_address(jpeg, "image/jpeg")}" alt="{title}">'
        f"<figcaption>{title}</figcaption></figure>"
    )


def open_view(game: Game) -> Json:
    """The map that waits for a guess: the bare world."""
    return _with_game(MapView(None, (), (), focus=WORLD).to_json(), game, ())


def revealed_view(game: Game, estimate: Estimate) -> Json:
    """The map after the guess: the pin, the truth, and the model's belief."""
    last = game.rounds[-1]
    answer = present(Located(estimate, last.truth, ""), min(BEST_SHOWN, len(estimate.gallery)))
    truth = answer.view.truth and dataclasses.replace(
        answer.view.truth, label=TRUTH, detail=str(find_places([last.truth])[0])
    )
    focus = _around([last.guess, last.truth, last.model])
    view = dataclasses.replace(answer.view, truth=truth, focus=focus)
    detail = f"{distance(last.guess_km)} off, {last.guess_points:,} points"
    return _with_game(view.to_json(), game, (Mark(YOU, *last.guess, "your pin", detail),))


def said_html(game: Game, estimate: Estimate) -> str:
    """The round in words, and the end of the game where it is over."""
    last = game.rounds[-1]
    best = estimate.top_k(1)[0]
    lines = [
        f"It is <strong>{escape(find_places([last.truth])[0].phrase())}</strong>"
        f" ({escape(last.name)}).",
        f"You were {distance(last.guess_km)} off: <strong>{last.guess_points:,}</strong> points.",
        f"The model was {distance(last.model_km)} off: <strong>{last.model_points:,}</strong> "
        f"points; it believed most in a place {escape(best.place.phrase())}, with "
        f"{percent(best.probability)}, and its confidence is {estimate.confidence}.",
    ]
    if game.over:
        lines.append(f"<strong>{_end(game)}</strong>")
    return f'<p class="sentence">{" ".join(lines)}</p>'


def totals_html(game: Game) -> str:
    """The running totals, and each round."""
    if not game.rounds:
        return ""
    yours, models = game.points
    most = round(BEST_GEOSCORE) * len(game.rounds)
    rows = "".join(_row(number, each) for number, each in enumerate(game.rounds, start=1))
    return (
        f'<div class="totals">{_total("You", yours, most)}{_total("Model", models, most)}</div>'
        '<table class="rounds"><caption>Rounds</caption><thead><tr>'
        '<th scope="col" aria-label="Round">#</th><th scope="col">It was</th>'
        '<th scope="col">You</th><th scope="col">Points</th>'
        '<th scope="col">Model</th><th scope="col">Points</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def deck_html(deck: Deck) -> str:
    """What there is to play with, and what was left out and why."""
    count = len(deck.pictures)
    told = [f"{count} picture{'' if count == 1 else 's'} with a known place."]
    if deck.left_out:
        told.append(f"{_names(deck.left_out)} left out: no place in the EXIF.")
    if deck.unreadable:
        told.append(f"{_names(deck.unreadable)} left out: no readable picture.")
    return f'<p class="hint">{escape(" ".join(told))}</p>'


def _names(names: tuple[str, ...]) -> str:
    listed = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    verb = "was" if len(names) == 1 else "were"
    return f"{len(names)} ({listed}{f' and {more} more' if more > 0 else ''}) {verb}"


def _with_game(view: Json, game: Game, marks: tuple[Mark, ...]) -> Json:
    fixed: list[Json] = [vars(mark) | {"fixed": True} for mark in marks]
    more = game.at + 1 < len(game.pictures)
    state = {"open": game.open, "more": more and not game.open}
    return view | {"marks": fixed, "visit": "", "game": state}


def _around(spots: list[Spot]) -> tuple[Spot, Spot]:
    """The smallest box around some places."""
    latitudes, longitudes = zip(*spots, strict=True)
    return (min(latitudes), min(longitudes)), (max(latitudes), max(longitudes))


def _end(game: Game) -> str:
    yours, models = game.points
    how = "a draw" if yours == models else "you win" if yours > models else "the model wins"
    return (
        f"After {len(game.rounds)} pictures you have {yours:,} points and the model {models:,}: "
        f"{how}."
    )


def _total(who: str, points: int, most: int) -> str:
    return (
        f"<p><span>{who}</span><strong>{points:,}</strong>"
        f'<span class="meter {who.lower()}"><span style="width:{points / most:.1%}"></span></span>'
        f"<small>of {most:,}</small></p>"
    )


def _row(number: int, each: Round) -> str:
    place = str(find_places([each.truth])[0])
    return (
        f'<tr><td>{number}</td><th scope="row">{escape(place)}</th>'
        f"<td>{distance(each.guess_km)}</td><td>{each.guess_points:,}</td>"
        f"<td>{distance(each.model_km)}</td><td>{each.model_points:,}</td></tr>"
    )
