"""An answer as HTML for the page and as plain values for programs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from webapp.locate import Answer, degrees, distance
from webapp.map import Json, percent

if TYPE_CHECKING:
    from geomapclip.errors import GeoMapCLIPError
    from geomapclip.estimate import Candidate

HINT = (
    '<p class="hint">Drop a photo or a picture of a map anywhere on this page, or paste one. The '
    "map then shows where on Earth the model believes it was made.</p>"
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
    rows = "".join(_row(candidate, candidate.probability / most) for candidate in answer.candidates)
    return (
        '<table class="places"><caption>Best places</caption><thead><tr>'
        '<th scope="col" aria-label="Rank">#</th><th scope="col">Place</th>'
        '<th scope="col">Probability</th>'
        '<th scope="col" aria-label="Latitude, longitude">Lat, lon</th>'
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


def answer_json(answer: Answer) -> Json:
    """The answer as plain values: what the endpoint ``locate`` returns."""
    truth = None
    if answer.truth is not None:
        truth = {
            "latitude": answer.truth[0],
            "longitude": answer.truth[1],
            "distance_km": answer.truth_km,
        }
    return {
        "sentence": answer.sentence,
        "weights": answer.weights,
        "candidates": [_candidate_json(candidate) for candidate in answer.candidates],
        "regions": [
            {"share": region.share, "area_km2": region.area_km2, "areas": region.areas}
            for region in answer.view.regions
        ],
        "truth": truth,
    }


def _model_html(words: str, weights: str, note: str) -> str:
    """Which model, and why; of the reason the first sentence, and the rest for whoever asks."""
    model = f'<p class="model">{words} <strong>{escape(weights)}</strong></p>'
    return model + _note_html(note) if note else model


def _note_html(note: str) -> str:
    first, _, rest = note.partition(". ")
    if not rest:
        return f'<p class="model note">{escape(note)}</p>'
    return (
        f'<details class="model note"><summary>{escape(first)}.</summary>{escape(rest)}</details>'
    )


def _row(candidate: Candidate, share_of_best: float) -> str:
    code = candidate.place.country_code
    town, _, around = str(candidate.place).partition(", ")
    badge = f' <span class="code">{escape(code)}</span>' if code else ""
    below = f"<small>{escape(around)}</small>" if around else ""
    return (
        f'<tr><td>{candidate.rank}</td><th scope="row">{escape(town)}{badge}{below}</th>'
        f"<td>{percent(candidate.probability)}"
        f'<span class="meter"><span style="width:{share_of_best:.1%}"></span></span></td>'
        f"<td>{candidate.latitude:.2f}, {candidate.longitude:.2f}</td></tr>"
    )


def _candidate_json(candidate: Candidate) -> Json:
    return {
        "rank": candidate.rank,
        "latitude": candidate.latitude,
        "longitude": candidate.longitude,
        "probability": candidate.probability,
        "place": str(candidate.place),
        "country_code": candidate.place.country_code,
    }
