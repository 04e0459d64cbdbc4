"""The networks of the pyramid: small convolutional ones for what each level adds.

They are told the time of the flow, the movement and the genre; class 0 of each means "any", and stands in for the class
in a share of the
training, so that one network gives both velocities of guidance without a classifier (Ho and Salimans 2022).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["Drawer", "Labels"]


class Labels(nn.Module):
    """(t (n,), movement (n,), genre (n,)) -> conditions (n, width)."""

    def __init__(self, movements: int, genres: int, width: int) -> None:
        super().__init__()
        self.movement = nn.Embedding(movements, width)
        self.genre = nn.Embedding(genres, width)
        self.time = nn.Linear(64, width)
        self.out = nn.Linear(width, width)
        for table in (self.movement, self.genre):
            nn.init.normal_(table.weight, std=0.3)

    def forward(self, t: Tensor, movement: Tensor, genre: Tensor) -> Tensor:
        odds = torch.log(t / (1 - t)).clamp(-8, 8)[:, None]
        turns = odds * torch.exp(torch.linspace(math.log(0.1), math.log(4.0), 32, device=t.device))[None]
        time = self.time(torch.cat([turns.sin(), turns.cos()], 1))
        conditions: Tensor = F.silu(self.out(F.silu(time + self.movement(movement) + self.genre(genre))))
        return conditions


class _Block(nn.Module):
    """Two 3 x 3 convolutions, modulated by the conditions between them (Dhariwal and Nichol 2021)."""

    def __init__(self, into: int, out: int, conditions: int) -> None:
        super().__init__()
        self.one, self.two = nn.Conv2d(into, out, 3, padding=1), nn.Conv2d(out, out, 3, padding=1)
        self.first, self.second = nn.GroupNorm(8, into), nn.GroupNorm(8, out, affine=False)
        self.change = nn.Linear(conditions, 2 * out)
        self.past = nn.Conv2d(into, out, 1) if into != out else nn.Identity()
        nn.init.zeros_(self.two.weight)
        nn.init.zeros_(self.change.weight)

    def forward(self, x: Tensor, conditions: Tensor) -> Tensor:
        state = self.second(self.one(F.silu(self.first(x))))
        scale, shift = self.change(conditions)[:, :, None, None].chunk(2, 1)
        out: Tensor = self.past(x) + self.two(F.silu(state * (1 + scale) + shift))
        return out


class _Attention(nn.Module):
    """Each place looks at all others."""

    def __init__(self, width: int, places: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, width)
        self.place = nn.Parameter(torch.randn(1, width, places) * 0.02)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        rows = (self.norm(x).flatten(2) + self.place).transpose(1, 2)
        q, k, v = self.qkv(rows).reshape(n, h * w, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, h * w, c)
        return x + self.out(seen).transpose(1, 2).reshape(n, c, h, w)


class Drawer(nn.Module):
    """Flow of what a level adds, given the level above: components (n, kept, h, h) in and out, means (n, 3, h, h)
    beside them.

    h is 8, or 16 with a stage of half the size inside.
    """

    def __init__(self, kept: int, side: int, movements: int, genres: int, *, width: int = 96, outer: int = 48) -> None:
        super().__init__()
        self.labels = Labels(movements, genres, 192)
        self.inside = side > 8
        first = outer if self.inside else width
        self.enter = nn.Conv2d(kept + 3, first, 3, padding=1)
        self.before = nn.ModuleList([_Block(outer, outer, 192), _Block(outer, outer, 192)] if self.inside else [])
        self.down = nn.Conv2d(outer, width, 2, stride=2) if self.inside else nn.Identity()
        self.attention = _Attention(width, 64)
        self.middle = nn.ModuleList(_Block(width, width, 192) for _ in range(3 if self.inside else 5))
        self.up = nn.ConvTranspose2d(width, outer, 2, stride=2) if self.inside else nn.Identity()
        self.after = nn.ModuleList([_Block(2 * outer, outer, 192), _Block(outer, outer, 192)] if self.inside else [])
        self.norm, self.leave = nn.GroupNorm(8, first), nn.Conv2d(first, kept, 3, padding=1)
        nn.init.zeros_(self.leave.weight)

    def forward(self, x: Tensor, means: Tensor, t: Tensor, movement: Tensor, genre: Tensor) -> Tensor:
        conditions = self.labels(t, movement, genre)
        state = self.enter(torch.cat([x, means], 1))
        for block in self.before:
            state = block(state, conditions)
        kept = state
        state = self.down(state)
        for number, block in enumerate(self.middle):
            state = block(state, conditions)
            if number == 1:
                state = self.attention(state)
        state = self.up(state)
        for number, block in enumerate(self.after):
            state = block(torch.cat([state, kept], 1) if number == 0 else state, conditions)
        out: Tensor = self.leave(F.silu(self.norm(state)))
        return out
