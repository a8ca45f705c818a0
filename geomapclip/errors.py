"""Every error that this package raises on purpose.

GeoMapCLIPError
 ├─ InvalidArgumentError (ValueError)      an argument outside of what is accepted
 ├─ ImageError (ValueError)                a file or object that is no readable picture
 ├─ GalleryError (ValueError)              a gallery with a bad row, or none left in a region
 ├─ DataError (ValueError)                 photos to learn from or to measure on, unusable
 ├─ TrainingError (RuntimeError)           a training run that cannot go on
 ├─ WeightsError (RuntimeError)            weights that are missing, damaged or of another shape
 ├─ LetteringError (RuntimeError)          what is written in a picture cannot be read
 └─ UnreachableError (ConnectionError)     something that must be fetched and cannot be

Each is also the builtin error that a caller would expect, and its message says what was
given, what is accepted, and what to do.
"""

from __future__ import annotations

LONGEST_SHOWN = 120  # characters of a given value that a message repeats


class GeoMapCLIPError(Exception):
    """Base class: ``except GeoMapCLIPError`` catches all that this package raises on purpose.

    Args:
        argument: Name of what was wrong, as the caller knows it ("top_k", a file's path).
        value: What was given.
        accepted: What is accepted and what to do, as one sentence without its full stop.
    """

    def __init__(self, argument: str, value: object, accepted: str) -> None:
        self.argument = argument
        self.value = value
        self.accepted = accepted
        super().__init__(f"{argument} = {_shown(value)}: {accepted}.")

    def __reduce__(self) -> tuple[type[GeoMapCLIPError], tuple[str, object, str]]:
        """Rebuild from the three arguments, so that the error survives a process boundary."""
        return type(self), (self.argument, self.value, self.accepted)


class InvalidArgumentError(GeoMapCLIPError, ValueError):
    """An argument outside of what is accepted."""


class ImageError(GeoMapCLIPError, ValueError):
    """A file or object that is no readable picture."""


class GalleryError(GeoMapCLIPError, ValueError):
    """A gallery with a bad row, without the columns, or with no place left."""


class DataError(GeoMapCLIPError, ValueError):
    """Photos with places, or features of them, that cannot be used or are none."""


class TrainingError(GeoMapCLIPError, RuntimeError):
    """A training run that cannot start, go on, or be kept."""


class WeightsError(GeoMapCLIPError, RuntimeError):
    """Weights that are missing, damaged or of another shape."""


class LetteringError(GeoMapCLIPError, RuntimeError):
    """What is written in a picture cannot be read: the reader is missing or fails."""


class UnreachableError(GeoMapCLIPError, ConnectionError):
    """Something that must be fetched and cannot be reached from here."""


def _shown(value: object) -> str:
    text = f"<{len(value)} bytes>" if isinstance(value, bytes) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
