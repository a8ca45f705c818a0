import pytest
from shapely import MultiPolygon, box

from geomapclip import CredibleRegion


def areas(*boxes):
    return CredibleRegion(0.5, 0.5, 1.0, MultiPolygon([box(*sides) for sides in boxes])).areas


@pytest.mark.parametrize(
    ("boxes", "count"),
    [
        ([(0, 0, 1, 1), (5, 5, 6, 6)], 2),
        ([(178, 0, 180, 2), (-180, 0, -178, 2)], 1),  # one area that the antimeridian cuts
        ([(178, 0, 180, 2), (-180, 5, -178, 7)], 2),  # both end there, at other latitudes
        ([(178, 0, 180, 2), (178, 5, 180, 7), (-180, 1, -178, 6)], 1),  # joined across it
        ([(178, 0, 180, 2)], 1),
        ([(-180, 80, 180, 90), (0, 0, 1, 1)], 2),  # around a pole
    ],
)
def test_areas_are_counted_across_the_antimeridian(boxes, count):
    assert areas(*boxes) == count
