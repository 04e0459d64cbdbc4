"""A model learns from comparisons: what a person preferred becomes likelier, and the model stays near to what it was.

The loss is direct preference optimisation (Rafailov and others 2023): with r(x) = log p(x) - log p0(x), p0 the model
before, and a work a preferred to b,

    - log sigmoid(beta (r(a) - r(b))).

It is content with making both works unlikely, b the more so. Therefore it is paid for where the judged works, taken
together, become less likely than `LIMIT` allows: they are draws from p0, so this bounds Kullback and Leibler's
divergence from it. And the preferred work is learned a little as it stands (Pang and others 2024), which is best-of
fine-tuning.

Some hundred comparisons, some of them slips, are little for a million parameters. A taste (`core.feedback.taste`), which
has one number or two for each feature of a work, generalises better from as little; where it foretells comparisons that
it has not heard, it says of any two of the judged works how likely one is preferred, and most of each batch are such
pairs, with that probability as their label (as a reward model is distilled, Fisch and others 2024). For the same reason
only the gains of the norms are trained where a net has such: a thousand numbers that turn what it knows up and down.

A part of the works is held out, with their comparisons. The last checkpoint is kept under which they are no less likely
than `LIMIT` allows; where no taste helps, the one that foretells their comparisons best, and the model before is one of
them: nothing is learned from noise.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..feedback.learning import foresee, learn
from ..feedback.taste import Taste
from .loop import train
from .plan import TrainingPlan, TrainingResult
from .splitting import split_held_out

if TYPE_CHECKING:
    from torch import Tensor, nn

    from ..progress import Progress

__all__ = ["LIMIT", "Learned", "learn_preferences"]

_log = logging.getLogger("artwright")
T = TypeVar("T")
LIMIT = 0.04
"""How much less likely held-out works may become, as a share of their negative log-likelihood."""
_BETA = 0.1
_ANCHOR, _IMITATION = 20.0, 0.05  # weights of what is lost beyond half the limit, and of preferred works, per symbol
_BATCH = 16  # pairs
_EPOCHS = 16
_FORESEES = 0.58  # share of unheard comparisons from which on a taste helps
_RATE = 1e-2
_BY_TASTE = 0.75  # of a batch
_JUDGED = 64  # pairs by taste that checkpoints are chosen by
_HELD_OUT = 0.2
_FEWEST_HELD = 8  # comparisons that must be held out to choose by them


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What a run came to. foretold: share of held-out comparisons that the likelihood ratio gets right (chance: 0.5);
    by_taste: the same share by the taste that helped, None where none did; less_likely: how much the negative
    log-likelihood of held-out works grew, as a share; pairs, held_out: comparisons learned from and left out.
    """

    result: TrainingResult
    foretold: float | None
    by_taste: float | None
    less_likely: float
    pairs: int
    held_out: int

    def to_dict(self) -> dict[str, Any]:
        """The figures for a card."""
        return {
            "comparisons": self.pairs,
            "held_out_comparisons": self.held_out,
            "held_out_foretold": None if self.foretold is None else round(self.foretold, 4),
            "held_out_foretold_by_taste": None if self.by_taste is None else round(self.by_taste, 4),
            "held_out_less_likely": round(self.less_likely, 4),
        }


