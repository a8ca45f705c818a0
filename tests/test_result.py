import json
from dataclasses import asdict

import numpy as np
import pytest
from drawn_names import word
from pydantic import TypeAdapter

from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery
from geomapclip.lettering import understand
from webapp.locate import Located, present
from webapp.result import Result, to_result

LYON, PARIS, SUVA = (45.76, 4.84), (48.86, 2.35), (-18.14, 178.44)


def result(truth=None):
    gallery = Gallery("three", np.array([LYON, PARIS, SUVA]))
    estimate = Estimate(gallery, np.log([0.6, 0.3, 0.1]), "geoclip")
    located = Located(estimate, truth, "", "a.jpg")
    return json.loads(json.dumps(asdict(to_result(present(located, 2)))))


def test_programs_get_plain_values_of_the_type_that_is_documented():
    for truth in (PARIS, None):
        TypeAdapter(Result).validate_json(json.dumps(result(truth)), strict=True)


def test_the_best_place_and_how_far_it_is_from_the_truth():
    found = result(PARIS)
    assert found["name"] == "a.jpg"
    assert len(found["candidates"]) == 2
    assert found["candidates"][0]["country_code"] == "FR"
    assert found["candidates"][0]["probability"] == pytest.approx(0.6)
    assert found["countries"][-1] == {
        "country_code": "FJ", "country": "Fiji", "probability": pytest.approx(0.1),
    }  # fmt: skip
    assert found["regions"][0]["share"] == 0.5
    assert found["truth"]["distance_km"] == pytest.approx(392, abs=2)
    assert result()["truth"] is None


def test_the_cues_of_a_country_are_told():
    gallery = Gallery("three", np.array([LYON, PARIS, SUVA]))
    estimate = Estimate(gallery, np.log([0.6, 0.3, 0.1]), "embedded")
    lettering, log_likelihood = understand([word("www.boulangerie.fr")], (200, 200), gallery)
    located = Located(estimate.with_lettering(lettering, log_likelihood), None, "", "a.jpg")
    found = asdict(to_result(present(located, 2)))
    TypeAdapter(Result).validate_json(json.dumps(found), strict=True)
    (cue,) = found["lettering"]["cues"]
    assert (cue["kind"], cue["text"], cue["words"]) == ("domain", ".fr", [0])
    assert set(cue["countries"]) == {"FR"}
    assert cue["countries"]["FR"] > 1
