"""The command line, from pictures and from features; ten crops by hand."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from geomapclip.clip import CLIP_BACKBONE
from geomapclip.errors import DataError, WeightsError
from geomapclip.evaluate import main
from geomapclip.extraction import Extraction, Machine, extract_features
from geomapclip.features import read_features
from geomapclip.picture_embeddings import embed_features, embed_pictures
from geomapclip.weights import load_heads


@pytest.fixture(autouse=True, scope="module")
def few_rounds():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomapclip.metrics.ROUNDS", 20)
        yield


@pytest.fixture(scope="module")
def pictures(tmp_path_factory, photo):
    """A table of six pictures, one missing and one broken, and three places to look among."""
    folder = tmp_path_factory.mktemp("photos")
    rows = ["IMG_ID,LAT,LON"]
    for number, (latitude, longitude) in enumerate([(45.76, 4.84), (35.68, 139.69), (-12.0, -77)]):
        photo.rotate(40 * number).resize((90, 70)).save(folder / f"{number}.png")
        rows.append(f"{number}.png,{latitude},{longitude}")
    Image.new("RGB", (64, 64), "teal").save(folder / "3.png")
    (folder / "broken.png").write_bytes(b"no picture")
    rows += ["3.png,0,0", "missing.png,1,1", "broken.png,2,2"]
    (folder / "photos.csv").write_text("\n".join(rows))
    (folder / "towns.csv").write_text("lat,lon\n45.764,4.8357\n35.7,139.7\n-12.05,-77.04\n")
    return folder


@pytest.fixture
def run(tiny_clip, pictures, tmp_path, monkeypatch, capsys):
    """Run the command; give status, output, errors and the JSON that it wrote."""
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))

    def command(source, *arguments):
        options = ["--weights", "geoclip", "--gallery", pictures / "towns.csv", "--device", "cpu"]
        out = tmp_path / "out"
        status = main([str(one) for one in [source, *options, "--out", out, *arguments]])
        written = out / "evaluation.json"
        record = json.loads(written.read_text()) if written.is_file() else None
        return status, *capsys.readouterr(), record

    return command


def kept(model, pictures, folder, **settings):
    """Features of the pictures, as `python -m geomapclip.features` keeps them."""
    extract_features(
        pictures / "photos.csv", pictures, folder, model.image_encoder, CLIP_BACKBONE,
        Extraction(**settings), Machine(torch.device("cpu")),
    )  # fmt: skip
    return folder


def test_ten_crops_are_the_mean_of_the_logits_of_ten_views(model, pictures, photo, tmp_path):
    seen = embed_pictures(model, pictures / "photos.csv", pictures, tmp_path, ten_crop=True)
    assert list(seen.embeddings) == ["one crop", "ten crops"]
    image = Image.open(pictures / "1.png").convert("RGB")
    places = torch.tensor([[45.76, 4.84], [0.0, 0.0]])
    with torch.no_grad():
        logits = [model(view[None], places)[0] for view in model.image_encoder.ten_crop(image)]
        plain = model(model.image_encoder.preprocess(image)[None], places)[0]
        locations, scale = model.encode_location(places), model.logit_scale.exp()
    expected = {"one crop": plain, "ten crops": torch.stack(logits).mean(dim=0)}
    for views, found in seen.embeddings.items():
        assert found.shape == (4, 512)
        measured = scale * torch.tensor(found[1]) @ locations.T
        np.testing.assert_allclose(measured.detach(), expected[views], atol=1e-4)
    assert not np.allclose(*(found[1] for found in seen.embeddings.values()), atol=1e-3)


def test_features_give_what_the_pictures_give(model, pictures, tmp_path, monkeypatch):
    seen = embed_pictures(model, pictures / "photos.csv", pictures, tmp_path, ten_crop=True)
    monkeypatch.setattr("geomapclip.weights.load_clip", None)  # would fail if it were called
    for name, settings in {"one crop": {"views": 2}, "ten crops": {"ten_crop": True}}.items():
        features = read_features(kept(model, pictures, tmp_path / name, **settings))
        work = tmp_path / f"{name} work"
        work.mkdir()
        found = embed_features(load_heads("geoclip", features.width).image_head, features, work)
        assert list(found.embeddings) == [name]
        np.testing.assert_allclose(found.embeddings[name], seen.embeddings[name], atol=2e-3)
        np.testing.assert_array_equal(found.coordinates, seen.coordinates)
        assert {one.name for one in found.dropped} == {"missing.png", "broken.png"}


def test_from_pictures(run, pictures):
    status, output, errors, record = run(
        pictures / "photos.csv", "--pictures", pictures, "--ten-crop", "--beside", "YFCC4k"
    )
    assert (status, "Error" in errors) == (0, False)
    assert output.startswith("# geoclip on photos.csv\n\n4 pictures.")
    assert "2 were left out: missing.png" in output
    assert "broken.png" in output
    assert "| GeoCLIP, 2023 (YFCC4k) | 9.6 |" in output
    assert [result["views"] for result in record["results"]] == ["one crop", "ten crops"]
    assert record["results"][0]["distances"]["pictures"] == 4


def test_from_features_without_clip(run, model, pictures, tmp_path, monkeypatch):
    features = kept(model, pictures, tmp_path / "features")
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tmp_path / "nowhere"))
    status, output, _, record = run(features, "--beside", "none")
    assert (status, record["pictures"], record["published"]) == (0, 4, [])
    assert "Im2GPS3k" not in output


def test_a_leaky_gallery_is_told(run, pictures, tmp_path):
    leaky = tmp_path / "leaky.csv"
    leaky.write_text("lat,lon\n45.76,4.84\n35.68,139.69\n48.85,2.35\n")
    arguments = [pictures / "photos.csv", "--pictures", pictures, "--gallery", leaky]
    status, output, _, record = run(*arguments)
    assert status == 0
    assert "**The gallery holds the own coordinates of 2 of 4 pictures" in output
    assert [result["places"] for result in record["results"]] == [3, 1]


def test_what_cannot_be_measured_is_one_line(run, model, pictures, tmp_path):
    (tmp_path / "empty.csv").write_text("IMG_ID,LAT,LON\n")
    (tmp_path / "broken.csv").write_text("IMG_ID,LAT,LON\nbroken.png,1,1\nmissing.png,1,1\n")
    features = kept(model, pictures, tmp_path / "features")
    for source, arguments, part in [
        (tmp_path / "empty.csv", [], "at least one photo"),
        (tmp_path / "broken.csv", ["--pictures", pictures], "none can be read"),
        (tmp_path / "nothing.csv", [], "photos"),
        (features, ["--weights", "embedded"], "frozen tower"),
        (features, ["--gallery", "nowhere.csv"], "gallery"),
        (features, ["--device", "gpu"], "device"),
    ]:
        status, output, errors, record = run(source, *arguments)
        assert (status, output, record) == (2, "", None)
        assert errors.splitlines()[-1].startswith("Error: ")
        assert part in errors


def test_errors_are_ours(model, pictures, tmp_path):
    (tmp_path / "broken.csv").write_text("IMG_ID,LAT,LON\nbroken.png,1,1\n")
    with pytest.raises(DataError, match="none can be read"):
        embed_pictures(model, tmp_path / "broken.csv", pictures, tmp_path)
    with pytest.raises(WeightsError, match="shape"):
        load_heads("geoclip", 5)
