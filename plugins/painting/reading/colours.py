"""The colours of a picture: its palette, with painters' names, and the harmony of its hues.

Sources: colour names nearest in Oklab (Ottosson 2020); harmonies after Itten (1961).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..atelier.colour import Array, from_hex, oklab_to_srgb
from ..atelier.noise import resize
from .brushwork import LEAST_SIDE
from .clusters import cluster

if TYPE_CHECKING:
    pass

__all__ = ["COLOUR_NAMES", "Swatch", "find_first_seen", "find_harmony", "find_palette", "thumbnail_size", "to_hex"]

# name -> (colour, Chinese name); painters' names, nearest in Oklab.
COLOUR_NAMES: Mapping[str, tuple[str, str]] = {
    "white": ("#fafaf7", "白"),
    "ivory": ("#f2ead6", "象牙白"),
    "cream": ("#ead9b0", "米黄"),
    "silver grey": ("#c3c5c4", "银灰"),
    "grey": ("#8e8f8f", "灰"),
    "slate grey": ("#606a74", "石板灰"),
    "charcoal": ("#3c3e41", "炭灰"),
    "black": ("#141416", "黑"),
    "warm grey": ("#a39a8c", "暖灰"),
    "stone": ("#7c7365", "石褐"),
    "umber": ("#57442f", "赭棕"),
    "dark brown": ("#35261b", "深棕"),
    "sepia": ("#6b4a2c", "乌贼墨棕"),
    "sienna": ("#9c5a2e", "赭石"),
    "burnt orange": ("#c2661f", "焦橙"),
    "ochre": ("#c08a35", "土黄"),
    "sand": ("#cdb183", "沙黄"),
    "gold": ("#d4a62a", "金黄"),
    "yellow": ("#efd23a", "黄"),
    "lemon": ("#f3ea7a", "柠檬黄"),
    "orange": ("#e98a2b", "橙"),
    "apricot": ("#eebb8a", "杏色"),
    "salmon": ("#e3937c", "鲑红"),
    "vermilion": ("#d8452a", "朱红"),
    "red": ("#bf2430", "红"),
    "crimson": ("#8e1b33", "绯红"),
    "brick": ("#96423a", "砖红"),
    "maroon": ("#571c22", "栗红"),
    "rose": ("#d1748a", "玫瑰红"),
    "pink": ("#ecc0c3", "粉红"),
    "mauve": ("#a98aa5", "藕荷"),
    "violet": ("#7a55a0", "紫"),
    "plum": ("#553359", "梅紫"),
    "lavender": ("#bcb2d8", "薰衣草紫"),
    "indigo": ("#2e3566", "靛青"),
    "ultramarine": ("#2f4aa8", "群青"),
    "Prussian blue": ("#1d3a55", "普鲁士蓝"),
    "cobalt blue": ("#3b6fb8", "钴蓝"),
    "sky blue": ("#8fbbe0", "天蓝"),
    "pale blue": ("#c4d8e4", "淡蓝"),
    "steel blue": ("#6587a1", "钢蓝"),
    "grey blue": ("#8fa2b1", "灰蓝"),
    "turquoise": ("#45aba6", "青绿"),
    "teal": ("#21605f", "墨青"),
    "jade": ("#6fa787", "玉绿"),
    "emerald": ("#278a55", "翠绿"),
    "green": ("#4b8b3b", "绿"),
    "olive": ("#75722e", "橄榄绿"),
    "moss green": ("#56602f", "苔绿"),
    "dark green": ("#24392a", "墨绿"),
    "sage": ("#9caa86", "灰绿"),
    "pale green": ("#ccd9b8", "浅绿"),
    "lime": ("#a9c244", "黄绿"),
}
NEUTRAL = 0.028  # chroma under which a colour has no hue to speak of


@dataclass(frozen=True, kw_only=True)
class Swatch:
    """A colour of a palette: Oklab, `#rrggbb`, its share of the area, and its name in English and Chinese."""

    lab: tuple[float, float, float]
    hex: str
    share: float
    name: str
    name_zh: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"hex": self.hex, "share": round(self.share, 3), "name": self.name, "name_zh": self.name_zh}


def to_hex(lab: Array) -> str:
    """An Oklab colour as `#rrggbb`."""
    r, g, b = (int(v * 255 + 0.5) for v in oklab_to_srgb(np.asarray(lab, np.float32)[None])[0])
    return f"#{r:02x}{g:02x}{b:02x}"


def find_palette(lab: Array, count: int = 8) -> list[Swatch]:
    """The main colours of a picture, the largest first: k-means in Oklab on a thumbnail, near ones joined."""
    small = resize(lab, *thumbnail_size(lab.shape[:2], 96)).reshape(-1, 3)
    centres, nearest = cluster(small, _spread_start(small, count), 12)
    shares = np.bincount(nearest, minlength=len(centres)) / len(small)
    groups: list[tuple[Array, float]] = []
    for i in np.argsort(-shares, kind="stable"):
        close = next((j for j, (c, _) in enumerate(groups) if np.linalg.norm(c - centres[i]) < 0.045), None)
        if close is None:
            groups.append((centres[i], float(shares[i])))
        else:
            c, s = groups[close]
            groups[close] = ((c * s + centres[i] * shares[i]) / (s + shares[i] + 1e-12), s + float(shares[i]))
    return [_swatch(c, s) for c, s in sorted(groups, key=lambda g: -g[1]) if s > 0.004]


def find_first_seen(lab: Array, count: int = 4) -> list[Swatch]:
    """The colours that one sees first: large ones, and small ones that are purer than all around and unlike it. Each name
    once.
    """
    small = resize(lab, *thumbnail_size(lab.shape[:2], 96)).reshape(-1, 3)
    swatches = find_palette(lab)
    pure = np.hypot(small[:, 1], small[:, 2])
    hue = ((np.arctan2(small[:, 2], small[:, 1]) / (2 * np.pi)) % 1 * 12).astype(int) % 12
    for sector in range(12):
        inside = (hue == sector) & (pure > max(0.09, 1.6 * float(np.median(pure))))
        if inside.mean() > 0.004:
            colour = np.median(small[inside], axis=0)
            if min(float(np.linalg.norm(colour - s.lab)) for s in swatches) > 0.06:
                swatches.append(_swatch(colour, float(inside.mean())))
    mean = small.mean(axis=0)
    ranked = sorted(
        swatches,
        key=lambda s: -(s.share**0.4) * (0.05 + float(np.linalg.norm((np.array(s.lab) - mean) * (0.5, 3, 3)))),
    )
    first: dict[str, Swatch] = {}
    for swatch in ranked:
        known = first.get(swatch.name)
        if known:
            first[swatch.name] = replace(known, share=known.share + swatch.share)
        elif len(first) < count:
            first[swatch.name] = swatch
    return list(first.values())


def thumbnail_size(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """(height, width) with the longer side at most `side`, but for very narrow pictures."""
    scale = min(1.0, max(side / max(shape), LEAST_SIDE / min(shape[:2])))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _spread_start(points: Array, count: int) -> Array:
    """Farthest-point start, chroma weighing double so that small accents are found."""
    weighted = points * (1, 2, 2)
    chosen = [int(np.argmin(((weighted - weighted.mean(0)) ** 2).sum(1)))]
    gap = ((weighted - weighted[chosen[0]]) ** 2).sum(1)
    while len(chosen) < count and gap.max() > 1e-5:
        chosen.append(int(np.argmax(gap)))
        gap = np.minimum(gap, ((weighted - weighted[chosen[-1]]) ** 2).sum(1))
    return points[chosen]


def _swatch(lab: Array, share: float) -> Swatch:
    name = min(COLOUR_NAMES, key=lambda n: float(((from_hex(COLOUR_NAMES[n][0]) - lab) ** 2).sum()))
    return Swatch(
        lab=(float(lab[0]), float(lab[1]), float(lab[2])),
        hex=to_hex(lab),
        share=share,
        name=name,
        name_zh=COLOUR_NAMES[name][1],
    )


def find_harmony(lab: Array) -> dict[str, Any]:
    """The scheme of the hues: "neutral", "monochrome", "analogous", "complementary", "split complementary", "triadic"
    or "many hues".

    Also warm: share of chroma on the warm side (-1 all cold .. 1 all warm); main_hue: degrees in Oklab.
    """
    a, b = lab[..., 1].ravel(), lab[..., 2].ravel()
    chroma = np.hypot(a, b)
    hue = np.arctan2(b, a)
    total = float(chroma.sum()) + 1e-9
    warm = float((chroma * np.cos(hue - np.radians(60))).sum() / total)
    bins = np.bincount(
        (((hue + np.pi) / (2 * np.pi) * 36).astype(int)) % 36, weights=np.maximum(chroma - 0.012, 0), minlength=36
    )
    kernel = np.exp(-0.5 * (np.arange(-4, 5) / 1.4) ** 2)
    smooth = sum(np.roll(bins, i - 4) * k for i, k in enumerate(kernel)) / kernel.sum()
    share = smooth / (smooth.sum() + 1e-9)
    top = int(np.argmax(share))
    if float(chroma.mean()) < 0.012:
        return {"scheme": "neutral", "warm": round(warm, 3), "main_hue": None}
    peaks = [
        i
        for i in range(36)
        if share[i] >= share[i - 1] and share[i] > share[(i + 1) % 36] and share[i] > 0.22 * share[top]
    ]
    apart = sorted({min((p - top) % 36, (top - p) % 36) * 10 for p in peaks} - {0})
    within = float(sum(share[(top + d) % 36] for d in range(-3, 4)))
    if within > 0.9:
        scheme = "monochrome"
    elif any(d >= 150 for d in apart):
        scheme = "complementary"
    elif sum(100 <= d < 150 for d in apart) and len(peaks) >= 3:
        scheme = "triadic"
    elif any(100 <= d < 150 for d in apart):
        scheme = "split complementary"
    elif not apart or max(apart) <= 70:
        scheme = "analogous"
    else:
        scheme = "many hues"
    return {"scheme": scheme, "warm": round(warm, 3), "main_hue": (top * 10 + 5 - 180) % 360}
