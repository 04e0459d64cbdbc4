"""Portraits: a sitter with an age, a build and a temper, turned, dressed and lit; alone or beside others."""

from __future__ import annotations

import numpy as np

from ..colour import Array, from_hex, lerp
from ..scene import Kind, Scene
from ..sculpture import Lamp, Surface, put_sculpture, rotation, tube
from ..shapes import Frame
from ..world import World
from .costume import COLLARS, HATS, bust, collar, dress, hat, sleeve
from .hair import beard, drape, hair
from .hands import hand
from .heads import Sitter, ears, face, neck

__all__ = ["TURNS", "draw_portrait"]

TURNS = ("front", "three-quarter", "profile")
# skin, what hair goes with it, what eyes; the first are the likelier
_COMPLEXIONS = (
    ("deb28c", ("8a5c30", "b08a4c", "4a3020", "7a3a22", "6e4a2a"), ("5a6a72", "4c5a44", "4a3422")),
    ("d8a880", ("4a3020", "6e4a2a", "2a1d16", "94683a"), ("4a3422", "5a6a72", "4c5a44")),
    ("c9986e", ("2a1d16", "1e1a1a", "4a3020"), ("4a3422", "3a2618", "4c5a44")),
    ("b58458", ("1e1a1a", "2a1d16"), ("3a2618", "4a3422")),
    ("936344", ("1e1a1a", "261a16"), ("2e1e14",)),
    ("70492f", ("1a1717", "221a18"), ("2a1c14",)),
)
_DRESSES = ("20222a", "3a1f1c", "26302a", "2e2620", "4a2430", "24324e", "6a5430", "7a2c24")


def draw_portrait(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.15,
    sex: str = "",
    hat_kind: str = "",
    age: str = "",
    turn: str = "",
    hands: bool = False,
    collar_kind: str = "",
    gaze: str = "",
    colour: str = "",
) -> None:
    """A head and shoulders, or a half figure with its hands; h is the height of the head, the frame's feet its middle.

    sex: "woman", "man", "child"; hat_kind: one of HATS; age: "young", "middle", "old"; turn: one of TURNS; collar_kind:
    one of
    COLLARS; gaze: "viewer" or "away"; colour: of the dress, `rrggbb`.
    """
    numbers = rng.random(24)
    sex = sex or ("woman", "man")[int(numbers[0] * 2)]
    man, child = sex == "man", sex == "child"
    usual = (0.05, 0.15, 0.45, 0.8) if man else (0.0, 0.08, 0.25, 0.6)
    years = {"young": 0.04, "middle": 0.42, "old": 0.92}.get(age, usual[int(numbers[1] * 4)] + 0.1 * numbers[2])
    years = 0.0 if child else years
    sitter = _sitter(man, child, years, numbers, rng)
    turn = turn or ("three-quarter", "three-quarter", "front", "profile", "three-quarter")[int(numbers[3] * 5)]
    yaw = {"front": 0.16, "profile": 1.38}.get(turn, 0.52 + 0.18 * numbers[4])
    cloth = from_hex(colour or _DRESSES[int(numbers[5] * len(_DRESSES))])
    wear = _wardrobe(man, child, years, numbers, hat_kind, collar_kind)
    head: list[Surface] = [face(sitter, rows=int(np.clip(0.85 * frame.h * scene.height, 70, 300))), *ears(sitter)]
    style = "short" if child and numbers[6] < 0.5 else wear["hair"]
    if wear["hat"] in ("cap", "scarf", "turban") and not man:
        style = "bun"  # tucked in: long hair would come out through the cloth
    locks = hair(sitter, style, rng, covered=wear["hat"] not in ("none", "crown"))
    head += locks
    if wear["beard"]:
        head += beard(sitter, wear["beard"], rng)
    cloth = from_hex(("1d1c1e", "5a2026", "2a3a58", "b08a3c", "6a4a2a")[int(numbers[7] * 5)])
    head += hat(
        sitter,
        wear["hat"],
        {"scarf": from_hex("3a62a4"), "straw": from_hex("c8a45a"), "brim": from_hex("1e1c1c")}.get(wear["hat"], cloth),
        rng,
    )
    about = rotation(yaw, 0.05 * (numbers[8] - 0.3), 0.10 * (numbers[9] - 0.5))
    pivot = np.array([0, -0.42, -0.10], np.float32)
    for part in head:
        part.points = ((part.points - pivot) @ about.T + pivot).astype(np.float32)
    shoulders = rotation(yaw * (0.45 if turn != "profile" else 0.62) - 0.25 * (numbers[10] - 0.5))
    low = {"chemise": -0.98, "pearls": -0.95}.get(wear["collar"], -0.62)
    trunk = [neck(sitter), *dress(sitter, cloth, rng, low=low), *collar(sitter, wear["collar"], rng)]
    trunk += _arms(sitter, cloth, rng, hands, numbers)
    for part in trunk:
        part.moved(shoulders, (0, 0.05, 0))
    for part in locks:
        drape(part, bust(sitter), shoulders, (0, 0.05, 0), 1.16 if wear["collar"] in ("flat", "fur") else 1.05)
    # a sitter turns to the light, mostly; in a profile against it the cheek would drown
    light = 1.0 if scene.light > 0 else -1.0
    away = numbers[21] < 0.2 and turn == "front"
    # a brim would drown the face: then the light comes from lower down
    height = 0.20 if wear["hat"] in ("brim", "straw") else 0.50
    lamp = Lamp((0.62 * light, height, 0.72), ambient=0.38 if world.name != "night" else 0.26)
    put_sculpture(scene, trunk + head, frame.x, frame.y, frame.h, lamp, depth=depth, flip=(light < 0) != away)


