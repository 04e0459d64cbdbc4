"""The gold family: leaf where the sky would be, tiles in flat masses, one family of ornament for each mass (Klimt)."""

from __future__ import annotations

import math

import numpy as np

from ..brush import Layer, Look, brush_key, contour, grid_positions, lay, relight
from ..canvas import Canvas
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, sample, value_noise
from ..scene import Kind, Scene
from ..shapes import polygons, ribbon
from .blocks import labels_of
from .finish import finish
from .sitting import Sitting
from .tone import tone

__all__ = ["paint_gold"]

_RAMP = ("5a3c12", "a87a24", "d8b04a", "f4e09a")


def paint_gold(sitting: Sitting) -> Array:
    """Paint a scene in gold, tiles and ornament; returns sRGB."""
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    lab = tone(scene, p, rng)
    sky = scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.STAR, Kind.BACKDROP) | (scene.depth > 0.94)
    leaf = blur(sky.astype(np.float32), 1.2 * unit)
    gold = _leaf(scene, lab, rng)
    label, colours = labels_of(lerp(lab, blur(lab, 3 * unit), 0.6), 14, 3.0 * unit, rng)
    flat = lerp(lab, colours[label], 0.55)
    subject = scene.is_kind(
        Kind.SKIN, Kind.HAIR, Kind.ANIMAL, Kind.FLOWER, Kind.FRUIT, Kind.SAIL, Kind.SHIP, Kind.SUN, Kind.LAMP
    )
    flat = np.where(subject[..., None], lab, flat)
    flat = lerp(flat, gold, leaf[..., None]).astype(np.float32)
    sitting.progress.update(0.4, "gilding")
    canvas = sitting.canvas_of(oklab_to_srgb(blur(flat, 2 * unit)))
    look = Look(flat, scene.field, scene)
    masses = ~sky & ~subject
    _tiles(canvas, look, rng, masses, unit)
    ground_layer = Layer(
        width=9, length=15, density=1.0, light=0.022, chroma=0.012, turn=1.4, opacity=0.45, dry=0.5, height=0.9
    )
    lay(canvas, ground_layer, look, rng, where=sky.astype(np.float32))
    sitting.progress.update(0.6, "tiles")
    detail = (smoothstep(0.4, 0.75, scene.detail) * np.where(scene.is_kind(Kind.CLOTH), 0.25, 1.0)).astype(np.float32)
    for layer in (
        Layer(width=8, length=18, density=1.3, light=0.02, chroma=0.014, turn=0.2, error=0.03),
        Layer(width=5, length=10, density=1.5, light=0.016, chroma=0.012, turn=0.2, error=0.05, edge=0.13),
        Layer(width=3, length=6.5, density=1.6, light=0.012, chroma=0.008, turn=0.2, error=0.06, edge=0.14),
    ):
        lay(canvas, layer, look, rng, where=detail)
    contour(
        canvas,
        look,
        rng,
        width=4.2,
        length=20,
        colour=from_hex("2c1c14"),
        count=int(2400 * scene.aspect / 1.333),
        own=0.2,
        opacity=0.78,
        strength=scene.edge_strength() * ~scene.is_kind(Kind.STAR, Kind.LAMP),
    )
    rgb = relight(canvas, strength=p.relief, shine=p.shine, weave=0.0)
    rgb = _robe(scene, rgb, rng)
    rgb = _ornament(scene, rgb, label, sky, masses, rng, unit)
    return finish(scene, rgb, p)


def _leaf(scene: Scene, lab: Array, rng: np.random.Generator) -> Array:
    """Gold leaf: squares with seams, each of its own tone, lit by the picture so that a sky stays readable."""
    x, y = scene.grid()
    n = value_noise(rng, scene.shape, 1.6, "general")
    size = 1 / 15
    col, row = np.floor(x / size), np.floor(y / size)
    tones = rng.normal(0, 0.055, (64, 64)).astype(np.float32)
    tone_of = tones[(row.astype(int) % 64), (col.astype(int) % 64)]
    line = smoothstep(0.475, 0.5, np.maximum(np.abs(x / size - col - 0.5), np.abs(y / size - row - 0.5)))
    light = np.clip(0.30 + 0.62 * lab[..., 0] + 0.10 * n + tone_of - 0.10 * line, 0.05, 0.98)
    stops = np.stack([from_hex(c) for c in _RAMP])
    place = np.linspace(0.10, 0.98, len(stops))
    gold = np.stack([np.interp(light, place, stops[:, i]) for i in range(3)], -1)
    gold[..., 1:] += 0.25 * (lab[..., 1:] - lab[..., 1:].mean((0, 1)))
    return gold.astype(np.float32)


