from __future__ import annotations

import json

import pytest

from geomapclip.assets import asset
from geomapclip.errors import GeoMapCLIPError

MOST_OUTLINES = 700_000  # bytes that the offline map may weigh before compression


def test_an_asset_is_found_in_the_clone() -> None:
    assert asset("places", "towns.parquet").is_file()
    assert asset("outlines").is_dir()


def test_a_missing_asset_is_named() -> None:
    with pytest.raises(GeoMapCLIPError, match=r"places/none\.parquet.*missing"):
        asset("places", "none.parquet")


@pytest.mark.parametrize("name", ["land", "borders", "lakes"])
def test_outlines_are_geojson_with_longitude_first(name: str) -> None:
    collection = json.loads(asset("outlines", f"{name}.geojson").read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    for feature in collection["features"]:
        for line in feature["geometry"]["coordinates"]:
            points = line if name == "borders" else line[0]
            assert all(
                abs(longitude) <= 180 and abs(latitude) <= 90 for longitude, latitude in points
            )


def test_outlines_are_light() -> None:
    paths = asset("outlines").glob("*.geojson")
    assert sum(path.stat().st_size for path in paths) < MOST_OUTLINES


def test_each_asset_is_credited() -> None:
    credit = asset("CREDITS.md").read_text(encoding="utf-8")
    for folder in ("places", "outlines", "fonts"):
        for path in asset(folder).iterdir():
            assert f"`{folder}/{path.name}`" in credit
