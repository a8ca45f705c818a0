"""The way of one photo, with the reader's own picture: data in, HTML out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from geomapclip.countries import country_name
from geomapclip.errors import InvalidArgumentError
from geomapclip.wording import percent
from webapp.learn import Looked, doubt_sentence, numbered, picture
from webapp.learn_draw import density_picture, histogram

if TYPE_CHECKING:
    from geomapclip.estimate import Estimate
    from geomapclip.predictor import Predictor

TEMPERATURES = (0.25, 4.0)
SHOWN_PLACES = 8


def photo_html(looked: Looked, temperature: object, predictor: Predictor) -> str:
    """The way of one picture: what the encoder sees, logits, temperature, what the gallery does.

    Raises:
        InvalidArgumentError: A temperature that the slider does not offer.
    """
    low, high = TEMPERATURES
    number = isinstance(temperature, float | int) and not isinstance(temperature, bool)
    if not number or not low <= temperature <= high:  # type: ignore[operator]
        raise InvalidArgumentError("temperature", temperature, f"must lie in [{low}, {high}]")
    own = predictor.estimate(looked.embedding)
    estimate = own.with_temperature(float(temperature))  # type: ignore[arg-type]
    size = predictor.model.image_encoder.image_size
    steps = (
        (
            "What the encoder sees",
            f"<p>The shorter side is scaled to {size} pixels and the middle cut out; nothing "
            "outside of this square can count. Then the colours are centred, and the image encoder "
            f"({escape(predictor.name)}) turns {size} x {size} pixels into 512 numbers.</p>"
            f'<div class="trio seen"><figure><img src="{looked.seen}" alt="The square that the '
            f'encoder sees"><figcaption>{size} x {size} pixels</figcaption></figure>'
            + picture(looked.embedding, float(np.abs(looked.embedding).max()), "512 numbers")
            + "</div>",
        ),
        (
            "Logits",
            "<p>One logit for each place of the gallery: how well picture and place agree. Most "
            "places agree neither well nor badly; the answer lies in the tail on the right."
            f"{doubt_sentence(predictor.model.doubt)}</p>"
            + histogram(
                own.logits,
                float(own.logits.max()),
                "best place",
                "Logits of all places of the gallery",
                "logit; height: number of places, logarithmic",
            ),
        ),
        (f"Belief at temperature {temperature:g}", _belief(estimate)),
        ("What the gallery does", _gallery_text(estimate)),
    )
    return numbered(steps)


def _belief(estimate: Estimate) -> str:
    best = estimate.top_k(SHOWN_PLACES)
    most = best[0].probability
    rows = "".join(
        f'<tr><th scope="row">{escape(str(each.place))}</th><td class="bar">'
        f'<span style="width:{each.probability / most:.1%}"></span></td>'
        f"<td>{percent(each.probability)}</td></tr>"
        for each in best
    )
    half = len(estimate.rows_holding(0.5))
    spread = float(np.exp(-np.sum(estimate.probability * np.log(estimate.probability + 1e-300))))
    return (
        "<p>Each logit is divided by the temperature before the softmax. Below 1 the belief "
        "sharpens, above 1 it spreads; the order of the places stays the same. Half of the belief "
        f"lies in <strong>{half:,}</strong> of the gallery's {len(estimate.gallery):,} places; it "
        f"is as uncertain as a fair choice among {spread:,.0f} places.</p>"
        '<table class="countries"><caption>Best places</caption><tbody>'
        f"{rows}</tbody></table>"
    )


def _gallery_text(estimate: Estimate) -> str:
    gallery = estimate.gallery
    codes, counts = np.unique(gallery.country_codes, return_counts=True)
    order = np.argsort(-counts)[:4]
    told = [_country(str(codes[row]), counts[row] / len(gallery)) for row in order]
    return (
        "<p>Only a place of the gallery can win, and ten places in one town get ten times the "
        f"belief of one. Of the gallery <strong>{escape(gallery.name)}</strong>, "
        f"{', '.join(told)}. The setting <em>Correct for the gallery's density</em> under "
        "<em>Locate photos</em> takes that out.</p>"
        f'<figure class="density"><img src="{density_picture(gallery)}" alt="Density of the '
        'gallery on the Equal Earth map"><figcaption>Equal areas: each point bears the colour of '
        "its number of places, dark for few, yellow for many, clear for none.</figcaption></figure>"
    )


def _country(code: str, share: float) -> str:
    return f"{share * 100:.0f} % lie {f'in {country_name(code)}' if code else 'at sea'}"
