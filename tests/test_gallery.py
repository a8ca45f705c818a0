import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from geomapclip.errors import GalleryError, InvalidArgumentError
from geomapclip.gallery import Gallery, box_geometry, load_gallery
from geomapclip.geodesy import great_circle_km

LYON, SUVA, TAVEUNI = (45.764, 4.8357), (-18.1416, 178.4419), (-16.8, -179.95)


def test_published_galleries():
    photos, land = load_gallery("geoclip"), load_gallery("geomapclip")
    assert (len(photos), len(land)) == (100_000, 288_686)
    np.testing.assert_allclose(photos.coordinates[0], [-50.943392, -72.935664])
    assert len(np.unique(photos.coordinates, axis=0)) == 94_123  # others stand there twice or more


def test_world_covers_land_and_sea():
    world = load_gallery("world")
    assert len(world) == 120_000
    for spot in (LYON, SUVA, (0, -150), (90, 0), (-90, 0)):
        assert great_circle_km(world.coordinates, spot).min() < 50


def test_coordinates_are_a_copy_that_nobody_changes():
    coordinates = np.array([LYON, SUVA])
    gallery = Gallery("two", coordinates)
    coordinates[0] = 0
    assert gallery.coordinates[0].tolist() == list(LYON)
    with pytest.raises(ValueError, match="read-only"):
        gallery.coordinates[0] = 0


@pytest.mark.parametrize(
    "header", ["latitude,longitude", "LAT,LON", " lat , lng ", "name,y,x", "Lat,Long"]
)
def test_csv_with_each_spelling(tmp_path, header):
    path = tmp_path / "mine.csv"
    name = "home," if "name" in header else ""
    path.write_text(f"{header}\n{name}45.764,4.8357\n{name}-18.1416,178.4419\n")
    gallery = load_gallery(path)
    assert gallery.name == "mine"
    np.testing.assert_allclose(gallery.coordinates, [LYON, SUVA])


def test_parquet_geoparquet_geojson_and_geopackage(tmp_path):
    pd.DataFrame({"lat": [LYON[0]], "lon": [LYON[1]]}).to_parquet(tmp_path / "plain.parquet")
    points = geopandas.GeoSeries.from_xy([LYON[1]], [LYON[0]], crs="EPSG:4326")
    table = geopandas.GeoDataFrame(geometry=points)
    table.to_parquet(tmp_path / "geo.parquet")
    table.to_file(tmp_path / "geo.geojson")
    table.to_crs("EPSG:3857").to_file(tmp_path / "mercator.gpkg")
    for name in ("plain.parquet", "geo.parquet", "geo.geojson", "mercator.gpkg"):
        np.testing.assert_allclose(load_gallery(tmp_path / name).coordinates, [LYON], atol=1e-7)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("45,5\nnorth,6\n", r"row 2 of .*north.*1 of 2 rows are bad"),
        ("45,5\n45,\n", r"row 2 of .*nan"),
        ("45,5\n\n46,6\n", r"row 2 of "),
        ("45,5\n45,190\n", r"row 2 of .*190"),
        ("-122.3,47.6\n", r"row 1 of .*latitude and longitude look swapped"),
        ("", "at least one place"),
    ],
)
def test_a_bad_row_is_named_by_its_number(tmp_path, rows, message):
    path = tmp_path / "places.csv"
    path.write_text("latitude,longitude\n" + rows)
    with pytest.raises(GalleryError, match=message):
        load_gallery(path)


def test_what_is_no_gallery(tmp_path):
    (tmp_path / "a.csv").write_text("name,height\nx,1\n")
    with pytest.raises(GalleryError, match=r"'name', 'height'.*latitude, lat, y"):
        load_gallery(tmp_path / "a.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(GalleryError, match="is empty"):
        load_gallery(tmp_path / "empty.csv")
    (tmp_path / "b.geojson").write_text("no json")
    with pytest.raises(GalleryError, match="cannot be read as a .csv"):
        load_gallery(tmp_path / "b.geojson")
    (tmp_path / "c.parquet").write_bytes(b"no parquet")
    with pytest.raises(GalleryError, match="cannot be read"):
        load_gallery(tmp_path / "c.parquet")
    (tmp_path / "d.txt").write_text("x")
    with pytest.raises(GalleryError, match="must be a .csv"):
        load_gallery(tmp_path / "d.txt")
    with pytest.raises(GalleryError, match="geoclip, geomapclip, world, or a .csv"):
        load_gallery("mars")


def test_polygons_are_no_places(tmp_path):
    path = tmp_path / "areas.geojson"
    shapes = [shapely.Point(1, 2), shapely.box(0, 0, 1, 1)]
    geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_file(path, driver="GeoJSON")
    with pytest.raises(GalleryError, match=r"row 2 of .*'Polygon'.*must be a Point"):
        load_gallery(path)


def test_within_country_box_and_polygon():
    gallery = Gallery("three", np.array([LYON, SUVA, TAVEUNI]))
    assert gallery.within("France").coordinates.tolist() == [list(LYON)]
    assert gallery.within("FJI").coordinates.tolist() == [list(SUVA), list(TAVEUNI)]
    assert gallery.within((0, 40, 10, 50)).coordinates.tolist() == [list(LYON)]
    assert len(gallery.within((170, -20, -170, -10))) == 2  # across the antimeridian
    assert len(gallery.within(shapely.box(0, 40, 10, 50))) == 1
    assert gallery.within("France").name == "three (FR)"


def test_empty_and_impossible_regions():
    gallery = Gallery("one", np.array([LYON]))
    with pytest.raises(GalleryError, match="region = 'Japan'.*at least one place"):
        gallery.within("Japan")
    with pytest.raises(GalleryError, match="region"):
        gallery.within(shapely.Polygon())
    with pytest.raises(InvalidArgumentError, match="did you mean"):
        gallery.within("Frnace")
    for box in ((0, 50, 10, 40), (0, 40, 10), (0, 40, 10, 95), "nonsense box"):
        with pytest.raises(InvalidArgumentError):
            gallery.within(box)


def test_box_across_the_antimeridian_has_two_halves():
    assert box_geometry((170, -20, -170, -10)).area == pytest.approx(200)


def test_csv_comes_back_unchanged(tmp_path, small_gallery):
    path = tmp_path / "gallery.csv"
    path.write_text(small_gallery.to_csv())
    np.testing.assert_array_equal(load_gallery(path).coordinates, small_gallery.coordinates)


def test_no_gallery_without_places_or_with_a_bad_one():
    with pytest.raises(GalleryError, match="at least one place"):
        Gallery("none", np.empty((0, 2)))
    with pytest.raises(InvalidArgumentError, match=r"gallery mine\[0\]"):
        Gallery("mine", np.array([[100.0, 0]]))
