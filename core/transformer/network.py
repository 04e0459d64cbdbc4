"""The body of every token model that ships: a causal, pre-norm decoder for training.

It takes *embedded* inputs and gives hidden states: what the inputs are (summed tables of character, place,
tone; of pitch, length, metre ...) and what the heads predict belongs to each medium. RMSNorm (Zhang and
Sennrich 2019), rotary positions (Su et al. 2021), SwiGLU (Shazeer 2020); no biases. It computes what
transformers' Llama computes with the same weights; `tests/` compares the two. `decoder.py` runs the same
weights in numpy.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Body", "BodyConfig", "rotary_tables"]


@dataclass(frozen=True, kw_only=True)
class BodyConfig:
    """The shape of a body.

    width: size of a hidden state; layers; heads: width / heads is the size of a head, an even number;
    hidden: inner size of the gated layer; dropout: share in [0, 1), training only.
    """

    width: int
    layers: int
    heads: int
    hidden: int
    dropout: float = 0.0
    rope_base: float = 10_000.0

    def to_dict(self) -> dict[str, float | int]:
        """The shape as plain numbers, for a card."""
        return asdict(self)


def rotary_tables(length: int, size: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosines and sines of shape (length, size) for heads of `size`, halves concatenated as in Llama."""
    inverse = base ** (-torch.arange(0, size, 2, dtype=torch.float32) / size)
    angle = torch.outer(torch.arange(length, dtype=torch.float32), inverse)
    angle = torch.cat([angle, angle], dim=-1)
    return angle.cos(), angle.sin()


def _rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], dim=-1)
    return x * cos + turned * sin


class Layer(nn.Module):
    """Attention and gated layer, each behind its norm and added to the stream."""

    def __init__(self, config: BodyConfig) -> None:
        super().__init__()
        d, f = config.width, config.hidden
        self.heads, self.dropout = config.heads, config.dropout
        self.norm_attention = nn.RMSNorm(d, eps=1e-6)
        self.qkv = nn.Linear(d, 3 * d, bias=False)
        self.out = nn.Linear(d, d, bias=False)
        self.norm_gated = nn.RMSNorm(d, eps=1e-6)
        self.gate_up = nn.Linear(d, 2 * f, bias=False)
        self.down = nn.Linear(f, d, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, d = x.shape
        drop = self.dropout if self.training else 0.0
        qkv = self.qkv(self.norm_attention(x)).view(batch, length, 3, self.heads, d // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        q, k = _rotate(q, cos, sin), _rotate(k, cos, sin)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        y = self.out(y.transpose(1, 2).reshape(batch, length, d))
        x = x + F.dropout(y, drop, self.training)
        gate, up = self.gate_up(self.norm_gated(x)).chunk(2, dim=-1)
        return x + F.dropout(self.down(F.silu(gate) * up), drop, self.training)


class Body(nn.Module):
    """Causal transformer over embedded inputs: (batch, length, width) -> hidden states of the same shape.

    The last norm is applied. `mask`, where given, is a boolean (batch or 1, 1, length, length), true where
    attention is allowed, in place of the plain causal one (packed documents, sliding windows).
    """

    def __init__(self, config: BodyConfig) -> None:
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.width, eps=1e-6)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                scale = 1 / math.sqrt(2 * config.layers) if name.endswith(("out.weight", "down.weight")) else 1.0
                nn.init.normal_(parameter, std=0.02 * scale)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        cos, sin = rotary_tables(x.shape[1], self.config.width // self.config.heads, self.config.rope_base)
        cos, sin = cos.to(x.device), sin.to(x.device)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return self.norm(x)
