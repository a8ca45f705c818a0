"""Names to coordinates, offline: towns of GeoNames, countries of Natural Earth."""

from __future__ import annotations

import difflib
import re
from functools import cache

import numpy as np
import pandas as pd

from geomapclip.assets import asset
from geomapclip.countries import country_geometry, find_country, plain_name
from geomapclip.errors import InvalidArgumentError

LONGEST = 100  # characters of a name that is looked for
LARGE_TOWN = 50_000  # inhabitants; only such names are suggested in place of an unknown one

NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?\s*"
COORDINATES = re.compile(rf"\s*{NUMBER}([NS])?\s*[,; ]\s*{NUMBER}([EW])?\s*", re.IGNORECASE)


def read_place(text: object) -> tuple[float, float]:
    """Latitude and longitude from what somebody typed.

    Args:
        text: Coordinates in degrees, latitude first ("45.76, 4.84", "33.9 S, 18.4 E"), or the
            name of a town or country, with its region or country after a comma where there are
            several ("Springfield, Illinois").

    Raises:
        InvalidArgumentError: No text, coordinates out of range, or a name that is not known.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise InvalidArgumentError(
            "place", text, f"must be a name or coordinates of at most {LONGEST} characters"
        )
    match = COORDINATES.fullmatch(text)
    return _degrees(text, *match.groups()) if match else find_by_name(text)


def find_by_name(name: str) -> tuple[float, float]:
    """Coordinates of the largest town of that name, or a point inside a country.

    Args:
        name: As `read_place` takes it.

    Raises:
        InvalidArgumentError: No town and no country bears it; the message lists close names.
    """
    first, *wider = [part for part in map(plain_name, name.split(",")) if part] or [""]
    towns = _towns()
    if not wider:
        try:
            inside = country_geometry(name).representative_point()
            return float(inside.y), float(inside.x)
        except InvalidArgumentError:
            pass
    rows = towns.index.get_indexer_for([first])
    found = towns.iloc[rows[rows >= 0]]
    for part in wider:
        found = found[found["region_key"].eq(part) | found["country_code"].eq(_code(part))]
    if found.empty:
        raise InvalidArgumentError("place", name, _unknown(first))
    best = found.iloc[int(found["population"].to_numpy().argmax())]
    return float(best["latitude"]), float(best["longitude"])


def random_town(generator: np.random.Generator) -> tuple[float, float]:
    """Coordinates of a town, each of the 147,000 as likely as the next."""
    towns = _towns()
    row = towns.iloc[int(generator.integers(len(towns)))]
    return float(row["latitude"]), float(row["longitude"])


def _degrees(
    text: str, latitude: str, north: str | None, longitude: str, east: str | None
) -> tuple[float, float]:
    south, west = (north or "").upper() == "S", (east or "").upper() == "W"
    spot = (float(latitude) * (-1 if south else 1), float(longitude) * (-1 if west else 1))
    if abs(spot[0]) > 90 or abs(spot[1]) > 360:
        raise InvalidArgumentError(
            "place", text, "latitude comes first, in [-90, 90]; then longitude, in [-180, 180]"
        )
    return spot


def _code(name: str) -> str:
    try:
        return find_country(name)
    except InvalidArgumentError:
        return ""


def _unknown(key: str) -> str:
    towns = _towns()
    large = towns[towns["population"] >= LARGE_TOWN]
    close = difflib.get_close_matches(key, large.index.unique(), 3, 0.75)
    names = [str(large.loc[[each]]["name"].iloc[0]) for each in close]
    hint = f"; did you mean {' or '.join(names)}?" if names else ""
    return (
        "is no town of 1,000 inhabitants or more and no country that is known here; type its "
        f"name, or latitude and longitude in degrees such as 45.76, 4.84{hint}"
    )


@cache
def _towns() -> pd.DataFrame:
    """Towns, by their names as `plain_name` spells them."""
    columns = ["name", "region", "country_code", "latitude", "longitude", "population"]
    towns = pd.read_parquet(asset("places", "towns.parquet"), columns=columns)
    regions = {region: plain_name(region) for region in towns["region"].cat.categories}
    towns["region_key"] = towns["region"].astype(object).map(regions)
    towns["country_code"] = towns["country_code"].astype(object)
    towns.index = pd.Index([plain_name(name) for name in towns["name"]])
    return towns
