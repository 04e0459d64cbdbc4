"""The light of a picture: palettes of times and weathers, colours of seasons, and what a thing
must know to be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .colour import Array, from_hex, lerp
from .scene import Scene

__all__ = ["FOLIAGE", "PALETTES", "Palette", "World", "palette"]


@dataclass(frozen=True)
class Palette:
    """Sky stops from the top to the horizon, then lit and dark side of clouds, far and near land, two grounds, water,
    sun.
    """

    sky: tuple[str, ...]
    lit: str
    dark: str
    far: str
    near: str
    ground: tuple[str, str]
    water: str
    sun: str


PALETTES: Mapping[str, tuple[Palette, ...]] = {
    "day": (
        Palette(
            ("3a78c4", "6fa9e0", "b4d8f0", "e6f0ee"),
            "fffdf4",
            "a3b8d4",
            "8aaed2",
            "2f5a35",
            ("6a9e46", "b2ba58"),
            "3f82b0",
            "fff6d6",
        ),
        Palette(
            ("4f8ad0", "92c0ea", "d2e4ea", "f6ecd4"),
            "fff6e0",
            "b0bccf",
            "93a9cc",
            "3a5a30",
            ("86a846", "d8bc5c"),
            "5590b4",
            "fff2c4",
        ),
        Palette(
            ("5fa6c8", "93c8d4", "cfe6dc", "f4f0d2"),
            "fffbe8",
            "a8c0c4",
            "86b0b8",
            "275446",
            ("5c9a58", "a9c068"),
            "3c9094",
            "fff6cf",
        ),
    ),
    "dawn": (
        Palette(
            ("5f86c4", "9fb2dc", "f0c6b8", "ffdca4"),
            "ffe6cc",
            "9490b8",
            "8a9ac4",
            "3c4d52",
            ("74895a", "b0a062"),
            "8aa2c0",
            "fff2c8",
        ),
        Palette(
            ("6d78b4", "bb9cc6", "f4b2a6", "ffe0aa"),
            "ffdcd0",
            "8c82b0",
            "957fb0",
            "3d4358",
            ("6d8468", "b89a70"),
            "a596bc",
            "fff0cc",
        ),
        Palette(
            ("4f9ab4", "9accc8", "f2e0b4", "ffd890"),
            "fff0d0",
            "8fa8b0",
            "7aa6b0",
            "2f5350",
            ("6c9456", "bcae60"),
            "74aab0",
            "fff6cc",
        ),
    ),
    "dusk": (
        Palette(
            ("2f3c7c", "85589a", "e56f52", "ffc658"),
            "ffb26c",
            "5c4c7c",
            "6a5c94",
            "2a2a40",
            ("5c5440", "966c38"),
            "6a6498",
            "fff0b4",
        ),
        Palette(
            ("2b5478", "6f8fa2", "ecb466", "fbe094"),
            "ffd48a",
            "55687c",
            "5a7088",
            "27363a",
            ("5a6440", "a08840"),
            "6f8c98",
            "fff4be",
        ),
        Palette(
            ("432e6c", "a84a7a", "f2744e", "ffb84e"),
            "ff9c6a",
            "5f3a70",
            "7a4a84",
            "2e2238",
            ("64483e", "9a5c34"),
            "7c5488",
            "ffe6a0",
        ),
    ),
    "night": (
        Palette(
            ("0e1838", "1c3062", "34588c", "6a8cac"),
            "8aa8d4",
            "1c2c58",
            "2e4a80",
            "0c1624",
            ("1c3036", "304440"),
            "1c3c70",
            "fff4cc",
        ),
        Palette(
            ("10122c", "22285a", "43478a", "7a78a8"),
            "a09cc8",
            "25284e",
            "3c3e70",
            "10121e",
            ("24283a", "3a3c48"),
            "2a3268",
            "fff0d4",
        ),
        Palette(
            ("06202e", "0e3c50", "1e6474", "4e9298"),
            "8fc0c0",
            "123444",
            "205662",
            "061a1e",
            ("12302c", "24463a"),
            "0f4c5c",
            "fdf6c8",
        ),
    ),
    "mist": (
        Palette(
            ("b4c4d0", "ccd8da", "e4e6da", "f2ead2"),
            "fbf6e8",
            "b8c4cc",
            "aabcc8",
            "3e5250",
            ("82967c", "aeae8a"),
            "b2c6cc",
            "fff6dc",
        ),
        Palette(
            ("bcb8cc", "d4cad6", "ecdcd4", "f6e6cc"),
            "fff2e4",
            "bcb2c4",
            "b0a8c0",
            "4a4c5c",
            ("8c9480", "b8a88c"),
            "c0bccc",
            "fff2d8",
        ),
        Palette(
            ("a8c4bc", "c6dad0", "e2e8d6", "f4eccc"),
            "fbf8e4",
            "aec4be",
            "9cbab4",
            "2f524a",
            ("76947a", "a8ae82"),
            "a6c4be",
            "fff8d8",
        ),
    ),
    "storm": (
        Palette(
            ("242e3c", "465462", "7d8c90", "c8bc94"),
            "d6ccae",
            "28303e",
            "52626e",
            "20282a",
            ("4a583e", "6c6a48"),
            "2c5a66",
            "fff2c8",
        ),
        Palette(
            ("2a2838", "54506a", "8c8690", "d2b088"),
            "d8c4ac",
            "2e2c3e",
            "5c5c74",
            "242432",
            ("4e5442", "6e6448"),
            "3a5470",
            "ffecc0",
        ),
        Palette(
            ("18302f", "365852", "6c9488", "c4c89c"),
            "cfd4b4",
            "1e3434",
            "466e68",
            "182826",
            ("40583e", "66704a"),
            "1f5c56",
            "fff6c8",
        ),
    ),
    "rain": (
        Palette(
            ("62727e", "8494a0", "a8b4b8", "ccccc0"),
            "c8ced0",
            "6c7a88",
            "8294a2",
            "32403f",
            ("667a5a", "8a8a66"),
            "7a929c",
            "f4ecd8",
        ),
        Palette(
            ("5c6484", "7e86a2", "a4a8b8", "ccc4bc"),
            "c4c4d0",
            "62688a",
            "7c84a4",
            "303648",
            ("5f705c", "84826a"),
            "747fa0",
            "f4e8d4",
        ),
    ),
    "snow": (
        Palette(
            ("7c9cc4", "aac2dc", "dce4ea", "f6eadc"),
            "ffffff",
            "aebccc",
            "a2b6d2",
            "2a3c48",
            ("f0f4f8", "ccdaec"),
            "84a4c0",
            "fff4d8",
        ),
        Palette(
            ("8a90b4", "b8b6cc", "e4d4d4", "fae2c6"),
            "fff6ec",
            "b0b0c8",
            "a8acc8",
            "32384c",
            ("f4f0f2", "d0d2e6"),
            "929cba",
            "ffeccc",
        ),
    ),
}

FOLIAGE: Mapping[str, tuple[str, ...]] = {
    "spring": ("8cb84e", "a4c65a", "6fa048"),
    "blossom": ("f4bccb", "f8d4dc", "eaa0b6"),
    "summer": ("4d8440", "5f9848", "3c6e3c"),
    "autumn": ("d9822b", "c8472a", "e6b43a", "b06428"),
    "winter": ("5c5a50", "6a6658"),
    "pine": ("2c5a44", "356a4c", "24503e"),
    "willow": ("8aa84a", "a0b858", "6c8e3e"),
    "cypress": ("2a4a34", "345a3a"),
}


@dataclass
class World:
    """What things are drawn in: the palette as Oklab, season, weather, where water is (river: its middle line, (n, 2)),
    and how far the air reaches.
    """

    name: str
    sky: Array
    lit: Array
    dark: Array
    far: Array
    near: Array
    ground: Array
    water: Array
    sun: Array
    season: str = "summer"
    weather: str = "fair"
    waterline: float | None = None
    river: Array | None = None
    extra: dict[str, float] = field(default_factory=dict)

    @property
    def dim(self) -> float:
        """Light on local colours: 1 by day, less at dusk, in storm and by night."""
        return {
            "day": 1.0,
            "dawn": 0.93,
            "dusk": 0.78,
            "night": 0.50,
            "mist": 0.92,
            "storm": 0.68,
            "rain": 0.78,
            "snow": 0.96,
        }[self.name]

    def local(self, colour: str | Array, depth: float | Array = 0.0) -> Array:
        """A thing's own colour (hex or Oklab) in this light, and with the air between at `depth` (0 near .. 1 far)."""
        lab = from_hex(colour) if isinstance(colour, str) else np.asarray(colour, np.float32)
        tint = {
            "dusk": (0.012, 0.012),
            "dawn": (0.004, 0.006),
            "night": (-0.008, -0.045),
            "storm": (-0.004, -0.008),
            "rain": (-0.003, -0.010),
            "mist": (0, 0),
            "snow": (0, -0.006),
        }
        a, b = tint.get(self.name, (0.0, 0.0))
        keep = {"night": 0.62, "storm": 0.8, "rain": 0.75, "mist": 0.8}.get(self.name, 1.0)
        lab = lab * np.array([self.dim, keep, keep], np.float32) + np.array([0, a, b], np.float32)
        air = np.asarray(depth, np.float32) ** 0.85 * (0.85 if self.name in ("mist", "rain") else 0.7)
        return lerp(lab, self.far, air[..., None] if air.ndim else air).astype(np.float32)

    def foliage(self, rng: np.random.Generator, kind: str = "") -> Array:
        """A leaf colour of the season, (3,), not yet in the air."""
        choice = FOLIAGE[kind or self.season]
        return from_hex(choice[int(rng.integers(len(choice)))]) + np.append(
            rng.normal(0, 0.015), rng.normal(0, 0.008, 2)
        ).astype(np.float32)


