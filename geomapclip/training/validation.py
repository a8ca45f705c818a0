"""How good a model is while it is trained; `geomapclip.evaluate` measures it in full."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from geomapclip.embeddings import embed_places
from geomapclip.gallery import Gallery
from geomapclip.geodesy import great_circle_km
from geomapclip.training.alignment import Alignment
from geomapclip.training.batches import Batch

THRESHOLDS_KM = (1, 25, 200, 750, 2500)


@torch.no_grad()
def validate(
    alignment: Alignment, photos: Batch, gallery: Gallery, device: torch.device
) -> dict[str, float]:
    """Loss, median distance and accuracy on photos that were kept apart.

    The loss is that of the paper without noise and without a queue, so that it does not depend
    on what was seen just before.

    Args:
        alignment: Trained so far.
        photos: In their plain view.
        gallery: Where the best place of each photo is looked for.
        device: Of the alignment.
    """
    size = alignment.recipe.batch
    places = embed_places(alignment.location_encoder, gallery.coordinates, device)
    total, best = 0.0, []
    for start in range(0, len(photos.features), size):
        rows = slice(start, start + size)
        images = alignment.embed_features(photos.features[rows].to(device))
        truth = alignment.embed_places(photos.coordinates[rows].float().to(device))
        logits = alignment.logit_scale.exp() * images @ truth.T
        own = torch.arange(len(images), device=device)
        total += float(functional.cross_entropy(logits, own, reduction="sum"))
        best.append((images @ places.T).argmax(dim=1).cpu().numpy())
    found = gallery.coordinates[np.concatenate(best)]
    km = great_circle_km(photos.coordinates.numpy(), found)
    return {
        "photos": len(km),
        "loss": total / len(km),
        "median_km": float(np.median(km)),
        **{f"within_{limit}_km": float(np.mean(km <= limit)) for limit in THRESHOLDS_KM},
    }
