"""Command line: ``python -m geomapclip locate PHOTO...`` and ``ask SENTENCE...``."""

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
        failed = [not options.answer(predictor, asked, options) for asked in options.asked]
    return int(any(failed))


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m geomapclip", description="Where on Earth was this picture made?"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    locate = commands.add_parser("locate", help="tell where pictures were made")
    locate.add_argument("asked", nargs="+", metavar="PHOTO", help="picture of a place or a map")
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
    locate.set_defaults(answer=_locate)
    ask = commands.add_parser("ask", help="tell where a picture that fits a sentence would be made")
    ask.add_argument("asked", nargs="+", metavar="SENTENCE", help='such as "a beach in Australia"')
    ask.set_defaults(answer=_ask)
    for command in (locate, ask):
        _add_choices(command)
    return parser


def _add_choices(command: argparse.ArgumentParser) -> None:
    command.add_argument("--top-k", type=int, default=5, help="number of places (default: 5)")
    command.add_argument(
        "--weights",
        default=AUTO,
        help=f"{AUTO}, {', '.join(WEIGHTS)}, or a folder of saved weights (default: {AUTO})",
    )
    command.add_argument(
        "--gallery",
        help=f"where to look: {', '.join(GALLERIES)}, or a CSV, Parquet or GeoJSON file of places "
        "(default: the weights' own)",
    )
    command.add_argument("--country", help="look only there: a name or an ISO 3166-1 code")
    command.add_argument("--device", default=AUTO, help="auto, cpu, cuda, mps (default: auto)")
    command.add_argument("--json", action="store_true", help="one JSON object a line")


def _predictor(options: argparse.Namespace) -> Predictor:
    gallery = options.gallery and load_gallery(options.gallery)
    predictor = Predictor.load(
        options.weights, gallery, device=options.device, progress=progress_bar()
    )
    return predictor.within(options.country) if options.country else predictor


def _locate(predictor: Predictor, file: str, options: argparse.Namespace) -> bool:
    """Locate one picture and print the answer; False when it failed."""
    try:
        truth = exif_coordinates(file)
        estimate = predictor.locate(
            file, ten_crop=options.ten_crop, lettering=LETTERING[options.lettering]
        )
    except GeoMapCLIPError as error:
        return _fail("file", file, predictor, error, options)
    if options.json:
        record = {"file": file, **describe(estimate, options.top_k, truth)}
        print(json.dumps(record, ensure_ascii=False))
    else:
        _print_table(file, estimate, options.top_k, truth)
    return True


def _ask(predictor: Predictor, sentence: str, options: argparse.Namespace) -> bool:
    """Ask with one sentence and print the answer; False when it failed."""
    try:
        estimate = predictor.ask(sentence)
    except GeoMapCLIPError as error:
        return _fail("sentence", sentence, predictor, error, options)
    if options.json:
        record = {"sentence": sentence, **describe(estimate, options.top_k)}
        print(json.dumps(record, ensure_ascii=False))
    else:
        _print_table(sentence, estimate, options.top_k)
    return True


def _fail(
    kind: str, asked: str, predictor: Predictor, error: GeoMapCLIPError, options: argparse.Namespace
) -> bool:
    if options.json:
        record = {kind: asked, "weights": predictor.name, "error": str(error)}
        print(json.dumps(record, ensure_ascii=False))
    else:
        print(f"Error: {error}", file=sys.stderr)
    return False


def describe(
    estimate: Estimate, top_k: int, truth: tuple[float, float] | None = None
) -> dict[str, Any]:
    """One answer as JSON has it: degrees, km², probabilities from 0 to 1."""
    record: dict[str, Any] = {
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
    asked: str, estimate: Estimate, top_k: int, truth: tuple[float, float] | None = None
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
    console.print(f"{asked} (weights: {estimate.weights})")
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
