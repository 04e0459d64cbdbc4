"""Hands: a palm, four jointed fingers and a thumb, as surfaces; about as long as a face from chin to hairline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..colour import Array, lerp
from ..scene import Kind
from ..sculpture import Surface, ball, tube

__all__ = ["hand"]

# base x and y on the palm, length, of forefinger to little finger
_FINGERS = ((0.112, 0.355, 0.295), (0.038, 0.385, 0.335), (-0.038, 0.372, 0.305), (-0.108, 0.325, 0.235))


def hand(
    wrist: Sequence[float],
    forward: Sequence[float] | Array,
    back: Sequence[float],
    skin: Array,
    *,
    curl: float = 0.5,
    spread: float = 0.1,
    right: bool = True,
    slim: float = 1.0,
) -> list[Surface]:
    """A hand from the wrist on, in units of the head.

    forward: where the fingers point; back: out of the back of the hand; curl: 0 flat .. 1.4 fist; spread of the
    fingers, radians;
    right: on which side the thumb is; slim: width.
    """
    y = np.asarray(forward, np.float32)
    y = y / np.linalg.norm(y)
    z = np.asarray(back, np.float32) - y * float(np.dot(np.asarray(back, np.float32), y))
    z = z / np.linalg.norm(z)
    x = np.cross(y, z) * (1 if right else -1)
    frame = np.stack([x * slim, y, z]).astype(np.float32)
    origin = np.asarray(wrist, np.float32)
    made = [
        ball((0, 0.19, 0), (0.160, 0.225, 0.062), skin, Kind.SKIN, rows=34, gloss=0.03, detail=0.97),
        ball((0, 0.31, 0.014), (0.150, 0.085, 0.052), skin, Kind.SKIN, rows=26, gloss=0.03, detail=0.97),
        ball((0.095, 0.12, -0.02), (0.075, 0.13, 0.055), skin, Kind.SKIN, rows=24, gloss=0.03, detail=0.97),
        tube(
            [(0, -0.16, 0), (0, 0.06, 0)],
            [0.098, 0.110],
            skin,
            Kind.SKIN,
            grid=(14, 22),
            flat=0.75,
            gloss=0.02,
            detail=0.95,
        ),
    ]
    for i, (bx, by, length) in enumerate(_FINGERS):
        aside = (bx / 0.11) * spread
        bends = np.array([0.25, 1.0, 1.55]) * curl * (1 + 0.10 * i)
        at, points = np.array([bx, by - 0.05, 0.012]), []
        points.append(at.copy())
        for share, bend in zip((0.50, 0.32, 0.26), bends, strict=True):
            at = at + length * share * np.array(
                [np.sin(aside) * np.cos(bend), np.cos(aside) * np.cos(bend), -np.sin(bend)]
            )
            points.append(at.copy())
        made.append(_finger(points, [0.050, 0.047, 0.043, 0.040, 0.036, 0.032], skin))
    thumb = [
        (0.105, 0.06, -0.01),
        (0.175, 0.17, -0.015 - 0.05 * curl),
        (0.205, 0.27, -0.03 - 0.09 * curl),
        (0.195 - 0.04 * curl, 0.36, -0.05 - 0.11 * curl),
    ]
    made.append(_finger([np.array(p) for p in thumb], [0.066, 0.058, 0.052, 0.048, 0.040], skin))
    for part in made:
        part.points = (part.points @ frame + origin).astype(np.float32)
    return made


def _finger(points: Sequence[Array], radii: Sequence[float], skin: Array) -> Surface:
    made = tube([tuple(p) for p in points], radii, skin, Kind.SKIN, grid=(30, 18), gloss=0.03, detail=0.97)
    rows, columns = made.points.shape[:2]
    colour = np.broadcast_to(skin, made.points.shape).astype(np.float32).copy()
    t = np.linspace(0, 1, rows)[:, None]
    # joints and tips are redder, the nail paler
    red = 0.012 * np.exp(-(((t - 0.46) / 0.06) ** 2)) + 0.016 * np.clip((t - 0.78) / 0.2, 0, 1)
    colour[..., 1] += red
    colour[..., 0] -= 0.5 * red
    top = np.clip(np.cos(np.linspace(-np.pi, np.pi, columns)), 0, 1)[None] ** 2
    nail = np.exp(-(((t - 0.885) / 0.05) ** 4)) * (top > 0.45)
    made.colour = lerp(colour, np.array([0.84, 0.035, 0.03], np.float32), (0.35 * nail)[..., None]).astype(np.float32)
    return made
