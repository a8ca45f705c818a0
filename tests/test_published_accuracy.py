from geomapclip.published_accuracy import PUBLISHED, SETS, published_rows


def test_accuracy_grows_with_the_distance_and_every_row_has_a_source():
    for row in PUBLISHED:
        assert len(row.accuracy) == 5
        given = [value for value in row.accuracy if value is not None]
        assert given == sorted(given) and all(0 < value < 100 for value in given)
        assert given or row.more
        assert row.source


def test_each_set_has_its_rows():
    assert sum(len(published_rows(dataset)) for dataset in SETS) == len(PUBLISHED)
    assert all(published_rows(dataset) for dataset in SETS)


def test_the_paper_and_its_released_weights():
    """The figures that geoclip's users compare with: ten crops and one."""
    ten, one = (row for row in published_rows("Im2GPS3k") if row.method.startswith("GeoCLIP"))
    assert ten.accuracy == (14.11, 34.47, 50.65, 69.67, 83.82)
    assert one.more["median_km"] == 241
