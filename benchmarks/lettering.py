"""What the reading of lettering is worth and what it costs, as a Markdown table.

    python -m benchmarks.lettering --maps FOLDER [--photos FOLDER] [--natural-earth FOLDER]

The maps are pictures that others drew: ``manifest.csv`` (file, lat, lon, half_width_deg, labels)
beside a folder ``images``. With photographs (``manifest.csv`` with file, lat, lon) it is measured
that what bears no name keeps its belief. With Natural Earth's vectors labelled maps are drawn as
well: on those the model's numbers were fitted.
"""

from __future__ import annotations

import argparse
import math
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from geomapclip import Predictor, open_image
from geomapclip.cartography import Atlas, draw_map, random_style, random_view
from geomapclip.geodesy import great_circle_km
from geomapclip.lettering import Word, read_lettering, understand
from geomapclip.lettering.gazetteer import load_gazetteer

KM_PER_DEG = 111.2
SHARES = (0.5, 0.9)
TIMED_WORDS, ROUNDS = 150, 5
SEED = 77
FONTS = Path("/usr/share/fonts/truetype")  # where Debian has them; without, Pillow's own


@dataclass(frozen=True)
class Picture:
    """A picture and what is known of it: where its middle lies and how wide it is, km."""

    image: Image.Image
    spot: tuple[float, float]
    width_km: float
    labelled: bool = True


@dataclass(frozen=True)
class Score:
    """What came out for one picture; distances in km, nan where there is none."""

    names: int
    visual_km: float
    km: float  # of the best gallery place
    frame_km: float  # of the frame's centre
    width_km: float
    held: tuple[bool, ...]  # whether the regions hold the truth
    said: tuple[float, ...]  # and what they say
    moved: float  # largest change of a probability
    labelled: bool
    seconds_read: float
    seconds_after: float


def score(predictor: Predictor, picture: Picture) -> Score:
    visual = predictor.estimate(predictor.embed(picture.image))
    started = time.perf_counter()
    words, size, _ = read_lettering(picture.image)
    read = time.perf_counter()
    both = predictor.with_lettering(visual, words, size)
    done = time.perf_counter()
    gallery, extent = both.gallery, both.lettering and both.lettering.extent
    km = great_circle_km(gallery.coordinates, picture.spot)
    cell = gallery.cells.index[km.argmin()]
    rows = [both.rows_holding(share) for share in SHARES]
    cells = both.cell_probability()
    return Score(
        names=len(both.lettering.contributions) if both.lettering else 0,
        visual_km=float(km[visual.probability.argmax()]),
        km=float(km[both.probability.argmax()]),
        frame_km=float(great_circle_km(extent.centre, picture.spot)) if extent else math.nan,
        width_km=picture.width_km,
        held=tuple(bool(np.isin(cell, each)) for each in rows),
        said=tuple(float(cells[each].sum()) for each in rows),
        moved=float(np.abs(both.probability - visual.probability).max()),
        labelled=picture.labelled,
        seconds_read=read - started,
        seconds_after=done - read,
    )


def real_maps(folder: Path) -> Iterator[Picture]:
    for row in pd.read_csv(folder / "manifest.csv").itertuples():
        narrow = math.cos(math.radians(min(abs(row.lat), 85)))
        width = 2 * row.half_width_deg * KM_PER_DEG * narrow
        image = open_image(folder / "images" / row.file)
        yield Picture(image, (row.lat, row.lon), width, row.labels == "yes")


def photographs(folder: Path, count: int) -> Iterator[Picture]:
    rows = pd.read_csv(folder / "manifest.csv").sample(count, random_state=SEED)
    for row in rows.itertuples():
        yield Picture(open_image(folder / "images" / row.file), (row.lat, row.lon), math.nan)


