"""Names as keys, the gazetteer, and labels found among words."""

import numpy as np
import pytest
from drawn_names import small_gazetteer, word

from geomapclip.geodesy import great_circle_km
from geomapclip.lettering.gazetteer import KINDS, load_gazetteer
from geomapclip.lettering.labels import find_labels
from geomapclip.lettering.names import name_key, split_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("São Paulo", "SAO PAULO"),
        ("St. Louis", "Saint Louis"),
        ("ST LOUIS", "SAINTLOUIS"),
        ("N'Djamena", "N’Djaména"),
        ("Fort Worth", "Ft. Worth"),
        ("København", "KOBENHAVN"),
        ("江別市", "江別"),
        ("Stratford-upon-Avon", "Stratford upon Avon"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other) != ""


def test_vowels_that_are_characters_of_their_own_stay_with_their_word():
    for text in ("मुंबई", "กรุงเทพ", "القَاهِرَة", "Sa\u0303o"):
        assert split_words(text) == [(0, len(text))]
    assert name_key("القَاهِرَة") == name_key("القاهرة") == name_key("القـــاهرة")


@pytest.mark.parametrize("text", ["Москва", "القاهرة", "서울", "Αθήνα", "東京都", "กรุงเทพมหานคร"])
def test_words_of_any_script_become_labels(text):
    (label,) = find_labels([word(text)], load_gazetteer())
    assert label.text == text
    assert label.errors == 0


def test_what_is_no_letter_has_no_key():
    assert name_key("12 km² ★ 45°") == "km"
    assert name_key("- 3,5 %") == ""
    assert len(name_key("x" * 10_000)) <= 200


def test_words_of_a_line_are_told_apart_where_blanks_were_lost():
    text = "NamibiaBotswana N'Djamena 12 Long-Beach"
    words = [text[start:end] for start, end in split_words(text)]
    assert words == ["Namibia", "Botswana", "N'Djamena", "Long", "Beach"]


@pytest.mark.parametrize(
    ("name", "spot", "within_km", "kind"),
    [
        ("Reykjavík", (64.14, -21.94), 5, "town"),
        ("Deutschland", (51.1, 10.4), 450, "country"),
        ("Γερμανία", (51.1, 10.4), 450, "country"),
        ("日本海", (40.0, 134.0), 900, "sea"),
        ("Москва", (55.75, 37.62), 20, "town"),
        ("НИЖНИЙ НОВГОРОД", (56.33, 44.0), 20, "town"),
        ("القاهرة", (30.06, 31.25), 20, "town"),
        ("서울", (37.57, 126.98), 20, "town"),
        ("Αθήνα", (37.98, 23.72), 20, "town"),
        ("กรุงเทพมหานคร", (13.75, 100.5), 30, "town"),
        ("मुंबई", (19.07, 72.88), 30, "town"),
        ("ירושלים", (31.77, 35.22), 20, "town"),
        ("Россия", (61.0, 95.0), 2500, "country"),
        ("مصر", (26.6, 29.9), 500, "country"),
        ("Rhein", (50.0, 8.0), 400, "river"),
        ("Lake Victoria", (-1.0, 33.0), 100, "lake"),
        ("Texas", (31.5, -99.3), 600, "region"),
        ("TX", (31.5, -99.3), 600, "region"),
        ("Sizilien", (37.6, 14.1), 20, "island"),
        ("Himalaya", (28.5, 84.0), 20, "range"),
    ],
)
def test_the_gazetteer_knows_places_of_every_kind_in_many_languages(name, spot, within_km, kind):
    gazetteer = load_gazetteer()
    row = gazetteer.find(name_key(name))
    assert row is not None
    places = [p for p in gazetteer.places_of(row) if KINDS[gazetteer.kind[p]] == kind]
    discs = np.concatenate([np.arange(*gazetteer.place_starts[p : p + 2]) for p in places])
    assert great_circle_km(gazetteer.coordinates[discs], spot).min() < within_km


def test_a_name_has_all_the_places_that_bear_it():
    gazetteer = load_gazetteer()
    assert len(gazetteer.places_of(gazetteer.find("springfield"))) > 20
    assert gazetteer.find("nosuchplaceanywhere") is None


def test_letters_misread_are_forgiven_and_words_are_not():
    gazetteer = load_gazetteer()
    for read, meant in (("minneapolus", "minneapolis"), ("phiadelphia", "philadelphia")):
        assert meant in {gazetteer.keys[row] for row, _ in gazetteer.similar(read)}
    assert gazetteer.similar("place") == []  # no misread Blace
    assert gazetteer.similar("abc") == []
    assert gazetteer.similar("московa") == []


GAZETTEER = small_gazetteer(
    ("Long Beach", 33.8, -118.2),
    ("Beach", 46.9, -104.0),
    ("Sault Ste Marie", 46.5, -84.3),
    ("Northampton", 52.2, -0.9),
    ("North", 1.0, 1.0),
    ("Bolzano", 46.5, 11.35),
    ("Bozen", 46.5, 11.35),
)  # fmt: skip


def texts(*words):
    return sorted(label.key for label in find_labels(words, GAZETTEER))


def test_the_longest_name_of_a_line_wins():
    assert texts(word("• LONG BEACH 7")) == ["longbeach"]
    assert texts(word("Bolzano-Bozen")) == ["bolzano", "bozen"]


def test_two_lines_and_wide_letters_are_joined():
    assert texts(word("Sault Ste", y=100), word("Marie", y=118)) == ["saultstemarie"]
    assert texts(word("NORTH", x=100), word("AMPTON", x=190)) == ["northampton"]
    assert texts(word("NORTH", x=100), word("AMPTON", x=500)) == ["north"]


def test_a_name_within_a_line_has_its_part_of_the_box():
    (label,) = find_labels([word("12345 Bozen", x=110, width=110)], GAZETTEER)
    np.testing.assert_allclose(label.polygon[:, 0], [115, 165, 165, 115], atol=0.5)
    assert label.words == (0,)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "x" * 10_000, "word " * 2000, "مرحبا بالعالم", "שלום", "漢字かな", "\x00\ud800"],
)
def test_any_text_is_taken(text):
    assert find_labels([word(text)], GAZETTEER) == []
