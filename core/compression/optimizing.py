"""A model made smaller, from what is asked to the card that tells what it cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, UsageError
from ..training import TrainingPlan, train
from .learner import Kept, Learner, agreement, mean_loss
from .pruning import Masks, best_units, cut_units, share_of

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    from ..progress import Progress

__all__ = ["Recipe", "optimize"]

BITS = {"int8": 8, "int4": 4}
_STEP = 64
"""Units are kept in multiples of it, where there are that many: rows of panels are as wide."""
_STUDENT = 3
"""A student learns at so many times the rate at which what is there is mended."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What is to be done. quantize: "int8", "int4" or ""; prune: a share, "30%", or "", of what `grain` says ("units" or
    "numbers"); distill: "width=50%", "layers=50%" or ""; minutes: of training after a prune, or of a student.
    """

    quantize: str = ""
    prune: str = ""
    grain: str = "units"
    distill: str = ""
    minutes: float = 10.0
    steps: int = 1_000_000_000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.prune and self.distill:
            raise UsageError("give --prune or --distill, not both; what one made can be given to the other")
        if not (self.quantize or self.prune or self.distill):
            raise UsageError("say how: --quantize int8|int4, --prune 30%, or --distill width=50%|layers=50%")
        if not (math.isfinite(self.minutes) and self.minutes >= 0):
            raise UsageError(f"{self.minutes} minutes is no time to train; give a number from 0 on")
        if self.prune:
            share_of(self.prune)
        if self.distill:
            self.student()

    @property
    def learns(self) -> bool:
        """Whether a corpus is needed: what matters is judged on texts, and a student learns from them."""
        return bool(self.prune or self.distill)

    def student(self) -> tuple[str, float]:
        """("width" or "layers", the share of it) of a student. Raises InputError."""
        what, _, share = self.distill.partition("=")
        if what not in ("width", "layers"):
            raise InputError(
                f"{self.distill!r} is no smaller configuration; write width=50% or layers=50%, the share that is left"
            )
        return what, share_of(share)

    def told(self) -> str:
        """In the words of the command."""
        parts = [f"--quantize {self.quantize}"] if self.quantize else []
        parts += [f"--prune {self.prune} --grain {self.grain}"] if self.prune else []
        parts += [f"--distill {self.distill}"] if self.distill else []
        return " ".join(parts + ([f"--minutes {self.minutes:g} --seed {self.seed}"] if self.learns else []))


def optimize(learner: Learner, recipe: Recipe, runs: Path, *, name: str, progress: Progress) -> dict[str, Any]:
    """Make a learner's model smaller, write it and return its card. name: of the model it is made of; runs: a folder for
    the training, which goes on where it was cut off.
    """
    progress.update(0.0, "measuring the model as it is")
    before = learner.before()
    network, config, steps = _smaller(learner, recipe, runs, progress)
    progress.update(1.0, "writing and measuring")
    bits = BITS.get(recipe.quantize, learner.bits)
    made = {
        "optimized_from": name,
        "command": f"artwright models optimize {name} {recipe.told()}",
        "steps": steps,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "bits": bits,
    }
    exact = learner.loss_of(network) if recipe.learns else None
    after = learner.keep(network, config, bits, made)
    figures = _figures(learner, before, after, exact)
    learner.tell(after, {**made, "evaluation": figures})
    return {**made, "place": str(after.place), "evaluation": figures}


def _smaller(
    learner: Learner, recipe: Recipe, runs: Path, progress: Progress
) -> tuple[nn.Module, Mapping[str, Any], int]:
    """(network, its configuration, steps of training)."""
    if recipe.distill:
        what, share = recipe.student()
        old = learner.config
        changed: dict[str, Any] = (
            {"width": share} if what == "width" else {"layers": max(1, round(share * old["layers"]))}
        )
        config = learner.smaller(**changed)
        student = learner.student(config)

        def taught(module: nn.Module, rng: np.random.Generator) -> Tensor:
            return agreement(learner, learner.network, module, learner.batch(rng))

        return student, config, _train(learner, student, taught, recipe, runs, progress)
    if not recipe.prune:
        return learner.network, learner.config, 0
    network, config = deepcopy(learner.network), learner.config
    masks = None
    if recipe.grain == "units":
        layers = learner.units(network)
        keep = _rounded(layers[0].count, 1 - share_of(recipe.prune))
        config = learner.smaller(units=keep)
        cut_units(layers, best_units(learner, keep))
    else:
        masks = Masks(learner, share_of(recipe.prune))
        masks.apply(learner.linears(network))

    def own(module: nn.Module, rng: np.random.Generator) -> Tensor:
        if masks is not None:
            masks.apply(learner.linears(module))
        return mean_loss(learner, module, learner.batch(rng))

    steps = _train(learner, network, own, recipe, runs, progress)
    if masks is not None:
        masks.apply(learner.linears(network))
    return network, config, steps


def _rounded(count: int, share: float) -> int:
    step = _STEP if count >= 4 * _STEP else 1
    return max(step, round(share * count / step) * step)


def _train(learner: Learner, network: nn.Module, loss: Any, recipe: Recipe, runs: Path, progress: Progress) -> int:
    import torch

    if not recipe.minutes:
        return 0

    def judge(module: nn.Module) -> float:
        found = learner.loss_of(module)
        return found if found is not None else 0.0

    network.requires_grad_(True)
    plan = TrainingPlan(
        minutes=recipe.minutes,
        steps=recipe.steps,
        lr=learner.rate * (_STUDENT if recipe.distill else 1),
        seed=recipe.seed,
        evaluate_every=max(60.0, 12 * recipe.minutes),
        mixed=True,
        threads=torch.get_num_threads(),  # as many as the speed before was measured on
    )
    result = train(
        network,
        loss=loss,
        evaluate=judge,
        plan=plan,
        folder=runs,
        resume=(runs / "state.json").exists(),
        progress=progress,
        settings={"recipe": recipe.told()},
        optimizers=learner.optimizers,
    )
    network.requires_grad_(False)
    return result.steps


def _figures(learner: Learner, before: Kept, after: Kept, exact: float | None) -> dict[str, Any]:
    """What a card tells of both: bytes, nats a token of what is held out, tokens a second by rows."""
    figures: dict[str, Any] = {
        side: {
            "bytes": kept.bytes,
            **({"held_out_nats_per_token": round(kept.loss, 4)} if kept.loss is not None else {}),
            "tokens_per_second_by_rows": {str(rows): speed for rows, speed in kept.speed.items()},
        }
        for side, kept in (("before", before), ("after", after))
    }
    figures["bytes_of_before_in_float32"] = 4 * sum(p.numel() for p in learner.network.parameters())
    if exact is not None:
        figures["after"]["held_out_nats_per_token_in_float32"] = round(exact, 4)
    if before.loss and after.loss is not None:
        figures["loss_is_higher_by_percent"] = round(100 * (after.loss / before.loss - 1), 2)
    return figures
