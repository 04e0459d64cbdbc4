"""Horses, cows and deer, and a rider: bodies of `hoofed` with their coats, eyes, nostrils, manes and tails.

Manes and tails are masses of hair: a dark ground first, tapering locks over it, one region in all. Coats are the ones
horsemen name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.spatial import cKDTree

from ..bodies import body
from ..colour import Array, darken, lerp, smoothstep
from ..noise import blur, sample
from ..scene import Kind, Scene
from ..shapes import Form, Frame, Material, cast_shadow, disc, polygons, put_form, ribbon, taper
from ..world import World
from .hoofed import HOOF, HORN, PALE, POINT, Beast, beast
from .people import figure_body

__all__ = ["COATS", "draw_horse", "draw_rider"]

Place = Callable[[Sequence[float]], tuple[float, float]]
"""A point of the body in the picture."""

# body, lower legs and muzzle, mane and tail; the first are the likelier
COATS = {
    "bay": ("784a29", "2a1c18", "1e1614"),
    "chestnut": ("98532a", "7a4226", "a8662e"),
    "black": ("2e2a2c", "1c1a1c", "181618"),
    "flaxen": ("a5642f", "8a5430", "e2c48c"),
    "dun": ("b48a54", "4a382a", "2c221c"),
    "grey": ("c4c2bc", "76716e", "e0dcd2"),
    "dapple": ("8f8b88", "4a4644", "c8c4bc"),
    "white": ("e6e0d4", "b8a89c", "f0e8d8"),
}
_CATTLE = {
    "brown": ("96582f", "d8b8a0", "6a3c22"),
    "fawn": ("c09058", "4a3a30", "8a6238"),
    "dark": ("5c3a28", "c8a890", "3a2418"),
    "pied": ("ece4d6", "d8a898", "e4dccc"),
}
_DEER = {"red": ("a8703e", "4a3426", "8a5a34")}
_SHORT_FUR = Material(0.44, 0.72, 0.09, 4.0, 0.75)


def draw_horse(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    breed: str = "horse",
    grazing: bool | None = None,
    colour: str = "",
    coat: str = "",
) -> tuple[Frame, float, Beast]:
    """A horse, "cow" or "deer"; h is its height at the withers (the head is above it). coat: one of `COATS`, or colour:
    of its body.

    Returns frame, yaw and beast, for a rider.
    """
    graze = bool(rng.random() < 0.4) if grazing is None else grazing
    pose = "graze" if graze and breed != "deer" else "walk" if rng.random() < 0.5 else "stand"
    yaw = float(rng.choice([0.0, 0.22, 0.40]))
    choice = {"horse": COATS, "cow": _CATTLE, "deer": _DEER}[breed]
    name = coat if coat in choice else list(choice)[int(rng.random() ** 1.4 * len(choice))]
    own, points, hair = (world.local(c, depth * 0.5) for c in choice[name])
    if colour:
        own = world.local(colour, depth * 0.5)
    made = beast(breed, pose, float(rng.choice([0.08, 0.30, 0.58, 0.80])), horned=breed != "cow" or rng.random() < 0.85)
    cast_shadow(scene, frame.x, frame.y, 0.46 * frame.h, strength=0.55, flat=0.13, long=0.4)
    form, turn = body(scene, made.body, frame, yaw=yaw, material=_SHORT_FUR, soften=0.008)
    if form.patch.mask.size == 0:
        return frame, yaw, made

    def place(p: Sequence[float]) -> tuple[float, float]:
        q = turn @ np.asarray(p, np.float32)
        return frame.one(float(q[0]), float(q[1]))

    lab = _coat(scene, world, form, frame, rng, own, points, name, breed, depth)
    put_form(scene, form, lab, kinds=Kind.ANIMAL, depth=depth, detail=0.95)
    region = scene.regions - 1
    _features(
        scene,
        world,
        frame,
        made,
        place,
        depth,
        region,
        own,
        points,
        blaze=breed == "horse" and name != "white" and rng.random() < 0.5,
    )
    if breed == "horse":
        _mane(scene, frame, made, place, rng, hair, depth)
    _tail(scene, frame, made, place, rng, hair, depth, breed)
    return frame, yaw, made


def _coat(
    scene: Scene,
    world: World,
    form: Form,
    frame: Frame,
    rng: np.random.Generator,
    own: Array,
    points: Array,
    name: str,
    breed: str,
    depth: float,
) -> Array:
    """The colours of the body, before light: muzzle and legs run into the coat, hooves and horns do not."""
    index = form.index
    assert index is not None
    rows, columns = np.mgrid[0 : index.shape[0], 0 : index.shape[1]].astype(np.float32)
    y = (frame.y * scene.height - rows - form.patch.y) / (frame.h * scene.height)
    x = (columns + form.patch.x - frame.x * scene.height) / (frame.h * scene.height) * (-1 if frame.flip else 1)
    form.patch.mask[y < -0.006] = 0  # soles are flat
    lab = np.broadcast_to(own, (*index.shape, 3)).astype(np.float32)
    lab = darken(lab, 1 + 0.05 * sample("cloud", x * 0.8, y * 0.8) + 0.06 * smoothstep(0.55, 0.95, y))
    if name == "dapple":
        spots = np.stack([rng.uniform(-0.62, 0.50, 170), rng.uniform(0.48, 1.06, 170)], -1)
        far = cKDTree(spots).query(np.stack([x, y], -1))[0].astype(np.float32)
        lab[..., 0] += 0.11 * smoothstep(0.045, 0.010, far) - 0.02
    if name == "pied":
        patch = smoothstep(0.10, 0.16, sample("cloud", x * 0.55 + rng.uniform(0, 1), y * 0.55))
        lab = lerp(
            lab,
            world.local(("4a2e20", "24201e", "8a4a28")[int(rng.integers(3))], depth * 0.5),
            (0.94 * patch)[..., None],
        )
    near = blur((index == POINT).astype(np.float32), 0.016 * frame.h * scene.height)
    below = smoothstep(0.40, 0.24, y) * (y < 0.42) if breed == "horse" else 0.35 * smoothstep(0.30, 0.10, y)
    muzzle = near * smoothstep(0.0, 0.05, np.where((x > 0.48), np.float32(1), np.float32(0)))
    lab = lerp(lab, points, np.clip(np.maximum(0.9 * below * (x < 0.58), 0.85 * muzzle), 0, 1)[..., None])
    if breed == "horse" and name in ("bay", "chestnut", "flaxen", "black"):
        fore, hind = rng.random(2) < 0.35
        white = smoothstep(0.20, 0.17, y) * ((x > 0) * fore + (x <= 0) * hind) * (x < 0.58)
        lab = lerp(lab, world.local("e4dcd0", depth * 0.5), (0.9 * white)[..., None])
    lab[index == HOOF] = (
        world.local("2e2824", depth * 0.5)
        if name not in ("white", "grey", "flaxen")
        else world.local("6a5e50", depth * 0.5)
    )
    lab[index == HORN] = world.local("d8ccb0" if breed == "cow" else "5c4632", depth * 0.5)
    lab[index == PALE] = world.local("dca898", depth * 0.5)
    if breed == "deer":
        belly = smoothstep(0.74, 0.64, y) * smoothstep(0.52, 0.60, y) * smoothstep(0.34, 0.18, np.abs(x + 0.02))
        lab = lerp(lab, world.local("d8b890", depth * 0.5), (0.6 * belly)[..., None])
    return lab.astype(np.float32)


def _features(
    scene: Scene,
    world: World,
    frame: Frame,
    made: Beast,
    place: Place,
    depth: float,
    region: int,
    own: Array,
    points: Array,
    *,
    blaze: bool,
) -> None:
    """Eye with its lids and light, nostril, line of the mouth, the hollow of the ear; a blaze down the forehead."""
    h, n = made.head, made.head.length * frame.h
    slope = math.atan2(-h.along[1], h.along[0]) * (-1 if frame.flip else 1)
    dark = world.local("14100e", depth * 0.3)

    def spot(
        t: float, out: float, z: float, rx: float, ry: float, colour: Array, angle: float = 0.0, opacity: float = 1.0
    ) -> None:
        x, y = place(h.at(t, out, z))
        scene.put(
            disc(scene, x, y, rx * n, ry * n, slope + angle),
            colour,
            kind=Kind.ANIMAL,
            depth=depth,
            detail=1.0,
            region=region,
            opacity=opacity,
        )

    def line(path: Sequence[tuple[float, float, float]], width: float, colour: Array, opacity: float = 1.0) -> None:
        drawn = taper(scene, [place(h.at(*p)) for p in path], [width * n * 0.4, width * n, width * n * 0.3])
        scene.put(drawn, colour, kind=Kind.ANIMAL, depth=depth, detail=1.0, region=region, opacity=opacity)

    if blaze:
        line([(0.16, 0.175, 0.06), (0.42, 0.145, 0.06), (0.74, 0.095, 0.05)], 0.085, world.local("ebe4d8", depth), 0.92)
    spot(0.235, 0.068, 0.17, 0.056, 0.037, darken(own, np.float32(0.45)), 0.15, 0.75)
    spot(0.240, 0.066, 0.18, 0.037, 0.026, dark, 0.15)
    line([(0.175, 0.078, 0.17), (0.235, 0.105, 0.17), (0.305, 0.074, 0.17)], 0.020, darken(own, np.float32(0.5)), 0.8)
    spot(0.230, 0.077, 0.19, 0.008, 0.008, world.local("e8e4dc", depth))
    spot(0.915, 0.035, 0.14, 0.036, 0.024, darken(dark, np.float32(0.9)), 0.7, 0.9)
    line(
        [(0.985, -0.095, 0.05), (0.90, -0.095, 0.09), (0.79, -0.070, 0.10)],
        0.018,
        darken(points, np.float32(0.4)),
        0.85,
    )
    # the edge of the jowl turns into shadow
    line([(0.16, -0.20, 0.18), (0.30, -0.255, 0.19), (0.46, -0.170, 0.17)], 0.030, darken(own, np.float32(0.5)), 0.35)
    spot(-0.09, 0.125, 0.16, 0.070, 0.018, darken(own, np.float32(0.4)), 0.42, 0.6)


def _hair(
    scene: Scene, locks: Sequence[Array], widths: Sequence[float], colour: Array, rng: np.random.Generator, depth: float
) -> None:
    """Locks (n, 2) in picture heights over a dark ground of themselves; all one region, a brush follows each."""
    mass = polygons(scene, [q for lock in locks for q in ribbon(lock, [1.15 * w for w in widths])])
    scene.put(mass, darken(colour, np.float32(0.80)), kind=Kind.HAIR, depth=depth, detail=0.9)
    region = scene.regions - 1
    for lock in locks:
        angle = math.atan2(*(lock[-1] - lock[0])[::-1])
        tone = darken(colour, np.float32(rng.uniform(0.76, 1.22))) + np.array([0.015, 0, 0], np.float32) * rng.random()
        scene.put(
            taper(scene, lock, list(widths)),
            tone.astype(np.float32),
            kind=Kind.HAIR,
            depth=depth,
            detail=0.9,
            region=region,
            angle=angle,
        )


def _mane(
    scene: Scene, frame: Frame, made: Beast, place: Place, rng: np.random.Generator, colour: Array, depth: float
) -> None:
    """Locks that fall from the crest over the near side of the neck, longest in its middle; a forelock between the
    ears.
    """
    crest = np.array(made.crest)
    far = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(crest, axis=0), axis=1))])
    long = float(rng.uniform(0.75, 1.2))
    locks = []
    for u in np.linspace(0.02, 0.94, 34):
        root = np.array([np.interp(u * far[-1], far, crest[:, k]) for k in range(3)])
        fall = long * (0.075 + 0.115 * math.sin(math.pi * min(1.0, 0.15 + 0.85 * u))) * rng.uniform(0.75, 1.15)
        back = -0.035 + 0.03 * rng.standard_normal()
        bend = 0.012 * rng.standard_normal()
        path = root + np.array([(0.005, 0.006, 0.0), (0.45 * back + bend, -0.40 * fall, 0.07), (back, -fall, 0.11)])
        locks.append(np.array([place(p) for p in path]))
    for k in range(4):
        t = 0.20 + 0.05 * k * rng.random()
        path = [
            made.head.at(-0.04, 0.14, 0.0),
            made.head.at(0.5 * t, 0.215, 0.06),
            made.head.at(t + 0.06, 0.155 - 0.02 * k, 0.10),
        ]
        locks.append(np.array([place(p) for p in path]))
    _hair(scene, locks, [0.020 * frame.h, 0.024 * frame.h, 0.003 * frame.h], colour, rng, depth)


def _tail(
    scene: Scene,
    frame: Frame,
    made: Beast,
    place: Place,
    rng: np.random.Generator,
    colour: Array,
    depth: float,
    breed: str,
) -> None:
    """A horse's falls to the hocks and tapers; a cow's is a rope with a tuft; a deer's is a scut."""
    x, y = made.dock
    swing = float(rng.uniform(-0.03, 0.05))
    if breed == "deer":
        path = [place((x + 0.02, y - 0.01, 0)), place((x - 0.045, y - 0.03, 0)), place((x - 0.055, y - 0.12, 0))]
        _hair(scene, [np.array(path)], [0.04 * frame.h, 0.05 * frame.h, 0.005 * frame.h], colour, rng, depth)
        return
    locks = []
    if breed == "cow":
        rope = [
            (x + 0.02, y - 0.02, 0.0),
            (x - 0.045, y - 0.08, 0.0),
            (x - 0.05 - swing, y - 0.30, 0.0),
            (x - 0.04 - swing, y - 0.44, 0.0),
        ]
        drawn = taper(scene, [place(p) for p in rope], [0.045 * frame.h, 0.030 * frame.h, 0.022 * frame.h])
        scene.put(drawn, darken(colour, np.float32(0.9)), kind=Kind.ANIMAL, depth=depth, detail=0.9)
        for _ in range(7):
            a, end = 0.02 * rng.standard_normal(), y - 0.62 * rng.uniform(0.92, 1.06)
            tuft = [
                (x - 0.04 - swing, y - 0.42, 0.0),
                (x - 0.045 - swing + a, 0.5 * (y - 0.42 + end), 0.0),
                (x - 0.04 - swing + 0.6 * a, end, 0.0),
            ]
            locks.append(np.array([place(p) for p in tuft]))
        _hair(
            scene,
            locks,
            [0.018 * frame.h, 0.030 * frame.h, 0.003 * frame.h],
            darken(colour, np.float32(0.6)),
            rng,
            depth,
        )
        return
    for k in range(22):
        a = (k / 21 - 0.5) * 2
        end = y - (0.70 - 0.12 * a * a) * rng.uniform(0.90, 1.03)
        out = 0.030 * a + 0.008 * rng.standard_normal()
        strand = [
            (x + 0.040, y + 0.000, 0.01 * a),
            (x - 0.030 + 0.3 * out, y - 0.035 + 0.015 * a, 0.03 * a),
            (x - 0.066 + 0.8 * out, y - 0.16, 0.04 * a),
            (x - 0.074 - 0.5 * swing + 1.3 * out, 0.6 * y + 0.4 * end, 0.04 * a),
            (x - 0.066 - swing + 1.3 * out, 0.3 * y + 0.7 * end, 0.04 * a),
            (x - 0.050 - 1.6 * swing + 0.6 * out, end, 0.02 * a),
        ]
        locks.append(np.array([place(p) for p in strand]))
    _hair(scene, locks, [w * frame.h for w in (0.020, 0.024, 0.026, 0.026, 0.020, 0.002)], colour, rng, depth)


