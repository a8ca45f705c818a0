"""What one answer costs beyond the encoder, and what it sends to the browser.

For each gallery a belief in one part of the world and one all over it: the image encoder is not
asked, its embedding is that of a place, mixed with more or less noise, and goes through the
published location encoder as a picture's would. Timed are the belief (logits and softmax), its
regions, the k best places with their names, the rest of the view (heatmap, countries,
sentence), and the page's HTML and JSON. A second table tells what the files to take away cost.

    python -m benchmarks.answer
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time

import numpy as np
import torch
from PIL import Image

from benchmarks.lettering_cost import SIDE, scatter
from geomapclip import Estimate, LocationEncoder, load_gallery
from geomapclip.embeddings import embed_gallery, progress_bar
from geomapclip.gallery import NAMES
from geomapclip.lettering.gazetteer import load_gazetteer
from geomapclip.published import WHEELS
from geomapclip.release import read_release
from webapp.answer import countries_html, sentence_html, table_html
from webapp.export import EXPORTS
from webapp.lettering import PICTURE, PICTURE_BYTES, Reading, with_reading, write_webp
from webapp.locate import SHARES, Answer, Located, prepare, present
from webapp.map_view import Json
from webapp.writing import words_json

ROUNDS = 15
TOP_K = 5
LIMIT_MS, LIMIT_KB = 150, 300
LYON = (45.76, 4.84)
# Cosine between the picture's embedding and that of the place: what a sure network gives, and one
# that hardly sees anything; and whether the picture is full of names (without the reader's time).
BELIEFS = {"concentrated": (0.8, False), "broad": (0.15, False), "many names": (0.15, True)}
WORDS = 150
STEPS = ("belief", "regions", "table", "view", "page", "all")


class Locations:
    """A gallery seen through a location encoder, as `Predictor` holds it."""

    def __init__(self, name: str) -> None:
        weights = name if name in WHEELS else "geoclip"  # `embedded` stands on geoclip's
        encoder = LocationEncoder(weights)
        self.gallery = load_gallery(name)
        self.embeddings = embed_gallery(encoder, self.gallery.coordinates, progress_bar())
        self.lyon = embed_gallery(encoder, np.array([LYON]))[0]
        self.scale = float(read_release(weights).tensors["logit_scale"].exp())

    def picture(self, cosine: float, seed: int) -> torch.Tensor:
        """A unit embedding at that cosine from Lyon's; no two seeds share the rest."""
        noise = torch.randn(len(self.lyon), generator=torch.Generator().manual_seed(seed))
        noise -= (noise @ self.lyon) * self.lyon
        return cosine * self.lyon + (1 - cosine**2) ** 0.5 * noise / noise.norm()

    def estimate(self, picture: torch.Tensor) -> Estimate:
        logits = self.scale * (self.embeddings @ picture)
        return Estimate(self.gallery, logits.double().numpy(), "geoclip")


def written(seed: int) -> Reading:
    """A picture that cannot be made small, with `WORDS` names from all over the Earth on it."""
    chance = np.random.default_rng(seed)
    rows = chance.choice(len(load_gazetteer().keys), WORDS, replace=False)
    picture = Image.effect_noise(PICTURE, 80).convert("RGB")
    words = tuple(scatter(rows, chance))
    return Reading(words, (SIDE, SIDE), picture=write_webp(picture, PICTURE_BYTES))


def page_of(answer: Answer, words: Json) -> str:
    """All that goes to the browser for one result, but the photo's own thumbnail."""
    parts = [sentence_html(answer, ""), table_html(answer), countries_html(answer)]
    return json.dumps([*parts, answer.view.to_json(), words], separators=(",", ":"))


def time_answer(
    locations: Locations, cosine: float, seed: int, *, reads: bool
) -> tuple[list[float], Answer, str]:
    """Milliseconds of each of ``STEPS`` for one new belief, the answer and its page."""
    reading = written(seed) if reads else None
    picture = locations.picture(cosine, seed)
    marks = [time.perf_counter()]

    def mark() -> None:
        marks.append(time.perf_counter())

    estimate = locations.estimate(picture)
    if reading:
        estimate = with_reading(estimate, reading, frozenset())
    estimate.probability.sum()
    mark()
    estimate.regions(*SHARES)
    mark()
    estimate.top_k(TOP_K)
    mark()
    answer = present(Located(estimate, (48.86, 2.35), "", "photo.jpg"), TOP_K)
    mark()
    page = page_of(answer, words_json(reading, locations.gallery) if reading else {})
    mark()
    steps = np.diff(marks) * 1000
    return [*steps.tolist(), float(steps.sum())], answer, page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    kept, files = True, {}
    print(f"medians of {options.rounds} beliefs, top_k {TOP_K}: ms, the best sum of all steps")
    print("(for machines that others use as well), and kB sent (gzipped)")
    titles = "".join(f"{step:>9s}" for step in (*STEPS, "best"))
    print(f"{'gallery':12s}{'belief':14s}{titles}   sent")
    for name in NAMES:
        locations = Locations(name)
        prepare(locations.gallery)
        for belief, (cosine, reads) in BELIEFS.items():
            time_answer(locations, cosine, 0, reads=reads)
            rounds = [
                time_answer(locations, cosine, seed, reads=reads)
                for seed in range(1, options.rounds + 1)
            ]
            medians = [
                statistics.median(step) for step in zip(*(r[0] for r in rounds), strict=True)
            ]
            pages = [page.encode() for _, _, page in rounds]
            sent = statistics.median(len(page) for page in pages) / 1000
            packed = statistics.median(len(gzip.compress(page)) for page in pages) / 1000
            best = min(steps[-1] for steps, _, _ in rounds)
            numbers = "".join(f"{ms:9.1f}" for ms in (*medians, best))
            print(f"{name:12s}{belief:14s}{numbers}{sent:7.0f} ({packed:.0f})")
            kept &= medians[-1] <= LIMIT_MS and sent <= LIMIT_KB
            files[name, belief] = rounds[-1][1]
    print(f"limits {LIMIT_MS} ms and {LIMIT_KB} kB: {'kept' if kept else 'MISSED'}\n")
    print("files: ms and kB")
    for (name, belief), answer in files.items():
        line = f"{name:12s}{belief:14s}"
        for kind, export in EXPORTS.items():
            started = time.perf_counter()
            content = export([answer]).content
            ms = (time.perf_counter() - started) * 1000
            line += f"  {kind} {ms:.0f} ms {len(content) / 1000:,.0f} kB"
        print(line)


if __name__ == "__main__":
    main()
