"""How long a model is trained and how fast, and what a run came to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

__all__ = ["TrainingPlan", "TrainingResult"]


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """How long and how fast.

    minutes: wall-clock budget over all sessions of the run; steps: an upper limit instead of, or besides, it;
    lr: peak rate (matrices by Muon, the rest by AdamW); decay_share: the last part of the run, in which the rate
    falls linearly to zero; warmup: steps; clip: largest gradient norm; threads: torch's, on a CPU;
    evaluate_every, checkpoint_every: seconds; evaluate_steps: take the held-out figure also before the first step and
    after each so many, so that which parameters are the best depends on no clock (0: only by seconds);
    mixed: matrix products of the loss in bfloat16 where the device is quicker at them (parameters, sums and the
    held-out figure stay float32).
    """

    minutes: float = math.inf
    steps: int = 1_000_000_000
    lr: float = 3e-3
    decay_share: float = 0.4
    warmup: int = 50
    clip: float = 1.0
    weight_decay: float = 0.1
    seed: int = 0
    threads: int = 1
    evaluate_every: float = 120.0
    evaluate_steps: int = 0
    checkpoint_every: float = 60.0
    mixed: bool = False

    def share(self, step: int, seconds: float) -> float:
        """The share of the run that is done, at most 1, by whichever of steps and minutes is further on."""
        return min(1.0, max(step / self.steps, seconds / (60 * self.minutes)))

    def rate(self, step: int, seconds: float) -> float:
        """Learning rate as a share of the peak."""
        falling = min(1.0, (1 - self.share(step, seconds)) / self.decay_share) if self.decay_share else 1.0
        return max(0.0, min((step + 1) / max(1, self.warmup), falling))


@dataclass(frozen=True, kw_only=True)
class TrainingResult:
    """What a run came to: steps and seconds in all sessions, held-out figures (lower is better), log."""

    steps: int
    seconds: float
    best: float | None
    last: float | None
    finished: bool
    log: list[dict[str, Any]] = field(default_factory=list)
