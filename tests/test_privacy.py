"""What becomes of a visitor's pictures: files go, and nothing of EXIF comes out but the place."""

from __future__ import annotations

import base64
import io
import json
import time
from pathlib import Path

import pytest
from browser import SECRET, careless
from gradio_client import Client, handle_file
from PIL import Image

from webapp.choice import Choice
from webapp.export import EXPORTS
from webapp.locate import look
from webapp.models import Models
from webapp.pieces import notice_html, privacy
from webapp.result import to_result
from webapp.settings import Settings
from webapp.show import answer_seen

KEEP_S, PATIENCE_S = 4, 60


@pytest.fixture(scope="module")
def seen(predictor, dozen):
    assert SECRET.encode() in dozen[0].read_bytes(), "the picture has something to hide"
    return look(dozen[0], predictor)


@pytest.fixture
def forgetful(predictor, tmp_path, monkeypatch):
    """The application with files that live shortly, and the folder that they lie in."""
    from webapp import ui

    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "served"))
    monkeypatch.setattr(ui, "CLEAR_EVERY_S", 1)
    settings = Settings(top_k=2, keep_uploads_s=KEEP_S)
    with careless():
        interface = ui.build_interface(predictor, settings)
        yield ui.launch(interface, settings, background=True), tmp_path / "served"
        interface.close(verbose=False)


def files_in(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'")
@pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")
def test_uploads_and_files_to_take_away_are_deleted(forgetful, dozen, tmp_path):
    address, folder = forgetful
    client = Client(address, verbose=False, download_files=tmp_path / "mine")
    client.predict(handle_file(dozen[0]), api_name="/locate")
    saved = client.predict([handle_file(dozen[1])], kind="CSV", api_name="/export")
    assert Path(saved).read_text("utf-8-sig").startswith("photo,")
    (folder / "tmpbroken").write_bytes(b"half a picture")  # as Gradio leaves it
    there = files_in(folder)
    assert any(name.endswith(".csv") for name in there)
    assert "01.jpg" in there
    until = time.monotonic() + PATIENCE_S
    while files_in(folder) and time.monotonic() < until:
        time.sleep(0.2)
    assert files_in(folder) == set()
    client.close()


def test_the_page_says_for_how_long_files_are_kept():
    assert "within 11 minutes" in notice_html(660)
    assert "within 2 minutes" in privacy(61)


def test_thumbnails_bear_no_exif(seen):
    for address in (seen.thumbnail, seen.icon):
        content = base64.b64decode(address.partition(",")[2])
        assert SECRET.encode() not in content
        image = Image.open(io.BytesIO(content))
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", EXPORTS)
def test_nothing_to_take_away_bears_the_photo_or_its_exif(seen, predictor, kind):
    answer = answer_seen(seen, Choice(top_k=2), Models(predictor), fly=False)
    content = EXPORTS[kind]([answer]).content
    assert SECRET.encode() not in content
    assert seen.thumbnail.partition(",")[2][:80].encode() not in content
    assert b"Exif\0" not in content and b"eXIf" not in content
    assert SECRET not in json.dumps(str(to_result(answer)))
