"""The print family: flat colour blocks with cut edges, gradations (bokashi), a swelling key line, paper and wood grain
(Hokusai, Hiroshige).

Source: virtual woodblock printing (Mizuno et al. 2001), bokashi (Salter 2001); labels cleaned by blurring their masks.
"""

from __future__ import annotations

import numpy as np

from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, lic, sample, value_noise
from ..scene import Kind, Scene
from ..shapes import ribbon
from .blocks import labels_of
from .parameters import StyleParameters
from .seal import brush_marks, press, seal
from .sitting import Sitting
from .tone import tone

__all__ = ["paint_print"]

INKS = {
    "hokusai": (
        "16315e",
        "1f4a86",
        "2f6aa8",
        "5f94c0",
        "9cc0d6",
        "cfe0e2",
        "f2e8d2",
        "e6d2a6",
        "cfa868",
        "a87848",
        "7a5438",
        "b4482e",
        "d8764c",
        "e8b49a",
        "5a7a48",
        "8aa05a",
        "38503c",
        "20242e",
    ),
    "hiroshige": (
        "12285a",
        "1d4a94",
        "3a7cc0",
        "7ab0dc",
        "b8d8e6",
        "e4ece6",
        "f6ecd8",
        "f0d8a0",
        "dcb060",
        "b07a40",
        "74503c",
        "c43a2a",
        "e86a4a",
        "f4b8a0",
        "4a8a50",
        "86b060",
        "2c5a44",
        "1c2028",
    ),
}


def paint_print(sitting: Sitting) -> Array:
    """Print a scene: colour blocks, bokashi, key block, paper. Returns sRGB."""
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    inks = np.stack([from_hex(c) for c in INKS.get(p.name, INKS["hokusai"])])
    lab = tone(scene, p, rng)
    night = scene.time == "night"
    open_sky = scene.is_kind(Kind.SKY, Kind.STAR)
    cloud = scene.is_kind(Kind.CLOUD)
    wet = scene.is_kind(Kind.WATER)
    smooth = lab.copy()
    rough = blur(lab, 9 * unit)
    broad = blur(lab, 12 * unit)
    rough = np.where(scene.is_kind(Kind.MOUNTAIN, Kind.ROCK)[..., None], broad, rough)
    quiet = (
        scene.is_kind(Kind.MOUNTAIN, Kind.ROCK, Kind.GROUND, Kind.GRASS, Kind.SNOW, Kind.PATH, Kind.BACKDROP)
        | (scene.is_kind(Kind.WATER) & (scene.detail < 0.2))
    ).astype(np.float32)[..., None]
    smooth = lerp(smooth, rough, quiet)
    smooth = lic(smooth, scene.field, steps=6, step=1.6 * unit)
    sitting.progress.update(0.4, "cutting the blocks")
    label, colours = labels_of(smooth, 13, 3.2 * unit, rng)
    fine, fine_colours = labels_of(smooth, 16, 0.9 * unit, rng)
    fine += 64
    detail = blur(scene.detail, 1.0 * unit) > 0.46
    printed = np.concatenate(
        [
            _to_inks(colours, inks, 0.72),
            np.zeros((64 - len(colours), 3), np.float32),
            _to_inks(fine_colours, inks, 0.55),
        ]
    )
    blues = inks[:7]
    wet_colours = np.concatenate(
        [
            _to_inks(colours, blues, 0.85),
            np.zeros((64 - len(colours), 3), np.float32),
            _to_inks(fine_colours, blues, 0.85),
        ]
    )
    which = np.where(detail, fine, label)
    out = printed[which]
    # far rock takes blues, wood takes browns: by colour alone greys would turn green
    gap = np.zeros((64 - len(colours), 3), np.float32)
    stone = np.concatenate([_to_inks(colours, inks[:7], 0.66), gap, _to_inks(fine_colours, inks[:7], 0.5)])
    wood = np.concatenate(
        [_to_inks(colours, inks[[8, 9, 10, 17]], 0.72), gap, _to_inks(fine_colours, inks[[8, 9, 10, 17]], 0.72)]
    )
    out = np.where(scene.is_kind(Kind.TRUNK)[..., None], wood[which], out)
    cloth = np.concatenate([_to_inks(colours, inks[4:9], 0.8), gap, _to_inks(fine_colours, inks[4:9], 0.8)])
    out = np.where(scene.is_kind(Kind.SAIL)[..., None], lerp(cloth[which], inks[6], 0.35), out)
    rocky = scene.is_kind(Kind.MOUNTAIN) & (scene.depth > 0.6)
    out = np.where(rocky[..., None], stone[which], out)
    if scene.time not in ("dusk", "dawn"):
        out = np.where(wet[..., None], wet_colours[which], out)
    else:
        out = np.where(wet[..., None], lerp(wet_colours[which], printed[which], 0.5), out)
    out = _bokashi(scene, out, open_sky, cloud, wet, night, p)
    back = scene.is_kind(Kind.BACKDROP)
    if back.any():
        _, y = scene.grid()
        plain = lerp(lab[back].mean(0), from_hex("efe0bd"), 0.62)
        graded = lerp(
            np.broadcast_to(plain, out.shape),
            lerp(from_hex("2f5a92"), lab[back].mean(0), 0.25),
            (0.8 * smoothstep(0.42, 0.0, y) * np.ones(scene.shape))[..., None],
        )
        out = np.where(back[..., None], graded, out).astype(np.float32)
    if scene.sun is not None:
        out[scene.is_kind(Kind.SUN)] = from_hex("f6edd6") if night else from_hex("d2402c")
    sitting.progress.update(0.6, "printing")
    shift = max(1, round(unit))
    rgb = oklab_to_srgb(out)
    rgb = np.roll(rgb, (shift, shift), (0, 1))
    line = _key(scene, which, out, open_sky | cloud, unit, rng, p)
    ink = oklab_to_srgb(from_hex("18233a"))
    grain = value_noise(rng, scene.shape, 3.0, "fine")
    rgb = rgb * (1 - 0.93 * line[..., None]) + ink * (0.93 * line[..., None])
    return _paper(scene, rgb, grain, unit, rng, p)


