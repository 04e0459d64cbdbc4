"""Differentiable augmentation (Zhao et al. 2020): real and made pictures change alike before the critic sees them, and
gradients pass through.

All draws come from torch's generator, which the training loop seeds at every step.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["augment"]

SHIFT = 0.125  # of the side
HOLE = 0.4


def augment(pictures: Tensor) -> Tensor:
    """Pictures (n, 3, h, w) in -1..1 with light, chroma and contrast changed, shifted, and a square hole cut out."""
    return _hole(_shift(_colour(pictures)))


def _draw(like: Tensor) -> Tensor:
    return torch.rand(len(like), 1, 1, 1).to(like.device)  # drawn on the CPU: a seed is the same on each device


def _colour(x: Tensor) -> Tensor:
    x = x + 0.6 * (_draw(x) - 0.5)
    grey = x.mean(dim=1, keepdim=True)
    x = (x - grey) * 2 * _draw(x) + grey
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return (x - mean) * (_draw(x) + 0.5) + mean


def _shift(x: Tensor) -> Tensor:
    n, _, h, w = x.shape
    by = [torch.randint(-int(s * SHIFT), int(s * SHIFT) + 1, (n, 1)) for s in (h, w)]
    rows, columns = ((torch.arange(s)[None] + b).to(x.device) for s, b in zip((h, w), by, strict=True))
    padded = F.pad(x, (1, 1, 1, 1))
    rows, columns = (rows + 1).clamp(0, h + 1), (columns + 1).clamp(0, w + 1)
    return (
        padded.permute(0, 2, 3, 1)[
            torch.arange(n, device=x.device)[:, None, None], rows[:, :, None], columns[:, None, :]
        ]
        .permute(0, 3, 1, 2)
        .contiguous()
    )


def _hole(x: Tensor) -> Tensor:
    n, _, h, w = x.shape
    sizes = (int(h * HOLE), int(w * HOLE))
    inside = []
    for side, size in zip((h, w), sizes, strict=True):
        start = torch.randint(-size // 2, side - size // 2 + 1, (n, 1))
        at = torch.arange(side)[None]
        inside.append(((at >= start) & (at < start + size)).to(x.device))
    return x * ~(inside[0][:, :, None] & inside[1][:, None, :])[:, None]
