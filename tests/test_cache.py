import errno

import numpy as np
import pytest

from geomapclip.cache import cache_folder, cached_array, content_key

ARRAY = np.arange(12, dtype=np.float32).reshape(3, 4)


class Builder:
    """Gives the array and counts how often it was asked."""

    def __init__(self):
        self.count = 0

    def __call__(self):
        self.count += 1
        return ARRAY


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_built_once_then_read(folder):
    build = Builder()
    for _ in range(3):
        np.testing.assert_array_equal(cached_array("test", "key", (3, 4), build), ARRAY)
    assert build.count == 1
    assert [path.name for path in folder.iterdir()] == ["test-key.safetensors"]


def test_another_key_is_another_array():
    build = Builder()
    cached_array("test", "one", (3, 4), build)
    cached_array("test", "two", (3, 4), build)
    assert build.count == 2


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "reshaped"])
def test_damage_is_noticed_and_mended(folder, damage):
    build = Builder()
    cached_array("test", "key", (3, 4), build)
    path = folder / "test-key.safetensors"
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[:-5])
    elif damage == "emptied":
        path.write_bytes(b"")
    elif damage == "flipped":
        content[-1] ^= 1
        path.write_bytes(content)
    shape = (4, 3) if damage == "reshaped" else (3, 4)
    cached_array("test", "key", shape, build)
    assert build.count == 2
    cached_array("test", "key", (3, 4), build)
    assert build.count == 2


def test_full_disk_costs_only_the_cache(folder, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("geomapclip.cache.save_file", full)
    with pytest.warns(RuntimeWarning, match="No space left on device.*GEOMAPCLIP_CACHE"):
        array = cached_array("test", "key", (3, 4), Builder())
    np.testing.assert_array_equal(array, ARRAY)
    assert list(folder.iterdir()) == []  # nothing half there


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(RuntimeWarning, match="could not be kept"):
        cached_array("test", "key", (3, 4), Builder())


def test_default_folder_is_the_platforms(monkeypatch):
    monkeypatch.delenv("GEOMAPCLIP_CACHE")
    assert cache_folder().name == "geomapclip"


def test_key_depends_on_every_part_and_its_border():
    keys = {content_key("a", "bc"), content_key("ab", "c"), content_key("abc"), content_key(b"abd")}
    assert len(keys) == 4
    assert content_key("abc") == content_key(memoryview(b"abc"))
