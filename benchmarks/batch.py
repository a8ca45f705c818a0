"""A batch of pictures through the page: memory for each, seconds for each, bytes to the browser.

The pictures are drawn maps, made as large as a camera's and each another one. They go through the
page's own way in: Chromium chooses the files, the page answers them one by one, and Chromium
draws the strip. A first batch gives the seconds, a second one fills what is kept however many
come. Then memory is counted in two ways before and after each part: what Python and numpy have
allocated and not freed, to the byte and without the few beliefs that stay weighed; and what the
system says the process holds for itself, which also sees the libraries below Python and is noisy,
for pages half empty are not given back. What a batch may add is what the page has to keep of each
picture, its thumbnails first of all.

    python -m benchmarks.batch
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import multiprocessing
import shutil
import tempfile
import time
import tracemalloc
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.memory import held_mb, peak_mb
from geomapclip.assets import asset
from geomapclip.embeddings import progress_bar
from geomapclip.lettering.lattice import sort_by_node
from geomapclip.lettering.names_model import NUMBERS
from geomapclip.predictor import Predictor
from webapp.lettering import weighed_bytes
from webapp.locate import Seen, look
from webapp.ui import build_interface, launch

PICTURES, TIMED, FILLING = 200, 25, 40
SIZE = (3000, 2000)
PARTS = 4  # after each of which memory is read
SAMPLE = 60  # of which is counted what must be kept
NOISE = 6  # grey levels, as a camera's: flat colours would make files far too small
LIMIT_FACTOR = 2  # of what must be kept: Python's own share of each thing


def draw_pictures(folder: Path, count: int) -> list[Path]:
    """Photographs of drawn maps: turned, cut out and noisy, each another one."""
    maps = sorted(asset("game").glob("*.webp"))
    generator = np.random.default_rng(0)
    paths = []
    for number in range(count):
        with Image.open(maps[number % len(maps)]) as drawn:
            image = drawn.convert("RGB").rotate(generator.uniform(-5, 5), expand=False)
        left, top = generator.uniform(0, 0.2, 2) * image.size
        box = (left, top, left + 0.8 * image.width, top + 0.8 * image.height)
        large = np.asarray(image.resize(SIZE, Image.Resampling.BICUBIC, box=box)).astype(np.int16)
        large += generator.integers(-NOISE, NOISE, large.shape[:2], dtype=np.int16)[..., None]
        paths.append(folder / f"{number:03}.jpg")
        Image.fromarray(large.clip(0, 255).astype(np.uint8)).save(paths[-1], quality=88)
    return paths


def settled_mb() -> float:
    """Memory of its own once the last answer is through and all that was freed is given back."""
    least = float("inf")
    while True:
        time.sleep(3)
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what was freed and not yet given back is no growth
        now = held_mb("RssAnon")  # without files, whose pages come and go
        if now > least - 0.5:
            return min(now, least)
        least = now


def allocated_bytes() -> int:
    """What Python and numpy hold, but for the beliefs that stay weighed: never many of them."""
    return tracemalloc.get_traced_memory()[0] - weighed_bytes()


def kept_bytes(seen: Seen) -> int:
    """What the page has to keep of a picture: thumbnails, the copy with its words, embedding."""
    words = len(seen.reading.picture) if seen.reading else 0
    return len(seen.thumbnail) + len(seen.icon) + int(seen.embedding.nbytes) + words


def browse(address: str, link: Connection) -> None:
    """Give the page each batch of files that comes over the link; answer with seconds and bytes.

    In a process of its own: what drives a browser keeps a note of every request.
    """
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        came: list[int] = []
        network.on("Network.dataReceived", lambda told: came.append(told["encodedDataLength"]))
        page.goto(address)
        page.locator("iframe.map").first.wait_for()
        done = 0
        while batch := link.recv():
            came.clear()
            done += len(batch)
            started = time.perf_counter()
            page.locator("input[type=file]").first.set_input_files(batch)
            page.wait_for_function(
                f"document.querySelectorAll('.thumb.done').length === {done}", timeout=0
            )
            link.send((time.perf_counter() - started, sum(came)))
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=PICTURES)
    parser.add_argument("--weights", default="embedded")
    options = parser.parse_args()
    predictor = Predictor.load(options.weights, device="cpu", progress=progress_bar())
    interface = build_interface(predictor)
    address = launch(interface, background=True)
    apart = multiprocessing.get_context("spawn")
    link, end = apart.Pipe()
    visitor = apart.Process(target=browse, args=(address, end), daemon=True)
    visitor.start()
    end.close()  # so that a visitor who fails is noticed, not waited for
    with tempfile.TemporaryDirectory() as name:
        paths = draw_pictures(Path(name), TIMED + FILLING + options.pictures)
        size_mb = sum(path.stat().st_size for path in paths) / len(paths) / 1e6
        link.send(paths[:TIMED])
        seconds, _ = link.recv()
        tracemalloc.start()  # from here on all is slower
        link.send(paths[TIMED : TIMED + FILLING])
        link.recv()
        for scale_km in NUMBERS.scales_km:  # kept for the gallery, whoever is first
            sort_by_node(predictor.gallery, scale_km / 3)
        memory, allocated = [settled_mb()], [allocated_bytes()]
        peak_mb(reset=True)
        sent = 0
        for part in np.array_split(np.arange(TIMED + FILLING, len(paths)), PARTS):
            link.send([paths[number] for number in part])
            _, came = link.recv()
            sent += came
            memory.append(settled_mb())
            allocated.append(allocated_bytes())
        peak = peak_mb()
        tracemalloc.stop()
        link.send([])
        visitor.join()
        seen = [look(path, predictor) for path in paths[:SAMPLE]]
        kept = sum(map(kept_bytes, seen)) / len(seen)
    interface.close(verbose=False)
    count = options.pictures
    grown = (allocated[-1] - allocated[0]) / count
    print(f"{count} pictures of {SIZE[0]} x {SIZE[1]}, {size_mb:.1f} MB each, {options.weights}")
    print(f"{seconds / TIMED:.2f} s a picture, upload included (the first {TIMED})")
    print(f"to the browser: {sent / count / 1000:.1f} kB a picture, {sent / 1e6:.2f} MB in all")
    steps = ", ".join(f"{held:.1f}" for held in memory)
    more = ", ".join(f"{(held - allocated[0]) / 2**20:.2f}" for held in allocated[1:])
    print(f"held: {steps} MB before and after each part, {peak:.0f} at the peak")
    print(f"allocated: {more} MB more after each part")
    print(
        f"a picture: {grown / 1000:.1f} kB allocated; "
        f"thumbnails, words and embedding {kept / 1000:.1f}"
    )
    print("limit kept" if grown <= LIMIT_FACTOR * kept else "limit MISSED")


if __name__ == "__main__":
    main()
