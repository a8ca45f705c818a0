"""What the README says is so: its Python runs as written, its commands and settings exist."""

import importlib
import re
import shlex
from pathlib import Path

import pytest

from geomapclip.__main__ import build_parser
from webapp.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def lines(start):
    found = [line for block in blocks("bash") for line in block.splitlines()]
    return [line for line in found if line.startswith(start)]


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs_as_written(code, photo, tiny_clip, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    monkeypatch.chdir(tmp_path)
    photo.save("image.png")
    exec(compile(code, "README.md", "exec"), {})
    output = capsys.readouterr().out
    if "Top 5" in code:
        assert len(re.findall(r"Prediction \d: \(-?\d+\.\d{6}, -?\d+\.\d{6}\)", output)) == 5
    if "gps_encoder" in code:
        assert "torch.Size([2, 512])" in output
    if "to_geojson" in code:
        files = {path.suffix for path in tmp_path.glob("image-geomapclip.*")}
        assert files == {".geojson", ".csv", ".kml", ".html", ".png"}
    if "estimate.regions" in code:
        assert "Most likely" in output
        assert "90% of the belief lies in" in output


@pytest.mark.parametrize("line", lines("python -m geomapclip "))
def test_command_lines_are_accepted(line):
    arguments = shlex.split(line.partition(">")[0])[3:]
    assert build_parser().parse_args(arguments).photos


@pytest.mark.parametrize("line", lines("python -m geomapclip."))
def test_commands_of_training_are_accepted(line):
    _, _, module, *arguments = shlex.split(line)
    importlib.import_module(module).build_parser().parse_args(arguments)


def test_every_setting_is_documented():
    documented = set(re.findall(rf"\| `{PREFIX}(\w+)` \|", README)) - {"CLIP", "CACHE"}
    assert documented == {field.upper() for field in vars(Settings())}


def test_two_commands():
    assert lines("pip") == [
        "pip install -r requirements.txt && python app.py",
        'pip install -e ".[dev]" && ruff check . && ruff format --check . && mypy && pytest',
    ]


def test_every_link_into_the_project_leads_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
