"""Drawing tokens from rows of logits, all rows at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["draw", "log_softmax"]

Array = NDArray[np.float32]


def log_softmax(logits: Array) -> Array:
    """Natural logarithms of the probabilities along the last axis; -inf stays -inf."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def draw(
    logits: Array,
    rng: np.random.Generator,
    *,
    temperature: float = 1.0,
    top_p: float = 1.0,
    min_p: float = 0.0,
) -> NDArray[np.int64]:
    """One token for each row of `logits` of shape (rows, vocabulary), masked entries at -inf or -1e9.

    temperature > 0; top_p in (0, 1] keeps the likeliest tokens that hold this mass (Holtzman et al. 2020);
    min_p in [0, 1) drops what is less likely than this share of the likeliest (Nguyen et al. 2024).
    One uniform number a row is drawn, whatever the settings, so that rows stay in step with the generator.
    """
    p = np.exp(log_softmax(logits / np.float32(temperature))).astype(np.float64)
    if min_p > 0:
        p[p < min_p * p.max(axis=-1, keepdims=True)] = 0
    if top_p < 1:
        order, rows = np.argsort(-p, axis=-1), np.arange(len(p))[:, None]
        ranked = p[rows, order]
        mass = np.cumsum(ranked, axis=-1)
        ranked[mass - ranked >= top_p * mass[:, -1:]] = 0
        p[rows, order] = ranked
    mass = np.cumsum(p, axis=-1)
    target = rng.random(len(p))[:, None] * mass[:, -1:]
    index = (mass <= target).sum(axis=-1)
    last = p.shape[-1] - 1 - np.argmax(p[:, ::-1] > 0, axis=-1)
    return np.minimum(index, last)
