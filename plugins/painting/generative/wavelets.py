"""An adversarial pair that thinks in bands: each picture is four tables of half its size, its means and three
differences (Haar).

So the finest grain has channels of its own, scaled to be as loud as the masses, in the generator as in the critic, and
no convolution runs
at full size (SWAGAN, Gal et al. 2021). The generator begins as the Gaussian model of the works at 8 x 8: the first
numbers of the noise are
principal components of their compositions, and the network learns what to add. Noise enters each stage at a strength
that the picture
itself decides, so that one is grainy and another smooth (StyleGAN, Karras et al. 2019). Blocks are residual and without
batch statistics, as
in R3GAN (Huang et al. 2024): leaky rectifiers, small last convolutions. Where we differ: modulation by scale, one
convolution fewer a block.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["NOISE", "BandCritic", "BandGenerator", "join_bands", "split_bands"]

NOISE = 128  # numbers that a picture is made from
COMPOSITION = 8  # pixels, each way
COMPONENTS = 64  # they hold .98 of the variance of 400 compositions
SLOPE = 0.2
GRAIN = 0.3  # strength of the noise at the beginning


def split_bands(pictures: Tensor) -> Tensor:
    """(n, 3, h, w) -> (n, 12, h/2, w/2): means of 2 x 2 pixels, differences across, down and crosswise."""
    a, b, c, d = (
        pictures[:, :, ::2, ::2],
        pictures[:, :, ::2, 1::2],
        pictures[:, :, 1::2, ::2],
        pictures[:, :, 1::2, 1::2],
    )
    return torch.cat([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d], 1) / 4


def join_bands(bands: Tensor) -> Tensor:
    """The inverse of `split_bands`."""
    mean, across, down, cross = bands.chunk(4, 1)
    pixels = [
        mean + across + down + cross,
        mean - across + down - cross,
        mean + across - down - cross,
        mean - across - down + cross,
    ]
    return F.pixel_shuffle(torch.stack(pixels, 2).flatten(1, 2), 2)


def _conv(into: int, out: int, size: int = 3, gain: float = 1.0) -> nn.Conv2d:
    """A convolution that keeps the spread of its input, times `gain`."""
    layer = nn.Conv2d(into, out, size, padding=size // 2)
    nn.init.normal_(layer.weight, std=gain * math.sqrt(2 / (into * size * size)))
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


def _linear(into: int, out: int, std: float) -> nn.Linear:
    layer = nn.Linear(into, out)
    nn.init.normal_(layer.weight, std=std)
    nn.init.zeros_(layer.bias)
    return layer


def _sized(x: Tensor, side: int) -> Tensor:
    """Resampled to `side` pixels."""
    if x.shape[2] > side:
        return F.adaptive_avg_pool2d(x, side)
    return F.interpolate(x, size=(side, side), mode="bilinear", align_corners=False) if x.shape[2] < side else x


def _evened(x: Tensor) -> Tensor:
    """Each place's channels at a mean square of 1."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-4)


