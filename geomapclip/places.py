"""Coordinates to names: nearest town, country, sea.

Everything is answered from files in the assets folder; nothing is fetched. Towns are those of
GeoNames with 1,000 inhabitants or more, countries and seas those of Natural Earth at 1:50 million
(see assets/CREDITS.md). Country codes are ISO 3166-1 alpha-2, and XK for Kosovo.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geomapclip.assets import asset
from geomapclip.countries import country_name, country_table
from geomapclip.geodesy import EARTH_RADIUS_KM, Coordinates, check_coordinates, unit_vectors

# So close to a town, a place counts as in it, also beyond a coast that the outlines simplify away.
NEAR_KM = 50.0
# So close, the town knows the country better than a border drawn at 1:50 million. Of 87,389
# villages that the towns leave out, the two rules together name the country of 99.3 %; a radius
# of 2 km or more would do worse, and without it 557 of the towns would stand in the wrong country.
IN_TOWN_KM = 1.0
AT_ONCE = 65_536  # spots whose country is looked up together: each takes half a kilobyte meanwhile

Rows = NDArray[np.intp]  # row numbers of a table


@dataclass(frozen=True)
class Place:
    """A spot on Earth in words.

    Attributes:
        town: Nearest town; on land the nearest of the same country.
        region: First-level region of that town, "" where GeoNames has none.
        country: English name of the country of the spot, "" at sea.
        country_code: ISO 3166-1 alpha-2 of the country, "" at sea.
        distance_km: Great-circle distance to the town.
        sea: Name of the sea, "" on land.
        town_country: Country of the town; differs from ``country`` at sea and where nobody lives.
    """

    town: str
    region: str
    country: str
    country_code: str
    distance_km: float
    sea: str = ""
    town_country: str = ""

    def __str__(self) -> str:
        """Say "Lyon, Auvergne-Rhône-Alpes, France", with the distance where it is not near."""
        town_country = self.town_country or self.country
        parts = filter(None, [self.town, self.region, town_country])
        text = ", ".join(part for part, _ in groupby(parts))  # Luxembourg only once
        elsewhere = self.sea or (self.country if self.country != town_country else "")
        if not elsewhere and self.distance_km <= NEAR_KM:
            return text
        distance = f"{self.distance_km:,.0f} km from {text}"
        return f"{elsewhere}, {distance}" if elsewhere else distance

    def phrase(self) -> str:
        """Say where it is in a sentence: "near Lyon, France", "in the North Atlantic Ocean"."""
        if self.sea:
            return f"in the {self.sea}"
        if self.town_country not in ("", self.country):
            return f"in {self.country}"  # Antarctica, where no town of it is near
        near = "near" if self.distance_km <= NEAR_KM else f"{self.distance_km:,.0f} km from"
        return f"{near} {self.town}" + (f", {self.country}" if self.country != self.town else "")


def find_places(coordinates: ArrayLike) -> list[Place]:
    """Name places: nearest town, country or sea.

    Args:
        coordinates: Shape (n, 2) or (2,): latitude, longitude in degrees.

    Returns:
        One `Place` for each row.

    Raises:
        InvalidArgumentError: A coordinate is not finite or out of range.
    """
    spots = check_coordinates(coordinates)
    towns = _towns()
    rows, km = _nearest_towns(spots)
    codes = _codes(spots, rows, km)
    for code in np.unique(codes[(codes != "") & (codes != towns.codes[rows])]):
        if code in towns.codes:
            stray = np.flatnonzero((codes == code) & (towns.codes[rows] != code))
            rows[stray], km[stray] = _nearest_towns(spots[stray], str(code))
    seas = np.full(len(spots), "", dtype=object)
    seas[codes == ""] = _seas(spots[codes == ""])
    return [
        Place(town, region, country_name(code), code, distance, sea, country_name(home))
        for town, region, code, distance, sea, home in zip(
            towns.names.iloc[rows],
            towns.regions.iloc[rows],
            codes.tolist(),
            km.tolist(),
            seas,
            towns.codes[rows].tolist(),
            strict=True,
        )
    ]


def country_codes(coordinates: ArrayLike) -> NDArray[np.str_]:
    """ISO 3166-1 alpha-2 code of the country at each coordinate, "" at sea.

    The outline that holds the spot decides, save within `IN_TOWN_KM` of a town, whose country
    counts. Off every outline it is the country of a town within `NEAR_KM`: coasts, small islands.

    Args:
        coordinates: Shape (n, 2) or (2,): latitude, longitude in degrees.

    Returns:
        Shape (n,).

    Raises:
        InvalidArgumentError: A coordinate is not finite or out of range.
    """
    spots = check_coordinates(coordinates)
    parts = (spots[start : start + AT_ONCE] for start in range(0, len(spots), AT_ONCE))
    codes = [_codes(part, *_nearest_towns(part)) for part in parts]
    return np.concatenate([np.empty(0, dtype="U2"), *codes])


@dataclass(frozen=True)
class _Towns:
    names: pd.Series[str]
    regions: pd.Series[str]
    codes: NDArray[np.str_]
    coordinates: Coordinates


@cache
def _towns() -> _Towns:
    columns = ["name", "region", "country_code", "latitude", "longitude"]
    frame = pd.read_parquet(asset("places", "towns.parquet"), columns=columns)
    countries = frame["country_code"].cat
    return _Towns(
        names=frame["name"],
        regions=frame["region"],
        codes=countries.categories.to_numpy(dtype="U2")[countries.codes],
        coordinates=frame[["latitude", "longitude"]].to_numpy(dtype=np.float64),
    )


@cache
def _town_tree(code: str = "") -> tuple[Rows, cKDTree]:
    """Search tree over the towns of one country ("": of all) and their rows."""
    towns = _towns()
    rows = np.flatnonzero((towns.codes == code) | (code == ""))
    return rows, cKDTree(unit_vectors(towns.coordinates[rows]), balanced_tree=False)


@cache
def _sea_areas() -> gpd.GeoDataFrame:
    return gpd.read_parquet(asset("places", "seas.parquet"))


def _nearest_towns(spots: Coordinates, code: str = "") -> tuple[Rows, NDArray[np.float64]]:
    rows, tree = _town_tree(code)
    chord, found = tree.query(unit_vectors(spots))
    km = 2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1))
    return rows[found], km


def _codes(spots: Coordinates, rows: Rows, km: NDArray[np.float64]) -> NDArray[np.str_]:
    """Country at each spot, given its nearest town."""
    countries = country_table()
    town_codes = _towns().codes[rows]
    codes = np.where(km <= NEAR_KM, town_codes, "").astype("U2")
    open_country = np.flatnonzero(km > IN_TOWN_KM)
    outline, spot = _held(countries.geometry.to_numpy(), spots[open_country])
    codes[open_country[spot]] = countries.index.to_numpy(dtype="U2")[outline]
    return codes


def _seas(spots: Coordinates) -> NDArray[np.object_]:
    """Name of the sea at each spot, or of the nearest where the areas leave a gap."""
    areas = _sea_areas()
    shapes = areas.geometry.to_numpy()
    sea = np.full(len(spots), -1)
    area, spot = _held(shapes, spots)
    sea[spot] = area
    gap = np.flatnonzero(sea < 0)
    points = shapely.points(spots[gap][:, ::-1])
    sea[gap] = shapely.STRtree(shapes).query_nearest(points, all_matches=False)[1]
    names: NDArray[np.object_] = areas["name"].to_numpy(dtype=object)[sea]
    return names


def _held(shapes: NDArray[np.object_], spots: Coordinates) -> tuple[Rows, Rows]:
    """Pairs (shape, spot) where the spot lies in the shape or on its edge.

    The tree is over the spots, so that each shape is prepared once for all that it may hold, and
    nothing that threads share is changed.
    """
    points = np.asarray(shapely.points(spots[:, ::-1]), dtype=object)
    shape, spot = shapely.STRtree(points).query(shapes, predicate="intersects")
    return shape, spot
