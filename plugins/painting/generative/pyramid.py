"""A picture of 64 x 64 in three levels, coarse to fine: composition (8 x 8), masses (16 x 16), drawing (64 x 64).

Each level holds what the one above leaves out: of every block the mean goes up, and what remains is kept in its
principal
components. A level is generated given the one above (wavelet score-based models, Guth et al. 2022); the colours are
Oklab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..atelier.colour import oklab_to_srgb, srgb_to_oklab

__all__ = ["FACTORS", "SIDE", "Level", "Pyramid", "fit_pyramid"]

Array = NDArray[np.floating[Any]]
SIDE = 64
FACTORS = (2, 4)  # 8 -> 16 -> 64 pixels
KEPT = (9, 20)  # components of a block's rest, of 9 and 45
COARSEST = 8
GAIN = np.array(
    [4.0, 8.0, 8.0], np.float32
)  # Oklab times this has a deviation of about .7, .3, .4: colour counts double


@dataclass(frozen=True, kw_only=True)
class Level:
    """axes (k, factor^2 * 3): components of the rest of a block; spread (k,): their deviations."""

    factor: int
    axes: Array
    spread: Array

    def split(self, pictures: Array) -> tuple[Array, Array]:
        """(n, h, w, 3) -> means (n, h/f, w/f, 3), components (n, h/f, w/f, k)."""
        blocks = _blocks(pictures, self.factor)
        means = blocks.mean(axis=3)
        rest = (blocks - means[:, :, :, None]).reshape(*means.shape[:3], -1)
        return means, rest @ self.axes.T

    def join(self, means: Array, components: Array) -> Array:
        """The inverse of `split`, but for the components that were left out."""
        n, h, w, _ = means.shape
        f = self.factor
        blocks = (components @ self.axes).reshape(n, h, w, f * f, 3) + means[:, :, :, None]
        return blocks.reshape(n, h, w, f, f, 3).transpose(0, 1, 3, 2, 4, 5).reshape(n, h * f, w * f, 3)


def _blocks(pictures: Array, f: int) -> Array:
    n, h, w, _ = pictures.shape
    return pictures.reshape(n, h // f, f, w // f, f, 3).transpose(0, 1, 3, 2, 4, 5).reshape(n, h // f, w // f, f * f, 3)


@dataclass(frozen=True, kw_only=True)
class Pyramid:
    """mean (192,), axes (192, 192), spread (192,): principal components of compositions; levels: masses, drawing."""

    mean: Array
    axes: Array
    spread: Array
    levels: tuple[Level, ...]

    def encode(self, pixels: NDArray[np.uint8]) -> tuple[Array, list[tuple[Array, Array]]]:
        """sRGB squares (n, 64, 64, 3) -> composition (n, 192), and for each level (means above it, components)."""
        state = to_colours(pixels)
        found: list[tuple[Array, Array]] = []
        for level in reversed(self.levels):
            state, components = level.split(state)
            found.insert(0, (state, components))
        return (state.reshape(len(state), -1) - self.mean) @ self.axes.T, found

    def compose(self, composition: Array) -> Array:
        """(n, 192) -> means (n, 8, 8, 3)."""
        return (composition @ self.axes + self.mean).reshape(-1, COARSEST, COARSEST, 3)

    def to_arrays(self) -> dict[str, Array]:
        """For a weight file."""
        found = {"pyramid.mean": self.mean, "pyramid.axes": self.axes, "pyramid.spread": self.spread}
        for number, level in enumerate(self.levels):
            found |= {f"pyramid.{number}.axes": level.axes, f"pyramid.{number}.spread": level.spread}
        return found

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> Pyramid:
        """From a weight file."""
        levels = tuple(
            Level(factor=f, axes=arrays[f"pyramid.{i}.axes"], spread=arrays[f"pyramid.{i}.spread"])
            for i, f in enumerate(FACTORS)
        )
        return cls(
            mean=arrays["pyramid.mean"], axes=arrays["pyramid.axes"], spread=arrays["pyramid.spread"], levels=levels
        )


def to_colours(pixels: NDArray[np.uint8]) -> Array:
    """sRGB bytes (n, h, w, 3) as Oklab around 0 with a deviation of about 1."""
    out = np.empty(pixels.shape, np.float32)
    for low in range(0, len(pixels), 256):
        part = pixels[low : low + 256]
        lab = srgb_to_oklab(part.reshape(-1, part.shape[2], 3).astype(np.float32) / 255).reshape(part.shape)
        lab[..., 0] -= 0.5
        out[low : low + 256] = lab * GAIN
    return out


def to_pixels(colours: Array) -> NDArray[np.uint8]:
    """The inverse of `to_colours`, clipped."""
    lab = colours / GAIN
    lab[..., 0] = np.clip(lab[..., 0] + 0.5, 0, 1)
    flat = oklab_to_srgb(lab.reshape(-1, lab.shape[2], 3)).reshape(lab.shape)
    return (np.clip(flat, 0, 1) * 255 + 0.5).astype(np.uint8)


def fit_pyramid(pixels: NDArray[np.uint8]) -> Pyramid:
    """Components of squares (n, 64, 64, 3), n >= 2."""
    state = to_colours(pixels)
    levels: list[Level] = []
    for factor, kept in zip(reversed(FACTORS), reversed(KEPT), strict=True):
        blocks = _blocks(state, factor)
        means = blocks.mean(axis=3)
        rest = (blocks - means[:, :, :, None]).reshape(-1, factor * factor * 3)
        axes, spread = _components(rest[:: max(1, len(rest) // 400_000)], kept)
        levels.insert(0, Level(factor=factor, axes=axes, spread=spread))
        state = means
    flat = state.reshape(len(state), -1)
    mean = flat.mean(axis=0)
    axes, spread = _components(flat - mean, flat.shape[1])
    return Pyramid(mean=mean, axes=axes, spread=spread, levels=tuple(levels))


def _components(rows: Array, kept: int) -> tuple[Array, Array]:
    values, vectors = np.linalg.eigh((rows.T @ rows / len(rows)).astype(np.float64))
    order = np.argsort(-values)[:kept]
    return vectors[:, order].T.astype(np.float32).copy(), np.sqrt(np.maximum(values[order], 1e-6)).astype(np.float32)
