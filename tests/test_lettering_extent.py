"""Where a map lies, with maps whose frame is known beforehand."""

import numpy as np
import pytest
from drawn_names import mercator_pixels, small_gazetteer, word

from geomapclip.geodesy import great_circle_km
from geomapclip.lettering.extent import fit_labels
from geomapclip.lettering.gazetteer import load_gazetteer
from geomapclip.lettering.graticule import find_ticks, fit_graticule
from geomapclip.lettering.labels import find_labels

SIZE = (800, 600)
TOWNS = {
    "Lyon": (45.75, 4.85),
    "Grenoble": (45.17, 5.72),
    "Chambéry": (45.57, 5.92),
    "Valence": (44.93, 4.89),
    "Saint-Étienne": (45.43, 4.39),
    "Annecy": (45.90, 6.13),
}


def labelled(towns, centre=(45.4, 5.3), km_per_pixel=0.3, gazetteer=None):
    pixels = mercator_pixels(list(towns.values()), centre, km_per_pixel, SIZE)
    words = [word(name, *spot) for name, spot in zip(towns, pixels, strict=True)]
    return find_labels(words, gazetteer or load_gazetteer())


def test_three_towns_give_the_centre_within_5_km():
    towns = {name: TOWNS[name] for name in ("Grenoble", "Saint-Étienne", "Annecy")}
    gazetteer = small_gazetteer(*((name, *spot) for name, spot in towns.items()))
    extent = fit_labels(labelled(towns, gazetteer=gazetteer), gazetteer, SIZE)
    assert great_circle_km(extent.centre, (45.4, 5.3)) < 5
    assert extent.width_km == pytest.approx(800 * 0.3, rel=0.02)
    assert extent.agreeing == 3


def test_six_towns_of_the_whole_gazetteer():
    extent = fit_labels(labelled(TOWNS), load_gazetteer(), SIZE)
    assert great_circle_km(extent.centre, (45.4, 5.3)) < 5
    assert extent.agreeing == 6
    assert extent.residual_km < 3
    west, south, east, north = extent.box
    assert west < 4.39 < 6.13 < east
    assert south < 44.93 < 45.90 < north
    assert extent.uncertainty_km < 0.1 * extent.width_km


def test_a_label_in_the_wrong_place_does_not_move_it():
    labels = labelled(TOWNS)
    stray = find_labels([word("Bourg-en-Bresse", 700, 550)], load_gazetteer())
    extent = fit_labels(labels + stray, load_gazetteer(), SIZE)
    assert great_circle_km(extent.centre, (45.4, 5.3)) < 5
    assert extent.agreeing == 6
    assert 6 not in {label for label, _ in extent.placed}


def test_no_fit_rather_than_a_wrong_one():
    gazetteer = load_gazetteer()
    generator = np.random.default_rng(3)
    for _ in range(20):  # towns of one country, written anywhere
        words = [word(name, *generator.uniform(50, 550, 2)) for name in TOWNS]
        assert fit_labels(find_labels(words, gazetteer), gazetteer, SIZE) is None
    assert fit_labels([], gazetteer, SIZE) is None
    assert fit_labels(labelled({"Lyon": (45.75, 4.85)}), gazetteer, SIZE) is None


def test_across_the_antimeridian():
    towns = {
        "Aa": (-16.0, 178.0),
        "Bb": (-17.0, -179.0),
        "Cc": (-18.5, 179.5),
        "Dd": (-15.5, -178.0),
    }
    gazetteer = small_gazetteer(*((name, *spot) for name, spot in towns.items()))
    labels = labelled(towns, (-17.0, 179.9), 1.0, gazetteer)
    extent = fit_labels(labels, gazetteer, SIZE)
    assert great_circle_km(extent.centre, (-17.0, 179.9)) < 8
    west, _, east, _ = extent.box
    assert west > 170
    assert east < -170


def ticks_of(latitudes, longitudes, write=str):
    """A plate carrée from 0 to 20 degrees east and 30 to 45 degrees north, frame included."""
    words = [word(write(lat, "NS"), 30, 20 + (45 - lat) * 36, 30) for lat in latitudes]
    return words + [word(write(lon, "EW"), 60 + lon * 36, 580, 30) for lon in longitudes]


@pytest.mark.parametrize("mark", ["{}°{}", "{}° {}", "{} {}"])
def test_degrees_along_the_frame(mark):
    words = ticks_of([30, 35, 40, 45], [0, 5, 10, 15, 20], lambda v, s: mark.format(v, s[0]))
    extent = fit_graticule(words, SIZE)
    # The middle pixel is (400, 300): 9.444 E, 37.222 N.
    assert extent.centre == pytest.approx((37.222, 9.444), abs=0.02)
    assert extent.agreeing == 9
    assert extent.projection == "equirectangular"


def test_plain_numbers_need_the_name_of_an_axis():
    words = ticks_of([30, 35, 40, 45], [0, 5, 10, 15], lambda v, _: str(v))
    assert fit_graticule(words, SIZE) is None
    extent = fit_graticule([*words, word("Longitude", 400, 595)], SIZE)
    assert extent.centre == pytest.approx((37.222, 9.444), abs=0.02)


def test_a_bent_graticule_is_left_alone():
    """Around a pole the same meridians stand above and below, the same parallels left and right."""
    words = [
        word(f"{lon}°E", x, y, 40)
        for y in (20, 580)
        for lon, x in zip(
            (60, 80, 100), (200, 400, 600) if y < 300 else (600, 400, 200), strict=True
        )
    ]
    words += [word(f"{lat}°S", x, y, 40) for x in (30, 770) for lat, y in
              zip((60, 50, 40), (200, 330, 450), strict=True)]  # fmt: skip
    assert fit_graticule(words, SIZE) is None


@pytest.mark.parametrize(
    ("text", "value", "axis"),
    [
        ("40°N", 40, "latitude"),
        ("10° W", -10, "longitude"),
        ("120 E", 120, "longitude"),
        ("45", 45, ""),
        ("-120", -120, ""),
        ("12°30'S", -12.5, "latitude"),
    ],
)
def test_how_degrees_are_written(text, value, axis):
    (tick,) = find_ticks([word(text)])
    assert (tick.value, tick.axis) == (value, axis)


@pytest.mark.parametrize("text", ["", "A22", "95°N", "2010 m", "4000", "Paris", "1" * 10_000])
def test_what_is_no_degrees(text):
    assert find_ticks([word(text)]) == []
