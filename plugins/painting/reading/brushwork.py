"""Statistics of how a picture is painted: stroke size and flow, texture, contours, chroma and values.

They tell hands apart (van Gogh flows, Seurat is even, Klimt glows), guide style transfer and judge its results. All are
taken at a longer side of at most 1024 pixels; lengths are pixels there. They follow the measures that stroke studies
use (Li, Yao, Hendriks and Wang 2012), computed from autocorrelation in place of extracted strokes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ..atelier.colour import Array, srgb_to_oklab
from ..atelier.noise import blur, structure_angle

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "JUDGED",
    "LEAST_SIDE",
    "MEASURED_SIDE",
    "SPREAD",
    "Brushwork",
    "distance",
    "hue_entropy",
    "measure",
    "mix_brushwork",
    "to_lab",
]

MEASURED_SIDE = 1024
LEAST_SIDE = 16
"""Pixels that the shorter side of a narrow picture keeps when it is reduced: gradients and lags need some."""
_LAGS = 28
_FALL = 0.35


@dataclass(frozen=True, kw_only=True)
class Brushwork:
    """How a picture is painted.

    width, length: of a stroke, pixels at 1024 (twice the lag at which the autocorrelation of the fine light falls to
    .35, across and along the local direction); coherence: how parallel the strokes run, 0..1; fine, middle, masses:
    deviation of light below 2, between 2 and 8, and above 12 pixels; chroma, chroma_high: mean and 95th percentile;
    grain: deviation of a, b below 4 pixels; contour: how much darker than their surroundings the strongest edges are;
    dark, light: 5th and 95th percentile of L; hue_entropy: 0 one hue .. 1 all hues alike.
    """

    width: float
    length: float
    coherence: float
    fine: float
    middle: float
    masses: float
    chroma: float
    chroma_high: float
    grain: float
    contour: float
    dark: float
    light: float
    hue_entropy: float

    def to_dict(self) -> dict[str, float]:
        """Plain JSON, rounded to five decimals."""
        return {k: round(float(v), 5) for k, v in asdict(self).items()}


# Deviation of each figure over the 28 reference works: the unit in which hands are compared.
SPREAD = {
    "width": 1.17,
    "length": 8.1,
    "coherence": 0.102,
    "fine": 0.0179,
    "middle": 0.0132,
    "masses": 0.0408,
    "chroma": 0.024,
    "chroma_high": 0.031,
    "grain": 0.0029,
    "contour": 0.0128,
    "dark": 0.119,
    "light": 0.096,
    "hue_entropy": 0.166,
}
# What style transfer answers for: the figures that separate hands well and do not hang on a scan's resolution.
JUDGED = ("coherence", "fine", "chroma", "contour", "masses")


def to_lab(picture: Image, side: int = MEASURED_SIDE) -> Array:
    """Oklab (height, width, 3) of an RGB picture, its longer side at most `side`, but for very narrow ones."""
    from PIL import Image as pil

    picture = picture.convert("RGB")
    scale = max(side / max(picture.size), LEAST_SIDE / min(picture.size))
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, pil.Resampling.BOX if scale < 0.5 else pil.Resampling.LANCZOS)
    return srgb_to_oklab(np.asarray(picture, np.float32) / 255)


def measure(lab: Array) -> Brushwork:
    """The hand of a picture in Oklab (height, width, 3)."""
    light = lab[..., 0]
    unit = max(light.shape) / MEASURED_SIDE
    blurred = {s: blur(light, s * unit) for s in (2, 6, 8, 12)}
    field, energy, coherence = structure_angle(light, fine=1.2 * unit, wide=5 * unit)
    across, along = _stroke_size(light - blurred[8], field, unit)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    grain = np.sqrt(sum(float(np.var(lab[..., i] - blur(lab[..., i], 4 * unit))) for i in (1, 2)) / 2)
    edge = ndimage.gaussian_gradient_magnitude(light, max(0.6, 1.5 * unit), truncate=3)
    strong = edge >= np.quantile(edge, 0.96)
    dark, bright = np.quantile(light, [0.05, 0.95])
    return Brushwork(
        width=across,
        length=along,
        coherence=float((coherence * energy).sum() / (energy.sum() + 1e-9)),
        fine=float(np.std(light - blurred[2])),
        middle=float(np.std(blurred[2] - blurred[8])),
        masses=float(np.std(blurred[12])),
        chroma=float(chroma.mean()),
        chroma_high=float(np.quantile(chroma, 0.95)),
        grain=float(grain),
        contour=float((blurred[6] - light)[strong].mean()),
        dark=float(dark),
        light=float(bright),
        hue_entropy=hue_entropy(lab),
    )


def hue_entropy(lab: Array) -> float:
    """Evenness of 24 hue bins weighted by chroma, 0..1."""
    a, b = lab[..., 1].ravel(), lab[..., 2].ravel()
    weight = np.bincount(
        ((np.arctan2(b, a) + np.pi) / (2 * np.pi) * 24).astype(int) % 24, weights=np.hypot(a, b), minlength=24
    )
    share = weight / (weight.sum() + 1e-9)
    return float(-(share * np.log(share + 1e-12)).sum() / np.log(24))


def _stroke_size(detail: Array, field: Array, unit: float) -> tuple[float, float]:
    """Twice the lag where the autocorrelation falls to .35, across and along the local direction."""
    height, width = detail.shape
    margin = _LAGS + 2
    if min(height, width) < 3 * margin:
        margin = max(2, min(height, width) // 4)
    rng = np.random.default_rng(0)
    count = 24_000
    y = rng.integers(margin, height - margin, count)
    x = rng.integers(margin, width - margin, count)
    half = np.arctan2(field[y, x, 1], field[y, x, 0]) / 2
    sizes = []
    for angle in (half + np.pi / 2, half):
        dx, dy = np.cos(angle), np.sin(angle)
        here = detail[y, x]
        power = float((here**2).mean()) + 1e-12
        curve = [1.0]
        for lag in range(1, margin - 1):
            there = detail[np.rint(y + dy * lag).astype(int), np.rint(x + dx * lag).astype(int)]
            curve.append(float((here * there).mean()) / power)
        sizes.append(2 * _crossing(np.array(curve)) / unit)
    return sizes[0], sizes[1]


def _crossing(curve: Array) -> float:
    below = np.flatnonzero(curve < _FALL)
    if not len(below):
        return float(len(curve) - 1)
    i = int(below[0])
    return i - 1 + float((curve[i - 1] - _FALL) / (curve[i - 1] - curve[i] + 1e-9))


def mix_brushwork(brushworks: list[tuple[Brushwork, float]]) -> Brushwork:
    """The weighted mean of some hands."""
    total = sum(w for _, w in brushworks)
    return Brushwork(**{f.name: sum(getattr(h, f.name) * w for h, w in brushworks) / total for f in fields(Brushwork)})


def distance(one: Brushwork, other: Brushwork) -> float:
    """Root mean square difference of the judged figures, each in units of its spread over masterworks."""
    return float(np.sqrt(np.mean([((getattr(one, k) - getattr(other, k)) / SPREAD[k]) ** 2 for k in JUDGED])))
