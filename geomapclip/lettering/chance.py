"""Whether labels agree with a frame because it is right, or because some always do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geomapclip.lettering.candidates import Candidates
from geomapclip.lettering.projections import Floats

LEAST_AGREEING = 3
LEAST_SHARE = 0.5  # of the labels with a place on the picture; on 160 maps at least 0.8 agreed
EVEN = 10.0  # labels that are thought of as lying anywhere, beside those that are there
LEAST_CHANCE, MOST_CHANCE = 1e-4, 0.99  # of one label


def surprise(found: Candidates, falls: Floats, free: Floats, size: tuple[int, int]) -> Floats:
    """By how many nats the labels that agree with a frame beat chance.

    If the frame were wrong, a label could agree all the same: its place falls somewhere on the
    picture, and some label or other stands there. So each label whose place falls onto the
    picture agrees by chance with the share of the labels' positions that would count, or of the
    picture where there are few labels. How likely it is that as many of them agree, each by its
    own chance, is summed exactly. Two labels made the frame and agree in any case: the two whose
    chance is least are left out.

    Args:
        found: What each label may be, in all m rows.
        falls: Where each place falls, shape (frames, m, 2), pixels; NaN where nowhere.
        free: How far from there its label's middle may be, shape (frames, m, 2), pixels.
        size: Of the picture, pixels.

    Returns:
        Shape (frames,); 0 where fewer than ``LEAST_AGREEING`` agree, or less than
        ``LEAST_SHARE`` of those whose place falls onto the picture.
    """
    firsts = found.firsts
    with np.errstate(invalid="ignore"):
        shown = ((falls > -free) & (falls < np.array(size) + free)).all(axis=-1)
        fits = (np.abs(falls - found.middle) <= free).all(axis=-1)
        # One label after the other, so that no array is larger than the arguments are.
        there = np.zeros(falls.shape[:2])
        for middle in found.middle[firsts]:
            there += (np.abs(falls - middle) <= free).all(axis=-1)
    even = np.minimum(4 * free.prod(axis=-1) / (size[0] * size[1]), 1.0)
    share = (EVEN * even + there - fits) / (EVEN + len(firsts))
    each = np.add.reduceat(np.where(shown, share, 0.0), firsts, axis=1)
    chance = np.clip(each, LEAST_CHANCE, MOST_CHANCE)
    asked = np.logical_or.reduceat(shown, firsts, axis=1)
    agrees = np.logical_or.reduceat(shown & fits, firsts, axis=1)
    # The two dearest agree for certain.
    dearest = np.argsort(np.where(agrees, chance, 1.0), axis=1, kind="stable")[:, :2]
    asked_of = np.where(asked, chance, 0.0)
    np.put_along_axis(asked_of, dearest, 0.0, axis=1)
    agreeing = agrees.sum(axis=1)
    nats: Floats = -np.log(np.maximum(_tail(asked_of, agreeing - 2), 1e-300))
    enough = np.maximum(LEAST_AGREEING, LEAST_SHARE * asked.sum(axis=1))
    return np.where(agreeing >= enough, np.maximum(nats, 0.0), 0.0)


def _tail(chance: Floats, least: NDArray[np.intp]) -> Floats:
    """Probability that at least so many of independent things happen; chance of shape (k, n)."""
    counts = np.zeros((len(chance), chance.shape[1] + 1))
    counts[:, 0] = 1
    for each in chance.T[:, :, None]:
        counts[:, 1:] = counts[:, 1:] * (1 - each) + counts[:, :-1] * each
        counts[:, :1] *= 1 - each
    many = np.arange(counts.shape[1]) >= least[:, None]
    tail: Floats = np.where(many, counts, 0.0).sum(axis=1)
    return tail
