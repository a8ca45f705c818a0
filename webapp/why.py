"""What hiding each patch of a picture did, drawn over the picture and told in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

import numpy as np

from geomapclip.occlusion import NEAR_KM
from geomapclip.places import find_places
from geomapclip.wording import percent
from webapp.patches import Canvas, Cell, Patch, factor

if TYPE_CHECKING:
    from PIL import Image

    from geomapclip.occlusion import Explanation

State = Literal["working", "done", "stopped"]

LONGEST = 420  # pixels of the drawn picture
MOST_ROWS = 5


@dataclass(frozen=True)
class Drawing:
    """What the tab shows: HTML."""

    progress: str
    sentence: str
    pictures: str
    table: str


def draw(image: Image.Image, explanation: Explanation, state: State) -> Drawing:
    """All that the tab shows of one picture.

    Args:
        image: As the visitor gave it, upright.
        explanation: What is known so far.
        state: Whether more is to come.
    """
    small = image.copy()
    small.thumbnail((LONGEST, LONGEST))
    cells = _cells(explanation)
    found = list(dict.fromkeys(patch for *_, patch in cells))
    found.sort(key=lambda patch: -abs(patch.log_change))
    canvas = Canvas(small)
    return Drawing(
        _progress(explanation, state),
        _sentence(explanation, found),
        canvas.figures(cells, found),
        canvas.table(found[:MOST_ROWS]) if found else "",
    )


def _cells(explanation: Explanation) -> list[Cell]:
    """The picture cut as its finest patches, each showing the smallest patch known there."""
    known: dict[tuple[int, int, int], tuple[float, float]] = {}
    drawn: list[tuple[int, int, tuple[int, int, int]]] = []
    finest = max(grid.side for grid in explanation.grids)
    for row, column in np.ndindex(finest, finest):
        for level in reversed(range(len(explanation.grids))):
            grid = explanation.grids[level]
            at = row * grid.side // finest, column * grid.side // finest
            if np.isfinite(grid.log_change[at]):
                known[level, *at] = tuple(grid.moved_to[at])
                drawn.append((row, column, (level, *at)))
                break
    if not known:
        return []
    names = dict(zip(known, find_places(list(known.values())), strict=True))
    patches: dict[tuple[int, int, int], Patch] = {}
    for key in known:
        level, row, column = key
        grid = explanation.grids[level]
        change, km = float(grid.log_change[row, column]), float(grid.moved_km[row, column])
        side = 1 / grid.side
        patches[key] = Patch(column * side, row * side, side, change, km, names[key].phrase())
    return [(column / finest, row / finest, 1 / finest, patches[key]) for row, column, key in drawn]


def _progress(explanation: Explanation, state: State) -> str:
    done, total = explanation.done, explanation.total
    words = {
        "working": f"{done} of {total} patches hidden",
        "done": f"All {total} patches were hidden, one at a time",
        "stopped": f"Stopped after {done} of {total} patches; what was found stays",
    }[state]
    bar = f'<progress max="{total}" value="{done}"></progress> ' if state == "working" else ""
    return f'<p class="hint">{bar}{words}.</p>'


def _sentence(explanation: Explanation, patches: list[Patch]) -> str:
    text = (
        f"The best place is {escape(explanation.best.place.phrase())}: within {NEAR_KM:.0f} km of "
        f"it lies {percent(explanation.belief)} of the belief."
    )
    speaking = [patch for patch in patches if patch.log_change < -0.005]
    if speaking:
        most = min(speaking, key=lambda patch: patch.log_change)
        text += (
            f" The patch that speaks for it most lies {_at(most.where)}: without it, that share "
            f"is {factor(most.log_change)}."
        )
    elif patches:
        text += " No single patch speaks for it."
    return f'<p class="sentence">{text}</p>'


def _at(where: str) -> str:
    return f"in the {where}" if where in ("middle",) else f"at the {where}"
