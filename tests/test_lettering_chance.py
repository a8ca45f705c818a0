"""Whether labels agree with a frame because it is right: by hand, and with names at random."""

import numpy as np
import pytest
from drawn_names import word

from geomapclip.lettering.candidates import Candidates
from geomapclip.lettering.chance import surprise
from geomapclip.lettering.extent import fit_labels
from geomapclip.lettering.gazetteer import KINDS, load_gazetteer
from geomapclip.lettering.labels import find_labels

SIZE = (1000, 800)


def towns(middles):
    """As many labels, each of one town, 20 pixels high and wide."""
    count, middles = len(middles), np.array(middles, float)
    zeros = np.zeros(count, np.intp)
    return Candidates(
        label=np.arange(count), place=zeros.astype(np.int32), rank=zeros,
        coordinates=np.zeros((count, 2)), radius_km=np.zeros(count), middle=middles,
        half=np.full((count, 2), 10.0),
    )  # fmt: skip


def test_four_labels_that_agree_by_hand():
    found = towns([(100, 100), (900, 100), (100, 700), (900, 700)])
    free = np.broadcast_to(found.half, (1, 4, 2))
    # Of 1000 x 800 pixels 20 x 20 count; ten even labels and none of the three others are there.
    chance = 10 * (20 * 20 / 800_000) / (10 + 4)
    # Two of them made the frame; that the other two agree as well is chance * chance.
    assert surprise(found, found.middle[None], free, SIZE)[0] == pytest.approx(-2 * np.log(chance))
    # Is one of them elsewhere, one of two others agrees.
    falls = found.middle.copy()
    falls[3] -= (300, 0)
    one_of_two = 1 - (1 - chance) ** 2
    assert surprise(found, falls[None], free, SIZE)[0] == pytest.approx(-np.log(one_of_two))


def test_the_more_labels_could_agree_the_less_it_says():
    agree = [(100, 100), (900, 100), (100, 700), (900, 700), (500, 400)]
    rest = [(x, 250.0) for x in (200, 350, 500, 650)]
    found = towns(agree + rest)
    free = np.broadcast_to(found.half, (1, 9, 2))
    falls = found.middle.copy()
    beyond, elsewhere, many = falls.copy(), falls.copy(), falls.copy()
    beyond[5:] += (5000, 0)  # off the picture: they say nothing
    elsewhere[5:] += (0, 200)  # on it, where they are not written
    many[3:] += (0, 50)  # most are not where they are written
    off, on, few = (
        surprise(found, each[None], free, SIZE)[0] for each in (beyond, elsewhere, many)
    )
    assert off > on > 0
    assert few == 0


def test_what_falls_nowhere_counts_for_nothing():
    found = towns([(100, 100), (900, 100), (100, 700)])
    free = np.broadcast_to(found.half, (1, 3, 2))
    assert surprise(found, np.full((1, 3, 2), np.nan), free, SIZE)[0] == 0


def random_words(gazetteer, rows, generator):
    """Names of the gazetteer anywhere on a picture."""
    spots = generator.uniform((50, 10), (950, 790), (len(rows), 2))
    return [
        word(gazetteer.keys[row].title(), *spot, width=9 * len(gazetteer.keys[row]))
        for row, spot in zip(rows, spots, strict=True)
    ]


@pytest.mark.parametrize("kind", ["towns", "areas"])
@pytest.mark.parametrize("count", [20, 60, 150, 300])
def test_names_at_random_positions_give_no_frame(count, kind):
    gazetteer = load_gazetteer()
    first = gazetteer.key_places[gazetteer.key_starts[:-1]]
    town = gazetteer.kind[first] == KINDS.index("town")
    near = gazetteer.coordinates[gazetteer.place_starts[first]] - (48.0, 11.0)
    chosen = (town & (np.hypot(*near.T) < 10)) if kind == "towns" else ~town
    for seed in range(4):
        generator = np.random.default_rng((seed, count))
        rows = generator.choice(np.flatnonzero(chosen), count, replace=False)
        labels = find_labels(random_words(gazetteer, rows, generator), gazetteer)
        assert len(labels) > 0.8 * count
        assert fit_labels(labels, gazetteer, SIZE) is None, seed
        assert fit_labels(labels, gazetteer, SIZE, ((48.0, 11.0), 1000.0)) is None, seed
