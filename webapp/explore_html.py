"""A place's embedding, and two of them compared, as HTML."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from geomapclip.place_embedding import ground_km
from geomapclip.wording import degrees, distance
from webapp.data_address import data_address
from webapp.plot import diverging_css, line_plot, signed, vector_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomapclip.explore import Explorer
    from geomapclip.place_embedding import Neighbour, PlaceEmbedding, Profile
    from webapp.map_view import Json

Spot = tuple[float, float]
Named = tuple["Neighbour", str]

SNIPPET = """\
import torch
from geomapclip import LocationEncoder

encoder = LocationEncoder({weights!r}).eval()
with torch.inference_mode():
    embedding = encoder(torch.tensor([[{latitude!r}, {longitude!r}]]))[0].numpy()
print(embedding.shape)  # (512,), not normalised
"""


@dataclass(frozen=True)
class PlaceFacts:
    """What is told of one place.

    Attributes:
        weights: Name of the encoder.
        sigma: Of its scales.
        place: Its embedding.
        name: In words.
        on_land: Whether only places on land were looked among.
        near: The most alike places of the gallery with their names, best first.
        far: The most alike beyond ``far_km``.
        far_km: Where "far away" begins.
    """

    weights: str
    sigma: tuple[float, ...]
    place: PlaceEmbedding
    name: str
    on_land: bool
    near: tuple[Named, ...]
    far: tuple[Named, ...]
    far_km: float


@dataclass(frozen=True)
class PairFacts:
    """What is told of two places: encoder, its scales, embeddings, names, the line between."""

    weights: str
    sigma: tuple[float, ...]
    a: PlaceEmbedding
    b: PlaceEmbedding
    names: tuple[str, str]
    profile: Profile


def place_html(facts: PlaceFacts) -> str:
    """Name, picture of the 512 numbers, shares of the scales, places alike, files to take away."""
    place = facts.place
    most = float(max(np.abs(place.vector).max(), np.abs(place.branches).max()))
    land = " on land" if facts.on_land else ""
    whole = _figure(place.vector, most, f"All 512 numbers, length {place.norm:.3f}", "vector whole")
    parts = "".join(
        _figure(branch, most, f"σ {sigma:g}", "vector")
        for sigma, branch in zip(facts.sigma, place.branches, strict=True)
    )
    return (
        f'<section class="facts" aria-label="Place A, {escape(facts.weights)}">'
        f"<h3>{escape(facts.name)}</h3><p class='hint'>"
        f"{degrees(place.latitude, place.longitude)}, {escape(facts.weights)}</p>"
        f"{whole}{_scale_bar(most)}{_shares(facts)}"
        f'<p class="hint">The three scales alone; their sum is the picture above.</p>'
        f'<div class="vectors">{parts}</div>'
        f"{_neighbours(f'Most alike among the places of the gallery{land}', facts.near)}"
        f"{_neighbours(f'Alike though more than {distance(facts.far_km)} away', facts.far)}"
        f"{_files(facts)}</section>"
    )


def pair_html(facts: PairFacts) -> str:
    """Distance, cosines by scale, the difference, and the cosine along the line between."""
    a, b = facts.a, facts.b
    km = ground_km(a, b)
    names = ["All scales", *(f"σ {sigma:g}" for sigma in facts.sigma)]
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{signed(value)}</td></tr>'
        for name, value in zip(names, a.cosines(b), strict=True)
    )
    difference = a.vector - b.vector
    most = float(max(np.abs(difference).max(), 1e-9))
    caption = f"A minus B, length {np.linalg.norm(difference):.3f}"
    plot = line_plot(
        facts.profile.km,
        list(zip(names, facts.profile.cosine, strict=True)),
        f"Cosine to A along the shortest line from A to B, {distance(km)}, by scale",
        "km from A",
        "cosine to A",
    )
    return (
        f'<section class="facts" aria-label="A and B, {escape(facts.weights)}">'
        f"<h3>{escape(facts.names[0])} <small>and</small> {escape(facts.names[1])}</h3>"
        f'<p class="hint">{distance(km)} on the ground, {escape(facts.weights)}</p>'
        f'<table class="numbers"><caption>How alike A and B are</caption><thead><tr>'
        f'<th scope="col">Scale</th><th scope="col">Cosine</th></tr></thead><tbody>{rows}'
        f"</tbody></table>{plot}"
        f"{_figure(difference, most, caption, 'vector whole')}{_scale_bar(most)}</section>"
    )


def embedding_json(weights: str, sigma: Sequence[float], place: PlaceEmbedding) -> Json:
    """A place's embedding as plain values: what the endpoint ``embedding`` returns."""
    return {
        "weights": weights,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "embedding": [float(value) for value in place.vector],
        "norm": place.norm,
        "scales": [
            {"sigma": each, "norm": norm, "share": share}
            for each, norm, share in zip(sigma, place.norms, place.shares, strict=True)
        ],
    }


