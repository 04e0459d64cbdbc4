"""English by byte-level BPE: one small causal transformer for prose and verse, told the kind and the author."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from .....core.transformer.network import Body, BodyConfig

__all__ = ["ProseConfig", "ProseNetwork"]


@dataclass(frozen=True, kw_only=True)
class ProseConfig:
    """The shape of the model. vocabulary: tokens."""

    vocabulary: int = 8_192
    width: int = 192
    layers: int = 5
    heads: int = 3
    hidden: int = 512

    def body(self) -> BodyConfig:
        """The shape of the transformer inside."""
        return BodyConfig(width=self.width, layers=self.layers, heads=self.heads, hidden=self.hidden)


class ProseNetwork(nn.Module):
    """The model in torch, for training; input and output table are tied."""

    def __init__(self, config: ProseConfig) -> None:
        super().__init__()
        self.config = config
        self.table = nn.Embedding(config.vocabulary, config.width)
        nn.init.normal_(self.table.weight, std=0.02)
        self.body = Body(config.body())

    def forward(self, tokens: Tensor) -> Tensor:
        """Logits of shape (rows, length, vocabulary) for tokens of shape (rows, length)."""
        return self.body(self.table(tokens)) @ self.table.weight.T

    def loss(self, tokens: Tensor, counted_from: int) -> Tensor:
        """Mean nats of the tokens after position `counted_from` of each row."""
        return F.cross_entropy(*self.choices(tokens, counted_from))

    def choices(self, tokens: Tensor, counted_from: int) -> tuple[Tensor, Tensor]:
        """(logits, targets) of these tokens, of shapes (n, vocabulary) and (n,)."""
        hidden = self.body(self.table(tokens[:, :-1]))[:, counted_from - 1 :]
        target = tokens[:, counted_from:].reshape(-1)
        return hidden.reshape(-1, self.config.width) @ self.table.weight.T, target

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights for the numpy engine and for the disk."""
        named = {"table": self.table.weight, **{f"body.{k}": v for k, v in self.body.state_dict().items()}}
        return {k: v.detach().cpu().numpy().astype(np.float32) for k, v in named.items()}
