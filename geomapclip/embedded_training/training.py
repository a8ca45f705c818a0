"""The training of the ``embedded`` encoder, which can be stopped and continued."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader
from tqdm import tqdm

from geomapclip.cartography import Atlas
from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embedded_training.checks import Checks
from geomapclip.embedded_training.pictures import Mixture, Photographs
from geomapclip.embedded_training.recipe import Recipe
from geomapclip.gallery import Gallery
from geomapclip.targets import smoothed_targets

DOUBTS = 256  # places that stand for all where people go, drawn anew for each step
MEASURE_EVERY = 4_096  # pictures
CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"


class Training:
    """The network, its running mean and its optimizer: all that a checkpoint holds.

    Args:
        recipe: How to train.
        locations: Unit embeddings of the world gallery, (m, 512).
        world: That gallery.
        start: Weights of an embedded encoder to go on from; None starts from ImageNet's.
    """

    def __init__(
        self, recipe: Recipe, locations: Tensor, world: Gallery, start: Path | None = None
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.locations, self.world = recipe, locations, world
        encoder = EmbeddedEncoder(start)
        encoder.own_features = True
        self.encoder = encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.logit_scale = nn.Parameter(torch.tensor(math.log(40.0)))
        encoder.features.freeze(recipe.frozen_blocks)
        running = get_ema_multi_avg_fn(recipe.mean_over)  # type: ignore[no-untyped-call]
        self.mean = AveragedModel(self.encoder, multi_avg_fn=running)
        features = [p for p in self.encoder.features.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": features, "top": recipe.learning_rate},
                {"params": [*encoder.head.parameters(), self.logit_scale], "top": recipe.head_rate},
            ],
            weight_decay=recipe.weight_decay,
        )
        self.done = 0  # pictures

    def step(self, pixels: Tensor, targets: Tensor, classes: NDArray[np.intp]) -> float:
        """Learn from one batch and return its loss."""
        recipe = self.recipe
        torch.manual_seed(recipe.seed + self.done)  # of the dropout, the same after a break
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * recipe.rate(self.done)
        self.encoder.train()
        self.encoder.features.freeze(recipe.frozen_blocks)
        features = self.encoder.features(pixels.contiguous(memory_format=torch.channels_last))
        images = functional.normalize(
            self.encoder.head(functional.dropout(features, recipe.dropout))
        )
        logits = self.logit_scale.exp() * images @ self.locations[classes].T
        loss = functional.cross_entropy(logits, targets)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # (has no types)
        nn.utils.clip_grad_norm_(self.encoder.parameters(), 5.0)
        self.optimizer.step()
        self.mean.update_parameters(self.encoder)
        self.done += len(pixels)
        return loss.item()

    def save(self, path: Path) -> None:
        """Write a checkpoint; the one before stays until it is whole."""
        state = {
            "encoder": self.encoder.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "logit_scale": self.logit_scale.detach(),
            "done": self.done,
        }
        torch.save(state, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").replace(path)

    def load(self, path: Path) -> None:
        """Go on from a checkpoint."""
        state = torch.load(path, weights_only=True)
        self.encoder.load_state_dict(state["encoder"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.logit_scale.data.copy_(state["logit_scale"])
        self.done = int(state["done"])

    def averaged(self) -> EmbeddedEncoder:
        """The running mean, at the size of the pictures that it has seen last."""
        encoder = cast(EmbeddedEncoder, self.mean.module.eval())
        encoder.image_size = self.recipe.size(max(self.done - 1, 0))
        return encoder


def train(
    training: Training, atlas: Atlas, photographs: Photographs, checks: Checks, folder: Path
) -> None:
    """Learn from the pictures that are left, measuring and saving on the way.

    Args:
        training: Changed in place.
        atlas: What maps are drawn from.
        photographs: To learn from.
        checks: To measure on.
        folder: Gets the checkpoint, and a line of the log for each measurement.
    """
    recipe, encoder = training.recipe, training.encoder
    while training.done < recipe.pictures:
        first = training.done
        last = min(first + MEASURE_EVERY, recipe.pictures)
        last = min([last, *(turn for turn, _ in recipe.sizes if turn > first)])
        encoder.image_size = recipe.size(first)
        mixture = Mixture(
            atlas,
            photographs,
            encoder.preprocess,
            recipe=recipe,
            first=first,
            last=last,
        )
        losses, started = [], time.monotonic()
        loader: DataLoader[Any] = DataLoader(
            mixture, batch_size=recipe.batch, num_workers=1, prefetch_factor=4
        )
        bar = tqdm(loader, desc=f"{first:,} to {last:,}", unit=" batches", disable=None)
        for pixels, latitude, longitude, reach_km, doubt in bar:
            chance = np.random.default_rng((recipe.seed, training.done, 2))
            classes = chance.choice(len(training.world), recipe.classes, replace=False)
            coordinates = torch.stack([latitude, longitude], dim=1).numpy()
            targets = smoothed_targets(
                coordinates, training.world.coordinates[classes], reach_km.numpy()
            )
            if len(atlas.visited):
                some = atlas.visited[chance.integers(len(atlas.visited), size=DOUBTS), ::-1]
                anywhere = smoothed_targets(
                    some, training.world.coordinates[classes], recipe.doubt_reach_km
                )
                targets = torch.lerp(targets, anywhere.mean(dim=0)[None], doubt[:, None].float())
            losses.append(training.step(pixels, targets, classes))
            bar.set_postfix(loss=f"{losses[-1]:.2f}")
        line = {
            "pictures": training.done,
            "size": encoder.image_size,
            "loss": round(float(np.mean(losses)), 4),
            "minutes": round((time.monotonic() - started) / 60, 2),
            **checks.glance(training.averaged()),
        }
        with (folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        training.save(folder / CHECKPOINT)
