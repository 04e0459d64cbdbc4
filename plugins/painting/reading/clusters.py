"""K-means: colours into a palette, pixels into regions, descriptors into words."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["cluster"]


def cluster(points: NDArray[Any], centres: NDArray[Any], rounds: int) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """(centres, label of each point in the last round) of k-means from given centres (k, d); one that loses all its points
    stays where it was.
    """
    from scipy.cluster.vq import kmeans2

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an empty cluster is none of the caller's business
        found: tuple[NDArray[Any], NDArray[np.int32]] = kmeans2(points, centres, iter=rounds, minit="matrix")
    return found
