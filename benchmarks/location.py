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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["GEOMAPCLIP_CACHE"] = str(folder / "cache")
        module = import_published("geoclip", "location_encoder", folder)
        published = module.LocationEncoder()
        ratios = []
        print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, float32")
        for _ in range(ROUNDS):
            with torch.inference_mode():
                started = time.perf_counter()
                theirs = published(places)
                middle = time.perf_counter()
                ours = encoder(places)
                end = time.perf_counter()
            for file in (folder / "cache").glob("gallery-*"):
                file.unlink()
            before = time.perf_counter()
            embed_gallery(encoder, coordinates)
            chunked = time.perf_counter() - before
            ratios.append((chunked / (middle - started), (end - middle) / (middle - started)))
            print(
                f"published {middle - started:6.2f} s   ours {end - middle:6.2f} s   ours in "
                f"chunks, normalised and written to the cache {chunked:6.2f} s"
            )
        print("ours / published:", " ".join(f"{whole:.2f}" for _, whole in ratios))
        print("ours in chunks / published:", " ".join(f"{part:.2f}" for part, _ in ratios))
        print(f"largest difference {(theirs - ours).abs().max():.1e}")


if __name__ == "__main__":
    main()
