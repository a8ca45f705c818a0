"""Rings and strokes in longitude and latitude, held so that a window of them is found fast.

Longitude comes first here, as in the files. A shape's longitude may be moved by whole turns to
fall into a window that crosses the antimeridian.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]  # (n, 2): longitude, latitude in degrees

LONGEST_STROKE = 48  # points: lines are kept in short strokes, so that few lie outside of a window
LONGEST_EDGE_DEG = 1.0  # longer straight edges would miss the curve that they stand for


@dataclass(frozen=True)
class Window:
    """A rectangle of longitude and latitude in degrees; east may be beyond 180.

    With ``around``, all longitudes are in view, as they are about a pole.
    """

    west: float
    south: float
    east: float
    north: float
    around: bool = False


@dataclass(frozen=True)
class Shapes:
    """Many rings or strokes in one array.

    Attributes:
        xy: Shape (n, 2), all points one after the other.
        starts: Shape (m + 1,); shape i is ``xy[starts[i]:starts[i + 1]]``.
        bounds: Shape (m, 4): west, south, east, north of each.
        tags: Shape (m,): number of the country, or Natural Earth's scale rank (0 is shown first).
        holes: Shape (m,): True for a ring that is cut out of the ring before it.
    """

    xy: Points
    starts: NDArray[np.int64]
    bounds: Points
    tags: NDArray[np.int64]
    holes: NDArray[np.bool_]

    @classmethod
    def gather(
        cls, parts: Sequence[Points], tags: Sequence[int], holes: Sequence[bool] | None = None
    ) -> Shapes:
        """Join parts, each of shape (n, 2), into one array."""
        lengths = np.array([len(part) for part in parts], dtype=np.int64)
        bounds = [np.concatenate([part.min(axis=0), part.max(axis=0)]) for part in parts]
        return cls(
            xy=np.concatenate([*parts, np.empty((0, 2))]),
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            bounds=np.array(bounds, dtype=np.float64).reshape(-1, 4),
            tags=np.array(tags, dtype=np.int64),
            holes=np.array([False] * len(parts) if holes is None else holes, dtype=np.bool_),
        )

    def __len__(self) -> int:
        """Number of shapes."""
        return len(self.tags)

    def find(self, window: Window, smallest: float = 0.0) -> list[tuple[int, int]]:
        """Shapes that reach into a window: pairs of index and turn, in the order of the file.

        The shape's longitude plus 360 times the turn lies in the window. Shapes that are
        narrower and lower than ``smallest`` degrees are left out.
        """
        west, south, east, north = self.bounds.T
        fits = (north >= window.south) & (south <= window.north)
        if smallest:
            fits &= (east - west >= smallest) | (north - south >= smallest)
        candidates = np.flatnonzero(fits)
        if window.around:
            return [(index, 0) for index in candidates.tolist()]
        found: list[tuple[int, int]] = []
        for turn in (-2, -1, 0, 1, 2):
            seen = east[candidates] + 360 * turn >= window.west
            seen &= west[candidates] + 360 * turn <= window.east
            found += [(index, turn) for index in candidates[seen].tolist()]
        return sorted(found)

    def part(self, index: int, turn: int = 0) -> Points:
        """Points of one shape, moved by whole turns."""
        piece = self.xy[self.starts[index] : self.starts[index + 1]]
        return piece + np.array([360.0 * turn, 0.0]) if turn else piece


def part_outlines(
    rings: Sequence[Points], tags: Sequence[int]
) -> tuple[list[Points], list[Points], set[tuple[int, int]]]:
    """Part all edges into coasts (of one ring) and borders (shared by two rings).

    World-atlas files are topological: neighbours share their points exactly. Edges along the
    antimeridian and the poles are cuts of the file, not outlines, and are left out.

    Returns:
        Coasts, borders, and the pairs of tags that share a border.
    """
    ring_of = np.concatenate([np.full(len(ring) - 1, i) for i, ring in enumerate(rings)])
    begin = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    both_ways = np.sort(np.stack([_keys(begin), _keys(end)], axis=1), axis=1)
    _, first, group, count = np.unique(
        both_ways, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    group = group.reshape(-1)
    cut = (_wrapped(begin[:, 0]) > 179.999) & (_wrapped(end[:, 0]) > 179.999)
    cut |= (np.abs(begin[:, 1]) > 89.9) | (np.abs(end[:, 1]) > 89.9)
    shared = count[group] > 1
    is_first = np.zeros(len(begin), dtype=np.bool_)
    is_first[first] = True
    tag_of = np.asarray(tags)[ring_of]
    neighbours = np.stack([tag_of[first[group]], tag_of], axis=1)[shared]
    pairs = {(int(a), int(b)) for a, b in np.unique(neighbours, axis=0) if a != b}
    coasts = _runs(begin, end, ring_of, ~shared & ~cut)
    return coasts, _runs(begin, end, ring_of, shared & is_first & ~cut), pairs


def _wrapped(longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees from the prime meridian, [0, 180]."""
    degrees: NDArray[np.float64] = np.abs((longitude + 180) % 360 - 180)
    return degrees


