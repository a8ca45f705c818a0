"""What a visitor can choose, and what it does to a belief without asking the encoder again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely
from numpy.typing import NDArray

from geomapclip.countries import find_country
from geomapclip.errors import GalleryError, InvalidArgumentError
from geomapclip.estimate import Estimate
from geomapclip.gallery import NAMES as GALLERIES
from geomapclip.gallery import Box, Gallery, box_geometry
from webapp.settings import MAX_TOP_K

if TYPE_CHECKING:
    from geomapclip.predictor import Predictor, ReadLettering

WEIGHTS = ("geoclip", "geomapclip", "embedded")
TEMPERATURES = (0.25, 4)
LETTERING = {"auto": "auto", "on": True, "off": False}


@dataclass(frozen=True)
class Choice:
    """The page's controls.

    Attributes:
        top_k: Places shown; where fewer are left, all of these.
        countries: Names or ISO codes to look in; empty for the whole world.
        box: (west, south, east, north) in degrees to look in, or None.
        density: Whether the belief is corrected for the gallery's density.
        temperature: Above 0: below 1 sharpens, above 1 widens.
        ten_crop: Whether the next photos are looked at ten times.
        lettering: Whether the next photos are read, and whether what was read counts: see
            `Predictor.locate`.
        weights: Asked about the next photos; "" for those that the application started with.
        gallery: Name or file; "" for the one that the application started with.
    """

    top_k: int = 5
    countries: tuple[str, ...] = ()
    box: Box | None = None
    density: bool = False
    temperature: float = 1.0
    ten_crop: bool = False
    lettering: ReadLettering = "auto"
    weights: str = ""
    gallery: str = ""

    @classmethod
    def from_controls(cls, controls: Sequence[Any]) -> Choice:
        """Values as the page's controls give them.

        Args:
            controls: top-k, countries, box as text (`read_box`), density and temperature; then,
                where they are there, ten-crop, lettering (auto, on or off), weights, gallery by
                name, and a file of one's own, which counts before the name.

        Strangers can post anything; a name of weights or gallery must never become a path.

        Raises:
            InvalidArgumentError: A value of another kind, or out of range.
        """
        top_k, countries, box, density, temperature, *others = controls
        defaults = (False, "auto", "", "", None)
        ten_crop, lettering, weights, gallery, file = (*others, *defaults[len(others) :])[:5]
        names = countries or ()
        if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
            raise InvalidArgumentError("countries", names, "must be a list of names or ISO codes")
        return cls(
            top_k=int(_number("top_k", top_k, 1, MAX_TOP_K)),
            countries=tuple(names),
            box=read_box(box or ""),
            density=bool(density),
            temperature=_number("temperature", temperature, *TEMPERATURES),
            ten_crop=bool(ten_crop),
            lettering=cast(
                "ReadLettering", LETTERING[_one_of("lettering", lettering or "auto", LETTERING)]
            ),
            weights=_one_of("weights", weights or "", WEIGHTS),
            gallery=file or _one_of("gallery", gallery or "", GALLERIES),
        )

    def apply(self, estimate: Estimate) -> Estimate:
        """The belief as chosen: first the region, then density, then temperature."""
        if self.countries or self.box is not None:
            part, rows = _part(estimate.gallery, self.countries, self.box)
            estimate = Estimate(part, estimate.logits[rows], estimate.weights, estimate.lettering)
        if self.density:
            estimate = estimate.density_corrected()
        return estimate if self.temperature == 1 else estimate.with_temperature(self.temperature)

    def check(self, predictor: Predictor) -> None:
        """Refuse what cannot be applied, before a photo is looked at.

        Raises:
            GeoMapCLIPError: A region without a place of the gallery, an unknown country.
        """
        if self.countries or self.box is not None:
            _part(predictor.gallery, self.countries, self.box)


def read_box(text: str) -> Box | None:
    """A box from text: "west, south, east, north" in degrees; nothing gives None.

    Raises:
        InvalidArgumentError: Not four numbers, or out of range.
    """
    try:
        if not text.strip():
            return None
        west, south, east, north = (float(part) for part in text.replace(";", ",").split(","))
    except (ValueError, AttributeError) as error:
        raise InvalidArgumentError(
            "box", text, 'must be west, south, east, north in degrees, such as "-5, 42, 8, 51"'
        ) from error
    box_geometry((west, south, east, north))
    return west, south, east, north


def write_box(west: object, south: object, east: object, north: object) -> str:
    """Text for `read_box` of a box drawn on the map; the values can be anything.

    Raises:
        InvalidArgumentError: As `read_box`.
    """
    if not all(isinstance(side, int | float) for side in (west, south, east, north)):
        raise InvalidArgumentError("box", (west, south, east, north), "must be four numbers")
    text = f"{west:.3f}, {south:.3f}, {east:.3f}, {north:.3f}"
    read_box(text)
    return text


def _number(name: str, value: object, low: float, high: float) -> float:
    if isinstance(value, int | float) and low <= value <= high:
        return float(value)
    raise InvalidArgumentError(name, value, f"must be a number from {low} to {high}")


def _one_of(name: str, value: object, names: Collection[str]) -> str:
    if isinstance(value, str) and value in ("", *names):
        return value
    raise InvalidArgumentError(name, value, f"must be one of {', '.join(names)}")


@lru_cache(maxsize=8)
def _part(
    gallery: Gallery, countries: tuple[str, ...], box: Box | None
) -> tuple[Gallery, NDArray[np.intp]]:
    """The part of a gallery in any of the countries and in the box, and its rows."""
    inside = np.ones(len(gallery), dtype=bool)
    codes = sorted({find_country(name) for name in countries})
    if codes:
        inside &= np.isin(gallery.country_codes, codes)
    if box is not None:
        geometry = box_geometry(box)
        shapely.prepare(geometry)
        inside &= shapely.intersects_xy(geometry, *gallery.coordinates.T[::-1])
    label = ", ".join([*codes, *(["box"] if box is not None else [])])
    if not inside.any():
        raise GalleryError("region", label, f"holds no place of the gallery {gallery.name}")
    rows = np.flatnonzero(inside)
    return Gallery(f"{gallery.name} ({label})", gallery.coordinates[rows]), rows
