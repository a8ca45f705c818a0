"""Fine-tune GeoCLIP on drawn maps, in the manner of geomapclip 0.0.3, from nothing to a model.

Maps are drawn at random places of the world into tar shards, the frozen CLIP looks at each of
them once, and the networks behind it are trained on, from GeoCLIP's weights. Each of the three
parts goes on where it was broken off.

    python -m tools.finetune_on_maps --natural-earth FOLDER --work WORK --out MODEL

Whatever else is given goes to `geomapclip.train`, such as ``--epochs 5 --smoothing-km 100``.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tarfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from geomapclip import features, train
from geomapclip.cartography import Atlas, random_map
from geomapclip.writing import replacing

SHARD_MAPS = 500
SIZE = (320, 320)  # pixels


def draw_shard(atlas: Atlas, folder: Path, seed: int, number: int, maps: int) -> None:
    """Draw one shard of maps, each named by its number and told by its centre, unless it is there.

    Args:
        atlas: What there is to be seen.
        folder: Of the shards.
        seed: The same seed draws the same maps.
        number: Of the shard.
        maps: In it.
    """
    path = folder / f"maps-{number:05d}.tar"
    if path.is_file():
        return
    with replacing(path) as temporary, tarfile.open(temporary, "w") as archive:
        for index in range(number * SHARD_MAPS, number * SHARD_MAPS + maps):
            picture, centre, km = random_map(atlas, np.random.default_rng((seed, index)), SIZE)
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=92)
            place = {"latitude": centre[0], "longitude": centre[1], "width_km": km}
            for suffix, content in (
                ("jpg", buffer.getvalue()),
                ("json", json.dumps(place).encode()),
            ):
                member = tarfile.TarInfo(f"{index:07d}.{suffix}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, look, train; the exit status is that of the part that came last."""
    parser = argparse.ArgumentParser(
        description="Fine-tune GeoCLIP on drawn maps.", allow_abbrev=False
    )
    parser.add_argument("--natural-earth", type=Path, required=True, help="folder of vectors")
    parser.add_argument("--work", type=Path, required=True, help="folder of maps and features")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--maps", type=int, default=20_000, help="to draw (default: 20,000)")
    parser.add_argument("--views", type=int, default=2, help="of each map (default: 2)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1, help="that draw")
    parser.add_argument("--gallery", default="world", help="maps may be centred at sea")
    options, others = parser.parse_known_args(arguments)

    folder = options.work / "maps"
    atlas = Atlas.load(options.natural_earth)
    numbers = range(-(-options.maps // SHARD_MAPS))
    sizes = [min(SHARD_MAPS, options.maps - number * SHARD_MAPS) for number in numbers]
    draw = partial(draw_shard, atlas, folder, options.seed)
    bar = partial(tqdm, total=len(numbers), desc="Drawing", unit=f" x {SHARD_MAPS} maps")
    if options.processes == 1:
        list(bar(map(draw, numbers, sizes), disable=None))
    else:
        with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
            list(bar(pool.map(draw, numbers, sizes), disable=None))

    seen = str(options.work / "features")
    looked = ["--views", str(options.views), "--no-mirror", "--seed", str(options.seed)]
    status = features.main([str(folder), "--out", seen, *looked])
    if status:
        return status
    start = ["--weights", "geoclip", "--gallery", options.gallery, "--seed", str(options.seed)]
    return train.main([seen, "--out", str(options.out), *start, *others])


if __name__ == "__main__":
    sys.exit(main())
