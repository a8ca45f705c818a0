"""Lettering in words and as JSON has it: degrees, km, pixels, probabilities from 0 to 1."""

from __future__ import annotations

from typing import Any

from geomapclip.countries import country_name
from geomapclip.lettering.cues import Cue
from geomapclip.lettering.extent import MapExtent
from geomapclip.lettering.gazetteer import KINDS, load_gazetteer
from geomapclip.lettering.reading import Lettering
from geomapclip.wording import degrees, distance

MOST_TOLD = 6  # names in a sentence
MOST_COUNTRIES = 3  # of a cue, in a sentence
LEAST_TOLD = 0.5  # probability from which a name is told to have counted


def describe_lettering(lettering: Lettering) -> dict[str, Any]:
    """All that was read, what each name said, and where a map lies."""
    record: dict[str, Any] = {
        "words": [
            {
                "text": word.text,
                "confidence": round(word.confidence, 3),
                "polygon": word.polygon.round(1).tolist(),
            }
            for word in lettering.words
        ],
        "names": [],
        "cues": [
            {
                "kind": cue.kind,
                "text": cue.text,
                "words": list(cue.words),
                "nats": round(cue.nats, 3),
                "countries": {code: round(ratio, 3) for code, ratio in cue.ratios},
            }
            for cue in lettering.cues
        ],
        "map_extent": lettering.extent and describe_extent(lettering.extent),
    }
    if lettering.notice:
        record["notice"] = lettering.notice
    gazetteer = load_gazetteer() if lettering.contributions else None
    for said in lettering.contributions:
        if gazetteer is None:
            break
        spot = gazetteer.coordinates[gazetteer.place_starts[said.place]]
        labels = [lettering.labels[number] for number in said.name.labels]
        record["names"].append(
            {
                "text": labels[0].text,
                "words": sorted({number for label in labels for number in label.words}),
                "nats": round(said.nats, 3),
                "probability": round(said.probability, 4),
                "kind": KINDS[gazetteer.kind[said.place]],
                "latitude": round(float(spot[0]), 3),
                "longitude": round(float(spot[1]), 3),
                "places": len(said.name.places),
            }
        )
    record["names"].sort(key=lambda name: -name["nats"])
    return record


def describe_extent(extent: MapExtent) -> dict[str, Any]:
    """Where a map lies."""
    west, south, east, north = extent.box
    return {
        "latitude": extent.centre[0],
        "longitude": extent.centre[1],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "width_km": extent.width_km,
        "uncertainty_km": extent.uncertainty_km,
        "residual_km": extent.residual_km,
        "agreeing": extent.agreeing,
        "projection": extent.projection,
        "corners": [list(corner) for corner in extent.corners],
    }


def lettering_sentences(lettering: Lettering) -> list[str]:
    """What a person wants to know of it, one sentence each."""
    if lettering.notice:
        return [lettering.notice]
    told = sorted(lettering.contributions, key=lambda said: -said.nats)
    names = [
        lettering.labels[said.name.labels[0]].text
        for said in told
        if said.probability >= LEAST_TOLD and said.nats > 0
    ]
    sentences = []
    if names:
        more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
        sentences.append(f"Read in the picture: {', '.join(names[:MOST_TOLD])}{more}.")
    if lettering.cues:
        told_cues = "; ".join(f"{cue.text} ({_countries(cue)})" for cue in lettering.cues)
        sentences.append(f"Signs of a country: {told_cues}.")
    if lettering.extent:
        sentences.append(extent_sentence(lettering.extent))
    return sentences


def extent_sentence(extent: MapExtent) -> str:
    """Where a map lies, how wide it is, and how well that is known."""
    metres = round(extent.residual_km * 1000)  # 0 where all places lie inside their labels
    within = f" to within {distance(extent.residual_km)}" if metres else ""
    return (
        f"A map {distance(extent.width_km)} wide around {degrees(*extent.centre)}: "
        f"{extent.agreeing} labels agree{within}, "
        f"its middle is known to {distance(extent.uncertainty_km)}."
    )


def _countries(cue: Cue) -> str:
    """Names of the countries that a cue fits best."""
    codes = [code for code, _ in sorted(cue.ratios, key=lambda row: -row[1])]
    names = ", ".join(country_name(code) for code in codes[:MOST_COUNTRIES])
    rest = len(codes) - MOST_COUNTRIES
    return f"{names} and {rest} more" if rest > 0 else names
