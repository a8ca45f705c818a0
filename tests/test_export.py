import io
import json
import re

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
from PIL import Image, ImageColor

from geomapclip import Estimate, Gallery, InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice, great_circle_km
from webapp.export import EXPORTS, overview, to_csv, to_geojson, to_html, to_kml, to_png
from webapp.legend import DARK, LIGHT, wrap
from webapp.locate import Located, present

LYON, PARIS, SUVA = (45.76, 4.84), (48.86, 2.35), (-18.14, 178.44)
GALLERY = Gallery("/srv/somebody/own places.csv", np.array([LYON, PARIS, SUVA]))
THUMBNAIL = "data:image/jpeg;base64,c2VjcmV0"


def answer(name="lyon.jpg", truth=PARIS, probability=(0.6, 0.3, 0.1), weights="geoclip"):
    estimate = Estimate(GALLERY, np.log(probability), weights)
    return present(Located(estimate, truth, THUMBNAIL, name), 3)


def around(latitude, longitude, width_km, **options):
    """The answer of a bell-shaped belief over an even lattice."""
    gallery = Gallery("lattice", fibonacci_lattice(20_000))
    km = great_circle_km(gallery.coordinates, (latitude, longitude))
    estimate = Estimate(gallery, -0.5 * (km / width_km) ** 2, "test")
    return present(Located(estimate, options.get("truth"), THUMBNAIL, "bell.jpg"), 3)


def table(export):
    return pd.read_csv(io.BytesIO(export.content), keep_default_na=False)


def picture(export):
    image = Image.open(io.BytesIO(export.content))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (1600, 900))
    assert not image.info
    return image


def share_of(image, colour):
    return float((np.asarray(image) == ImageColor.getrgb(colour)).all(axis=-1).mean())


def test_geojson_opens_with_geopandas():
    frame = geopandas.read_file(io.BytesIO(to_geojson([answer()]).content))
    assert frame.crs == "EPSG:4326"
    assert list(frame.kind) == ["candidate"] * 3 + ["region"] * 2 + ["truth"]
    assert set(frame.photo) == {"lyon.jpg"}
    best, half, truth = frame.iloc[0], frame.iloc[3], frame.iloc[5]
    assert (best.geometry.x, best.geometry.y) == (4.84, 45.76)
    assert (best["rank"], best.country_code, best.weights) == (1, "FR", "geoclip")
    assert best.place == "Lyon, Auvergne-Rhône-Alpes, France"
    assert best.probability == pytest.approx(0.6)
    assert best.km_to_truth == truth.km_to_best == pytest.approx(392, abs=2)
    assert frame.iloc[1].km_to_truth == 0
    assert (half.share, half.areas) == (0.5, 1)
    assert half.km2 == pytest.approx(86_800, rel=0.1)  # one H3 cell of resolution 2
    assert half.geometry.contains(best.geometry)
    assert frame.geometry.is_valid.all()


def test_geojson_rings_run_as_the_standard_wants():
    features = json.loads(to_geojson([answer()]).content)["features"]
    ring = np.array(features[3]["geometry"]["coordinates"][0][0])
    assert (ring[0] == ring[-1]).all()
    x, y = ring.T
    assert (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() > 0  # counterclockwise


@pytest.mark.parametrize("export", [to_geojson, to_kml])
def test_a_region_at_the_antimeridian_stays_on_its_two_sides(export, tmp_path):
    path = tmp_path / export([around(-17, 180, 500)]).name
    path.write_bytes(export([around(-17, 180, 500)]).content)
    frame = geopandas.read_file(path)
    regions = frame[frame.geometry.geom_type != "Point"].geometry
    assert len(regions) == 2
    assert regions.is_valid.all()
    for part in regions.explode():
        west, _, east, _ = part.bounds
        assert east - west < 20
        assert -180 <= west <= east <= 180


def test_csv_opens_with_pandas_and_has_a_row_for_each_candidate():
    export = to_csv([answer(), answer("second.jpg", truth=None)])
    rows = table(export)
    assert list(rows.photo) == ["lyon.jpg"] * 3 + ["second.jpg"] * 3
    assert list(rows["rank"]) == [1, 2, 3] * 2
    assert rows.probability[:3].tolist() == pytest.approx([0.6, 0.3, 0.1])
    assert (rows.latitude[2], rows.longitude[2]) == SUVA
    assert (float(rows.truth_latitude[0]), float(rows.truth_longitude[0])) == PARIS
    assert float(rows.km_to_truth[0]) == pytest.approx(392, abs=2)
    assert rows.km_to_truth[3] == rows.truth_latitude[3] == ""
    assert rows.km2_50[0] < rows.km2_90[0]
    assert export.content.startswith(b"\xef\xbb\xbf")  # Excel reads UTF-8 only with it


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", " =", "\t="])
def test_no_cell_of_the_csv_can_be_a_formula(start):
    name = f"{start}HYPERLINK(1).jpg"
    text = to_csv([answer(name, weights=name)]).content.decode("utf-8-sig")
    cells = text.replace("\r\n", ",").split(",")
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "＝", "-H"))]
    assert table(to_csv([answer(name)])).photo[0].startswith("'")
    assert "-18.14" in cells  # a number stays one


