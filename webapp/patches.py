"""Figures of a picture whose patches were hidden: the same picture three times, and a table."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from html import escape

import numpy as np
from branca.colormap import linear
from PIL import Image

from geomapclip.occlusion import NEAR_KM
from geomapclip.wording import distance
from webapp.data_address import data_address

# Perceptually even and safe for the colour-blind: ColorBrewer's diverging scale for the belief,
# brown where hiding the patch weakens it and purple where it strengthens it; viridis for km.
CHANGE_COLOURS = linear.PuOr_11  # type: ignore[attr-defined]
MOVED_COLOURS = linear.viridis  # type: ignore[attr-defined]
OPACITY = (0.12, 0.82)  # of a patch that changes nothing, and of the one that changes most
LIMITS = (1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000)  # factors at which the colours may end
MOVED_KM = (NEAR_KM, 200, 750, 2500)  # the field's steps from city to continent
STAYS, FAR = "stays", "farther"
WORDS = (
    ("upper left", "top", "upper right"),
    ("left", "middle", "right"),
    ("lower left", "bottom", "lower right"),
)


@dataclass(frozen=True)
class Patch:
    """One hidden patch, in shares of the square that the encoder sees, and what hiding it did."""

    left: float
    top: float
    side: float
    log_change: float
    moved_km: float
    moved_to: str

    @property
    def where(self) -> str:
        """In words: "upper left"."""
        row, column = (min(2, int(3 * (edge + self.side / 2))) for edge in (self.top, self.left))
        return WORDS[row][column]

    @property
    def moved(self) -> str:
        """Where the best place goes, in words."""
        if self.moved_km < NEAR_KM:
            return STAYS
        return f"moves {distance(self.moved_km)}, {self.moved_to}"


Cell = tuple[float, float, float, Patch]  # left, top, side, and the smallest patch known there


def factor(log_change: float) -> str:
    """A change of a logarithm as a factor in words: "× 0.42", "unchanged"."""
    value = math.exp(log_change)
    if 0.995 < value < 1.005:
        return "unchanged"
    # The space does not break, so that a line never ends with the sign.
    return f"×\u00a0{float(f'{value:.2g}'):,g}" if value >= 0.001 else "×\u00a0under 0.001"


def change_limit(patches: list[Patch]) -> float:
    """The factor at which the colours end: the first of ``LIMITS`` that no patch exceeds."""
    most = max(abs(patch.log_change) for patch in patches)
    return next((limit for limit in LIMITS if math.log(limit) >= most), LIMITS[-1])


class Canvas:
    """One picture, drawn several times: its bytes are in the page once."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self.crop = min(picture.size)
        self.left, self.top = ((side - self.crop) / 2 for side in picture.size)

    def figures(self, cells: list[Cell], patches: list[Patch]) -> str:
        """What the encoder sees, and both measures once there are some."""
        width, height = self.picture.size
        picture = (
            f'<svg class="shared" aria-hidden="true"><defs><image id="why-picture" '
            f'width="{width}" height="{height}" href="{_address(self.picture)}"/></defs></svg>'
        )
        drawn = self._figure("What the encoder sees: the square. The rest is cut off.")
        if cells:
            limit = change_limit(patches)
            drawn += self._figure(
                "Belief in the best place, with the patch hidden",
                "".join(self._cell(cell, *_change_paint(cell[3], limit)) for cell in cells),
                _change_legend(limit),
            )
            drawn += self._figure(
                "How far the best place moves",
                "".join(self._cell(cell, *_moved_paint(cell[3])) for cell in cells),
                _moved_legend(),
            )
        return f'<div class="why">{picture}{drawn}</div>'

    def table(self, patches: list[Patch]) -> str:
        """The patches that change most, each with its piece of the picture: the figures' twin."""
        rows = "".join(
            f'<tr><td>{self._piece(patch)}</td><th scope="row">{patch.where}</th>'
            f"<td>{factor(patch.log_change)}</td><td>{escape(patch.moved)}</td></tr>"
            for patch in patches
        )
        return (
            '<table class="telling"><caption>What changes most when it is hidden</caption>'
            '<thead><tr><th scope="col">Patch</th><th scope="col" aria-label="Where">in the '
            'square</th><th scope="col">Belief</th><th scope="col">Best place</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )

    def _figure(self, title: str, cells: str = "", legend: str = "") -> str:
        width, height = self.picture.size
        left, top, crop = self.left, self.top, self.crop
        outside = f"M0 0H{width}V{height}H0Z M{left} {top}v{crop}h{crop}v-{crop}Z"
        style = ' class="grey"' if cells else ""
        return (
            f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
            f'<use href="#why-picture"{style}/>{cells}<path class="outside" d="{outside}"/>'
            f'<rect class="seen" x="{left}" y="{top}" width="{crop}" height="{crop}"/></svg>'
            f"<figcaption>{title}{legend}</figcaption></figure>"
        )

    def _cell(self, cell: Cell, colour: str, opacity: float) -> str:
        left, top, side, patch = cell
        said = f"{patch.where}: belief {factor(patch.log_change)}; best place {patch.moved}"
        return (
            f'<rect x="{self.left + left * self.crop:.2f}" y="{self.top + top * self.crop:.2f}" '
            f'width="{side * self.crop:.2f}" height="{side * self.crop:.2f}" fill="{colour}" '
            f'fill-opacity="{opacity:.2f}"><title>{escape(said)}</title></rect>'
        )

    def _piece(self, patch: Patch) -> str:
        x, y = self.left + patch.left * self.crop, self.top + patch.top * self.crop
        side = patch.side * self.crop
        return (
            f'<svg class="piece" viewBox="{x:.1f} {y:.1f} {side:.1f} {side:.1f}" '
            'aria-hidden="true"><use href="#why-picture"/></svg>'
        )


def _change_paint(patch: Patch, limit: float) -> tuple[str, float]:
    share = float(np.clip(patch.log_change / math.log(limit), -1, 1))
    colour: str = CHANGE_COLOURS.rgb_hex_str((share + 1) / 2)
    return colour, OPACITY[0] + (OPACITY[1] - OPACITY[0]) * abs(share)


def _moved_paint(patch: Patch) -> tuple[str, float]:
    step = sum(patch.moved_km >= km for km in MOVED_KM)
    return _moved_colour(step), OPACITY[1] if step else 0


def _moved_colour(step: int) -> str:
    """Of a step of ``MOVED_KM``; the best place that stays has none."""
    colour: str = MOVED_COLOURS.rgb_hex_str((step - 1) / (len(MOVED_KM) - 1))
    return colour if step else "none"


def _change_legend(limit: float) -> str:
    colours = ", ".join(CHANGE_COLOURS.rgb_hex_str(share) for share in np.linspace(0, 1, 11))
    return (
        f'<span class="scale" style="background:linear-gradient(to right, {colours})"></span>'
        f'<span class="ends"><span>÷ {limit:g}: it spoke for it</span><span>unchanged</span>'
        f"<span>× {limit:g}: against</span></span>"
    )


def _moved_legend() -> str:
    steps = [STAYS, *(f"< {km:,} km" for km in MOVED_KM[1:]), FAR]
    return (
        '<span class="steps">'
        + "".join(
            f'<span><i style="background:{_moved_colour(step)}"></i>{words}</span>'
            for step, words in enumerate(steps)
        )
        + "</span>"
    )


def _address(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return data_address(file.getvalue(), "image/jpeg")
