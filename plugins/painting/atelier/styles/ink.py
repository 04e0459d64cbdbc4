"""The ink family: washes on paper, dry strokes on rock, dots on leaves, lines on water, and emptiness (shan shui).

Source: brush types after the classical texture strokes (cun, Mi dots); washes with wet edges after Curtis et al.
(1997).
"""

from __future__ import annotations

import numpy as np

from ..brush import Look, lay
from ..canvas import Canvas
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, sample, value_noise
from ..scene import Kind, Scene
from .parameters import StyleParameters
from .passes import passes_of
from .seal import seal
from .sitting import Sitting

__all__ = ["paint_ink"]


_WASHES = ((0.12, 0.15), (0.27, 0.20), (0.44, 0.28), (0.61, 0.34), (0.77, 0.36))
"""(darkness from which a wash is laid, its opacity), from the palest."""


def paint_ink(sitting: Sitting) -> Array:
    """Paint a scene in ink; returns sRGB."""
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    x, y = scene.grid()
    darkness = _darkness(scene, unit)
    grain = value_noise(rng, scene.shape, 1.1, "cloud")
    fibre = sample("fine", x * 0.8 + rng.random(), y * 0.6 + rng.random())
    paper = from_hex("ebe1c6") + np.stack([0.010 * grain + 0.006 * fibre, 0 * grain, 0.004 * grain], -1)
    ink = _washes(blur(darkness, 1.6 * unit) + 0.045 * grain + 0.006 * fibre)
    ink = ink + (1 - ink) * 0.8 * _features(scene)
    sitting.progress.update(0.4, "washes")
    colour = _tint(scene, p)
    pale, dark = from_hex("5c6168"), from_hex("14151a")
    pigment = lerp(pale, dark, np.clip(ink * 1.15, 0, 1)[..., None])
    lab = lerp(paper, pigment, np.clip(ink, 0, 1)[..., None])
    lab[..., 1:] += colour * (0.30 + 0.70 * np.clip(ink * 1.6, 0, 1))[..., None]
    lab = _moon(scene, lab, paper)
    canvas = sitting.canvas_of(oklab_to_srgb(lerp(lab, blur(lab, 5 * unit), 0.22)))
    shade = lerp(pale, dark, smoothstep(0.25, 0.85, darkness)[..., None]).astype(np.float32)
    shade[..., 1:] += 0.7 * colour
    _lay_strokes(canvas, Look(shade, scene.field, scene, {}), darkness, rng)
    sitting.progress.update(0.8, "strokes")
    line = _outline(scene, darkness, unit, rng)
    rgb = canvas.rgb
    far = np.clip(scene.depth, 0, 1)
    lines = oklab_to_srgb(lerp(from_hex("3a3d44"), from_hex("101116"), smoothstep(0.6, 0.1, far)[..., None]))
    rgb = rgb + (lines - rgb) * line[..., None]
    rgb = rgb * (1 + 0.010 * fibre + 0.012 * value_noise(rng, scene.shape, 2.0, "fine"))[..., None]
    s = scene.height
    left = scene.focus[0] > scene.aspect / 2
    size = 15 * unit / s
    rgb = seal(scene, rgb, 52 * unit / s if left else scene.aspect - 52 * unit / s, 1 - 66 * unit / s, size, rng)
    return np.clip(rgb, 0, 1)


def _darkness(scene: Scene, unit: float) -> Array:
    """How much ink a place takes, 0..1: the land over its own range, sky and water left nearly bare, less far away."""
    light = scene.lab[..., 0].copy()
    sky = scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.STAR)
    back = scene.is_kind(Kind.BACKDROP)
    wet = scene.is_kind(Kind.WATER, Kind.FOAM)
    land = ~(sky | back)
    if land.any():
        low, high = np.percentile(light[land], [3, 97])
        light = np.where(land, 0.10 + 0.86 * np.clip((light - low) / max(0.12, high - low), 0, 1), light)
    empty = 0.80 if scene.time != "night" else 0.52
    open_air = blur((sky | back).astype(np.float32), 3 * unit)
    light = lerp(light, np.maximum(light, 0.90), empty * open_air)
    light = np.where(wet, lerp(light, 0.92, 0.62), light)
    light = np.where(scene.is_kind(Kind.GRASS, Kind.GROUND, Kind.PATH, Kind.SNOW), lerp(light, 0.88, 0.70), light)
    far = np.clip(scene.depth, 0, 1)
    light = light + 0.26 * smoothstep(0.35, 0.98, far) * land
    light = np.clip(light, 0, 1)
    darkness = (1 - light) ** 1.15
    crowd = blur(darkness, 40 * unit)
    darkness = darkness * (1 - 0.35 * smoothstep(0.35, 0.7, crowd))
    return np.asarray(darkness)


def _washes(soft: Array) -> Array:
    """Ink that lies on the paper, 0..1: washes over one another, each darker at its wet edge."""
    ink: Array = np.zeros(soft.shape, np.float32)
    for threshold, opacity in _WASHES:
        m = smoothstep(threshold - 0.07, threshold + 0.07, soft)
        m = m * (1 + 0.30 * 4 * m * (1 - m))
        ink = ink + (1 - ink) * opacity * m
    return ink


