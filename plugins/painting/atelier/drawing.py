"""Plan -> scene: draws what the plan says, back to front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ....core.progress import Progress, Silent
from .colour import darken, from_hex, lerp, mix_stops, smoothstep
from .elements import land, mountains, shores, sky, water
from .elements.abstract import draw_abstract
from .elements.interior import draw_interior
from .elements.table import draw_item
from .elements.towns import draw_skyline, draw_street
from .noise import blur, sample
from .plan import Item, Plan
from .scene import Kind, Scene
from .world import World, palette

__all__ = ["draw_scene"]


def draw_scene(plan: Plan, height: int, *, progress: Progress | None = None) -> Scene:
    """Draw a plan `height` pixels high; the same plan gives the same scene."""
    progress = progress or Silent()
    scene = Scene.blank(height, max(8, round(height * plan.aspect)))
    scene.horizon, scene.light, scene.time = plan.horizon, plan.light, plan.time
    scene.focus = plan.focus
    world = palette(plan.time, plan.variant, plan.season, plan.weather, plan.valence)
    {
        "still": _still,
        "portrait": _plain,
        "branch": _void,
        "pond": _pond,
        "interior": draw_interior_ground,
        "abstract": draw_abstract,
    }.get(plan.ground, _landscape)(scene, world, plan)
    progress.update(0.15, "drawing")
    region = scene.regions
    for item in sorted(plan.items, key=lambda i: (i.more.get("order", 0), -i.depth, i.y)):
        draw_item(scene, world, _afloat(item, world), plan.seed)
    if (
        plan.ground in ("meadow", "path", "river", "fields", "lake", "garden", "mountain", "forest", "snow")
        and "grass" in plan.sky
    ):
        rng = np.random.default_rng([plan.seed, 5])
        land.draw_grass(
            scene,
            world,
            rng,
            y0=max(plan.horizon + 0.12, 0.62),
            flowers=plan.flowers,
            density=1.5 if plan.ground == "garden" else 1.0,
        )
    _weather(scene, world, plan)
    _separate(scene, region)
    progress.update(0.25, "drawing")
    return scene.finish()


def _afloat(item: Item, world: World) -> Item:
    """A boat on a river lies where the river runs, which is known only when it is drawn."""
    if world.river is None or item.kind not in ("boat", "sailboat", "ship"):
        return item
    return replace(item, x=float(np.interp(item.y, world.river[:, 1], world.river[:, 0])))


def draw_interior_ground(scene: Scene, world: World, plan: Plan) -> None:
    """A room with a window."""
    draw_interior(scene, world, plan)


def _landscape(scene: Scene, world: World, plan: Plan) -> None:
    rng = np.random.default_rng([plan.seed, 2])
    kind = (
        "storm"
        if plan.weather == "storm"
        else "streak"
        if plan.cover < 0.3 and plan.time in ("dusk", "dawn")
        else "fair"
    )
    sky.draw_sky(scene, world, rng, cover=plan.cover, kind=kind)
    rng = np.random.default_rng([plan.seed, 3])
    if "stars" in plan.sky:
        sky.draw_stars(scene, world, rng, count=120, river="milky" in plan.sky)
    if plan.sun is not None:
        if plan.moon:
            sky.draw_moon(scene, world, *plan.sun, crescent="crescent" in plan.sky)
        else:
            sky.draw_sun(scene, world, *plan.sun)
    if "rainbow" in plan.sky:
        sky.draw_rainbow(scene, world, rng)
    if "lightning" in plan.sky:
        sky.draw_lightning(scene, rng, plan.aspect * (0.25 + 0.5 * rng.random()), plan.horizon)
    _far(scene, world, plan)
    _ground(scene, world, plan)


def _far(scene: Scene, world: World, plan: Plan) -> None:
    """Ranges of mountains, each with mist at its foot."""
    layers: dict[float, list[tuple[float, float, float]]] = {}
    for x, half, height, depth in plan.peaks:
        layers.setdefault(round(depth, 3), []).append((x, half, height))
    for number, (depth, peaks) in enumerate(sorted(layers.items(), reverse=True)):
        rng = np.random.default_rng([plan.seed, 11, number])
        tallest = max(p[2] for p in peaks)
        base = plan.horizon + 0.02 + (0.10 * (0.9 - depth) if plan.ground == "mountain" else 0.0)
        snow = None
        if tallest > 0.20 and (plan.season in ("winter", "spring") or tallest > 0.30) and plan.time != "rain":
            snow = base - tallest * (0.42 if plan.season == "winter" else 0.66)
        mountains.draw_ridge(
            scene,
            world,
            rng,
            base=base,
            peaks=peaks,
            depth=depth,
            rough=0.012 + 0.02 * tallest,
            snow=snow,
            mist=1.0,
            wooded=tallest < 0.2 or depth < 0.45,
        )
        if plan.ground == "mountain" or plan.weather == "mist":
            sky.lay_mist(
                scene,
                world,
                rng,
                base - 0.10 * tallest,
                thickness=0.045,
                strength=0.75 if plan.weather == "mist" else 0.5,
                nearest=depth - 0.02,
            )


def _ground(scene: Scene, world: World, plan: Plan) -> None:
    rng = np.random.default_rng([plan.seed, 4])
    hor, ground = plan.horizon, plan.ground
    if ground in ("lake", "skyline"):
        if ground == "skyline":
            draw_skyline(scene, world, np.random.default_rng([plan.seed, 12]), y=hor + 0.012, height=0.26, depth=0.55)
        else:
            shores.draw_far_shore(scene, world, rng, y=hor + 0.012, height=0.035, depth=0.72)
        water.draw_calm(scene, world, rng, y0=hor + 0.01)
    elif ground == "sea":
        water.draw_sea(
            scene,
            world,
            rng,
            y0=hor,
            storm={"storm": 1.0, "rain": 0.55}.get(plan.weather, 0.12 + 0.35 * max(0.0, plan.arousal)),
        )
    elif ground == "desert":
        land.draw_desert(scene, world, rng, y0=hor)
    elif ground == "fields":
        mountains.draw_hill(scene, world, rng, base=hor + 0.03, height=0.05, depth=0.7)
        land.draw_fields(scene, world, rng, y0=hor + 0.02, vanish=plan.focus[0])
    elif ground == "street":
        draw_street(scene, world, rng, vanish=plan.focus[0], y0=hor)
    else:
        mountains.draw_hill(scene, world, rng, base=hor + 0.03, height=0.05, depth=0.74)
        mountains.draw_hill(scene, world, rng, base=hor + 0.06, height=0.05, depth=0.62)
        shores.draw_far_shore(scene, world, rng, y=hor + 0.055, height=0.025, depth=0.6)
        land.draw_meadow(scene, world, rng, y0=hor + 0.045)
    if ground in ("path", "forest", "garden", "river"):
        bend = rng.uniform(0.3, 0.7) * (1 if rng.random() < 0.5 else -1)
        aside = (
            0.22 * min(1.0, plan.aspect) * (1 if plan.focus[0] > plan.aspect / 2 else -1) if ground == "river" else 0.0
        )
        end = (plan.focus[0] - aside, hor + (0.055 if ground != "river" else 0.05))
        start = (plan.aspect * (0.5 if ground == "forest" else rng.uniform(0.3, 0.6)), 1.04)
        if ground == "river":
            world.river = land.draw_path(
                scene, world, rng, start=start, end=end, wide=0.75, bend=bend * 1.4, water=True
            )
            _mirror_sky(scene, world)
            world.waterline = hor + 0.05
        else:
            land.draw_path(
                scene,
                world,
                rng,
                start=start,
                end=end,
                wide=0.36,
                bend=bend * (0.4 if ground == "forest" else 1.0),
                colour="c8a878" if ground == "forest" else "d8c49a",
            )
    if plan.sun is not None and ground in ("lake", "sea", "skyline", "river"):
        shine = lerp(world.sun, from_hex("fff6d8"), 0.4)
        strength = 1.0 if plan.time in ("dusk", "dawn", "night") else 0.6
        water.draw_light_path(
            scene,
            world,
            np.random.default_rng([plan.seed, 6]),
            y0=hor + 0.01,
            x=plan.sun[0],
            colour=shine,
            strength=strength,
        )


def _mirror_sky(scene: Scene, world: World) -> None:
    """Glints on a winding river."""
    wet = scene.is_kind(Kind.WATER)
    x, y = scene.grid()
    n = sample("general", x * 0.8, y * 7)
    share = smoothstep(1.1, 2.0, n) * wet * 0.35
    scene.lab[:] = lerp(scene.lab, world.sky[-1], share[..., None])


def _still(scene: Scene, world: World, plan: Plan) -> None:
    """A wall in two tones, lit from one side, and a table."""
    rng = np.random.default_rng([plan.seed, 2])
    x, y = scene.grid()
    walls = ("5c5a48", "b8ac92", "35414c", "a88a5a", "3c3630", "8a7a6a", "a9b7b4", "6a4a3c")
    tables = ("8a6238", "4c3222", "b0966c", "7a5a44", "c9c0aa")
    wall, table = (
        from_hex(walls[(plan.variant + plan.seed) % len(walls)]),
        from_hex(tables[int(rng.integers(len(tables)))]),
    )
    if plan.valence > 0.3:
        wall = lerp(wall, from_hex("a8b8b4"), 0.45)
    o = rng.random(2)
    n = sample("cloud", x * 0.5 + o[0], y * 0.5 + o[1])
    k = 0.95 + 0.30 * (x / scene.aspect - 0.5) * -plan.light * 1.4 - 0.16 * (y - 0.3) + 0.07 * n
    # the wall is lighter on the shaded side of the things, so that their dark side has an edge
    scene.lab[:] = darken(np.broadcast_to(wall, (*scene.shape, 3)), k)
    scene.kind[:], scene.depth[:], scene.detail[:] = Kind.BACKDROP, 0.9, 0.05
    angle = 0.9 * np.sign(plan.light) + 0.5 * n
    scene.field[:] = np.stack([np.cos(2 * angle), np.sin(2 * angle)], -1)
    first = int(plan.horizon * scene.height)
    m = sample("general", x * 0.5 + o[1], y[first:] * 5 + o[0])
    t = np.clip((y[first:] - plan.horizon) / (1 - plan.horizon), 0, 1)
    lab = darken(
        np.broadcast_to(table, (*m.shape, 3)),
        0.92 + 0.06 * m + 0.12 * t + 0.14 * (x / scene.aspect - 0.5) * -plan.light,
    )
    patch = scene.whole()
    patch = type(patch)(patch.mask[first:], 0, first)
    scene.put(patch, lab, kind=Kind.GROUND, depth=(0.6 * (1 - t) + 0 * m).astype(np.float32), angle=0.0, detail=0.15)
    scene.ground = "still"


def _plain(scene: Scene, world: World, plan: Plan) -> None:
    """A plain ground behind a head, lighter on the shaded side."""
    rng = np.random.default_rng([plan.seed, 2])
    x, y = scene.grid()
    tones = ("3f4a4c", "54463a", "3c4a3e", "5a5a66", "6a5c48", "486078", "7a8a7c", "a88c54")
    base = from_hex(tones[(plan.variant * 3 + plan.seed) % len(tones)])
    o = rng.random(2)
    n = sample("cloud", x * 0.6 + o[0], y * 0.6 + o[1])
    k = 1.0 + 0.34 * (x / scene.aspect - 0.5) * -np.sign(plan.light) * -1 + 0.10 * n - 0.15 * np.abs(y - 0.4)
    scene.lab[:] = darken(np.broadcast_to(base, (*scene.shape, 3)), k)
    scene.kind[:], scene.depth[:], scene.detail[:] = Kind.BACKDROP, 0.95, 0.05
    angle = 0.8 * np.sign(plan.light) + 0.7 * n
    scene.field[:] = np.stack([np.cos(2 * angle), np.sin(2 * angle)], -1)
    scene.ground = "portrait"


def _void(scene: Scene, world: World, plan: Plan) -> None:
    """Open air with a disc behind the tip of a branch."""
    rng = np.random.default_rng([plan.seed, 2])
    t = np.linspace(0, 1, scene.height, dtype=np.float32)
    tints = {
        "night": ("1c2c52", "3c5484"),
        "dusk": ("c88a6a", "f0d0a0"),
        "snow": ("b8c4d2", "eef0f0"),
        "mist": ("c8d0d0", "ece8dc"),
    }
    stops = tints.get(plan.time, ("a8c4d4", "f0e8d4"))
    lab = mix_stops(np.stack([from_hex(stops[0]), from_hex(stops[1])]), t)
    scene.lab[:] = lab[:, None]
    x, y = scene.grid()
    scene.lab[..., 0] += 0.02 * sample("cloud", x * 0.4 + rng.random(), y * 0.4 + rng.random())
    scene.kind[:], scene.depth[:], scene.detail[:] = Kind.SKY, 1.0, 0.0
    if plan.sun is not None:
        if plan.moon:
            sky.draw_moon(scene, world, *plan.sun)
        else:
            sky.draw_sun(scene, world, *plan.sun)
    scene.horizon = 1.0
    scene.ground = "branch"


def _pond(scene: Scene, world: World, plan: Plan) -> None:
    """Water from above, with the sky and willows mirrored softly in it."""
    rng = np.random.default_rng([plan.seed, 2])
    x, y = scene.grid()
    o = rng.random(4)
    n = sample("cloud", x * 0.30 + o[0], y * 0.75 + o[1])
    m = sample("general", x * 0.5 + o[2], y * 2.2 + o[3])
    deep, pale = lerp(world.water, from_hex("2f6a70"), 0.45), lerp(world.sky[2], world.water, 0.35)
    green = lerp(world.local("4a7a52"), world.water, 0.3)
    lab = lerp(np.broadcast_to(deep, (*scene.shape, 3)), pale, (0.7 * smoothstep(0.0, 1.4, n))[..., None])
    lab = lerp(lab, green, (0.6 * smoothstep(0.2, 1.3, -n + 0.3 * m))[..., None])
    scene.lab[:] = darken(lab, 1 + 0.05 * m - 0.10 * y)
    scene.kind[:], scene.depth[:], scene.detail[:] = Kind.WATER, 0.7, 0.1
    scene.depth[:] = 0.7 - 0.5 * y
    angle = 0.12 * n
    scene.field[:] = np.stack([np.cos(2 * angle), np.sin(2 * angle)], -1)
    scene.horizon = -0.2
    scene.ground = "pond"


def _weather(scene: Scene, world: World, plan: Plan) -> None:
    rng = np.random.default_rng([plan.seed, 9])
    if plan.weather == "mist" and plan.ground not in ("still", "portrait", "abstract", "interior", "branch", "pond"):
        sky.veil(scene, world, strength=0.72)
        sky.lay_mist(scene, world, rng, plan.horizon - 0.05, thickness=0.05, strength=0.85, nearest=0.55)
        sky.lay_mist(scene, world, rng, plan.horizon + 0.03, thickness=0.06, strength=0.92, nearest=0.30)
        sky.lay_mist(scene, world, rng, plan.horizon + 0.17, thickness=0.05, strength=0.60, nearest=0.16)
    if plan.weather in ("rain",) or (plan.weather == "storm" and "downpour" in plan.sky):
        sky.draw_rain(scene, world, rng, strength=0.8)
    if plan.weather == "snow":
        sky.draw_snowfall(scene, world, rng)


def _separate(scene: Scene, region: int) -> None:
    """Change the ground behind the subject where its edge would be lost: lighter or darker by up to .10 around it."""
    mine = (scene.region >= region) & (scene.detail > 0.68)
    share = float(mine.mean())
    if share < 0.004 or share > 0.5:
        return
    soft = blur(mine.astype(np.float32), 0.03 * scene.height)
    ring = (soft > 0.08) & (scene.region < region)
    if not ring.any():
        return
    inner, outer = float(np.median(scene.lab[..., 0][mine])), float(np.median(scene.lab[..., 0][ring]))
    gap = outer - inner
    if abs(gap) > 0.16:
        return
    push = (0.14 if gap >= 0 else -0.12) * (1 - abs(gap) / 0.16)
    halo = blur(mine.astype(np.float32), 0.07 * scene.height) * (scene.region < region)
    scene.lab[..., 0] += push * np.clip(halo * 1.6, 0, 1)
