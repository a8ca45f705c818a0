"""A field that grows: its sketch, its chunks, each place embedded once."""

import threading

import numpy as np
import pytest

from geomapclip import LocationEncoder
from geomapclip.field import embed_by_scale, land_grid
from geomapclip.growing_field import GrowingField


@pytest.fixture(scope="module")
def encoder():
    return LocationEncoder("geoclip").eval()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch, tmp_path):
    monkeypatch.setattr("geomapclip.growing_field.CHUNK_PLACES", 20)
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))


@pytest.fixture
def embedded(monkeypatch):
    """How many places were embedded, call by call."""
    counts = []

    def count(encoder, spots):
        counts.append(len(spots))
        return embed_by_scale(encoder, spots)

    monkeypatch.setattr("geomapclip.growing_field.embed_by_scale", count)
    return counts


SPOTS = land_grid()[::350]  # 50 places: three chunks


def test_a_sketch_first_and_all_places_in_the_end(encoder, embedded):
    told = []
    field = GrowingField(encoder, SPOTS, lambda done, total: told.append((done, total)))
    assert field.share == 0
    sketch = field.now
    np.testing.assert_array_equal(sketch.coordinates, SPOTS[::10])
    assert [field.go_on() for _ in range(4)] == [0.4, 0.8, 1, 1]
    whole = field.now
    assert whole is field.whole
    np.testing.assert_array_equal(whole.coordinates, SPOTS)
    np.testing.assert_allclose(whole.branches[:, ::10], sketch.branches, atol=1e-5)
    assert whole.sketch is sketch
    assert embedded == [5, 20, 20, 10]
    assert told == [(20, 50), (40, 50), (50, 50)]


def test_what_is_whole_is_kept_on_disk(encoder, embedded):
    first = GrowingField(encoder, SPOTS).whole
    embedded.clear()
    again = GrowingField(encoder, SPOTS)
    assert again.share == 1
    np.testing.assert_array_equal(again.now.branches, first.branches)
    np.testing.assert_array_equal(again.now.sketch.coordinates, SPOTS[::10])
    assert embedded == []


def test_few_places_need_no_sketch(encoder, embedded):
    field = GrowingField(encoder, SPOTS[:20])
    assert field.is_small
    assert len(field.now.coordinates) == 20
    assert embedded == [20]


def test_nothing_is_embedded_twice_whoever_asks(encoder, embedded):
    field = GrowingField(encoder, SPOTS)
    threads = [threading.Thread(target=lambda: field.whole) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(embedded) == [10, 20, 20]
