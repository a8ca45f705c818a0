"""What the reading of lettering is worth and what it costs, as a Markdown table of its aims.

    python -m benchmarks.lettering --maps FOLDER [--photos FOLDER] [--natural-earth FOLDER]

The maps are pictures that others drew: ``manifest.csv`` (file, lat, lon, half_width_deg, labels)
beside a folder ``images``. With photographs (``manifest.csv`` with file, lat, lon, source_repo) it
is measured, on those that the encoder has not learnt, that what bears no name keeps its belief,
and whether names and cues earn their place. With Natural Earth's vectors labelled maps are drawn
as well: on such the model's numbers were fitted.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from benchmarks.lettering_cost import (
    ReaderClock,
    frames_of_random_names,
    load_seconds,
    memory_mb,
    understanding_ms,
)
from geomapclip import Estimate, Gallery, Predictor, open_image
from geomapclip.embedded_training.recipe import Recipe
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering import Lettering, read_lettering, understand
from tools.labelled_maps import labelled_maps

KM_PER_DEG = 111.2
SHARES = (0.5, 0.9)
FEW_NAMES = 3


Written = tuple[tuple[int, int], Lettering, np.ndarray]  # size, and what `understand` gave


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture and what is known of it: where its middle lies and how wide it is, km."""

    image: Image.Image
    spot: tuple[float, float]
    width_km: float = math.nan
    labelled: bool = True


@dataclass(frozen=True)
class Belief:
    """What a belief says of the truth."""

    km: float  # of the best gallery place
    nats: float  # log P of the gallery place nearest to the truth
    held: tuple[bool, ...]  # whether the regions of `SHARES` hold it
    said: tuple[float, ...]  # and what they say


@dataclass(frozen=True)
class Score:
    """What came out for one picture; distances in km, nan where there is none."""

    visual: Belief
    names: Belief  # and cues off
    both: Belief
    found: int  # names
    cues: int
    words: int
    moved: float  # largest change of a probability
    frame_km: float  # of the frame's centre
    width_km: float
    labelled: bool

    @property
    def km(self) -> float:
        """Of the frame's centre where there is a frame, else of the best place."""
        return self.both.km if math.isnan(self.frame_km) else self.frame_km


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--photos", type=Path, metavar="FOLDER")
    parser.add_argument("--natural-earth", type=Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=120, help="of drawn maps")
    options = parser.parse_args()
    predictor = Predictor.load("embedded")
    predictor.gallery.cells.polygons  # noqa: B018 - made once, not to be timed
    pictures = list(real_maps(options.maps))
    visual = [see(predictor, picture) for picture in pictures]
    wall, processor = load_seconds()
    clock = ReaderClock()
    with clock:
        written = [read(picture, predictor.gallery) for picture in pictures]
    maps = score(pictures, visual, written)
    print("| Aim | Wanted | Measured |\n|---|---|---|")
    rows = map_rows("Real maps", maps)
    if options.natural_earth:
        drawn = [
            Picture(each.image, each.centre, each.width_km)
            for each in labelled_maps(options.natural_earth, options.count)
        ]
        scores = look(predictor, drawn)
        rows += map_rows("Drawn maps", scores)
    if options.photos:
        rows += photo_rows(look(predictor, list(photographs(options.photos))))
    matching, frame = understanding_ms(predictor.gallery)
    frames, trials = frames_of_random_names(predictor.gallery)
    rows += [
        ("Random names at random positions: frames", "<= 1 %", f"{frames} of {trials}"),
        ("All else beside the reader's own time", "<= 15 %", f"{clock.beside:.0%}"),
        ("The reader's own time a map", "", f"{clock.seconds_each:.2f} s of processor time"),
        ("Matching and evidence, 150 words", "< 60 ms", f"{matching:.0f} ms"),
        ("Frame of 150 words", "< 150 ms", f"{frame:.0f} ms"),
        ("Gazetteer and reader loaded", "< 1.5 s", f"{wall:.2f} s (processor {processor:.2f} s)"),
        ("Memory while reading", "< 400 MB more", f"{memory_mb(options.maps):.0f} MB"),
    ]
    for row in rows:
        print(f"| {' | '.join(row)} |")


def see(predictor: Predictor, picture: Picture) -> Estimate:
    return predictor.estimate(predictor.embed(picture.image))


def read(picture: Picture, gallery: Gallery) -> Written:
    words, size, _ = read_lettering(picture.image)
    return size, *understand(words, size, gallery)


def look(predictor: Predictor, pictures: Sequence[Picture]) -> list[Score]:
    visual = (see(predictor, picture) for picture in pictures)
    return score(pictures, visual, (read(each, predictor.gallery) for each in pictures))


def score(
    pictures: Iterable[Picture], visual: Iterable[Estimate], written: Iterable[Written]
) -> list[Score]:
    scores = []
    for picture, seen, (size, lettering, nats) in zip(pictures, visual, written, strict=True):
        without = nats
        if lettering.cues:
            without = understand(lettering.words, size, seen.gallery, cues=False)[1]
        both = Estimate(seen.gallery, seen.logits + nats, seen.weights, lettering)
        scores.append(_score(picture, seen, both, seen.logits + without, lettering))
    return scores


