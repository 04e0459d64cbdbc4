"""Whether a picture is a photograph: a ridge regression on the Fisher vectors of the eye that ships.

The classes of the eye are hands and movements alone, so a photograph would be called by a painter. What tells it is in
the same vectors: grain, focus, light. `tools/build_photographs.py` fits it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .fisher import Encoder

__all__ = ["SHIPPED", "PhotographTest", "fit_photographs", "shipped_test"]

SHIPPED = Path(__file__).parents[1] / "reading" / "data" / "photographs.safetensors"
UNSURE = (0.4, 0.6)
"""Probabilities between which it is not said which of the two a picture is."""
_PENALTY = 0.3
Array = NDArray[np.floating[Any]]


def _hash(encoder: Encoder) -> str:
    """What the vectors of an encoder are made by."""
    return sha256(b"".join(book.means.astype(np.float32).tobytes() for book in encoder.books.values())).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PhotographTest:
    """weights (v,): of a Fisher vector; even: score of a picture that is as likely the one as the other; slope: of the
    log odds over scores; encoder: hash of what the vectors are made by."""

    weights: Array
    even: float
    slope: float
    encoder: str

    def fits(self, encoder: Encoder) -> bool:
        """Whether it reads the vectors of this encoder."""
        return self.encoder == _hash(encoder)

    def probability(self, vector: Array) -> float:
        """That the picture of this Fisher vector is a photograph, 0..1."""
        return float(1 / (1 + np.exp(-self.slope * (float(self.weights @ vector) - self.even))))

    def save(self, path: Path) -> None:
        """Write it, the weights in eight bits."""
        from safetensors.numpy import save_file

        step = float(np.abs(self.weights).max()) / 127
        numbers = np.array([step, self.even, self.slope])
        arrays = {"weights": np.rint(self.weights / step).astype(np.int8), "numbers": numbers}
        save_file(arrays, str(path), metadata={"encoder": self.encoder})

    @classmethod
    def load(cls, path: Path) -> PhotographTest:
        """The inverse of `save`."""
        from safetensors import safe_open

        with safe_open(str(path), framework="numpy") as file:
            step, even, slope = (float(n) for n in file.get_tensor("numbers"))
            weights = file.get_tensor("weights").astype(np.float32) * np.float32(step)
            return cls(weights=weights, even=even, slope=slope, encoder=file.metadata()["encoder"])


@lru_cache(maxsize=1)
def shipped_test() -> PhotographTest:
    """The one that comes with the package."""
    return PhotographTest.load(SHIPPED)


def fit_photographs(
    vectors: Array, photographs: np.ndarray, folds: np.ndarray, encoder: Encoder
) -> tuple[PhotographTest, NDArray[np.float64]]:
    """(test, score of each picture by a test that has not seen its fold). vectors (n, v); photographs (n,) bool; folds
    (n,) whole numbers, the same for pictures of one origin.
    """
    gram = (vectors @ vectors.T).astype(np.float64)
    goal = np.where(photographs, 1.0, -1.0)
    scores = np.zeros(len(goal))
    for fold in np.unique(folds):
        seen = folds != fold
        scores[~seen] = gram[np.ix_(~seen, seen)] @ _coefficients(gram[np.ix_(seen, seen)], goal[seen])
    slope, even = _calibrate(scores, goal)
    weights = (_coefficients(gram, goal) @ vectors).astype(np.float32)
    return PhotographTest(weights=weights, even=even, slope=slope, encoder=_hash(encoder)), scores


def _coefficients(gram: Array, goal: Array) -> Array:
    """Of a kernel ridge regression in which both kinds weigh alike."""
    share = np.array([(goal == g).mean() for g in goal])
    root = np.sqrt(0.5 / share)
    solved: Array = root * np.linalg.solve(root[:, None] * gram * root + _PENALTY * np.eye(len(goal)), root * goal)
    return solved


def _calibrate(scores: Array, goal: Array) -> tuple[float, float]:
    """(slope, even score) under which the kinds are likeliest, both weighing alike."""
    weight = np.array([0.5 / (goal == g).sum() for g in goal])
    pairs = [(slope, even) for slope in np.geomspace(2, 60, 40) for even in np.linspace(-1, 1, 201)]
    return min(pairs, key=lambda p: float((weight * np.logaddexp(0, -goal * p[0] * (scores - p[1]))).sum()))
