"""What can be read off location embeddings about the places themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tqdm import tqdm

from geomapclip.errors import InvalidArgumentError
from geomapclip.geodesy import Coordinates, unit_vectors
from geomapclip.location_encoder import LocationEncoder
from geomapclip.metrics import Figure, Values
from geomapclip.probe_data import frequent, load_airfields, load_towns
from geomapclip.probing import classify, nearest_labels, nearest_values, regress, spatial_split

WEIGHTS = ("geoclip", "geomapclip")
TOWNS = 8_000
NEAREST = "five nearest places"


@dataclass(frozen=True)
class Task:
    """What was asked, and how well each kind of input answered.

    Attributes:
        name: "country", ...
        measure: "accuracy" (a share) or "explained variance" (1 is perfect, 0 the mean).
        places: How many were measured on.
        kinds: How many labels there are; 0 for numbers.
        figures: By input.
    """

    name: str
    measure: str
    places: int
    kinds: int
    figures: Mapping[str, Figure]


def inputs_of(
    coordinates: Coordinates, weights: Sequence[str], *, seed: int = 0
) -> dict[str, Values]:
    """What the linear models may read: (n, width) each.

    Args:
        coordinates: Shape (n, 2), degrees.
        weights: Names or folders of location encoders.
        seed: Of the encoder that was never trained.
    """
    radians = np.radians(coordinates)
    torch.manual_seed(seed)
    encoders = {"untrained Fourier features": LocationEncoder(None)}
    encoders |= {name: LocationEncoder(name) for name in weights}
    places = torch.from_numpy(coordinates.astype(np.float32))
    with torch.inference_mode():
        embedded = {name: encoder(places).double().numpy() for name, encoder in encoders.items()}
    return {
        "degrees": coordinates,
        "sines and cosines": np.concatenate([np.sin(radians), np.cos(radians)], axis=1),
        **embedded,
    }


def probe_places(
    weights: Sequence[str] = WEIGHTS, *, count: int = TOWNS, seed: int = 0
) -> list[Task]:
    """Ask about towns and airfields.

    Args:
        weights: Names or folders of location encoders.
        count: Of towns, and of airfields.
        seed: Of the draw, the blocks held out, the untrained encoder and the intervals.

    Raises:
        DataError: A package that holds the places is missing.
        WeightsError: Unknown weights.
    """
    if count < 100:
        raise InvalidArgumentError("towns", count, "must be 100 or more")
    towns, airfields = load_towns(count, seed=seed), load_airfields(count, seed=seed)
    inputs = inputs_of(towns.coordinates, weights, seed=seed)
    split, points = spatial_split(towns.coordinates, seed=seed), unit_vectors(towns.coordinates)
    tasks = []
    with tqdm(total=(len(inputs) + 1) * 5, desc="Probing", disable=None) as bar:
        for name, labels in towns.labels.items():
            rows = np.flatnonzero(frequent(labels))
            part, names = split.within(rows), labels[rows]
            figures = {}
            for kind, values in inputs.items():
                figures[kind] = classify(values[rows], names, part, seed=seed)
                bar.update()
            figures[NEAREST] = nearest_labels(points[rows], names, part, seed=seed)
            bar.update()
            tasks.append(Task(name, "accuracy", len(part.test), len(np.unique(names)), figures))
        for name, coordinates, values in (
            ("log population", towns.coordinates, towns.log_population),
            ("elevation", airfields.coordinates, airfields.elevation_m),
        ):
            part = spatial_split(coordinates, seed=seed)
            figures = {}
            for kind, seen in inputs_of(coordinates, weights, seed=seed).items():
                figures[kind] = regress(seen, values, part, seed=seed)
                bar.update()
            spots = unit_vectors(coordinates)
            figures[NEAREST] = nearest_values(spots, values, part, seed=seed)
            bar.update()
            tasks.append(Task(name, "explained variance", len(part.test), 0, figures))
    return tasks
