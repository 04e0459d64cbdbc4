"""The brush engine: pre-rendered stamps of single strokes, pasted in random order with alpha and height, then relit.

A stamp has bristles, ragged ends, and ridges where the paint was pushed aside. Whole-picture filters look like
filters; stamps look like paint. Widths and lengths are pixels of a picture 768 pixels high, and scale with the height.
Sources: Haeberli 1990, Litwinowicz 1997 (strokes that end at edges), Hertzmann 1998 and 2002 (layers by error; height
and
light), Hays and Essa 2004; what differs: pasted stamps in place of textures, and shorter brushes at edges in place of
clipping.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from .canvas import Canvas
from .colour import Array, oklab_to_srgb, srgb_to_oklab
from .noise import blur, blur_field, gradients, resize, sample
from .scene import Kind, Scene

__all__ = ["Layer", "Look", "contour", "lay", "paint_strokes", "relight"]

REFERENCE = 768


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One pass of the brush over the picture.

    width, length: of a stroke (px at 768); density: strokes' area over the picture's; light, chroma, turn: jitter
    (deviations
    in L, in a and b, in radians); error: paint only where the canvas is further than this from the picture (0:
    everywhere);
    edge: how much the colour may change along a stroke before a shorter one is taken; opacity; height: of the paint;
    dry: 0..1
    dry brush; ragged: unevenness of the ends; square: blunt ends; taper: pointed ends; bristle: depth of the bristles;
    kinds: only on these (empty: all); bright: only where L is above it; near: only where depth is below it.
    """

    width: float
    length: float
    density: float = 1.2
    light: float = 0.03
    chroma: float = 0.02
    turn: float = 0.3
    error: float = 0.0
    edge: float = 0.10
    opacity: float = 1.0
    height: float = 1.0
    dry: float = 0.0
    ragged: float = 0.35
    square: bool = False
    taper: bool = False
    bristle: float = 0.6
    kinds: tuple[int, ...] = ()
    bright: float = 0.0
    near: float = 2.0


@dataclass
class Look:
    """What is being painted, at the size of the canvas: target colours (Oklab), directions, and the scene's maps."""

    lab: Array
    field: Array
    scene: Scene
    turn_by_kind: dict[int, float] = dataclasses.field(default_factory=dict)

    @property
    def unit(self) -> float:
        """Pixels of this picture for one at 768."""
        return (self.lab.shape[0] * self.lab.shape[1] / (REFERENCE * 1024)) ** 0.5


def brush_key(layer: Layer, width: float, length: float) -> tuple[float, ...]:
    """What a stamp depends on."""
    return (
        round(width, 1),
        round(length, 1),
        layer.dry,
        layer.ragged,
        float(layer.square),
        float(layer.taper),
        layer.bristle,
        layer.opacity,
    )


def grid_positions(
    rng: np.random.Generator, height: int, width: int, w: float, length: float, density: float
) -> tuple[np.ndarray, np.ndarray]:
    """Centres of strokes on a jittered grid with shifted odd rows, in random order."""
    step = 0.8 * math.sqrt(w * length / density)
    rows, columns = max(2, math.ceil(height / step) + 1), max(2, math.ceil(width / step) + 1)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    x[1::2] += 0.5
    x, y = x.ravel(), y.ravel()
    x += rng.uniform(-0.45, 0.45, len(x))
    y += rng.uniform(-0.45, 0.45, len(y))
    order = rng.permutation(len(x))
    return (x * step)[order], (y * step)[order]


def lay(canvas: Canvas, layer: Layer, look: Look, rng: np.random.Generator, *, where: Array | None = None) -> None:
    """Paint one layer. where: (H, W) 0..1, the share of strokes that are made there."""
    unit = look.unit
    w, length = layer.width * unit, layer.length * unit
    if w < 1.3:
        return
    height, width = look.lab.shape[:2]
    x, y = grid_positions(rng, height, width, w, length, layer.density)
    count = len(x)
    normal = np.clip(rng.standard_normal((4, count)), -1.8, 1.8).astype(np.float32)
    variant, chance = rng.random((2, count))
    drift = rng.random(6)
    ix, iy = np.clip(x, 0, width - 1).astype(np.int64), np.clip(y, 0, height - 1).astype(np.int64)
    keep = _wanted(canvas, layer, look, ix, iy, chance, where)
    x, y, ix, iy, normal, variant = x[keep], y[keep], ix[keep], iy[keep], normal[:, keep], variant[keep]
    if not len(x):
        return
    reference = blur(look.lab, 0.22 * w)
    lab = reference[iy, ix].copy()
    angle = 0.5 * np.arctan2(look.field[iy, ix, 1], look.field[iy, ix, 0])
    kind = look.scene.kind[iy, ix]
    wobble = np.full(256, layer.turn, np.float32)
    for k, v in look.turn_by_kind.items():
        wobble[k] = v * layer.turn / 0.3
    angle = angle + wobble[kind] * normal[3]
    ends, bend = _ends(look, angle, ix, iy, length)
    choose = _shorter(reference, look, layer, lab, ix, iy, ends, angle, length)
    cycles = (5.0, 22.0)
    soft = [
        0.6 * sample("general", x / height * cycles[0] + drift[2 * i], y / height * cycles[0] + drift[2 * i + 1])
        + 0.4 * sample("fine", x / height + drift[i], y / height + drift[i + 1])
        for i in range(3)
    ]
    calm = np.where(np.isin(kind, (Kind.SKY, Kind.SKIN)), 0.7, 1.0) * np.clip(0.30 + 1.3 * lab[:, 0], 0.4, 1.0)
    lab[:, 0] += layer.light * calm * (0.5 * soft[0] + 0.72 * normal[0])
    lab[:, 1] += layer.chroma * calm * (0.55 * soft[1] + 0.6 * normal[1])
    lab[:, 2] += layer.chroma * calm * (0.55 * soft[2] + 0.6 * normal[2])
    kits = tuple(
        brush_key(layer, max(1.3, w * a), max(2.0, length * b)) for a, b in ((1, 1), (0.72, 0.52), (0.5, 0.30))
    )
    canvas.dab(
        kits[0],
        x,
        y,
        angle,
        bend * (choose == 0),
        variant,
        oklab_to_srgb(lab),
        layer.height,
        choose=choose,
        brushes=kits,
    )


