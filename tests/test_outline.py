import numpy as np
from shapely import MultiPolygon, Polygon, box

from geomapclip.estimate import CredibleRegion
from webapp.outline import MOST_CORNERS, draw_outline


def test_an_outline_of_very_many_corners_is_drawn_coarsely():
    boxes = [box(x, y, x + 0.1, y + 0.1) for x in range(-170, 170) for y in range(-80, 80)]
    turn = np.radians(np.arange(3000) * 0.12)
    wavy = np.column_stack([172 + np.cos(turn), np.sin(turn)]) + 1e-3 * np.cos(90 * turn[:, None])
    region = CredibleRegion(0.9, 0.9, 1.0, MultiPolygon([*boxes, Polygon(wavy)]))
    outline, whole = draw_outline(region)
    assert not whole
    lines = [line.coords for line in outline.geoms]
    assert MOST_CORNERS - 8 <= sum(map(len, lines)) <= MOST_CORNERS
    assert lines[0][0][0] > 170, "the longest first"
    assert len(lines[0]) < 300, "and smoothed"
    assert {len(line) for line in lines[1:]} == {5}, "the short ones as they are"


def test_an_outline_of_few_corners_is_drawn_in_full():
    square = MultiPolygon([box(0, 0, 1, 1)])
    outline, whole = draw_outline(CredibleRegion(0.5, 0.6, 1.0, square))
    assert whole
    assert outline.equals(square)
