import json
import os
import shutil
import subprocess

import pytest
from safetensors import safe_open

from geomapclip import published
from geomapclip.errors import UnreachableError, WeightsError
from geomapclip.published import WHEELS, release_folder


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def no_network(monkeypatch):
    def fail(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "ERROR: no such host\n")

    monkeypatch.setattr(published.subprocess, "run", fail)


@pytest.mark.parametrize(
    ("name", "rows", "scale"), [("geoclip", 100_001, 39.69), ("geomapclip", 288_687, 78.94)]
)
def test_release_folder_is_in_geoclips_format(name, rows, scale):
    folder = release_folder(name)
    config = json.loads((folder / "config.json").read_text())
    assert (config["model_type"], config["format_version"]) == ("geoclip-geolocation", 1)
    assert config["sigma"] == [1, 16, 256]
    assert config["backbone"]["repo_id"] == "openai/clip-vit-large-patch14"
    assert len((folder / config["gallery_file"]).read_text().splitlines()) == rows
    with safe_open(folder / "model.safetensors", framework="pt") as file:
        assert len(file.keys()) == 3 * 9 + 4 + 1
        assert file.get_tensor("logit_scale").exp().item() == pytest.approx(scale, abs=0.01)


def test_fetched_once(monkeypatch):
    release_folder("geoclip")
    monkeypatch.setattr(published, "download", None)  # would fail if it were called
    assert release_folder("geoclip").is_dir()


def test_unreachable_says_what_to_do(empty_cache, no_network):
    with pytest.raises(UnreachableError) as caught:
        release_folder("geoclip")
    message = str(caught.value)
    assert "no such host" in message
    assert "pip download --no-deps geoclip==1.3.0" in message
    assert str(empty_cache) in message
    assert list(empty_cache.iterdir()) == []


def test_a_wheel_put_there_by_hand_is_checked(empty_cache, no_network):
    empty_cache.mkdir()
    (empty_cache / WHEELS["geoclip"].file).write_bytes(b"something else")
    with pytest.raises(WeightsError, match="SHA-256 must be 08a93791"):
        release_folder("geoclip")
    assert [path.name for path in empty_cache.iterdir()] == [WHEELS["geoclip"].file]


def test_a_kill_while_unpacking_leaves_nothing_half_there(empty_cache, monkeypatch):
    def killed(wheel, content, release):
        release.mkdir()
        (release / "config.json").write_text("{}")
        raise KeyboardInterrupt

    monkeypatch.setattr(published, "download", lambda wheel, folder: b"")
    monkeypatch.setattr(published, "_unpack", killed)
    with pytest.raises(KeyboardInterrupt):
        release_folder("geoclip")
    assert list(empty_cache.iterdir()) == []


def test_what_a_killed_process_left_is_swept_later(empty_cache, no_network):
    left = empty_cache / "geoclip-xyz.tmp"
    left.mkdir(parents=True)
    with pytest.raises(UnreachableError):
        release_folder("geoclip")
    assert left.exists()  # it may be another process at work
    os.utime(left, (0, 0))
    with pytest.raises(UnreachableError):
        release_folder("geoclip")
    assert not left.exists()


def test_two_processes_at_once(empty_cache, session_cache, monkeypatch):
    """The slower one takes what the faster one finished."""
    monkeypatch.setenv("GEOMAPCLIP_CACHE", session_cache)
    ready = release_folder("geoclip")
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(empty_cache))

    def other_is_faster(wheel, content, release):
        shutil.copytree(ready, release)
        shutil.copytree(ready, wheel.folder)

    monkeypatch.setattr(published, "download", lambda wheel, folder: b"")
    monkeypatch.setattr(published, "_unpack", other_is_faster)
    assert (release_folder("geoclip") / "config.json").is_file()
    assert [path.name for path in empty_cache.iterdir()] == ["geoclip-1.3.0"]


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(WeightsError, match="GEOMAPCLIP_CACHE"):
        release_folder("geoclip")
