"""Which names lie where on Earth: one file of the assets, read when it is first needed.

Towns with many of their names, countries in many languages, first-level regions, seas, lakes,
rivers, islands and mountain ranges; built by ``tools/build_gazetteer.py`` (sources and licences
in assets/CREDITS.md). A place is one disc or, where it is long or large, a few.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from geomapclip.assets import asset

Kind = Literal["town", "country", "region", "sea", "lake", "river", "island", "range"]
KINDS: tuple[Kind, ...] = get_args(Kind)

LEAST_ISOLATION_KM = 0.1  # of a town that the source has twice
DEGREES = 1e-3  # unit of the file's coordinates: 110 m
LEAST_FUZZY = 5  # letters; shorter names are one letter from too many words
LONG_NAME = 9  # letters from which two of them may be wrong
BLOCK = 3  # letters at the start or the end that an error must leave as they are


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Names and the places that bear them.

    Attributes:
        keys: n names as `names.name_key` spells them, ascending.
        letters: The same as bytes, a line each.
        key_starts: Shape (n + 1,): where each key's places start in ``key_places``.
        key_places: Numbers of places.
        word_rank: Shape (n,): how common the key is as an English word (1 the most common), or
            as a word of maps; 0 where it is none.
        words: Words that are no names: they are not taken for misread ones.
        kind: Shape (m,): of each place, as an index of ``KINDS``.
        isolation_km: Shape (m,): for a town the distance to the next larger one, for others what
            stands for it: the larger, the wider the maps on which it is written.
        place_starts: Shape (m + 1,): where each place's discs start.
        coordinates: Shape (d, 2): middle of each disc, degrees.
        radius_km: Shape (d,).
    """

    keys: list[str]
    letters: NDArray[np.uint8]
    key_starts: NDArray[np.int32]
    key_places: NDArray[np.int32]
    word_rank: NDArray[np.uint16]
    words: frozenset[str]
    kind: NDArray[np.uint8]
    isolation_km: NDArray[np.float32]
    place_starts: NDArray[np.int32]
    coordinates: NDArray[np.float32]
    radius_km: NDArray[np.float32]

    @classmethod
    def read(cls, path: Path) -> Gazetteer:
        """Read the file that ``tools/build_gazetteer.py`` writes."""
        with np.load(path) as file:
            letters = file["keys"]
            coordinates = np.column_stack([file["latitude"], file["longitude"]]) * DEGREES
            return cls(
                keys=letters.tobytes().decode().split("\n"),
                letters=letters,
                key_starts=file["key_starts"],
                key_places=file["key_places"],
                word_rank=file["word_rank"],
                words=frozenset(file["words"].tobytes().decode().split("\n")),
                kind=file["kind"],
                isolation_km=np.maximum(
                    file["isolation_km"].astype(np.float32), LEAST_ISOLATION_KM
                ),
                place_starts=file["place_starts"],
                coordinates=coordinates.astype(np.float32),
                radius_km=file["radius_km"].astype(np.float32),
            )

    def find(self, key: str) -> int | None:
        """Row of a key, or None."""
        row = bisect_left(self.keys, key)
        return row if row < len(self.keys) and self.keys[row] == key else None

    def similar(self, key: str) -> list[tuple[int, int]]:
        """Rows of the keys that recognition may have misread as this one, and how many letters.

        One letter may be missing, added or another, two in a name of ``LONG_NAME`` letters; the
        first or the last ``BLOCK`` letters must be right. Only the closest come back.

        Args:
            key: Letters of ASCII only; others, fewer than ``LEAST_FUZZY``, and what is a word
                of its own have none.
        """
        if len(key) < LEAST_FUZZY or not key.isascii() or key in self.words:
            return []
        most = 2 if len(key) >= LONG_NAME else 1
        rows = np.unique(np.concatenate([self._block(key, most, end) for end in (False, True)]))
        if not len(rows):
            return []
        near = process.cdist(
            [key], [self.keys[row] for row in rows], scorer=Levenshtein.distance, score_cutoff=most
        )[0]
        least = int(near.min())
        if least > most:
            return []
        return [(int(row), least) for row in rows[near == least]]

    def places_of(self, row: int) -> NDArray[np.int32]:
        """Numbers of the places that bear the key of that row."""
        return self.key_places[self.key_starts[row] : self.key_starts[row + 1]]

    def _block(self, key: str, most: int, end: bool) -> NDArray[np.intp]:
        """Rows of the keys with the same first (or last) letters and nearly the same length."""
        order, codes = self._ends if end else self._starts
        wanted = _code(np.frombuffer((key[-BLOCK:] if end else key[:BLOCK]).encode(), np.uint8))
        low = int(np.searchsorted(codes, wanted * 64 + len(key) - most))
        high = int(np.searchsorted(codes, wanted * 64 + len(key) + most, side="right"))
        return order[low:high]

    @cached_property
    def _starts(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        return self._blocks(from_end=False)

    @cached_property
    def _ends(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        return self._blocks(from_end=True)

    def _blocks(self, *, from_end: bool) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Rows sorted by their first (last) letters and their length, and what they are sorted by.

        Keys outside of ASCII have more bytes than letters and so land where none looks.
        """
        breaks = np.flatnonzero(self.letters == ord("\n"))
        starts = np.concatenate([[0], breaks + 1])
        lengths = np.concatenate([breaks, [len(self.letters)]]) - starts
        rows = np.flatnonzero(lengths >= BLOCK)
        first = starts[rows] + (lengths[rows] - BLOCK if from_end else 0)
        letters = np.stack([self.letters[first + place] for place in range(BLOCK)], axis=-1)
        codes = _code(letters) * 64 + np.minimum(lengths[rows], 63)
        order = np.argsort(codes, kind="stable")
        return rows[order], codes[order]


def _code(letters: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Three bytes as one number."""
    code: NDArray[np.int64] = letters.astype(np.int64) @ np.array([65536, 256, 1])
    return code


@cache
def load_gazetteer() -> Gazetteer:
    """The gazetteer of the assets, read once.

    Raises:
        GeoMapCLIPError: The file is missing.
    """
    return Gazetteer.read(asset("places", "gazetteer.npz"))
