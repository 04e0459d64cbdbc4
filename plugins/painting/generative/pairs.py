"""The networks of the adversarial pairs: a small FastGAN, and DCGAN for comparison; the pair of bands has a file of its
own.

FastGAN (Liu et al. 2021): a generator in which coarse stages excite the channels of fine ones (skip-layer excitation),
and a critic that must
also rebuild real pictures from its own features, so that it learns to see with few pictures. Where we differ: half the
stages,
means of absolute differences in place of a perceptual distance, one decoder for the whole and one for a quarter.
DCGAN (Radford et al. 2016): transposed and strided convolutions, nothing else.
"""

from __future__ import annotations

import itertools
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from .wavelets import NOISE, BandCritic, BandGenerator

__all__ = ["NOISE", "DCCritic", "DCGenerator", "FastCritic", "FastGenerator", "Kind", "make_pair"]

Kind = Literal["bands", "fastgan", "dcgan"]


def _channels(side: int, width: int) -> int:
    """Channels of a stage of `side` pixels."""
    return max(16, width * {4: 16, 8: 16, 16: 11, 32: 6, 64: 3, 128: 2}[side] // 16 // 8 * 8)


class _Noise(nn.Module):
    """Adds noise at a learnt strength, so that fine texture need not be squeezed out of the input."""

    def __init__(self) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.strength * torch.randn(len(x), 1, *x.shape[2:]).to(x.device)


class _Up(nn.Sequential):
    """Twice the size: nearest pixels, convolution, gated."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(into, 2 * out, 3, padding=1, bias=False),
            nn.BatchNorm2d(2 * out),
            _Noise(),
            nn.GLU(1),
        )


class _Excite(nn.Module):
    """Skip-layer excitation: channels of a fine stage scaled by what a coarse one holds."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.AdaptiveAvgPool2d(4), nn.Conv2d(coarse, fine, 4), nn.SiLU(), nn.Conv2d(fine, fine, 1), nn.Sigmoid()
        )

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        scaled: Tensor = fine * self.body(coarse)
        return scaled


class FastGenerator(nn.Module):
    """(n, NOISE) -> (n, 3, side, side) in -1..1."""

    def __init__(self, side: int, width: int) -> None:
        super().__init__()
        sides = [s for s in (4, 8, 16, 32, 64, 128) if s <= side]
        c = [_channels(s, width) for s in sides]
        self.start = nn.Sequential(
            nn.ConvTranspose2d(NOISE, 2 * c[0], 4, bias=False), nn.BatchNorm2d(2 * c[0]), nn.GLU(1)
        )
        self.stages = nn.ModuleList(_Up(a, b) for a, b in itertools.pairwise(c))
        self.excite = nn.ModuleList(_Excite(a, b) for a, b in zip(c, c[3:], strict=False))
        self.leave = nn.Conv2d(c[-1], 3, 3, padding=1)

    def forward(self, noise: Tensor) -> Tensor:
        noise = F.normalize(noise, dim=1) * NOISE**0.5
        states = [self.start(noise[:, :, None, None])]
        for number, stage in enumerate(self.stages):
            state = stage(states[-1])
            if number >= 2:
                state = self.excite[number - 2](states[number - 2], state)
            states.append(state)
        return torch.tanh(self.leave(states[-1]))


