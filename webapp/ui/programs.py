"""What programs may ask: named endpoints without a place on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import gradio as gr

from geomapclip.errors import InvalidArgumentError
from webapp.choice import Choice
from webapp.export import EXPORTS
from webapp.locate import Seen, clicked_place
from webapp.result import Result, to_result
from webapp.show import answer_album, answer_seen, answer_sentence
from webapp.ui.errors import page_errors
from webapp.ui.files import served
from webapp.ui.locate import LocateTab
from webapp.ui.typed import files, values
from webapp.words import reader


class Programs:
    """The endpoints ``/locate``, ``/album``, ``/ask``, ``/export`` and ``/place``.

    Args:
        tab: Its controls bring the defaults, its encoder's turns are shared.
    """

    def __init__(self, tab: LocateTab) -> None:
        self.predictor, self.models, self.look = tab.predictor, tab.models, tab.look
        self.turns = tab.turns
        # The page's own list of countries accepts nothing but its own names.
        countries = values(list[str], "countries", example=["France", "IT"], value=[])
        choice = [tab.controls.top_k, countries, *tab.controls.program]
        quick = choice[:5]  # without what only a picture has
        sentence = gr.Textbox(visible=False, label="sentence")
        photo, photos = files("photo"), files("photos", many=True)
        latitude = gr.Number(visible=False, label="latitude")
        longitude = gr.Number(visible=False, label="longitude")
        kind = gr.Dropdown(list(EXPORTS), value="GeoJSON", visible=False, label="kind")
        answer = values(Result, "answer")
        file = gr.File(visible=False, label="file")
        name = gr.Textbox(visible=False, label="name")
        ask = gr.Button(visible=False)
        limit = tab.settings.concurrency
        for action, given, found in (
            (self.locate, [photo, *choice], answer),
            (self.album, [photos, *choice], answer),
            (self.ask, [sentence, *quick], answer),
            (self.export, [photos, kind, *choice], file),
            (self.place, [latitude, longitude], name),
        ):
            ask.click(action, given, found, api_name=action.__name__, concurrency_limit=limit)

    def locate(
        self, photo: str, top_k: float, countries: list[str], box: str, density: bool,
        temperature: float, ten_crop: bool, lettering: str,
    ) -> dict[str, object]:  # fmt: skip
        """Where a photo was made: a sentence, the best places, regions, countries, truth, words."""
        with page_errors():
            choice = Choice.from_controls(
                [top_k, countries, box, density, temperature, ten_crop, lettering]
            )
            seen = self._seen(photo, choice)
            return asdict(to_result(answer_seen(seen, choice, self.models, fly=False)))

    def album(
        self, photos: list[str], top_k: float, countries: list[str], box: str, density: bool,
        temperature: float, ten_crop: bool, lettering: str,
    ) -> dict[str, object]:  # fmt: skip
        """Where photos were made that were all taken at one place; the answer as of /locate."""
        with page_errors():
            choice = Choice.from_controls(
                [top_k, countries, box, density, temperature, ten_crop, lettering]
            )
            seen = [self._seen(path, choice) for path in _some(photos)]
            return asdict(to_result(answer_album(seen, choice, self.models, fly=False)))

    def ask(
        self, sentence: str, top_k: float, countries: list[str], box: str, density: bool,
        temperature: float,
    ) -> dict[str, object]:  # fmt: skip
        """Where photos of a sentence would be made; needs CLIP. The answer as of /locate."""
        with page_errors():
            choice = Choice.from_controls([top_k, countries, box, density, temperature])
            predictor = reader(self.models)
            with self.turns:
                answer = answer_sentence(sentence, choice, predictor)
            return asdict(to_result(answer))

    def export(
        self, photos: list[str], kind: str, top_k: float, countries: list[str], box: str,
        density: bool, temperature: float, ten_crop: bool, lettering: str,
    ) -> Iterator[str]:  # fmt: skip
        """The answers to photos as one file: GeoJSON, CSV, KML, "HTML map" or "Picture"."""
        with page_errors():
            choice = Choice.from_controls(
                [top_k, countries, box, density, temperature, ten_crop, lettering]
            )
            seen = [self._seen(path, choice) for path in _some(photos)]
            answers = [answer_seen(each, choice, self.models, fly=False) for each in seen]
            yield from served(EXPORTS[kind](answers))

    def place(self, latitude: float, longitude: float) -> str:
        """Coordinates in degrees and the name of what lies there."""
        with page_errors():
            return clicked_place(latitude, longitude)

    def _seen(self, photo: str | None, choice: Choice) -> Seen:
        if not photo:
            raise InvalidArgumentError("photo", photo, "must be a file")
        return self.look(Path(photo), self.predictor, choice)


def _some(photos: list[str] | None) -> list[str]:
    if not photos:
        raise InvalidArgumentError("photos", photos, "must hold at least one photo")
    return photos
