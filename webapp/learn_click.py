"""The way of one click, with the reader's own place: data in, HTML out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geomapclip.geodesy import unit_vectors
from geomapclip.places import find_places
from geomapclip.wording import percent
from webapp.learn import Looked, doubt_sentence, numbered, picture
from webapp.learn_draw import equal_earth_map, histogram, waves_plot
from webapp.plot import signed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.explore import Explorer
    from geomapclip.predictor import Predictor

Spot = tuple[float, float]

LYON: Spot = (45.76, 4.84)


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
            + picture(place.vector, float(np.abs(place.vector).max()), "the embedding"),
        ),
        (
            "Cosine with a picture",
            "<p>A picture has an embedding in the same space (see <em>One photo</em>). The cosine "
            f"of the two is <strong>{signed(cosine)}</strong>. Times the learnt factor "
            f"{factor:.1f} it is the logit, <strong>{signed(cosine * factor, 2)}</strong>.</p>"
            f'<div class="trio seen"><figure><img src="{looked.seen}" alt="{escape(looked.name)}">'
            f"<figcaption>{escape(looked.name)}</figcaption></figure>"
            + picture(looked.embedding, float(np.abs(looked.embedding).max()), "its embedding")
            + "</div>",
        ),
        (
            "Belief",
            f"<p>The same is done for all {len(estimate.gallery):,} places of the gallery. The "
            "softmax takes e to the power of each logit and divides by the sum, so that all "
            "places together make 100 %. The gallery's place nearest to yours gets "
            f"<strong>{percent(probability)}</strong>; the best place, {escape(str(best.place))}, "
            f"gets {percent(best.probability)} with its near-duplicates."
            f"{doubt_sentence(predictor.model.doubt)}</p>"
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


def _pictures(vectors: NDArray[np.float32], sigma: Sequence[float], most: float, what: str) -> str:
    drawn = "".join(
        picture(vector, most, f"σ {each:g}: {what}")
        for vector, each in zip(vectors, sigma, strict=True)
    )
    return f'<div class="trio">{drawn}</div>'
