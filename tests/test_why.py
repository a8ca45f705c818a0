import re

import numpy as np
import pytest
from PIL import Image

from geomapclip import Estimate, Gallery
from geomapclip.occlusion import Explanation, PatchGrid
from webapp import why
from webapp.patches import change_limit, factor
from webapp.why import Drawing

LYON, TOKYO = (45.764, 4.8357), (35.68, 139.69)


def grid(side, changes):
    """A grid in which some patches change the belief, and those that halve it move the place."""
    log_change = np.full((side, side), np.nan)
    km, to = log_change.copy(), np.full((side, side, 2), np.nan)
    for patch, change in changes.items():
        log_change[patch] = change
        far = change < -0.5
        km[patch], to[patch] = (9838, TOKYO) if far else (0, LYON)
    return PatchGrid(log_change, km, to)


def explanation(coarse, fine=None):
    estimate = Estimate(Gallery("two", np.array([LYON, TOKYO])), np.log([0.6, 0.4]), "a test")
    grids = (grid(2, coarse), grid(4, fine or {}))
    done = len(coarse) + len(fine or {})
    return Explanation(estimate, estimate.top_k(1)[0], 0.6, grids, done, 20)


@pytest.fixture
def picture():
    return Image.new("RGB", (400, 200), "navy")


HALF = {(0, 0): np.log(0.5), (0, 1): 0.0, (1, 0): np.log(1.2), (1, 1): 0.0}


def draw(*given):
    """As `webapp.why.draw`, with plain spaces."""
    parts = vars(why.draw(*given)).items()
    return Drawing(**{name: html.replace("\xa0", " ") for name, html in parts})


def rectangles(html):
    return re.findall(
        r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)".*?<title>(.*?)</title>', html
    )


def test_the_square_that_the_encoder_sees_is_in_the_middle(picture):
    html = draw(picture, explanation({}), "working").pictures
    assert html.count("<figure>") == 1
    assert 'class="seen" x="100.0" y="0.0" width="200"' in html
    assert "The rest is cut off" in html


def test_each_patch_lies_in_the_square_and_says_what_it_did(picture):
    html = draw(picture, explanation(HALF), "working").pictures
    assert html.count("<figure>") == 3
    assert html.count("data:image/jpeg") == 1, "the picture is sent once"
    found = rectangles(html)[:16]
    assert found[0][:3] == ("100.00", "0.00", "50.00")
    assert found[-1][:3] == ("250.00", "150.00", "50.00")
    assert found[0][3].startswith("upper left: belief × 0.5; best place moves 9,838 km")
    assert found[-1][3] == "lower right: belief unchanged; best place stays"


def test_finer_patches_replace_the_coarse_one_where_they_are_known(picture):
    html = draw(picture, explanation(HALF, {(0, 0): np.log(0.25)}), "working").pictures
    assert [said.split(";")[0] for *_, said in rectangles(html)[:2]] == [
        "upper left: belief × 0.25",
        "upper left: belief × 0.5",
    ]


def test_sentence_table_and_progress(picture):
    drawing = draw(picture, explanation(HALF), "working")
    assert "near Lyon, France: within 25 km of it lies 60 %" in drawing.sentence
    assert "at the upper left: without it, that share is × 0.5" in drawing.sentence
    assert "4 of 20 patches hidden" in drawing.progress
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', drawing.table)
    assert rows[:2] == [("upper left", "× 0.5"), ("lower left", "× 1.2")]
    assert "Yoyogi, Japan" in drawing.table
    assert "Stopped after 4 of 20" in draw(picture, explanation(HALF), "stopped").progress
    calm = draw(picture, explanation(dict.fromkeys(HALF, 0.0)), "done")
    assert "No single patch speaks for it" in calm.sentence


def test_colours_are_brown_where_the_belief_falls_and_purple_where_it_rises(picture):
    change = {(0, 0): np.log(0.5), (0, 1): np.log(2), (1, 0): 0.0, (1, 1): 0.0}
    html = draw(picture, explanation(change), "done").pictures
    fills = re.findall(r'fill="#(..)(..)(..)" fill-opacity="([\d.]+)"', html)
    falls, rises = fills[0], fills[2]
    assert int(falls[0], 16) > int(falls[2], 16), "more red than blue"
    assert int(rises[2], 16) > int(rises[1], 16), "more blue than green"
    assert float(fills[15][3]) < 0.2 < float(falls[3])


def test_factors_in_words_and_where_the_colours_end():
    assert [
        factor(np.log(value)).replace("\xa0", " ") for value in (0.42, 1.001, 3, 0.000123)
    ] == [
        "× 0.42", "unchanged", "× 3", "× under 0.001",
    ]  # fmt: skip
    patches = [type("Patch", (), {"log_change": np.log(value)}) for value in (0.4, 1.1)]
    assert change_limit(patches) == 3
