"""The stroke family: layers of brush strokes over a toned ground (Monet, van Gogh, Cezanne, Rembrandt, any learned
hand).
"""

from __future__ import annotations

import numpy as np

from ..brush import Layer, Look, contour, flatten_field, lay, relight, turn_field
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, blur_field, lic, sample
from ..scene import Kind, Scene
from .blocks import labels_of
from .finish import finish
from .parameters import StyleParameters
from .sitting import Sitting
from .tone import tone

__all__ = ["paint_stroke"]


def flow(scene: Scene, p: StyleParameters, rng: np.random.Generator) -> tuple[Array, Array]:
    """(directions, change of light): level water, turning skies."""
    field = scene.field
    light = np.zeros(scene.shape, np.float32)
    water = scene.is_kind(Kind.WATER, Kind.FOAM).astype(np.float32)
    if p.level_water:
        field = flatten_field(field, blur(water, scene.height / 200) * p.level_water, scene.height / 200)
    numbers = rng.random((12, 5))
    if p.swirl:
        x, y = scene.grid()
        sky = blur(
            scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.SUN, Kind.STAR, Kind.BACKDROP).astype(np.float32),
            scene.height / 120,
        )
        offset = numbers[11]
        turn = 0.55 * sample("cloud", x * 0.8 + offset[0], y * 0.8 + offset[1]) * p.swirl
        field = turn_field(field, turn * (0.35 + 0.65 * sky))
        spots = []
        if scene.sun is not None:
            spots.append((*scene.sun, 0.17, 1.0))
        below = max(0.25, scene.horizon)
        for n in numbers[:6]:
            spots.append(
                (n[0] * scene.aspect, 0.06 + n[1] * (below - 0.12), 0.06 + 0.08 * n[2], 1.0 if n[3] > 0.5 else -1.0)
            )
        for sx, sy, radius, way in spots:
            dx, dy = x - sx, y - sy
            far = np.hypot(dx, dy)
            weight = np.exp(-((far / radius) ** 2)) * sky * p.swirl
            angle = np.arctan2(dy, dx) + np.pi / 2 + 0.35 * way
            target = np.stack([np.cos(2 * angle), np.sin(2 * angle)], -1)
            field = field * (1 - weight[..., None]) + target * weight[..., None]
            light += 0.055 * np.cos(9 * far / radius) * weight
        for sx, sy, power in scene.lamps[:20]:
            far = np.hypot(x - sx, y - sy)
            weight = np.exp(-((far / 0.045) ** 2)) * p.swirl * power
            angle = np.arctan2(y - sy, x - sx) + np.pi / 2
            field = (
                field * (1 - weight[..., None])
                + np.stack([np.cos(2 * angle), np.sin(2 * angle)], -1) * weight[..., None]
            )
        field = blur_field(field, scene.height / 300)
    return field.astype(np.float32), light


