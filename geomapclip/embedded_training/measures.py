"""What the ``embedded`` encoder is worth: distances, and how often its regions hold the truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from geomapclip.doubt import with_doubt
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embedded_training.pictures import Sample
from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery
from geomapclip.geodesy import EARTH_RADIUS_KM, great_circle_km, unit_vectors
from geomapclip.metrics import Figure, bootstrap
from geomapclip.tables import percent, table, whole

THRESHOLDS_KM = (25, 200, 750, 2500)
CONSTANT_KM = (750, 2500)  # within which a constant guess is worth a comparison
Figures = dict[str, float | list[float]]  # by name; the ends of an interval under a name of its own
COLUMNS = {
    "median_km": "Median error, km",
    "within_750_km": "Within 750 km, %",
    "constant_within_750_km": "best constant guess",
    "within_2500_km": "Within 2,500 km, %",
    "constant_within_2500_km": "best constant guess",
    "in_50%_region": "Truth in the 50 % region, %",
    "in_90%_region": "in the 90 % region",
}  # of a card, by the names of the figures
CALIBRATED = 0.9  # the region that `calibrate` looks at
SCALES = np.logspace(0.3, 2.3, 41).tolist()  # of the cosine, from 2 to 200, that `calibrate` tries


@dataclass(frozen=True)
class Seen:
    """Pictures that an encoder has looked at.

    Attributes:
        embeddings: Unit vectors, shape (n, 512).
        coordinates: Of the truth in degrees, shape (n, 2).
    """

    embeddings: Tensor
    coordinates: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.embeddings)


@torch.inference_mode()
def see(encoder: EmbeddedEncoder, samples: Iterable[Sample]) -> Seen:
    """Look at pictures one by one, as the application does."""
    embeddings, coordinates = [], []
    for sample in samples:
        pixels = encoder.preprocess(sample.image)[None]
        embeddings.append(functional.normalize(encoder(pixels))[0])
        coordinates.append((sample.latitude, sample.longitude))
    return Seen(torch.stack(embeddings), np.array(coordinates))


@torch.inference_mode()
def median_km(seen: Seen, locations: Tensor, world: Gallery) -> tuple[float, float]:
    """Median distance of the best place in km, and the share within 750 km."""
    best = (seen.embeddings @ locations.T).argmax(dim=1).numpy()
    km = great_circle_km(world.coordinates[best], seen.coordinates)
    return float(np.median(km)), float(np.mean(km <= 750))


def calibrate(
    kinds: Sequence[Seen], locations: Tensor, world: Gallery, doubt: float = 0, caution: float = 0
) -> Tensor:
    """The largest scale under which no kind's regions hold less than they say, as its logarithm.

    Args:
        kinds: Pictures of several kinds, which count alike however many they are.
        locations: Unit embeddings of the world gallery, (m, 512).
        world: That gallery.
        doubt: See `doubt.with_doubt`.
        caution: By how much more than 90 % of each kind the regions of 90 % must hold.
    """
    for scale in sorted(SCALES, reverse=True):
        kept = (_beliefs(seen, locations, world, scale, doubt) for seen in kinds)
        held = ([home in each.rows_holding(CALIBRATED) for home, each in kind] for kind in kept)
        if all(np.mean(hits) >= CALIBRATED + caution for hits in held):
            break
    return torch.tensor(scale).log()


@torch.inference_mode()
def measure(
    seen: Seen, locations: Tensor, world: Gallery, scale: Tensor, doubt: float = 0
) -> Figures:
    """Median km, accuracy at each distance, and how often the 50 % and 90 % regions hold it.

    ``constant_within_...`` is what the one place scores that lies near most of these pictures,
    chosen with their truths known. Each ``..._interval`` holds the ends of a 95 % bootstrap
    interval (`metrics.bootstrap`).

    Args:
        seen: The pictures.
        locations: As in `calibrate`, as are world and doubt.
        world: See there.
        scale: Of the cosine, as its logarithm.
        doubt: See there.
    """
    km, held = [], {0.5: [], 0.9: []}  # type: ignore[var-annotated]
    beliefs = _beliefs(seen, locations, world, float(scale.exp()), doubt)
    for truth, (home, estimate) in zip(seen.coordinates, beliefs, strict=True):
        best = world.coordinates[int(estimate.logits.argmax())]
        km.append(float(great_circle_km(best, truth)))
        for share, hits in held.items():
            hits.append(home in estimate.rows_holding(share))
    distances = np.array(km)
    columns = {
        **{f"within_{limit}_km": distances <= limit for limit in THRESHOLDS_KM},
        **{f"in_{share:.0%}_region": np.array(hits) for share, hits in held.items()},
        **{f"constant_within_{limit}_km": _constant(seen, world, limit) for limit in CONSTANT_KM},
    }
    marks = np.stack(list(columns.values()), axis=1)
    drawn = bootstrap(
        lambda rows: np.append(np.median(distances[rows]), marks[rows].mean(axis=0)), len(seen)
    )
    figures: Figures = {"pictures": len(seen)}
    for name, figure in zip(["median_km", *columns], drawn, strict=True):
        figures |= {name: figure.value, f"{name}_interval": [figure.low, figure.high]}
    return figures


@torch.inference_mode()
def _beliefs(
    seen: Seen, locations: Tensor, world: Gallery, scale: float, doubt: float
) -> Iterator[tuple[int, Estimate]]:
    """For each picture the cell of its truth, and the belief as the application has it."""
    for embedding, home in zip(seen.embeddings, _homes(seen, world), strict=True):
        logits = with_doubt(scale * (embedding @ locations.T), doubt)
        yield int(home), Estimate(world, logits.double().numpy(), "embedded")


def _constant(seen: Seen, world: Gallery, limit_km: float) -> NDArray[np.bool_]:
    """Which pictures lie within a distance of the place that has most of them around it."""
    chord = 2 * np.sin(limit_km / EARTH_RADIUS_KM / 2)
    around = world.tree.query_ball_point(unit_vectors(seen.coordinates), chord)
    place = int(np.bincount(np.concatenate(around).astype(np.intp)).argmax())
    near: NDArray[np.bool_] = (
        great_circle_km(world.coordinates[place], seen.coordinates) <= limit_km
    )
    return near


def figures_table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """What a card shows of them in Markdown, with their intervals; shares in percent."""
    rows = []
    for name, measured in figures.items():
        row = [f"{name[0].upper()}{name[1:]}", f"{measured['pictures']:,}"]
        for column in COLUMNS:
            figure = Figure(measured[column], *measured[f"{column}_interval"])
            row.append(whole(figure) if column == "median_km" else percent(figure))
        rows.append(row)
    return table(["Pictures", "n", *COLUMNS.values()], rows)


def _homes(seen: Seen, world: Gallery) -> NDArray[np.intp]:
    """The cell that holds the gallery place nearest to each truth."""
    homes: NDArray[np.intp] = world.cells.index[world.tree.query(unit_vectors(seen.coordinates))[1]]
    return homes
