"""The ink family: washes on paper, dry strokes on rock, dots on leaves, lines on water, and emptiness (shan shui).

Source: brush types after the classical texture strokes (cun, Mi dots); washes with wet edges after Curtis et al.
(1997).
"""

from __future__ import annotations

import numpy as np

from .....core.progress import Progress
from ..brush import CanvasMaker, Layer, Look, lay
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, sample, value_noise
from ..scene import Kind, Scene
from .parameters import StyleParameters
from .seal import seal

__all__ = ["paint_ink"]


def paint_ink(
    scene: Scene,
    p: StyleParameters,
    canvas_of: CanvasMaker,
    rng: np.random.Generator,
    progress: Progress,
) -> Array:
    """Paint a scene in ink; returns sRGB."""
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    x, y = scene.grid()
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
    tone = (1 - light) ** 1.15
    crowd = blur(tone, 40 * unit)
    tone = tone * (1 - 0.35 * smoothstep(0.35, 0.7, crowd))
    grain = value_noise(rng, scene.shape, 1.1, "cloud")
    fibre = sample("fine", x * 0.8 + rng.random(), y * 0.6 + rng.random())
    paper = from_hex("ebe1c6") + np.stack([0.010 * grain + 0.006 * fibre, 0 * grain, 0.004 * grain], -1)
    ink: Array = np.zeros(scene.shape, np.float32)
    soft = blur(tone, 1.6 * unit) + 0.045 * grain + 0.006 * fibre
    for threshold, opacity in ((0.12, 0.15), (0.27, 0.20), (0.44, 0.28), (0.61, 0.34), (0.77, 0.36)):
        m = smoothstep(threshold - 0.07, threshold + 0.07, soft)
        m = m * (1 + 0.30 * 4 * m * (1 - m))
        ink = ink + (1 - ink) * opacity * m
    ink = ink + (1 - ink) * 0.8 * _features(scene)
    progress.update(0.4, "washes")
    colour = _tint(scene, p)
    pale, dark = from_hex("5c6168"), from_hex("14151a")
    pigment = lerp(pale, dark, np.clip(ink * 1.15, 0, 1)[..., None])
    lab = lerp(paper, pigment, np.clip(ink, 0, 1)[..., None])
    lab[..., 1:] += colour * (0.30 + 0.70 * np.clip(ink * 1.6, 0, 1))[..., None]
    lab = _moon(scene, lab, paper)
    canvas = canvas_of(oklab_to_srgb(lerp(lab, blur(lab, 5 * unit), 0.22)))
    shade = lerp(pale, dark, smoothstep(0.25, 0.85, tone)[..., None]).astype(np.float32)
    shade[..., 1:] += 0.7 * colour
    look = Look(shade, scene.field, scene, {})
    rock, leaf = (int(Kind.MOUNTAIN), int(Kind.ROCK)), (int(Kind.FOLIAGE),)
    clear = smoothstep(0.95, 0.50, far)
    for layer, where in (
        (
            Layer(
                width=4,
                length=32,
                density=1.5,
                turn=0.13,
                opacity=0.42,
                dry=0.75,
                taper=True,
                kinds=rock,
                light=0.05,
                chroma=0,
                edge=0.3,
            ),
            smoothstep(0.16, 0.55, tone) * clear,
        ),
        (
            Layer(
                width=3,
                length=17,
                density=1.2,
                turn=0.16,
                opacity=0.55,
                dry=0.6,
                taper=True,
                kinds=rock,
                light=0.05,
                chroma=0,
                edge=0.3,
            ),
            smoothstep(0.42, 0.75, tone) * clear,
        ),
        (
            Layer(
                width=7,
                length=10,
                density=0.30,
                turn=0.4,
                opacity=0.6,
                dry=0.2,
                kinds=rock,
                light=0.04,
                chroma=0,
                near=0.55,
                edge=0.4,
            ),
            smoothstep(0.5, 0.85, tone),
        ),
        (
            Layer(
                width=6,
                length=11,
                density=1.1,
                turn=0.35,
                opacity=0.5,
                dry=0.3,
                kinds=leaf,
                light=0.06,
                chroma=0.006,
                edge=0.35,
            ),
            smoothstep(0.20, 0.60, tone),
        ),
        (
            Layer(
                width=4,
                length=8,
                density=0.9,
                turn=0.7,
                opacity=0.7,
                dry=0.3,
                kinds=leaf,
                light=0.05,
                chroma=0.004,
                edge=0.35,
            ),
            smoothstep(0.50, 0.85, tone),
        ),
        (
            Layer(
                width=3,
                length=44,
                density=0.5,
                turn=0.06,
                opacity=0.34,
                dry=0.55,
                taper=True,
                kinds=(int(Kind.WATER),),
                light=0.04,
                chroma=0,
                edge=0.3,
            ),
            smoothstep(0.10, 0.42, tone) * smoothstep(0.75, 0.3, far),
        ),
        (
            Layer(
                width=3,
                length=13,
                density=0.5,
                turn=0.3,
                opacity=0.42,
                dry=0.5,
                taper=True,
                kinds=(int(Kind.GRASS), int(Kind.GROUND)),
                light=0.04,
                chroma=0,
                near=0.35,
                edge=0.3,
            ),
            smoothstep(0.16, 0.5, tone),
        ),
    ):
        lay(canvas, layer, look, rng, where=where.astype(np.float32))
    progress.update(0.8, "strokes")
    line = _outline(scene, tone, unit, rng)
    rgb = canvas.rgb
    lines = oklab_to_srgb(lerp(from_hex("3a3d44"), from_hex("101116"), smoothstep(0.6, 0.1, far)[..., None]))
    rgb = rgb + (lines - rgb) * line[..., None]
    rgb = rgb * (1 + 0.010 * fibre + 0.012 * value_noise(rng, scene.shape, 2.0, "fine"))[..., None]
    s = scene.height
    left = scene.focus[0] > scene.aspect / 2
    size = 15 * unit / s
    rgb = seal(scene, rgb, 52 * unit / s if left else scene.aspect - 52 * unit / s, 1 - 66 * unit / s, size, rng)
    return np.clip(rgb, 0, 1)


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