def similarity_json(explorer: Explorer, here: Spot, there: Spot) -> Json:
    """Two places compared, as plain values: what the endpoint ``similarity`` returns."""
    a, b = explorer.describe(*here), explorer.describe(*there)
    whole, *scales = a.cosines(b)
    return {
        "weights": explorer.name,
        "cosine": whole,
        "scales": [
            {"sigma": sigma, "cosine": cosine}
            for sigma, cosine in zip(explorer.sigma, scales, strict=True)
        ],
        "distance_km": ground_km(a, b),
    }


def snippet(weights: str, place: PlaceEmbedding) -> str:
    """Python that gives the same 512 numbers."""
    return SNIPPET.format(weights=weights, latitude=place.latitude, longitude=place.longitude)


def npy_bytes(place: PlaceEmbedding) -> bytes:
    """The 512 numbers as a file of numpy."""
    file = io.BytesIO()
    np.save(file, place.vector)
    return file.getvalue()


def _figure(vector: NDArray[np.float32], most: float, caption: str, kind: str) -> str:
    return (
        f'<figure class="{kind}"><img src="{vector_address(vector, most)}" '
        f'alt="{escape(caption)}, as 16 rows of 32 colours"><figcaption>{escape(caption)}'
        "</figcaption></figure>"
    )


def _scale_bar(most: float) -> str:
    return (
        f'<div class="scale-bar"><span>{signed(-most, 2)}</span>'
        f'<span class="colours" style="background:{diverging_css()}"></span>'
        f"<span>{signed(most, 2)}</span></div>"
    )


def _shares(facts: PlaceFacts) -> str:
    place = facts.place
    last = len(facts.sigma) - 1
    rows = "".join(
        f'<tr><th scope="row">σ {sigma:g}'
        f"{_word(number, last)}</th>"
        f'<td class="bar"><span style="width:{max(share, 0):.1%}"></span></td>'
        f"<td>{signed(share * 100, 0)} %</td><td>{norm:.3f}</td></tr>"
        for number, (sigma, share, norm) in enumerate(
            zip(facts.sigma, place.shares, place.norms, strict=True)
        )
    )
    return (
        '<table class="numbers shares"><caption>Share of each scale in the embedding</caption>'
        '<thead><tr><th scope="col">Scale</th><th scope="col" colspan="2">Share</th>'
        f'<th scope="col">Length</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _word(number: int, last: int) -> str:
    word = {0: "coarse", last: "fine"}.get(number, "") if last else ""
    return f" <small>{word}</small>" if word else ""


def _neighbours(title: str, found: Sequence[Named]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><button class="go" data-lat="{each.latitude!r}" '
        f'data-lon="{each.longitude!r}" title="Choose as place B">{escape(name)}</button></th>'
        f"<td>{signed(each.cosine)}</td><td>{distance(each.km)}</td></tr>"
        for each, name in found
    )
    return (
        f'<table class="numbers neighbours"><caption>{escape(title)}</caption><thead><tr>'
        '<th scope="col">Place</th><th scope="col">Cosine</th><th scope="col">Away</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _files(facts: PlaceFacts) -> str:
    place = facts.place
    name = f"{facts.weights}_{place.latitude:.4f}_{place.longitude:.4f}"
    numbers = json.dumps([round(float(value), 9) for value in place.vector])
    told = json.dumps(embedding_json(facts.weights, facts.sigma, place))
    code = snippet(facts.weights, place)
    return (
        '<div class="files">'
        f'<button class="small" data-copy="{escape(numbers)}">Copy the numbers</button>'
        f"{_link(npy_bytes(place), f'{name}.npy', 'application/octet-stream')}"
        f"{_link(told.encode(), f'{name}.json', 'application/json')}</div>"
        f"<details><summary>The same in Python</summary><pre><code>{escape(code)}</code></pre>"
        f'<button class="small" data-copy="{escape(code)}">Copy the code</button></details>'
    )


def _link(content: bytes, name: str, media_type: str) -> str:
    address = data_address(content, media_type)
    kind = name.rpartition(".")[2]
    return f'<a class="small" download="{escape(name)}" href="{address}">Save .{kind}</a>'