def palette(name: str, variant: int, season: str, weather: str, valence: float = 0.0) -> World:
    """The world of a time (`PALETTES`), one of its variants; mood warms and strengthens it a little."""
    choice = PALETTES[name]
    p = choice[variant % len(choice)]
    warm = np.array([0.012 * valence, 0.004 * valence, 0.012 * valence], np.float32)
    chroma = np.array([1, 1 + 0.2 * valence, 1 + 0.2 * valence], np.float32)

    def lab(text: str) -> Array:
        return from_hex(text) * chroma + warm

    ground = np.stack([lab(g) for g in p.ground])
    if season == "autumn" and name not in ("night", "snow"):
        ground = np.stack([lerp(ground[0], from_hex("a8843c"), 0.45), lerp(ground[1], from_hex("c88a34"), 0.5)])
    if season == "winter" and name not in ("night",):
        ground = np.stack([lerp(ground[0], from_hex("e8eef4"), 0.85), lerp(ground[1], from_hex("ccd8e8"), 0.8)])
    if season == "winter" and name == "night":
        ground = np.stack([from_hex("8ea2c8"), from_hex("6a80ac")])
    return World(
        name=name,
        sky=np.stack([lab(s) for s in p.sky]),
        lit=lab(p.lit),
        dark=lab(p.dark),
        far=lab(p.far),
        near=lab(p.near),
        ground=ground.astype(np.float32),
        water=lab(p.water),
        sun=from_hex(p.sun),
        season=season,
        weather=weather,
    )


def glow(scene: Scene, x: float, y: float, radius: float, colour: Array, power: float) -> None:
    """Light around a sun or lamp, over all that is there."""
    r = radius * 3.2
    size = scene.height
    x0, y0 = max(0, int((x - r) * size)), max(0, int((y - r) * size))
    x1, y1 = min(scene.width, int((x + r) * size) + 1), min(scene.height, int((y + r) * size) + 1)
    if x1 <= x0 or y1 <= y0:
        return
    gx, gy = scene.grid()
    far = np.hypot(gx[:, x0:x1] - x, gy[y0:y1] - y)
    weight = power * np.exp(-((far / radius) ** 1.2)) * np.clip((r - far) / (0.4 * r), 0, 1)
    box = (slice(y0, y1), slice(x0, x1))
    part = scene.lab[box]
    part += (colour - part) * np.clip(weight, 0, 1)[..., None]
