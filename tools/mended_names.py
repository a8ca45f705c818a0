"""What the sources of the place names leave amiss, and how it is mended."""

from __future__ import annotations

import re

# Districts that GeoNames lists as towns: "Lyon 03", "Budapest IV. kerület", "Zürich (Kreis 1)".
DISTRICT = re.compile(r"^(Budapest|Lyon|Marseille|Paris|Zürich) [\dIVX(].*")

# ISO 3166 codes that GeoNames still lists although the countries are no more.
DISSOLVED = {"AN", "CS"}

# GeoNames' plain names, mended where an article, a blank or a diacritic is amiss.
NAMES = {
    "AX": "Åland Islands",
    "BL": "Saint Barthélemy",
    "BQ": "Bonaire, Sint Eustatius and Saba",
    "CW": "Curaçao",
    "NL": "Netherlands",
    "RE": "Réunion",
    "ST": "São Tomé and Príncipe",
    "TL": "Timor-Leste",
}

# Names that people type and neither source lists.
COMMON_NAMES = {
    "AE": ["UAE", "Emirates"],
    "BA": ["Bosnia"],
    "BY": ["Byelorussia"],
    "CD": ["DR Congo", "DRC", "Congo-Kinshasa", "Zaire"],
    "CG": ["Congo-Brazzaville"],
    "CI": ["Cote d'Ivoire"],
    "CV": ["Cape Verde"],
    "CZ": ["Czech Republic"],
    "GB": ["UK", "Great Britain", "Britain"],
    "KP": ["DPRK"],
    "MK": ["FYROM"],
    "MM": ["Burma"],
    "MO": ["Macau"],
    "NL": ["Holland"],
    "PS": ["Palestine", "State of Palestine"],
    "SJ": ["Svalbard"],
    "SZ": ["Swaziland"],
    "TR": ["Türkiye"],
    "US": ["USA", "America"],
    "VA": ["Vatican City", "Holy See"],
}

# Areas to which Natural Earth gives no ISO number. It draws who holds a place; codes follow ISO.
WITHOUT_NUMBER = {
    "Kosovo": "XK",
    "N. Cyprus": "CY",
    "Somaliland": "SO",
    "Siachen Glacier": "IN",
    "Indian Ocean Ter.": "CC",
}

# Parts that Natural Earth draws with another country although ISO and GeoNames give them a code
# of their own: (code there, our code, west, south, east, north).
PARTS = [
    ("FR", "GF", -55, 2, -51, 6),
    ("FR", "GP", -62, 15.8, -61, 16.6),
    ("FR", "MQ", -61.3, 14.3, -60.7, 15),
    ("FR", "RE", 55, -22, 56, -20),
    ("FR", "YT", 45, -13.1, 45.4, -12.6),
    ("NL", "BQ", -69, 11.9, -62.8, 17.8),
    ("NO", "SJ", 8, 74, 35, 81),
    ("NO", "SJ", -10, 70, -7, 72),
    ("NZ", "TK", -173, -10, -171, -8),
    ("CC", "CX", 105, -11, 106, -10),
    ("RU", "UA", 32, 44, 36.7, 46.3),  # Crimea: Ukraine's in ISO 3166-2 and in GeoNames
]

# Columns of Natural Earth with names of one country.
NAME_KEYS = ("NAME", "NAME_LONG", "ADMIN", "FORMAL_EN", "FORMAL_FR", "NAME_ALT", "NAME_CIAWF")

SEA_NAMES = {
    "Bahía de Campeche": "Bay of Campeche",
    "Golfe du Lion": "Gulf of Lion",
    "Golfo de California": "Gulf of California",
    "Golfo de Panamá": "Gulf of Panama",
    "Golfo San Jorge": "San Jorge Gulf",
    "Inner Sea": "Seto Inland Sea",
    "Inner Seas": "Inner Seas off the West Coast of Scotland",
    "Shelikhova Gulf": "Shelikhov Gulf",
    "The North Western Passages": "Northwest Passages",
}
