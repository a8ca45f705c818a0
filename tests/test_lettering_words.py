"""The reader itself, the way through `Predictor.locate`, and what happens without a reader."""

import builtins
import json
import socket
import time

import drawn_names
import numpy as np
import pytest
from conftest import encoded
from drawn_names import CENTRE, TOWNS, mercator_pixels, word
from PIL import Image, ImageDraw, ImageFont

from geomapclip import fuse, map_extent, read_words
from geomapclip.assets import asset
from geomapclip.errors import ImageError, InvalidArgumentError, LetteringError
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering import describe_lettering, lettering_sentences, reading, words
from geomapclip.lettering.gazetteer import load_gazetteer


@pytest.fixture(scope="module")
def drawn_map():
    return drawn_names.drawn_map()


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_a_map_is_read_without_a_network(drawn_map, no_network):
    words._reader.cache_clear()
    found = {each.text: each for each in read_words(drawn_map)}
    assert set(found) == set(TOWNS)
    lyon = mercator_pixels([TOWNS["Lyon"]], CENTRE, 0.4, drawn_map.size)[0]
    np.testing.assert_allclose(found["Lyon"].polygon.mean(axis=0), lyon - [0, 14], atol=4)
    assert found["Lyon"].confidence > 0.9


def test_where_the_map_lies(drawn_map):
    extent = map_extent(drawn_map)
    assert great_circle_km(extent.centre, CENTRE) < 10
    assert extent.width_km == pytest.approx(640 * 0.4, rel=0.05)


def test_large_pictures_keep_their_pixels():
    large = Image.new("RGB", (4096, 900), "white")
    font = ImageFont.truetype(str(asset("fonts", "DejaVuSans.ttf")), 60)
    ImageDraw.Draw(large).text((3000, 150), "Grenoble", "black", font, anchor="mm")
    (found,) = read_words(large)
    assert found.text == "Grenoble"
    np.testing.assert_allclose(found.polygon.mean(axis=0), (3000, 150), atol=12)


def test_no_words(photo):
    assert read_words(photo) == []
    assert map_extent(photo) is None
    with pytest.raises(ImageError):
        read_words(b"no picture")


def test_a_photo_without_lettering_keeps_its_belief(predictor, photo):
    without, with_reading = (predictor.locate(photo, lettering=each) for each in (False, True))
    assert without.lettering is None
    assert with_reading.lettering.words == ()
    np.testing.assert_allclose(with_reading.probability, without.probability, rtol=0, atol=1e-6)


def without_lettering(kind):
    """A picture as a camera would take it, with nothing written: 400 x 300 pixels."""
    generator = np.random.default_rng(11)
    y, x = np.mgrid[0:300, 0:400]
    noise = generator.normal(0, 6, (300, 400, 1))
    if kind == "sky":
        grey = np.where(y < 170, 235 - y / 4, 90 + y / 5)
    elif kind == "hills":
        grey = 120 + 50 * np.sin(x / 47) * np.sin(y / 31 + x / 90)
    elif kind == "fence":
        grey = np.where(x % 24 < 6, 225, 80)
    elif kind == "windows":
        grey = np.where((x % 40 < 22) & (y % 50 < 30), 60, 170)
    else:
        grey = np.zeros((300, 400))
    image = Image.fromarray(np.clip(grey[..., None] + noise + (8, 0, -12), 0, 255).astype("uint8"))
    if kind == "leaves":
        draw = ImageDraw.Draw(image)
        for _ in range(300):
            left, top, size = *generator.uniform(0, 400, 2), generator.uniform(5, 30)
            green = tuple(generator.integers((20, 70, 10), (90, 190, 70)).tolist())
            draw.ellipse((left, top, left + size, top + 0.6 * size), green)
    return image


@pytest.mark.parametrize("kind", ["night", "sky", "hills", "fence", "windows", "leaves"])
def test_pictures_without_lettering_keep_their_belief(predictor, kind):
    picture = without_lettering(kind)
    without, with_reading = (predictor.locate(picture, lettering=each) for each in (False, True))
    assert with_reading.lettering.contributions == with_reading.lettering.cues == ()
    np.testing.assert_allclose(with_reading.probability, without.probability, rtol=0, atol=1e-6)


def test_a_map_moves_the_belief(predictor, drawn_map):
    estimate = predictor.locate(drawn_map, lettering=True)
    best = estimate.top_k(1)[0]
    assert great_circle_km((best.latitude, best.longitude), CENTRE) < 100
    counted = [said for said in estimate.lettering.contributions if said.probability > 0.5]
    assert len(counted) >= 4
    record = json.loads(json.dumps(describe_lettering(estimate.lettering)))
    assert record["map_extent"]["agreeing"] >= 4
    assert {name["text"] for name in record["names"]} == set(TOWNS)
    assert any("Lyon" in sentence for sentence in lettering_sentences(estimate.lettering))


