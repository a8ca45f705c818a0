import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import SafetensorError

from geomapclip import GeoMapCLIP
from geomapclip.errors import DataError, InvalidArgumentError
from geomapclip.extraction import Extraction, Machine, extract_features
from geomapclip.features import main, read_features

MACHINE = Machine(torch.device("cpu"), batch=4)
BACKBONE = {"repo_id": "a/b", "revision": None}


class MeanColour:
    """A tower that gives the mean of each channel, and remembers how often it was asked."""

    image_size = 8

    def __init__(self):
        self.pictures = 0

    def preprocess(self, image):
        pixels = np.asarray(image.resize((8, 8)), np.float32) / 255
        return torch.from_numpy(pixels).permute(2, 0, 1)

    def ten_crop(self, image):
        return self.preprocess(image).expand(10, -1, -1, -1)

    def features(self, pixels):
        self.pictures += len(pixels)
        return pixels.mean(dim=(2, 3))


@pytest.fixture
def source(tmp_path):
    """Ten pictures of growing red at places of their own, and two that are missing or broken."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = ["IMG_ID,LAT,LON"]
    for number in range(10):
        Image.new("RGB", (16, 12), (number * 20, 0, 51)).save(folder / f"{number}.png")
        rows.append(f"{number}.png,{number},{-number}")
    (folder / "broken.png").write_bytes(b"no picture")
    rows[4:4] = ["missing.png,1,1", "broken.png,2,2", "nowhere.png,,"]
    (tmp_path / "photos.csv").write_text("\n".join(rows))
    return tmp_path / "photos.csv"


def extract(source, out, tower=None, **settings):
    folder = source.parent / "pictures"
    options = Extraction(**{"rows": 5, **settings})
    extract_features(source, folder, out, tower or MeanColour(), BACKBONE, options, MACHINE)


def test_features_in_the_order_of_the_table(source, tmp_path):
    extract(source, tmp_path / "out")
    features = read_features(tmp_path / "out")
    assert (len(features), features.views, features.width, features.ten_crop) == (10, 1, 3, False)
    assert features.ids == tuple(f"{number}.png" for number in range(10))
    assert features.coordinates.tolist() == [[number, -number] for number in range(10)]
    expected = torch.tensor([[number * 20 / 255, 0, 0.2] for number in range(10)])
    index = np.array([9, 0, 4, 4])
    assert torch.allclose(features.rows(index)[:, 0], expected[index], atol=1e-3)
    batches = list(features.batches(2))
    assert torch.allclose(torch.cat([found for found, _ in batches])[:, 0], expected, atol=1e-3)
    assert np.concatenate([places for _, places in batches]).tolist() == (
        features.coordinates.tolist()
    )


def test_missing_and_broken_pictures_are_named(source, tmp_path):
    extract(source, tmp_path / "out")
    dropped = {one.name: one.reason for one in read_features(tmp_path / "out").dropped}
    assert sorted(dropped) == ["broken.png", "missing.png", "nowhere.png"]
    assert "does not exist" in dropped["missing.png"]
    assert "not a readable picture" in dropped["broken.png"]
    assert dropped["nowhere.png"] == "has no coordinates"


def test_the_first_view_is_plain_and_the_others_depend_on_the_seed(source, tmp_path):
    for name, settings in {"a": {}, "b": {}, "c": {"seed": 1}}.items():
        extract(source, tmp_path / name, views=3, **settings)
    a, b, c = (read_features(tmp_path / name).rows(np.arange(10)) for name in "abc")
    extract(source, tmp_path / "plain")
    plain = read_features(tmp_path / "plain").rows(np.arange(10))
    assert a.shape == (10, 3, 3)
    assert torch.equal(a[:, :1], plain)
    assert torch.equal(a, b)
    assert not torch.equal(a[:, 1:], c[:, 1:])


def test_ten_crop(source, tmp_path):
    extract(source, tmp_path / "out", ten_crop=True)
    features = read_features(tmp_path / "out")
    assert (features.views, features.ten_crop) == (10, True)


def test_a_broken_run_goes_on_and_repeats_nothing(source, tmp_path, monkeypatch):
    extract(source, tmp_path / "straight", views=2)
    out, tower, written = tmp_path / "out", MeanColour(), []

    def full(tensors, path, metadata):
        written.append(path)
        if len(written) == 2:
            raise SafetensorError("No space left on device")
        save(tensors, path, metadata)

    from safetensors.torch import save_file as save

    with monkeypatch.context() as patch:
        patch.setattr("geomapclip.shards.save_file", full)
        with pytest.raises(DataError, match=r"shard-00001.*No space left.*run the same command"):
            extract(source, out, tower, views=2)
    assert sorted(path.name for path in out.iterdir()) == [
        "features.json", "shard-00000.safetensors",
    ]  # fmt: skip
    with pytest.raises(DataError, match=r"unfinished.*goes on"):
        read_features(out)
    again = MeanColour()
    extract(source, out, again, views=2)
    assert again.pictures == 2 * 7  # ten pictures less the three of the first five rows
    for number in range(3):
        name = f"shard-{number:05d}.safetensors"
        assert (out / name).read_bytes() == (tmp_path / "straight" / name).read_bytes()


def test_other_settings_do_not_mix(source, tmp_path):
    extract(source, tmp_path / "out")
    with pytest.raises(DataError, match="holds features made with another views, seed"):
        extract(source, tmp_path / "out", views=2, seed=3)
    with pytest.raises(DataError, match="must be a new or empty folder"):
        extract(source, tmp_path / "pictures")


def test_a_wrong_folder_is_told_at_once(source, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DataError, match=r"pictures = .*empty.*none can be read.*does not exist"):
        extract_features(
            source, empty, tmp_path / "out", MeanColour(), BACKBONE, Extraction(), MACHINE
        )


@pytest.mark.parametrize("settings", [{"views": 0}, {"views": 3, "ten_crop": True}])
def test_views_that_make_no_sense(settings):
    with pytest.raises(InvalidArgumentError, match="views"):
        Extraction(**settings)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"format_version": 9}'])
def test_what_is_no_folder_of_features(tmp_path, content):
    if content is not None:
        (tmp_path / "features.json").write_text(content)
    with pytest.raises(DataError, match="features = "):
        read_features(tmp_path)


def test_the_command_line_gives_what_the_model_sees(
    source, tmp_path, tiny_clip, monkeypatch, capsys
):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    out = tmp_path / "out"
    command = [str(source), "--pictures", str(source.parent / "pictures"), "--out", str(out)]
    assert main(command) == 0
    output = capsys.readouterr().out
    assert "10 photos in" in output
    assert "3 dropped, such as nowhere.png: has no coordinates" in output
    assert len((out / "dropped.csv").read_text().splitlines()) == 4
    assert json.loads((out / "features.json").read_text())["backbone"]["repo_id"].startswith(
        "openai"
    )
    encoder = GeoMapCLIP("geoclip").image_encoder
    image = Image.open(source.parent / "pictures" / "7.png").convert("RGB")
    with torch.inference_mode():
        seen = encoder(encoder.preprocess(image)[None])
        kept = encoder.mlp(read_features(out).rows(np.array([7]))[:, 0])
    assert torch.allclose(seen, kept, atol=1e-2)


def test_the_command_line_says_what_is_wrong(tmp_path, capsys):
    assert main([str(tmp_path / "no.csv"), "--out", str(tmp_path / "o"), "--views", "0"]) == 2
    assert "views = 0" in capsys.readouterr().err
    assert main(["x.csv", "--out", str(tmp_path / "o"), "--weights", "embedded"]) == 2
    assert "must stand on CLIP" in capsys.readouterr().err
