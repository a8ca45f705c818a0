"""Maps are drawn where they say, from any folder that looks like Natural Earth."""

import dataclasses

import numpy as np
import pytest
from PIL import Image
from small_atlas import chance, square

from geomapclip.cartography import (
    Atlas,
    Districts,
    Frame,
    Lettering,
    Line,
    MapStyle,
    Scan,
    Viewport,
    draw_map,
)
from geomapclip.cartography import atlas as atlas_module
from geomapclip.cartography.outlines import part_outlines, unrolled
from geomapclip.cartography.view import Projector
from geomapclip.errors import GeoMapCLIPError, InvalidArgumentError

SEA, LAND = (10, 20, 200), (250, 240, 100)
PLAIN = MapStyle(sea=SEA, land=(LAND,), lake=None, smooth=False)
PROJECTIONS = ("mercator", "equirectangular", "plate carree", "azimuthal", "conic")


def land_box(picture):
    """Left, top, right, bottom of all that has the colour of land; the last two excluded."""
    land = (np.asarray(picture) == LAND).all(axis=2)
    return Image.fromarray(land).getbbox()


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_an_island_at_the_centre_is_drawn_at_the_centre(atlas, projection):
    view = Viewport(20.0, 180.0, 1500, projection, 201, 201)
    left, top, right, bottom = land_box(draw_map(atlas, view, PLAIN, chance()))
    assert abs((left + right - 1) / 2 - 100) <= 1
    # North of the Equator a square of degrees has its middle parallel off its middle row.
    assert abs((top + bottom - 1) / 2 - 100) <= 2
    ground_km = 4 * 111.2 * np.cos(np.radians(20))
    assert right - left == pytest.approx(ground_km / 1500 * 201, abs=3)


@pytest.mark.parametrize("projection", [*PROJECTIONS, "stereographic"])
@pytest.mark.parametrize("place", [(52.0, 13.0), (-33.0, -179.5), (71.0, 179.9), (-64.0, 100.0)])
def test_the_middle_pixel_is_the_centre_and_back_again(projection, place):
    projector = Projector(Viewport(*place, 2000, projection, 101, 51), scale=2)
    middle = projector.pixels(np.array([[place[1], place[0]]]))
    np.testing.assert_allclose(middle, [[100.5, 50.5]], atol=1e-6)
    lonlat = np.array([[place[1] + 1.5, place[0] - 1.0]])
    back = projector.places(projector.pixels(lonlat))
    np.testing.assert_allclose(back, lonlat, atol=1e-6)


@pytest.mark.parametrize("latitude", [-10.0, 20.0])
@pytest.mark.parametrize("longitude", [179.5, -179.5])
def test_an_island_across_the_antimeridian_is_whole(atlas, latitude, longitude):
    view = Viewport(latitude, longitude, 1200, "equirectangular", 200, 200)
    picture = draw_map(atlas, view, PLAIN, chance())
    left, _, right, _ = land_box(picture)
    row = np.asarray(picture)[100]
    assert (row[left:right] == LAND).all()
    outlined = MapStyle(sea=SEA, land=(LAND,), lake=None, coast=Line((0, 0, 0)), smooth=False)
    inside = np.asarray(draw_map(atlas, view, outlined, chance()))[100, left + 3 : right - 3]
    assert (inside == LAND).all(), "the cut of the file is not a coast"


@pytest.mark.parametrize("projection", ["stereographic", "azimuthal"])
def test_land_around_a_pole_is_filled(atlas, projection):
    picture = np.asarray(draw_map(atlas, Viewport(-90, 0, 5000, projection), PLAIN, chance()))
    assert (picture[128, 128] == LAND).all()
    assert (picture[[0, 0, -1, -1], [0, -1, 0, -1]] == SEA).all()
    aside = Viewport(-80, 60, 1500, projection, origin=(-90, 60))
    assert (np.asarray(draw_map(atlas, aside, PLAIN, chance()))[-1, 128] != SEA).any()