def _to_inks(colours: Array, inks: Array, share: float) -> Array:
    distance = ((colours[:, None] - inks[None]) ** 2 * (1, 2.4, 2.4)).sum(-1)
    return lerp(colours, inks[distance.argmin(1)], share).astype(np.float32)


def _bokashi(
    scene: Scene, out: Array, open_sky: np.ndarray, cloud: np.ndarray, wet: np.ndarray, night: bool, p: StyleParameters
) -> Array:
    """Graded skies and waters, wiped by hand on the block."""
    _, y = scene.grid()
    hor = max(0.2, scene.horizon)
    cream = from_hex("f2e6cc") if not night else from_hex("35588e")
    if scene.time in ("dusk", "dawn"):
        cream = from_hex("f6dcae")
    warm = {"dusk": "ee9a5c", "dawn": "f4bea0", "night": "3f6aa0", "storm": "9aa4a0", "rain": "b8bcb4"}.get(
        scene.time, "f4d0a8"
    )
    top = from_hex({"night": "0e1c40", "dusk": "3a3f74", "storm": "232c3c", "rain": "4a5a70"}.get(scene.time, "1f4f92"))
    sky = lerp(
        np.broadcast_to(cream, out.shape),
        from_hex(warm),
        (0.75 * smoothstep(0.45 * hor, hor, y) * np.ones(scene.shape))[..., None],
    )
    depth = p.extra.get("bokashi", 0.30)
    sky = lerp(sky, top, (0.93 * smoothstep(depth * hor + 0.06, 0.0, y) ** 1.2 * np.ones(scene.shape))[..., None])
    out = np.where(open_sky[..., None], lerp(sky, out, 0.10), out)
    out = np.where(
        cloud[..., None], lerp(sky, lerp(out, from_hex("f6efe0" if not night else "5f7fae"), 0.45), 0.62), out
    )
    low = smoothstep(hor + 0.12, 1.05, y) * np.ones(scene.shape)
    out = np.where(wet[..., None], lerp(out, from_hex("18386e"), (0.55 * low)[..., None]), out)
    band = np.exp(-(((y - hor) / 0.03) ** 2)) * np.ones(scene.shape)
    return np.where(wet[..., None], lerp(out, from_hex("1f4a86"), (0.45 * band)[..., None]), out).astype(np.float32)