def _lay_strokes(canvas: Canvas, look: Look, darkness: Array, rng: np.random.Generator) -> None:
    far = np.clip(look.scene.depth, 0, 1)
    clear = smoothstep(0.95, 0.50, far)
    where = {
        "rock_long": smoothstep(0.16, 0.55, darkness) * clear,
        "rock_short": smoothstep(0.42, 0.75, darkness) * clear,
        "rock_dots": smoothstep(0.5, 0.85, darkness),
        "leaf_broad": smoothstep(0.20, 0.60, darkness),
        "leaf_fine": smoothstep(0.50, 0.85, darkness),
        "water": smoothstep(0.10, 0.42, darkness) * smoothstep(0.75, 0.3, far),
        "grass": smoothstep(0.16, 0.5, darkness),
    }
    passes = passes_of("ink")
    for name, share in where.items():
        lay(canvas, passes[name], look, rng, where=share.astype(np.float32))


def _features(scene: Scene) -> Array:
    """Lines of a face and of hands, 0..1: wherever skin or hair is darker than around it, as a fine brush would draw
    them.
    """
    s = scene.height
    person = scene.is_kind(Kind.SKIN, Kind.HAIR) & (scene.detail > 0.6)
    light = scene.lab[..., 0]
    inside = blur(person.astype(np.float32), s / 60) + 1e-3
    around = blur(light * person, s / 60) / inside
    drawn = smoothstep(0.02, 0.11, around - blur(light, s / 700))
    shade = 0.28 * smoothstep(0.0, 0.16, around - blur(light, s / 120))
    return (np.maximum(drawn, shade) * blur(person.astype(np.float32), s / 700)).astype(np.float32)


def _tint(scene: Scene, p: StyleParameters) -> Array:
    """The little colour that ink painting allows: ochre and indigo in the land, more on flowers, fruit, roofs, birds
    and robes.
    """
    ab = scene.lab[..., 1:]
    chroma = np.hypot(ab[..., 0], ab[..., 1])
    share = np.full(scene.shape, p.extra.get("tint", 0.20), np.float32)
    share += 0.50 * smoothstep(0.10, 0.19, chroma)
    vivid = scene.is_kind(Kind.FLOWER, Kind.FRUIT, Kind.ROOF, Kind.CLOTH, Kind.LAMP)
    share = np.where(vivid, np.maximum(share, 0.78), share)
    share = np.where(scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.BACKDROP, Kind.WATER), 0.10, share)
    share = np.where(scene.is_kind(Kind.SUN) & (scene.time != "night"), 0.0, share)
    return (ab * share[..., None]).astype(np.float32)


def _moon(scene: Scene, lab: Array, paper: Array) -> Array:
    """The moon is bare paper in a ring of wash; the sun a disc of thin cinnabar."""
    if scene.sun is None:
        return lab
    x, y = scene.grid()
    r = np.hypot(x - scene.sun[0], y - scene.sun[1]) / max(0.02, scene.sun_radius)
    disc = scene.is_kind(Kind.SUN)
    if scene.time in ("night",):
        ring = np.exp(-(((r - 1.5) / 1.3) ** 2)) * (r > 0.9) * scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.STAR)
        lab = lab.copy()
        lab[..., 0] -= 0.07 * ring
        return np.where(disc[..., None], paper + np.array([0.02, 0, 0], np.float32), lab)
    return np.where(disc[..., None], from_hex("d8674a"), lab).astype(np.float32)


def _outline(scene: Scene, tone: Array, unit: float, rng: np.random.Generator) -> Array:
    """Broken lines along the borders of things, thinner and paler with distance."""
    border = np.zeros(scene.shape, np.float32)
    region = scene.region
    border[:, 1:] = np.maximum(border[:, 1:], region[:, 1:] != region[:, :-1])
    border[1:] = np.maximum(border[1:], region[1:] != region[:-1])
    strength = smoothstep(0.01, 0.07, scene.edge_strength())
    low = scene.is_kind(Kind.GRASS, Kind.GROUND, Kind.SNOW) | (scene.is_kind(Kind.FLOWER) & (scene.detail < 0.5))
    border = border * np.where(low, 0.15, np.where(scene.is_kind(Kind.WATER), 0.55, 1.0))
    line = blur(border * np.clip(strength + 0.15, 0, 1), max(0.6, 0.95 * unit))
    swell = 0.5 + 0.28 * value_noise(rng, scene.shape, 2.4, "general")
    leaf = scene.is_kind(Kind.FOLIAGE)
    line = line * np.where(leaf, 0.45, 1.0) * np.clip(1.15 - scene.depth, 0.12, 1.0)
    dry = smoothstep(-0.9, 0.5, value_noise(rng, scene.shape, 5.0, "fine"))
    return (smoothstep(0.16, 0.46, line * (0.75 + swell)) * (0.45 + 0.55 * dry) * 0.82).astype(np.float32)
