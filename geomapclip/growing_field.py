"""A field of places that can be asked at once: a sketch of it first, all of it bit by bit."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

import numpy as np

from geomapclip.cache import keep_array, read_array
from geomapclip.embeddings import Progress, embeddings_key
from geomapclip.field import Branches, Field, embed_by_scale
from geomapclip.geodesy import Coordinates
from geomapclip.location_encoder import CHUNK_PLACES, LocationEncoder
from geomapclip.release import EMBEDDING_SIZE

SKETCHED = 10  # one place of so many makes the sketch, which takes a tenth of the time
FORMAT = "embeddings by scale, float32, 1"  # changes when what is kept changes


class GrowingField:
    """Places that are embedded chunk by chunk, each once, whoever asks for it.

    What is whole is kept on disk, and taken from there. Threads may share it; only the places
    already embedded change.

    Args:
        encoder: A location encoder.
        coordinates: Shape (n, 2), degrees.
        progress: Called after each chunk.
    """

    def __init__(
        self, encoder: LocationEncoder, coordinates: Coordinates, progress: Progress | None = None
    ) -> None:
        self.coordinates = coordinates
        self._encoder = encoder
        self._progress = progress
        self._lock = Lock()
        self._key = embeddings_key(FORMAT, encoder, coordinates)
        shape = (len(encoder.sigma), len(coordinates), EMBEDDING_SIZE)
        found = read_array("field", self._key, shape)
        self._branches: Branches = np.empty(shape, np.float32) if found is None else found
        self._done = 0 if found is None else len(coordinates)

    @property
    def share(self) -> float:
        """How much of the places is embedded, in [0, 1]."""
        return self._done / len(self.coordinates)

    @property
    def is_small(self) -> bool:
        """Whether one chunk holds all places: they need no sketch."""
        return len(self.coordinates) <= CHUNK_PLACES

    @property
    def now(self) -> Field:
        """All places where they are embedded or few, else a sketch: every ``SKETCHED``-th."""
        return self.whole if self.is_small or self.share == 1 else self._sketch

    @property
    def whole(self) -> Field:
        """All places; those not yet embedded are embedded now."""
        while self.go_on() < 1:
            pass
        return self._whole

    def go_on(self) -> float:
        """Embed the next chunk of places, and tell which share of all is embedded then."""
        with self._lock:
            total = len(self.coordinates)
            if self._done < total:
                rows = slice(self._done, min(self._done + CHUNK_PLACES, total))
                chunk = embed_by_scale(self._encoder, self.coordinates[rows])
                self._branches[:, rows] = chunk
                if rows.stop == total:
                    keep_array("field", self._key, self._branches)
                self._done = rows.stop
                if self._progress:
                    self._progress(self._done, total)
        return self.share

    @cached_property
    def _whole(self) -> Field:
        sketch = None if self.is_small else self._sketch
        return Field(self.coordinates, self._branches, self._key, sketch)

    @cached_property
    def _sketch(self) -> Field:
        spots = self.coordinates[::SKETCHED]
        whole = self.share == 1
        branches = self._branches[:, ::SKETCHED] if whole else embed_by_scale(self._encoder, spots)
        return Field(spots, branches, f"{self._key}/{SKETCHED}")