def _sitter(man: bool, child: bool, years: float, numbers: Array, rng: np.random.Generator) -> Sitter:
    n = np.clip(rng.standard_normal(12), -1.6, 1.6)
    grey = np.clip((years - 0.45) / 0.4, 0, 1)
    tone, hairs, irises = _COMPLEXIONS[int(numbers[12] ** 1.3 * len(_COMPLEXIONS))]
    own, skin = from_hex(hairs[int(numbers[11] * len(hairs))]), from_hex(tone)
    if not man:
        skin = skin + np.array([0.015, 0.002, -0.004], np.float32)
    return Sitter(
        man=man,
        child=child,
        age=years,
        skin=skin - np.array([0.02, 0, -0.006], np.float32) * years,
        hair=lerp(own, from_hex("b9b4ab"), np.float32(0.9 * grey)).astype(np.float32),
        iris=from_hex(irises[int(numbers[13] * len(irises))]),
        lean=float(np.clip(0.30 + 0.25 * n[0] + 0.25 * years, 0, 1)) if not child else 0.0,
        heavy=float(np.clip(0.15 + 0.30 * n[1] * (n[1] > 0), 0, 0.8)),
        wide=1 + 0.035 * n[2],
        nose=(1 + 0.10 * n[3] + 0.08 * years) * (1.0 if man else 0.92),
        hook=float(np.clip(0.25 + 0.5 * n[4] + 0.2 * years, -0.3, 1.2))
        if man
        else float(np.clip(0.1 + 0.3 * n[4], -0.3, 0.6)),
        brow=1 + 0.18 * n[5],
        jaw=1 + 0.22 * n[6] * (1 if man else 0.6),
        lips=(1.0 if man else 1.36) * (1 + 0.14 * n[7]),
        eyes=(1.0 if man else 1.10) * (1 + 0.05 * n[8]) * (1.16 if child else 1.0),
        smile=float(np.clip(0.45 + 0.4 * n[9], -0.3, 1.1)),
        gaze=float(-0.5 - 0.3 * numbers[14]),
        lids=float(np.clip(0.35 + 0.25 * n[10] + 0.3 * years, 0, 1)),
    )


