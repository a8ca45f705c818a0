"""Build the table of what writing says on the country: scripts, calling codes, domains, signs.

    python tools/build_cues.py --out assets

Sources, both open, needed by this tool only:
  * Unicode CLDR (Unicode licence 3), as packed in the PyPI package `babel`: the official languages
    of each territory and the script of each language; currencies and their signs.
  * Google's libphonenumber (Apache-2.0), as packed in the PyPI package `phonenumbers`: calling
    codes, their territories, and how many digits follow.

The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import phonenumbers
from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from build_places import write

from geomapclip.countries import country_table
from geomapclip.lettering.cues import EVERYWHERE, script_of

LEAST_LETTERS = 0.02  # of a language's letters: what is rarer is a foreign word
LEAST_PEOPLE = 0.02  # of a territory's: fewer do not write its signs


def main() -> None:
    """Build the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("assets"), metavar="FOLDER")
    path = parser.parse_args().out / "places" / "cues.json"
    table = {
        "script": scripts(),
        "telephone": telephones(),
        "domain": domains(),
        "currency": currencies(),
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    write(path, lambda into: into.write_text(text.replace("},", "},\n") + "\n", "utf-8"))
    print(", ".join(f"{len(rows)} of {kind}" for kind, rows in table.items()), path)


def scripts() -> dict[str, dict[str, float]]:
    """For each script the share of the people of each territory that write it."""
    letters: dict[str, Counter[str]] = defaultdict(Counter)  # by CLDR's code of a script
    for identifier in localedata.locale_identifiers():
        locale = Locale.parse(identifier)
        if locale.territory is None and (code := script_code(identifier)):
            for name in (*locale.territories.values(), *locale.languages.values()):
                letters[code].update(filter(None, map(script_of, name)))
    written = {
        code: {name for name, count in counts.items() if count >= LEAST_LETTERS * counts.total()}
        for code, counts in letters.items()
    }
    shares: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for territory, languages in known(get_global("territory_languages")).items():
        for language, facts in languages.items():
            if facts["official_status"]:  # in which signs are written
                for script in written.get(script_code(language), set()) - {EVERYWHERE}:
                    shares[script][territory] += facts["population_percent"] / 100
    table = {
        script: {territory: round(min(share, 1.0), 2)
                 for territory, share in by_territory.items() if share >= LEAST_PEOPLE}
        for script, by_territory in shares.items()
    }  # fmt: skip
    return {script: row for script, row in table.items() if row}


def script_code(language: str) -> str:
    """CLDR's code of the script that a language is most often written in, "" if unknown."""
    parts = language.split("_")
    if len(parts) > 1 and len(parts[1]) == 4:
        return parts[1]
    likely = get_global("likely_subtags").get(language, "")
    return likely.split("_")[1] if "_" in likely else ""


def telephones() -> dict[str, dict[str, Any]]:
    """For each calling code its territories and how many digits may follow."""
    table = {}
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        lengths: set[int] = set()
        for region in regions:
            data = phonenumbers.PhoneMetadata.metadata_for_region(region)
            if data is not None:
                # General lengths allow for anything that was ever a number.
                for kind in (data.fixed_line, data.mobile, data.toll_free, data.shared_cost):
                    lengths |= {n for n in kind.possible_length if n > 0} if kind else set()
        countries = [region for region in regions if region in CODES]
        if countries and lengths:
            table[str(code)] = {"countries": sorted(countries), "digits": sorted(lengths)}
    return table


def domains() -> dict[str, list[str]]:
    """For each internet country domain its country: ISO 3166 codes, and the one that is none."""
    return {code.lower(): [code] for code in CODES} | {"uk": ["GB"]}


def currencies() -> dict[str, list[str]]:
    """For each sign of money the territories that pay with it today."""
    table: dict[str, set[str]] = defaultdict(set)
    for territory, held in known(get_global("territory_currencies")).items():
        for currency in [row[0] for row in held if row[2] is None and row[3]]:
            for sign in signs(territory, currency):
                table[sign].add(territory)
    return {sign: sorted(territories) for sign, territories in table.items()}


def signs(territory: str, currency: str) -> set[str]:
    """How a currency is written there, as long as the sign is no plain word."""
    locales = [Locale.parse("en")]
    for language in get_global("territory_languages").get(territory, {}):
        for identifier in (f"{language}_{territory}", language):
            try:
                locales.append(Locale.parse(identifier))
                break
            except (UnknownLocaleError, ValueError):
                continue
    found = {locale.currency_symbols.get(currency, "") for locale in locales}
    plain = {unicodedata.normalize("NFKC", sign).strip(" .\u200e\u200f\xa0") for sign in found}
    return {sign for sign in plain if money(sign)}


def money(sign: str) -> bool:
    """True for what is no plain word: it has a sign of money in it, or letters beyond ASCII."""
    if any(unicodedata.category(letter) == "Sc" for letter in sign):
        return True
    return len(sign) > 1 and not sign.isascii()


def known(table: dict[str, Any]) -> dict[str, Any]:
    """Only the territories that the project's countries have."""
    return {code: row for code, row in sorted(table.items()) if code in CODES}


CODES = frozenset(country_table().index)

if __name__ == "__main__":
    main()
