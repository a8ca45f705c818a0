"""Train or fine-tune: ``python -m geomapclip.train``, or ``accelerate launch -m geomapclip.train``.

From a folder of features (`geomapclip.features`), where an epoch costs seconds, or from the
pictures themselves. The same command goes on where it was broken off.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geomapclip.clip import CLIP_BACKBONE
from geomapclip.data import Dropped, read_table
from geomapclip.errors import DataError, GeoMapCLIPError
from geomapclip.extraction import CONFIG_FILE, Machine
from geomapclip.features import Features, read_features, write_dropped
from geomapclip.gallery import load_gallery
from geomapclip.image_encoder import ImageEncoder, load_clip
from geomapclip.release import GEOCLIP, Release, read_release
from geomapclip.sources import is_table
from geomapclip.training.alignment import Alignment
from geomapclip.training.batches import Batches, FeatureBatches, Process
from geomapclip.training.picture_batches import PictureBatches
from geomapclip.training.recipe import RANDOM, Recipe
from geomapclip.weights import gallery_of

if TYPE_CHECKING:
    from accelerate import Accelerator

DEFAULT_GALLERY = "geoclip"  # for weights that start at random


def main(arguments: Sequence[str] | None = None) -> int:
    """Train; exit status 0, or 2 when it could not start or go on."""
    options = build_parser().parse_args(arguments)
    if find_spec("accelerate") is None:
        print("Error: training needs more packages: pip install -e '.[train]'", file=sys.stderr)
        return 2
    from accelerate import Accelerator

    try:
        names = [field.name for field in dataclasses.fields(Recipe)]
        recipe = Recipe(**{name: getattr(options, name) for name in names})
        accelerator = Accelerator(cpu=options.cpu, mixed_precision="no")
        train(recipe, accelerator, options)
    except GeoMapCLIPError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    return 0


def train(recipe: Recipe, accelerator: Accelerator, options: argparse.Namespace) -> None:
    """Train as the command line says.

    Raises:
        GeoMapCLIPError: Whatever is wrong with the data, the weights, the options or the disk.
    """
    from accelerate.utils import gather_object

    from geomapclip.training.loop import Job, Training

    release = None if recipe.weights == RANDOM else read_release(recipe.weights)
    if release is not None and release.config["model_type"] != GEOCLIP:
        raise DataError("weights", recipe.weights, "must be weights that stand on CLIP")
    if options.gallery or release is None:
        gallery = load_gallery(options.gallery or DEFAULT_GALLERY)
    else:
        gallery = gallery_of(release)
    batches, backbone, width = _batches(recipe, release, accelerator, options)
    job = Job(options.out, gallery, backbone, str(options.source.resolve()))
    training = Training(Alignment(recipe, width), batches, job, accelerator)
    progress = training.progress
    if accelerator.is_main_process and (progress.epoch or progress.step):
        print(f"Going on after epoch {progress.epoch}, step {progress.step}")
    log = training.run()
    mine = list(batches.dropped.values()) if isinstance(batches, PictureBatches) else []
    dropped = {one.name: one for one in gather_object(mine)}
    if accelerator.is_main_process:
        _report(log, list(dropped.values()), options.out)


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the command line: those of the run, and one for each field of `Recipe`."""
    parser = argparse.ArgumentParser(
        prog="python -m geomapclip.train",
        description="Train or fine-tune a model of places behind the frozen CLIP.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    run = parser.add_argument_group("the run")
    run.add_argument("source", type=Path, help="folder of features, or photos with coordinates")
    run.add_argument("--out", type=Path, required=True, help="folder to write, or to go on with")
    run.add_argument("--validation", type=Path, help="the same kind of source, to measure on")
    run.add_argument("--pictures", type=Path, help="folder of a table's pictures")
    run.add_argument("--gallery", help="a name or a file; else that of the weights it starts from")
    run.add_argument("--cpu", action="store_true", help="leave a GPU alone")
    run.add_argument("--tower-batch", type=int, default=32, help="pictures at once in the tower")
    run.add_argument("--threads", type=int, default=os.cpu_count() or 2, help="decoding pictures")
    recipe = parser.add_argument_group("the recipe (in brackets, where each default comes from)")
    for field in dataclasses.fields(Recipe):
        told = f"{field.metadata['meaning']} [{field.metadata['source']}]".replace("%", "%%")
        options: dict[str, Any] = {"default": field.default, "help": told}
        if isinstance(field.default, bool):
            options["action"] = argparse.BooleanOptionalAction
        elif isinstance(field.default, tuple):
            options |= {"type": float, "nargs": "+"}
        else:
            options["type"] = type(field.default)
        recipe.add_argument(f"--{field.name.replace('_', '-')}", **options)
    return parser


def _batches(
    recipe: Recipe, release: Release | None, accelerator: Accelerator, options: argparse.Namespace
) -> tuple[Batches, Mapping[str, Any], int]:
    """What to learn from, the CLIP behind it, and the width of its features."""
    process = Process(accelerator.process_index, accelerator.num_processes)
    if (options.source / CONFIG_FILE).is_file():
        features = _trainable(options.source)
        apart = _trainable(options.validation) if options.validation else None
        batches = FeatureBatches(features, recipe, apart, process)
        return batches, features.config["backbone"], features.width
    if not is_table(options.source):
        raise DataError(
            "source",
            str(options.source),
            "must be a folder of features or a .csv or .parquet table of photos; run 'python -m "
            "geomapclip.features' over folders and .tar shards first",
        )
    backbone = CLIP_BACKBONE if release is None else release.config["backbone"]
    photos = read_table(options.source, options.pictures)
    measured = read_table(options.validation, options.pictures) if options.validation else None
    tower = ImageEncoder(load_clip(backbone), weights=None).to(accelerator.device)
    machine = Machine(accelerator.device, options.tower_batch, options.threads)
    pictures = PictureBatches(photos, tower, recipe, machine, measured, process)
    return pictures, backbone, tower.tower.config.projection_dim


def _trainable(folder: Path) -> Features:
    features = read_features(folder)
    if features.ten_crop:
        raise DataError("features", str(folder), "hold ten-crop views, which are to measure with")
    return features


def _report(log: Sequence[Mapping[str, Any]], dropped: Sequence[Dropped], out: Path) -> None:
    best = log[-1]
    for entry in log:
        if entry["validation"] and entry["validation"]["loss"] < best["validation"]["loss"]:
            best = entry
    print(f"{len(log)} epochs; the model of epoch {best['epoch']} lies in {out}")
    if best["validation"]:
        figures = best["validation"]
        print(
            f"on {figures['photos']:,} photos kept apart: median {figures['median_km']:,.0f} km, "
            f"{figures['within_750_km']:.1%} within 750 km, loss {figures['loss']:.3f}"
        )
    if dropped:
        print(write_dropped(out, dropped))


if __name__ == "__main__":
    sys.exit(main())
