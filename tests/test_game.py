import io
import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from PIL import ExifTags, Image

from geomapclip import Estimate, Gallery
from geomapclip.errors import ImageError, InvalidArgumentError
from geomapclip.image import exif_coordinates
from webapp.deck import (
    MOST_PICTURES,
    Deck,
    Picture,
    brought_deck,
    drawn_deck,
    folder_deck,
    shown_bytes,
)
from webapp.game import Game, new_game
from webapp.game import points as points_of
from webapp.game_page import (
    deck_html,
    open_view,
    picture_html,
    revealed_view,
    said_html,
    totals_html,
)

LYON, TOKYO = (45.764, 4.8357), (35.68, 139.69)
GABON, SUMATRA = (0.0, 10.0), (0.0, 100.0)  # a quarter of the equator apart: 10,018.75 km
SECRET = "secret-place"


def geotagged(path, latitude=45.764, longitude=4.8357):
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = SECRET
    exif[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (latitude, 0.0, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: (longitude, 0.0, 0.0),
    }
    xmp = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    image = Image.new("RGB", (1600, 900), "olive")
    image.save(path, exif=exif.tobytes(), comment=SECRET, xmp=xmp)
    return path


@pytest.fixture
def folder(tmp_path):
    geotagged(tmp_path / f"{SECRET}.jpg")
    Image.new("RGB", (40, 30)).save(tmp_path / "nowhere.png")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path


def picture(name, truth=LYON):
    return Picture(name, b"", truth)


def estimate():
    gallery = Gallery("two", np.array([LYON, TOKYO]))
    return Estimate(gallery, np.log([0.25, 0.75]), "a test")


@pytest.mark.parametrize(
    ("km", "points"),
    # 1492.7 ln 2 = 1034.66 km halve the points; 5000 / e = 1839.4.
    [(0, 5000), (1034.66, 2500), (1492.7, 1839), (2069.32, 1250), (20_015, 0)],
)
def test_the_score(km, points):
    assert points_of(km) == points


def test_a_game_from_the_first_guess_to_the_end():
    game = Game((picture("one", GABON), picture("two", SUMATRA)))
    assert game.open and not game.over
    assert game.advance() is game, "first guess"
    guessed = game.guess(GABON, SUMATRA)
    assert game.rounds == (), "the game before the guess stays as it was"
    assert not guessed.open and not guessed.over
    first = guessed.rounds[0]
    assert (first.guess_km, first.guess_points) == (0, 5000)
    assert first.model_km == pytest.approx(10_018.754, abs=0.001)
    assert first.model_points == 6  # 5000 exp(-6.712)
    assert guessed.guess(SUMATRA, SUMATRA) is guessed, "no second guess"
    second = guessed.advance()
    assert second.open and second.picture.name == "two"
    over = second.guess(SUMATRA, SUMATRA)
    assert over.over and over.advance() is over
    assert over.points == (10_000, 5_006)
    with pytest.raises(FrozenInstanceError):
        over.at = 0


def test_a_seed_deals_and_shuffles():
    deck = Deck(tuple(picture(str(number)) for number in range(20)))
    names = [each.name for each in new_game(deck, 1, 10).pictures]
    assert len(set(names)) == 10
    assert names == [each.name for each in new_game(deck, 1, 10).pictures]
    assert names != [each.name for each in new_game(deck, 2, 10).pictures]
    assert len(new_game(deck, 1, 99).pictures) == 20
    with pytest.raises(InvalidArgumentError, match="at least one"):
        new_game(Deck(()), 1)


def test_a_broken_picture_is_dropped_where_it_stands():
    game = Game((picture("one"), picture("two"), picture("three"))).guess(LYON, LYON).advance()
    assert game.drop().picture.name == "three"
    assert game.drop().drop().over
    assert Game((picture("one"),)).drop().picture is None


def test_the_drawn_maps():
    deck = drawn_deck()
    assert len(deck.pictures) == 20
    assert sum(each.source.stat().st_size for each in deck.pictures) < 600_000
    for each in deck.pictures:
        with Image.open(each.source) as image:
            assert not image.getexif()
        assert -90 < each.truth[0] < 90
        assert shown_bytes(each)[:2] == b"\xff\xd8"
    latitudes = [each.truth[0] for each in deck.pictures]
    assert min(latitudes) < -20 and max(latitudes) > 50


@pytest.mark.parametrize("deal", [folder_deck, lambda folder: brought_deck(folder.iterdir())])
def test_photos_without_a_place_are_named_and_counted(folder, deal):
    deck = deal(folder)
    assert [each.truth for each in deck.pictures] == [pytest.approx(LYON)]
    assert (deck.left_out, deck.unreadable) == (("nowhere.png",), ("notes.txt",))
    told = deck_html(deck)
    assert "1 picture with a known place" in told
    assert "1 (nowhere.png) was left out: no place" in told
    assert "1 (notes.txt) was left out: no readable picture" in told


def test_what_a_visitor_brings_outlives_its_file(folder):
    deck = brought_deck(folder.iterdir())
    (folder / f"{SECRET}.jpg").unlink()
    assert Image.open(io.BytesIO(shown_bytes(deck.pictures[0]))).size == (1280, 720)
    with pytest.raises(InvalidArgumentError, match=f"at most {MOST_PICTURES}"):
        brought_deck(["x.jpg"] * (MOST_PICTURES + 1))


def test_the_truth_does_not_leak_before_the_guess(folder):
    game = new_game(folder_deck(folder), 1)
    jpeg = shown_bytes(game.picture)
    assert exif_coordinates(game.picture.source) == pytest.approx(LYON)
    assert exif_coordinates(jpeg) is None
    assert SECRET.encode() not in jpeg
    assert b"Exif" not in jpeg and b"xmp" not in jpeg
    told = picture_html(game, jpeg) + json.dumps(open_view(game)) + totals_html(game)
    for secret in (SECRET, "45.7", "4.83", "Lyon"):
        assert secret not in told.replace(picture_html(game, jpeg).split('"')[5], "")
    assert open_view(game)["game"] == {"open": True, "more": False}


def test_a_photo_that_is_gone_is_named_without_its_folder(folder):
    deck = folder_deck(folder)
    (folder / f"{SECRET}.jpg").unlink()
    with pytest.raises(ImageError) as caught:
        shown_bytes(deck.pictures[0])
    assert str(folder) not in str(caught.value)
    with pytest.raises(InvalidArgumentError, match="must be a folder"):
        folder_deck(folder / "missing")


def test_after_the_guess_everything_is_told():
    game = Game((picture("<b>one</b>"), picture("two"))).guess(LYON, TOKYO)
    told = said_html(game, estimate())
    assert "near Lyon, France" in told and "&lt;b&gt;one" in told
    assert "You were 0 m off: <strong>5,000</strong>" in told
    assert "near Yoyogi, Japan" in told and "75 %" in told
    view = revealed_view(game, estimate())
    assert view["truth"]["label"] == "Where it is"
    assert (view["truth"]["latitude"], view["truth"]["longitude"]) == LYON
    assert [mark["name"] for mark in view["marks"]] == ["You"]
    assert view["game"] == {"open": False, "more": True}
    totals = totals_html(game)
    assert "5,000" in totals and "Lyon" in totals


@pytest.mark.parametrize(
    ("guess", "model", "end"),
    [(LYON, TOKYO, "you win"), (TOKYO, LYON, "the model wins"), (LYON, LYON, "a draw")],
)
def test_the_end(guess, model, end):
    game = Game((picture("one"),)).guess(guess, model)
    assert f"After 1 pictures you have {points_of(0) if guess == LYON else 7:,}" in said_html(
        game, estimate()
    )
    assert end in said_html(game, estimate())