def _tiles(canvas: Canvas, look: Look, rng: np.random.Generator, masses: np.ndarray, unit: float) -> None:
    """Square touches along the field in the masses, some of them gold."""
    for width, length, density, gold_share in ((14, 20, 1.5, 0.06), (9, 13, 1.0, 0.09)):
        brush = Layer(width=width, length=length, square=True, ragged=0.12, bristle=0.35)
        w, ln = width * unit, length * unit
        x, y = grid_positions(rng, canvas.height, canvas.width, w, ln, density)
        noise = np.clip(rng.standard_normal((3, len(x))), -1.8, 1.8).astype(np.float32)
        turn, variant, chance, pick = rng.random((4, len(x)))
        ix, iy = np.clip(x, 0, canvas.width - 1).astype(np.int64), np.clip(y, 0, canvas.height - 1).astype(np.int64)
        keep = masses[iy, ix] & ((look.scene.detail[iy, ix] < 0.62) | (look.scene.kind[iy, ix] == Kind.CLOTH))
        lab = look.lab[iy, ix].copy()
        lab += np.stack([0.034 * noise[0], 0.018 * noise[1], 0.018 * noise[2]], -1)
        patchy = sample(
            "cloud", (x / canvas.height * 0.9).astype(np.float32), (y / canvas.height * 0.9).astype(np.float32)
        )
        # gold lies in clusters and takes the light of what it lies on: strewn evenly it is confetti
        ground = ~np.isin(look.scene.kind[iy, ix], (Kind.WATER, Kind.FOAM, Kind.CLOTH, Kind.ROOF, Kind.WALL))
        gilt = (chance < gold_share * 4 * smoothstep(0.2, 1.3, patchy)) & ground
        ramp = np.stack([from_hex(c) for c in _RAMP])
        lit = np.clip(lab[gilt, 0] * 3.2 - 0.5 + 0.5 * pick[gilt], 0, 2.99).astype(int)
        lab[gilt] = lerp(lab[gilt], ramp[lit], np.float32(0.75))
        angle = 0.5 * np.arctan2(look.field[iy, ix, 1], look.field[iy, ix, 0]) + 0.12 * (turn - 0.5)
        square = np.where(
            np.isin(look.scene.kind[iy, ix], (Kind.WATER,)),
            angle,
            np.round(angle / (np.pi / 4)) * (np.pi / 4) + 0.1 * (turn - 0.5),
        )
        canvas.dab(
            brush_key(brush, w, ln),
            x[keep],
            y[keep],
            square[keep],
            np.zeros(keep.sum()),
            variant[keep],
            oklab_to_srgb(lab[keep].astype(np.float32)),
            1.0,
        )


def _robe(scene: Scene, rgb: Array, rng: np.random.Generator) -> Array:
    """Upright blocks of black, bone and gold on cloth, in rows of unequal width, tone by tone with the folds."""
    cloth = scene.is_kind(Kind.CLOTH)
    if cloth.mean() < 0.004:
        return rgb
    inner = blur(cloth.astype(np.float32), scene.height / 200) > 0.9
    u = float(np.clip(0.11 * np.sqrt(cloth.mean()), 0.012, 0.04))
    rows, columns = int(1 / (1.6 * u)) + 1, int(scene.aspect / u) + 1
    numbers = rng.random((rows, columns, 4))
    drift = np.cumsum(rng.uniform(0.2, 0.8, rows))
    shapes: dict[str, list[Array]] = {}
    for r in range(rows):
        for c in range(columns):
            pick, wide, tall, tone_of = numbers[r, c].tolist()
            x, y = (c + drift[r] % 1) * u, (r + 0.5) * 1.6 * u
            at = min(scene.height - 1, int(y * scene.height)), min(scene.width - 1, int(x * scene.height))
            if pick > 0.55 or not inner[at]:
                continue
            w, h = u * (0.22 + 0.20 * wide), u * (0.40 + 0.38 * tall)
            colour = ("1c1814", "1c1814", "d8c79a", "b98a34", "8a5e1c")[int(tone_of * 5)]
            shapes.setdefault(colour, []).append(
                np.array([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)])
            )
    shade = np.clip(
        0.25 + 1.5 * scene.lab[..., :1] / max(0.05, float(scene.lab[..., 0][cloth].mean())) * 0.5, 0.4, 1.15
    )
    for colour, parts in shapes.items():
        patch = polygons(scene, parts)
        if patch.mask.size:
            here = rgb[patch.box]
            here += (oklab_to_srgb(from_hex(colour)) * shade[patch.box] - here) * (
                patch.mask * inner[patch.box] * 0.82
            )[..., None]
    return rgb