def draw_rider(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A horse with somebody on it; h is the horse's height at the withers."""
    frame, yaw, mount = draw_horse(scene, world, frame, rng, depth=depth, grazing=False)
    seat = Frame(
        frame.x + (-0.02 if not frame.flip else 0.02) * frame.h, frame.y - 0.46 * frame.h, 1.02 * frame.h, frame.flip
    )
    b = figure_body("coat", rng, phase=0.3)
    b.cones = [c for c in b.cones if (c[4] != 3 and c[0][1] > 0.42) or (c[4] == 0 and c[0][1] > 0.45)]
    b.cone((0.0, 0.50, 0.09), (0.13, 0.36, 0.17), 0.062, 0.05, 3).cone(
        (0.13, 0.36, 0.17), (0.06, 0.16, 0.18), 0.045, 0.034, 3
    ).cone((0.06, 0.13, 0.18), (0.13, 0.12, 0.18), 0.03, 0.024, 2)
    form, _ = body(scene, b, seat, yaw=yaw)
    coat = world.local(("8a2c28", "2c4a70", "3a5a3c")[int(rng.integers(3))], depth)
    put_form(
        scene,
        form,
        np.stack(
            [
                coat,
                world.local("e0b08c", depth),
                world.local("2a1e1a", depth),
                world.local("e0d4bc", depth),
                world.local("2c2a30", depth),
            ]
        ),
        kinds=[Kind.CLOTH, Kind.SKIN, Kind.HAIR, Kind.CLOTH, Kind.CLOTH],
        depth=depth,
        detail=0.9,
    )
    mx, my, _ = mount.head.at(0.86, -0.06, 0.12)
    rein = [seat.one(0.05, 0.50), frame.one(mx * math.cos(yaw), my)]
    leather = world.local("2a1a12", depth)
    scene.put(taper(scene, rein, 0.008 * frame.h, smooth=False), leather, kind=Kind.ANIMAL, depth=depth, detail=0.8)
    for a, c in (
        ((0.02, 0.05, 0.16), (0.84, -0.08, 0.12)),
        ((0.70, 0.11, 0.08), (0.72, -0.12, 0.10)),
    ):  # bridle: cheek piece and noseband
        strap = [
            frame.one(px * math.cos(yaw) + pz * math.sin(yaw), py)
            for px, py, pz in (mount.head.at(*a), mount.head.at(*c))
        ]
        scene.put(
            taper(scene, strap, 0.010 * frame.h, smooth=False), leather, kind=Kind.ANIMAL, depth=depth, detail=0.9
        )
