"""Large gaps from the rest of the picture: patch search on a pyramid, every patch of the gap voting for its pixels.

Source: space-time completion (Wexler, Shechtman and Irani 2007) with randomised search (PatchMatch, Barnes et al.
2009), all
patches of a gap searched at once.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ....core.progress import Progress, Silent
from ..atelier.colour import Array
from ..atelier.noise import resize
from .prior import diffuse

__all__ = ["complete"]

PATCH = 7
HALF = PATCH // 2
SMALLEST_SIDE = 40
_OFFSETS = np.indices((PATCH, PATCH)).reshape(2, -1).T - HALF


def complete(
    picture: Array, gap: np.ndarray, rng: np.random.Generator, *, rounds: int = 4, progress: Progress | None = None
) -> tuple[Array, Array]:
    """(picture, doubt): the gaps of (H, W, 3) filled with patches from elsewhere; doubt: distance to the source patch,
    0 outside.

    Nothing is known of what was there: this is a proposal in the manner of the rest.
    """
    progress = progress or Silent()
    shapes = [picture.shape[:2]]
    thick = float(ndimage.distance_transform_edt(gap).max())
    while min(shapes[-1]) > 2 * SMALLEST_SIDE and thick > 2.5:
        shapes.append((shapes[-1][0] // 2, shapes[-1][1] // 2))
        thick /= 2
    state: Array = picture
    match: np.ndarray | None = None
    doubt: Array = np.zeros(picture.shape[:2], np.float32)
    for level, shape in enumerate(reversed(shapes)):
        share = resize(gap.astype(np.float32), *shape)
        holes = share > 0.01 if level < len(shapes) - 1 else gap
        weight = np.maximum(1 - share, 1e-3)[..., None]
        known = picture if shape == picture.shape[:2] else resize(picture * ~gap[..., None], *shape) / weight
        begin = diffuse(known, holes, 200) if level == 0 else resize(state, *shape)
        state = np.where(holes[..., None], begin, known).astype(np.float32)
        state, match, doubt = _refine(
            state, holes, match, rng, rounds if level < len(shapes) - 1 else max(2, rounds - 1)
        )
        progress.update((level + 1) / len(shapes), "searching patches")
    return state, doubt


def _refine(
    state: Array, holes: np.ndarray, coarse: np.ndarray | None, rng: np.random.Generator, rounds: int
) -> tuple[Array, np.ndarray, Array]:
    height, width = holes.shape
    touched = ndimage.binary_dilation(holes, iterations=HALF)
    inner = np.zeros_like(holes)
    inner[HALF : height - HALF, HALF : width - HALF] = True
    target = np.argwhere(touched & inner)
    source = inner & ~touched
    if not len(target) or source.sum() < 50:
        return state, np.zeros((*holes.shape, 2), np.int32), holes.astype(np.float32)
    places = np.argwhere(source)
    number = np.full(holes.shape, -1)
    number[target[:, 0], target[:, 1]] = np.arange(len(target))
    found = places[rng.integers(0, len(places), len(target))]
    if coarse is not None:
        up = _from_coarse(coarse, target, holes.shape)
        good = source[up[:, 0], up[:, 1]]
        found[good] = up[good]
    depth = ndimage.distance_transform_edt(holes)
    for _ in range(rounds):
        found, cost = _search(state, target, found, source, number, rng)
        state = _vote(state, holes, target, found, cost, depth)
    match = np.zeros((*holes.shape, 2), np.int32)
    match[target[:, 0], target[:, 1]] = found
    doubt = np.zeros(holes.shape, np.float32)
    doubt[target[:, 0], target[:, 1]] = np.sqrt(cost / (PATCH * PATCH * 3))
    return state, match, np.where(holes, doubt, 0).astype(np.float32)


def _from_coarse(coarse: np.ndarray, target: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Matches of the level below, doubled."""
    low = np.minimum(target // 2, np.array(coarse.shape[:2]) - 1)
    up = coarse[low[:, 0], low[:, 1]] * 2 + target % 2
    return np.clip(up, HALF, np.array(shape) - HALF - 1)


def _distance(state: Array, one: np.ndarray, other: np.ndarray, rows: np.ndarray) -> Array:
    """Squared distance of patches around one[rows] and other[rows]."""
    width = state.shape[1]
    flat = state.reshape(-1, 3)
    total = np.zeros(len(rows), np.float32)
    a, b = one[rows, 0] * width + one[rows, 1], other[rows, 0] * width + other[rows, 1]
    for dy, dx in _OFFSETS:
        step = dy * width + dx
        total += ((flat[a + step] - flat[b + step]) ** 2).sum(1)
    return total


def _search(
    state: Array,
    target: np.ndarray,
    found: np.ndarray,
    source: np.ndarray,
    number: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, Array]:
    everyone = np.arange(len(target))
    cost = _distance(state, target, found, everyone)
    height, width = source.shape

    def offer(candidate: np.ndarray, rows: np.ndarray) -> None:
        candidate = np.clip(candidate, HALF, (height - HALF - 1, width - HALF - 1))
        usable = source[candidate[:, 0], candidate[:, 1]]
        rows, candidate = rows[usable], candidate[usable]
        if not len(rows):
            return
        whole = found.copy()
        whole[rows] = candidate
        price = _distance(state, target, whole, rows)
        better = price < cost[rows]
        found[rows[better]] = candidate[better]
        cost[rows[better]] = price[better]

    found = found.copy()
    for sweep in range(2):
        for reach in (1, 4) if sweep == 0 else (1, 2):
            for step in ((0, reach), (0, -reach), (reach, 0), (-reach, 0)):
                beside = np.clip(target + step, 0, (height - 1, width - 1))
                neighbour = number[beside[:, 0], beside[:, 1]]
                rows = everyone[neighbour >= 0]
                offer(found[neighbour[rows]] - step, rows)
        radius = max(height, width) / 2
        while radius >= 1:
            offer(np.rint(found + rng.uniform(-radius, radius, found.shape)).astype(int), everyone)
            radius /= 2.5
    return found, cost


def _vote(state: Array, holes: np.ndarray, target: np.ndarray, found: np.ndarray, cost: Array, depth: Array) -> Array:
    """Each pixel of the gap from all patches over it; near matches and patches near known ground weigh more."""
    height, width = holes.shape
    sigma = float(np.quantile(cost, 0.6)) + 1e-6
    weight = np.exp(-cost / (2 * sigma)) * 1.3 ** -np.minimum(depth[target[:, 0], target[:, 1]], 20) + 1e-8
    total, sums = np.zeros((height * width, 3)), np.zeros(height * width)
    flat = state.reshape(-1, 3)
    at, of = target[:, 0] * width + target[:, 1], found[:, 0] * width + found[:, 1]
    for dy, dx in _OFFSETS:
        step = dy * width + dx
        sums += np.bincount(at + step, weights=weight, minlength=height * width)
        values = flat[of + step]
        for c in range(3):
            total[:, c] += np.bincount(at + step, weights=weight * values[:, c], minlength=height * width)
    out = flat.copy()
    rows = holes.ravel() & (sums > 0)
    out[rows] = (total[rows] / sums[rows, None]).astype(np.float32)
    return out.reshape(state.shape)
