"""What the explorer knows and shows, on GeoCLIP's published location encoder."""

import base64
import io
import json
import re

import numpy as np
import pytest
import torch

from geomapclip import LocationEncoder
from geomapclip.errors import InvalidArgumentError
from geomapclip.explore import Explorer
from geomapclip.field import land_grid
from geomapclip.geodesy import great_circle_km
from geomapclip.place_embedding import ground_km
from webapp.explore import first_html, go_on, second_html, views
from webapp.explore_choice import (
    ALIKE,
    FALSE_COLOURS,
    GALLERY,
    LAND,
    NEAR,
    PLAIN,
    Asked,
    Pair,
    wrapped,
)
from webapp.explore_html import embedding_json, npy_bytes, similarity_json, snippet
from webapp.explorers import Explorers

LYON, TOKYO = (45.76, 4.84), (35.68, 139.69)


@pytest.fixture(scope="module")
def explorer(small_gallery):
    return Explorer("geoclip", LocationEncoder("geoclip"), small_gallery)


@pytest.fixture(scope="module")
def explorers(predictor):
    return Explorers(predictor)


@pytest.fixture
def small_land(monkeypatch):
    """A coarse grid instead of the 17,300 places, which take seconds to embed."""
    coarse = land_grid()[::40]
    monkeypatch.setattr("geomapclip.explore.land_grid", lambda: coarse)


def test_the_embedding_is_what_the_encoder_gives(explorer):
    with torch.inference_mode():
        published = explorer.encoder(torch.tensor([LYON]))[0].numpy()
    np.testing.assert_array_equal(explorer.describe(*LYON).vector, published)


def test_the_snippet_gives_the_same_numbers(explorer):
    place = explorer.describe(*LYON)
    names = {}
    exec(snippet("geoclip", place).replace("print", "str"), names)
    np.testing.assert_array_equal(names["embedding"], place.vector)
    np.testing.assert_array_equal(np.load(io.BytesIO(npy_bytes(place))), place.vector)


def test_the_nearest_in_the_embedding_is_the_place_itself(explorer, small_gallery):
    latitude, longitude = small_gallery.coordinates[123]
    near, far = explorer.neighbours(explorer.describe(latitude, longitude), 5, 0, 2000)
    assert near[0].km < 0.01
    assert near[0].cosine == pytest.approx(1, abs=1e-5)
    assert [each.cosine for each in near] == sorted((each.cosine for each in near), reverse=True)
    assert min(each.km for each in far) >= 2000
    spots = np.array([(each.latitude, each.longitude) for each in near])
    apart = great_circle_km(spots[:, None], spots[None])
    assert apart[np.triu_indices(5, 1)].min() >= 25


def test_only_land_where_only_land_is_asked_for(small_gallery):
    from geomapclip import Gallery

    mixed = Gallery("mixed", [[0.0, -30.0], [46.5, 8.0], [30.0, -140.0]])
    explorer = Explorer("geoclip", LocationEncoder("geoclip"), mixed)
    (found,) = explorer.neighbours(explorer.describe(0, -30), 3, 0, land_only=True)
    assert [(each.latitude, each.longitude) for each in found] == [(46.5, 8.0)]


def test_along_the_geodesic_from_a_place_to_the_other(explorer):
    a, b = explorer.describe(*LYON), explorer.describe(*TOKYO)
    profile = explorer.along(a, b)
    assert profile.km[0] == 0
    assert profile.km[-1] == pytest.approx(ground_km(a, b))
    np.testing.assert_allclose(profile.cosine[:, 0], 1, atol=1e-5)
    np.testing.assert_allclose(profile.cosine[:, -1], a.cosines(b), atol=1e-3)


def test_the_finest_scale_falls_first(explorer):
    a, b = explorer.describe(*LYON), explorer.describe(46.66, 4.84)  # 100 km to the north
    _, coarse, middle, fine = a.cosines(b)
    assert coarse > 0.99 > middle > 0.9 > fine


def test_around_a_place_the_middle_is_most_alike(explorer):
    a = explorer.describe(*LYON)
    cosine, (west, south, east, north) = explorer.around(a, 100, 9, 3)
    assert np.unravel_index(cosine.argmax(), cosine.shape) == (4, 4)
    assert cosine[4, 4] == pytest.approx(1, abs=1e-4)
    assert north - south == pytest.approx(0.9, abs=0.01)
    assert (east - west) * np.cos(np.radians(LYON[0])) == pytest.approx(0.9, abs=0.01)
    assert explorer.around(explorer.describe(0.0, 179.9), 100, 3)[1][2] > 180


def test_every_step_of_the_way(explorer):
    trace = explorer.trace(*LYON)
    assert (trace.x, trace.y) == pytest.approx((0.0229184, 0.3224982), abs=1e-6)
    phase = 2 * np.pi * trace.frequencies @ [trace.x, trace.y]
    np.testing.assert_allclose(trace.features[0, :256], np.cos(phase[0]), atol=1e-4)
    np.testing.assert_allclose(trace.features[1, 256:], np.sin(phase[1]), atol=1e-3)
    spread = trace.frequencies.std(axis=(1, 2))
    assert spread == pytest.approx([1, 16, 256], rel=0.1)


def test_random_weights_are_the_same_for_the_same_seed(small_gallery):
    one, two = (Explorer.untrained(small_gallery, 0).describe(*LYON) for _ in range(2))
    np.testing.assert_array_equal(one.vector, two.vector)


