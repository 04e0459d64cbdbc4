"""Skies: colour, clouds, sun, moon, stars, rainbow, lightning; and what falls from them."""

from __future__ import annotations

import numpy as np

from ..colour import Array, from_hex, lerp, mix_stops, smoothstep
from ..noise import blur, sample
from ..scene import Kind, Patch, Scene
from ..shapes import disc, polygons, ribbon, taper
from ..world import World, glow

__all__ = [
    "draw_lightning",
    "draw_moon",
    "draw_rain",
    "draw_rainbow",
    "draw_sky",
    "draw_snowfall",
    "draw_stars",
    "draw_sun",
    "lay_mist",
    "veil",
]


def draw_sky(scene: Scene, world: World, rng: np.random.Generator, *, cover: float, kind: str = "fair") -> None:
    """Fill the picture with a sky down to the horizon. cover: 0 clear .. 1 closed; kind: "fair", "storm", "streak"
    (thin bands).
    """
    x, y = scene.grid()
    hor = max(0.12, scene.horizon)
    t = np.clip(y / hor, 0, 1)
    lab = np.broadcast_to(mix_stops(world.sky, t[:, 0] ** 1.15)[:, None], (*scene.shape, 3)).copy()
    side = 0.03 * (x / scene.aspect - 0.5) * scene.light
    lab[..., 0] += side
    offset = rng.random(6)
    z = np.clip(hor - y, 0, None) + 0.06
    stretch = 3.4 if kind == "streak" else 2.0
    px = (x - scene.aspect / 2) / (2.0 * z + 0.42) * 0.40 + offset[0]
    py = 0.30 / (z + 0.17) * (0.42 * stretch / 2.0) + offset[1]
    warp = 0.035 * sample("cloud", px * 0.7 + offset[2], py * 0.7)
    n = sample("cloud", px + warp, py + warp) + 0.22 * sample("general", px * 1.7 + offset[3], py * 1.7)
    ahead = sample("cloud", px + warp + 0.022 * scene.light, py + warp - 0.018) + 0.22 * sample(
        "general", px * 1.7 + offset[3] + 0.037 * scene.light, py * 1.7 - 0.03
    )
    threshold = 1.25 - 2.6 * cover
    # clouds thin out right above the horizon, where they would turn to stripes
    mask = smoothstep(threshold, threshold + 0.95, n) * smoothstep(-0.01, 0.09, hor - y)
    lit = np.clip(0.56 + 0.62 * (n - ahead), 0, 1)
    if kind == "storm":
        lit = np.clip(lit - 0.22 + 0.25 * t, 0, 1)
    colour = lerp(world.dark, world.lit, lit[..., None])
    colour = lerp(colour, lab, (0.35 * t**2)[..., None])
    lab = lerp(lab, colour, (mask * (0.93 if kind == "storm" else 0.85))[..., None])
    scene.lab[:] = lab
    scene.kind[:] = np.where(mask > 0.5, Kind.CLOUD, Kind.SKY)
    scene.region[:] = 0
    scene.depth[:] = 1.0
    scene.detail[:] = 0.0
    _flow(scene, n, 0.30 if kind == "fair" else 0.5)


def _flow(scene: Scene, n: Array, along: float) -> None:
    """Directions of a sky: level, turned along the clouds' contours."""
    soft = blur(np.broadcast_to(n, scene.shape), scene.height / 60)
    gy, gx = np.gradient(soft)
    angle = np.arctan2(gx, -gy)
    size = np.hypot(gx, gy)
    weight = (along + 0.35) * size / (size + np.median(size) + 1e-9)
    field = np.stack([1 - weight + weight * np.cos(2 * angle), weight * np.sin(2 * angle)], -1)
    scene.field[:] = field / (np.hypot(field[..., 0], field[..., 1])[..., None] + 1e-6)


def draw_sun(scene: Scene, world: World, x: float, y: float, radius: float) -> None:
    """A sun with its glow."""
    glow(scene, x, y, 0.30, world.sun, 0.42 if world.name != "mist" else 0.3)
    glow(scene, x, y, 0.10, world.sun, 0.6)
    hot = {"dusk": "fff0a8", "dawn": "fff2b8", "mist": "fff4d0", "snow": "fff0cc"}.get(world.name, "fffbe0")
    scene.put(disc(scene, x, y, radius), from_hex(hot), kind=Kind.SUN, depth=0.99, detail=0.6)
    scene.sun, scene.sun_radius = (x, y), radius


