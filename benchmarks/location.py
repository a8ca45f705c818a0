"""The 100,000 places of GeoCLIP's gallery through the location encoder, ours and the published.

python -m benchmarks.location
"""

from __future__ import annotations

import os
import tempfile
import time
import warnings
from pathlib import Path

import torch

from benchmarks.reference import import_published

ROUNDS = 3


def main() -> None:
    warnings.simplefilter("ignore")  # theirs
    from geomapclip import LocationEncoder, load_gallery
    from geomapclip.embeddings import embed_gallery

    coordinates = load_gallery("geoclip").coordinates
    places = torch.tensor(coordinates).float()
    encoder = LocationEncoder()
    embeddings: dict[str, torch.Tensor] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["GEOMAPCLIP_CACHE"] = str(folder / "cache")
        module = import_published("geoclip", "location_encoder", folder)
        published = module.LocationEncoder()
        ratios = []
        print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, float32")
        for turn in range(ROUNDS):
            seconds = {}
            pair = [("published", published), ("ours", encoder)]
            for label, network in pair if turn % 2 else reversed(pair):
                started = time.perf_counter()
                with torch.inference_mode():
                    embeddings[label] = network(places)
                seconds[label] = time.perf_counter() - started
            for file in (folder / "cache").glob("gallery-*"):
                file.unlink()
            before = time.perf_counter()
            embed_gallery(encoder, coordinates)
            kept = time.perf_counter() - before
            ratios.append(seconds["ours"] / seconds["published"])
            print(
                f"published {seconds['published']:6.2f} s   ours {seconds['ours']:6.2f} s   "
                f"ours, normalised and written to the cache {kept:6.2f} s"
            )
        print("ours / published:", " ".join(f"{ratio:.2f}" for ratio in ratios))
        difference = (embeddings["published"] - embeddings["ours"]).abs().max()
        print(f"largest difference {difference:.1e}")


if __name__ == "__main__":
    main()
