"""The lettering of a photo as the page keeps it: read once, weighed again, words struck out."""

from __future__ import annotations

import gc
import io
import json

import numpy as np
import pytest
from drawn_names import CENTRE, TOWNS, drawn_map, mercator_pixels, word
from PIL import Image

from geomapclip import Gallery
from geomapclip.errors import LetteringError
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering import reading as reading_module
from webapp import lettering
from webapp.answer import sentence_html
from webapp.batch import Batch
from webapp.choice import Choice
from webapp.export import EXPORTS, to_geojson
from webapp.lettering import PICTURE_BYTES, Reading, read, weigh, write_webp
from webapp.locate import Seen, believe, look, present
from webapp.models import Models
from webapp.result import to_result
from webapp.show import answer_album, answer_seen
from webapp.shown_words import shown_words
from webapp.writing import NOT_READ, NOTHING, SWITCHED_OFF, overlay_json, writing_json


def test_a_picture_that_no_quality_makes_small_loses_pixels():
    noise = Image.effect_noise((720, 720), 90).convert("RGB")
    content = write_webp(noise, PICTURE_BYTES)
    assert len(content) <= PICTURE_BYTES
    assert Image.open(io.BytesIO(content)).size == (360, 360)
    plain = Image.new("RGB", (720, 720), "white")
    assert Image.open(io.BytesIO(write_webp(plain, PICTURE_BYTES))).size == (720, 720)


def test_names_that_many_places_bear_have_fewer_places_the_more_names_there_are():
    gallery = Gallery("two", np.array([[45.0, 4.0], [10.0, -84.0]]))
    few = [word("San Jose", 20, 20 * row) for row in range(2)]
    many = [word("San Jose", 20, 20 * row) for row in range(200)]
    counts = [
        {len(each.places) for each in shown_words(Reading(tuple(words), (640, 4000)), gallery)}
        for words in (few, many)
    ]
    assert counts == [{12}, {3}]


@pytest.fixture(scope="module")
def towns():
    """The towns as if they had been read, and a word that is no name."""
    pixels = mercator_pixels(list(TOWNS.values()), CENTRE, 0.4, (640, 480))
    words = [word(name, *spot) for name, spot in zip(TOWNS, pixels, strict=True)]
    picture = write_webp(drawn_map(), PICTURE_BYTES)
    return Reading((*words, word("xyzzyq", 20, 20)), (640, 480), "", picture)


@pytest.fixture(scope="module")
def seen(predictor, towns):
    embedding = predictor.embed(drawn_map())
    return Seen("map.png", None, "data:large", "data:small", embedding, predictor.name, towns)


@pytest.fixture
def given(seen):
    batch = Batch()
    (given,) = batch.add(["/x/map.png"])
    given.seen = seen
    return given


def test_words_are_boxed_in_shares_of_the_picture_those_that_count_first(towns, small_gallery):
    shown = shown_words(towns, small_gallery)
    assert {each.text for each in shown} == {*TOWNS, "xyzzyq"}
    assert shown[-1].text == "xyzzyq"
    assert shown[-1].places == ()
    assert [each.nats for each in shown] == sorted((each.nats for each in shown), reverse=True)
    lyon = next(each for each in shown if each.text == "Lyon")
    assert great_circle_km(lyon.places[0][:2], TOWNS["Lyon"]) < 10
    assert lyon.nats > 0
    x, y = mercator_pixels([TOWNS["Lyon"]], CENTRE, 0.4, (640, 480))[0]
    assert np.mean(lyon.polygons[0], axis=0) == pytest.approx((x / 640, y / 480), abs=1e-3)
    valence = next(each for each in shown if each.text == "Valence")
    assert valence.count == len(valence.places) or valence.count > len(valence.places) > 10
    assert valence.spread_km > 300


def test_words_of_one_name_are_one_box(small_gallery):
    reading = Reading((word("New", 100), word("York", 190), word("Boston", 300, 30)), (640, 480))
    assert [each.numbers for each in shown_words(reading, small_gallery)] == [(2,), (0, 1)] or {
        each.numbers for each in shown_words(reading, small_gallery)
    } == {(0, 1), (2,)}


def test_what_is_struck_out_counts_nothing_stays_in_its_place_and_comes_back(towns, small_gallery):
    before = shown_words(towns, small_gallery)
    out = frozenset(before[0].numbers)
    after = shown_words(towns, small_gallery, out)
    assert [each.numbers for each in after] == [each.numbers for each in before]
    assert after[0].struck and after[0].nats == 0
    assert {place[:2] for place in after[0].places} == {place[:2] for place in before[0].places}
    assert shown_words(towns, small_gallery) == before


def test_weighing_again_reads_nothing_again(predictor, seen, monkeypatch):
    lettering._kept.clear()
    asked = []
    real = reading_module.understand
    monkeypatch.setattr(lettering, "understand", lambda *given: asked.append(1) or real(*given))
    one = believe(seen, predictor, True)
    two = believe(seen, predictor, True)
    np.testing.assert_array_equal(one.estimate.logits, two.estimate.logits)
    assert len(asked) == 1
    own = predictor.estimate(seen.embedding)
    asked_of_it = predictor.with_lettering(own, seen.reading.words, seen.reading.size)
    np.testing.assert_allclose(one.estimate.logits, asked_of_it.logits)
    none = believe(seen, predictor, True, frozenset(range(6)))
    np.testing.assert_array_equal(none.estimate.logits, own.logits)
    np.testing.assert_array_equal(believe(seen, predictor, False).estimate.logits, own.logits)
    np.testing.assert_array_equal(believe(seen, predictor).estimate.logits, own.logits)  # CLIP


