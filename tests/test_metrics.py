import math

import numpy as np
import pytest

from geomapclip import Gallery
from geomapclip.errors import InvalidArgumentError
from geomapclip.metrics import (
    accuracy,
    bootstrap,
    by_group,
    duplicate_share,
    find_duplicates,
    geoscore,
    recall_by_area,
    summarise,
)

KM = np.array([0.5, 20.0, 25.0, 100.0, 700.0, 2400.0, 2600.0, 12_000.0])
LYON, TOKYO, LIMA = (45.764, 4.8357), (35.68, 139.69), (-12.05, -77.04)


def test_geoscore_by_hand():
    np.testing.assert_allclose(
        geoscore([0, 1492.7, 1492.7 * math.log(2)]), [5000, 5000 / math.e, 2500]
    )


def test_accuracy_counts_what_lies_within_and_on_the_limit():
    shares = {limit: figure.value for limit, figure in accuracy(KM).items()}
    assert shares == {1: 1 / 8, 25: 3 / 8, 200: 4 / 8, 750: 5 / 8, 2500: 6 / 8}


def test_summary_by_hand():
    summary = summarise(KM, (750,))
    assert (summary.pictures, list(summary.accuracy)) == (8, [750])
    assert summary.median_km.value == 400
    assert summary.mean_km.value == pytest.approx(KM.sum() / 8)
    assert summary.geoscore.value == pytest.approx(geoscore(KM).mean())
    for figure in (*summary.accuracy.values(), summary.median_km, summary.mean_km):
        assert figure.low <= figure.value <= figure.high


def test_one_picture_has_an_interval_without_width():
    figure = summarise([3.0]).mean_km
    assert (figure.low, figure.value, figure.high) == (3, 3, 3)


def test_the_interval_of_a_share_is_that_of_the_binomial():
    """400 pictures, 30 % right: the middle 95 % of a binomial is 0.3 ± 1.96 x 0.0229."""
    figure = accuracy(np.repeat([10.0, 9000.0], [120, 280]), (25,))[25]
    assert figure.value == 0.3
    assert figure.low == pytest.approx(0.2551, abs=0.006)
    assert figure.high == pytest.approx(0.3449, abs=0.006)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """The mean of an exponential with mean 1, in 200 samples of 100."""
    generator = np.random.default_rng(1)
    covered = 0
    for sample in generator.exponential(size=(200, 100)):
        mean = bootstrap(lambda rows, s=sample: s[rows].mean(), 100, rounds=200)[0]
        covered += mean.low <= 1 <= mean.high
    assert 175 <= covered <= 198


def test_the_seed_decides():
    assert summarise(KM, seed=1) == summarise(KM, seed=1)
    assert summarise(KM, seed=1) != summarise(KM, seed=2)


def test_groups_are_drawn_whole():
    """Ten copies of ten numbers know no more than the ten numbers."""
    ten = np.random.default_rng(0).normal(size=10)
    copies, labels = np.repeat(ten, 10), np.repeat(list("abcdefghij"), 10)
    alone = bootstrap(lambda rows: ten[rows].mean(), 10)[0]
    blocks = bootstrap(lambda rows: copies[rows].mean(), 100, groups=labels)[0]
    blind = bootstrap(lambda rows: copies[rows].mean(), 100)[0]
    assert blocks.low == pytest.approx(alone.low)
    assert blocks.high == pytest.approx(alone.high)
    assert blind.high - blind.low < 0.5 * (blocks.high - blocks.low)


def test_results_by_group_the_largest_first():
    groups = by_group(KM, ["Asia", "Asia", "Africa", "Asia", "Asia", "Africa", "Oceania", "Asia"])
    assert list(groups) == ["Asia", "Africa", "Oceania"]
    assert groups["Africa"].median_km.value == (25 + 2400) / 2
    assert groups["Oceania"].pictures == 1


def test_recall_by_area_by_hand():
    recall = recall_by_area([500, 1000, 2e6, math.inf], (999, 1000, 1e8))
    assert {area: figure.value for area, figure in recall.items()} == {
        999: 0.25, 1000: 0.5, 1e8: 0.75,
    }  # fmt: skip


def test_duplicates_are_found_and_how_near_they_are():
    # A ten-thousandth of a degree of latitude is 11.1 m, half of it 5.6 m.
    gallery = Gallery("leaky", np.array([TOKYO, (LYON[0] + 5e-5, LYON[1]), LYON, (0, 0)]))
    queries = [LYON, LIMA, (TOKYO[0] + 1e-4, TOKYO[1])]
    found = find_duplicates(gallery, queries)
    assert found.queries.tolist() == [True, False, False]
    assert found.places.tolist() == [False, True, True, False]
    assert found.nearest_km[0] == 0
    assert found.nearest_km[2] == pytest.approx(0.0111, abs=1e-4)
    assert duplicate_share(gallery, queries) == pytest.approx(1 / 3)
    assert find_duplicates(gallery, queries, within_km=0.02).queries.tolist() == [True, False, True]


def test_duplicates_across_the_antimeridian():
    gallery = Gallery("Fiji", np.array([(-17.0, 180.0)]))
    assert duplicate_share(gallery, [(-17.0, -180.0)]) == 1


@pytest.mark.parametrize("km", [[], [[1.0]], [1.0, math.nan], [math.inf], [-1.0]])
def test_bad_distances(km):
    for measure in (summarise, accuracy):
        with pytest.raises(InvalidArgumentError, match="km"):
            measure(km)


def test_sizes_that_do_not_fit():
    with pytest.raises(InvalidArgumentError, match="labels"):
        by_group(KM, ["Asia"])
    with pytest.raises(InvalidArgumentError, match="groups"):
        bootstrap(len, 3, groups=[1, 2])
    with pytest.raises(InvalidArgumentError, match="sample"):
        bootstrap(len, 0)


@pytest.mark.parametrize("queries", [np.empty((0, 2)), [(91, 0)], [(math.nan, 0)], [(0, 1, 2)]])
def test_bad_queries(queries):
    with pytest.raises(InvalidArgumentError, match="queries"):
        find_duplicates(Gallery("one", np.array([LYON])), queries)
