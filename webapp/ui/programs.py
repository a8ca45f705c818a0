"""What programs may ask: named endpoints without a place on the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gradio as gr

from webapp.answer import answer_json
from webapp.choice import Choice
from webapp.export import EXPORTS
from webapp.locate import clicked_place
from webapp.show import answer_album, answer_seen
from webapp.ui.errors import page_errors
from webapp.ui.files import served
from webapp.ui.locate import LocateTab


class Programs:
    """The endpoints ``/locate``, ``/album``, ``/export`` and ``/place``.

    Args:
        tab: Its controls bring the defaults, its encoder's turns are shared.
    """

    def __init__(self, tab: LocateTab) -> None:
        self.predictor, self.models, self.look = tab.predictor, tab.models, tab.look
        countries = gr.Dropdown(
            [], value=[], multiselect=True, allow_custom_value=True, visible=False
        )  # names or codes; that of the page accepts its own names only
        quick = [tab.top_k, countries, *tab.quick[2:]]
        photo = gr.File(visible=False, label="photo")
        photos = gr.File(visible=False, label="photos", file_count="multiple")
        latitude = gr.Number(visible=False, label="latitude")
        longitude = gr.Number(visible=False, label="longitude")
        ask = gr.Button(visible=False)
        limit = tab.settings.concurrency
        answer = gr.JSON(visible=False, label="answer")
        ask.click(self.locate, [photo, *quick], answer, api_name="locate", concurrency_limit=limit)
        ask.click(self.album, [photos, *quick], answer, api_name="album", concurrency_limit=limit)
        kind = gr.Dropdown(list(EXPORTS), value="GeoJSON", visible=False, label="kind")
        ask.click(
            self.export, [photos, kind, *quick], gr.File(visible=False, label="file"),
            api_name="export", concurrency_limit=limit,
        )  # fmt: skip
        name = gr.Textbox(visible=False, label="name")
        ask.click(self.place, [latitude, longitude], name, api_name="place")

    def locate(
        self, photo: str, top_k: float, countries: list[str], box: str, density: bool,
        temperature: float,
    ) -> dict[str, object]:  # fmt: skip
        """Where a photo was made: sentence, weights, candidates, regions, countries, EXIF truth."""
        with page_errors():
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            seen = self.look(Path(photo), self.predictor, choice)
            return answer_json(answer_seen(seen, choice, self.models, fly=False))

    def album(
        self, photos: list[str], top_k: float, countries: list[str], box: str, density: bool,
        temperature: float,
    ) -> dict[str, object]:  # fmt: skip
        """Where photos were made that were all taken at one place; the answer as of `locate`."""
        with page_errors():
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            seen = [self.look(Path(path), self.predictor, choice) for path in photos or ()]
            if not seen:
                raise gr.Error("photos must hold at least one photo", print_exception=False)
            return answer_json(answer_album(seen, choice, self.models, fly=False))

    def export(
        self, photos: list[str], kind: str, top_k: float, countries: list[str], box: str,
        density: bool, temperature: float,
    ) -> Iterator[str]:  # fmt: skip
        """The answers to photos as one file: GeoJSON, CSV, KML, "HTML map" or "Picture"."""
        with page_errors():
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            seen = [self.look(Path(path), self.predictor, choice) for path in photos or ()]
            answers = [answer_seen(each, choice, self.models, fly=False) for each in seen]
            yield from served(EXPORTS[kind](answers))

    def place(self, latitude: float, longitude: float) -> str:
        """Coordinates in degrees and the name of what lies there."""
        with page_errors():
            return clicked_place(latitude, longitude)
