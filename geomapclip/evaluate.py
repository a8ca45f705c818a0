"""Measure a model on photos with known places: ``python -m geomapclip.evaluate``.

Pictures are looked at, or taken from a folder of features, once. Their embeddings lie in a
temporary file meanwhile, so that memory does not grow with the pictures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from geomapclip.embeddings import embed_gallery, progress_bar
from geomapclip.errors import GeoMapCLIPError
from geomapclip.evaluation import Evaluation, Pictures, evaluate
from geomapclip.evaluation_report import to_json, to_markdown
from geomapclip.extraction import CONFIG_FILE
from geomapclip.features import read_features
from geomapclip.gallery import NAMES as GALLERIES
from geomapclip.gallery import load_gallery
from geomapclip.model import GeoMapCLIP
from geomapclip.picture_embeddings import embed_features, embed_pictures
from geomapclip.predictor import choose_device
from geomapclip.published_accuracy import IM2GPS3K, SETS, published_rows
from geomapclip.release import NAMES as WEIGHTS
from geomapclip.scoring import Matcher
from geomapclip.tables import write_report
from geomapclip.weights import AUTO, load_heads

NAME = "evaluation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 0, or 2 when nothing could be measured."""
    options = build_parser().parse_args(arguments)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as work:
        warnings.showwarning = lambda message, *_: print(f"Warning: {message}", file=sys.stderr)
        try:
            evaluation = _evaluate(options, Path(work))
            if options.out:
                write_report(options.out, NAME, to_markdown(evaluation), to_json(evaluation))
        except GeoMapCLIPError as error:
            print(f"Error: {error}", file=sys.stderr)
            return 2
    print(to_markdown(evaluation), end="")
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m geomapclip.evaluate",
        description="Measure a model on photos with known places.",
    )
    parser.add_argument(
        "source",
        type=Path,
        help="CSV, Parquet, folder, or .tar shards of photos; or a folder of features",
    )
    parser.add_argument("--pictures", type=Path, help="folder of a table's pictures")
    parser.add_argument(
        "--weights", default=AUTO, help=f"{AUTO}, {', '.join(WEIGHTS)}, or a folder"
    )
    parser.add_argument(
        "--gallery", help=f"{', '.join(GALLERIES)}, or a file of places (default: the weights' own)"
    )
    parser.add_argument(
        "--ten-crop", action="store_true", help="look at ten views of each picture as well"
    )
    parser.add_argument(
        "--beside",
        choices=(*SETS, "none"),
        default=IM2GPS3K,
        help=f"the set whose published rows stand beside (default: {IM2GPS3K})",
    )
    parser.add_argument("--out", type=Path, help="folder for evaluation.md and evaluation.json")
    parser.add_argument("--device", default=AUTO, help="auto, cpu, cuda, mps (default: auto)")
    parser.add_argument("--threads", type=int, default=2, help="that decode pictures (default: 2)")
    parser.add_argument("--seed", type=int, default=0, help="of intervals and halves (default: 0)")
    return parser


def _evaluate(options: argparse.Namespace, work: Path) -> Evaluation:
    kept = (options.source / CONFIG_FILE).is_file()
    matcher, pictures = (_from_features if kept else _from_pictures)(options, work)
    with tqdm(desc="Scoring", unit=" pictures", disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.total, bar.n = total, done
            bar.refresh()

        return evaluate(
            matcher,
            pictures,
            source=options.source.name,
            published=() if options.beside == "none" else published_rows(options.beside),
            seed=options.seed,
            progress=progress,
        )


def _from_pictures(options: argparse.Namespace, work: Path) -> tuple[Matcher, Pictures]:
    gallery = options.gallery and load_gallery(options.gallery)
    device = choose_device(options.device)
    model = GeoMapCLIP(options.weights, gallery=gallery).to(device)
    with tqdm(desc="Pictures", unit=" pictures", disable=None) as bar:
        pictures = embed_pictures(
            model,
            options.source,
            options.pictures,
            work,
            ten_crop=options.ten_crop,
            threads=options.threads,
            progress=bar.update,
        )
    locations = model.gallery_embeddings(progress_bar())
    scale = float(model.logit_scale.detach().exp())
    return Matcher(model.name, model.gallery, locations, scale, model.doubt), pictures


def _from_features(options: argparse.Namespace, work: Path) -> tuple[Matcher, Pictures]:
    features = read_features(options.source)
    device = choose_device(options.device)
    heads = load_heads(options.weights, features.width)
    gallery = load_gallery(options.gallery) if options.gallery else heads.gallery
    with tqdm(total=len(features), desc="Features", unit=" photos", disable=None) as bar:
        pictures = embed_features(heads.image_head.to(device), features, work, bar.update)
    encoder = heads.location_encoder.to(device)
    locations = embed_gallery(encoder, gallery.coordinates, progress_bar())
    return Matcher(heads.name, gallery, locations, float(heads.logit_scale.exp())), pictures


if __name__ == "__main__":
    sys.exit(main())
