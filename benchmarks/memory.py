"""Peak memory of reading a table, of making features, and of an epoch's batches.

A table of so many photos goes through `extract_features` and then, for one epoch, through
`FeatureBatches`. The tower is a stand-in (a fixed matrix on 8 x 8 pixels, 768 numbers out), and
the names of the table share a hundred small pictures: a million files would test the disk. Each
number of photos has a process of its own, and each part its own peak.

    python -m benchmarks.memory --photos 10000 1000000
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from geomapclip import picture_folder
from geomapclip.data import stream_photos
from geomapclip.extraction import Extraction, Machine, extract_features
from geomapclip.features import read_features
from geomapclip.training.batches import FeatureBatches
from geomapclip.training.recipe import Recipe

PICTURES = 100


class Matrix:
    """A tower as wide as CLIP's and almost free."""

    image_size = 8

    def __init__(self):
        self.weights = torch.randn(3 * 64, 768, generator=torch.Generator().manual_seed(0))

    def preprocess(self, image):
        pixels = np.asarray(image.resize((8, 8)), np.float32) / 255
        return torch.from_numpy(pixels).permute(2, 0, 1)

    def ten_crop(self, image):
        raise NotImplementedError

    def features(self, pixels):
        return pixels.flatten(1) @ self.weights


def peak_mb(*, reset: bool = False) -> float:
    """Highest resident memory of this process since the last reset, mapped files included."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    return held_mb("VmHWM")


def held_mb(key: str, process: int | str = "self") -> float:
    """What Linux says a process holds; 0 for one that is about to end.

    Args:
        key: VmHWM is the most that it ever had, RssAnon what it has without mapped files.
        process: Its number.
    """
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{key}:")) / 1024


def write_table(path: Path, photos: int) -> None:
    """Photos at even places, a line at a time."""
    with path.open("w") as file:
        file.write("IMG_ID,LAT,LON\n")
        for number in range(photos):
            latitude = np.degrees(np.arcsin((2 * number + 1) / photos - 1))
            file.write(f"{number:08d},{latitude:.6f},{number * 137.5 % 360 - 180:.6f}\n")


def measure(photos: int) -> None:
    """All three parts with so many photos; prints a line for each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pictures").mkdir()
        for number in range(PICTURES):
            Image.effect_noise((16, 12), 80).save(folder / "pictures" / f"{number:02d}.jpg")
        write_table(folder / "photos.csv", photos)
        picture_folder.PictureFolder.find = lambda self, name: self.folder / f"{name[-2:]}.jpg"

        def part(label, work):
            peak_mb(reset=True)
            started = time.perf_counter()
            work()
            seconds = time.perf_counter() - started
            print(f"{photos:>9,} photos  {label:8} peak {peak_mb():5.0f} MB  {seconds:6.0f} s")

        def read():
            for chunk in stream_photos(folder / "photos.csv", folder / "pictures"):
                del chunk

        def look():
            extract_features(
                folder / "photos.csv", folder / "pictures", folder / "features", Matrix(),
                {"repo_id": "none", "revision": None}, Extraction(),
                Machine(torch.device("cpu"), batch=512, threads=2),
            )  # fmt: skip

        def learn():
            batches = FeatureBatches(read_features(folder / "features"), Recipe())
            assert sum(len(batch.features) for batch in batches.epoch(0)) == batches.photos

        part("table", read)
        part("features", look)
        part("epoch", learn)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--here", action="store_true", help="in this process")
    options = parser.parse_args()
    for photos in options.photos:
        if options.here:
            measure(photos)
        else:
            command = [sys.executable, "-m", "benchmarks.memory", "--here", "--photos"]
            subprocess.run([*command, str(photos)], check=True)


if __name__ == "__main__":
    main()
