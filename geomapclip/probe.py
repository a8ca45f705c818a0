"""What location embeddings are worth to others: ``python -m geomapclip.probe``.

Linear models read countries, continents, time zones, population and elevation off the embeddings,
off plain coordinates, and off an encoder that was never trained. With ``--features`` they sort a
user's own pictures instead, with and without the place at which each was made.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from geomapclip.errors import DataError, GeoMapCLIPError
from geomapclip.probe_images import probe_images
from geomapclip.probe_places import TOWNS, WEIGHTS, Task, probe_places
from geomapclip.tables import number, percent, table, write_report

NAME = "probe"


def to_markdown(tasks: Sequence[Task]) -> str:
    """A table with one line for each input; accuracy in percent, with intervals over blocks."""
    heads = ["read off"]
    for task in tasks:
        kinds = f"{task.kinds} kinds, " if task.kinds else ""
        heads.append(f"{task.name} ({kinds}{task.places:,} places)")
    shown = {"accuracy": percent, "mean average precision": percent, "explained variance": number}
    rows = [
        [kind, *(shown[task.measure](task.figures[kind]) for task in tasks)]
        for kind in tasks[0].figures
    ]
    return table(heads, rows) + "\n"


def to_json(tasks: Sequence[Task]) -> str:
    """The same for programs; accuracy as a share."""
    return json.dumps([asdict(task) for task in tasks], indent=2) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 0, or 2 when nothing could be measured."""
    options = build_parser().parse_args(arguments)
    try:
        if options.features is None:
            tasks = probe_places(options.weights, count=options.towns, seed=options.seed)
        elif options.labels is None:
            raise DataError("labels", None, "must be a table of the pictures' labels")
        else:
            tasks = [
                probe_images(
                    options.features, options.labels, options.column, options.weights, options.seed
                )
            ]
        text = to_markdown(tasks)
        if options.out:
            write_report(options.out, NAME, text, to_json(tasks))
    except GeoMapCLIPError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    print(text, end="")
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m geomapclip.probe",
        description="Measure what location embeddings are worth, with linear models.",
    )
    parser.add_argument(
        "--weights", nargs="+", default=WEIGHTS, help="names or folders of location encoders"
    )
    parser.add_argument(
        "--towns", type=int, default=TOWNS, help=f"of GeoNames, and airfields (default: {TOWNS:,})"
    )
    parser.add_argument("--features", type=Path, help="sort these pictures instead")
    parser.add_argument("--labels", type=Path, help="CSV of the pictures' names and labels")
    parser.add_argument(
        "--column", default="label", help='of the labels; ";" parts several (default: label)'
    )
    parser.add_argument("--out", type=Path, help="folder for probe.md and probe.json")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (default: 0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