def test_kml_opens_with_gdal(tmp_path):
    export = to_kml([answer(), answer("second <&>.jpg"), answer()])
    path = tmp_path / export.name
    path.write_bytes(export.content)
    layers = [name for name, _ in pyogrio.list_layers(path)]
    assert layers == ["lyon.jpg", "second <&>.jpg", "lyon.jpg (3)"]
    frame = geopandas.read_file(path, layer="second <&>.jpg")
    assert list(frame.Name) == [
        "1. Lyon, Auvergne-Rhône-Alpes, France",
        "2. Paris, Île-de-France, France",
        "3. Suva, Central, Fiji",
        "50 % of the belief",
        "90 % of the belief",
        "Where the photo was made (EXIF)",
    ]
    assert (frame.geometry[0].x, frame.geometry[0].y) == (4.84, 45.76)
    assert frame.geometry[3].contains(frame.geometry[0])
    assert frame.geometry[5].y == PARIS[0]


def test_kml_has_a_style_for_each_kind_and_the_properties_as_data():
    text = to_kml([answer()]).content.decode()
    styles = set(re.findall(r'<Style id="(\w+)"', text))
    assert styles == set(re.findall(r"<styleUrl>#(\w+)<", text))
    assert re.search(r'<Data name="country_code">\s*<value>FR</value>', text)


def test_html_holds_the_map_and_asks_no_other_host():
    html = to_html([answer()]).content.decode()
    assert "Lyon, Auvergne-Rh" in html
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?https?:", html)


def test_html_and_picture_of_a_batch_show_the_best_place_of_each():
    batch = [answer(), answer("suva.jpg", probability=(0.1, 0.2, 0.7))]
    pins = overview(batch).photos
    assert [(pin.number, pin.label) for pin in pins] == [(1, "lyon.jpg"), (2, "suva.jpg")]
    assert (pins[1].latitude, pins[1].longitude) == SUVA
    assert pins[1].detail == "Suva, Central, Fiji, 70 %"
    html = to_html(batch).content.decode()
    assert "lyon.jpg" in html and "suva.jpg" in html
    assert share_of(picture(to_png(batch)), LIGHT.sea) > 0.3


def test_the_picture_shows_land_sea_pins_and_truth_light_and_dark():
    for dark, theme in ((False, LIGHT), (True, DARK)):
        image = picture(to_png([answer()], dark=dark))
        column, world = image.crop((0, 0, 420, 900)), image.crop((420, 0, 1600, 900))
        assert share_of(column, theme.paper) > 0.8
        assert share_of(world, theme.land) > 0.3
        assert 1e-4 < share_of(world, "#b4232f") < 0.01  # the best pin
        assert 2e-5 < share_of(world, theme.truth) < 0.01
    assert picture(to_png([answer()])).tobytes() == picture(to_png([answer()])).tobytes()


def test_the_picture_is_whole_at_the_antimeridian():
    image = np.asarray(picture(to_png([around(-17, 180, 500)])))[:, 420:]
    sea = (image == ImageColor.getrgb(LIGHT.sea)).all(axis=-1)
    # A belief of 500 km shown closely: heat reaches from the middle to both sides, no seam.
    middle = ~sea[450]
    assert middle[200:-200].all()
    columns = image[300:600].astype(int).mean(axis=(0, 2))
    assert np.abs(np.diff(columns)).max() < 40


def test_a_belief_all_over_the_world_is_drawn_soon():
    assert share_of(picture(to_png([around(20, 60, 6000)])), LIGHT.sea) < 0.1


def test_long_words_are_broken():
    lines = wrap("a " + "b" * 200, 14, 100)
    assert "".join(lines).replace(" ", "") == "a" + "b" * 200
    assert wrap("", 14, 100) == []


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_nothing_of_the_server_and_the_photo_goes_out(export):
    given = answer("/srv/uploads/abc/lyon.jpg", weights="/srv/weights/mine")
    content = export([given]).content
    for secret in (b"/srv", b"uploads", b"somebody", THUMBNAIL.encode(), b"c2VjcmV0"):
        assert secret not in content


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
@pytest.mark.parametrize(
    "name", ['a\x00b\x1b<&">.jpg', "\udcff.jpg", "日本.jpg", "x" * 300, ".jpg"]
)
def test_any_file_name_is_survived(export, name):
    made = export([answer(name)])
    assert re.fullmatch(r"[\w.-]{1,100}", made.name)
    assert not made.name.startswith((".", "-"))


def test_files_are_named_after_the_photo_or_their_number():
    assert to_csv([answer("../My photo (1).jpg")]).name == "My_photo_1-geomapclip.csv"
    assert to_kml([answer(), answer()]).name == "2-photos-geomapclip.kml"
    media_types = {name: export([answer()]).media_type for name, export in EXPORTS.items()}
    assert media_types == {
        "GeoJSON": "application/geo+json",
        "CSV": "text/csv",
        "KML": "application/vnd.google-earth.kml+xml",
        "HTML map": "text/html",
        "Picture": "image/png",
    }


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_nothing_to_export_is_said(export):
    with pytest.raises(InvalidArgumentError, match="at least one answer"):
        export([])
