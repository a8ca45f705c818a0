"""The location encoders that the page can look into: loaded when first asked for, and shared."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from geomapclip.errors import InvalidArgumentError
from geomapclip.explore import Explorer
from geomapclip.published import WHEELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomapclip.predictor import Predictor

MOST = 2  # beside the one at work: each holds some 100 MB of embedded land, 250 of a gallery
STANDS_ON = {"embedded": "geoclip"}  # whose location encoder it is


class Explorers:
    """Explorers by name.

    Only names in `names` are ever loaded, so no visitor can make the server read a folder of
    their choice.

    Args:
        base: The predictor at work; its location encoder and gallery are shared.
        folders: Saved weights that may be shown, known by the folders' own names.
    """

    def __init__(self, base: Predictor, folders: Sequence[str] = ()) -> None:
        self.base = base
        self.own = STANDS_ON.get(base.name, Path(base.name).name)
        sources = {name: name for name in WHEELS}
        sources |= {Path(folder).name: folder for folder in folders}
        self._sources = {self.own: base.name} | sources
        self._lock = Lock()
        self._loaded: OrderedDict[str, Explorer] = OrderedDict()
        self._own = Explorer(self.own, base.model.location_encoder, base.gallery)

    @property
    def names(self) -> list[str]:
        """What can be asked for; the encoder at work comes first."""
        return list(self._sources)

    def get(self, name: str) -> Explorer:
        """The explorer of that name, loaded where it is not yet.

        Raises:
            InvalidArgumentError: No such name.
            GeoMapCLIPError: Weights that cannot be had.
        """
        if name not in self._sources:
            raise InvalidArgumentError("weights", name, f"must be one of {', '.join(self.names)}")
        if name == self.own:
            return self._own
        with self._lock:
            found = self._loaded.pop(name, None) or self._load(name)
            self._loaded[name] = found
            while len(self._loaded) > MOST:
                self._loaded.popitem(last=False)
            return found

    def _load(self, name: str) -> Explorer:
        loaded = Explorer.load(self._sources[name], self.base.gallery, str(self.base.device))
        return Explorer(name, loaded.encoder, loaded.gallery)
