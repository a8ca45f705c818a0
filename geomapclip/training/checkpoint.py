"""Where a training run stands, kept so that it goes on as if it had never been broken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from geomapclip.errors import TrainingError
from geomapclip.training.alignment import Queue
from geomapclip.writing import replacing

FORMAT_VERSION = 1
MAY_CHANGE = ("epochs", "patience")  # of a recipe, between the parts of one run


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a run stands.

    Attributes:
        queue: Places of the photos before.
        epoch: Epochs behind it.
        step: Steps behind it in the epoch under way.
        loss: Sum of the losses of those steps.
        best: Lowest validation loss so far.
        waited: Epochs since.
        log: What came out of each epoch.
    """

    queue: Queue
    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    best: float = float("inf")
    waited: int = 0
    log: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A run as it lies on disk.

    Attributes:
        progress: Where it stands.
        model: Weights of the alignment.
        optimizer: State of the optimizer.
    """

    progress: Progress
    model: Mapping[str, Tensor]
    optimizer: Mapping[str, Any]


def write_checkpoint(path: Path, checkpoint: Checkpoint, about: Mapping[str, Any]) -> None:
    """Write a checkpoint, whole or not at all.

    Args:
        path: Of the file; what stands there is kept until the new one is whole.
        checkpoint: To write.
        about: The recipe and the data, which must be the same for a run to go on.

    Raises:
        TrainingError: It cannot be written, or holds a weight that is no number.
    """
    progress = checkpoint.progress
    where = f"epoch {progress.epoch + 1}, step {progress.step}"
    for name, value in checkpoint.model.items():
        if not torch.isfinite(value).all():
            raise TrainingError(
                name, "NaN or infinite", f"at {where}: the checkpoint before is kept ({path})"
            )
    content = {
        "format_version": FORMAT_VERSION,
        "about": dict(about),
        "progress": {**vars(progress), "queue": vars(progress.queue), "log": list(progress.log)},
        "model": dict(checkpoint.model),
        "optimizer": dict(checkpoint.optimizer),
    }
    try:
        with replacing(path) as temporary, temporary.open("wb") as file:
            torch.save(content, file)
    except (OSError, RuntimeError) as error:  # torch reports a full disk as either
        raise TrainingError(
            "checkpoint",
            str(path),
            f"cannot be written at {where} ({error}); the one before is kept: make room and run "
            "the same command again",
        ) from error


def read_checkpoint(path: Path, about: Mapping[str, Any], device: torch.device) -> Checkpoint:
    """Read a checkpoint of the same run.

    Raises:
        TrainingError: It cannot be read, or belongs to a run of another recipe or other data.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        kept, known = content["progress"], content["format_version"] == FORMAT_VERSION
        before = dict(content["about"])
        queue = kept.pop("queue")
        queue = Queue(queue["coordinates"], queue["embeddings"].to(device))
        progress = Progress(**{**kept, "queue": queue, "log": tuple(kept["log"])})
        checkpoint = Checkpoint(progress, content["model"], content["optimizer"])
    except Exception as error:  # torch, zipfile and pickle each have their own
        raise TrainingError("checkpoint", str(path), f"cannot be read ({error})") from error
    if not known:
        raise TrainingError("checkpoint", str(path), f"must have format_version {FORMAT_VERSION}")
    names = sorted({*before, *about} - set(MAY_CHANGE))
    differing = [name for name in names if before.get(name) != about.get(name)]
    if differing:
        shown = ", ".join(f"{name} ({before.get(name)!r} then)" for name in differing)
        raise TrainingError(
            "checkpoint",
            str(path),
            f"belongs to a run that differed in {shown}; choose another folder to begin anew",
        )
    return checkpoint
