"""The floors of the README hold: each module imports only from floors below its own."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

# Modules that are named in the floors' table of the README, from the top down.
FLOORS = [
    re.findall(r"[a-z_]+", line.split("#")[0])
    for line in re.search(r"```floors\n(.*?)```", README, re.DOTALL).group(1).splitlines()
]
FLOOR = {module: len(FLOORS) - row for row, names in enumerate(FLOORS) for module in names}
FLOOR |= {"__init__": 99}


def imports(path):
    """Modules of this project that a file imports, however deep inside it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def modules(package):
    return sorted((ROOT / package).rglob("*.py"))


def name_of(path):
    folder = path.relative_to(ROOT / "geomapclip").parts[:-1]
    return folder[0] if folder else path.stem


@pytest.mark.parametrize("path", modules("geomapclip"), ids=lambda path: path.stem)
def test_each_module_imports_only_from_below(path):
    here = name_of(path)
    assert here in FLOOR, f"{here} is missing from the floors in the README"
    for module in imports(path):
        package, *inner = module.split(".")
        assert package != "webapp"
        if package == "geomapclip" and inner and inner[0] != here:
            assert FLOOR[inner[0]] < FLOOR[here], f"{here} imports {module}"


def test_every_module_of_the_picture_exists():
    found = {name_of(path) for path in modules("geomapclip")}
    assert set(FLOOR) == found


def importers(library):
    return {
        path.relative_to(ROOT / "webapp").as_posix()
        for path in modules("webapp")
        if any(module.split(".")[0] == library for module in imports(path))
    }


def test_one_place_each_knows_folium_and_gradio():
    assert importers("folium") == {"map.py"}
    assert {file.split("/")[0] for file in importers("gradio")} == {"ui"}
    assert importers("torch") == set()
