"""What more may be said of each kind of item in a plan: names of arguments, and what they may be."""

from __future__ import annotations

from collections.abc import Mapping

from ..checks import COLOUR, FLAG, Check, Choice, Count, Number
from .costume import COLLARS, HATS

__all__ = ["ARGUMENTS", "COMMON", "REQUIRED"]

COMMON: Mapping[str, Check] = {"waterline": Number(-1, 3), "order": Count(-9, 9)}
"""Of any kind: where it is mirrored in water; items of a higher order are drawn later."""

_SEASONS = ("", "spring", "summer", "autumn", "blossom")
_TREE: Mapping[str, Check] = {"shadow": FLAG}
_BEAST: Mapping[str, Check] = {"grazing": FLAG, "colour": COLOUR}

ARGUMENTS: Mapping[str, Mapping[str, Check]] = {
    "tree": {"kind": Choice("", "autumn", "bare", "birch", "blossom", "poplar"), "shadow": FLAG},
    **dict.fromkeys(("blossom", "poplar", "birch", "bare"), _TREE),
    "bush": {"kind": Choice(*_SEASONS)},
    "house": {"wall": COLOUR, "roof": COLOUR},
    "pagoda": {"tiers": Count(2, 15)},
    "stone-bridge": {"x0": Number(-2, 8), "x1": Number(-2, 8)},
    "wooden-bridge": {"x0": Number(-2, 8), "x1": Number(-2, 8)},
    "skyline": {"modern": FLAG},
    "ship": {"wind": Number(-3, 3)},
    "boat": {"person": FLAG, "hull": COLOUR},
    "waterfall": {"width": Number(0.005, 1)},
    "stones": {"spread": Number(0, 2), "count": Count(1, 60)},
    "figure": {
        "dress": Choice("", "dress", "robe", "coat", "cape"),
        "pose": Choice("stand", "parasol", "staff", "dance", "flute", "spear"),
        "colour": COLOUR,
        "age": Choice("", "old"),
        "shadow": FLAG,
    },
    "portrait": {
        "sex": Choice("", "woman", "man", "child"),
        "hat_kind": Choice("", *HATS),
        "age": Choice("", "young", "middle", "old"),
        "turn": Choice("", "front", "three-quarter", "profile"),
        "hands": FLAG,
        "collar_kind": Choice("", *COLLARS),
        "gaze": Choice("", "viewer", "away"),
        "colour": COLOUR,
    },
    "horse": {**_BEAST, "coat": Choice("", "bay", "chestnut", "black", "flaxen", "dun", "grey", "white")},
    "cow": {**_BEAST, "coat": Choice("", "brown", "fawn", "dark", "pied")},
    "deer": {**_BEAST, "coat": Choice("", "red")},
    **dict.fromkeys(("sheep", "dog"), _BEAST),
    "wolf": {"grazing": FLAG},
    "fox": {"grazing": FLAG},
    "crane": {"feeding": FLAG},
    "bird": {"flying": FLAG},
    "flock": {"kind": Choice("gull", "crow", "goose", "swallow"), "count": Count(1, 80)},
    "koi": {"turn": Number(-7, 7)},
    "bouquet": {"flower": Choice("", "rose", "peony", "daisy", "sunflower"), "family": Count(-1, 99)},
    "rose": {"colour": COLOUR},
    "lotus": {"stalk": FLAG},
    "lotus-leaf": {"flat": Number(0.05, 1)},
    "plum-branch": {"colour": COLOUR, "blossoms": Count(0, 300)},
    "reeds": {"count": Count(1, 120)},
    "vase": {"shape": Choice("", "jar", "tall", "round", "bottle"), "colour": COLOUR},
    "bottle": {"colour": COLOUR},
    "fruit": {"kind": Choice("", "apple", "pear", "lemon", "orange", "peach", "plum"), "shadow": FLAG},
    "cloth": {"colour": COLOUR},
}
"""Arguments of each kind beside `COMMON`; a kind that is not listed takes no more."""

REQUIRED: Mapping[str, frozenset[str]] = dict.fromkeys(("stone-bridge", "wooden-bridge"), frozenset({"x0", "x1"}))
"""Arguments without which a kind cannot be drawn."""
