"""The gazetteer's file: sorted names, the places of each, and the places' discs, as arrays."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from babel import Locale
from written_names import MAP_WORDS

from geomapclip.lettering.gazetteer import KINDS, Kind
from geomapclip.lettering.names import name_key

SHORTEST, LONGEST = 2, 40  # letters of a key
MOST_COMMON_WORDS = 20_000  # beyond that rank a word is as rare as a village's name
MAP_WORD_RANK = 30.0


@dataclass(frozen=True)
class Feature:
    """A named thing: its names, what it is, and discs that cover it (degrees, degrees, km)."""

    names: tuple[str, ...]
    kind: Kind
    discs: np.ndarray
    isolation_km: float


def pack(features: list[Feature]) -> dict[str, np.ndarray]:
    """Sorted keys, the places of each, and the places' discs, as arrays."""
    bearers: dict[str, set[int]] = defaultdict(set)
    for row, feature in enumerate(features):
        for name in feature.names:
            key = name_key(name)
            if SHORTEST <= len(key) <= LONGEST:
                bearers[key].add(row)
    keys = sorted(bearers)
    discs = np.concatenate([feature.discs for feature in features])
    held = np.array([len(feature.discs) for feature in features])
    links = np.concatenate([np.sort(list(bearers[key])) for key in keys])
    ranks = word_ranks()
    return {
        "keys": np.frombuffer("\n".join(keys).encode(), np.uint8),
        "key_starts": np.cumsum([0, *(len(bearers[key]) for key in keys)]).astype(np.int32),
        "key_places": links.astype(np.int32),
        "words": np.frombuffer("\n".join(sorted(set(ranks) - set(keys))).encode(), np.uint8),
        "word_rank": np.array([ranks.get(key, 0) for key in keys], np.uint16),
        "kind": np.array([KINDS.index(feature.kind) for feature in features], np.uint8),
        "isolation_km": np.array([f.isolation_km for f in features]).astype(np.float16),
        "place_starts": np.cumsum([0, *held]).astype(np.int32),
        "latitude": np.round(discs[:, 0] * 1000).astype(np.int32),  # thousandths of a degree
        "longitude": np.round(discs[:, 1] * 1000).astype(np.int32),
        "radius_km": discs[:, 2].astype(np.float16),
    }


def word_ranks() -> dict[str, int]:
    """How common a word is that may be none's name: 1 for the most common."""
    listed = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    words = [line.split()[0] for line in listed.splitlines()[:MOST_COMMON_WORDS]]
    ranks = {name_key(word): rank for rank, word in reversed(list(enumerate(words, start=1)))}
    ranks |= {name_key(word): int(MAP_WORD_RANK) for word in MAP_WORDS.split()}
    for language in ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "pl", "tr"):
        locale = Locale.parse(language)
        for table in (locale.months, locale.days):
            for width in ("wide", "abbreviated"):
                ranks |= {name_key(word): int(MAP_WORD_RANK)
                          for word in table["format"][width].values()}  # fmt: skip
    return {word: rank for word, rank in ranks.items() if word}


def write_arrays(arrays: dict[str, np.ndarray], path: Path) -> None:
    """An .npz file without the time of writing, so that the bytes stay the same."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(),
                             compress_type=zipfile.ZIP_DEFLATED, compresslevel=9)  # fmt: skip
