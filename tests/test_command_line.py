import json
import os
import subprocess
import sys

import pytest

from geomapclip.__main__ import main


@pytest.fixture
def command_line(tiny_clip, tmp_path, monkeypatch, capsys):
    """Run the command line on the tiny CLIP and two places; give status, output and errors."""
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    gallery = tmp_path / "two.csv"
    gallery.write_text("lat,lon\n45.764,4.8357\n35.68,139.69\n")

    def run(*arguments):
        status = main(["locate", "--gallery", str(gallery), "--top-k", "2", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def geotagged(photo, tmp_path):
    exif = type(photo.getexif())()
    exif[0x8825] = {1: "N", 2: (45.0, 45.0, 50.4), 3: "E", 4: (4.0, 50.0, 8.52)}
    photo.save(tmp_path / "lyon.jpg", exif=exif)
    return tmp_path / "lyon.jpg"


def test_table_for_people(command_line, geotagged):
    status, output, errors = command_line(geotagged)
    assert status == 0
    assert "Error" not in errors and "Warning" not in errors
    for part in ("lyon.jpg", "weights: geoclip", "Lyon, Auvergne-Rhône-Alpes, France", "Tokyo"):
        assert part in output
    assert "Most likely near" in output
    assert "EXIF says 45.7640, 4.8357" in output


def test_json_lines(command_line, geotagged, photo_file):
    status, output, _ = command_line("--json", geotagged, photo_file)
    with_truth, without = map(json.loads, output.splitlines())
    assert status == 0
    assert with_truth["file"] == str(geotagged)
    assert with_truth["weights"] == "geoclip"
    assert [c.keys() for c in with_truth["candidates"]] == [
        {"latitude", "longitude", "probability", "place", "country_code"}
    ] * 2
    assert sum(c["probability"] for c in with_truth["candidates"]) == pytest.approx(1)
    assert {c["country_code"] for c in with_truth["candidates"]} == {"FR", "JP"}
    assert [region["share"] for region in with_truth["regions"]] == [0.5, 0.9]
    assert all(region["km2"] > 0 for region in with_truth["regions"])
    assert with_truth["truth"]["latitude"] == pytest.approx(45.764)
    assert "truth" not in without


def test_one_bad_file_fails_and_the_others_are_answered(command_line, photo_file, tmp_path):
    (tmp_path / "bad.jpg").write_text("no picture")
    status, output, errors = command_line(tmp_path / "bad.jpg", photo_file)
    assert status == 1
    assert "not a readable picture" in errors
    assert "Most likely" in output
    status, output, _ = command_line("--json", tmp_path / "bad.jpg", photo_file)
    bad, good = map(json.loads, output.splitlines())
    assert status == 1
    assert "not a readable picture" in bad["error"]
    assert bad.keys() == {"file", "weights", "error"}
    assert len(good["candidates"]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--top-k", "0"], "top_k = 0"),
        (["--top-k", "3"], "from 1 to 2"),
        (["--weights", "nowhere"], "geoclip, geomapclip, embedded"),
        (["--device", "gpu"], "device"),
        (["--gallery", "mars"], "must be one of geoclip"),
        (["--country", "Atlantis"], "country"),
        (["--country", "Kenya"], "at least one place"),
    ],
)
def test_nothing_starts_with_bad_options(command_line, photo_file, arguments, message):
    status, output, errors = command_line(*arguments, photo_file)
    assert (status, output) == (2, "")
    last = errors.splitlines()[-1]
    assert last.startswith("Error: ")
    assert message in last


def test_only_in_a_country(command_line, photo_file):
    _, output, _ = command_line("--json", "--top-k", "1", "--country", "Japan", photo_file)
    assert json.loads(output)["candidates"][0]["country_code"] == "JP"


def test_ten_crop_changes_the_belief_a_little(command_line, photo_file):
    probabilities = []
    for options in ([], ["--ten-crop"]):
        status, output, _ = command_line("--json", *options, photo_file)
        assert status == 0
        probabilities.append(json.loads(output)["candidates"][0]["probability"])
    assert probabilities[0] != probabilities[1]


def test_as_a_program(photo_file, tmp_path, tiny_clip):
    gallery = tmp_path / "one.csv"
    gallery.write_text("lat,lon\n45.764,4.8357\n")
    command = [sys.executable, "-m", "geomapclip", "locate", "--top-k", "1", "--gallery"]
    result = subprocess.run(
        [*command, str(gallery), "--json", str(photo_file), str(tmp_path / "missing.jpg")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GEOMAPCLIP_CLIP": str(tiny_clip)},
    )
    good, bad = map(json.loads, result.stdout.splitlines())
    assert result.returncode == 1
    assert good["candidates"][0]["place"].startswith("Lyon")
    assert "does not exist" in bad["error"]
    assert "Traceback" not in result.stderr