def _wanted(
    canvas: Canvas, layer: Layer, look: Look, ix: np.ndarray, iy: np.ndarray, chance: np.ndarray, where: Array | None
) -> np.ndarray:
    keep = np.ones(len(ix), bool)
    if layer.error:
        half = (max(1, canvas.height // 2), max(1, canvas.width // 2))
        wanted = blur(resize(look.lab, *half), 0.18 * layer.width * look.unit)
        difference = np.abs(wanted - srgb_to_oklab(resize(canvas.rgb, *half)))
        error = blur(
            difference[..., 0] + 1.5 * difference[..., 1] + 1.5 * difference[..., 2], 0.2 * layer.width * look.unit
        )
        keep &= error[np.minimum(iy // 2, half[0] - 1), np.minimum(ix // 2, half[1] - 1)] > layer.error
    if where is not None:
        keep &= chance < where[iy, ix]
    if layer.kinds:
        keep &= np.isin(look.scene.kind[iy, ix], layer.kinds)
    if layer.bright:
        keep &= look.lab[iy, ix, 0] > layer.bright
    if layer.near < 1.5:
        keep &= look.scene.depth[iy, ix] < layer.near
    return keep


def _ends(
    look: Look, angle: np.ndarray, ix: np.ndarray, iy: np.ndarray, length: float
) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Pixels at both ends of each stroke, and the bend that follows the field's turning."""
    height, width = look.lab.shape[:2]
    c, s = np.cos(angle), np.sin(angle)
    ends = []
    for way in (-0.42, 0.42):
        ends.append(
            (
                np.clip(ix + c * way * length, 0, width - 1).astype(np.int64),
                np.clip(iy + s * way * length, 0, height - 1).astype(np.int64),
            )
        )
    at = [0.5 * np.arctan2(look.field[ey, ex, 1], look.field[ey, ex, 0]) for ex, ey in ends]
    turning = (at[1] - at[0] + np.pi / 2) % np.pi - np.pi / 2
    return ends, np.clip(0.5 * turning, -0.8, 0.8)


def _shorter(
    reference: Array,
    look: Look,
    layer: Layer,
    lab: Array,
    ix: np.ndarray,
    iy: np.ndarray,
    ends: list[tuple[np.ndarray, np.ndarray]],
    angle: np.ndarray,
    length: float,
) -> np.ndarray:
    """0: the whole brush; 1, 2: shorter ones, where the colour or the thing changes under the stroke."""
    height, width = look.lab.shape[:2]
    region = look.scene.region

    def change(points: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        total = np.zeros(len(ix), np.float32)
        for ex, ey in points:
            total += np.abs(reference[ey, ex] - lab).sum(1)
            total += 0.5 * layer.edge * ((region[ey, ex] != region[iy, ix]) & (look.scene.detail[iy, ix] > 0.35))
        return total

    c, s = np.cos(angle), np.sin(angle)
    near = [
        (
            np.clip(ix + c * k * length, 0, width - 1).astype(np.int64),
            np.clip(iy + s * k * length, 0, height - 1).astype(np.int64),
        )
        for k in (-0.2, 0.2)
    ]
    limit = 2 * layer.edge
    out = (change(ends) > limit).astype(np.int64)
    out += (out == 1) & (change(near) > limit)
    return out


def paint_strokes(
    canvas: Canvas,
    brush: Layer,
    look: Look,
    x: np.ndarray,
    y: np.ndarray,
    angle: np.ndarray,
    lab: Array,
    variant: np.ndarray,
    *,
    scale: tuple[float, float] = (1.0, 1.0),
) -> None:
    """Strokes at given places (px) with given directions and colours; curves follow the field."""
    unit = look.unit
    w, length = max(1.2, brush.width * unit * scale[0]), max(2.0, brush.length * unit * scale[1])
    ix, iy = np.clip(x, 0, canvas.width - 1).astype(np.int64), np.clip(y, 0, canvas.height - 1).astype(np.int64)
    _, bend = _ends(look, angle, ix, iy, length)
    canvas.dab(brush_key(brush, w, length), x, y, angle, bend, variant, oklab_to_srgb(lab), brush.height)


def contour(
    canvas: Canvas,
    look: Look,
    rng: np.random.Generator,
    *,
    width: float,
    length: float,
    colour: Array,
    count: int = 2600,
    opacity: float = 0.9,
    own: float = 0.3,
    strength: Array | None = None,
    dry: float = 0.0,
    jitter: float = 0.06,
) -> None:
    """Outlines: tapered strokes along borders of regions, more where the contrast is stronger.

    colour: Oklab of the line; own: share of the thing's own darkened colour in it; count: at most, for a picture of
    4:3.
    """
    edges = look.scene.edge_strength() if strength is None else strength
    weight = np.clip(edges, 0, 0.4).astype(np.float64).ravel()
    numbers = rng.random((4, count))
    total = weight.sum()
    if total <= 0:
        return
    steps = np.cumsum(weight)
    at = np.minimum(np.searchsorted(steps, numbers[0] * steps[-1]), len(weight) - 1)
    # a picture with few edges gets few outlines: each stroke covers about length x 1 px of border
    share = min(1.0, 1.6 * float((weight > 0.02).sum()) / (count * length * look.unit * 0.55))
    at = at[numbers[1] < share]
    numbers = numbers[:, numbers[1] < share]
    iy, ix = np.divmod(at, canvas.width)
    border = blur((edges > 0.02).astype(np.float32), 1.2 * max(1.0, look.unit))
    gy, gx = gradients(border)
    xx, yy, xy = blur(gx * gx, 3.0 * look.unit), blur(gy * gy, 3.0 * look.unit), blur(gx * gy, 3.0 * look.unit)
    tangent = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    angle = tangent[iy, ix] + jitter * (numbers[2] - 0.5) * 4
    lab = own * look.lab[iy, ix] * (0.6, 1, 1) + (1 - own) * colour
    line_field = np.stack([np.cos(2 * tangent), np.sin(2 * tangent)], -1).astype(np.float32)
    line_look = Look(look.lab, line_field, look.scene)
    brush = Layer(width=width, length=length, taper=True, opacity=opacity, dry=dry, ragged=0.2, bristle=0.4)
    paint_strokes(
        canvas, brush, line_look, ix.astype(float), iy.astype(float), angle, lab.astype(np.float32), numbers[3]
    )


def relight(
    canvas: Canvas, *, strength: float, shine: float = 0.0, weave: float = 0.012, light: Array | None = None
) -> Array:
    """The finished picture (H, W, 3) in 0..1: the paint's relief in raking light from the upper left.

    strength: .2 smooth ... .75 impasto; over .8 looks like plastic; light: (H, W) weight of the effect, or None.
    """
    rgb = canvas.rgb
    unit = (canvas.height * canvas.width / (REFERENCE * 1024)) ** 0.5
    relief = blur(canvas.relief, max(0.6, 0.75 * unit))
    gy, gx = np.gradient(relief)
    shade = np.tanh(3 * unit * (0.6 * gx + 0.8 * gy))
    if light is not None:
        shade = shade * light
    rgb *= (1 + 0.5 * strength * shade)[..., None]
    if shine:
        rgb += (shine * np.clip(shade - 0.35, 0, 1) ** 1.5)[..., None]
    if weave:
        x = np.arange(canvas.width) * (2 * np.pi / (3 * max(1.0, unit)))
        y = np.arange(canvas.height) * (2 * np.pi / (3 * max(1.0, unit)))
        rgb *= (1 + weave * np.sin(x)[None] * np.sin(y)[:, None])[..., None]
    return np.clip(rgb, 0, 1)


def turn_field(field_: Array, angle: Array) -> Array:
    """A double-angle field turned by `angle` (radians)."""
    c, s = np.cos(2 * angle), np.sin(2 * angle)
    return np.stack([field_[..., 0] * c - field_[..., 1] * s, field_[..., 0] * s + field_[..., 1] * c], -1).astype(
        np.float32
    )


def flatten_field(field_: Array, share: Array | float, sigma: float) -> Array:
    """A field drawn towards the horizontal by `share`."""
    share = np.asarray(share, np.float32)[..., None] if np.ndim(share) else share
    level = np.zeros_like(field_)
    level[..., 0] = 1
    return blur_field(field_ * (1 - share) + level * share, sigma)
