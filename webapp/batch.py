"""The photos of one visitor: what became of each, and which is shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from geomapclip.errors import GeoMapCLIPError
from webapp.locate import Seen
from webapp.map_view import Json

State = Literal["waiting", "working", "done", "failed", "stopped"]
Shown = int | Literal["all", "album"] | None
MOST_PHOTOS = 500  # of one visitor; the oldest are forgotten


@dataclass
class Photo:
    """One photo; its file is deleted by the page, and only ``seen`` stays.

    Attributes:
        number: Its own within the batch, from 1.
        path: Of the uploaded file.
        name: Of the file.
        state: What becomes of it.
        why: A sentence where it failed.
        seen: What the model saw, once it has looked.
        struck: Numbers of the words read in it that the visitor has struck out.
    """

    number: int
    path: Path
    name: str
    state: State = "waiting"
    why: str = ""
    seen: Seen | None = None
    struck: frozenset[int] = frozenset()

    def strike(self, numbers: object) -> None:
        """Let these words not count; the numbers come from the browser and can be anything."""
        words = len(self.seen.reading.words) if self.seen and self.seen.reading else 0
        given = numbers if isinstance(numbers, list) else []
        whole = (number for number in given if type(number) is int)
        self.struck = frozenset(number for number in whole if 0 <= number < words)


@dataclass
class Batch:
    """All photos of a visitor, in the order in which they came.

    The one object of the page that changes: it belongs to one visitor's session.

    Attributes:
        photos: Not more than ``MOST_PHOTOS``.
        shown: Number of the photo whose answer is shown, or all, or all as one album.
        asked: How many photos ever came.
        halted: Photos up to this number are not looked at any more.
    """

    photos: list[Photo] = field(default_factory=list)
    shown: Shown = None
    asked: int = 0
    halted: int = 0

    def add(self, paths: Sequence[str]) -> list[Photo]:
        """Take photos in; they wait."""
        new = [
            Photo(number, Path(path), Path(path).name)
            for number, path in enumerate(paths, start=self.asked + 1)
        ]
        self.asked += len(new)
        self.photos = [*self.photos, *new][-MOST_PHOTOS:]
        return new

    def work(self, photos: Sequence[Photo], look: Callable[[Path], Seen]) -> Iterator[Photo]:
        """Look at photos one after the other; each comes out when its state has changed for good.

        Args:
            photos: From `add`.
            look: From a file to what the model saw; its `GeoMapCLIPError` fails one photo only.
        """
        for here, photo in enumerate(photos):
            _keep(photos[here:])
            if photo.number <= self.halted:
                photo.state = "stopped"
            else:
                photo.state = "working"
                try:
                    photo.seen = look(photo.path)
                    photo.state = "done"
                except GeoMapCLIPError as error:
                    photo.state, photo.why = "failed", str(error)
            following = photos[here + 1 : here + 2]
            for each in following:
                each.state = "working" if each.number > self.halted else "stopped"
            yield photo

    def halt(self) -> None:
        """Look at no more of the photos that have come so far."""
        self.halted = self.asked
        for photo in self.photos:
            if photo.state == "waiting":
                photo.state = "stopped"

    def clear(self) -> None:
        """Forget all photos."""
        self.halted = self.asked
        self.photos, self.shown = [], None

    def done(self) -> list[Photo]:
        """Those with an answer."""
        return [photo for photo in self.photos if photo.seen is not None]

    def find(self, number: object) -> Photo | None:
        """The photo of that number, which comes from the browser and can be anything."""
        return next((photo for photo in self.photos if photo.number == number), None)

    def to_json(self) -> Json:
        """What the strip of thumbnails shows (see ``static/strip.js``)."""
        return {
            "shown": self.shown,
            "photos": [
                {
                    "number": photo.number,
                    "name": photo.name,
                    "state": photo.state,
                    "why": photo.why,
                    "icon": photo.seen.icon if photo.seen else "",
                }
                for photo in self.photos
            ],
        }


def _keep(photos: Sequence[Photo]) -> None:
    """Make the files of photos that still wait young again, or the page would delete them."""
    for photo in photos:
        with suppress(OSError):
            os.utime(photo.path)
