"""The predictors at work: loaded when first asked for, and shared by all visitors."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from geomapclip.errors import GalleryError
from geomapclip.gallery import NAMES, Gallery, load_gallery
from geomapclip.predictor import Predictor

MOST = 3  # predictors beside the first: each holds some 250 MB of embedded places
MOST_MB = 20  # of a visitor's own gallery file
MOST_PLACES = 200_000  # in it: some 25 seconds on two cores

Load = Callable[..., Predictor]


class Models:
    """Predictors by weights and gallery.

    One is loaded at a time for each pair, while all others answer; the least asked one goes
    where there are more than ``MOST``.

    Args:
        base: The one that the application started with; it always stays.
        load: As `Predictor.load`.
    """

    def __init__(self, base: Predictor, load: Load = Predictor.load) -> None:
        self.base = base
        self._load = load
        self._lock = Lock()
        self._loading: dict[tuple[str, str], Lock] = {}
        self._loaded: OrderedDict[tuple[str, str], Predictor] = OrderedDict()

    def get(self, weights: str = "", gallery: str = "") -> Predictor:
        """The predictor with these weights and this gallery, loaded where it is not yet.

        Args:
            weights: Name of published weights; "" for those of the first predictor.
            gallery: Name or file; "" for the first predictor's, and the weights' own where
                these are others.

        Raises:
            GeoMapCLIPError: Weights or a gallery that cannot be had; a file is named without
                the server's folders.
        """
        if weights == self.base.name:
            weights = ""
        if (weights, gallery) == ("", ""):
            return self.base
        key = (weights, gallery)
        with self._lock:
            loading = self._loading.setdefault(key, Lock())
        with loading:
            found = self._loaded.get(key) or self._new(weights, gallery)
        with self._lock:
            self._loaded[key] = found
            self._loaded.move_to_end(key)
            while len(self._loaded) > MOST:
                self._loading.pop(self._loaded.popitem(last=False)[0], None)
        return found

    def _new(self, weights: str, gallery: str) -> Predictor:
        device = str(self.base.device)
        try:
            places = _load(gallery) if gallery else None
        except GalleryError as error:
            path = Path(gallery)
            if path.name == gallery:
                raise
            argument = str(error.argument).replace(gallery, path.name)
            value = path.name if error.value == gallery else error.value
            raise GalleryError(argument, value, error.accepted) from error
        if weights:
            return self._load(weights, places, device=device)
        return Predictor(self.base.model, places, device=device)


def _load(gallery: str) -> Gallery:
    """A gallery by name, or from a visitor's file unless others would have to wait for it."""
    if gallery in NAMES:
        return load_gallery(gallery)
    size_mb = Path(gallery).stat().st_size / 1e6 if Path(gallery).is_file() else 0
    if size_mb > MOST_MB:
        raise GalleryError(
            "gallery", gallery, f"has {size_mb:,.0f} MB; at most {MOST_MB} MB are accepted"
        )
    places = load_gallery(gallery)
    if len(places) > MOST_PLACES:
        raise GalleryError(
            "gallery", gallery, f"has {len(places):,} places; at most {MOST_PLACES:,} are accepted"
        )
    return places
