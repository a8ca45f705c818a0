"""From words to labels: what belongs together, and which names of the gazetteer it may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geomapclip.lettering.gazetteer import Gazetteer
from geomapclip.lettering.names import name_key, split_words
from geomapclip.lettering.words import Word

MOST_JOINED = 5  # words of one name
SHORTEST_INSIDE = 4  # letters of a name within a line; a whole line may be shorter
SHORTEST_JOINED = 5  # letters of a name over two lines
MOST_WORDS_JOINED = 4
MOST_LINES = 400  # among which two-line names are looked for
LEAST_FOR_FUZZY = 0.6  # confidence below which a near miss is no longer believed


@dataclass(frozen=True, eq=False)
class Label:
    """A name on the picture.

    Attributes:
        text: As it was read.
        key: The name in the gazetteer's spelling; of several near misses the first.
        rows: Rows of the gazetteer's keys that it may be.
        errors: How many letters must have been misread for that.
        share: Of its line's letters, (0, 1]: a name within a sentence is seldom a label.
        polygon: Shape (4, 2), pixels, as in `Word`.
        confidence: Of the reader.
        words: Numbers of the words that it was read from.
    """

    text: str
    key: str
    rows: tuple[int, ...]
    errors: int
    share: float
    polygon: NDArray[np.float64]
    confidence: float
    words: tuple[int, ...]


def find_labels(words: Sequence[Word], gazetteer: Gazetteer) -> list[Label]:
    """The names among the words.

    A line may hold several names and other words; a name may be spread over two lines or be
    spaced so wide that it was read as two words. The longest name wins; what is left over is
    compared with names that recognition may have misread.

    Args:
        words: As `read_words` gives them.
        gazetteer: Names to look for.
    """
    joined = list(_joined(words, gazetteer))
    used = {number for label in joined for number in label.words}
    labels = joined
    for number, word in enumerate(words):
        if number not in used:
            labels += _within(number, word, gazetteer)
    return labels


def _within(number: int, word: Word, gazetteer: Gazetteer) -> Iterator[Label]:
    """Names in one line: the longest first, then near misses among what is left."""
    spans = split_words(word.text)
    letters = sum(end - start for start, end in spans)
    free = [True] * len(spans)
    longest = min(MOST_JOINED, len(spans))
    for count in range(longest, 0, -1):
        for first in range(len(spans) - count + 1):
            if not all(free[first : first + count]):
                continue
            start, end = spans[first][0], spans[first + count - 1][1]
            key = name_key(word.text[start:end])
            if len(key) < (SHORTEST_INSIDE if count < len(spans) and key.isascii() else 2):
                continue
            row = gazetteer.find(key)
            if row is not None:
                free[first : first + count] = [False] * count
                yield _label(number, word, start, end, key, (row,), 0, letters)
    if word.confidence < LEAST_FOR_FUZZY:
        return
    for first, last in _runs(free):
        pieces = [(first, last)] + (
            [(i, i) for i in range(first, last + 1)] if last > first else []
        )
        for left, right in pieces:
            start, end = spans[left][0], spans[right][1]
            key = name_key(word.text[start:end])
            similar = gazetteer.similar(key)
            if similar:
                rows = tuple(row for row, _ in similar)
                close = gazetteer.keys[rows[0]]
                yield _label(number, word, start, end, close, rows, similar[0][1], letters)
                if (left, right) == (first, last):
                    break


def _runs(free: list[bool]) -> Iterator[tuple[int, int]]:
    """First and last of each run of words that no name has taken."""
    first = None
    for number, is_free in enumerate([*free, False]):
        if is_free and first is None:
            first = number
        elif not is_free and first is not None:
            yield first, number - 1
            first = None


def _label(
    number: int, word: Word, start: int, end: int, key: str, rows: tuple[int, ...], errors: int,
    letters: int,
) -> Label:  # fmt: skip
    length = max(len(word.text), 1)
    held = sum(character.isalpha() for character in word.text[start:end])
    return Label(
        text=word.text[start:end],
        key=key,
        rows=rows,
        errors=errors,
        share=min(1.0, held / max(letters, 1)),
        polygon=_part(word.polygon, start / length, min(end / length, 1.0)),
        confidence=word.confidence,
        words=(number,),
    )


def _part(polygon: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """The part of a line's box from one share of its length to another."""
    upper, lower = polygon[1] - polygon[0], polygon[2] - polygon[3]
    return np.array(
        [polygon[0] + start * upper, polygon[0] + end * upper,
         polygon[3] + end * lower, polygon[3] + start * lower]
    )  # fmt: skip


def _joined(words: Sequence[Word], gazetteer: Gazetteer) -> Iterator[Label]:
    """Names in two lines one below the other, or in two words side by side."""
    if len(words) < 2:
        return
    spans = [split_words(word.text) for word in words]
    short = [n for n, span in enumerate(spans) if 0 < len(span) < MOST_WORDS_JOINED][:MOST_LINES]
    taken: set[int] = set()
    for one, other in _followers(words, short):
        if taken & {one, other} or len(spans[one]) + len(spans[other]) > MOST_WORDS_JOINED:
            continue
        text = f"{words[one].text} {words[other].text}"
        key = name_key(text)
        row = gazetteer.find(key) if len(key) >= SHORTEST_JOINED else None
        if row is None:
            continue
        both = Word(text, _hull(words[one], words[other]), words[one].confidence)
        label = _label(one, both, 0, len(text), key, (row,), 0, len(key))
        yield replace(label, words=(one, other), share=1.0)
        taken |= {one, other}


def _box(polygon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Left, top, right, bottom and height of the letters."""
    height = np.linalg.norm(polygon[3] - polygon[0])
    return np.array([*polygon.min(axis=0), *polygon.max(axis=0), height])


def _followers(words: Sequence[Word], among: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs of a word and one that may go on where it ends, the nearest of each word first.

    That is just below its middle or its edge, or to its right, in letters of the same height.
    """
    if not among:
        return
    boxes = np.array([_box(words[number].polygon) for number in among])
    left, top, right, bottom, height = boxes.T[:, None, :]  # of the word that follows
    own_left, own_top, own_right, own_bottom, own_height = boxes.T[:, :, None]
    alike = np.abs(np.log((height + 1e-6) / (own_height + 1e-6))) < 0.45
    gap, ahead = top - own_bottom, left - own_right
    aside = np.abs((left + right) - (own_left + own_right)) / 2
    centred = aside < np.maximum(0.25 * (own_right - own_left), own_height)
    aligned = np.abs(left - own_left) < 0.7 * own_height
    below = (gap > -0.5 * own_height) & (gap < 0.9 * own_height) & (centred | aligned)
    level = np.abs((top + bottom) - (own_top + own_bottom)) / 2 < 0.5 * own_height
    beside = level & (ahead > -0.5 * own_height) & (ahead < 2.5 * own_height)
    one, other = np.nonzero(alike & (below | beside))
    far = np.abs(boxes[other, 0] - boxes[one, 0]) + np.abs(boxes[other, 1] - boxes[one, 3])
    for pair in np.lexsort((far, one)):
        if one[pair] != other[pair]:
            yield among[one[pair]], among[other[pair]]


def _hull(one: Word, other: Word) -> NDArray[np.float64]:
    """Upright box around two words."""
    points = np.vstack([one.polygon, other.polygon])
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