def _keys(points: Points) -> NDArray[np.int64]:
    """One whole number for each place, to a millionth of a degree."""
    x, y = np.round(points * 1e6).astype(np.int64).T
    keys: NDArray[np.int64] = x % 360_000_000 * 1_000_000_000 + y
    return keys


def unrolled(ring: Points) -> Points:
    """A ring whose longitude runs on beyond 180 degrees instead of jumping.

    World-atlas files hold such rings whole. A ring about a pole is closed along the pole.
    """
    longitude = np.unwrap(ring[:, 0], period=360)
    whole = np.column_stack([longitude, ring[:, 1]])
    if abs(longitude[-1] - longitude[0]) < 180:
        return whole
    pole = np.copysign(90.0, ring[:, 1].mean())
    return np.vstack([whole, [[longitude[-1], pole], [longitude[0], pole]], whole[:1]])


def _runs(
    begin: Points, end: Points, ring_of: NDArray[np.int64], keep: NDArray[np.bool_]
) -> list[Points]:
    """Join the kept edges that follow one another into lines."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return []
    breaks = np.flatnonzero((np.diff(kept) > 1) | (np.diff(ring_of[kept]) != 0)) + 1
    return [np.vstack([begin[run], end[run[-1:]]]) for run in np.split(kept, breaks)]


def strokes(lines: Iterable[Points], ranks: Iterable[int] | None = None) -> Shapes:
    """Cut lines into short strokes; the tag of each is the rank of its line."""
    parts, tags = [], []
    lines = list(lines)
    for line, rank in zip(lines, ranks or [0] * len(lines), strict=True):
        fine = densify(line, LONGEST_EDGE_DEG)
        for start in range(0, len(fine) - 1, LONGEST_STROKE):
            parts.append(fine[start : start + LONGEST_STROKE + 1])
            tags.append(rank)
    return Shapes.gather(parts, tags)


def densify(line: Points, longest: float) -> Points:
    """Add points along edges longer than ``longest`` degrees."""
    steps = np.diff(line, axis=0)
    pieces = np.maximum(1, np.ceil(np.abs(steps).max(axis=1, initial=0.0) / longest)).astype(int)
    if not len(pieces) or pieces.max() == 1:
        return line
    edge = np.repeat(np.arange(len(steps)), pieces)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    fine = line[edge] + steps[edge] * (nth / pieces[edge])[:, None]
    return np.vstack([fine, line[-1:]])


def different_colours(count: int, neighbours: set[tuple[int, int]]) -> NDArray[np.int64]:
    """Give each country the smallest number that none of its neighbours has."""
    beside: list[set[int]] = [set() for _ in range(count)]
    for first, second in neighbours:
        beside[first].add(second)
        beside[second].add(first)
    colours = np.full(count, -1, dtype=np.int64)
    for country in sorted(range(count), key=lambda i: -len(beside[i])):
        taken = {int(colours[other]) for other in beside[country]}
        colours[country] = next(c for c in range(count) if c not in taken)
    return colours
