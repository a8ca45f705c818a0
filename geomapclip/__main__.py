"""Command line: ``python -m geomapclip locate PHOTO...``."""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from geomapclip.embeddings import progress_bar
from geomapclip.errors import GeoMapCLIPError
from geomapclip.estimate import Estimate
from geomapclip.gallery import NAMES as GALLERIES
from geomapclip.gallery import load_gallery
from geomapclip.geodesy import geodesic_km
from geomapclip.image import exif_coordinates
from geomapclip.lettering import describe_lettering, lettering_sentences
from geomapclip.predictor import Predictor
from geomapclip.release import NAMES as WEIGHTS
from geomapclip.weights import AUTO

SHARES = (0.5, 0.9)
LETTERING: dict[str, Literal["auto"] | bool] = {"auto": "auto", "on": True, "off": False}
PIPED_COLUMNS = 120  # where no terminal says how wide it is


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 0, 1 when a picture failed, 2 when nothing could start."""
    options = build_parser().parse_args(arguments)
    # People get a warning as one line on standard error, not with its source code.
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: print(f"Warning: {message}", file=sys.stderr)
        try:
            predictor = _predictor(options)
            predictor.check_top_k(options.top_k)
        except GeoMapCLIPError as error:
            print(f"Error: {error}", file=sys.stderr)
            return 2
        failed = [not _answer(predictor, file, options) for file in options.photos]
    return int(any(failed))


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m geomapclip", description="Where on Earth was this picture made?"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    locate = commands.add_parser("locate", help="tell where pictures were made")
    locate.add_argument("photos", nargs="+", metavar="PHOTO", help="picture of a place or a map")
    locate.add_argument("--top-k", type=int, default=5, help="number of places (default: 5)")
    locate.add_argument(
        "--weights",
        default=AUTO,
        help=f"{AUTO}, {', '.join(WEIGHTS)}, or a folder of saved weights (default: {AUTO})",
    )
    locate.add_argument(
        "--gallery",
        help=f"where to look: {', '.join(GALLERIES)}, or a CSV, Parquet or GeoJSON file of places "
        "(default: the weights' own)",
    )
    locate.add_argument("--country", help="look only there: a name or an ISO 3166-1 code")
    locate.add_argument("--device", default=AUTO, help="auto, cpu, cuda, mps (default: auto)")
    locate.add_argument(
        "--ten-crop",
        action="store_true",
        help="look at ten views of each picture; ten times slower",
    )
    locate.add_argument(
        "--lettering",
        choices=LETTERING,
        default=AUTO,
        help="read what is written in the picture: on, off, or auto, which is on with the weights "
        "embedded (default: auto)",
    )
    locate.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _predictor(options: argparse.Namespace) -> Predictor:
    gallery = options.gallery and load_gallery(options.gallery)
    predictor = Predictor.load(
        options.weights, gallery, device=options.device, progress=progress_bar()
    )
    return predictor.within(options.country) if options.country else predictor


def _answer(predictor: Predictor, file: str, options: argparse.Namespace) -> bool:
    """Locate one picture and print the answer; False when it failed."""
    try:
        truth = exif_coordinates(file)
        estimate = predictor.locate(
            file, ten_crop=options.ten_crop, lettering=LETTERING[options.lettering]
        )
    except GeoMapCLIPError as error:
        if options.json:
            print(json.dumps({"file": file, "weights": predictor.name, "error": str(error)}))
        else:
            print(f"Error: {error}", file=sys.stderr)
        return False
    if options.json:
        record = describe(file, estimate, options.top_k, truth)
        print(json.dumps(record, ensure_ascii=False))
    else:
        _print_table(file, estimate, options.top_k, truth)
    return True


def describe(
    file: str, estimate: Estimate, top_k: int, truth: tuple[float, float] | None
) -> dict[str, Any]:
    """One picture's answer as JSON has it: degrees, km², probabilities from 0 to 1."""
    record: dict[str, Any] = {
        "file": file,
        "weights": estimate.weights,
        "confidence": estimate.confidence,
        "candidates": [
            {
                "latitude": candidate.latitude,
                "longitude": candidate.longitude,
                "probability": candidate.probability,
                "place": str(candidate.place),
                "country_code": candidate.place.country_code,
            }
            for candidate in estimate.top_k(top_k)
        ],
        "regions": [
            {"share": region.share, "km2": region.area_km2, "areas": region.areas}
            for region in estimate.regions(*SHARES)
        ],
    }
    if estimate.lettering is not None:
        record["lettering"] = describe_lettering(estimate.lettering)
    if truth:
        best = record["candidates"][0]
        km = geodesic_km(truth, (best["latitude"], best["longitude"]))
        record["truth"] = {"latitude": truth[0], "longitude": truth[1], "km_to_best": km}
    return record


def _print_table(
    file: str, estimate: Estimate, top_k: int, truth: tuple[float, float] | None
) -> None:
    width = None if sys.stdout.isatty() else PIPED_COLUMNS
    console = Console(highlight=False, markup=False, soft_wrap=True, width=width)
    table = Table("", "Place", "Probability", "Latitude", "Longitude", title_justify="left")
    for column in table.columns[2:]:
        column.justify = "right"
    if truth:
        table.add_column("km to truth", justify="right")
    for candidate in estimate.top_k(top_k):
        cells = [
            str(candidate.rank),
            str(candidate.place),
            f"{candidate.probability:.1%}",
            f"{candidate.latitude:.4f}",
            f"{candidate.longitude:.4f}",
        ]
        if truth:
            spot = (candidate.latitude, candidate.longitude)
            cells.append(f"{geodesic_km(truth, spot):,.0f}")
        table.add_row(*cells)
    console.print(f"{file} (weights: {estimate.weights})")
    console.print(table, soft_wrap=False)
    console.print(estimate.sentence())
    if estimate.lettering is not None:
        for sentence in lettering_sentences(estimate.lettering):
            console.print(sentence)
    if truth:
        console.print(f"EXIF says {truth[0]:.4f}, {truth[1]:.4f} (not shown to the model).")
    console.print()


if __name__ == "__main__":
    sys.exit(main())
