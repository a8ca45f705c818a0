import pickle

import pytest

from geomapclip import errors
from geomapclip.errors import GeoMapCLIPError, InvalidArgumentError


def test_message_names_argument_value_and_what_is_accepted():
    error = InvalidArgumentError("top_k", -1, "must be at least 1")
    assert str(error) == "top_k = -1: must be at least 1."


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InvalidArgumentError", ValueError),
        ("ImageError", ValueError),
        ("GalleryError", ValueError),
        ("DataError", ValueError),
        ("TrainingError", RuntimeError),
        ("WeightsError", RuntimeError),
        ("LetteringError", RuntimeError),
        ("UnreachableError", ConnectionError),
    ],
)
def test_each_is_also_the_builtin_that_callers_expect(name, builtin):
    kind = getattr(errors, name)
    assert issubclass(kind, GeoMapCLIPError)
    assert issubclass(kind, builtin)


def test_long_values_are_cut_and_bytes_are_counted():
    assert len(str(InvalidArgumentError("a", "x" * 1000, "b"))) < 200
    assert str(InvalidArgumentError("image", b"123", "no")) == "image = <3 bytes>: no."


def test_survives_a_process_boundary():
    error = pickle.loads(pickle.dumps(InvalidArgumentError("a", 1, "b")))
    assert (error.argument, error.value, str(error)) == ("a", 1, "a = 1: b.")
