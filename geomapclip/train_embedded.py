"""Train the ``embedded`` encoder: ``python -m geomapclip.train_embedded``.

Maps are drawn at random (`cartography`) while the network learns, and photographs read from a
folder. It learns a belief over places: cross-entropy against targets that fall off with the
distance, over the frozen location embeddings of a sample of the world. The pictures grow as the
training goes on, since small ones teach coarse shapes at a fraction of the time.

The learning rate stays level until the last ``Recipe.decay`` pictures, and the weights that are
measured and saved are a running mean. So a run can be stopped, measured, continued, and ended
when there is no more time for it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from geomapclip.cartography import Atlas
from geomapclip.embedded_training.checks import (
    COUNTRIES,
    DRAWN,
    PHOTOGRAPHS,
    REAL,
    WIDE,
    WIDE_KM,
    Checks,
)
from geomapclip.embedded_training.country_maps import country_maps
from geomapclip.embedded_training.measures import figures_table
from geomapclip.embedded_training.pictures import Photographs, Sample, draw_sample
from geomapclip.embedded_training.recipe import Recipe
from geomapclip.embedded_training.training import CHECKPOINT, Training, train
from geomapclip.embeddings import embed_gallery
from geomapclip.gallery import load_gallery
from geomapclip.image import open_image
from geomapclip.location_encoder import LocationEncoder
from geomapclip.release import EMBEDDED, FORMAT_VERSION, write_release


def main(arguments: list[str] | None = None) -> int:
    """Train, measure, and write the release folder."""
    parser = argparse.ArgumentParser(description="Train the embedded encoder.")
    parser.add_argument("--natural-earth", type=Path, required=True, help="folder of vectors")
    parser.add_argument("--regions", type=Path, help="folder of the regions of each country")
    parser.add_argument("--photos", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--real-maps", type=Path, help="folder with manifest.csv, to measure on")
    parser.add_argument("--kgeography", type=Path, help="folder of KGeography's, likewise")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--start", type=Path, help="weights to refine, for a shorter run")
    parser.add_argument("--pictures", type=int, help="in all; decides when to end")
    options = parser.parse_args(arguments)
    recipe = Recipe().refining() if options.start else Recipe()
    recipe = replace(recipe, pictures=options.pictures or recipe.pictures)
    options.work.mkdir(parents=True, exist_ok=True)
    world = load_gallery("world")
    locations = embed_gallery(LocationEncoder("geoclip").requires_grad_(False), world.coordinates)
    photographed = load_gallery("geoclip").coordinates
    atlas = Atlas.load(options.natural_earth).with_visited(photographed)
    if options.regions:
        atlas = atlas.with_regions(options.regions)
    rows = pd.read_csv(options.photos / "manifest.csv")
    rows = rows[rows.kind != "other"]  # food, interiors, signs
    held_out = rows.source_repo.isin(recipe.held_out)
    learnt, kept = (
        Photographs(part, options.photos, recipe.photo_reach_km)
        for part in (rows[~held_out], rows[held_out])
    )
    others = [kept.sample(index) for index in range(len(kept))]
    drawn = [
        [draw_sample(atlas, recipe.seed + seed, number, 0.0) for number in range(count)]
        for seed, count in ((1, recipe.calibration_maps), (2, recipe.test_maps))
    ]
    wide = [sample for sample in drawn[1] if sample.width_km >= WIDE_KM]
    checks = Checks(
        {DRAWN: drawn[0], PHOTOGRAPHS: others[0::2]},
        {DRAWN: drawn[1], **({WIDE: wide} if wide else {}), PHOTOGRAPHS: others[1::2]},
        locations,
        world,
        recipe.doubt,
        recipe.caution,
    )
    if options.real_maps:
        checks.test[REAL] = [
            Sample(open_image(options.real_maps / "images" / row.file), row.lat, row.lon, 0.0)
            for row in pd.read_csv(options.real_maps / "manifest.csv").itertuples()
        ]
    if options.kgeography:
        checks.test[COUNTRIES] = country_maps(options.kgeography, world)
    for index in range(len(learnt)):
        learnt.sample(index)  # read before the drawing process is forked, which shares them
    training = Training(recipe, locations, world, options.start)
    if (options.work / CHECKPOINT).is_file():
        training.load(options.work / CHECKPOINT)
    train(training, atlas, learnt, checks, options.work)
    encoder = training.averaged().half().float()  # as it is written, so that this is measured
    scale, figures = checks.figures(encoder)
    config = {
        "model_type": EMBEDDED,
        "format_version": FORMAT_VERSION,
        "location_encoder": "geoclip",
        "gallery": "world",
        "image_size": encoder.image_size,
        "doubt": recipe.doubt,
        "recipe": asdict(recipe),
        "figures": figures,
    }
    tensors = {name: tensor.half() for name, tensor in encoder.release_tensors().items()}
    write_release(options.out, config, {**tensors, "logit_scale": scale})
    sys.stdout.write(figures_table(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