class _Down(nn.Module):
    """Half the size: strided convolutions beside a pooled shortcut."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.main = nn.Sequential(
            spectral_norm(nn.Conv2d(into, out, 4, 2, 1, bias=False)),
            nn.BatchNorm2d(out),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(out, out, 3, padding=1, bias=False)),
            nn.BatchNorm2d(out),
            nn.LeakyReLU(0.2),
        )
        self.past = nn.Sequential(
            nn.AvgPool2d(2), spectral_norm(nn.Conv2d(into, out, 1, bias=False)), nn.BatchNorm2d(out), nn.LeakyReLU(0.2)
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = (self.main(x) + self.past(x)) / 2
        return out


class FastCritic(nn.Module):
    """(n, 3, side, side) -> scores (n, 5 x 5); `rebuild` gives small pictures from the features of real ones."""

    def __init__(self, side: int, width: int) -> None:
        super().__init__()
        depth = {32: 1, 64: 2, 128: 3}[side]
        c = [width // 3 // 8 * 8 or 8, width * 2 // 3 // 8 * 8 or 8, width, width][: depth + 1]
        c[-1] = width
        self.start = nn.Sequential(spectral_norm(nn.Conv2d(3, c[0], 4, 2, 1, bias=False)), nn.LeakyReLU(0.2))
        self.downs = nn.ModuleList(_Down(a, b) for a, b in itertools.pairwise(c))
        self.excite = _Excite(c[0], c[-1])
        self.score = nn.Sequential(
            spectral_norm(nn.Conv2d(width, width, 1, bias=False)),
            nn.BatchNorm2d(width),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(width, 1, 4, bias=False)),
        )
        self.whole, self.quarter = _decoder(width, 2), _decoder(c[-2], 1)

    def features(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Features of 16 x 16 and 8 x 8."""
        first = state = before = self.start(pictures)
        for down in self.downs:
            before, state = state, down(state)
        return before, self.excite(first, state)

    def forward(self, pictures: Tensor) -> Tensor:
        scores: Tensor = self.score(self.features(pictures)[1]).flatten(1)
        return scores

    def judge_and_rebuild(self, pictures: Tensor, corner: int) -> tuple[Tensor, Tensor]:
        """(scores, mean absolute difference of pictures rebuilt from the features). corner: 0..3, the quarter that is
        rebuilt too.
        """
        fine, coarse = self.features(pictures)
        y, x = divmod(corner, 2)
        half, part = fine.shape[2] // 2, pictures.shape[2] // 2
        whole = self.whole(coarse)
        quarter = self.quarter(fine[:, :, y * half : (y + 1) * half, x * half : (x + 1) * half])
        cut = pictures[:, :, y * part : (y + 1) * part, x * part : (x + 1) * part]
        lost = sum(
            (F.adaptive_avg_pool2d(goal, made.shape[2:]) - made).abs().mean()
            for goal, made in ((pictures, whole), (cut, quarter))
        )
        return self.score(coarse).flatten(1), torch.as_tensor(lost)


def _decoder(into: int, doublings: int) -> nn.Sequential:
    widths = [into, *(24 for _ in range(doublings))]
    stages = [_Up(a, b) for a, b in itertools.pairwise(widths)]
    return nn.Sequential(*stages, nn.Conv2d(widths[-1], 3, 3, padding=1), nn.Tanh())


class DCGenerator(nn.Sequential):
    """(n, NOISE) -> (n, 3, side, side) in -1..1."""

    def __init__(self, side: int, width: int) -> None:
        sides = [s for s in (4, 8, 16, 32, 64, 128) if s < side]
        c = [_channels(s, width) for s in sides]
        layers: list[nn.Module] = [
            nn.Unflatten(1, (NOISE, 1, 1)),
            nn.ConvTranspose2d(NOISE, c[0], 4, bias=False),
            nn.BatchNorm2d(c[0]),
            nn.ReLU(),
        ]
        for a, b in itertools.pairwise(c):
            layers += [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        super().__init__(*layers, nn.ConvTranspose2d(c[-1], 3, 4, 2, 1), nn.Tanh())


class DCCritic(nn.Sequential):
    """(n, 3, side, side) -> scores (n, 1)."""

    def __init__(self, side: int, width: int) -> None:
        c = [width // 4, width // 2, width, width, width][: {32: 3, 64: 4, 128: 5}[side]]
        layers: list[nn.Module] = [nn.Conv2d(3, c[0], 4, 2, 1), nn.LeakyReLU(0.2)]
        for a, b in itertools.pairwise(c):
            layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
        super().__init__(*layers, nn.Conv2d(c[-1], 1, 4), nn.Flatten())


def make_pair(kind: Kind, side: int, width: int) -> tuple[nn.Module, nn.Module]:
    """(generator, critic), untrained. side: 32, 64 or 128; width: a multiple of 16."""
    if kind == "bands":
        return BandGenerator(side, width), BandCritic(side, width)
    if kind == "dcgan":
        pair: tuple[nn.Module, nn.Module] = DCGenerator(side, width), DCCritic(side, width)
        for network in pair:
            for _name, p in network.named_parameters():
                if p.dim() > 1:
                    nn.init.normal_(p, std=0.02)
        return pair
    return FastGenerator(side, width), FastCritic(side, width)
