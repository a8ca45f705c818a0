import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from test_batches import write_features

from geomapclip import Gallery
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.train import build_parser, main

QUICK = ["--sigma", "1", "--epochs", "2", "--batch", "8", "--patience", "0", "--cpu"]


@pytest.fixture
def gallery(tmp_path):
    path = tmp_path / "gallery.csv"
    path.write_text(Gallery("g", fibonacci_lattice(50)).to_csv())
    return str(path)


def test_two_processes_give_what_one_gives(tmp_path, gallery):
    """Thirteen photos in batches of eight: the last batch is shared as three and two."""
    features = torch.randn(13, 1, 6, generator=torch.Generator().manual_seed(0))
    write_features(tmp_path / "features", fibonacci_lattice(13), features)
    options = [str(tmp_path / "features"), *QUICK, "--gallery", gallery]
    options += ["--learning-rate", "1e-3", "--validation-share", "0", "--symmetric"]
    assert main([*options, "--out", str(tmp_path / "one")]) == 0
    # Its switch for processors alone starts one process; this starts two, whatever they run on.
    command = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu"]
    command += ["--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no"]
    command += ["--dynamo_backend", "no", "-m", "geomapclip.train", *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    subprocess.run(
        [*command, "--out", str(tmp_path / "two")],
        check=True, env=environment, capture_output=True, timeout=300,
    )  # fmt: skip
    logs = [json.loads((tmp_path / run / "log.json").read_text()) for run in ("one", "two")]
    losses = [[entry["loss"] for entry in log] for log in logs]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    one, two = (load_file(tmp_path / run / "model.safetensors") for run in ("one", "two"))
    # Adam turns the rounding of a gradient near zero into whole steps, here and there.
    assert all((one[key] - two[key]).abs().mean() < 1e-5 for key in one)


@pytest.fixture
def pictures(tmp_path):
    """Twelve pictures at places of their own, one of them missing and one broken."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rows = ["IMG_ID,LAT,LON", "nowhere.png,,"]
    for number in range(12):
        name, (latitude, longitude) = f"{number}.png", fibonacci_lattice(12)[number]
        Image.effect_noise((64, 48), number * 9).save(folder / name)
        rows.append(f"{name},{latitude},{longitude}")
    (folder / "3.png").unlink()
    (folder / "5.png").write_bytes(b"no picture")
    (tmp_path / "photos.csv").write_text("\n".join(rows))
    return tmp_path / "photos.csv"


def test_from_pictures(pictures, tmp_path, gallery, tiny_clip, monkeypatch, capsys):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    options = [str(pictures), "--pictures", str(pictures.parent / "pictures"), *QUICK]
    options += ["--gallery", gallery, "--validation", str(pictures), "--threads", "2"]
    for run in ("one", "two"):
        assert main([*options, "--out", str(tmp_path / run)]) == 0
    output = capsys.readouterr().out
    assert "on 10 photos kept apart: median" in output
    assert "3 dropped, such as" in output
    dropped = (tmp_path / "one" / "dropped.csv").read_text().splitlines()
    assert sorted(line.split(",")[0] for line in dropped[1:]) == [
        "3.png", "5.png", "nowhere.png",
    ]  # fmt: skip
    one, two = (load_file(tmp_path / run / "model.safetensors") for run in ("one", "two"))
    assert all(torch.equal(one[key], two[key]) for key in one)
    config = json.loads((tmp_path / "one" / "config.json").read_text())
    assert config["backbone"]["repo_id"] == "openai/clip-vit-large-patch14"
    assert config["recipe"]["batch"] == 8
    assert np.isfinite(config["trained"]["loss"])


def test_each_field_of_the_recipe_is_an_option(tmp_path):
    options = build_parser().parse_args(
        ["f", "--out", "o", "--no-mirror", "--smoothing-km", "50", "--sigma", "1", "16"]
    )
    assert (options.mirror, options.smoothing_km, options.sigma) == (False, 50.0, [1.0, 16.0])
    assert options.learning_rate == 3e-5
    text = build_parser().format_help()
    assert "[paper, 4]" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--batch", "1"], "batch = 1"),
        (["--weights", "embedded"], "weights = 'embedded': must be weights that stand on CLIP"),
        (["--weights", "nowhere"], "weights = 'nowhere'"),
        ([], "source = .*nothing.*must be a folder of features or a .csv"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, capsys, options, message):
    command = [str(tmp_path / "nothing"), "--out", str(tmp_path / "out"), "--cpu", *options]
    assert main(command) == 2
    captured = capsys.readouterr()
    assert re.search(message, captured.err)
    assert len(captured.err.strip().splitlines()) == 1


def test_ten_crop_features_are_not_to_train_on(tmp_path, capsys):
    write_features(tmp_path / "f", fibonacci_lattice(4))
    path = tmp_path / "f" / "features.json"
    path.write_text(path.read_text().replace('"ten_crop": false', '"ten_crop": true'))
    assert main([str(tmp_path / "f"), "--out", str(tmp_path / "out"), "--cpu"]) == 2
    assert "ten-crop" in capsys.readouterr().err