def _score(
    picture: Picture, seen: Estimate, both: Estimate, names: np.ndarray, lettering: Lettering
) -> Score:
    extent = lettering.extent
    return Score(
        visual=believe(seen, picture.spot),
        names=believe(Estimate(seen.gallery, names, seen.weights), picture.spot),
        both=believe(both, picture.spot),
        found=len(lettering.contributions),
        cues=len(lettering.cues),
        words=len(lettering.words),
        moved=float(np.abs(both.probability - seen.probability).max()),
        frame_km=float(great_circle_km(extent.centre, picture.spot)) if extent else math.nan,
        width_km=picture.width_km,
        labelled=picture.labelled,
    )


def believe(estimate: Estimate, spot: tuple[float, float]) -> Belief:
    km = great_circle_km(estimate.gallery.coordinates, spot)
    cell = estimate.gallery.cells.index[km.argmin()]
    cells, rows = estimate.cell_probability(), [estimate.rows_holding(s) for s in SHARES]
    return Belief(
        km=float(km[estimate.probability.argmax()]),
        nats=float(np.log(max(estimate.probability[km.argmin()], 1e-30))),
        held=tuple(bool(np.isin(cell, each)) for each in rows),
        said=tuple(float(cells[each].sum()) for each in rows),
    )


def real_maps(folder: Path) -> Iterator[Picture]:
    for row in pd.read_csv(folder / "manifest.csv").itertuples():
        narrow = math.cos(math.radians(min(abs(row.lat), 85)))
        width = 2 * row.half_width_deg * KM_PER_DEG * narrow
        image = open_image(folder / "images" / row.file)
        yield Picture(image, (row.lat, row.lon), width, row.labels == "yes")


def photographs(folder: Path) -> Iterator[Picture]:
    rows = pd.read_csv(folder / "manifest.csv")
    rows = rows[rows.source_repo.isin(Recipe().held_out)]  # the encoder has learnt the others
    for row in rows.itertuples():
        yield Picture(open_image(folder / "images" / row.file), (row.lat, row.lon))


def map_rows(kind: str, scores: list[Score]) -> list[tuple[str, str, str]]:
    named = [s for s in scores if s.labelled and s.found >= FEW_NAMES]
    framed = [s for s in named if not math.isnan(s.frame_km)]
    good = np.mean([s.frame_km <= 0.1 * s.width_km for s in framed]) if framed else math.nan
    title = f"{kind} with {FEW_NAMES} names or more ({len(named)} of {len(scores)})"
    return [
        (f"{title}: median", "< 60 km", kilometres([s.km for s in named])),
        (f"{title}: within 750 km", ">= 90 %", within([s.km for s in named])),
        (f"{kind}: frames whose centre is right to 10 % of the width", ">= 90 %",
         f"{good:.0%} of {len(framed)}"),
        (f"{kind}, encoder and lettering: median", "< 250 km",
         kilometres([s.km for s in scores])),
        (f"{kind}, encoder and lettering: within 750 km", ">= 70 %",
         within([s.km for s in scores])),
        (f"{kind}, encoder alone: median, within 750 km", "",
         f"{kilometres([s.visual.km for s in scores])}, {within([s.visual.km for s in scores])}"),
        *region_rows(kind, scores),
    ]  # fmt: skip


def photo_rows(scores: list[Score]) -> list[tuple[str, str, str]]:
    still = [s.moved for s in scores if s.words == 0]
    quiet = [s.moved for s in scores if s.found + s.cues == 0]
    named, cued = [s for s in scores if s.found], [s for s in scores if s.cues]
    return [
        *region_rows("Photographs", scores),
        (f"Photographs without lettering ({len(still)}): largest change of a probability",
         "<= 1e-6", f"{max(still, default=0.0):.1g}"),
        (f"Photographs without a name or a cue ({len(quiet)}): the same", "<= 1e-6",
         f"{max(quiet, default=0.0):.1g}"),
        (f"Photographs with a name ({len(named)}): mean log P of the truth, encoder, names", "",
         f"{mean_nats(s.visual for s in named)}, {mean_nats(s.names for s in named)}"),
        (f"Photographs with a cue ({len(cued)}): mean log P of the truth, names, cues too", "",
         f"{mean_nats(s.names for s in cued)}, {mean_nats(s.both for s in cued)}"),
    ]  # fmt: skip


def region_rows(title: str, scores: list[Score]) -> list[tuple[str, str, str]]:
    rows = []
    for n, share in enumerate(SHARES):
        measured = [
            f"{label} {np.mean([b.held[n] for b in beliefs]):.0%} "
            f"(says {np.mean([b.said[n] for b in beliefs]):.0%})"
            for label, beliefs in (
                ("encoder", [s.visual for s in scores]), ("lettering too", [s.both for s in scores])
            )
        ]  # fmt: skip
        rows.append(
            (f"{title}: the region of {share:.0%} holds", f"{share:.0%} +- 7", ", ".join(measured))
        )
    return rows


def kilometres(values: list[float]) -> str:
    return f"{np.median(values):,.0f} km" if values else "none"


def within(values: list[float]) -> str:
    return f"{np.mean(np.array(values) <= 750):.0%}" if values else "none"


def mean_nats(beliefs: Iterable[Belief]) -> str:
    nats = [belief.nats for belief in beliefs]
    return f"{np.mean(nats):.2f}" if nats else "none"


if __name__ == "__main__":
    main()
