"""A picture in the paint of exemplars: patches from coarse to fine, led by guides.

Source: image analogies (Hertzmann et al. 2001) and patch-based texture optimisation (Kwatra et al. 2005); levels, weights and
limits were set by looking.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..atelier.colour import Array
from .atlas import Atlas, Indices, stack
from .guides import Weights, around, guide_maps, touch_of
from .matching import Field, Manner, Vectors, match, nearest_by_guides
from .raster import blur, halve, resize

__all__ = ["LEVELS", "Level", "Painted", "Plan", "Sheet", "crisp", "liveliness", "synthesise"]


@dataclass(frozen=True)
class Level:
    """scale: of the picture; side of a patch and step of the grid in its pixels; stride of the places in the exemplars;
    narrow: deviation of the votes about a patch's centre, in steps.
    """

    scale: int
    side: int
    step: int
    stride: int = 1
    narrow: float = 0.9


_NEAR, _GAIN = 2.0, 1.7
"""Within how many pixels a fine band is measured, and how much it may be strengthened."""
_STRENGTHENED = (0.35, 0.8, 1.0)
"""Share of what each band lacks that is given back, fine to coarse: the finest holds the grain of the scans too."""
LEVELS = (Level(8, 5, 1), Level(4, 6, 2), Level(2, 8, 3), Level(1, 12, 4, stride=2, narrow=0.5))


@dataclass(frozen=True)
class Plan:
    """pixel: softness of the guide, in pixels of the picture that one pixel of the masses covers; lead: share of the soft
    difference to the target that is made good before each search, so that patches say it; touch: how lively the paint shall be,
    in deviations from the usual of the exemplars; drawn: the target is as fine as the paint, so that the finest patches are looked for
    once.
    """

    levels: tuple[Level, ...] = LEVELS
    manner: Manner = field(default_factory=Manner)
    weights: Weights = field(default_factory=Weights)
    pixel: float = 8.0
    lead: float = 0.7
    touch: Array | float = 0.3
    drawn: bool = False


@dataclass(frozen=True)
class Sheet:
    """An exemplar in Oklab and a mask, true where paint must not be taken."""

    lab: Array
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class Painted:
    """picture in Oklab; shares: of each exemplar; piece: longest unbroken piece, share of the picture."""

    picture: Array
    shares: tuple[float, ...]
    piece: float


def synthesise(
    target: Array,
    sheets: Sequence[Sheet],
    plan: Plan,
    rng: np.random.Generator,
    progress: Callable[[float], None] = lambda _: None,
) -> Painted:
    """The picture `target` (Oklab, soft masses at full size) said with patches of `sheets`."""
    pyramid = _pyramid(target, plan, plan.touch)
    exemplars = [_pyramid(sheet.lab, plan, touch) for sheet, touch in zip(sheets, _touches(sheets), strict=True)]
    masks = [_masks(sheet.mask, len(plan.levels)) for sheet in sheets]
    picture: Array | None = None
    found: Field | None = None
    atlas: Atlas | None = None
    before = 1
    for number, level in enumerate(plan.levels):
        deep = level.scale.bit_length() - 1
        picks = [e[deep] for e in exemplars]
        radius = max(2, round(0.75 * level.side))
        atlas = stack(
            [c for c, _ in picks],
            [around(g, radius if level.scale > 1 else radius // 2, plan.weights.ring) for _, g in picks],
            [m[deep] for m in masks],
            level.side,
            level.stride,
        )
        colours, guides = pyramid[deep]
        size = colours.shape[:2]
        once = plan.drawn and level.scale == 1
        places, grid, pad = _grid(size, level)
        lead = around(guides, radius // atlas.guide_scale, plan.weights.ring)
        rim = pad // atlas.guide_scale
        lead = np.pad(lead, ((rim, rim), (rim, rim), (0, 0)), mode="edge")
        if found is None or picture is None:
            y, x = ((places + level.side // 2) // atlas.guide_scale).T
            y, x = np.minimum(y, lead.shape[0] - 1), np.minimum(x, lead.shape[1] - 1)
            at = nearest_by_guides(atlas, lead[y, x], rng)
            found = Field(at.reshape(*grid, 2), np.ones(grid, np.float32))
            picture = _vote(atlas.colours, found, level, size, pad)
            passes: tuple[bool, ...] = (True,) if once else (True, True)
        else:
            picture = resize(picture, size)
            found = Field(
                _carry(found.at, grid, level, plan.levels[number - 1], picks, before), np.ones(grid, np.float32)
            )
            passes = (True,) if once else (False, True)
        for full in passes:
            vectors = Vectors(atlas, rng, coarse=not full)
            picture = _led(picture, colours, max(0.9, 0.3 * plan.pixel / level.scale), plan.lead)
            canvas = np.pad(picture, ((pad, pad), (pad, pad), (0, 0)), mode="reflect")
            wanted = vectors.of_grid(canvas, lead, places)
            found = match(atlas, vectors, wanted, found.at, level.step, plan.manner, rng)
            picture = _vote(atlas.colours, found, level, size, pad)
            progress((number + (0.8 if full else 0.4)) / len(plan.levels))
        before = level.scale
    assert picture is not None and found is not None and atlas is not None
    last = plan.levels[-1]
    rim = _grid(picture.shape[:2], last)[2]
    picture = crisp(picture, _vote(liveliness(atlas.colours), found, last, picture.shape[:2], rim))
    return _report(picture, found, atlas, last)


def _bands(image: Array) -> list[Array]:
    """What lies between deviations of 0, 1, 2 and 4 pixels."""
    soft = [image, *(blur(image, sigma) for sigma in (1.0, 2.0, 4.0))]
    return [fine - coarse for fine, coarse in pairwise(soft)]


def liveliness(image: Array) -> Array:
    """How strong each fine band of light is about each place, (height, width, 3)."""
    return np.stack([blur(np.abs(band), _NEAR) for band in _bands(image[..., 0])], -1)


def crisp(picture: Array, lively: Array) -> Array:
    """The picture with its fine bands as strong as in the patches it is made of: where patches overlap they wash one another out."""
    gain = np.clip(lively / (liveliness(picture) + 1e-5), 1, _GAIN)
    out = picture.copy()
    for number, (band, share) in enumerate(zip(_bands(picture[..., 0]), _STRENGTHENED, strict=True)):
        out[..., 0] += share * (gain[..., number] - 1) * band
    return out


def _led(picture: Array, target: Array, sigma: float, share: float) -> Array:
    """The picture with `share` of its soft difference to the target taken away."""
    return picture + share * blur(target - picture, sigma)


def _touches(sheets: Sequence[Sheet]) -> list[Array]:
    """How lively each place of the exemplars is, in deviations from the mean of them all."""
    maps = [touch_of(sheet.lab) for sheet in sheets]
    values = np.concatenate([m.ravel()[::17] for m in maps])
    mean, deviation = float(values.mean()), float(values.std()) + 1e-6
    return [np.clip((m - mean) / deviation, -2.5, 2.5).astype(np.float32) for m in maps]


def _pyramid(lab: Array, plan: Plan, touch: Array | float) -> list[tuple[Array, Array]]:
    """(colours, guides) at 1, 1/2, 1/4 ... Soft guides are computed at half size and enlarged."""
    sigma = 0.45 * plan.pixel
    half = halve(lab)
    guides = guide_maps(half, sigma / 2, plan.weights, touch)
    out = [(lab, guides), (half, guides)]
    for _ in range(2, max(level.scale for level in plan.levels).bit_length()):
        colours, leads = out[-1]
        out.append((halve(colours), halve(leads)))
    return out


def _masks(mask: NDArray[np.bool_], count: int) -> list[NDArray[np.bool_]]:
    out = [mask]
    for _ in range(8):
        out.append(halve(out[-1].astype(np.float32)) > 0)
    return out


def _grid(size: tuple[int, int], level: Level) -> tuple[Indices, tuple[int, int], int]:
    """Corners of the target's patches on a canvas that is `pad` larger on each side, how many down and right, pad."""
    pad = level.side
    down, right = ((n + pad) // level.step + 1 for n in size)
    y = np.minimum(np.arange(down) * level.step, size[0] + 2 * pad - level.side)
    x = np.minimum(np.arange(right) * level.step, size[1] + 2 * pad - level.side)
    places = np.stack(np.meshgrid(y, x, indexing="ij"), -1).reshape(-1, 2).astype(np.int32)
    return places, (down, right), pad


def _carry(
    at: Indices, grid: tuple[int, int], level: Level, last: Level, picks: Sequence[tuple[Array, Array]], before: int
) -> Indices:
    """The field of the coarser level as a start at this one."""
    ratio = before // level.scale
    y = (np.arange(grid[0]) * level.step - level.side / 2 + 0.5) / ratio
    x = (np.arange(grid[1]) * level.step - level.side / 2 + 0.5) / ratio
    gy = (y + last.side / 2) / last.step
    gx = (x + last.side / 2) / last.step
    iy = np.clip(np.rint(gy), 0, at.shape[0] - 1).astype(np.int64)
    ix = np.clip(np.rint(gx), 0, at.shape[1] - 1).astype(np.int64)
    corner = at[iy[:, None], ix[None]].astype(np.float32)
    rest = np.stack(np.broadcast_arrays(((gy - iy) * last.step)[:, None], ((gx - ix) * last.step)[None]), -1)
    centre = (corner + rest + last.side / 2) * ratio
    return _unstack(centre - level.side / 2, picks, ratio)


def _unstack(at: Array, picks: Sequence[tuple[Array, Array]], ratio: int) -> Indices:
    """Rows of the stacked sheet one level up: exemplars of odd height begin a row earlier there than twice below."""
    heights = np.array([c.shape[0] for c, _ in picks])
    below = np.concatenate([[0], np.cumsum((heights + ratio - 1) // ratio)])
    above = np.concatenate([[0], np.cumsum(heights)])
    owner = np.clip(np.searchsorted(below * ratio, at[..., 0] + 1e-3, side="right") - 1, 0, len(picks) - 1)
    out = at.copy()
    out[..., 0] += above[owner] - below[owner] * ratio
    return np.rint(out).astype(np.int32)


def _vote(sheet: Array, found: Field, level: Level, size: tuple[int, int], pad: int) -> Array:
    """The picture that the patches make where they overlap: near a patch's centre it counts most, and the better it fits."""
    side, step = level.side, level.step
    groups = -(-side // step)
    spacing = groups * step
    down, right = found.at.shape[:2]
    total = np.zeros(((down + groups) * step + side, (right + groups) * step + side, 4), np.float32)
    across = (np.arange(side) - (side - 1) / 2) / (level.narrow * step)
    bell = np.exp(-0.5 * (across[:, None] ** 2 + across[None] ** 2)).astype(np.float32) + 1e-4
    windows = sliding_window_view(sheet, (side, side), axis=(0, 1))
    floor = 0.1 * float(np.median(found.cost)) + 1e-6
    for i in range(groups):
        for j in range(groups):
            at = found.at[i::groups, j::groups]
            trust = 1 / (found.cost[i::groups, j::groups] + floor)
            n, m = at.shape[:2]
            patches = np.moveaxis(windows[at[..., 0], at[..., 1]], 2, -1)  # (n, m, side, side, 3)
            weight = trust[..., None, None] * bell
            view = total[i * step :, j * step :]
            strides = view.strides
            tiles = np.lib.stride_tricks.as_strided(
                view,
                (n, m, side, side, 4),
                (strides[0] * spacing, strides[1] * spacing, strides[0], strides[1], strides[2]),
            )
            tiles[..., :3] += patches * weight[..., None]
            tiles[..., 3] += weight
    picture = total[..., :3] / np.maximum(total[..., 3:], 1e-9)
    return np.ascontiguousarray(picture[pad : pad + size[0], pad : pad + size[1]])


def _report(picture: Array, found: Field, atlas: Atlas, level: Level) -> Painted:
    """Shares of the exemplars and the longest piece that was taken as it stood."""
    from scipy.ndimage import label

    at = found.at
    owners = atlas.owner[at[..., 0], at[..., 1]]
    shares = np.bincount(owners.ravel(), minlength=int(atlas.owner.max()) + 1) / owners.size
    down, right = at.shape[:2]
    y, x = np.arange(down)[:, None] * level.step, np.arange(right)[None] * level.step
    shift = (at[..., 0] - y).astype(np.int64) * 100_003 + (at[..., 1] - x)
    _, names = np.unique(shift, return_inverse=True)
    names = names.reshape(shift.shape)
    same_down, same_right = names[1:] == names[:-1], names[:, 1:] == names[:, :-1]
    joints = np.zeros((2 * down - 1, 2 * right - 1), bool)
    joints[::2, ::2] = True
    joints[1::2, ::2], joints[::2, 1::2] = same_down, same_right
    pieces, count = label(joints)
    largest = np.bincount(pieces[::2, ::2].ravel(), minlength=count + 1)[1:].max(initial=0)
    return Painted(picture, tuple(float(s) for s in shares), float(largest / names.size))