def drawn_maps(folder: Path, count: int) -> Iterator[Picture]:
    towns = pd.read_parquet("assets/places/towns.parquet")
    spots = towns[["latitude", "longitude"]].to_numpy()
    atlas = Atlas.load(folder).with_towns(
        spots, towns["population"].tolist(), towns["name"].tolist()
    )
    fonts = tuple(sorted(str(path) for path in FONTS.glob("*/*.ttf")))
    for number in range(count):
        chance = np.random.default_rng((SEED, number))
        side = math.exp(chance.uniform(math.log(240), math.log(800)))
        shape = np.clip(np.exp(chance.normal(0, 0.2, 2)), 0.7, 1.4)
        size = (round(side * shape[0]), round(side * shape[1]))
        style = random_style(chance, fonts)
        while style.lettering is None:
            style = random_style(chance, fonts)
        letters = replace(style.lettering, size=chance.uniform(9, 16))
        style = replace(style, lettering=letters)
        view = random_view(atlas, chance, size, style)
        image = draw_map(atlas, view, style, chance)
        yield Picture(image, (view.latitude, view.longitude), view.width_km)


def print_rows(title: str, scores: list[Score]) -> None:
    if not scores:
        return
    best = np.array([s.km if math.isnan(s.frame_km) else s.frame_km for s in scores])
    places = np.array([s.km for s in scores])
    visual = np.array([s.visual_km for s in scores])
    framed = [s for s in scores if not math.isnan(s.frame_km) and not math.isnan(s.width_km)]
    good = np.mean([s.frame_km <= 0.1 * s.width_km for s in framed]) if framed else math.nan
    regions = "; ".join(
        f"{np.mean([s.held[n] for s in scores]):.0%} ({np.mean([s.said[n] for s in scores]):.0%})"
        for n in range(len(SHARES))
    )
    print(
        f"| {title} | {len(scores)} | {np.median(visual):,.0f} | {np.median(places):,.0f} "
        f"| {np.median(best):,.0f} | {np.mean(best <= 750):.0%} | {len(framed)}, {good:.0%} "
        f"| {regions} |"
    )


def time_understanding(predictor: Predictor) -> float:
    """Milliseconds of processor time for words that name places of one part of the Earth."""
    gazetteer = load_gazetteer()
    chance = np.random.default_rng(SEED)
    spots = gazetteer.coordinates[gazetteer.place_starts[gazetteer.key_places]]
    first = spots[gazetteer.key_starts[:-1]]
    near = np.flatnonzero(great_circle_km(first, (48.0, 11.0)) < 300)
    words = []
    for row in chance.choice(near, TIMED_WORDS, replace=False):
        left, top = chance.uniform(0, 900, 2)
        corners = [(left, top), (left + 80, top), (left + 80, top + 14), (left, top + 14)]
        words.append(Word(gazetteer.keys[row].title(), np.array(corners), 0.95))
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        understand(words, (1000, 1000), predictor.gallery)
        times.append(time.process_time() - started)
    return 1000 * float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--maps", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--photos", type=Path, metavar="FOLDER")
    parser.add_argument("--natural-earth", type=Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=100, help="of photographs and drawn maps")
    options = parser.parse_args()
    predictor = Predictor.load("embedded")
    predictor.gallery.cells.polygons  # noqa: B018 - made once, not to be timed
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    maps = [score(predictor, picture) for picture in real_maps(options.maps)]
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
    print(
        "| Pictures | n | encoder, median km | with lettering | frame where found "
        "| <= 750 km | frames, within 10 % of the width | 50 %; 90 % regions hold (say) |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print_rows("maps, all", maps)
    print_rows(
        "maps with labels, three names or more", [s for s in maps if s.labelled and s.names >= 3]
    )
    print_rows("maps without a name", [s for s in maps if s.names == 0])
    if options.natural_earth:
        drawn = [score(predictor, p) for p in drawn_maps(options.natural_earth, options.count)]
        print_rows("drawn maps", drawn)
        print_rows("drawn maps, three names or more", [s for s in drawn if s.names >= 3])
    if options.photos:
        photos = [score(predictor, p) for p in photographs(options.photos, options.count)]
        print_rows("photographs", photos)
        print_rows("photographs with a name", [s for s in photos if s.names])
        still = max(s.moved for s in photos if s.names == 0)
        print(f"\nphotographs without a name: no probability moved by more than {still:.1g}")
    share = np.sum([s.seconds_after for s in maps]) / np.sum([s.seconds_read for s in maps])
    print(
        f"\nread {np.median([s.seconds_read for s in maps]):.2f} s a map, all else {share:.0%} "
        f"of that; {TIMED_WORDS} words {time_understanding(predictor):.0f} ms; {more:.0f} MB more"
    )


if __name__ == "__main__":
    main()
