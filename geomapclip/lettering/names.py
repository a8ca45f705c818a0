"""Names as keys: two spellings of one name give the same key."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

# Letters that Unicode does not take apart into a base letter and a mark.
LETTERS = str.maketrans(
    {
        "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
        "ı": "i", "ħ": "h", "ŋ": "n", "ĸ": "k", "ŧ": "t", "ə": "a", "€": "e",
        "ـ": "",  # stretches an Arabic word
        # Forms of one character in Japan, Taiwan and China.
        "恵": "惠", "沢": "澤", "浜": "濱", "広": "廣", "国": "國", "島": "嶋", "竜": "龍",
    }
)  # fmt: skip

# A word that maps shorten, at the start of a name; the short form stands for all. Both sides of a
# comparison go through the same rule, so it does no harm where no such word was meant.
PREFIXES = (
    ("sainte", "ste"), ("saint", "st"), ("sankt", "st"), ("mount", "mt"), ("fort", "ft"),
)  # fmt: skip

# What Japanese and Chinese maps add to a town's name: city, town, village, ward, county, province.
SUFFIXES = "市町村区區县縣県省郡"

WORD = re.compile(r"[^\W\d_]+")
CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ][a-zà-ÿ])")  # where OCR lost the blank: NewYork
MARKS_IN_WORD = re.compile(r"(?<=\w)['’ʻ`´](?=\w)")  # Xi'an, L'Aquila, N'Djamena

LONGEST_TEXT = 200  # characters; no name is longer, whatever a picture may hold


@lru_cache(maxsize=16384)
def name_key(text: str) -> str:
    """The key of a name: small letters without marks, blanks, digits and punctuation.

    Args:
        text: As it is written; beyond ``LONGEST_TEXT`` characters it is cut.

    Returns:
        "" where no letter is left.
    """
    folded = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold().translate(LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if c.isalpha())
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
        return plain[:-1] if len(plain) > 2 and plain[-1] in SUFFIXES else plain
    for long, short in PREFIXES:
        if plain.startswith(long) and len(plain) > len(long):
            return short + plain[len(long) :]
    return plain


def split_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text start and end: at blanks, marks, digits and lost blanks.

    Args:
        text: One line; beyond ``LONGEST_TEXT`` characters it is cut.
    """
    line = text[:LONGEST_TEXT]
    if not line.isascii():  # vowels and accents that are characters of their own belong to a word
        line = "".join("a" if unicodedata.category(c)[0] == "M" else c for c in line)
    joints = {match.start() for match in MARKS_IN_WORD.finditer(line)}
    spans: list[tuple[int, int]] = []
    for match in WORD.finditer(line):
        start, end = match.span()
        if spans and spans[-1][1] == start - 1 and start - 1 in joints:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    cut: list[tuple[int, int]] = []
    for start, end in spans:
        breaks = [start + at.start() for at in CAMEL.finditer(line[start:end])]
        edges = [start, *breaks, end]
        cut += pairwise(edges)
    return cut
