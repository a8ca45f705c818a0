"""What programs ask of the running page, as the README says it and as they may get it wrong."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import geopandas
import pytest
from browser import SECRET, careless, quiet_gradio
from gradio_client import Client, handle_file
from PIL import Image

from webapp.result import PlaceResult, Result

pytestmark = quiet_gradio

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
HERE = "http://127.0.0.1:7860"


def snippet(language, address):
    (code,) = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert HERE in code
    return code.replace(HERE, address)


@pytest.fixture(scope="module")
def client(address):
    with careless():
        client = Client(address, verbose=False)
        yield client
        client.close()
        del client


@pytest.fixture
def pictures(tmp_path, monkeypatch, dozen):
    """A folder with the files that the README names."""
    shutil.copy(dozen[0], tmp_path / "photo.jpg")
    Image.open(dozen[1]).save(tmp_path / "map.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_readmes_python_runs_as_written(client, address, pictures, capsys):
    names = {}
    exec(compile(snippet("py", address), "README.md", "exec"), names)
    names["page"].close()
    sentence, *places, saved = capsys.readouterr().out.strip().splitlines()[-5:]
    assert "Most likely" in sentence
    assert len(places) == 3
    table = geopandas.read_file(saved)
    assert set(table.photo) == {"photo.jpg", "map.png"}
    assert set(table.country_code.dropna()) <= {"FR", "IT"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_readmes_curl_runs_as_written(address, pictures):
    script = snippet("sh", address)
    run = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=120)
    event, data = run.stdout.strip().splitlines()
    assert event == "event: complete"
    (answer,) = json.loads(data.removeprefix("data: "))
    assert len(answer["candidates"]) == 3
    assert all(42 <= place["latitude"] <= 51 for place in answer["candidates"])


def test_the_description_names_each_action_and_the_type_of_each_field(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert set(endpoints) == {
        "/locate", "/album", "/ask", "/export", "/place", "/embedding", "/similarity"
    }  # fmt: skip
    for endpoint in endpoints.values():
        assert endpoint["description"]
        assert all(each["parameter_name"].isidentifier() for each in endpoint["parameters"])
    for name in ("/locate", "/album", "/ask"):
        (answer,) = endpoints[name]["returns"]
        assert answer["label"] == "answer"
        for field in (*fields(Result), *fields(PlaceResult)):
            assert f"{field.name}: " in answer["python_type"]["type"]
    by_name = {each["parameter_name"]: each for each in endpoints["/album"]["parameters"]}
    assert by_name["photos"]["python_type"]["type"] == "list[filepath]"
    assert by_name["countries"]["python_type"]["type"] == "list[str]"


def test_a_photo_is_located(client, dozen):
    answer = client.predict(handle_file(dozen[0]), 2, api_name="/locate")
    assert len(answer["candidates"]) == 2
    assert answer["truth"]["latitude"] == pytest.approx(45.76)
    assert SECRET not in json.dumps(answer)


def test_countries_by_name_or_code(client, dozen):
    photo = handle_file(dozen[1])
    answer = client.predict(photo, countries=["FR", "Italy"], top_k=2, api_name="/locate")
    assert {each["country_code"] for each in answer["candidates"]} <= {"FR", "IT"}


def test_a_sentence_is_asked_with(client, predictor, tiny_clip, monkeypatch):
    monkeypatch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
    answer = client.predict("a beach in Australia", 2, ["AU"], api_name="/ask")
    assert answer["name"] == "a beach in Australia"
    assert answer["weights"] == predictor.name
    assert answer["truth"] is None
    assert [each["country_code"] for each in answer["candidates"]] == ["AU", "AU"]
    whole = client.predict("a beach in Australia", api_name="/ask")
    best = predictor.ask("a beach in Australia").top_k(1)[0]
    assert whole["candidates"][0]["probability"] == pytest.approx(best.probability)
    assert whole["candidates"][0]["latitude"] == best.latitude


def test_without_clip_a_program_is_told_what_is_missing(client):
    with pytest.raises(Exception, match="openai/clip-vit-large-patch14"):
        client.predict("a beach in Australia", api_name="/ask")
    with pytest.raises(Exception, match="must hold some words"):
        client.predict("  ", api_name="/ask")


def test_an_album_is_fused_and_a_place_named(client, dozen):
    files = [handle_file(path) for path in dozen[:2]]
    assert client.predict(files, api_name="/album")["name"] == "album of 2"
    assert "Lyon" in client.predict(45.764, 4.8357, api_name="/place")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"box": "here"}, "west, south, east, north"),
        ({"countries": ["Atlantis"]}, "English name or ISO 3166-1 code"),
        ({"countries": ["Frence"]}, "France"),
        ({"countries": "France"}, "must be a list"),
        ({"countries": [["x"]]}, "must be a list"),
    ],
)
def test_programs_are_told_what_is_wrong(client, dozen, given, told):
    with pytest.raises(Exception, match=told):
        client.predict(handle_file(dozen[1]), **given, api_name="/locate")


def test_a_file_that_is_no_picture_is_named_without_the_servers_folders(client, dozen):
    with pytest.raises(Exception, match=r"03b-broken\.jpg") as caught:
        client.predict(handle_file(dozen[4]), api_name="/locate")
    assert "/gradio/" not in str(caught.value)