def _key(
    scene: Scene,
    which: np.ndarray,
    out: Array,
    sky: np.ndarray,
    unit: float,
    rng: np.random.Generator,
    p: StyleParameters,
) -> Array:
    """The key block: borders of things and of strong blocks, swelling with noise; nothing inside the open sky."""
    region = scene.region
    border, inner = np.zeros(scene.shape, np.float32), np.zeros(scene.shape, np.float32)
    light = blur(out, 0.8 * unit)
    for axis in (0, 1):
        a = [slice(None), slice(None)]
        b = [slice(None), slice(None)]
        a[axis], b[axis] = slice(1, None), slice(None, -1)
        a_, b_ = tuple(a), tuple(b)
        step = np.abs(light[a_] - light[b_]).sum(-1) * 3
        differ = (region[a_] != region[b_]) & ~(sky[a_] & sky[b_])
        border[a_] = np.maximum(border[a_], differ * smoothstep(0.02, 0.08, step))
        cut = (which[a_] != which[b_]) & ~(sky[a_] & sky[b_])
        inner[a_] = np.maximum(inner[a_], cut * smoothstep(0.12, 0.34, step) * 0.72)
    near = 1 - 0.45 * np.clip(scene.depth, 0, 1)
    crowded = blur(((border + inner) > 0.3).astype(np.float32), 5 * unit)
    line = np.maximum(border, inner) * near * (1 - 0.55 * smoothstep(0.22, 0.5, crowded))
    wet = scene.is_kind(Kind.WATER)
    waves = np.abs(((blur(scene.lab[..., 0], 2.2 * unit) * 15) % 1) - 0.5) < 0.035
    line = np.maximum(line, 0.62 * (waves & wet) * smoothstep(0.75, 0.2, scene.depth) * p.extra.get("water_lines", 1.0))
    thick = blur(line.astype(np.float32), max(0.7, 1.15 * unit)) * (1.0 if unit > 0.8 else 1.35)
    swell = 0.10 * value_noise(rng, scene.shape, 4.0, "general")
    return smoothstep(0.30 + swell * 0.6, 0.52 + swell * 0.6, thick)


def _paper(scene: Scene, rgb: Array, grain: Array, unit: float, rng: np.random.Generator, p: StyleParameters) -> Array:
    """Wood grain, paper, margin with a thin frame, cartouche and seal."""
    h, w = scene.shape
    x, y = scene.grid()
    o = rng.random(2)
    wood = sample("general", x * 0.12 + o[0], y * 4.2 + o[1])
    rgb = rgb * (1 + 0.020 * wood + 0.018 * grain)[..., None]
    cream = oklab_to_srgb(from_hex("f0e6cf"))
    rgb = rgb * 0.965 + cream * 0.035
    margin = round(p.extra.get("margin", 22) * unit)
    if margin > 3:
        frame = np.zeros((h, w), bool)
        frame[margin:-margin, margin:-margin] = True
        paper = cream * (1 + 0.02 * grain)[..., None]
        rgb = np.where(frame[..., None], rgb, paper)
        t = max(1, round(1.2 * unit))
        for s in (slice(margin, margin + t), slice(h - margin - t, h - margin)):
            rgb[s, margin : w - margin] = (0.13, 0.15, 0.2)
        for s in (slice(margin, margin + t), slice(w - margin - t, w - margin)):
            rgb[margin : h - margin, s] = (0.13, 0.15, 0.2)
        left = scene.focus[0] > scene.aspect / 2
        rgb = _cartouche(scene, rgb, left, margin, unit, rng)
    return np.clip(rgb, 0, 1)


def _cartouche(scene: Scene, rgb: Array, left: bool, margin: int, unit: float, rng: np.random.Generator) -> Array:
    """A slip for the title in brush marks and a red seal under it."""
    s = scene.height
    wide, tall = 34 * unit / s, 118 * unit / s
    x0 = (margin + 12 * unit) / s if left else (scene.width - margin - 12 * unit) / s - wide
    y0 = (margin + 12 * unit) / s
    slip = [np.array([(x0, y0), (x0 + wide, y0), (x0 + wide, y0 + tall), (x0, y0 + tall)])]
    rgb = press(scene, rgb, slip, "f2e2b8", 0.96)
    edge = ribbon(
        [(x0, y0), (x0 + wide, y0), (x0 + wide, y0 + tall), (x0, y0 + tall), (x0, y0)], 1.4 * unit / s, smooth=False
    )[:1]
    rgb = press(scene, rgb, edge, "3a2c28", 0.9)
    rgb = press(
        scene, rgb, brush_marks(rng, x0 + wide / 2, y0 + 0.10 * tall, wide * 0.62, 4, tall * 0.80), "1e1c20", 0.92
    )
    return seal(scene, rgb, x0 + wide / 2, y0 + tall + 20 * unit / s, 13 * unit / s, rng)
