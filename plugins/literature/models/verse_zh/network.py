"""The verse model for training: a body over summed tables, tied to its output.

The vectors of characters are E + T[tone] + R[Pingshui group] + C[Cilin part]: characters that sound alike share
what is learned of sound. `folded` gives the sum, all that the engine needs. Looked-up characters go through a
matrix each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .....core.transformer.network import Body, BodyConfig
from ...chinese.prosody import Prosody
from .encoding import ABOVE, CLAUSES, PLACES, Code, Example

__all__ = ["Batch", "VerseNetwork", "collate", "sound_rows"]


@dataclass(kw_only=True)
class Batch:
    """Padded examples: all (rows, length), `around` (rows, length, 5); target -100 where nothing is to be said."""

    tokens: Tensor
    own: Tensor
    clause: Tensor
    next_place: Tensor
    next_clause: Tensor
    around: Tensor
    target: Tensor

    def to(self, device: str) -> Batch:
        """The same batch on a device."""
        return Batch(**{name: tensor.to(device) for name, tensor in vars(self).items()})


def collate(examples: list[Example]) -> Batch:
    """Examples as one batch, padded on the right."""
    longest = max(len(e.tokens) for e in examples) - 1

    def stack(name: str) -> Tensor:
        first = getattr(examples[0], name)
        out = np.zeros((len(examples), longest, *first.shape[1:]), np.int64)
        for row, example in enumerate(examples):
            out[row, : len(example.tokens) - 1] = getattr(example, name)[:-1]
        return torch.from_numpy(out)

    target = np.full((len(examples), longest), -100, np.int64)
    for row, example in enumerate(examples):
        target[row, example.body - 1 : len(example.tokens) - 1] = example.tokens[example.body :]
    return Batch(
        **{n: stack(n) for n in ("tokens", "own", "clause", "next_place", "next_clause", "around")},
        target=torch.from_numpy(target),
    )


def sound_rows(code: Code, table: Prosody) -> NDArray[np.int64]:
    """(tone, group, part) rows for each token, shape (vocabulary, 3); 0 where there is none."""
    rows = np.zeros((len(code.names), 3), np.int64)
    for i, name in enumerate(code.names):
        known = table.characters.get(name) if len(name) == 1 else None
        if known is None:
            continue
        tone = {"平": 1, "仄": 2, "平仄": 3}.get(known.used, 0)
        group = (known.used_groups or known.groups or (-1,))[0]
        parts = [p for p in known.parts if (p[-1] == "平") == (tone in (1, 3))] or list(known.parts)
        part = 3 * (int(parts[0][:-1]) - 1) + "平仄入".index(parts[0][-1]) + 1 if parts else 0
        rows[i] = 4 if known.entering and tone == 2 else tone, group + 1, part
    return rows


class VerseNetwork(nn.Module):
    """See the module. config: of the body; sound: from `sound_rows`."""

    sound: Tensor

    def __init__(self, config: BodyConfig, sound: NDArray[np.int64]) -> None:
        super().__init__()
        d = config.width
        self.characters = nn.Embedding(len(sound), d)
        self.tone, self.group, self.part = nn.Embedding(5, d), nn.Embedding(107, d), nn.Embedding(58, d)
        self.own, self.next_place = nn.Embedding(PLACES, d), nn.Embedding(PLACES, d)
        self.clause, self.next_clause = nn.Embedding(CLAUSES, d), nn.Embedding(CLAUSES, d)
        self.around = nn.ModuleList(nn.Linear(d, d, bias=False) for _ in range(ABOVE))
        self.body = Body(config)
        self.register_buffer("sound", torch.from_numpy(sound), persistent=False)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
        for module in self.around:
            assert isinstance(module, nn.Linear)
            nn.init.normal_(module.weight, std=0.02)

    def folded(self) -> Tensor:
        """Vectors of all tokens, (vocabulary, width)."""
        tone, group, part = self.sound.T
        return self.characters.weight + self.tone.weight[tone] + self.group.weight[group] + self.part.weight[part]

    def forward(self, batch: Batch) -> Tensor:
        """Logits of the places with a target, (places, vocabulary)."""
        table = self.folded()
        x = (
            table[batch.tokens]
            + self.own(batch.own)
            + self.clause(batch.clause)
            + self.next_place(batch.next_place)
            + self.next_clause(batch.next_clause)
        )
        known = (batch.around > 0)[..., None]
        for i, linear in enumerate(self.around):
            x = x + linear(table[batch.around[..., i]] * known[..., i, :])
        hidden = self.body(x)
        return hidden[batch.target >= 0] @ table.T

    def loss(self, batch: Batch) -> Tensor:
        """Mean cross entropy over the places with a target, in nats."""
        return nn.functional.cross_entropy(self(batch), batch.target[batch.target >= 0])
