import numpy as np
import pytest
import torch

from geomapclip import embeddings
from geomapclip.embeddings import embed_gallery, progress_bar
from geomapclip.location_encoder import LocationEncoder

PLACES = np.array([[45.764, 4.8357], [-17.8, 179.99], [90.0, 0.0]])


@pytest.fixture
def encoder(monkeypatch, tmp_path):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))
    monkeypatch.setattr(embeddings, "KEEP_PLACES", 1)
    torch.manual_seed(0)
    return LocationEncoder(None)


def test_rows_have_length_one_and_follow_the_encoder(encoder):
    unit = embed_gallery(encoder, PLACES)
    plain = encoder(torch.tensor(PLACES).float())
    torch.testing.assert_close(unit, plain / plain.norm(dim=1, keepdim=True))


def test_chunks_make_no_difference(encoder, monkeypatch):
    monkeypatch.setattr(embeddings, "KEEP_PLACES", 100)
    whole = embed_gallery(encoder, PLACES)
    monkeypatch.setattr(embeddings, "CHUNK_PLACES", 2)
    torch.testing.assert_close(embed_gallery(encoder, PLACES), whole)


def test_progress_counts_the_places(encoder, monkeypatch):
    monkeypatch.setattr(embeddings, "CHUNK_PLACES", 2)
    seen = []
    embed_gallery(encoder, PLACES, lambda done, total: seen.append((done, total)))
    assert seen == [(2, 3), (3, 3)]


def test_second_time_comes_from_the_cache(encoder, tmp_path):
    first = embed_gallery(encoder, PLACES)
    assert len(list(tmp_path.glob("gallery-*.safetensors"))) == 1
    seen = []
    second = embed_gallery(encoder, PLACES, lambda *step: seen.append(step))
    assert seen == []
    assert torch.equal(first, second)


def test_other_weights_or_places_never_meet_an_old_embedding(encoder, tmp_path):
    embed_gallery(encoder, PLACES)
    embed_gallery(encoder, PLACES[:2])
    with torch.no_grad():
        encoder.branches[0].head[0].bias[0] += 1e-3
    changed = embed_gallery(encoder, PLACES)
    assert len(list(tmp_path.glob("gallery-*.safetensors"))) == 3
    plain = encoder(torch.tensor(PLACES).float())
    torch.testing.assert_close(changed, plain / plain.norm(dim=1, keepdim=True))


def test_small_galleries_are_not_kept(encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(embeddings, "KEEP_PLACES", 4)
    embed_gallery(encoder, PLACES)
    assert list(tmp_path.iterdir()) == []


def test_a_bar_comes_with_the_first_chunk_where_there_is_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress = progress_bar()
    assert capsys.readouterr().err == ""
    progress(50, 100)
    progress(100, 100)
    assert "Embedding the gallery: 100%" in capsys.readouterr().err
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    progress(10, 20)
    progress(20, 20)
    assert capsys.readouterr().err == ""
