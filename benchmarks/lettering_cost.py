"""What the reading of lettering costs in time and memory, and what random names make of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from benchmarks.memory import peak_mb
from geomapclip import Gallery, Predictor
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering import Word, words
from geomapclip.lettering.evidence import evidence
from geomapclip.lettering.extent import fit_labels
from geomapclip.lettering.gazetteer import load_gazetteer
from geomapclip.lettering.labels import find_labels
from geomapclip.lettering.reading import find_near

TIMED_WORDS, ROUNDS = 150, 5
NAME_COUNTS, TRIALS = (20, 60, 150, 300), 25
SIDE = 1000  # pixels of the picture that the words stand on
SEED = 77


def memory_mb(folder: Path) -> float:
    """How much more a process holds at its peak that reads the maps of a folder as well."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as own_process:
        peaks = [own_process.submit(_peak_of, folder, reads) for reads in (False, True)]
        without, reading = (peak.result() for peak in peaks)
    return reading - without


def _peak_of(folder: Path, reads: bool) -> float:
    predictor = Predictor.load("embedded")
    for path in sorted((folder / "images").iterdir()):
        predictor.locate(path, lettering=reads).regions()
    return peak_mb()


def load_seconds() -> tuple[float, float]:
    """Wall and processor time until gazetteer and reader are ready, nothing of them loaded yet."""
    wall, processor = time.perf_counter(), time.process_time()
    load_gazetteer().similar("lisboaa")  # the first near miss sorts the names
    words._reader()
    return time.perf_counter() - wall, time.process_time() - processor


class ReaderClock:
    """Measures the reader's own processor time against all that happens while it is entered."""

    def __init__(self) -> None:
        self.own, self.whole, self.pictures = 0.0, 0.0, 0

    def __enter__(self) -> None:
        self._reader = words._reader
        words._reader = lambda: self._timed(self._reader())
        self._started = time.process_time()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.whole = time.process_time() - self._started
        words._reader = self._reader

    def _timed(self, reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def read(pixels: Any) -> Any:
            started = time.process_time()
            found = reader(pixels)
            self.own += time.process_time() - started
            self.pictures += 1
            return found

        return read

    @property
    def beside(self) -> float:
        """All else as a share of the reader's own time."""
        return self.whole / self.own - 1

    @property
    def seconds_each(self) -> float:
        """The reader's own time for one picture."""
        return self.own / max(self.pictures, 1)


def understanding_ms(gallery: Gallery) -> tuple[float, float]:
    """Milliseconds of processor time: matching and evidence, and the frame, of many words."""
    gazetteer = load_gazetteer()
    chance = np.random.default_rng(SEED)
    rows = chance.choice(rows_near((48.0, 11.0), 300), TIMED_WORDS, replace=False)
    read = scatter(rows, chance)
    matching, framing = [], []
    for _ in range(ROUNDS + 1):
        started = time.process_time()
        labels = find_labels(read, gazetteer)
        said = evidence(labels, gallery, gazetteer)
        half = time.process_time()
        fit_labels(labels, gazetteer, (SIDE, SIDE), find_near(said))
        matching.append(half - started)
        framing.append(time.process_time() - half)
    return 1000 * float(np.median(matching[1:])), 1000 * float(np.median(framing[1:]))


def frames_of_random_names(gallery: Gallery) -> tuple[int, int]:
    """How many frames came of names written anywhere, and of how many pictures."""
    gazetteer = load_gazetteer()
    frames = trials = 0
    for count in NAME_COUNTS:
        for trial in range(TRIALS):
            chance = np.random.default_rng((SEED, count, trial))
            centre = (chance.uniform(-40, 60), chance.uniform(-180, 180))
            near = rows_near(centre, 1500)
            known = np.arange(len(gazetteer.keys))
            rows = chance.choice(near if len(near) >= 4 * count else known, count, replace=False)
            labels = find_labels(scatter(rows, chance), gazetteer)
            said = evidence(labels, gallery, gazetteer)
            trials += 1
            frames += fit_labels(labels, gazetteer, (SIDE, SIDE), find_near(said)) is not None
    return frames, trials


def rows_near(centre: tuple[float, float], km: float) -> np.ndarray:
    """Rows of the gazetteer's names whose first place lies so near."""
    gazetteer = load_gazetteer()
    first = gazetteer.place_starts[gazetteer.key_places[gazetteer.key_starts[:-1]]]
    return np.flatnonzero(great_circle_km(gazetteer.coordinates[first], centre) < km)


def scatter(rows: np.ndarray, chance: np.random.Generator) -> list[Word]:
    """Names of the gazetteer anywhere on a picture."""
    gazetteer, read = load_gazetteer(), []
    for row in rows:
        left, top = chance.uniform(0, SIDE - 100, 2)
        corners = [(left, top), (left + 80, top), (left + 80, top + 14), (left, top + 14)]
        read.append(Word(gazetteer.keys[row].title(), np.array(corners), 0.95))
    return read
