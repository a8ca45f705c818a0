"""What a belief keeps for all places alike: the picture may be of a kind that was never learnt."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def with_doubt(logits: Tensor, doubt: float) -> Tensor:
    """Logits of the belief ``(1 - doubt) softmax(logits) + doubt / m``.

    What lies well above the even share stays as it is, the rest rises to a floor. So one picture
    that was read wrongly can outvote neither other pictures nor what is written in it.

    Args:
        logits: Shape (..., m), over m places.
        doubt: In [0, 1); 0 changes nothing.
    """
    if doubt == 0:
        return logits
    even = math.log(doubt / (1 - doubt) / logits.shape[-1])
    return torch.logaddexp(logits, logits.logsumexp(dim=-1, keepdim=True) + even)