def streaks(field: Array, rng: np.random.Generator) -> Array:
    """Noise drawn out along the flow, deviation 1: neighbouring strokes then differ along lines."""
    height, width = field.shape[:2]
    grain = rng.standard_normal((1024, 1024)).astype(np.float32)
    grain = np.tile(grain, (height // 1024 + 1, width // 1024 + 1))[:height, :width]
    drawn = lic(grain, field, steps=12, step=1.6 * max(1.0, height / 768))
    return drawn / (drawn.std() + 1e-6)


def ground_colour(look: Look, p: StyleParameters, share: float) -> Array:
    """The primed canvas (H, W, 3) sRGB: a blurred picture under a toned ground."""
    soft = blur(look.lab, 12 * look.unit)
    return oklab_to_srgb(lerp(soft, from_hex(p.ground), share))


def paint_stroke(sitting: Sitting) -> Array:
    """Paint a scene (at its own size); returns sRGB (H, W, 3) in 0..1."""
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    lab = tone(scene, p, rng)
    if p.extra.get("flat"):
        label, colours = labels_of(blur(lab, scene.height / 260), 16, scene.height / 240, rng)
        calm = (1 - smoothstep(0.5, 0.9, scene.detail)) * p.extra["flat"]
        lab = lerp(lab, colours[label], calm[..., None]).astype(np.float32)
    field, light = flow(scene, p, rng)
    lab[..., 0] += light
    drawn = streaks(field, rng) if p.streak else None
    if drawn is not None:
        calm = np.where(scene.is_kind(Kind.SKIN, Kind.SUN), 0.3, 1.0)
        lab[..., 0] += p.streak * drawn * calm
        lab[..., 2] += 0.45 * p.streak * drawn * calm
    look = Look(lab, field, scene, {int(Kind[k.upper()]): v for k, v in p.turn_by_kind.items()})
    canvas = sitting.canvas_of(ground_colour(look, p, p.ground_share))
    patches = _patches(scene, p, rng) if p.extra.get("patches") else None
    if patches is not None:
        look = _patchy(look, patches, p)
    for i, layer in enumerate(p.layers):
        lay(canvas, layer, look, rng)
        if p.outline is not None and i + 1 == min(p.outline_after, len(p.layers)):
            o = p.outline
            drawn_edges = scene.edge_strength() * ~scene.is_kind(Kind.STAR, Kind.LAMP, Kind.SKY, Kind.CLOUD)
            contour(
                canvas,
                look,
                rng,
                width=o.width,
                length=o.length,
                colour=from_hex(o.colour),
                count=int(o.count * scene.aspect / 1.333),
                own=o.own,
                opacity=o.opacity,
                dry=o.dry,
                strength=drawn_edges,
            )
        sitting.progress.update(0.35 + 0.6 * (i + 1) / len(p.layers), "painting")
    last = Layer(
        width=2.3,
        length=5.2,
        density=1.6,
        light=0.008,
        chroma=0.004,
        turn=0.15,
        error=p.extra.get("fine", 0.05),
        edge=0.10,
        bristle=0.3,
        height=0.8,
    )
    lay(canvas, last, look, rng, where=smoothstep(0.72, 0.93, scene.detail).astype(np.float32))
    if p.highlight is not None:
        away = 1 - blur(scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.BACKDROP, Kind.WATER).astype(np.float32), 2)
        lay(
            canvas,
            p.highlight,
            Look(lerp(lab, np.array([1, 0, 0.03], np.float32), 0.22), field, scene),
            rng,
            where=away,
        )
    blended = p.extra.get("blended", 0.0)
    if blended:  # wet paint drawn together with a soft brush, except where it lies thick
        thick = smoothstep(0.55, 0.85, lab[..., 0]) if p.spot else np.float32(0)
        canvas.rgb = lerp(
            canvas.rgb,
            oklab_to_srgb(look.lab),
            (blended * (1 - 0.6 * thick) * np.ones(scene.shape, np.float32))[..., None],
        )
    weight = None
    if p.spot:
        bare = blur(scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.BACKDROP).astype(np.float32), 4 * look.unit)
        skin = blur(scene.is_kind(Kind.SKIN).astype(np.float32), 2 * look.unit)
        weight = (
            smoothstep(0.15, 0.75, lab[..., 0])
            * (1 - 0.62 * bare)
            * (1 - 0.6 * skin)
            * (0.42 + 0.58 * blur(scene.detail, 4 * look.unit))
        )
    rgb = relight(canvas, strength=p.relief, shine=p.shine, weave=p.weave, light=weight)
    return finish(scene, rgb, p)


def _patches(scene: Scene, p: StyleParameters, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Voronoi patches (label map) with one direction and one phase each: Cezanne's constructive touch."""
    count = int(p.extra["patches"])
    centres = rng.random((count, 2)) * (scene.aspect, 1)
    own = -0.95 + 0.2 * rng.standard_normal(count)
    phase = rng.uniform(0, 2 * np.pi, count)
    x, y = scene.grid()
    step = max(1, scene.height // 192)
    small_x, small_y = x[:, ::step], y[::step]
    wobble = 0.03 * sample("general", small_x * 2, small_y * 2)
    best = np.full((small_y.shape[0], small_x.shape[1]), 1e9, np.float32)
    label = np.zeros(best.shape, np.int32)
    for i, (cx, cy) in enumerate(centres):
        far = (small_x - cx + wobble) ** 2 + (small_y - cy - wobble) ** 2
        closer = far < best
        best[closer] = far[closer]
        label[closer] = i
    rows = np.minimum(np.arange(scene.height) // step, label.shape[0] - 1)
    columns = np.minimum(np.arange(scene.width) // step, label.shape[1] - 1)
    return label[np.ix_(rows, columns)], own, phase


def _patchy(look: Look, patches: tuple[np.ndarray, np.ndarray, np.ndarray], p: StyleParameters) -> Look:
    label, own, phase = patches
    share = p.extra.get("patch_field", 0.55)
    target = np.stack([np.cos(2 * own), np.sin(2 * own)], -1)[label]
    detail = np.clip(look.scene.detail, 0, 1)[..., None]
    share_map = share + (1 - share) * 0.55 * detail
    field = blur_field((look.field * share_map + target * (1 - share_map)).astype(np.float32), 1.5 * look.unit)
    x, y = look.scene.grid()
    angle = own[label]
    wave = np.sin((x * np.cos(angle + np.pi / 2) + y * np.sin(angle + np.pi / 2)) * 2 * np.pi / 0.11 + phase[label])
    lab = look.lab.copy()
    lab[..., 0] += 0.022 * wave
    lab[..., 2] += 0.016 * wave
    return Look(lab, field, look.scene, look.turn_by_kind)
