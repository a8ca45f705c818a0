"""Train the head of the ``embedded`` encoder: ``python -m geomapclip.train_embedded``.

Pictures of maps are drawn at random (`cartography`) and photographs read from a folder; both go
through the frozen features once. The head then learns a belief over places: cross-entropy
against targets that fall off with the distance, over the frozen location embeddings of a sample
of the world. The same seed gives the same head.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from geomapclip.cartography import Atlas
from geomapclip.drawn import DrawnMaps, Photographs
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embedded_features import Pairs, extract
from geomapclip.embeddings import embed_gallery
from geomapclip.estimate import Estimate
from geomapclip.gallery import Gallery, load_gallery
from geomapclip.geodesy import EARTH_RADIUS_KM, great_circle_km, unit_vectors
from geomapclip.location_encoder import LocationEncoder
from geomapclip.release import EMBEDDED, FORMAT_VERSION, write_release

THRESHOLDS_KM = (25, 200, 750, 2500)
SCALES = torch.logspace(0.3, 2.3, 41)  # of the cosine, from 2 to 200, that `calibrate` tries


@dataclass(frozen=True)
class Recipe:
    """What one training run depends on, each with its reason."""

    seed: int = 0
    maps: int = 6_000  # drawn for training
    calibration_maps: int = 600  # drawn from another seed, to fit how sure it may be
    test_maps: int = 600  # drawn from a third seed
    photo_views: int = 2  # crops of each photograph
    steps: int = 500  # some 35 epochs; 80 learnt the pictures by heart
    batch: int = 512
    photo_share: float = 0.15  # of a batch; there are few photographs, and they are repeated
    learning_rate: float = 1e-3  # highest of the one-cycle schedule
    weight_decay: float = 0.1
    dropout: float = 0.5  # on the features, which are far more than the pictures
    classes: int = 8_192  # places of the world gallery in one step
    map_reach_km: float = 150.0  # a target falls to 1/e at this distance
    photo_reach_km: dict[str, float] = field(  # labels of photographs are rougher
        default_factory=lambda: {
            "exact": 300.0,
            "landmark": 300.0,
            "city": 500.0,
            "country": 1500.0,
        }
    )
    held_out: tuple[str, ...] = (  # sources of photographs that only calibrate and test
        "avsolon/KvizGeoBot",
        "drewnoakes/metadata-extractor-images",
        "mapillary/OpenSfM",
        "photoprism/photoprism",
        "ualsg/global-streetscapes",
    )


def smoothed_targets(
    coordinates: NDArray[np.float64], places: NDArray[np.float64], reach_km: NDArray[np.float64]
) -> Tensor:
    """Targets (n, m) that fall off as exp(-distance / reach) and add up to 1 in each row."""
    one, other = (torch.from_numpy(unit_vectors(spots)).float() for spots in (coordinates, places))
    km = EARTH_RADIUS_KM * torch.arccos((one @ other.T).clamp(-1, 1))
    return torch.softmax(-km / torch.from_numpy(reach_km).float()[:, None], dim=1)


def train_head(
    encoder: EmbeddedEncoder, locations: Tensor, world: Gallery, maps: Pairs, photos: Pairs,
    recipe: Recipe,
) -> None:  # fmt: skip
    """Train the head in place.

    Args:
        encoder: Its features stay as they are.
        locations: Unit embeddings of the world gallery, (m, 512).
        world: That gallery.
        maps: To learn from.
        photos: To learn from.
        recipe: How.
    """
    torch.manual_seed(recipe.seed)  # again, for whoever read the features from a folder
    chance = np.random.default_rng(recipe.seed)
    logit_scale = nn.Parameter(torch.tensor(math.log(40.0)))
    optimizer = torch.optim.AdamW(
        [*encoder.head.parameters(), logit_scale], weight_decay=recipe.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=recipe.steps
    )
    from_photos = int(recipe.batch * recipe.photo_share)
    encoder.head.train()
    bar = tqdm(range(recipe.steps), desc="Training", unit=" steps", disable=None)
    for _ in bar:
        rows = [
            (pairs, chance.integers(len(pairs), size=count))
            for pairs, count in ((maps, recipe.batch - from_photos), (photos, from_photos))
        ]
        classes = chance.choice(len(world), recipe.classes, replace=False)
        features = torch.cat([pairs.features[index] for pairs, index in rows]).float()
        targets = smoothed_targets(
            np.concatenate([pairs.coordinates[index] for pairs, index in rows]),
            world.coordinates[classes],
            np.concatenate([pairs.reach_km[index] for pairs, index in rows]),
        )
        images = functional.normalize(encoder.head(functional.dropout(features, recipe.dropout)))
        logits = logit_scale.exp() * images @ locations[classes].T
        loss = functional.cross_entropy(logits, targets)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # (has no types)
        optimizer.step()
        schedule.step()
        bar.set_postfix(loss=f"{loss.item():.3f}")
    encoder.head.eval()


@torch.inference_mode()
def calibrate(
    encoder: EmbeddedEncoder, locations: Tensor, world: Gallery, kinds: Sequence[Pairs]
) -> Tensor:
    """The scale under which the cells that hold the truth are likeliest, as its logarithm.

    Args:
        encoder: Trained on other pictures.
        locations: As for `train_head`.
        world: As for `train_head`.
        kinds: Pictures of several kinds, which count alike however many they are.
    """
    loss = torch.zeros(len(SCALES))
    for pairs in kinds:
        home = world.cells.index[world.tree.query(unit_vectors(pairs.coordinates))[1]]
        for row in range(len(pairs)):
            image = functional.normalize(encoder.head(pairs.features[row : row + 1].float()))
            logits = SCALES[:, None] * (image @ locations.T)
            there = torch.from_numpy(world.cells.index == home[row])
            held = logits[:, there].logsumexp(dim=1) - logits.logsumexp(dim=1)
            loss -= held / len(pairs)
    return SCALES[loss.argmin()].log()


@torch.inference_mode()
def measure(
    encoder: EmbeddedEncoder, locations: Tensor, world: Gallery, scale: Tensor, pairs: Pairs
) -> dict[str, float]:
    """Median km, accuracy at each distance, and how often the 50 % and 90 % regions hold it."""
    km, held = [], {0.5: [], 0.9: []}  # type: ignore[var-annotated]
    cells = world.cells
    home = cells.index[world.tree.query(unit_vectors(pairs.coordinates))[1]]
    for row in range(len(pairs)):
        image = functional.normalize(encoder.head(pairs.features[row : row + 1].float()))
        logits = scale.exp() * (image @ locations.T)[0]
        estimate = Estimate(world, logits.double().numpy(), "embedded")
        best = world.coordinates[int(logits.argmax())]
        km.append(float(great_circle_km(best, pairs.coordinates[row])))
        for share, hits in held.items():
            hits.append(home[row] in estimate.rows_holding(share))
    distances = np.array(km)
    return {
        "pictures": len(pairs),
        "median_km": float(np.median(distances)),
        **{f"within_{limit}_km": float(np.mean(distances <= limit)) for limit in THRESHOLDS_KM},
        **{f"in_{share:.0%}_region": float(np.mean(hits)) for share, hits in held.items()},
    }


def main(arguments: list[str] | None = None) -> int:
    """Train, measure, and write the release folder."""
    parser = argparse.ArgumentParser(description="Train the head of the embedded encoder.")
    parser.add_argument("--natural-earth", type=Path, required=True, help="folder of vectors")
    parser.add_argument("--photos", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--real-maps", type=Path, help="folder with manifest.csv, to measure on")
    parser.add_argument("--work", type=Path, help="folder that keeps the features of pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args(arguments)
    recipe, work = Recipe(), options.work
    if work:
        work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    encoder = EmbeddedEncoder(None).eval()
    world = load_gallery("world")
    locations = embed_gallery(LocationEncoder("geoclip").requires_grad_(False), world.coordinates)
    atlas = Atlas.load(options.natural_earth)
    maps, calibration_maps, test_maps = (
        extract(encoder, DrawnMaps(atlas, encoder.preprocess, count, seed), reach, name, work)
        for seed, (name, count) in enumerate(
            {
                "maps": recipe.maps,
                "maps to calibrate": recipe.calibration_maps,
                "maps to test": recipe.test_maps,
            }.items(),
            start=recipe.seed,
        )
        for reach in [np.full(count, recipe.map_reach_km)]
    )
    photos, held_out = _photo_pairs(encoder, options.photos, recipe, work)
    train_head(encoder, locations, world, maps, photos, recipe)
    kinds = [calibration_maps, held_out.part(slice(0, None, 2))]
    scale = calibrate(encoder, locations, world, kinds)
    tests = {
        "drawn maps, another seed": test_maps,
        "photographs, other sources": held_out.part(slice(1, None, 2)),
    }
    if options.real_maps:
        rows = pd.read_csv(options.real_maps / "manifest.csv")
        pictures = Photographs(rows, options.real_maps, encoder.preprocess, 1)
        tests["real maps"] = extract(encoder, pictures, np.zeros(len(rows)), "real maps", work)
    figures = {name: measure(encoder, locations, world, scale, p) for name, p in tests.items()}
    config = {
        "model_type": EMBEDDED,
        "format_version": FORMAT_VERSION,
        "location_encoder": "geoclip",
        "gallery": "world",
        "image_size": encoder.image_size,
        "recipe": asdict(recipe),
        "figures": figures,
    }
    write_release(options.out, config, {**encoder.release_tensors(), "logit_scale": scale})
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 0


def _photo_pairs(
    encoder: EmbeddedEncoder, folder: Path, recipe: Recipe, work: Path | None
) -> tuple[Pairs, Pairs]:
    rows = pd.read_csv(folder / "manifest.csv")
    rows = rows[rows.kind != "other"]  # food, interiors, signs
    held_out = rows.source_repo.isin(recipe.held_out)
    parts = []
    for name, part, views in (
        ("photographs", rows[~held_out], recipe.photo_views),
        ("photographs held out", rows[held_out], 1),
    ):
        reach = part.coord_quality.map(recipe.photo_reach_km).to_numpy(float).repeat(views)
        pictures = Photographs(part, folder, encoder.preprocess, views)
        parts.append(extract(encoder, pictures, reach, name, work))
    return parts[0], parts[1]


if __name__ == "__main__":
    sys.exit(main())