def learn_preferences(
    module: nn.Module,
    works: Sequence[T],
    pairs: Sequence[tuple[int, int]],
    *,
    nats: Callable[[Sequence[T]], Tensor],
    names: Sequence[str],
    sizes: Sequence[int],
    features: Sequence[Mapping[str, float]],
    folder: Path,
    minutes: float = math.inf,
    seed: int = 0,
    resume: bool = False,
    progress: Progress | None = None,
    settings: Mapping[str, Any] | None = None,
    rate: float = _RATE,
) -> Learned:
    """Train `module`, on the CPU, on comparisons; it is left with the best parameters, in evaluation mode.

    works: as the model reads them; pairs: (preferred, other), indices of works; nats: negative log-likelihood of each
    of some works under `module`, (works,), differentiable; names: of the works, by which they are held out; sizes:
    symbols of each; features: of each, for the taste; minutes: the most that is used; the rest as in `train`. Raises
    InputError if there are no pairs, and as `train`.
    """
    import torch

    if not pairs:
        raise InputError("none of the works that were compared can be read by this model; name another with --model")
    lesson = _Lesson.of(pairs, names, features)
    trained = _trained(module)
    module.eval()
    with torch.no_grad():
        reference = _Reference(torch.cat([nats([work]) for work in works]).detach(), works, nats)
    size = torch.tensor([float(n) for n in sizes])

    def loss(_: nn.Module, rng: np.random.Generator) -> Tensor:
        chosen, label = lesson.draw(rng)
        better, worse, a, b = reference.ratios(chosen)
        lost = -(better.sum() + worse.sum()) / (reference.nats[a].sum() + reference.nats[b].sum())
        imitation = (reference.nats[a] - better) / size[a]
        sure = torch.from_numpy(label).to(better.dtype)
        preferred = _preferred(better - worse, label)
        return (preferred + _IMITATION * sure * imitation).mean() + _ANCHOR * (lost - LIMIT / 2).relu()

    def evaluate(_: nn.Module) -> float:
        figure, _foretold, grown = reference.judge(lesson)
        return figure if grown <= LIMIT else math.inf

    steps = _EPOCHS * math.ceil(len(lesson.learned) / _BATCH)
    plan = TrainingPlan(
        minutes=minutes,
        steps=steps,
        lr=rate,
        warmup=10,
        seed=seed,
        threads=torch.get_num_threads(),
        evaluate_steps=max(1, steps // _EPOCHS),
    )
    result = train(
        module,
        loss=loss,
        evaluate=evaluate,
        plan=plan,
        folder=folder,
        resume=resume,
        progress=progress,
        settings={**(settings or {}), "pairs": len(pairs), "works": len(works), "seed": seed},
        optimizers=lambda _: [torch.optim.AdamW(trained, lr=rate, weight_decay=0.0)],
    )
    with torch.no_grad():
        _, foretold, grown = reference.judge(lesson)
    return Learned(
        result=result,
        foretold=foretold if lesson.is_fresh else None,
        by_taste=lesson.foresight if lesson.is_fresh else None,
        less_likely=grown,
        pairs=len(lesson.learned),
        held_out=len(lesson.judged) if lesson.is_fresh else 0,
    )


@dataclass(frozen=True)
class _Lesson:
    """What is learned from and what is judged by. learned, judged: comparisons, (n, 2); is_fresh: whether the judged
    ones are held out; taste: learned from the learned ones, if it foretells; foresight: of the judged ones, the share it
    gets right; inside: works that are not held out.
    """

    learned: NDArray[np.int64]
    judged: NDArray[np.int64]
    is_fresh: bool
    taste: Taste | None
    foresight: float | None
    inside: NDArray[np.int64]
    features: Sequence[Mapping[str, float]]

    @classmethod
    def of(
        cls, pairs: Sequence[tuple[int, int]], names: Sequence[str], features: Sequence[Mapping[str, float]]
    ) -> _Lesson:
        """All is learned from, and judged by, where what is held out would be too few to choose by."""
        kept, _ = split_held_out(list(names), _HELD_OUT / 2)
        table, inside = np.array(pairs, np.int64), np.array(kept, np.int64)
        is_inside = np.isin(table, inside).all(1)
        fresh = int((~is_inside).sum()) >= _FEWEST_HELD and bool(is_inside.any())
        learned, judged = (table[is_inside], table[~is_inside]) if fresh else (table, table)
        heard = [(features[a], features[b]) for a, b in learned.tolist()]
        foresight = None
        taste = None
        if (foreseen := foresee([], heard) or 0.0) >= _FORESEES:
            taste = learn([], heard)
            foresight = float((taste.probabilities(features, judged) > 0.5).mean())
        _log.debug("the taste foresees %.2f", foreseen)
        return cls(learned, judged, fresh, taste, foresight, inside if fresh else np.arange(len(names)), features)

    def draw(self, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(pairs, how likely the first of each is preferred) of a batch."""
        count = _BATCH if self.taste is None else round(_BATCH * (1 - _BY_TASTE))
        said = self.learned[rng.integers(len(self.learned), size=count)]
        if self.taste is None:
            return said, np.ones(count)
        any_two, sure = self._by_taste(self.taste, self.inside, _BATCH - count, rng)
        return np.concatenate([said, any_two]), np.concatenate([np.ones(count), sure])

    def _by_taste(
        self, taste: Taste, works: NDArray[np.int64], count: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(any two of some works, the one that is liked more first; how likely it is preferred)."""
        any_two = works[rng.integers(len(works), size=(count, 2))]
        sure = taste.probabilities(self.features, any_two)
        any_two[sure < 0.5] = any_two[sure < 0.5][:, ::-1]
        return any_two, np.maximum(sure, 1 - sure)

    @cached_property
    def test(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Pairs that checkpoints are chosen by: of all works by taste, or what is held out of what was said."""
        if self.taste is None:
            return self.judged, np.ones(len(self.judged))
        return self._by_taste(self.taste, np.arange(len(self.features)), _JUDGED, np.random.default_rng(0))


class _Reference:
    """What the model before said: nats of each work, (works,)."""

    def __init__(self, before: Tensor, works: Sequence[T], nats: Callable[[Sequence[T]], Tensor]) -> None:
        self.nats, self._works, self._now = before, works, nats

    def ratios(self, pairs: NDArray[np.int64]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """(r of the preferred, r of the others, indices of both)."""
        import torch

        a, b = torch.from_numpy(pairs[:, 0].copy()), torch.from_numpy(pairs[:, 1].copy())
        both = torch.cat([a, b])
        r = self.nats[both] - self._now([self._works[i] for i in both.tolist()])
        return r[: len(a)], r[len(a) :], a, b

    def margins(self, pairs: NDArray[np.int64]) -> tuple[Tensor, float]:
        """(r(a) - r(b) of each pair, growth of the negative log-likelihood of all works of the pairs)."""
        import torch

        parts = [self.ratios(pairs[at : at + _BATCH]) for at in range(0, len(pairs), _BATCH)]
        better, worse, a, b = (torch.cat(column) for column in zip(*parts, strict=True))
        known = torch.full_like(self.nats, math.nan)
        known[a], known[b] = better, worse
        seen = ~known.isnan()
        return better - worse, float(-known[seen].sum() / self.nats[seen].sum())

    def judge(self, lesson: _Lesson) -> tuple[float, float, float]:
        """(loss on what checkpoints are chosen by, share of held-out comparisons foretold, growth of the negative
        log-likelihood of held-out works).
        """
        margin, grown = self.margins(lesson.judged)
        hits = (margin > 0).double() + 0.5 * (margin == 0).double()
        pairs, label = lesson.test
        chosen = margin if lesson.taste is None else self.margins(pairs)[0]
        return float(_preferred(chosen, label).mean()), float(hits.mean()), grown


def _preferred(margin: Tensor, label: NDArray[np.float64]) -> Tensor:
    """The loss of each comparison. margin: r(a) - r(b); label: how likely a is preferred."""
    import torch

    sure, sign = torch.from_numpy(label).to(margin.dtype), torch.nn.functional.logsigmoid
    return -(sure * sign(_BETA * margin) + (1 - sure) * sign(-_BETA * margin))


def _trained(module: nn.Module) -> list[nn.Parameter]:
    """The gains of the norms, or all parameters of a net without such; no others keep a gradient."""
    from torch import nn

    gains = [parameter for part in module.modules() if isinstance(part, nn.RMSNorm) for parameter in part.parameters()]
    chosen = gains or list(module.parameters())
    for parameter in module.parameters():
        parameter.requires_grad_(any(parameter is one for one in chosen))
    return chosen
