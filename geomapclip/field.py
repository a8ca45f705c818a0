"""A field of places, embedded scale by scale once, so that a question is one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import shapely
import torch
from numpy.typing import NDArray

from geomapclip.assets import asset
from geomapclip.cache import cached_array, content_key
from geomapclip.geodesy import Coordinates, fibonacci_lattice
from geomapclip.location_encoder import CHUNK_PLACES, LocationEncoder
from geomapclip.release import EMBEDDING_SIZE

LATTICE_PLACES = 60_000  # over the whole sphere, 92 km apart; about 17,300 of them lie on land
COMPONENTS = 3  # red, green, blue
FORMAT_COMPONENTS = "principal components of unit embeddings, 2"  # changes with what is kept

Branches = NDArray[np.float32]  # (scales, n, 512): what each branch adds to the embedding


@dataclass(frozen=True, eq=False)
class Field:
    """Places and what each scale of a location encoder says of them.

    A scale is a number: 0 stands for all scales together, 1 for the coarsest branch, and so on.

    Attributes:
        coordinates: Shape (n, 2), degrees.
        branches: Shape (scales, n, 512), not normalised; their sum is the embedding.
        key: Hash of the weights and the places.
        sketch: Some of the places, which are shown before all are there, or None.
    """

    coordinates: Coordinates
    branches: Branches
    key: str
    sketch: Field | None = None

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """Length of the embedding (row 0) and of each branch, shape (1 + scales, n)."""
        every = [self.branches.sum(axis=0), *self.branches]
        return np.stack([np.linalg.norm(each, axis=1) for each in every])

    def cosine(self, branches: NDArray[np.float32], scale: int = 0) -> NDArray[np.float32]:
        """How alike each place of the field is to one place.

        Args:
            branches: Of the one place, shape (scales, 512).
            scale: Which part of the embeddings is compared.

        Returns:
            Shape (n,), in [-1, 1].
        """
        other = branches.sum(axis=0) if scale == 0 else branches[scale - 1]
        parts = self.branches if scale == 0 else self.branches[scale - 1 : scale]
        product = np.sum([part @ other for part in parts], axis=0)
        cosine: NDArray[np.float32] = product / (self.lengths[scale] * np.linalg.norm(other))
        return cosine

    def components(self, scale: int = 0) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The first three principal components of the field's unit embeddings; kept on disk.

        Args:
            scale: As in `cosine`.

        Returns:
            The places' scores, shape (n, 3), and each component's share of the variance, shape
            (3,). A component's sign is that of the sketch's, so that no colour turns into its
            opposite; without a sketch its largest loading is positive.
        """
        key = content_key(FORMAT_COMPONENTS, self.key, str(scale))
        shape = (len(self.coordinates) + 1, COMPONENTS)  # the last row holds the shares
        kept = cached_array("components", key, shape, lambda: self._find_components(scale))
        return kept[:-1], kept[-1]

    def _find_components(self, scale: int) -> NDArray[np.float32]:
        axes, shares = self._axes(scale)
        return np.vstack([self._centred(scale) @ axes, shares]).astype(np.float32)

    def _centred(self, scale: int) -> NDArray[np.float32]:
        embeddings = self.branches.sum(axis=0) if scale == 0 else self.branches[scale - 1]
        unit: NDArray[np.float32] = embeddings / self.lengths[scale][:, None]
        unit -= unit.mean(axis=0)
        return unit

    def _axes(self, scale: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Directions of the components, shape (512, 3), and their shares of the variance."""
        unit = self._centred(scale)
        variance, axes = np.linalg.eigh(unit.T @ unit / len(unit))
        chosen = axes[:, ::-1][:, :COMPONENTS].astype(np.float64)
        if self.sketch is None:
            sides = chosen[np.abs(chosen).argmax(axis=0), np.arange(COMPONENTS)]
        else:
            sides = (chosen * self.sketch._axes(scale)[0]).sum(axis=0)
        return chosen * np.sign(sides), variance[::-1][:COMPONENTS] / variance.sum()


@torch.inference_mode()
def embed_by_scale(
    encoder: LocationEncoder, coordinates: Coordinates, scales: Sequence[int] | None = None
) -> Branches:
    """What each branch of the encoder adds to the embeddings of places.

    Args:
        encoder: A location encoder.
        coordinates: Shape (n, 2), degrees.
        scales: Which branches, from 0; None for all.

    Returns:
        Shape (scales, n, 512).
    """
    device = next(encoder.parameters()).device
    wanted = range(len(encoder.sigma)) if scales is None else scales
    branches = np.empty((len(wanted), len(coordinates), EMBEDDING_SIZE), dtype=np.float32)
    for start in range(0, len(coordinates), CHUNK_PLACES):
        rows = slice(start, start + CHUNK_PLACES)
        chunk = torch.from_numpy(coordinates[rows].astype(np.float32)).to(device)
        for row, part in enumerate(encoder.by_scale(chunk, wanted)):
            branches[row, rows] = part.cpu().numpy()
    return branches


@cache
def land_grid() -> Coordinates:
    """Places that cover the land evenly, shape (n, 2), degrees."""
    lattice = fibonacci_lattice(LATTICE_PLACES)
    land: Coordinates = lattice[on_land(lattice)]
    land.setflags(write=False)
    return land


def on_land(coordinates: Coordinates) -> NDArray[np.bool_]:
    """Whether each place lies inside Natural Earth's outlines of the land, shape (n,)."""
    outlines = shapely.from_geojson(asset("outlines", "land.geojson").read_text("utf-8"))
    spots = np.asarray(shapely.points(coordinates[:, ::-1]), dtype=object)
    pieces = shapely.get_parts(shapely.get_parts(outlines))
    _, rows = shapely.STRtree(spots).query(pieces, predicate="contains")
    inside = np.zeros(len(coordinates), dtype=bool)
    inside[rows] = True
    return inside