def _widths(side: int, width: int) -> list[int]:
    """Channels of the stages of 4, 8, ... side / 2 pixels."""
    return [max(16, int(width * share) // 8 * 8) for share in (1, 1, 0.5, 0.25, 0.125)[: {32: 3, 64: 4, 128: 5}[side]]]


class _Stage(nn.Module):
    """A residual block at `side` pixels, modulated by the style (n, styles); up to 8 pixels it sees the composition (n,
    3, 8, 8).
    """

    def __init__(self, into: int, out: int, side: int, styles: int) -> None:
        super().__init__()
        self.side = side
        self.compose = _conv(3, out, 1) if side <= COMPOSITION else None
        self.one, self.two = _conv(into, out), _conv(out, out, gain=0.3)
        self.past = _conv(into, out, 1, gain=0.7) if into != out else nn.Identity()
        self.scale, self.inner = (_linear(styles, n, 0.5 * styles**-0.5) for n in (into, 2 * out))
        self.grain = nn.Parameter(torch.full((1, out, 1, 1), GRAIN))

    def forward(self, x: Tensor, style: Tensor, composition: Tensor) -> Tensor:
        state = self.one(_evened(x) * (1 + self.scale(style))[:, :, None, None])
        state = _sized(state, self.side)
        if self.compose is not None:
            state = state + self.compose(_sized(composition, self.side))
        state = F.leaky_relu(state, SLOPE)
        scale, strength = self.inner(style)[:, :, None, None].chunk(2, 1)
        state = state + (self.grain + 0.3 * strength) * torch.randn(len(x), 1, self.side, self.side).to(x)
        out: Tensor = _sized(self.past(x), self.side) + self.two(state * (1 + scale))
        return out


class BandGenerator(nn.Module):
    """(n, NOISE) -> (n, 3, side, side), about -1..1."""

    loudness: Tensor
    mean: Tensor
    basis: Tensor

    def __init__(self, side: int, width: int) -> None:
        super().__init__()
        c = _widths(side, width)
        self.side = side
        self.map = nn.Sequential(
            _linear(NOISE, width, (2 / NOISE) ** 0.5),
            nn.LeakyReLU(SLOPE),
            _linear(width, width, (2 / width) ** 0.5),
            nn.LeakyReLU(SLOPE),
        )
        self.start = nn.Sequential(_linear(NOISE, c[0] * 16, NOISE**-0.5), nn.Unflatten(1, (c[0], 4, 4)))
        self.stages = nn.ModuleList(
            _Stage(a, b, 4 << k, width) for k, (a, b) in enumerate(itertools.pairwise([c[0], *c]))
        )
        self.leave = _conv(c[-1], 12, gain=0.3)
        self.register_buffer("loudness", torch.ones(1, 12, 1, 1))
        self.register_buffer("mean", torch.zeros(3 * COMPOSITION**2))
        self.register_buffer("basis", torch.zeros(COMPONENTS, 3 * COMPOSITION**2))

    @torch.no_grad()
    def begin_from(self, pictures: Tensor, loudness: Tensor) -> None:
        """Begin as the Gaussian model of pictures (n, 3, side, side) in -1..1 and their mirror images. loudness:
        deviations of their bands (1, 12, 1, 1).
        """
        small = F.adaptive_avg_pool2d(pictures, COMPOSITION)
        rows = torch.cat([small, small.flip(3)]).flatten(1)
        self.mean.copy_(rows.mean(0))
        _, spread, axes = torch.linalg.svd(rows - self.mean, full_matrices=False)
        kept = min(COMPONENTS, len(axes))
        self.basis.zero_()
        self.basis[:kept] = axes[:kept] * spread[:kept, None] / len(rows) ** 0.5
        self.loudness.copy_(2 * loudness)

    def forward(self, noise: Tensor) -> Tensor:
        noise = F.normalize(noise, dim=1) * NOISE**0.5
        style, state = self.map(noise), self.start(noise)
        composition = (self.mean + noise[:, :COMPONENTS] @ self.basis).reshape(-1, 3, COMPOSITION, COMPOSITION)
        for stage in self.stages:
            state = stage(state, style, composition)
        bands = self.leave(F.leaky_relu(_evened(state), SLOPE)) * self.loudness
        return join_bands(bands) + F.interpolate(
            composition, size=(self.side, self.side), mode="bicubic", align_corners=False
        )


class _Down(nn.Module):
    """A residual block that halves the size."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.one, self.two, self.past = _conv(into, into), _conv(into, out, gain=0.3), _conv(into, out, 1, gain=0.7)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.leaky_relu(self.one(F.leaky_relu(x, SLOPE)), SLOPE)
        out: Tensor = self.past(F.avg_pool2d(x, 2)) + self.two(F.avg_pool2d(inner, 2))
        return out


class BandCritic(nn.Module):
    """(n, 3, side, side) -> scores (n,): of the whole picture, and of its patches of about 16 pixels, added."""

    loudness: Tensor

    def __init__(self, side: int, width: int) -> None:
        super().__init__()
        c = _widths(side, width)[::-1]
        self.start = _conv(12, c[0])
        self.downs = nn.ModuleList(_Down(a, b) for a, b in itertools.pairwise(c))
        self.patch = nn.Sequential(nn.LeakyReLU(SLOPE), _conv(c[1], c[1]), nn.LeakyReLU(SLOPE), _conv(c[1], 1, 1))
        self.end = nn.Sequential(
            nn.LeakyReLU(SLOPE),
            _conv(c[-1], c[-1]),
            nn.LeakyReLU(SLOPE),
            nn.Flatten(),
            _linear(c[-1] * 16, 1, (c[-1] * 16) ** -0.5),
        )
        self.register_buffer("loudness", torch.ones(1, 12, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        state = self.start(split_bands(pictures) / self.loudness)
        patches = None
        for down in self.downs:
            state = down(state)
            patches = self.patch(state).mean((1, 2, 3)) if patches is None else patches
        scores: Tensor = self.end(state)[:, 0] + patches
        return scores