def test_auto_is_off_with_clip_and_other_values_are_refused(predictor, photo):
    assert not predictor.reads_lettering("auto")
    assert predictor.locate(photo).lettering is None
    with pytest.raises(InvalidArgumentError, match="lettering"):
        predictor.locate(photo, lettering="yes")


def test_a_word_that_is_struck_out_does_not_count(predictor, photo):
    visual = predictor.locate(photo, lettering=False)
    pixels = mercator_pixels(list(TOWNS.values()), CENTRE, 0.4, (640, 480))
    read = [word(name, *spot) for name, spot in zip(TOWNS, pixels, strict=True)]
    every = range(len(read))
    none = predictor.with_lettering(visual, read, (640, 480), struck=every)
    np.testing.assert_array_equal(none.logits, visual.logits)
    most = predictor.with_lettering(visual, read, (640, 480), struck=[0])
    assert {label.words for label in most.lettering.labels} == {(n,) for n in every if n}
    assert len(most.lettering.words) == len(read)


def test_fused_beliefs_carry_no_ones_lettering(predictor, drawn_map):
    estimate = predictor.locate(drawn_map, lettering=True)
    assert fuse([estimate, estimate]).lettering is None


def test_without_the_reader_the_visual_belief_stands(predictor, photo, monkeypatch):
    real = builtins.__import__

    def missing(name, *rest, **named):
        if name == "rapidocr":
            raise ImportError(name)
        return real(name, *rest, **named)

    words._reader.cache_clear()
    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(LetteringError, match="pip install rapidocr"):
        read_words(photo)
    estimate = predictor.locate(photo, lettering=True)
    np.testing.assert_array_equal(estimate.logits, predictor.locate(photo, lettering=False).logits)
    assert estimate.lettering.notice.endswith("pip install rapidocr onnxruntime.")
    assert lettering_sentences(estimate.lettering) == [estimate.lettering.notice]


def test_a_reader_that_fails_leaves_the_visual_belief(predictor, photo, monkeypatch):
    def fails(_):
        raise MemoryError("no room")

    monkeypatch.setattr(words, "_reader", lambda: fails)
    estimate = predictor.locate(photo, lettering=True)
    assert "no room" in estimate.lettering.notice


def test_three_thousand_names_take_no_longer_than_a_look(small_gallery):
    keys = load_gazetteer().keys
    texts = [keys[row].title() for row in range(0, len(keys), len(keys) // 3000)][:3000]
    read = [word(text, x=40 * (n % 50), y=20 * (n // 50)) for n, text in enumerate(texts)]
    reading.understand(read[:3], (2048, 1300), small_gallery)
    started = time.process_time()
    lettering, log_likelihood = reading.understand(read, (2048, 1300), small_gallery)
    assert time.process_time() - started < 10  # half a second on a quiet machine
    assert len(lettering.labels) > 2000
    assert np.isfinite(log_likelihood).all()
    assert lettering.extent is None


def test_one_name_written_five_hundred_times(small_gallery):
    read = [word("Lyon", x=n % 600, y=n % 400) for n in range(500)]
    once = reading.understand(read[:1], (640, 480), small_gallery)[1]
    lettering, log_likelihood = reading.understand(read, (640, 480), small_gallery)
    np.testing.assert_allclose(log_likelihood, once, atol=1e-9)
    assert lettering.extent is None


def test_long_words_and_other_scripts_pass_through(small_gallery):
    read = [word("Lyon", x=n % 600, y=n % 400) for n in range(500)]
    read += [word("x" * 10_000), word("مدينة"), word("東京都", x=300), word("")]
    lettering, log_likelihood = reading.understand(read, (640, 480), small_gallery)
    assert log_likelihood.shape == (len(small_gallery),)
    assert np.isfinite(log_likelihood).all()
    assert sum(said.name.key == "lyon" for said in lettering.contributions) == 1
    assert lettering.extent is None


def test_the_command_line_tells_what_was_read(drawn_map, tmp_path, monkeypatch, capsys, predictor):
    from geomapclip import __main__ as command_line

    (tmp_path / "map.png").write_bytes(encoded(drawn_map, format="PNG"))
    monkeypatch.setattr(command_line, "_predictor", lambda options: predictor)
    arguments = ["locate", str(tmp_path / "map.png"), "--lettering", "on"]
    assert command_line.main(arguments) == 0
    assert "Read in the picture:" in capsys.readouterr().out
    assert command_line.main([*arguments, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["lettering"]["map_extent"]["agreeing"] >= 4
    assert command_line.main(["locate", str(tmp_path / "map.png"), "--json"]) == 0
    assert "lettering" not in json.loads(capsys.readouterr().out)
