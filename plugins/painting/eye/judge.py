"""The second stage: a small network that turns a picture's few dozen scores into probabilities of classes.

Scores of single artists are better clues to a movement than a movement's own score, since a movement is many hands; one
hidden
layer over all of them joins the clues. It is trained on scores that each work gets from a model without that work
(leave one out), so it meets new works as it met the old ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Judge", "JudgePlan", "train_judge"]

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class JudgePlan:
    """hidden: width of the layer; nets: trained from different starts and averaged; rounds: over the works; noise:
    added to
    scores of deviation 1; dropout; decay: weight decay; rate: peak learning rate."""

    hidden: int = 256
    nets: int = 3
    rounds: int = 40
    noise: float = 0.6
    dropout: float = 0.6
    decay: float = 0.01
    rate: float = 2e-3
    batch: int = 128


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Weights of all nets: first (nets, scores, hidden), first_bias (nets, hidden), second (nets, hidden, classes),
    second_bias
    (nets, classes); classes of all subjects lie side by side, `parts` says where."""

    first: Array
    first_bias: Array
    second: Array
    second_bias: Array
    parts: Mapping[str, tuple[int, int]]

    def scores(self, features: Array) -> dict[str, Array]:
        """features (n, scores) -> by subject (n, classes), the mean of the nets."""
        hidden = np.maximum(features[None] @ self.first + self.first_bias[:, None], 0)
        out = (hidden @ self.second + self.second_bias[:, None]).mean(axis=0)
        return {subject: out[:, a:b] for subject, (a, b) in self.parts.items()}

    def to_arrays(self) -> dict[str, Array]:
        """Named arrays for a weight file."""
        return {f"judge.{k}": getattr(self, k) for k in ("first", "first_bias", "second", "second_bias")}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], parts: Mapping[str, Sequence[int]]) -> Judge:
        """The inverse of `to_arrays`."""
        places = {k: (int(v[0]), int(v[1])) for k, v in parts.items()}
        return cls(
            **{
                k: np.asarray(arrays[f"judge.{k}"], np.float32)
                for k in ("first", "first_bias", "second", "second_bias")
            },
            parts=places,
        )


def train_judge(
    features: Array, labels: Mapping[str, tuple[int, np.ndarray]], plan: JudgePlan, seed: int, device: str = "cpu"
) -> Judge:
    """features (n, scores) of deviation about 1; labels: subject -> (number of classes, (n,) with -1 where unknown). All chance
    is drawn on the CPU, so a seed is the same on each device.
    """
    import torch
    from torch.nn import functional

    parts, total = {}, 0
    for subject, (classes, _) in labels.items():
        parts[subject] = (total, total + classes)
        total += classes
    x = torch.from_numpy(features.astype(np.float32)).to(device)
    goals = {subject: torch.from_numpy(y.astype(np.int64)).to(device) for subject, (_, y) in labels.items()}
    batch = min(plan.batch, len(x))
    steps = max(400, plan.rounds * max(1, len(x) // batch))
    generator = torch.Generator().manual_seed(seed)

    def start(into: int, *shape: int) -> torch.Tensor:
        drawn = (torch.rand((plan.nets, *shape), generator=generator) * 2 - 1) * into**-0.5
        return drawn.to(device).requires_grad_()

    first, first_bias = start(x.shape[1], x.shape[1], plan.hidden), start(x.shape[1], 1, plan.hidden)
    second, second_bias = start(plan.hidden, plan.hidden, total), start(plan.hidden, 1, total)
    optimizer = torch.optim.AdamW([first, first_bias, second, second_bias], lr=plan.rate, weight_decay=plan.decay)
    for step in range(steps):
        warm, left = min(1.0, (step + 1) / (0.1 * steps)), 1 - step / steps
        optimizer.param_groups[0]["lr"] = plan.rate * warm * left
        rows = torch.randint(0, len(x), (plan.nets, batch), generator=generator).to(
            device
        )  # each net has works of its own
        seen = x[rows] + plan.noise * torch.randn((*rows.shape, x.shape[1]), generator=generator).to(device)
        hidden = functional.relu(torch.baddbmm(first_bias, seen, first))
        kept = (torch.rand(hidden.shape, generator=generator) > plan.dropout).to(device)
        hidden = hidden * kept / (1 - plan.dropout)
        out = torch.baddbmm(second_bias, hidden, second)
        loss = out.new_zeros(())
        for subject, (a, b) in parts.items():
            goal = goals[subject][rows].flatten()
            if bool((goal >= 0).any()):
                loss = loss + plan.nets * functional.cross_entropy(out[..., a:b].flatten(0, 1), goal, ignore_index=-1)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    arrays = [p.detach().cpu().numpy() for p in (first, first_bias[:, 0], second, second_bias[:, 0])]
    return Judge(first=arrays[0], first_bias=arrays[1], second=arrays[2], second_bias=arrays[3], parts=parts)