@pytest.mark.parametrize(
    ("given", "spot"),
    [
        ((10, 190), (10, -170)),
        ((10, -541), (10, 179)),
        ((95, 0), (90, 0)),
        ((-90.0, 180), (-90, -180)),
    ],
)
def test_clicks_past_180_are_wrapped_and_poles_clamped(given, spot):
    assert wrapped(*given) == spot


@pytest.mark.parametrize(
    "given", [("10", 0), (None, 0), (float("nan"), 0), (0, float("inf")), (True, 0), ([1], 2)]
)
def test_what_is_no_coordinate_is_refused(given):
    with pytest.raises(InvalidArgumentError):
        wrapped(*given)


@pytest.mark.parametrize(
    "posted",
    [
        ["/etc", "", ALIKE, "All", LAND],
        ["geoclip", "../x", ALIKE, "All", LAND],
        ["geoclip", "", "x", "All", LAND],
        ["geoclip", "", ALIKE, "σ 17", LAND],
        ["geoclip", "", ALIKE, "All", None],
        ["geoclip", "", ALIKE, ["All"], LAND],
        [{}, "", ALIKE, "All", LAND],
    ],
)
def test_whatever_a_stranger_posts_is_checked(posted, explorers):
    with pytest.raises(InvalidArgumentError):
        Asked.read(posted, explorers)
    with pytest.raises(InvalidArgumentError):
        Pair().put("C", LYON)


def test_only_folders_of_the_settings_can_be_explored(predictor, model, tmp_path):
    folder = tmp_path / "mine"
    model.save_pretrained(folder)
    explorers = Explorers(predictor, [str(folder)])
    assert explorers.names == ["geoclip", "geomapclip", "mine"]
    vector = explorers.get("mine").describe(*LYON).vector
    np.testing.assert_array_equal(vector, explorers.get("geoclip").describe(*LYON).vector)
    with pytest.raises(InvalidArgumentError):
        explorers.get(str(folder))


def test_the_panels_of_one_place_and_of_two(explorers):
    asked = Asked("geoclip")
    assert first_html(Pair(), asked, explorers) == ""
    assert second_html(Pair(LYON), asked, explorers) == ""
    first = first_html(Pair(LYON), asked, explorers)
    assert "Lyon, Auvergne-Rhône-Alpes, France" in first
    copied = re.search(r'data-copy="(\[.*?\])"', first).group(1)
    vector = explorers.get("geoclip").describe(*LYON).vector
    np.testing.assert_allclose(json.loads(copied), vector, atol=1e-8)
    address = re.search(r'download="\S+\.json" href="data:application/json;base64,(.*?)"', first)
    saved = json.loads(base64.b64decode(address.group(1)))
    assert sum(scale["share"] for scale in saved["scales"]) == pytest.approx(1, abs=1e-5)
    second = second_html(Pair(LYON, LYON), asked, explorers)
    assert second.count("<td>1.000</td>") == 4


def test_two_encoders_side_by_side(explorers):
    html = first_html(Pair(LYON), Asked("geoclip", "geomapclip"), explorers)
    assert html.count('class="facts"') == 2
    assert len(views(Pair(LYON), Asked("geoclip", "geomapclip", PLAIN), explorers)) == 2


@pytest.mark.parametrize("where", [LAND, GALLERY, NEAR])
def test_the_world_by_likeness(where, explorers, small_land):
    (view,) = views(Pair(LYON, TOKYO), Asked("geoclip", "", ALIKE, 1, where), explorers, where)
    assert [mark.name for mark in view.marks] == ["A", "B"]
    assert "σ 1 (geoclip)" in view.painted.title
    assert (view.focus is None) == (where != NEAR)
    assert views(Pair(), Asked("geoclip", "", ALIKE, 1, where), explorers)[0].painted is None


@pytest.mark.parametrize(
    ("colouring", "where"), [(ALIKE, LAND), (ALIKE, GALLERY), (FALSE_COLOURS, LAND)]
)
def test_a_sketch_of_the_world_comes_first(
    colouring, where, predictor, small_land, monkeypatch, tmp_path
):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))
    monkeypatch.setattr("geomapclip.growing_field.CHUNK_PLACES", 300)
    explorers = Explorers(predictor)
    pair, asked = Pair(LYON), Asked("geoclip", "", colouring, 0, where)
    (sketch,) = views(pair, asked, explorers)
    assert sketch.share == 0
    assert sketch.painted is not None
    shares = [go_on(pair, asked, explorers)]
    while shares[-1] < 1:
        shares.append(go_on(pair, asked, explorers))
    assert shares == sorted(set(shares))
    (whole,) = views(pair, asked, explorers)
    assert whole.to_json()["share"] == 1
    assert whole.painted.png != sketch.painted.png


def test_what_needs_no_embedded_world_is_whole_at_once(explorers):
    for pair, asked in (
        (Pair(), Asked("geoclip")),
        (Pair(LYON), Asked("geoclip", colouring=PLAIN)),
        (Pair(LYON), Asked("geoclip", where=NEAR)),
    ):
        assert go_on(pair, asked, explorers) == 1
        assert views(pair, asked, explorers)[0].share == 1


def test_plain_values_for_programs(explorers):
    explorer = explorers.get("geoclip")
    told = embedding_json("geoclip", explorer.sigma, explorer.describe(*LYON))
    assert len(told["embedding"]) == 512
    same = similarity_json(explorer, LYON, LYON)
    assert same["distance_km"] == 0
    assert same["cosine"] == pytest.approx(1)
    assert [each["sigma"] for each in same["scales"]] == [1, 16, 256]
