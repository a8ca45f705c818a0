"""The dear step, done once: a whole gallery through the location encoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from geomapclip.cache import cached_array, content_key
from geomapclip.geodesy import Coordinates
from geomapclip.location_encoder import CHUNK_PLACES
from geomapclip.release import EMBEDDING_SIZE

KEEP_PLACES = 10_000  # below that, computing is as fast as reading
FORMAT = "unit embeddings, float32, 1"  # changes when what is kept changes

BAR_TITLE = "Embedding the gallery"

Progress = Callable[[int, int], None]  # places done, places in all


def progress_bar() -> Progress:
    """Progress for people: a bar that comes with the first chunk, where there is a terminal."""
    bars: list[tqdm[Any]] = []

    def update(done: int, total: int) -> None:
        if not bars:
            bars.append(tqdm(total=total, desc=BAR_TITLE, unit=" places", disable=None))
        bars[0].update(done - bars[0].n)
        if done == total:
            bars.pop().close()

    return update


def embed_gallery(
    encoder: nn.Module, coordinates: Coordinates, progress: Progress | None = None
) -> Tensor:
    """Embed places, or take them from the cache on disk.

    The cache knows them by the content of weights and coordinates, so neither a changed
    weight nor a changed place can meet an old embedding.

    Args:
        encoder: A location encoder.
        coordinates: Shape (n, 2), degrees.
        progress: Called after each chunk.

    Returns:
        Shape (n, 512), each row of length 1, on the encoder's device.
    """
    device = next(encoder.parameters()).device

    def build() -> NDArray[np.float32]:
        return embed_places(encoder, coordinates, device, progress).cpu().numpy()

    if len(coordinates) < KEEP_PLACES:
        return torch.from_numpy(build()).to(device)
    state = encoder.state_dict()
    weights = (state[key].cpu().numpy().data.cast("B") for key in sorted(state))
    key = content_key(FORMAT, *weights, np.ascontiguousarray(coordinates).data.cast("B"))
    embeddings = cached_array("gallery", key, (len(coordinates), EMBEDDING_SIZE), build)
    return torch.from_numpy(embeddings).to(device)


@torch.no_grad()
def embed_places(
    encoder: nn.Module,
    coordinates: Coordinates,
    device: torch.device,
    progress: Progress | None = None,
) -> Tensor:
    """Unit embeddings (n, 512) of places (n, 2), without the cache: see `embed_gallery`."""
    total = len(coordinates)
    embeddings = torch.empty(total, EMBEDDING_SIZE, device=device)
    for start in range(0, total, CHUNK_PLACES):
        chunk = torch.from_numpy(coordinates[start : start + CHUNK_PLACES].astype(np.float32))
        embeddings[start : start + CHUNK_PLACES] = functional.normalize(
            encoder(chunk.to(device)), dim=1
        )
        if progress:
            progress(min(start + CHUNK_PLACES, total), total)
    return embeddings
