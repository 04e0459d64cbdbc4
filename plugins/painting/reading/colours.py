"""What can be read in a picture without a trained model: palette, values, composition, mood and a guess at its images.

Everything here is deterministic and quick (a third of a second at 1024 pixels); `analysis` adds what the eye knows.
Sources: colour names nearest in Oklab (Ottosson 2020); harmonies after Itten (1961); light and colour against mood:
Valdez and Mehrabian (1994), who found pleasure to rise with brightness and saturation, and arousal with saturation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Artwork
from ....core.theme import Mood, Theme, concepts, mood_of
from ..atelier.colour import Array, from_hex, oklab_to_srgb, srgb_to_oklab
from ..atelier.noise import blur, resize, structure_angle
from .brushwork import LEAST_SIDE, Hand, measure, to_lab

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "COLOUR_NAMES",
    "Swatch",
    "features",
    "find_composition",
    "find_harmony",
    "find_mood",
    "find_palette",
    "find_values",
    "read_theme",
    "to_hex",
]

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
    small = resize(lab, *_thumbnail(lab.shape[:2], 96)).reshape(-1, 3)
    centres = _spread_start(small, count)
    for _ in range(12):
        nearest = np.argmin(((small[:, None] - centres[None]) ** 2).sum(-1), axis=1)
        centres = np.stack(
            [small[nearest == i].mean(0) if (nearest == i).any() else centres[i] for i in range(len(centres))]
        )
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


def _thumbnail(shape: tuple[int, ...], side: int) -> tuple[int, int]:
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


def find_values(lab: Array) -> dict[str, Any]:
    """Values: key ("high", "middle", "low"), range, contrast, shares of dark, middle and light,
    and number of masses.
    """
    light = resize(lab[..., 0], *_thumbnail(lab.shape[:2], 256))
    low, quarter, median, three, high = (float(v) for v in np.quantile(light, [0.05, 0.25, 0.5, 0.75, 0.95]))
    soft = blur(light, 24 * max(light.shape) / 1024)
    counts = np.convolve(np.histogram(soft, bins=24, range=(0, 1))[0] / soft.size, [0.25, 0.5, 0.25], "same")
    padded = np.concatenate([[0], counts, [0]])
    masses = int(((padded[1:-1] > 0.02) & (padded[1:-1] >= padded[:-2]) & (padded[1:-1] > padded[2:])).sum())
    key = "high" if median > 0.68 else "low" if median < 0.4 else "middle"
    return {
        "key": key,
        "median": round(median, 3),
        "range": [round(low, 3), round(high, 3)],
        "contrast": round(float(light.std()), 3),
        "middle_spread": round(three - quarter, 3),
        "dark_share": round(float((light < 0.35).mean()), 3),
        "light_share": round(float((light > 0.72).mean()), 3),
        "masses": masses,
        "skew": round(float(((light - light.mean()) ** 3).mean() / (light.std() ** 3 + 1e-6)), 3),
    }


def find_composition(lab: Array) -> dict[str, Any]:
    """Where the picture is looked at and how it is built; x and y in 0..1 from the upper left.

    focus: strongest local contrast of light and colour; thirds: how near it lies to a crossing of thirds, 0..1;
    symmetry: of left and right, correlation -1..1; horizon: row with the strongest step of row means, and how sure;
    balance: centre of the visual weight; directions: share of edge energy that lies flat, upright, rising, falling.
    """
    small = resize(lab, *_thumbnail(lab.shape[:2], 192))
    height, width = small.shape[:2]
    weight = visual_weight(small)
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    prior = np.exp(-(((x - 0.5) / 0.42) ** 2 + ((y - 0.52) / 0.42) ** 2))
    peak = int(np.argmax(blur(weight, 0.055 * max(height, width)) * prior))
    focus = (float(x.ravel()[peak]), float(y.ravel()[peak]))
    crossing = min(np.hypot(focus[0] - i, focus[1] - j) for i in (1 / 3, 2 / 3) for j in (1 / 3, 2 / 3))
    balance = (float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum()))
    light = blur(small[..., 0], 3)
    mirrored = np.corrcoef(light.ravel(), light[:, ::-1].ravel())[0, 1] if light.std() > 1e-4 else 1.0
    upright = np.corrcoef(light.ravel(), light[::-1].ravel())[0, 1] if light.std() > 1e-4 else 1.0
    horizon, sure = _find_horizon(small)
    return {
        "focus": [round(v, 3) for v in focus],
        "thirds": round(max(0.0, 1 - crossing / 0.24), 3),
        "symmetry": round(float(mirrored), 3),
        "symmetry_upright": round(float(upright), 3),
        "horizon": None if sure < 0.35 else round(horizon, 3),
        "horizon_sure": round(sure, 3),
        "balance": [round(v, 3) for v in balance],
        "directions": _directions(small[..., 0]),
        "open_share": round(float((weight < 0.12 * weight.max()).mean()), 3),
    }


def visual_weight(lab: Array) -> Array:
    """Local contrast of light and colour and departure from the mean colour: what draws the glance, >= 0."""
    scale = max(lab.shape[:2])
    detail = sum(
        k * np.abs(blur(lab[..., i], 0.006 * scale) - blur(lab[..., i], 0.05 * scale))
        for i, k in enumerate((1.0, 1.6, 1.6))
    )
    odd = np.sqrt((((lab - lab.mean((0, 1))) * (0.6, 1.6, 1.6)) ** 2).sum(-1))
    return blur(detail + 0.35 * blur(odd, 0.02 * scale) * (detail > 0.01), 0.012 * scale) + 1e-6


def _find_horizon(small: Array) -> tuple[float, float]:
    """The row that best splits the picture in two: step of the mean colour against what varies within the rows."""
    rows = blur(small, 1.0)
    mean = rows.mean(axis=1)
    height = len(mean)
    reach = max(2, height // 16)
    steps = np.zeros(height)
    for i in range(max(reach, height // 8), height - max(reach, height // 8)):
        step = mean[i : i + reach].mean(0) - mean[i - reach : i].mean(0)
        steps[i] = np.sqrt((step * step * (1, 2, 2)).sum())
    at = int(np.argmax(steps))
    across = rows[max(0, at - reach) : at + reach].std(axis=1)
    noise = float(np.sqrt((across**2).mean(0).sum()))
    return at / height, float(min(1.0, steps[at] / (noise + 0.03)))


def _directions(light: Array) -> dict[str, float]:
    field, energy, coherence = structure_angle(light, fine=1.0, wide=2.5)
    weight = energy * coherence
    angle = np.degrees(np.arctan2(field[..., 1], field[..., 0]) / 2) % 180
    total = float(weight.sum()) + 1e-12
    share = [float(weight[(angle - c + 22.5) % 180 < 45].sum()) / total for c in (0, 45, 90, 135)]
    # rows count downwards, so an angle of 45 degrees falls to the right
    return {name: round(v, 3) for name, v in zip(("flat", "falling", "upright", "rising"), share, strict=True)}


def find_mood(lab: Array, hand: Hand, warm: float) -> Mood:
    """Valence from brightness, chroma and warmth; arousal from chroma, contrast and restless texture."""
    bright = float(np.mean(lab[..., 0]))
    valence = 2.2 * (bright - 0.52) + 5.0 * (hand.chroma - 0.05) + 0.25 * warm
    arousal = 6.0 * (hand.chroma - 0.055) + 2.6 * (hand.masses - 0.12) + 8.0 * (hand.fine - 0.043) + 0.2 * warm - 0.1
    return Mood(valence=float(np.tanh(valence)), arousal=float(np.tanh(arousal)))


def features(picture: Image) -> dict[str, float]:
    """Forty named numbers on colour, values, composition and brushwork; the same keys for each picture."""
    lab = to_lab(picture, 640)
    hand = measure(lab)
    harmony, values, built = find_harmony(lab), find_values(lab), find_composition(lab)
    mood = find_mood(lab, hand, harmony["warm"])
    palette = find_palette(lab)
    row = {f"hand_{k}": v for k, v in hand.to_dict().items()}
    row |= {
        f"value_{k}": float(values[k])
        for k in ("median", "contrast", "middle_spread", "dark_share", "light_share", "masses", "skew")
    }
    row |= {f"direction_{k}": v for k, v in built["directions"].items()}
    row |= {
        "focus_x": built["focus"][0],
        "focus_y": built["focus"][1],
        "thirds": built["thirds"],
        "symmetry": built["symmetry"],
        "horizon": built["horizon"] or 0.0,
        "horizon_sure": built["horizon_sure"],
        "balance_x": built["balance"][0],
        "balance_y": built["balance"][1],
        "open_share": built["open_share"],
        "warm": harmony["warm"],
        "colours": float(len(palette)),
        "main_share": palette[0].share,
        "mean_a": float(lab[..., 1].mean()),
        "mean_b": float(lab[..., 2].mean()),
        "valence": mood.valence,
        "arousal": mood.arousal,
        "format": float(np.log2(picture.width / picture.height)),
    }
    return {k: round(float(v), 5) for k, v in row.items()}


def read_theme(artwork: Artwork) -> Theme:
    """What a picture gives to another medium."""
    lab = to_lab(artwork.payload, 384)
    palette = tuple(s.hex for s in find_palette(lab, 6))
    mood = find_mood(lab, measure(lab), find_harmony(lab)["warm"])
    made = artwork.provenance
    told = Theme.from_dict(made.theme) if made is not None and made.theme and made.theme.get("text") else None
    images = tuple(told.images) if told else ()
    if not images and made is not None:
        images = _images_of_plan(made.notes.get("plan"))
    guessed = images or _guess_images(lab)
    if told:
        blended = mood_of(images)
        mood = (
            Mood(valence=(mood.valence + 2 * blended.valence) / 3, arousal=(mood.arousal + 2 * blended.arousal) / 3)
            if images
            else mood
        )
        return Theme(
            text=told.text,
            words=told.words,
            language=told.language,
            images=guessed,
            mood=mood,
            palette=palette,
            source=artwork.id,
        )
    words = tuple(concepts()[key].en[0] for key in guessed)
    return Theme(text=" ".join(words), words=words, images=guessed, mood=mood, palette=palette, source=artwork.id)


def _images_of_plan(plan: Any) -> tuple[str, ...]:
    """Names in a plan that the shared table knows, in order."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, str) and value in concepts():
            found.append(value)
        elif isinstance(value, Mapping):
            for inner in value.values():
                look(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                look(inner)

    look(plan)
    return tuple(dict.fromkeys(found))[:8]


def _guess_images(lab: Array) -> tuple[str, ...]:
    """Images from colours and where they lie: enough to give a poem its season and hour, no claim to see things."""
    small = resize(lab, 48, 64)
    top, low = small[:16].reshape(-1, 3), small[28:].reshape(-1, 3)
    light = float(small[..., 0].mean())
    chroma = np.hypot(small[..., 1], small[..., 2])
    _, sure = _find_horizon(small)
    scores = {
        "night": 1.6 * (0.40 - light) / 0.2,
        "snow": 1.2 * (float((low[:, 0] > 0.82).mean()) - 0.45) / 0.3 * (chroma.mean() < 0.05),
        "sky": 1.2 * _share(top, hue=250, spread=35, light=(0.5, 1.0), chroma=0.02) + 0.5 * sure,
        "sea": 1.5 * _share(low, hue=235, spread=45, light=(0.2, 0.8), chroma=0.025) * (0.4 + sure),
        "forest": 1.3 * _share(small.reshape(-1, 3), hue=130, spread=35, light=(0.1, 0.75), chroma=0.03),
        "field": 1.4 * _share(low, hue=95, spread=28, light=(0.5, 0.95), chroma=0.05) * sure,
        "autumn": 1.2 * _share(small.reshape(-1, 3), hue=62, spread=25, light=(0.3, 0.75), chroma=0.07),
        "dusk": 1.5 * _share(top, hue=50, spread=30, light=(0.35, 0.85), chroma=0.05),
        "mist": 1.2 * (0.10 - float(small[..., 0].std())) / 0.06 * (light > 0.55),
        "flower": 1.6 * _share(small.reshape(-1, 3), hue=5, spread=35, light=(0.35, 0.9), chroma=0.09),
        "gold": 1.1 * _share(small.reshape(-1, 3), hue=88, spread=16, light=(0.5, 0.9), chroma=0.09) * (sure < 0.4),
        "figure": 1.0
        * _share(small[8:40, 16:48].reshape(-1, 3), hue=55, spread=22, light=(0.5, 0.9), chroma=0.03)
        * (sure < 0.5),
    }
    ranked = sorted(scores, key=lambda k: -scores[k])
    return tuple(k for k in ranked if scores[k] > 0.3)[:4] or (ranked[0],)


def _share(points: Array, *, hue: float, spread: float, light: tuple[float, float], chroma: float) -> float:
    angle = np.degrees(np.arctan2(points[:, 2], points[:, 1])) % 360
    near = np.abs((angle - hue + 180) % 360 - 180) < spread
    return float(
        (
            near
            & (points[:, 0] > light[0])
            & (points[:, 0] < light[1])
            & (np.hypot(points[:, 1], points[:, 2]) > chroma)
        ).mean()
    )


def labs_of(colours: tuple[str, ...]) -> Array:
    """Hex colours as Oklab (n, 3)."""
    return np.stack(
        [srgb_to_oklab(np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255) for c in colours]
    )
