"""What programs may ask of the location encoders: named endpoints without a place on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio as gr

from webapp.explore_choice import wrapped
from webapp.explore_html import embedding_json, similarity_json
from webapp.result import EmbeddingResult, SimilarityResult
from webapp.ui.errors import page_errors
from webapp.ui.typed import values

if TYPE_CHECKING:
    from webapp.explorers import Explorers


class ExplorePrograms:
    """The endpoints ``/embedding`` and ``/similarity``.

    Args:
        explorers: Answer by the name of weights.
    """

    def __init__(self, explorers: Explorers) -> None:
        self.explorers = explorers
        numbers = [
            gr.Number(visible=False, label=label)
            for label in ("latitude", "longitude", "other_latitude", "other_longitude")
        ]
        weights = gr.Textbox(explorers.own, visible=False, label="weights")
        ask = gr.Button(visible=False)
        place, compared = values(EmbeddingResult, "answer"), values(SimilarityResult, "answer")
        ask.click(self.embedding, [*numbers[:2], weights], place, api_name="embedding")
        ask.click(self.similarity, [*numbers, weights], compared, api_name="similarity")

    def embedding(self, latitude: float, longitude: float, weights: str) -> dict[str, object]:
        """The 512 numbers of a place, their length, and the share of each scale."""
        with page_errors():
            explorer = self.explorers.get(weights)
            place = explorer.describe(*wrapped(latitude, longitude))
            return embedding_json(weights, explorer.sigma, place)

    def similarity(
        self,
        latitude: float,
        longitude: float,
        other_latitude: float,
        other_longitude: float,
        weights: str,
    ) -> dict[str, object]:
        """The cosine of two places' embeddings, in all and by scale, and the km between them."""
        with page_errors():
            return similarity_json(
                self.explorers.get(weights),
                wrapped(latitude, longitude),
                wrapped(other_latitude, other_longitude),
            )
