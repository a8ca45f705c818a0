"""Nodes on the sphere where something is to be evaluated, and their way into a gallery."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geomapclip.gallery import Gallery
from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, unit_vectors

KM_PER_DEG = np.pi * EARTH_RADIUS_KM / 180
COLUMNS = 1 << 20  # more than a row has nodes
ROWS_BELOW = 1 << 19  # so that no number is negative

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Lattice:
    """Some nodes of a lattice with rows along parallels.

    Attributes:
        spacing_km: From one node to the next, north and east.
        ids: Numbers of the nodes, ascending, shape (n,).
    """

    spacing_km: float
    ids: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def coordinates(self) -> Coordinates:
        """Shape (n, 2), degrees."""
        rows = self.ids // COLUMNS - ROWS_BELOW
        step = self.spacing_km / KM_PER_DEG
        longitude = (self.ids % COLUMNS) / _columns(rows, step) * 360 - 180
        return np.column_stack([np.clip(rows * step, -90, 90), longitude])

    @cached_property
    def xyz(self) -> Floats:
        """Unit vectors, shape (n, 3)."""
        return unit_vectors(self.coordinates)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Which nodes lie near which discs.

    Attributes:
        lattice: All nodes that lie near a disc.
        node: Of each pair, a row of the lattice; shape (p,).
        disc: Of each pair.
        km: From the node to the disc's middle.
    """

    lattice: Lattice
    node: Rows
    disc: Rows
    km: Floats


def surroundings(coordinates: Coordinates, radius_km: Floats, spacing_km: float) -> Surroundings:
    """Nodes within a radius of each disc's middle.

    Args:
        coordinates: Middles, shape (m, 2), degrees.
        radius_km: Shape (m,).
        spacing_km: Of the nodes.
    """
    step = spacing_km / KM_PER_DEG
    ids, discs = [np.empty(0, np.int64)], [np.empty(0, np.intp)]
    reach = np.ceil(radius_km / spacing_km).astype(int)
    for steps in np.unique(reach):
        own = np.flatnonzero(reach == steps)
        offsets = np.arange(-steps, steps + 1)
        north, east = np.meshgrid(offsets, offsets, indexing="ij")
        inside = north**2 + east**2 <= (steps + 0.5) ** 2
        north, east = north[inside], east[inside]
        rows = np.rint(coordinates[own, 0] / step).astype(np.int64)[:, None] + north
        width = _columns(rows, step)
        column = np.rint((coordinates[own, 1:] + 180) / 360 * width).astype(np.int64) + east
        fits = (np.abs(rows) * step <= 90 + step / 2) & (2 * np.abs(east) <= width)
        ids.append(((rows + ROWS_BELOW) * COLUMNS + column % width)[fits])
        discs.append(np.broadcast_to(own[:, None], fits.shape)[fits])
    unique, node = np.unique(np.concatenate(ids), return_inverse=True)
    lattice, disc = Lattice(spacing_km, unique), np.concatenate(discs)
    spots = unit_vectors(coordinates)[disc]
    cosine = np.einsum("ij,ij->i", lattice.xyz[node], spots)
    return Surroundings(lattice, node, disc, EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1)))


def distances_km(lattice: Lattice, coordinates: Coordinates) -> Floats:
    """From each node to each place; shape (nodes, places)."""
    cosine = lattice.xyz @ unit_vectors(coordinates).T
    km: Floats = EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1))
    return km


def gather(lattice: Lattice, excess: Floats, least: float, gallery: Gallery) -> tuple[Rows, Floats]:
    """Bring values at nodes to the gallery: each place has the mean over what it stands for.

    Args:
        lattice: Nodes.
        excess: By how much a likelihood is higher there than where no node is; shape (nodes,).
        least: What is less than this does not count.
        gallery: A node counts for the places that lie nearest to it: where places are dense,
            for all that have this node as their nearest, else for the one nearest place.

    Returns:
        Rows of the gallery, some more than once, and what is to be added to each.
    """
    kept = np.flatnonzero(excess > least)
    if not len(kept):
        return np.empty(0, np.intp), np.empty(0)
    order, sorted_ids = sort_by_node(gallery, lattice.spacing_km)
    starts = np.searchsorted(sorted_ids, lattice.ids[kept])
    counts = np.searchsorted(sorted_ids, lattice.ids[kept], side="right") - starts
    held = np.repeat(starts, counts) + np.arange(counts.sum())
    held -= np.repeat(np.cumsum(counts) - counts, counts)
    lonely = kept[counts == 0]
    chord, nearest = gallery.tree.query(lattice.xyz[lonely])
    area = area_km2(gallery)
    # A region's border is no place for what lies beyond it.
    near = chord * EARTH_RADIUS_KM <= 1.5 * np.sqrt(area[nearest]) + lattice.spacing_km
    rows = np.concatenate([order[held], nearest[near]])
    nodes = np.concatenate([np.repeat(kept, counts), lonely[near]])
    share = np.minimum(lattice.spacing_km**2 / area[rows], 1.0)
    return rows, excess[nodes] * share


_node_orders: weakref.WeakKeyDictionary[
    Gallery, dict[float, tuple[NDArray[np.int32], NDArray[np.int64]]]
]
_node_orders = weakref.WeakKeyDictionary()
_areas: weakref.WeakKeyDictionary[Gallery, Floats] = weakref.WeakKeyDictionary()


def sort_by_node(
    gallery: Gallery, spacing_km: float
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The gallery's rows sorted by their nearest node, and these nodes; kept for each spacing."""
    known = _node_orders.setdefault(gallery, {})
    if spacing_km not in known:
        step = spacing_km / KM_PER_DEG
        rows = np.rint(gallery.coordinates[:, 0] / step).astype(np.int64)
        width = _columns(rows, step)
        column = np.rint((gallery.coordinates[:, 1] + 180) / 360 * width).astype(np.int64) % width
        ids = (rows + ROWS_BELOW) * COLUMNS + column
        order = np.argsort(ids, kind="stable").astype(np.int32)
        known[spacing_km] = order, ids[order]
    return known[spacing_km]


def area_km2(gallery: Gallery) -> Floats:
    """The area that each place of a gallery stands for: its cell's, shared by the cell's places."""
    if gallery not in _areas:
        cells = gallery.cells
        held = np.bincount(cells.index, minlength=len(cells))
        _areas[gallery] = (cells.area_km2 / held)[cells.index]
    return _areas[gallery]


def _columns(rows: NDArray[np.int64], step: float) -> NDArray[np.int64]:
    """Nodes of each row, one at the least."""
    across = 360 / step * np.cos(np.radians(np.clip(rows * step, -90, 90)))
    columns: NDArray[np.int64] = np.maximum(np.rint(across), 1).astype(np.int64)
    return columns
