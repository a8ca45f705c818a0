"""An epoch of training from cached features, beside geoclip 1.3.0's loop on the same pairs.

Features are random numbers of the right shape, which changes no time. The published loop reads
them from memory through a DataLoader, in front of its own networks; ours reads the files that
`geomapclip.features` writes. The published loop and ours with a trained location encoder take
some minutes an epoch, so only their first steps are timed and the epoch is reckoned from them.
Where other work shares the machine, the processor time divided by the cores is what counts.

    python -m benchmarks.train
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
import warnings
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.reference import import_published
from geomapclip import load_gallery
from geomapclip.features import Features, read_features
from geomapclip.shards import shard_path, write_shard
from geomapclip.training.alignment import Alignment
from geomapclip.training.batches import FeatureBatches
from geomapclip.training.loop import Job, Training
from geomapclip.training.recipe import Recipe

WIDTH, SHARD_ROWS = 768, 4096
BACKBONE = {"repo_id": "openai/clip-vit-large-patch14", "revision": None}


class HeadAlone(nn.Module):
    """The published image encoder without its tower: features go straight into its network."""

    def __init__(self, **_):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 768), nn.ReLU(), nn.Linear(768, 512))

    def forward(self, features):
        return self.mlp(features)


def write_features(folder: Path, pairs: int) -> Features:
    """Random features at places of GeoCLIP's gallery."""
    generator = torch.Generator().manual_seed(0)
    places = np.resize(load_gallery("geoclip").coordinates, (pairs, 2))
    numbers = range(0, pairs, SHARD_ROWS)
    for number, start in enumerate(numbers):
        rows = places[start : start + SHARD_ROWS]
        features = torch.randn(len(rows), 1, WIDTH, generator=generator)
        names = [str(start + row) for row in range(len(rows))]
        write_shard(shard_path(folder, number), features, rows, names, [])
    config = {"format_version": 1, "views": 1, "ten_crop": False, "backbone": BACKBONE}
    (folder / "features.json").write_text(json.dumps(config | {"shards": len(numbers)}))
    return read_features(folder)


def ours(features: Features, steps: int | None, *, frozen: bool) -> tuple[float, int]:
    """Seconds of so many steps of this project (None: a whole epoch), and how many they were."""
    recipe = Recipe(weights="geoclip", freeze_location_encoder=frozen, validation_share=0)
    job = Job(features.folder / "out", load_gallery("geoclip"), BACKBONE, "benchmark")
    batches = FeatureBatches(features, recipe)
    run = Training(Alignment(recipe, WIDTH), batches, job, Accelerator(cpu=True))
    started = time.perf_counter()
    done = 0
    for batch in islice(batches.epoch(0), steps):
        run._step(batch)
        done += 1
    return time.perf_counter() - started, done


def published(features: Features, steps: int, folder: Path, *, frozen: bool) -> float:
    """Seconds of so many steps of the published loop, its queue full as it always is."""
    module = import_published("geoclip", "GeoCLIP", folder)
    module.ImageEncoder = HeadAlone
    file = folder / "geoclip" / "train" / "train.py"
    spec = importlib.util.spec_from_file_location("published_train", file)
    loop = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loop)
    model = module.GeoCLIP()
    model.location_encoder.requires_grad_(not frozen)
    size = Recipe.batch
    index = np.arange(min(len(features), steps * size))
    pairs = TensorDataset(
        features.rows(index)[:, 0], torch.from_numpy(features.coordinates[index]).float()
    )
    loader = DataLoader(pairs, batch_size=size, shuffle=True, drop_last=True)
    optimizer = torch.optim.Adam(model.parameters(), Recipe.learning_rate)
    started = time.perf_counter()
    loop.train(loader, model, optimizer, 1, size, "cpu")
    return (time.perf_counter() - started) / len(loader)


def main() -> None:
    warnings.simplefilter("ignore")  # theirs
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=12, help="timed where an epoch is too long")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "features").mkdir()
        features = write_features(folder / "features", options.pairs)
        print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, float32")
        print(f"{options.pairs:,} pairs, batch {Recipe.batch}, queue {Recipe.queue}")
        before = time.process_time()
        seconds, steps = ours(features, None, frozen=True)
        busy = time.process_time() - before
        print(
            f"ours, frozen: {seconds:5.1f} s for an epoch of {steps} steps, "
            f"{busy:5.1f} s of processor time"
        )
        for frozen in (True, False):
            label = "frozen" if frozen else "trained"
            per_step = published(features, options.steps, folder, frozen=frozen)
            reckoned = per_step * steps
            print(f"published, {label}: {per_step:5.2f} s a step, so {reckoned:6.0f} s an epoch")
            if not frozen:
                # The queue is full after eight steps; those before are cheaper.
                first, _ = ours(features, 8, frozen=False)
                more, done = ours(features, 8 + options.steps, frozen=False)
                mine = (more - first) / (done - 8)
                print(f"ours, {label}: {mine:5.2f} s a step, so {mine * steps:6.0f} s an epoch")


if __name__ == "__main__":
    main()
