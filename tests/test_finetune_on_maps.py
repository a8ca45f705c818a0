import json
import tarfile

import pytest

from geomapclip import Gallery, GeoMapCLIP
from geomapclip.geodesy import fibonacci_lattice
from tools.finetune_on_maps import main


@pytest.fixture
def command(tmp_path, atlas_folder, tiny_clip, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    monkeypatch.setattr("tools.finetune_on_maps.SHARD_MAPS", 6)
    monkeypatch.setattr("tools.finetune_on_maps.SIZE", (64, 64))
    gallery = tmp_path / "gallery.csv"
    gallery.write_text(Gallery("g", fibonacci_lattice(100)).to_csv())
    options = ["--natural-earth", str(atlas_folder), "--work", str(tmp_path / "work")]
    options += ["--out", str(tmp_path / "model"), "--maps", "10", "--gallery", str(gallery)]
    return [*options, "--epochs", "1", "--batch", "4", "--validation-share", "0", "--cpu"]


def test_from_vectors_to_a_model_that_loads(command, tmp_path, photo_file, capsys):
    assert main(command) == 0
    assert "10 photos in" in capsys.readouterr().out
    shards = sorted((tmp_path / "work" / "maps").iterdir())
    assert [path.name for path in shards] == ["maps-00000.tar", "maps-00001.tar"]
    with tarfile.open(shards[1]) as archive:
        assert archive.getnames()[:2] == ["0000006.jpg", "0000006.json"]
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    assert config["recipe"]["weights"] == "geoclip"
    assert config["trained"]["steps"] == 3
    model = GeoMapCLIP(tmp_path / "model")
    assert model.predict(photo_file, top_k=2)[0].shape == (2, 2)

    before = [path.stat().st_mtime_ns for path in shards]
    assert main([*command, "--epochs", "2"]) == 0  # draws nothing again, and goes on
    assert [path.stat().st_mtime_ns for path in shards] == before
    assert len(json.loads((tmp_path / "model" / "log.json").read_text())) == 2
