"""Hair as a painter sees it: one combed mass with streaks along its flow, a few locks apart at the rim, and ends that
taper.

A head of hair is a sheet spanned over guide strands: columns run from the hairline back along the parting, rows from
root to tip. So light and a
brush follow the flow, and one mass has one silhouette. Units and axes are those of the head.
Sources: guide strands and the interpolation between them (Magnenat-Thalmann and others 2002); the painter's rule of
mass before strand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..colour import Array, darken, lerp, smoothstep
from ..scene import Kind
from ..sculpture import Surface, cloth_noise, lathe
from .braids import OVER_SHOULDER, WREATH, braid, knot
from .combing import Comb, Guide, comb_hair, span_sheet, strands_of, wisps
from .heads import Sitter

__all__ = ["STYLES", "beard", "drape", "hair"]

STYLES = ("bun", "braid", "wreath", "loose", "long", "short", "bald")


_BEHIND = (0.0, 0.0, 0.0, -0.06, -0.15, -0.26, -0.42, -0.58)
# cropped: from the whorl at the crown outward to the edge, brow first, nape last


def hair(s: Sitter, style: str, rng: np.random.Generator, *, covered: bool = False) -> list[Surface]:
    """One of `STYLES` ("long" is a man's, to the collar); covered: it lies flat under a hat."""
    if style in ("short", "bald"):
        return _cropped(s, rng, bald=style == "bald", covered=covered)
    falls = style in ("loose", "long")
    # hair that falls waves a little: straight, it would hang like a mat
    curl = float(rng.choice([0.016, 0.028, 0.050] if falls else [0.0, 0.012, 0.030])) * (
        0.4 if covered and not falls else 1.0
    )
    parting = float(rng.choice([0.0, 0.0, 0.07, -0.07]))
    over = [bool(v) for v in rng.random(2) < 0.5]
    out = [_scalp(s)]
    for side in (-1, 1):
        guides: list[Guide] = []
        for number, guide in enumerate(strands_of("loose" if falls else "tied")):
            g = np.array(guide)
            g[0, 0] += side * parting * (1 - 0.2 * number)
            g[1, 0] += 0.5 * side * parting
            if covered:
                g[:4, 1] -= 0.012
                g[:5] = (g[:5] - (0, 0.06, -0.06)) * (0.975, 0.95, 0.93, 0.93, 0.93)[number] + (0, 0.06, -0.06)
            if falls and not over[side > 0]:
                g[:, 2] += np.array(_BEHIND) * (1 - number / 4) ** 0.7
            if style == "long":
                g[4:, 1] = np.array((-0.12, -0.30, -0.48, -0.66)) + 0.02 * number
                g[4:, 0] += np.array((0.02, 0.03, 0.05, 0.03))
            guides.append(tuple(map(tuple, g)))
        comb = Comb(
            curl,
            2.4 if falls else 1.2,
            13 if falls else 9,
            rng.uniform(0.11, 0.17) if falls else 0.0,
            0.3 if covered else 1.0,
        )
        mass = comb_hair(span_sheet(guides, (110, 190), side=side, wide=s.wide), s.hair, rng, comb)
        mass.joins = True
        out.append(mass)
        out += wisps(mass, s.hair, rng, 0 if covered else 12 if falls else 3)
        out += wisps(mass, s.hair, rng, 0 if covered else 4, rim=True)
    if falls:
        out.append(_nape(s, -0.62 if style == "long" else -1.05))
    elif not covered:
        out += (
            knot(s, rng)
            if style == "bun"
            else braid(WREATH if style == "wreath" else OVER_SHOULDER, 0.052, s, rng, side=1 if over[0] else -1)
        )
    return out


def _scalp(s: Sitter, low: float = 0.0) -> Surface:
    """Dark hair under the combed mass, so that no skull shows through."""
    rows: tuple[tuple[float, ...], ...] = (
        (0.50, 0.02, 0.02, 0.02, -0.10),
        (0.47, 0.17, 0.16, 0.22, -0.10),
        (0.40, 0.265, 0.27, 0.31, -0.10),
        (0.28, 0.335, 0.33, 0.39, -0.10),
    )
    rows += (
        (0.10, 0.352, 0.20, 0.41, -0.10),
        (-0.06, 0.348, 0.06, 0.38, -0.10),
        (-0.20, 0.31, 0.0, 0.28, -0.10),
        (-0.32, 0.24, 0.0, 0.20, -0.12),
    )
    made = lathe(rows, darken(s.hair, np.float32(0.62)), Kind.HAIR, grid=(60, 120), along=0, detail=0.85)
    p = made.points
    p[..., 0] *= s.wide
    edge = (
        np.interp(
            p[..., 2],
            (-0.5, -0.3, -0.14, -0.05, 0.05, 0.15, 0.24, 0.40),
            (-0.34, -0.30, -0.10, 0.08, 0.08, 0.24, 0.33, 0.38),
        )
        + low
    )
    made.shows = smoothstep(-0.01, 0.01, p[..., 1] - edge).astype(np.float32)
    return made


def _nape(s: Sitter, end: float) -> Surface:
    """The inside of hanging hair behind the neck, in shadow."""
    rows: tuple[tuple[float, ...], ...] = (
        (0.05, 0.28, 0.10, 0.20, -0.26),
        (-0.25, 0.38, 0.10, 0.20, -0.27),
        (0.6 * end, 0.40, 0.10, 0.20, -0.28),
    )
    rows += ((0.9 * end, 0.28, 0.08, 0.16, -0.30), (end, 0.16, 0.03, 0.05, -0.32))
    made = lathe(rows, darken(s.hair, np.float32(0.42)), Kind.HAIR, grid=(40, 60), along=0, detail=0.8)
    made.joins = True
    return made


def _cropped(s: Sitter, rng: np.random.Generator, *, bald: bool, covered: bool) -> list[Surface]:
    """Short hair from the whorl outward; bald: only the ring round the back is left. It goes back over the temples with
    the years.
    """
    back = 0.0 if not s.man else 0.09 * float(smoothstep(0.25, 0.9, np.float32(s.age)))
    curl = float(rng.choice([0.0, 0.010, 0.018]))
    swept = float(rng.choice([-1, 1])) * rng.uniform(0.05, 0.13)
    out = [] if bald else [_scalp(s, 0.4 * back)]
    for side in (-1, 1):
        guides = []
        for number, guide in enumerate(strands_of("cropped")):
            g = np.array(guide)
            front = max(0.0, 1 - number / 3)
            g[-1, 1] += back * front * (1.0 if number else 0.55) + (0.02 if s.child else 0.0) * front
            g[-1, 2] -= 0.9 * back * front
            g[1:4, 0] += (
                side * swept * front * np.array((0.2, 0.5, 0.8))
            )  # brushed aside over the brow, both halves the same way
            g[4, 0] += side * swept * front if number else 0.0
            if covered:
                g = (g - (0, 0.06, -0.06)) * 0.965 + (0, 0.06, -0.06)
            guides.append(tuple(map(tuple, g)))
        mass = comb_hair(
            span_sheet(guides, (80, 200), side=side, wide=s.wide),
            s.hair,
            rng,
            Comb(curl, 1.6, 15, 0.20, 0.45 if covered else 0.9),
        )
        mass.joins = not bald or side > 0
        if bald:
            t = np.linspace(0, 1, 80)[:, None]
            v = np.linspace(0, 1, 200)[None]
            start = (
                0.60
                - 0.06 * v
                + 0.5 * smoothstep(0.46, 0.34, v)
                + 0.03 * cloth_noise((80, 200), rng, rows=1, columns=30)
            )
            mass.shows = np.minimum(mass.shows, smoothstep(-0.05, 0.05, t - start)).astype(np.float32)  # type: ignore[arg-type]
        out.append(mass)
    return out


def beard(s: Sitter, style: str, rng: np.random.Generator) -> list[Surface]:
    """style: "full", "pointed", "moustache"; the first two have a moustache too."""
    out: list[Surface] = []
    tint = lerp(s.hair, darken(s.skin, np.float32(0.7)), 0.15).astype(np.float32)
    chosen = strands_of(style) if style in ("full", "pointed") else ()
    long = 1 + 0.5 * rng.random() * s.age
    for side in (-1, 1):
        for guides, comb in (
            (chosen, Comb(0.012, 1.3, 7, 0.35, 0.7, 1.1, 0.10)),
            (strands_of("moustache"), Comb(0.0, 1.0, 3, 0.30, 0.3, 1.0)),
        ):
            if not guides:
                continue
            net = np.array(guides)
            if guides is chosen and style == "full":
                net[:, 2:, 1] -= (0.10 * (long - 1)) * np.array((1.0, 2.2)) * np.linspace(1, 0, len(net))[:, None]
            if guides is chosen:
                net[:, 1:, :] += np.array((0, 0, 0.016)) + 0.04 * net[:, 1:, :] * (
                    1,
                    0,
                    0,
                )  # full enough that no jaw comes through
            made = comb_hair(
                span_sheet([tuple(map(tuple, g)) for g in net], (50, 90), side=side, wide=s.wide), tint, rng, comb
            )
            made.joins = bool(out)
            out.append(made)
    return out


def drape(
    part: Surface, rows: Sequence[Sequence[float]], turn: Array, shift: Sequence[float], room: float = 1.05
) -> None:
    """Hair that would sink into a body of cross-sections (as `lathe` takes them), turned and
    shifted, is laid over it.
    """
    p = (part.points - np.asarray(shift, np.float32)) @ turn
    table = np.asarray(rows)[::-1]
    y = p[..., 1]
    wide, front, behind, middle = (np.interp(y, table[:, 0], table[:, k]) for k in range(1, 5))
    z = p[..., 2] - middle
    reach = (np.abs(p[..., 0]) / wide) ** 2.4 + (np.abs(z) / np.where(z > 0, front, behind)) ** 2.4
    out = np.where((y < table[-1, 0]) & (reach < room**2.4), room / np.maximum(reach, 0.05) ** (1 / 2.4), 1.0)
    p[..., 0] *= out
    p[..., 2] = middle + z * out
    part.points = (p @ turn.T + np.asarray(shift, np.float32)).astype(np.float32)
