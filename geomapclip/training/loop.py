"""The training loop: image -> place cross-entropy over the batch's places and a queue of others.

Source: GeoCLIP (arXiv 2309.16020), section 3.3. With a frozen location encoder the queue keeps
embeddings instead of coordinates: a place then gets one noise for its stay in the queue, not a
new one in each of its eight steps, and is embedded once and not eight times.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from torch import Tensor
from tqdm import tqdm

from geomapclip.errors import TrainingError
from geomapclip.gallery import Gallery
from geomapclip.image_encoder import PREFIX
from geomapclip.release import EMBEDDING_SIZE, geoclip_config, load_state, write_release
from geomapclip.targets import smoothed_targets
from geomapclip.training.alignment import Alignment, Queue
from geomapclip.training.batches import NOISE, Batch, Batches, chance
from geomapclip.training.checkpoint import Checkpoint, Progress, read_checkpoint, write_checkpoint
from geomapclip.training.noise import displaced
from geomapclip.training.processes import gather_rows
from geomapclip.training.validation import validate
from geomapclip.writing import replacing

CHECKPOINT_FILE = "checkpoint.pt"
LOG_FILE = "log.json"
CHECKPOINT_STEPS = 1000  # minutes of work on a processor, seconds on a GPU


@dataclass(frozen=True)
class Job:
    """What a run works on, beside its recipe.

    Attributes:
        out: Folder of the checkpoint, the log, and the best model in the release format.
        gallery: Goes into the release; validation looks in it.
        backbone: CLIP's repository and revision, for the release.
        source: The photos, in words: a run goes on only with the same.
    """

    out: Path
    gallery: Gallery
    backbone: Mapping[str, Any]
    source: str


class Training:
    """One run, from the start or from its last checkpoint.

    Args:
        alignment: Trained in place.
        batches: What it learns from.
        job: What it works on.
        accelerator: Devices and processes.

    Raises:
        TrainingError: The folder holds another run.
        WeightsError: Its checkpoint has weights of another shape.
    """

    def __init__(
        self, alignment: Alignment, batches: Batches, job: Job, accelerator: Accelerator
    ) -> None:
        self.batches, self.job, self.accelerator = batches, job, accelerator
        self.recipe, self.device = alignment.recipe, accelerator.device
        self.alignment = alignment.to(self.device)
        trained = [value for value in alignment.parameters() if value.requires_grad]
        optimizer = torch.optim.Adam(
            trained, self.recipe.learning_rate, weight_decay=self.recipe.weight_decay
        )
        self.about = {**self.recipe.to_json(), "source": job.source, "steps": len(batches)}
        width = EMBEDDING_SIZE if self.recipe.freeze_location_encoder else 0
        self.progress = Progress(Queue.empty(width, self.device))
        path = job.out / CHECKPOINT_FILE
        if path.is_file():
            found = read_checkpoint(path, self.about, self.device)
            load_state(self.alignment, found.model, str(path))
            optimizer.load_state_dict(dict(found.optimizer))
            self.progress = found.progress
        self.model, self.optimizer = accelerator.prepare(alignment, optimizer)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or too many went by without a better validation loss."""
        recipe, progress = self.recipe, self.progress
        weary = recipe.patience > 0 and progress.waited >= recipe.patience
        return progress.epoch >= recipe.epochs or weary

    def run(self) -> tuple[Mapping[str, Any], ...]:
        """Train to the end.

        Returns:
            What came out of each epoch, which also stands in log.json.

        Raises:
            TrainingError: A loss that is no number, or a disk that is full; the last checkpoint
                is kept.
        """
        validation = self.batches.validation() if self.accelerator.is_main_process else None
        while not self.finished:
            self._train_epoch()
            figures: list[Any] = [None]
            if validation is not None and len(validation.features):
                figures = [validate(self.alignment, validation, self.job.gallery, self.device)]
            self._end_epoch(broadcast_object_list(figures)[0])
        return self.progress.log

    def _train_epoch(self) -> None:
        epoch, done = self.progress.epoch, self.progress.step
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate * self.recipe.gamma**epoch
        quiet = (
            None if self.accelerator.is_main_process else True
        )  # None: where there is a terminal
        with tqdm(
            total=len(self.batches), initial=done, desc=f"Epoch {epoch + 1}", unit=" steps",
            disable=quiet,
        ) as bar:  # fmt: skip
            for batch in self.batches.epoch(epoch, done):
                loss = self._step(batch)
                self.progress = dataclasses.replace(
                    self.progress, step=self.progress.step + 1, loss=self.progress.loss + loss
                )
                bar.set_postfix(loss=f"{loss:.3f}")
                bar.update()
                if self.progress.step % CHECKPOINT_STEPS == 0:
                    self._keep()

    def _step(self, batch: Batch) -> float:
        """Learn from one batch; its loss, as the mean over all processes."""
        recipe, progress = self.recipe, self.progress
        features, own = gather_rows(self.accelerator, batch.features.to(self.device))
        coordinates, _ = gather_rows(self.accelerator, batch.coordinates)
        if len(features) == 0:  # none of the pictures of this step could be read
            return 0.0
        places, entries = self._places(coordinates)
        targets = None
        if recipe.smoothing_km:
            classes = torch.cat([coordinates, progress.queue.coordinates])
            targets = smoothed_targets(coordinates[own], classes, recipe.smoothing_km)
            targets = targets.to(self.device)
        total = self.model(features, places, own, targets)
        mean = total.detach() / len(features)
        loss = float(self.accelerator.reduce(mean, "sum"))
        if not math.isfinite(loss):
            raise TrainingError(
                "loss",
                loss,
                f"at epoch {progress.epoch + 1}, step {progress.step + 1}; the last good "
                f"checkpoint is kept ({self.job.out / CHECKPOINT_FILE}): lower learning_rate, or "
                "look at the features of that step",
            )
        self.optimizer.zero_grad()
        # Gradients are averaged over the processes, and are wanted as of the mean over photos.
        self.accelerator.backward(total * self.accelerator.num_processes / len(features))
        self.optimizer.step()
        queue = progress.queue.push(coordinates, entries, recipe.queue)
        self.progress = dataclasses.replace(progress, queue=queue)
        return loss

    def _places(self, coordinates: Tensor) -> tuple[Tensor, Tensor]:
        """The classes of a step, with noise, and what the queue shall keep of the batch."""
        recipe, progress = self.recipe, self.progress
        generator = chance(recipe, NOISE, progress.epoch, progress.step)
        here = displaced(coordinates, recipe.batch_noise_m, generator)
        if not recipe.freeze_location_encoder:
            others = displaced(progress.queue.coordinates, recipe.queue_noise_m, generator)
            places = torch.cat([here, others]).float().to(self.device)
            return places, torch.empty(len(here), 0, device=self.device)
        later = displaced(coordinates, recipe.queue_noise_m, generator)
        with torch.no_grad():
            both = self.alignment.embed_places(torch.cat([here, later]).float().to(self.device))
        here, later = both[: len(coordinates)], both[len(coordinates) :]
        return torch.cat([here, progress.queue.embeddings]), later

    def _end_epoch(self, figures: Mapping[str, float] | None) -> None:
        progress = self.progress
        entry = {
            "epoch": progress.epoch + 1,
            "steps": progress.step,
            "loss": progress.loss / max(1, progress.step),
            "learning_rate": self.optimizer.param_groups[0]["lr"],
            "temperature": math.exp(-float(self.alignment.logit_scale.detach())),
            "validation": figures,
        }
        better = figures is None or figures["loss"] < progress.best
        self.progress = Progress(
            progress.queue,
            epoch=progress.epoch + 1,
            best=figures["loss"] if figures and better else progress.best,
            waited=0 if better else progress.waited + 1,
            log=(*progress.log, entry),
        )
        if better and self.accelerator.is_main_process:
            self._write_release(entry)
        self._keep()

    def _keep(self) -> None:
        """Write checkpoint and log; all processes wait for it."""
        if self.accelerator.is_main_process:
            state = Checkpoint(
                self.progress, self.alignment.state_dict(), self.optimizer.state_dict()
            )
            write_checkpoint(self.job.out / CHECKPOINT_FILE, state, self.about)
            try:
                with replacing(self.job.out / LOG_FILE) as temporary:
                    temporary.write_text(json.dumps(self.progress.log, indent=2) + "\n")
            except OSError as error:
                raise TrainingError(
                    "log", str(self.job.out), f"cannot be written ({error})"
                ) from error
        self.accelerator.wait_for_everyone()

    def _write_release(self, entry: Mapping[str, Any]) -> None:
        """The model as `GeoMapCLIP.from_pretrained` reads it."""
        encoder = self.alignment.location_encoder
        config = geoclip_config(encoder.sigma, self.job.backbone)
        config |= {"recipe": self.recipe.to_json(), "source": self.job.source, "trained": entry}
        tensors = {
            **encoder.release_tensors(),
            **{PREFIX + key: value for key, value in self.alignment.mlp.state_dict().items()},
            "logit_scale": self.alignment.logit_scale,
        }
        write_release(self.job.out, config, tensors, self.job.gallery.to_csv())