def test_sea_has_the_colour_of_the_sea(atlas):
    picture = draw_map(atlas, Viewport(0.0, -100.0, 500), PLAIN, chance())
    assert picture.mode == "RGB"
    assert picture.getcolors() == [(256 * 256, SEA)]


def test_lakes_and_neighbours_have_colours_of_their_own(atlas):
    style = MapStyle(sea=SEA, land=(LAND, (0, 90, 0)), lake=(1, 2, 3), smooth=False)
    picture = draw_map(atlas, Viewport(40.0, 22.0, 900, "equirectangular"), style, chance())
    assert {colour for _, colour in picture.getcolors()} == {SEA, LAND, (0, 90, 0), (1, 2, 3)}


def test_a_subject_alone(atlas):
    number = atlas.countries.index("Middle")
    style = MapStyle(sea=SEA, land=(LAND,), lake=None, isolate=True, smooth=False)
    view = Viewport(40.0, 20.0, 2000, "equirectangular", 200, 200, subject=(number,))
    left, _, right, _ = land_box(draw_map(atlas, view, style, chance()))
    assert left + right - 1 == pytest.approx(199, abs=2)


def test_a_subject_among_others(atlas):
    style = MapStyle(sea=SEA, land=((0, 90, 0),), highlight=LAND, lake=None, smooth=False)
    view = Viewport(40.0, 20.0, 2000, "equirectangular", 200, 200)
    assert land_box(draw_map(atlas, view, style, chance())) is None
    view = dataclasses.replace(view, subject=(atlas.countries.index("Middle"),))
    left, _, right, _ = land_box(draw_map(atlas, view, style, chance()))
    assert left + right - 1 == pytest.approx(199, abs=2)


def test_districts_part_the_land_and_leave_the_sea(atlas):
    border, colours = (200, 0, 0), ((0, 90, 0), (0, 140, 0), (0, 190, 0))
    style = dataclasses.replace(PLAIN, districts=Districts(Line(border), colours))
    view = Viewport(20.0, 180.0, 1500, "equirectangular", 200, 200)
    plain = np.asarray(draw_map(atlas, view, PLAIN, chance()))
    parted = np.asarray(draw_map(atlas, view, style, chance()))
    sea = (plain == SEA).all(axis=2)
    assert (parted[sea] == SEA).all()
    assert {tuple(colour) for colour in parted[~sea]} == {border, *colours}
    lines = dataclasses.replace(PLAIN, districts=Districts(Line(border)))
    seen = {tuple(c) for c in np.asarray(draw_map(atlas, view, lines, chance()))[~sea]}
    assert seen == {LAND, border}


def test_regions_are_drawn_as_countries_are(atlas, parted):
    first = len(atlas.countries)
    assert parted.regions == {"ROW": tuple(range(first, first + 5))}
    assert len(parted.colours) == first + 5
    assert (np.diff(parted.colours[first : first + 4]) != 0).all(), "neighbours differ"
    style = dataclasses.replace(PLAIN, land=(LAND, (0, 90, 0)), regions=True)
    view = Viewport(40.0, 22.0, 1000, "equirectangular", 200, 200)
    row = np.asarray(draw_map(parted, view, style, chance()))[100]
    changes = np.flatnonzero((row[1:] != row[:-1]).any(axis=1))
    assert np.diff(changes).tolist() == pytest.approx([2 * 85.2 * 0.2] * 4, abs=1.5)
    assert (np.asarray(draw_map(atlas, view, style, chance()))[100] != row).any(), "two countries"


def test_a_pole_may_be_in_the_middle_of_a_disc(atlas):
    style = dataclasses.replace(PLAIN, frame=Frame(round=True, line=1))
    view = Viewport(-90, 0, 11_000, "stereographic", 200, 100)
    picture = np.asarray(draw_map(atlas, view, style, chance()))
    assert (picture[50, 100] == LAND).all()
    assert (picture[[0, 0, 99, 50, 50], [0, 199, 0, 40, 160]] == 255).all(), "paper outside"
    assert (picture[50, 55] == SEA).all()
    beside = dataclasses.replace(view, latitude=-89.0)
    assert (np.asarray(draw_map(atlas, beside, style, chance()))[50, 40] != 255).any()


