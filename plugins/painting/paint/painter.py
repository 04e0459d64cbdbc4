"""Masses of a composition painted with a master's paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..atelier.colour import Array, oklab_to_srgb, transport
from .blocks import carve, wash
from .exemplars import Exemplar, choose, sheet_of
from .guides import touch_of
from .hands import Painter
from .raster import blur, gradient, halve, resize
from .synthesis import LEVELS, Level, Plan, Sheet, synthesise

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Surface", "deepen", "enlarge", "paint", "seen_at", "touch_at", "tuned"]

_FULL = 700
"""Shorter side of the exemplars as they are shipped: smaller pictures use smaller ones, larger pictures show more canvas."""
_PEOPLED = frozenset({"portrait", "figures", "story", "interior"})
_CALM = 1.0
_VARIED, _VARIED_DRAWN = 0.5, 0.9
"""How far the liveliness of the paint goes with that of the masses, in deviations; with drawn ones, which say where a sky is calm."""
_MOST_LIGHT, _MOST_COLOUR, _CLOSE = 0.10, 0.05, 0.3
"""Limits of what is given back of the masses, and how close, in their pixels, colours keep to them: patches of another colour
are stains where a hand lays colours smoothly.
"""
_PIXELS = 2.0
"""Softness of what leads the paint where masses are drawn, in their pixels."""
_SIDE = 13
"""Side of the finest patches at most where masses are drawn: larger ones cover what they show."""
_DRAWN = 0.8
"""Share of the fine drawing that is given back where masses are drawn."""
_DARK, _STEEPEST = 0.35, 1.7
"""What counts as dark, and how steep the curve may become that leads there."""
_CRISP = 2.5
"""Softness of what leads the paper of prints and ink, in pixels."""
_FIRM = 0.7
"""Share of the fine drawing that is given back where one looks."""


@dataclass(frozen=True)
class Surface:
    """picture: Oklab; exemplars with their shares; piece: longest unbroken piece, share of the picture; moved: how far the
    light had to be moved to the master's; undrawn: the picture before its lines and drawing, where that was asked for.
    """

    picture: Array
    exemplars: tuple[Exemplar, ...]
    shares: tuple[float, ...]
    piece: float
    moved: float
    undrawn: Array | None = None

    def image(self) -> Image:
        """RGB."""
        from PIL import Image as pil

        return pil.fromarray(self.rgb())

    def rgb(self) -> NDArray[np.uint8]:
        """8-bit sRGB, (height, width, 3)."""
        return (oklab_to_srgb(self.picture) * 255 + 0.5).astype(np.uint8)


def paint(
    masses: Array,
    painter: Painter,
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    works: Sequence[Exemplar] = (),
    kind: str = "",
    focus: Sequence[tuple[float, float, float, float]] = (),
    brush: float = 1.0,
    drawn: bool = False,
    progress: Callable[[float], None] = lambda _: None,
    keep_undrawn: bool = False,
) -> Surface:
    """The masses (Oklab, any size) as a picture of (height, width) `size`. works: whose paint is used, the painter's own
    nearest ones where none are given; kind: of picture, "" where not known; focus: boxes where one looks, which are drawn
    more finely (left, top, right, bottom in 0..1); brush: factor on the size of the touches; drawn: the
    masses are a whole work's, with its drawing, and of the hand's own medium; keep_undrawn: also keep the picture before its lines and drawing.
    """
    works = tuple(works) or choose(painter.pack, masses, kind, painter.count, painter.first)
    shorter = min(size)
    sheets = [Sheet(*sheet_of(work, max(48, min(_FULL, round(0.95 * brush * shorter))))) for work in works]
    palette = np.concatenate([s.lab[~s.mask][::61] for s in sheets])
    moved = tuned(masses, painter, palette, rng)
    target = enlarge(moved, size)
    scale = min(1.0, shorter / 768)
    plan = Plan(
        levels=_levels(size, min(painter.side, _SIDE) if drawn else painter.side),
        manner=replace(
            painter.manner,
            share=max(painter.manner.share, 1.3 / len(works)),
            rounds=2 if drawn else painter.manner.rounds,
        ),
        drawn=drawn,
        weights=painter.weights,
        pixel=max(1.6, min(painter.pixel, _PIXELS * shorter / min(masses.shape[:2])))
        if drawn
        else max(3.0, painter.pixel * scale),
        touch=touch_at(
            masses,
            painter.touch,
            kind,
            (-(-size[0] // 2), -(-size[1] // 2)),
            varied=_VARIED_DRAWN if drawn else _VARIED,
        ),
    )
    if painter.medium == "paint" or (drawn and painter.medium == "ink"):
        painted = synthesise(target, sheets, plan, rng, progress)
        undrawn = _give_back_masses(painted.picture, target, 2 * plan.pixel, painter.masses)
        share = max(painter.faces, _DRAWN) if drawn and painter.faces else painter.faces
        picture = _give_back_drawing(undrawn, target, share, scale, seen_at(focus, size))
    else:
        stressed = _stress(target, seen_at(focus, size), shorter / 768)
        before = deepcopy(rng)
        laid = target if drawn else _drawn(stressed, palette, painter.medium, rng, shorter / 768)
        plan = replace(plan, levels=plan.levels[-1:], pixel=max(2.0, _CRISP * scale), touch=0.0, lead=1.0)
        painted = synthesise(laid, sheets, plan, rng, progress)
        picture = _lay_on_paper(laid, painted.picture, scale)
        if keep_undrawn:
            plain = laid if drawn else _drawn(stressed, palette, painter.medium, before, shorter / 768, lines=False)
            undrawn = _lay_on_paper(plain, painted.picture, scale)
    away = float(np.abs(moved[..., 0] - masses[..., 0]).mean())
    limits: tuple[tuple[float, ...], tuple[float, ...]] = (0, -0.4, -0.4), (1, 0.4, 0.4)
    return Surface(
        np.clip(picture, *limits),
        works,
        painted.shares,
        painted.piece,
        away,
        np.clip(undrawn, *limits) if keep_undrawn else None,
    )


def _stress(target: Array, focus: Array | None, scale: float) -> Array:
    """More light and dark where one looks, so that a thing in mist is still cut or drawn."""
    if focus is None:
        return target
    out = target.copy()
    light = target[..., 0]
    out[..., 0] += 0.9 * focus * np.clip(light - blur(light, 11 * scale), -0.15, 0.15)
    return out


def _drawn(
    target: Array, palette: Array, medium: str, rng: np.random.Generator, scale: float, *, lines: bool = True
) -> Array:
    """Masses as they are printed or washed, before the paper comes to it. lines: with the key line, with lines of the brush."""
    if medium == "print":
        return carve(target, palette, rng, scale, lines=lines)
    light = palette[palette[:, 0] > np.quantile(palette[:, 0], 0.7)]
    return wash(target, np.median(light, 0).astype(np.float32), scale, lines=lines)


def _lay_on_paper(drawn: Array, paper: Array, scale: float) -> Array:
    """What was drawn, with the paper, silk and grain of real sheets: their finest octave, and a little of their unevenness."""
    grain = paper - blur(paper, 2.4 * scale)
    uneven = blur(
        paper - drawn, 9 * scale
    )  # soft, or the edges of the patches would cast halos about those of the blocks
    limit = np.array([0.04, 0.015, 0.015], np.float32)
    return blur(drawn, 0.5) + np.clip(grain, -limit, limit) + 0.5 * np.clip(uneven, -limit, limit)


def touch_at(masses: Array, usual: float, kind: str, size: tuple[int, int], varied: float = _VARIED) -> Array:
    """How lively the paint shall be, (height, width) `size`: as lively as the masses are at each place beside the rest of them,
    so that a sky is laid in calmly and leaves are dabbed; skin is painted smoothly where people are the subject.
    """
    drawn = touch_of(masses)
    apart = np.clip((drawn - drawn.mean()) / (drawn.std() + 1e-6), -1.6, 1.6)
    lively = resize(usual + varied * blur(apart, 1.5), size)
    if kind not in _PEOPLED:
        return lively
    light, a, b = masses[..., 0], masses[..., 1], masses[..., 2]
    skin = (light > 0.45) & (light < 0.93) & (a > 0.012) & (a < 0.1) & (b > 0.015) & (b < 0.12) & (b < 3.5 * a + 0.02)
    calm = resize(blur(skin.astype(np.float32), 1.5), size)
    return lively - (lively + _CALM) * np.clip(1.5 * calm - 0.3, 0, 1)


def tuned(masses: Array, painter: Painter, palette: Array, rng: np.random.Generator) -> Array:
    """Masses in the light and colours of a painter: `palette` (n, 3) of his works, and his share of darks."""
    moved = transport(masses, palette, rng, light=painter.light, chroma=painter.chroma)
    return deepen(moved, painter.tone[2]) if painter.medium == "paint" else moved


def seen_at(focus: Sequence[tuple[float, float, float, float]], size: tuple[int, int]) -> Array | None:
    """How much each place lies where one looks, (height, width) in 0..1; None where that is nowhere."""
    if not focus:
        return None
    small = np.zeros((64, 64), np.float32)
    for left, top, right, bottom in focus:
        small[int(top * 64) : int(np.ceil(bottom * 64)), int(left * 64) : int(np.ceil(right * 64))] = 1
    return np.clip(resize(blur(small, 2.0), size), 0, 1)


def deepen(masses: Array, dark: float, part: float = 0.7) -> Array:
    """Masses with a share of darks (L below .35) nearer to `dark`, by `part` of what is lacking; the lights stay."""
    light = masses[..., 0]
    top = float(np.quantile(light, 0.98)) + 1e-3
    have = float((light < _DARK).mean())
    if have >= dark or top < 1.2 * _DARK:
        return masses
    edge = float(np.quantile(light, have + part * (dark - have)))
    power = float(np.clip(np.log(_DARK / top) / np.log(max(edge, 1e-3) / top), 1, _STEEPEST)) if edge < top else 1.0
    out = masses.copy()
    out[..., 0] = np.where(light < top, top * (np.maximum(light, 0) / top) ** power, light)
    return out


def enlarge(masses: Array, size: tuple[int, int]) -> Array:
    """Masses at full size with steep edges: sharpened, but never beyond the lightest and darkest of their neighbourhood."""
    from scipy.ndimage import maximum_filter, minimum_filter

    large = resize(masses, size)
    ratio = size[0] / masses.shape[0]
    if ratio < 2:
        return large
    reach = 2 * round(0.6 * ratio) + 1
    sharp = large + 1.6 * (large - blur(large, 1.1 * ratio))
    out = np.empty_like(large)
    for i in range(3):
        layer = large[..., i]
        out[..., i] = np.clip(sharp[..., i], minimum_filter(layer, reach), maximum_filter(layer, reach))
    return blur(out, 0.25 * ratio)


def _levels(size: tuple[int, int], side: int) -> tuple[Level, ...]:
    """Levels for a picture: coarser ones for large pictures, fewer for small ones."""
    last = replace(LEVELS[-1], side=side, step=max(4, side // 3))
    levels: tuple[Level, ...] = (*LEVELS[:-1], last)
    if min(size) > 1500:
        levels = (replace(LEVELS[0], scale=16), Level(8, 6, 2), *levels[1:])
    fitting = tuple(level for level in levels if min(size) / level.scale >= 20)
    return fitting or levels[-1:]


def _give_back_masses(picture: Array, target: Array, pixel: float, share: float) -> Array:
    """`share` of the difference of soft masses, within limits: paint may wander, light and colour may not."""
    away = halve(target) - halve(picture)
    light, colour = blur(away[..., :1], 0.8 * pixel), blur(away[..., 1:], _CLOSE * pixel)
    limit = np.array([_MOST_LIGHT, _MOST_COLOUR, _MOST_COLOUR], np.float32)
    back = np.clip(share * np.concatenate([light, colour], -1), -limit, limit)
    return picture + resize(back, picture.shape[:2])


def _give_back_drawing(picture: Array, target: Array, share: float, scale: float, focus: Array | None = None) -> Array:
    """`share` of the light between 1.5 and 14 pixels where the masses are drawn finely: heads stay heads. In the focus more is
    drawn, and its colours are firm.
    """
    if share <= 0:
        return picture
    near, far = 0.9 * scale, 14 * scale

    def band(image: Array) -> Array:
        return blur(image, near) - blur(image, far)

    goal, have = band(target[..., 0]), band(picture[..., 0])
    down, right = gradient(goal)
    energy = blur(np.hypot(down, right), 10 * scale)
    low, high = np.quantile(energy[::4, ::4], (0.75, 0.95))
    where = np.clip((energy - low) / max(1e-6, high - low), 0, 1)
    weight = share * where
    out = picture.copy()
    if focus is not None:
        looked = focus[::4, ::4] > 0.5
        low, high = np.quantile(energy[::4, ::4][looked] if looked.any() else energy[::4, ::4], (0.25, 0.6))
        firm = focus * np.clip((energy - low) / max(1e-6, high - low), 0, 1)
        weight = np.maximum(weight, _FIRM * firm)
        for i in (1, 2):
            away = blur(target[..., i] - picture[..., i], near)
            out[..., i] += 0.6 * _FIRM * firm * np.clip(away, -0.06, 0.06)
    out[..., 0] += weight * np.clip(goal - have, -0.18, 0.18)
    return out
