"""Views and styles are drawn by chance, and know what they show."""

import numpy as np
import pytest
from small_atlas import chance

from geomapclip.cartography import (
    MapStyle,
    Viewport,
    draw_map,
    random_map,
    random_style,
    random_view,
)
from geomapclip.cartography.flavours import FLAVOURS
from geomapclip.errors import InvalidArgumentError


def test_a_map_of_regions_is_of_one_some_or_nearly_all(parted):
    style = MapStyle(isolate=True, regions=True)
    first = parted.regions["ROW"][0]
    views = [random_view(parted, chance(seed), (64, 64), style) for seed in range(80)]
    subjects = {tuple(number - first for number in view.subject) for view in views}
    assert {(0,), (3,), (4,), (0, 1, 2, 3, 4)} <= subjects
    alone = next(view for view in views if view.subject == (first,))
    assert (alone.latitude, alone.longitude) == pytest.approx((40, 19), abs=0.3)


def test_nearly_half_of_the_maps_are_of_where_people_go(atlas):
    def share_near(longitude, latitude, visited):
        world = atlas.with_visited(np.array([visited]))
        views = [random_view(world, chance(seed), (64, 64)) for seed in range(150)]
        east = [(view.longitude - longitude + 180) % 360 - 180 for view in views]
        return np.mean(np.hypot(east, [view.latitude - latitude for view in views]) < 6)

    rarely = share_near(180, 20, (40.0, 20.0))
    often = share_near(180, 20, (20.0, 180.0))
    assert often - rarely == pytest.approx(0.45 * 0.75, abs=0.12)  # a quarter fit one country


def test_the_same_seed_draws_the_same_map(atlas):
    first, second = (random_map(atlas, chance(5), (96, 64)) for _ in range(2))
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1:] == second[1:]
    assert random_map(atlas, chance(6), (96, 64))[0].tobytes() != first[0].tobytes()
    assert first[0].size == (96, 64)


@pytest.mark.parametrize("flavour", [flavour for _, flavour in FLAVOURS])
def test_every_flavour_can_be_drawn(atlas, flavour):
    for seed in range(3):
        style = flavour(chance(seed))
        view = random_view(atlas, chance(seed), (64, 64), style)
        assert draw_map(atlas, view, style, chance(seed)).size == (64, 64)


def test_random_maps_differ_and_know_where_they_are(atlas):
    generator = chance(1)
    for _ in range(30):
        picture, (latitude, longitude), width_km = random_map(atlas, generator, (64, 64))
        assert (picture.size, picture.mode) == ((64, 64), "RGB")
        assert abs(latitude) <= 90
        assert abs(longitude) <= 180
        assert 10 < width_km <= 9000
    styles = {random_style(chance(seed)).flavour for seed in range(60)}
    assert len(styles) > 8


@pytest.mark.parametrize(
    ("argument", "values"),
    [
        ("latitude", {"latitude": 91}),
        ("latitude", {"latitude": 86}),
        ("width_km", {"width_km": 0}),
        ("projection", {"projection": "globe"}),
        ("width, height", {"width": 3}),
    ],
)
def test_a_view_refuses_what_it_cannot_show(argument, values):
    with pytest.raises(InvalidArgumentError, match=argument):
        Viewport(**{"latitude": 0, "longitude": 0, "width_km": 100, **values})
