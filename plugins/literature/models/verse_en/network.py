"""English verse by whole words, each line written from its last word to its first.

A small causal transformer (`core.transformer`) with the features of `english.stretches` added to its input: syllables
left, place of the line, distance of the rhyme (tables), the word rhymed with and the last word of the line before
(looked up in the word table, each through a matrix of its own). A word's vector is the sum of its own row, one for its
rhyme and one for its stress, in the input and in the tied output; the sums are folded when the weights are saved.

The softmax has two levels (Goodman 2001): the frequent tokens and two groups of rarer words. It is exact, tied and of
full rank, and costs a fifth of a plain one in training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from .....core.transformer.network import Body, BodyConfig

__all__ = ["VerseConfig", "VerseNetwork"]

LEFT, LINES, RELATIONS = 20, 17, 6


@dataclass(frozen=True, kw_only=True)
class VerseConfig:
    """The shape of the model. vocabulary: tokens; cuts: where the frequent tokens and the first group end."""

    vocabulary: int = 12_288
    cuts: tuple[int, int] = (2_048, 6_144)
    width: int = 256
    layers: int = 5
    heads: int = 4
    hidden: int = 640
    dropout: float = 0.0

    def body(self) -> BodyConfig:
        """The shape of the transformer inside."""
        return BodyConfig(
            width=self.width, layers=self.layers, heads=self.heads, hidden=self.hidden, dropout=self.dropout
        )


class VerseNetwork(nn.Module):
    """The model in torch, for training.

    rhyme, stress: a class number for each token (0 for none), fixed; they share what words have in common.
    """

    def __init__(self, config: VerseConfig, rhyme: NDArray[np.int64], stress: NDArray[np.int64]) -> None:
        super().__init__()
        self.config = config
        d = config.width
        self.table = nn.Embedding(config.vocabulary, d)
        self.rhyme_table = nn.Embedding(int(rhyme.max()) + 1, d)
        self.stress_table = nn.Embedding(int(stress.max()) + 1, d)
        self.groups = nn.Embedding(2, d)
        self.left = nn.Embedding(LEFT, d)
        self.line = nn.Embedding(LINES, d)
        self.relation = nn.Embedding(RELATIONS, d)
        self.partner = nn.Linear(d, d, bias=False)
        self.before = nn.Linear(d, d, bias=False)
        self.body = Body(config.body())
        for table in (self.table, self.groups, self.left, self.line, self.relation):
            nn.init.normal_(table.weight, std=0.02)
        for table in (self.rhyme_table, self.stress_table):
            nn.init.normal_(table.weight, std=0.005)
        for linear in (self.partner, self.before):
            nn.init.normal_(linear.weight, std=0.02)
        self.register_buffer("rhyme_of", torch.from_numpy(rhyme), persistent=False)
        self.register_buffer("stress_of", torch.from_numpy(stress), persistent=False)

    def words(self) -> Tensor:
        """The word table with rhyme and stress folded in, of shape (vocabulary, width)."""
        return self.table.weight + self.rhyme_table(self.rhyme_of) + self.stress_table(self.stress_of)

    def hidden(self, batch: dict[str, Tensor], words: Tensor) -> Tensor:
        """Hidden states of shape (rows, length, width)."""
        seen = F.embedding(batch["partner"], words) * (batch["partner"] > 0).unsqueeze(-1)
        before = F.embedding(batch["before"], words) * (batch["before"] > 0).unsqueeze(-1)
        x = (
            F.embedding(batch["tokens"], words)
            + self.left(batch["left"])
            + self.line(batch["line"])
            + self.relation(batch["relation"])
        )
        return self.body(x + self.partner(seen) + self.before(before))

    def loss(self, batch: dict[str, Tensor]) -> Tensor:
        """Mean negative log-likelihood, in nats, of the targets that are not -1."""
        said, count = self.choices(batch)
        total = sum(F.cross_entropy(logits, target, reduction="sum") for logits, target in said if len(target))
        return total / count  # type: ignore[return-value]

    def nats(self, batch: dict[str, Tensor]) -> Tensor:
        """Negative log-likelihood of the targets of each row, (rows,), in nats."""
        (top, *groups), _ = self.choices(batch)
        each = F.cross_entropy(*top, reduction="none")
        place = (batch["targets"].reshape(-1) >= 0).nonzero().squeeze(1)
        target = batch["targets"].reshape(-1)[place]
        first, second = self.config.cuts
        for low, high, said in ((first, second, groups[0]), (second, self.config.vocabulary, groups[1])):
            inside = ((target >= low) & (target < high)).nonzero().squeeze(1)
            each = each.index_add(0, inside, F.cross_entropy(*said, reduction="none"))
        rows, length = batch["targets"].shape
        return each.new_zeros(rows).index_add(0, place // length, each)

    def choices(self, batch: dict[str, Tensor]) -> tuple[list[tuple[Tensor, Tensor]], int]:
        """(logits, targets) of the frequent tokens and of both groups, and how many targets there are."""
        words = self.words()
        target = batch["targets"].reshape(-1)
        kept = (target >= 0).nonzero().squeeze(1)
        h, target = self.hidden(batch, words).reshape(-1, self.config.width)[kept], target[kept]
        first, second = self.config.cuts
        top = torch.where(target < first, target, torch.where(target < second, first, first + 1))
        head = torch.cat([words[:first], self.groups.weight])
        said = [(h @ head.T, top)]
        for low, high in ((first, second), (second, self.config.vocabulary)):
            inside = ((target >= low) & (target < high)).nonzero().squeeze(1)
            said.append((h[inside] @ words[low:high].T, target[inside] - low))
        return said, len(target)

    def load_arrays(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """The inverse of `arrays`: what was folded into the words stays there."""
        for name, parameter in self.named_parameters():
            with torch.no_grad():
                if name in ("rhyme_table.weight", "stress_table.weight"):
                    parameter.zero_()
                else:
                    key = {"table.weight": "words"}.get(name, name if name.startswith("body.") else name.split(".")[0])
                    parameter.copy_(torch.from_numpy(np.array(arrays[key], np.float32)))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The folded weights for the numpy engine and for the disk."""
        with torch.no_grad():
            words = self.words()
            out = {
                "words": words,
                "groups": self.groups.weight,
                "left": self.left.weight,
                "line": self.line.weight,
                "relation": self.relation.weight,
                "partner": self.partner.weight,
                "before": self.before.weight,
                **{f"body.{k}": v for k, v in self.body.state_dict().items()},
            }
            return {k: v.detach().cpu().numpy().astype(np.float32) for k, v in out.items()}
