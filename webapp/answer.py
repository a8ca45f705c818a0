"""An answer as HTML for the page."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from geomapclip.geodesy import geodesic_km
from geomapclip.lettering import lettering_sentences
from geomapclip.wording import degrees, distance, percent
from webapp.locate import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.errors import GeoMapCLIPError
    from geomapclip.estimate import Candidate
    from webapp.batch import Photo

HINT = (
    '<p class="hint">Drop photos or pictures of maps anywhere on this page, or paste one. The '
    "map then shows where on Earth the model believes they were made.</p>"
)

EMBEDDED_NOTE = (
    "This small encoder stands in for CLIP: it reads maps roughly, photographs hardly. What it "
    "scored, and how to connect CLIP, stands under About."
)


def sentence_html(answer: Answer, note: str) -> str:
    """The answer in words, with the photo and the name of the model that gave it.

    Args:
        answer: What was found.
        note: Why this model answered and no other, or "".
    """
    lines = [f'<p class="sentence">{escape(answer.sentence)}</p>']
    if answer.truth is not None and answer.truth_km is not None:
        lines.append(
            f'<p class="truth-line">The photo itself says {degrees(*answer.truth)} (EXIF, which '
            f"the model never sees): <strong>{distance(answer.truth_km)}</strong> from the best "
            "place.</p>"
        )
    lines.append(_lettering_html(answer))
    lines.append(_model_html("Answered by", answer.weights, note))
    photo = f'<img src="{answer.thumbnail}" alt="The photo that was asked about">'
    return f'<div class="answer">{photo}<div>{"".join(lines)}</div></div>'


def waiting_html(weights: str, note: str) -> str:
    """What stands there before a photo comes: what to do, and which model will answer.

    Args:
        weights: Name of the model at work.
        note: Why this one and no other, or "".
    """
    return HINT + _model_html("The model at work is", weights, note)


def error_html(error: GeoMapCLIPError) -> str:
    """An error's own sentence."""
    return f'<p class="error">{escape(str(error))}</p>'


def table_html(answer: Answer) -> str:
    """The k best places as a table, the map's accessible twin."""
    most = answer.candidates[0].probability
    rows = "".join(
        _row(candidate, candidate.probability / most, answer.truth)
        for candidate in answer.candidates
    )
    truth = "" if answer.truth is None else '<th scope="col">To truth</th>'
    return (
        '<table class="places"><caption>Best places</caption><thead><tr>'
        '<th scope="col" aria-label="Rank">#</th><th scope="col">Place</th>'
        '<th scope="col">Probability</th>'
        '<th scope="col" aria-label="Latitude, longitude">Lat, lon</th>'
        f"{truth}</tr></thead><tbody>{rows}</tbody></table>"
    )


def overview_html(count: int) -> str:
    """What stands above the map of all photos."""
    return (
        f'<p class="sentence">{count} pictures, a pin for each at its most probable place. '
        "Choose a row, a pin or a thumbnail to see one belief in full.</p>"
    )


def all_html(best: Sequence[tuple[Photo, Candidate]]) -> str:
    """The best place of each photo as a table."""
    rows = "".join(
        f'<tr><td><button class="photo-link" data-photo="{photo.number}" '
        f'aria-label="Show picture {photo.number}">{photo.number}</button></td>'
        f'<th scope="row">{escape(photo.name)}<small>{escape(str(candidate.place))}</small></th>'
        f"<td>{percent(candidate.probability)}</td></tr>"
        for photo, candidate in best
    )
    return (
        '<table class="places all"><caption>All pictures</caption><thead><tr>'
        '<th scope="col" aria-label="Picture">#</th><th scope="col">Picture and best place</th>'
        f'<th scope="col">Probability</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def countries_html(answer: Answer) -> str:
    """How much of the belief lies in each country, as bars."""
    rest = 1 - sum(share.probability for share in answer.countries)
    bars = [(share.country, share.country_code, share.probability) for share in answer.countries]
    if rest > 0.0005:
        bars.append(("elsewhere", "", rest))
    most = max(probability for _, _, probability in bars)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}{_badge(code)}</th><td class="bar">'
        f'<span style="width:{probability / most:.1%}"></span></td>'
        f"<td>{percent(probability)}</td></tr>"
        for name, code, probability in bars
    )
    return (
        '<table class="countries"><caption>Belief by country</caption>'
        f"<tbody>{rows}</tbody></table>"
    )


def _lettering_html(answer: Answer) -> str:
    """What was read, in a sentence, and where a map lies, in another; or why nothing was read."""
    if answer.lettering is None:
        return ""
    told = replace(answer.lettering, extent=None)
    lines = "".join(f'<p class="read">{escape(line)}</p>' for line in lettering_sentences(told))
    if answer.view.footprint is not None:
        lines += (
            f'<p class="read">{escape(answer.view.footprint.label)} '
            '<button class="frame-link" data-frame>Show its frame</button></p>'
        )
    return lines


def _model_html(words: str, weights: str, note: str) -> str:
    """Which model, and why; of the reason the first sentence, and the rest for whoever asks."""
    model = f'<p class="model">{words} <strong>{escape(weights)}</strong></p>'
    if weights == "embedded":
        note = note or EMBEDDED_NOTE
    return model + _note_html(note) if note else model


def _note_html(note: str) -> str:
    first, _, rest = note.partition(". ")
    if not rest:
        return f'<p class="model note">{escape(note)}</p>'
    return (
        f'<details class="model note"><summary>{escape(first)}.</summary>{escape(rest)}</details>'
    )


def _row(candidate: Candidate, share_of_best: float, truth: tuple[float, float] | None) -> str:
    spot = candidate.latitude, candidate.longitude
    town, _, around = str(candidate.place).partition(", ")
    below = f"<small>{escape(around)}</small>" if around else ""
    far = "" if truth is None else f"<td>{distance(geodesic_km(spot, truth))}</td>"
    return (
        f'<tr><td><button class="rank" data-rank="{candidate.rank}" '
        f'aria-label="Show place {candidate.rank} on the map">{candidate.rank}</button></td>'
        f'<th scope="row">{escape(town)}{_badge(candidate.place.country_code)}{below}</th>'
        f"<td>{percent(candidate.probability)}"
        f'<span class="meter"><span style="width:{share_of_best:.1%}"></span></span></td>'
        f'<td><button class="copy" data-copy="{spot[0]:.5f}, {spot[1]:.5f}" '
        f'title="Copy latitude, longitude">{spot[0]:.2f}, {spot[1]:.2f}</button></td>{far}</tr>'
    )


def _badge(code: str) -> str:
    return f' <span class="code">{escape(code)}</span>' if code else ""