def _spiral(x: float, y: float, r: float, turn: float, way: int) -> list[Array]:
    t = np.linspace(0, 2.4 * 2 * math.pi, 46)
    radius = r * (1 - t / t[-1] * 0.92)
    points = np.stack([x + radius * np.cos(way * t + turn), y + radius * np.sin(way * t + turn)], -1)
    return ribbon(points, [0.10 * r, 0.16 * r, 0.08 * r], smooth=False)


def _ornament(
    scene: Scene,
    rgb: Array,
    label: np.ndarray,
    sky: np.ndarray,
    masses: np.ndarray,
    rng: np.random.Generator,
    unit: float,
) -> Array:
    """Spirals tone on tone on the gold; in the masses one family for each label, two in five left empty."""
    s, cell = scene.height, 4
    taken = np.zeros((scene.height // cell + 2, scene.width // cell + 2), bool)
    busy = blur(((scene.detail > 0.5) & ~scene.is_kind(Kind.CLOTH)).astype(np.float32), 3 * unit) > 0.15
    numbers = rng.random((620, 6))
    family = rng.integers(0, 7, 64)
    shapes: dict[tuple[str, float], list[Array]] = {}
    for u, v, a, b, c, d in numbers.tolist():
        px, py = int(u * (scene.width - 1)), int(v * (scene.height - 1))
        on_gold = bool(sky[py, px])
        r = (0.018 + 0.030 * a * a) if on_gold else (0.009 + 0.010 * a)
        if busy[py, px] or not (on_gold or masses[py, px]) or (on_gold and b > 0.30):
            continue
        half = int(r * s / cell) + 1
        cy, cx = py // cell, px // cell
        box = (slice(max(0, cy - half), cy + half + 1), slice(max(0, cx - half), cx + half + 1))
        far = [
            (min(scene.height - 1, max(0, py + dy)), min(scene.width - 1, max(0, px + dx)))
            for dx, dy in ((int(r * s), 0), (-int(r * s), 0), (0, int(r * s)), (0, -int(r * s)))
        ]
        if taken[box].any() or any(bool(sky[q]) != on_gold or busy[q] for q in far):
            continue
        x, y = px / s, py / s
        kind = 0 if on_gold else int(family[int(label[py, px]) % 64])
        here = scene.kind[py, px]
        if not on_gold and (here not in (Kind.GRASS, Kind.GROUND) or kind < 3 or py / s < scene.horizon + 0.06):
            continue  # flowers belong in meadows; robes have blocks of their own
        if kind >= 4 + (label[py, px] % 2) or (kind == 0 and not on_gold and c > 0.5):
            continue
        taken[box] = True
        for key, part in _motif(kind, x, y, r, c, d, on_gold):
            shapes.setdefault(key, []).extend(part)
    for (colour, opacity), parts in shapes.items():
        patch = polygons(scene, parts)
        if patch.mask.size:
            here = rgb[patch.box]
            here += (oklab_to_srgb(from_hex(colour)) - here) * (patch.mask * opacity)[..., None]
    return rgb


def _motif(
    kind: int, x: float, y: float, r: float, c: float, d: float, on_gold: bool
) -> list[tuple[tuple[str, float], list[Array]]]:
    t = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    ring = np.stack([np.cos(t), np.sin(t)], -1)
    if kind == 0:
        return [
            (
                ("8a5e1c" if d < 0.65 else "fbeeb4", 0.62 if on_gold else 0.8),
                _spiral(x, y, r, c * 6.28, 1 if d > 0.5 else -1),
            )
        ]
    if kind == 1:
        return [
            (("e4c878", 0.8), [np.array([x, y]) + r * ring * (1, 0.55)]),
            (("3a3424", 0.85), [np.array([x, y]) + 0.42 * r * ring]),
        ]
    if kind == 2:
        return [
            (
                (("d8b04a", "e8e0d0", "c8503c")[int(c * 3)], 0.88),
                [np.array([(x - r, y + 0.8 * r), (x + r, y + 0.8 * r), (x, y - 0.9 * r)])],
            )
        ]
    if kind == 3:
        return [
            (("f0d070", 0.85), [np.array([x, y]) + r * ring]),
            ((("3a5a9a", "b8423a", "2f6a4a")[int(c * 3)], 0.9), [np.array([x, y]) + 0.62 * r * ring]),
            (("f4ead0", 0.9), [np.array([x, y]) + 0.25 * r * ring]),
        ]
    petals: list[Array] = [
        np.array([x + 0.6 * r * math.cos(a), y + 0.6 * r * math.sin(a)]) + 0.36 * r * ring
        for a in np.linspace(0, 2 * np.pi, 6)[:-1]
    ]
    return [
        ((("e8a0b0", "f4f0e4", "8ab0d8")[int(c * 3)], 0.92), petals),
        (("e8b83c", 0.95), [np.array([x, y]) + 0.26 * r * ring]),
    ]