def draw_moon(scene: Scene, world: World, x: float, y: float, radius: float, *, crescent: bool = False) -> None:
    """A moon with its halo; a crescent is cut by a second disc."""
    glow(scene, x, y, 0.22, lerp(world.sky[-1], from_hex("e8e8d0"), 0.6), 0.42 if world.name == "night" else 0.25)
    glow(scene, x, y, 0.06, from_hex("fff8dc"), 0.5)
    patch = disc(scene, x, y, radius)
    if crescent:
        cut = disc(scene, x + radius * 0.55, y - radius * 0.25, radius * 0.92).full(scene.shape)
        patch = Patch(np.clip(patch.mask - cut[patch.box], 0, 1), patch.x, patch.y)
    mask = patch.mask
    gy, gx = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32) / max(1, mask.shape[0])
    spots = np.clip(sample("cloud", gx * 0.35 + 0.3, gy * 0.35 + 0.6), -1, 1)
    lab = np.broadcast_to(from_hex("fff8dc"), (*mask.shape, 3)).copy()
    lab[..., 0] -= 0.045 * np.clip(spots, 0, 1)
    scene.put(patch, lab, kind=Kind.SUN, depth=0.99, detail=0.6)
    scene.sun, scene.sun_radius = (x, y), radius


def draw_stars(scene: Scene, world: World, rng: np.random.Generator, *, count: int = 90, river: bool = False) -> None:
    """Stars of three sizes, thinning towards the horizon; `river` adds a milky way."""
    numbers = rng.random((count, 4))
    if river:
        x, y = scene.grid()
        slope = rng.uniform(0.5, 0.9) * (1 if rng.random() < 0.5 else -1)
        across = (
            (x - scene.aspect * 0.5) * slope - (y - 0.28 * scene.horizon) + 0.05 * sample("cloud", x * 0.8, y * 0.8)
        )
        band = (
            np.exp(-((across / 0.12) ** 2))
            * (0.7 + 0.5 * np.clip(sample("general", x * 1.4, y * 1.4), -1, 1))
            * scene.is_kind(Kind.SKY, Kind.CLOUD)
        )
        scene.lab[:] = lerp(scene.lab, from_hex("a8b8e0"), (0.34 * np.clip(band, 0, 1.2))[..., None])
    for u, v, w, t in numbers:
        x, y = u * scene.aspect, v**1.3 * scene.horizon * 0.9
        at = (min(scene.height - 1, int(y * scene.height)), min(scene.width - 1, int(x * scene.height)))
        if scene.kind[at] not in (Kind.SKY, Kind.CLOUD):
            continue
        r = 0.0026 + 0.0062 * w**3
        if w > 0.72:
            glow(scene, x, y, 0.022, from_hex("f4f0d0"), 0.4)
            scene.lamps.append((x, y, 0.5))
        scene.put(
            disc(scene, x, y, r),
            from_hex("fff6d8" if t > 0.3 else "cfe0ff"),
            kind=Kind.STAR,
            depth=0.995,
            detail=0.7,
            region=scene.region[at],
        )


def draw_rainbow(scene: Scene, world: World, rng: np.random.Generator) -> None:
    """A rainbow before the sky, opposite to the light."""
    x, y = scene.grid()
    cx = scene.aspect * (0.3 if scene.light > 0 else 0.7)
    r = np.hypot(x - cx, y - (scene.horizon + 0.18))
    radius, width = rng.uniform(0.55, 0.68), 0.055
    t = (r - radius) / width
    colours = np.stack([from_hex(c) for c in ("7a4fb0", "3f6fd0", "4fb07a", "e8d84a", "f09a3a", "e05048")])
    share = (
        smoothstep(-0.05, 0.12, t)
        * smoothstep(1.05, 0.88, t)
        * 0.55
        * scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.MOUNTAIN)
    )
    scene.lab[:] = lerp(
        scene.lab, mix_stops(colours, np.clip(t, 0, 1)) + np.array([0.08, 0, 0], np.float32), share[..., None]
    )


def draw_lightning(scene: Scene, rng: np.random.Generator, x: float, foot: float) -> None:
    """A forked flash."""
    points = [(x, 0.02)]
    while points[-1][1] < foot:
        points.append((points[-1][0] + rng.normal(0, 0.035), points[-1][1] + rng.uniform(0.03, 0.06)))
    glow(scene, x, foot * 0.5, 0.14, from_hex("e8ecff"), 0.35)
    shapes = ribbon(points, [0.009, 0.004], smooth=False)
    for i in range(2, len(points) - 2, 3):
        fork = [points[i]]
        for _ in range(4):
            fork.append(
                (fork[-1][0] + rng.uniform(0.01, 0.05) * (1 if i % 2 else -1), fork[-1][1] + rng.uniform(0.015, 0.04))
            )
        shapes += ribbon(fork, [0.004, 0.001], smooth=False)
    scene.put(polygons(scene, shapes), from_hex("fffbe8"), kind=Kind.STAR, depth=0.97, detail=0.9)


