from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from geomapclip.errors import ImageError
from webapp.batch import MOST_PHOTOS, Batch
from webapp.locate import Seen


def seen(name="a.jpg") -> Seen:
    return Seen(name, None, "data:large", "data:small", np.zeros(512, np.float32), "geoclip")


def look(path: Path) -> Seen:
    if path.name.startswith("broken"):
        raise ImageError("photo", path.name, "is not a readable picture")
    return seen(path.name)


def test_photos_come_out_one_by_one_and_a_broken_one_fails_alone():
    batch = Batch()
    photos = batch.add(["/x/a.jpg", "/x/broken.jpg", "/x/c.jpg"])
    states = [[each.state for each in photos] for _ in batch.work(photos, look)]
    assert states == [
        ["done", "working", "waiting"],
        ["done", "failed", "working"],
        ["done", "failed", "done"],
    ]
    assert "broken.jpg" in photos[1].why
    assert [photo.number for photo in batch.done()] == [1, 3]


def test_stop_leaves_what_waits_and_keeps_what_is_done():
    batch = Batch()
    photos = batch.add([f"/x/{n}.jpg" for n in range(4)])
    for photo in batch.work(photos, look):
        if photo.number == 2:
            batch.halt()
    assert [photo.state for photo in photos] == ["done", "done", "stopped", "stopped"]
    later = batch.add(["/x/later.jpg"])
    assert [photo.state for photo in batch.work(later, look)] == ["done"]


def test_a_cleared_batch_is_empty_and_its_work_ends():
    batch = Batch()
    photos = batch.add(["/x/a.jpg", "/x/b.jpg"])
    batch.clear()
    assert [photo.state for photo in batch.work(photos, look)] == ["stopped", "stopped"]
    assert batch.to_json() == {"shown": None, "photos": []}


@pytest.mark.parametrize("number", [None, "1", 7, {}, [1]])
def test_a_number_from_the_browser_can_be_anything(number):
    batch = Batch()
    batch.add(["/x/a.jpg"])
    assert batch.find(number) is None


def test_the_strip_knows_names_and_states_but_no_folder():
    batch = Batch()
    list(batch.work(batch.add(["/secret/a.jpg"]), look))
    text = json.dumps(batch.to_json())
    assert "secret" not in text
    assert "data:large" not in text
    assert "data:small" in text


def test_the_oldest_photos_are_forgotten():
    batch = Batch()
    batch.add([f"/x/{n}.jpg" for n in range(MOST_PHOTOS + 5)])
    assert len(batch.photos) == MOST_PHOTOS
    assert batch.photos[0].number == 6


def test_the_files_of_photos_that_wait_stay_young(tmp_path):
    paths = [tmp_path / f"{n}.jpg" for n in range(3)]
    for path in paths:
        path.touch()
        os.utime(path, (1, 1))
    batch = Batch()
    work = batch.work(batch.add(list(map(str, paths))), look)
    next(work)
    assert all(path.stat().st_mtime > 1 for path in paths)
    for path in paths:
        os.utime(path, (1, 1))
    next(work)
    assert [path.stat().st_mtime > 1 for path in paths] == [False, True, True]
