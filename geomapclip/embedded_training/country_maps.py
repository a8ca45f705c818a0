"""Maps of countries that others drew, and where they lie: those of the game KGeography.

On each of its maps every division (province, county, state) has a colour of its own, and a file
beside it names the divisions by their colours. So the middle of each colour is a label, and the
frame that most of the labels agree with (`lettering.extent`) tells where the map's middle lies,
mostly to within a hundredth of its width. Maps without such a frame are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from geomapclip.embedded_training.pictures import Sample
from geomapclip.errors import InvalidArgumentError
from geomapclip.gallery import Gallery
from geomapclip.image import open_image
from geomapclip.lettering import Word, understand

LEAST_PIXELS = 20  # of a division that is looked at
LABEL_SIDE = 0.5  # of a label's box, as a share of the side of a square as large as its division


def country_maps(folder: Path, world: Gallery) -> list[Sample]:
    """The maps of KGeography whose place can be told, with the place of their middle.

    Args:
        folder: Holds a ``.kgm`` file and a picture for each map: ``share/kgeography`` of an
            installed KGeography.
        world: Places that the first rough look for a map's place goes through.

    Raises:
        InvalidArgumentError: No such file in the folder, or one that is damaged.
        ImageError: A picture that cannot be read.
    """
    samples = []
    for path in sorted(folder.glob("*.kgm")):
        try:
            described = ElementTree.parse(path).getroot()  # noqa: S314 - of an installed program
        except ElementTree.ParseError as error:
            raise InvalidArgumentError("kgeography", path.name, "must be XML") from error
        image = open_image(folder / str(described.findtext("mapFile")))
        lettering, _ = understand(list(_labels(described, image)), image.size, world)
        if lettering.extent is not None:
            samples.append(Sample(image, *lettering.extent.centre, reach_km=0.0))
    if not samples:
        raise InvalidArgumentError("kgeography", str(folder), "must hold maps of KGeography")
    return samples


def _labels(described: ElementTree.Element, image: Image.Image) -> Iterator[Word]:
    """The name of each division, as if it were written in its middle."""
    pixels = np.asarray(image).astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    for division in described.iter("division"):
        name = (division.findtext("name") or "").strip()
        channels = [int(division.findtext(f"color/{c}") or 0) for c in ("red", "green", "blue")]
        rows, columns = np.nonzero(pixels == int.from_bytes(bytes(channels)))
        if not name or division.findtext("ignore") == "yes" or len(rows) < LEAST_PIXELS:
            continue
        half = LABEL_SIDE / 2 * np.sqrt(len(rows))
        corners = half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
        middle = np.array([np.median(columns), np.median(rows)])
        yield Word(name, middle + corners, confidence=1.0)
