"""What writing says on the country beside names: script, telephone, internet domain, money.

Soft cues, each from a table that ``tools/build_cues.py`` derives from Unicode's CLDR and Google's
libphonenumber. A cue was written because of the country, or is noise (a tourist, an import, a
letter misread), with the probability ``NOISE``:

    P(cue | country) / P(cue anywhere)  =  NOISE + (1 - NOISE) min(MOST_ODDS, share / mean share)

``share`` is how much of the country's writing bears it: for a script the share of its people that
write it, else 1 or 0. So no cue, however rare, lifts a country by more than ``MOST_ODDS`` or sinks
one below ``NOISE``, and none tells places of one country apart. Cues of one kind are not
independent: the mean of their ratios counts, once for each kind.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

import numpy as np

from geomapclip.assets import asset
from geomapclip.gallery import Gallery
from geomapclip.lettering.lattice import Floats
from geomapclip.lettering.words import Word

CueKind = Literal["script", "telephone", "domain", "currency"]
CUE_KINDS: tuple[CueKind, ...] = get_args(CueKind)

NOISE = 0.2
MOST_ODDS = 20.0
LEAST_CONFIDENCE = 0.8  # of the reader
LEAST_LETTERS = 4  # of a script: fewer are a sign or a mistake
LEAST_SHARE = 0.1  # of all letters
LONGEST_TEXT = 200  # characters of a word that are looked at
EVERYWHERE = "LATIN"  # a script that stands on signs of every country

TELEPHONE = re.compile(r"(?:\+|(?<!\d)00)\s?(\d(?:[\s().\-/]{0,2}\d){6,16})(?!\d)")
DOMAIN = re.compile(
    r"(?P<sure>https?://|www\.|@)?(?<![\w.-])?"
    r"(?P<name>[a-z0-9][a-z0-9-]{2,}(?:\.[a-z0-9-]{2,})*)\.(?P<country>[a-z]{2})(?![\w.-]*\w)"
)
# Country domains that are sold for their letters, as search engines treat them too.
SOLD = frozenset(
    ("ad", "ai", "as", "bz", "cc", "cd", "co", "dj", "fm", "io", "la", "me", "ms", "nu", "sc",
     "sr", "tk", "tv", "ws")
)  # fmt: skip


@dataclass(frozen=True)
class Cue:
    """Something written that speaks for some countries.

    Attributes:
        kind: What it is.
        text: The script's name, the calling code ("+49"), the domain (".de") or the sign.
        words: Numbers of the words that it was found in.
        ratios: ISO 3166-1 alpha-2 code and likelihood ratio of each country that it speaks for;
            of all others the ratio is ``NOISE``.
    """

    kind: CueKind
    text: str
    words: tuple[int, ...]
    ratios: tuple[tuple[str, float], ...]

    @property
    def nats(self) -> float:
        """How much it speaks for the country that it fits best, against any."""
        return float(np.log(max(ratio for _, ratio in self.ratios)))


def find_cues(words: Sequence[Word]) -> list[Cue]:
    """The cues in what was read, one for each script, calling code, domain and sign.

    Args:
        words: From `read_words`; those that the reader was less sure of do not count.
    """
    sure = [
        (number, word.text[:LONGEST_TEXT])
        for number, word in enumerate(words)
        if word.confidence >= LEAST_CONFIDENCE
    ]
    found: dict[tuple[CueKind, str], dict[int, None]] = {}
    for number, text in sure:
        for kind, sign in (*_telephones(text), *_domains(text), *_currencies(text)):
            found.setdefault((kind, sign), {})[number] = None
    cues = [_cue(kind, sign, tuple(numbers)) for (kind, sign), numbers in found.items()]
    return [*_scripts(sure), *cues]


def cue_evidence(cues: Sequence[Cue], gallery: Gallery) -> Floats:
    """Log-likelihood of the cues at each place of a gallery, shape (n,); all 0 without a cue."""
    if not cues:
        return np.zeros(len(gallery))
    codes, index = gallery.countries
    nats = np.zeros(len(codes))
    for kind in CUE_KINDS:
        ratios = [dict(cue.ratios) for cue in cues if cue.kind == kind]
        if ratios:
            each = [np.mean([own.get(str(code), NOISE) for own in ratios]) for code in codes]
            nats += np.log(each)
    nats_of_places: Floats = nats[index]
    return nats_of_places


def script_of(letter: str) -> str:
    """Unicode's name of a letter's script, "KANA" for both of Japan's; "" for what is none."""
    if not letter.isalpha():
        return ""
    name = unicodedata.name(letter, "").split(" ")[0]
    return "KANA" if name.startswith(("HIRAGANA", "KATAKANA")) else name


def _scripts(words: Sequence[tuple[int, str]]) -> Iterator[Cue]:
    counts: Counter[str] = Counter()
    bearers: dict[str, dict[int, None]] = {}
    for number, text in words:
        for script in filter(None, map(script_of, text)):
            counts[script] += 1
            bearers.setdefault(script, {})[number] = None
    least = max(LEAST_LETTERS, LEAST_SHARE * counts.total())
    enough = {script for script, count in counts.items() if count >= least}
    if enough & {"KANA", "HANGUL"}:  # between them Chinese characters are not China's
        enough.discard("CJK")
    for script in sorted(enough & set(_table()["script"])):
        yield _cue("script", script, tuple(bearers[script]))


def _telephones(text: str) -> Iterator[tuple[CueKind, str]]:
    codes = _table()["telephone"]
    for match in TELEPHONE.finditer(text):
        digits = re.sub(r"\(0\)|\D", "", match[1])
        code = next((digits[:n] for n in (1, 2, 3) if digits[:n] in codes), "")
        if code and len(digits) - len(code) in codes[code]["digits"]:
            yield "telephone", f"+{code}"


def _domains(text: str) -> Iterator[tuple[CueKind, str]]:
    for match in DOMAIN.finditer(text):
        whole = match.end() - match.start() == len(text.strip())
        country = match["country"]
        if (match["sure"] or whole) and country not in SOLD and country in _table()["domain"]:
            yield "domain", f".{country}"


def _currencies(text: str) -> Iterator[tuple[CueKind, str]]:
    for match in _signs().finditer(unicodedata.normalize("NFKC", text)):
        yield "currency", match["before"] or match["after"]


def _cue(kind: CueKind, text: str, words: tuple[int, ...]) -> Cue:
    row = _table()[kind][text.lstrip("+.") if kind in ("telephone", "domain") else text]
    countries = row["countries"] if kind == "telephone" else row
    shares: dict[str, float] = row if kind == "script" else dict.fromkeys(countries, 1.0)
    mean = sum(shares.values()) / len(_table()["domain"])
    ratios = (
        (code, NOISE + (1 - NOISE) * min(MOST_ODDS, share / mean))
        for code, share in sorted(shares.items())
    )
    return Cue(kind, text, words, tuple(ratios))


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(asset("places", "cues.json").read_text("utf-8"))
    return table


@cache
def _signs() -> re.Pattern[str]:
    """A sign of money before or after a number."""
    signs = "|".join(re.escape(sign) for sign in sorted(_table()["currency"], key=len)[::-1])
    return re.compile(rf"(?<![^\W\d_])(?P<before>{signs})\s?\d|\d\s?(?P<after>{signs})(?![^\W\d_])")