def test_regions_that_are_missing_or_broken_are_named(atlas, tmp_path):
    with pytest.raises(InvalidArgumentError, match="TopoJSON"):
        atlas.with_regions(tmp_path)
    (tmp_path / "FRA.json").write_text("no map")
    with pytest.raises(InvalidArgumentError, match="FRA"):
        atlas.with_regions(tmp_path)


def test_borders_are_what_neighbours_share():
    rings = [np.array(square(longitude, 0)[0], dtype=float) for longitude in (0, 4)]
    coasts, borders, pairs = part_outlines(rings, [7, 8])
    assert pairs == {(7, 8)}
    assert [{tuple(point) for point in border} for border in borders] == [{(2, -2), (2, 2)}]
    assert sum(len(coast) - 1 for coast in coasts) == 6


def test_longitude_runs_on_over_the_antimeridian():
    ring = np.array([[178.0, 0], [-178, 0], [-178, 4], [178, 4], [178, 0]])
    assert np.ptp(unrolled(ring)[:, 0]) == 4


def test_frame_lettering_marks_and_scan_leave_the_centre_where_it_is(atlas):
    dressed = MapStyle(
        sea=SEA,
        land=(LAND,),
        lake=None,
        isolate=True,
        smooth=False,
        frame=Frame(margins=(0.1, 0.1, 0.1, 0.1), line=1, ticks="zebra", title=True, scale=True),
        scan=Scan(turn=2.0, skew=0.01),
    )
    subject = (atlas.countries.index("Middle"),)
    view = Viewport(40.0, 20.0, 1500, "equirectangular", 200, 200, subject=subject)
    land = np.asarray(draw_map(atlas, view, dressed, chance())).astype(int)
    rows, columns = np.nonzero(np.abs(land - LAND).sum(axis=2) < 60)
    assert np.median(rows) == pytest.approx(99.5, abs=1.5)
    assert np.median(columns) == pytest.approx(99.5, abs=1.5)


def test_names_are_written_in_a_language(atlas):
    view = Viewport(40.0, 20.0, 800, "equirectangular")

    def written(language):
        lettering = Lettering(countries=(0, 0, 0), language=language, towns=0)
        style = MapStyle(sea=SEA, land=(LAND,), lake=None, lettering=lettering)
        return draw_map(atlas, view, style, chance()).tobytes()

    plain = draw_map(atlas, view, MapStyle(sea=SEA, land=(LAND,), lake=None), chance()).tobytes()
    assert len({written(""), written("DE"), plain}) == 3


def test_other_towns_can_be_given(atlas):
    more = atlas.with_towns(np.array([[40.0, 20.0]]), [10_000_000], ["Metropolis"])
    assert more.towns.xy.tolist() == [[20.0, 40.0]]
    assert more.towns.ranks.tolist() == [0]


def test_a_missing_file_is_named(atlas_folder, tmp_path):
    for file in atlas_folder.iterdir():
        if file.name != atlas_module.TOWNS:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(GeoMapCLIPError, match=atlas_module.TOWNS):
        Atlas.load(tmp_path)
    (tmp_path / atlas_module.TOWNS).write_text("no map")
    with pytest.raises(GeoMapCLIPError, match=atlas_module.TOWNS):
        Atlas.load(tmp_path)


def test_a_font_that_is_none_is_refused(atlas, tmp_path):
    (tmp_path / "letters.ttf").write_text("no font")
    lettering = Lettering(font=str(tmp_path / "letters.ttf"))
    with pytest.raises(InvalidArgumentError, match="font"):
        draw_map(atlas, Viewport(40, 20, 800), MapStyle(lettering=lettering), chance())