def draw_rain(scene: Scene, world: World, rng: np.random.Generator, *, strength: float = 1.0) -> None:
    """Slanting lines of rain, and a veil over what is far."""
    far = smoothstep(0.15, 0.9, scene.depth)
    scene.lab[:] = lerp(scene.lab, world.sky[-2], (0.30 * far * strength)[..., None])
    slant = rng.uniform(0.10, 0.28) * (1 if scene.light < 0 else -1)
    numbers = rng.random((int(240 * strength * scene.aspect), 4))
    shapes = []
    for u, v, w, _ in numbers:
        x, y, length = u * (scene.aspect + 0.3) - 0.15, v * 1.1 - 0.05, 0.05 + 0.10 * w
        shapes += ribbon([(x, y), (x + slant * length, y + length)], 0.0012 + 0.0012 * w, smooth=False)[:1]
    patch = polygons(scene, shapes)
    scene.put(patch, lerp(world.lit, from_hex("f0f4f6"), 0.5), kind=Kind.SKY, depth=0.5, opacity=0.34, soft=True)


def draw_snowfall(scene: Scene, world: World, rng: np.random.Generator, *, strength: float = 1.0) -> None:
    """Flakes of two sizes."""
    numbers = rng.random((int(300 * strength * scene.aspect), 4))
    t = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.stack([np.cos(t), np.sin(t)], -1)
    shapes = [np.array([u * scene.aspect, v]) + (0.0016 + 0.0042 * w**4) * ring for u, v, w, _ in numbers]
    scene.put(
        polygons(scene, shapes),
        from_hex("ffffff" if world.name != "night" else "c8d8f0"),
        kind=Kind.SNOW,
        depth=0.4,
        opacity=0.85,
        soft=True,
    )


def lay_mist(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    y: float,
    *,
    thickness: float = 0.05,
    strength: float = 0.7,
    nearest: float = 0.35,
) -> None:
    """A bank of mist at a height, before all that is further than `nearest`."""
    x, rows = scene.grid()
    o = rng.random(2)
    n = sample("cloud", x * 0.35 + o[0], rows * 1.1 + o[1])
    share = np.exp(-(((rows - y + 0.025 * n) / thickness) ** 2)) * strength * (scene.depth > nearest)
    share = share * np.clip(0.75 + 0.35 * n, 0, 1)
    scene.lab[:] = lerp(scene.lab, lerp(world.sky[-1], world.lit, 0.4), np.clip(share, 0, 1)[..., None])


def veil(scene: Scene, world: World, *, strength: float) -> None:
    """Mist in all the air: the further a thing is, the more of it is gone."""
    share = strength * smoothstep(0.22, 0.95, scene.depth) ** 1.2 * np.where(scene.is_kind(Kind.SUN), 0.4, 1.0)
    sky = scene.is_kind(Kind.SKY, Kind.CLOUD)
    share = np.where(sky, 0.45 * strength, share)
    scene.lab[:] = lerp(scene.lab, lerp(world.sky[-1], world.lit, 0.35), share[..., None])


def draw_flame(scene: Scene, x: float, y: float, h: float, rng: np.random.Generator) -> None:
    """A fire with its light."""
    glow(scene, x, y - h * 0.4, h * 1.3, from_hex("ffb050"), 0.5)
    for colour, size in (("d8401c", 1.0), ("f08a28", 0.75), ("ffd85a", 0.5), ("fff4c0", 0.28)):
        for k in range(5):
            lean = (k - 2) * 0.16 + rng.normal(0, 0.05)
            tip = h * size * (1 - 0.25 * abs(k - 2)) * rng.uniform(0.85, 1.1)
            points = [
                (x + (k - 2) * 0.09 * h, y),
                (x + (k - 2) * 0.12 * h + lean * h * 0.2, y - tip * 0.5),
                (x + lean * h * 0.35, y - tip),
            ]
            scene.put(
                taper(scene, points, [0.22 * h * size, 0.20 * h * size, 0.01]),
                from_hex(colour),
                kind=Kind.LAMP,
                depth=0.2,
                angle=np.pi / 2,
                detail=0.8,
            )
    scene.lamps.append((x, y - 0.4 * h, 1.0))