def test_what_is_cleared_is_forgotten_and_not_everything_is_kept(small_gallery):
    lettering._kept.clear()
    readings = [Reading((word("Lyon"),), (640, 480)) for _ in range(lettering.WEIGHED + 3)]
    for each in readings:
        weigh(each, small_gallery)
    assert len(lettering._kept) == lettering.WEIGHED
    del readings, each
    gc.collect()
    assert len(lettering._kept) == 0


def test_a_photo_is_read_where_that_is_wanted(predictor, tmp_path):
    drawn_map().save(tmp_path / "map.png")
    assert look(tmp_path / "map.png", predictor).reading is None
    found = look(tmp_path / "map.png", predictor, lettering=True).reading
    assert {each.text for each in found.words} == set(TOWNS)
    assert len(found.picture) <= PICTURE_BYTES
    assert Image.open(io.BytesIO(found.picture)).size == (640, 480)


def test_the_copy_of_a_picture_is_small_and_bears_no_exif(monkeypatch):
    noise = np.random.default_rng(1).integers(0, 256, (900, 1600, 3), np.uint8)
    image = Image.fromarray(noise)
    image.info["exif"] = b"Exif\0\0secret"
    monkeypatch.setattr(lettering, "read_lettering", lambda _: ((word("Lyon"),), (1600, 900), ""))
    copy = Image.open(io.BytesIO(read(image).picture))
    assert copy.size == (720, 405)
    assert not copy.getexif()
    plain = read(Image.new("RGB", (1600, 900), "navy"))
    assert len(plain.picture) < 2000


def test_a_reader_that_fails_leaves_the_visual_belief_and_says_so(
    predictor, photo_file, monkeypatch
):
    def fails(_):
        raise LetteringError("lettering", "rapidocr", "is not installed")

    monkeypatch.setattr(reading_module, "read_words", fails)
    seen = look(photo_file, predictor, lettering=True)
    located = believe(seen, predictor, True)
    np.testing.assert_array_equal(
        located.estimate.logits, predictor.estimate(seen.embedding).logits
    )
    answer = present(located, 2)
    assert sentence_html(answer, "").count("is not installed") == 1
    (given,) = Batch().add(["/x/a.jpg"])
    given.seen = seen
    assert "is not installed" in writing_json(given, Choice(lettering=True), predictor)["note"]
    assert to_result(answer).lettering.notice == answer.lettering.notice


def test_what_the_panel_says(predictor, given, seen):
    told = writing_json(given, Choice(lettering=True), predictor)
    assert json.loads(json.dumps(told))["words"][0]["nats"] > 0
    assert len(json.dumps(told)) < 120_000
    assert writing_json(given, Choice(lettering=False), predictor)["note"] == SWITCHED_OFF
    given.seen = Seen("a", None, "", "", seen.embedding, seen.weights, Reading((), (9, 9)))
    assert writing_json(given, Choice(lettering=True), predictor)["note"] == NOTHING
    given.seen = Seen("a", None, "", "", seen.embedding, seen.weights)
    assert writing_json(given, Choice(), predictor)["note"] == NOT_READ


@pytest.mark.parametrize("numbers", [None, "01", [1.0], [True], [-1], [6], [[0]], {"a": 1}])
def test_only_words_of_the_photo_can_be_struck_out(given, numbers):
    given.strike(numbers)
    assert given.struck == frozenset()


def test_a_struck_word_moves_belief_sentence_and_frame(predictor, given):
    models, choice = Models(predictor), Choice(top_k=2, lettering=True)
    answer = answer_seen(given.seen, choice, models, fly=True)
    best = answer.candidates[0]
    assert great_circle_km((best.latitude, best.longitude), CENTRE) < 100
    assert answer.view.footprint is not None
    assert {name.label for name in answer.view.names} == set(TOWNS)
    given.strike([0, 1, 2, 3, 4])
    without = answer_seen(given.seen, choice, models, fly=False, struck=given.struck)
    assert without.view.footprint is None
    assert without.view.names == ()
    assert without.candidates != answer.candidates
    assert overlay_json(given, choice, predictor) is None
    album = answer_album([given.seen] * 2, choice, models, fly=False, struck=[given.struck] * 2)
    assert album.lettering is None
    region = Choice(top_k=2, lettering=True, countries=("FR",))
    assert answer_seen(given.seen, region, models, fly=False).lettering is not None


def test_programs_and_files_get_words_and_frame_but_never_the_picture(predictor, given):
    answer = answer_seen(given.seen, Choice(lettering=True), Models(predictor), fly=False)
    found = to_result(answer).lettering
    assert {name.text for name in found.names} == set(TOWNS)
    assert found.map_extent.width_km == pytest.approx(256, rel=0.05)
    features = json.loads(to_geojson([answer]).content)["features"]
    kinds = [each["properties"]["kind"] for each in features]
    assert kinds.count("name") == 5
    (border,) = (each for each in features if each["properties"]["kind"] == "frame")
    assert border["geometry"]["type"] == "Polygon"
    assert border["properties"]["agreeing"] == 5
    secret = given.seen.reading.picture[40:80]
    for export in EXPORTS.values():
        assert secret not in export([answer]).content
    assert b"A map 2" in EXPORTS["HTML map"]([answer]).content
    assert b"Frame of the map" in EXPORTS["KML"]([answer]).content
