"""The belief about a picture's place: probabilities over a gallery, and what they say."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geomapclip.countries import country_name
from geomapclip.errors import InvalidArgumentError
from geomapclip.gallery import Gallery
from geomapclip.geodesy import EARTH_RADIUS_KM
from geomapclip.lettering import Lettering
from geomapclip.places import Place, find_places
from geomapclip.regions import CredibleRegion as CredibleRegion

Confidence = Literal["high", "medium", "low"]

# Radii of the discs that the 50 % and the 90 % region may fill at the most, by the field's
# thresholds of "right region", "right country" and "right continent" (Im2GPS3k and its successors).
# Both count: half of a belief in one town says little while the rest lies all over the world.
CONFIDENCE_RADII_KM: dict[Confidence, tuple[float, float]] = {
    "high": (200, 750),
    "medium": (750, 2500),
}

AT_SEA = "at sea"  # what a share of the belief outside of all countries is called

MOST_LEADERS = 200  # places that `Estimate.top_k` merges others into before it ranks them
SORTED_AT_ONCE = 5_000  # of the most probable places; merging seldom wants more
LEAST_LEFT = 1e-6  # belief not yet merged that cannot matter any more


@dataclass(frozen=True)
class Candidate:
    """One of the best places.

    Attributes:
        rank: 1 for the best.
        latitude: Degrees.
        longitude: Degrees.
        probability: Of this place and the gallery's places merged into it.
        merged: How many places of the gallery that are, this one included.
        place: What lies there.
    """

    rank: int
    latitude: float
    longitude: float
    probability: float
    merged: int
    place: Place


@dataclass(frozen=True)
class CountryShare:
    """How much of the belief lies in a country; the seas have the code "" and a name."""

    country_code: str
    country: str
    probability: float


@dataclass(frozen=True, eq=False)
class Estimate:
    """A belief over a gallery.

    "Probability" is the softmax of the logits over the gallery's places: it sums to 1, it
    follows the gallery's density (many places in a city make the city likelier), and it is no
    more calibrated than the weights that gave the logits.

    Attributes:
        gallery: The n places.
        logits: Shape (n,), temperature included.
        weights: Name of the weights that answered.
        lettering: What was read in the picture and what it said; None where nobody looked. Its
            evidence is part of the logits.
    """

    gallery: Gallery
    logits: NDArray[np.float64]
    weights: str
    lettering: Lettering | None = None

    def __post_init__(self) -> None:
        logits = np.array(self.logits, dtype=np.float64)
        if logits.shape != (len(self.gallery),) or not np.isfinite(logits).all():
            raise InvalidArgumentError(
                "logits", logits.shape, f"must be {len(self.gallery)} finite numbers"
            )
        logits.flags.writeable = False
        object.__setattr__(self, "logits", logits)

    @cached_property
    def probability(self) -> NDArray[np.float64]:
        """Softmax of the logits, shape (n,)."""
        likelihood = np.exp(self.logits - self.logits.max())
        probability: NDArray[np.float64] = likelihood / likelihood.sum()
        probability.flags.writeable = False
        return probability

    def top_k(self, k: int = 5, merge_km: float = 25.0) -> list[Candidate]:
        """The best places, near-duplicates merged.

        The most probable place takes all places within ``merge_km`` that no better one has
        taken, and their probabilities; so on until the belief is spent, but for at most
        ``MOST_LEADERS`` places (k where that is more). The k that hold most come back, so a
        smaller k gives the start of the same list.

        Args:
            k: From 1 to the size of the gallery; fewer come back where merging leaves fewer.
            merge_km: Great-circle distance, 0 or more; 0 merges only what lies at one spot.
        """
        check_top_k(k, len(self.gallery))
        if not (math.isfinite(merge_km) and merge_km >= 0):
            raise InvalidArgumentError("merge_km", merge_km, "must be a distance of 0 km or more")
        if len(self._best.get(merge_km, ())) < k:
            self._best[merge_km] = self._merge(k, merge_km)
        return self._best[merge_km][:k]

    def _merge(self, k: int, merge_km: float) -> list[Candidate]:
        chord = 2 * math.sin(min(merge_km / EARTH_RADIUS_KM, math.pi) / 2) + 1e-9
        tree = self.gallery.tree
        taken, left = np.zeros(len(self.gallery), dtype=bool), 1.0
        found: list[tuple[float, int, int]] = []  # probability, place, number of merged places
        for best in self._falling():
            if taken[best]:
                continue
            near = np.array(tree.query_ball_point(tree.data[best], chord))
            near = near[~taken[near]]
            taken[near] = True
            held = float(self.probability[near].sum())
            found.append((held, int(best), len(near)))
            left -= held
            if len(found) >= max(k, MOST_LEADERS) or (left < LEAST_LEFT and len(found) >= k):
                break
        found = sorted(found, key=lambda entry: -entry[0])[:k]
        coordinates = self.gallery.coordinates[[place for _, place, _ in found]]
        return [
            Candidate(rank, float(spot[0]), float(spot[1]), probability, merged, place)
            for rank, ((probability, _, merged), spot, place) in enumerate(
                zip(found, coordinates, find_places(coordinates), strict=True), start=1
            )
        ]

    def _falling(self) -> Iterator[np.intp]:
        """Places by falling probability; few are asked for, so that not all need be sorted."""
        few = min(SORTED_AT_ONCE, len(self.gallery))
        threshold = np.partition(self.probability, -few)[-few]
        for rows in (self.probability >= threshold, self.probability < threshold):
            places = np.flatnonzero(rows)
            yield from places[np.argsort(-self.probability[places], kind="stable")]

    def cell_probability(self) -> NDArray[np.float64]:
        """Probability of each of the gallery's cells, shape (m,)."""
        return self._cell_probability

    def regions(self, *shares: float) -> list[CredibleRegion]:
        """The smallest areas that hold given shares of the belief, made of the gallery's cells.

        Args:
            shares: Each in (0, 1); 0.5 and 0.9 where none is given.
        """
        for share in shares:
            if not 0 < share < 1:
                raise InvalidArgumentError("shares", share, "must lie between 0 and 1")
        return [self._region(share) for share in shares or (0.5, 0.9)]

    def countries(self) -> list[CountryShare]:
        """How much of the belief lies in each country and at sea, most first."""
        codes, index = self.gallery.countries
        held = np.bincount(index, weights=self.probability)
        return [
            CountryShare(code := str(codes[row]), country_name(code) or AT_SEA, float(held[row]))
            for row in np.argsort(-held, kind="stable")
        ]

    def density_corrected(self) -> Estimate:
        """The belief as if the gallery covered its cells evenly.

        Each place's probability is divided by the number of places in its cell per km², so that
        a city with a thousand photographs counts no more than a village with one.
        """
        cells = self.gallery.cells
        density = np.bincount(cells.index, minlength=len(cells)) / cells.area_km2
        return replace(self, logits=self.logits - np.log(density[cells.index]))

    def with_lettering(self, lettering: Lettering, log_likelihood: NDArray[np.float64]) -> Estimate:
        """The belief with what is written added: from `lettering.understand`, shape (n,)."""
        return replace(self, logits=self.logits + log_likelihood, lettering=lettering)

    def with_temperature(self, temperature: float) -> Estimate:
        """The belief sharpened (below 1) or widened (above 1): logits / temperature."""
        if not (math.isfinite(temperature) and temperature > 0):
            raise InvalidArgumentError("temperature", temperature, "must be a number above 0")
        return replace(self, logits=self.logits / temperature)

    @property
    def confidence(self) -> Confidence:
        """How sure the belief is, in one word.

        ``high``: its 50 % region is no larger than a disc of 200 km radius (125,664 km²), and its
        90 % region no larger than one of 750 km (1,767,146 km²); ``medium``: no larger than discs
        of 750 and 2,500 km (19,634,954 km²); ``low``: larger.
        """
        area = self.gallery.cells.area_km2
        areas = [area[self.rows_holding(share)].sum() for share in (0.5, 0.9)]
        for word, radii in CONFIDENCE_RADII_KM.items():
            if all(held <= math.pi * km**2 for held, km in zip(areas, radii, strict=True)):
                return word
        return "low"

    def sentence(self) -> str:
        """The belief in words."""
        best = self.top_k(1)[0]
        region = self.regions(0.9)[0]
        where = "1 area" if region.areas == 1 else f"{region.areas} areas"
        return (
            f"Most likely {best.place.phrase()}. 90 % of the belief covers "
            f"{round_area(region.area_km2)} km² in {where}; confidence: {self.confidence}."
        )

    def _region(self, share: float) -> CredibleRegion:
        if share not in self._regions:
            cells, rows = self.gallery.cells, self.rows_holding(share)
            self._regions[share] = CredibleRegion(
                share=share,
                probability=float(self.cell_probability()[rows].sum()),
                area_km2=float(cells.area_km2[rows].sum()),
                geometry=cells.outline(rows),
            )
        return self._regions[share]

    @cached_property
    def _cell_probability(self) -> NDArray[np.float64]:
        cells = self.gallery.cells
        held = np.bincount(cells.index, weights=self.probability, minlength=len(cells))
        held.flags.writeable = False
        return held.astype(np.float64, copy=False)

    @cached_property
    def _best(self) -> dict[float, list[Candidate]]:
        """Best places already found, by ``merge_km``: sentence, table and map ask for the same."""
        return {}

    @cached_property
    def _regions(self) -> dict[float, CredibleRegion]:
        """Regions already outlined: sentence, table and map ask for the same."""
        return {}

    def rows_holding(self, share: float) -> NDArray[np.intp]:
        """Rows of the gallery's cells: the fewest that hold a share, densest first."""
        order, held = self._densest_first
        return order[: int(np.searchsorted(held, share)) + 1]

    @cached_property
    def _densest_first(self) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Cells by falling probability per km², and what the first 1, 2, ... of them hold."""
        probability = self.cell_probability()
        order = np.argsort(-probability / self.gallery.cells.area_km2, kind="stable")
        return order, np.cumsum(probability[order])


def check_top_k(top_k: int, size: int) -> None:
    """Raise unless ``top_k`` is a whole number from 1 to the size of the gallery."""
    whole = isinstance(top_k, int | np.integer) and not isinstance(top_k, bool)
    if not whole or not 1 <= top_k <= size:
        raise InvalidArgumentError(
            "top_k", top_k, f"must be a whole number from 1 to {size:,}, the size of the gallery"
        )


def round_area(area_km2: float) -> str:
    """An area to two digits: "41,000"."""
    digits = max(0, math.floor(math.log10(area_km2)) - 1) if area_km2 > 0 else 0
    return f"{round(area_km2, -digits):,.0f}"
