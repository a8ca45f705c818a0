"""Countries: codes to names, names to codes and outlines.

Names are those of GeoNames, outlines those of Natural Earth at 1:50 million (see
assets/CREDITS.md). Country codes are ISO 3166-1 alpha-2, and XK for Kosovo.
"""

from __future__ import annotations

import difflib
import unicodedata
from functools import cache

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from geomapclip.assets import asset
from geomapclip.errors import InvalidArgumentError


def country_name(code: str) -> str:
    """English name of a country from its ISO 3166-1 alpha-2 code; "" (at sea) stays "".

    Raises:
        InvalidArgumentError: There is no such code.
    """
    names = _country_names()
    if code not in names:
        raise InvalidArgumentError(
            "code", code, 'must be an ISO 3166-1 code of two capital letters, such as "FR"'
        )
    return names[code]


def find_country(name_or_code: str) -> str:
    """ISO 3166-1 alpha-2 code of a country.

    Args:
        name_or_code: English or other common name, or ISO 3166-1 code of two or three letters;
            capitals, accents and punctuation do not matter.

    Raises:
        InvalidArgumentError: No country bears this name; the message lists the closest.
    """
    keys = _country_keys()
    key = plain_name(name_or_code) if isinstance(name_or_code, str) else ""
    if key not in keys:
        names = (country_name(keys[close]) for close in difflib.get_close_matches(key, keys, 5))
        closest = " or ".join(f'"{name}"' for name in dict.fromkeys(names))
        raise InvalidArgumentError(
            "country",
            name_or_code,
            'must be the English name or ISO 3166-1 code of a country, such as "France" or "FR"'
            + (f"; did you mean {closest}?" if closest else ""),
        )
    return keys[key]


def country_geometry(name_or_code: str) -> BaseGeometry:
    """Outline of a country, longitude first, cut at the antimeridian.

    Args:
        name_or_code: As `find_country` takes it.

    Raises:
        InvalidArgumentError: No country bears this name (the message lists the closest), or
            the country is too small for an outline at 1:50 million.
    """
    geometry: BaseGeometry | None = country_table().geometry[find_country(name_or_code)]
    if geometry is None:
        raise InvalidArgumentError(
            "country", name_or_code, "is too small to have an outline at 1:50 million"
        )
    return geometry


@cache
def country_table() -> gpd.GeoDataFrame:
    """Names and outlines, with the code as index."""
    return gpd.read_parquet(asset("places", "countries.parquet")).set_index("country_code")


@cache
def _country_names() -> dict[str, str]:
    countries = country_table()
    return {"": "", **dict(zip(countries.index, countries["name"], strict=True))}


@cache
def _country_keys() -> dict[str, str]:
    """Code of a country by each of its names and codes, as `plain_name` spells them."""
    countries = country_table()
    keys: dict[str, str] = {}
    # Later ones win: a code or main name is never lost to another country's lesser name.
    for code, names in zip(countries.index, countries["other_names"], strict=True):
        keys.update((plain_name(name), code) for name in names)
    for code, name in zip(countries.index, countries["name"], strict=True):
        keys.update({plain_name(name): code, plain_name(code): code})
    return keys


def plain_name(name: str) -> str:
    """Spell a name without accents, capitals, punctuation, blanks and leading "the"."""
    text = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ").strip()
    return "".join(letter for letter in text.removeprefix("the ") if letter.isalnum())