def _wardrobe(man: bool, child: bool, years: float, numbers: Array, hat_kind: str, collar_kind: str) -> dict[str, str]:
    pick, neck_ = numbers[15], numbers[16]
    if man:
        hat_ = ("none", "beret", "brim", "none", "turban")[int(pick * 5)]
        collar_ = ("ruff", "flat", "fur", "chain", "plain")[int(neck_ * 5)]
        hair_ = (
            "bald" if years > 0.6 and hat_ == "none" and numbers[17] < 0.5 else ("short", "long")[int(numbers[17] * 2)]
        )
        beard_ = (
            ("", "pointed", "moustache", "full")[int(numbers[18] * 4)]
            if years < 0.6
            else ("full", "pointed", "full", "moustache")[int(numbers[18] * 4)]
        )
    else:
        hat_ = (
            ("none", "none", "cap", "scarf", "none", "straw")[int(pick * 6)]
            if years < 0.6
            else ("cap", "cap", "scarf")[int(pick * 3)]
        )
        collar_ = (
            ("pearls", "chemise", "flat", "pearls", "chemise")[int(neck_ * 5)]
            if years < 0.6
            else ("ruff", "flat", "fur")[int(neck_ * 3)]
        )
        hair_, beard_ = ("bun", "loose", "braid", "loose", "wreath", "bun")[int(numbers[17] * 6)], ""
        if years > 0.6 or collar_ == "ruff":  # no hair falls over a ruff, nor an old woman's in company
            hair_ = "bun"
    if child:
        hat_, collar_, hair_, beard_ = ("none", "cap", "none")[int(pick * 3)], "flat", "loose", ""
    return {
        "hat": hat_kind if hat_kind in HATS else hat_,
        "collar": collar_kind if collar_kind in COLLARS else collar_,
        "hair": hair_,
        "beard": beard_,
    }


def _arms(s: Sitter, colour: Array, rng: np.random.Generator, hands: bool, numbers: Array) -> list[Surface]:
    """Sleeves; with hands: one laid over the other before the waist, or one on the breast."""
    k = (1.0 if s.man else 0.88) * (0.80 if s.child else 1.0)
    out = []
    slim = 1.0 if s.man else 0.86
    for side in (-1, 1):
        shoulder, elbow = (0.64 * k * side, -1.00, -0.08), (0.86 * k * side, -1.92, 0.06)
        if not hands:
            out.append(sleeve([shoulder, (0.78 * k * side, -1.45, -0.06), elbow], [0.20, 0.23, 0.22], colour, rng))
            continue
        breast = side > 0 and numbers[19] < 0.4
        wrist = (
            (0.46 * side, -1.42, 0.58) if breast else (0.36 * side, -2.05 + 0.06 * (side > 0), 0.62 + 0.10 * (side > 0))
        )
        out.append(
            sleeve(
                [
                    shoulder,
                    (0.80 * k * side, -1.5, -0.04),
                    elbow,
                    (0.64 * k * side, -2.02 if not breast else -1.72, 0.42),
                    wrist,
                ],
                [0.20, 0.23, 0.215, 0.19, 0.145],
                colour,
                rng,
            )
        )
        inward = np.array([-side, 0.30 if breast else -0.30, 0.12])
        cuff_end = np.array(wrist) + 0.10 * inward
        out.append(
            tube([wrist, tuple(cuff_end)], [0.150, 0.128], from_hex("e8e1d4"), Kind.CLOTH, grid=(20, 40), detail=0.85)
        )
        tone = s.skin - np.array([0.015, -0.004, 0], np.float32)
        out += hand(
            tuple(np.array(wrist) + 0.16 * inward),
            inward,
            (0.1 * side, 0.55, 0.85),
            tone,
            curl=0.45 if breast else 0.32 + 0.2 * numbers[20],
            spread=0.10,
            right=side < 0,
            slim=slim,
        )
    return out
