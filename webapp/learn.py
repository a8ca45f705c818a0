"""How the method works, with the reader's own place and picture: data in, HTML out."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from geomapclip.countries import country_name
from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.geodesy import unit_vectors
from geomapclip.image import open_image, preprocess
from geomapclip.places import find_places
from webapp.learn_draw import (
    density_picture,
    equal_earth_map,
    histogram,
    waves_plot,
)
from webapp.map import percent
from webapp.pieces import example_files
from webapp.plot import png_address, signed, vector_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.estimate import Estimate
    from geomapclip.explore import Explorer
    from geomapclip.predictor import Embedding, Predictor

Spot = tuple[float, float]

LYON: Spot = (45.76, 4.84)
TEMPERATURES = (0.25, 4.0)
SHOWN_PLACES = 8
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)  # no normalisation: pixels stay as they look


@dataclass(frozen=True, eq=False)
class Looked:
    """A picture as the encoder sees it, and what it makes of it.

    Attributes:
        name: Of the picture.
        seen: Data address of the square that goes into the encoder.
        embedding: Shape (512,), length 1.
    """

    name: str
    seen: str
    embedding: Embedding


def look_at(path: str | Path, predictor: Predictor) -> Looked:
    """Let the encoder look at a picture.

    Raises:
        ImageError: What is no readable picture; names the file, not the server's folders.
    """
    path = Path(path)
    try:
        image = open_image(path)
    except ImageError as error:
        raise ImageError("picture", path.name, error.accepted) from error
    pixels = preprocess(image, predictor.model.image_encoder.image_size, BLACK, WHITE)
    shown = np.round(pixels.numpy().transpose(1, 2, 0).clip(0, 1) * 255).astype(np.uint8)
    seen = png_address(Image.fromarray(shown))
    return Looked(path.stem.replace("-", " ").title(), seen, predictor.embed(image))


def example_named(name: object) -> Path:
    """File of an example picture.

    Raises:
        InvalidArgumentError: No such example.
    """
    files = {path.stem: path for path in example_files()}
    if name not in files:
        raise InvalidArgumentError("example", name, f"must be one of {', '.join(files)}")
    return files[str(name)]


def click_html(spot: Spot, looked: Looked, predictor: Predictor, explorer: Explorer) -> str:
    """The way of one click, from degrees to belief, in seven steps with real numbers.

    Args:
        spot: The reader's place, degrees.
        looked: The picture that the place is compared with.
        predictor: Whose belief it is.
        explorer: Of the predictor's location encoder.
    """
    trace = explorer.trace(*spot)
    place = trace.place
    name = str(find_places([spot])[0])
    most = float(np.abs(place.branches).max())
    waves = "".join(
        f"<div><h4>σ {sigma:g}</h4>{waves_plot(trace, scale, sigma)}</div>"
        for scale, sigma in enumerate(explorer.sigma)
    )
    features = _pictures(trace.features, explorer.sigma, 1.0, "512 waves' values")
    branches = _pictures(place.branches, explorer.sigma, most, "what the branch adds")
    first = trace.frequencies[0][0]
    value = float(trace.features[0][0])
    estimate = predictor.estimate(looked.embedding)
    row = int(explorer.gallery.tree.query(unit_vectors(np.array([spot]))[0])[1])
    cosine = float(looked.embedding @ (place.vector / place.norm))
    factor = predictor.factor
    best = estimate.top_k(1)[0]
    probability = float(estimate.probability[row])
    steps = (
        (
            "Degrees",
            f"<p>{escape(name)}: latitude {signed(spot[0], 4)}, longitude {signed(spot[1], 4)}. "
            "Degrees alone are awkward for a network: 179° E and 179° W are neighbours, and a "
            "degree of longitude shrinks towards the poles.</p>",
        ),
        (
            "Equal Earth",
            "<p>The globe is laid flat so that areas keep their size. The place becomes "
            f"<strong>x = {signed(trace.x, 4)}, y = {signed(trace.y, 4)}</strong>, where x = 1 is "
            "half way around the equator.</p>"
            + equal_earth_map(
                [(name.split(",")[0], trace.x, trace.y)], f"Equal Earth map with {name}"
            ),
        ),
        (
            "Waves at three scales",
            "<p>Two numbers are too few for a network to draw sharp borders with. So 256 waves of "
            "random direction and length run over the map at each scale, and their values at the "
            "place, cosine and sine, are the 512 features. σ tells how quickly the waves change: "
            f"the first wave at σ {explorer.sigma[0]:g} is cos(2π({signed(first[0], 2)}·x "
            f"{'+' if first[1] >= 0 else '−'} {abs(first[1]):.2f}·y)) = {signed(value)}. The "
            "drawings look alike, but mind their axes.</p>"
            f'<div class="trio">{waves}</div>{features}',
        ),
        (
            "Three branches",
            "<p>For each scale a network of its own (four layers, trained) turns the 512 waves "
            f"into 512 new numbers.</p>{branches}",
        ),
        (
            "The sum",
            f"<p>The three are added: this is the embedding of the place, of length "
            f"{place.norm:.3f}. Only its direction counts from here on.</p>"
            + _picture(place.vector, float(np.abs(place.vector).max()), "the embedding"),
        ),
        (
            "Cosine with a picture",
            "<p>A picture has an embedding in the same space (see <em>One photo</em>). The cosine "
            f"of the two is <strong>{signed(cosine)}</strong>. Times the learnt factor "
            f"{factor:.1f} it is the logit, <strong>{signed(cosine * factor, 2)}</strong>.</p>"
            f'<div class="trio seen"><figure><img src="{looked.seen}" alt="{escape(looked.name)}">'
            f"<figcaption>{escape(looked.name)}</figcaption></figure>"
            + _picture(looked.embedding, float(np.abs(looked.embedding).max()), "its embedding")
            + "</div>",
        ),
        (
            "Belief",
            f"<p>The same is done for all {len(estimate.gallery):,} places of the gallery. The "
            "softmax takes e to the power of each logit and divides by the sum, so that all "
            "places together make 100 %. The gallery's place nearest to yours gets "
            f"<strong>{percent(probability)}</strong>; the best place, {escape(str(best.place))}, "
            f"gets {percent(best.probability)} with its near-duplicates.</p>"
            + histogram(
                estimate.logits,
                float(estimate.logits[row]),
                "your place",
                "Logits of all places of the gallery",
                "logit; height: number of places, logarithmic",
            ),
        ),
    )
    return numbered(steps)


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
            + _picture(looked.embedding, float(np.abs(looked.embedding).max()), "512 numbers")
            + "</div>",
        ),
        (
            "Logits",
            "<p>One logit for each place of the gallery: how well picture and place agree. Most "
            "places agree neither well nor badly; the answer lies in the tail on the right.</p>"
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


def numbered(steps: Sequence[tuple[str, str]]) -> str:
    """Steps with their titles, as an ordered list."""
    items = "".join(f"<li><h3>{title}</h3>{content}</li>" for title, content in steps)
    return f'<ol class="steps">{items}</ol>'


def _pictures(vectors: NDArray[np.float32], sigma: Sequence[float], most: float, what: str) -> str:
    drawn = "".join(
        _picture(vector, most, f"σ {each:g}: {what}")
        for vector, each in zip(vectors, sigma, strict=True)
    )
    return f'<div class="trio">{drawn}</div>'


def _picture(vector: NDArray[np.float32], most: float, caption: str) -> str:
    return (
        f'<figure class="vector"><img src="{vector_address(vector, most)}" '
        f'alt="{escape(caption)}, as 16 rows of 32 colours"><figcaption>{escape(caption)}'
        "</figcaption></figure>"
    )
