"""Ridge regression in the space of the works, what it says of a work it has not seen, and how good and how calibrated
guesses are.

With n works and vectors of a hundred thousand numbers everything happens on the n x n Gram matrix. Scores of each work
by a
model fitted without it come in closed form from the inverse (leave one out).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["accuracy", "calibration_error", "fit_temperature", "leave_one_out", "softmax"]

Array = NDArray[np.floating[Any]]


def leave_one_out(gram: Array, targets: Array, *, penalty: float) -> tuple[Array, Array]:
    """(scores (n, t) of each work by a model without it, coefficients (n, t)) of kernel ridge regression.

    gram: (n, n), changed in place: centred, and divided by its mean diagonal; targets: (n, t), centred by the caller.
    Scores of new works are centred kernel values @ coefficients, the kernel divided like the Gram matrix.
    """
    import torch

    mean = gram.mean(axis=0)
    whole = float(mean.mean())
    gram -= mean
    gram -= mean[:, None] - whole
    scale = max(float(np.trace(gram)) / len(gram), 1e-9)
    gram /= scale
    gram[np.diag_indices(len(gram))] += penalty
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(torch.from_numpy(gram)))
    coefficients = (inverse @ torch.from_numpy(targets.astype(np.float32))).numpy()
    scores = targets - coefficients / torch.diagonal(inverse).numpy()[:, None]
    return scores.astype(np.float32), coefficients / scale


def softmax(scores: Array) -> Array:
    """Rows of scores as probabilities."""
    out = np.exp(scores - scores.max(axis=1, keepdims=True))
    return out / out.sum(axis=1, keepdims=True)


def fit_temperature(scores: Array, labels: np.ndarray) -> float:
    """The divisor of scores under which they are likeliest (Guo et al. 2017)."""
    rows = np.arange(len(labels))
    return float(min(np.geomspace(0.2, 5, 81), key=lambda t: -np.log(softmax(scores / t)[rows, labels] + 1e-12).mean()))


def calibration_error(probabilities: Array, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over equal bins of the largest probability, 0..1."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(right[place == b].mean() - sure[place == b].mean()) * (place == b).mean()
            for b in range(bins)
            if (place == b).any()
        )
    )


def accuracy(scores: Array, labels: np.ndarray) -> tuple[float, float]:
    """(share of works named rightly, mean share over classes)."""
    right = scores.argmax(axis=1) == labels
    return float(right.mean()), float(np.mean([right[labels == c].mean() for c in np.unique(labels)]))
