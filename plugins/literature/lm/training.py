"""What the trainings of all models share: how a run is told again, its loop, and the common lines of a card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.training import TrainingPlan, TrainingResult, finished_run, load_best
from ....core.training import train as run_training

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    from ....core.progress import Progress
    from ....core.requests import Context, TrainRequest
    from ..models.poet.options import PoetOptions

__all__ = ["Training"]

UNLIMITED = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training that was asked for. device: what was lent for it; steps: the most that are taken."""

    request: TrainRequest[PoetOptions]
    context: Context
    device: str = "cpu"
    steps: int = UNLIMITED

    @property
    def progress(self) -> Progress:
        """Where it is told how far it has come."""
        return self.context.progress

    @property
    def target(self) -> Path:
        """The weight file that it makes."""
        return self.request.weights / f"{self.request.name}.safetensors"

    @property
    def start(self) -> Path | None:
        """The folder of the finished run whose best parameters are begun with; None for random ones."""
        start = self.request.options.start
        return self.request.runs.with_name(start) if start else None

    @property
    def is_shipped(self) -> bool:
        """Whether the result has the name of the weights that ship."""
        return self.request.name == self.request.model

    def begin(self, network: nn.Module) -> None:
        """Load the parameters of the run that is begun with, if there is one."""
        if self.start is not None:
            load_best(network, self.start)

    def run(
        self,
        network: nn.Module,
        *,
        loss: Callable[[np.random.Generator], Tensor],
        judge: Callable[[], float],
        evaluate_every: float,
        settings: dict[str, Any],
        **plan: Any,
    ) -> TrainingResult:
        """Take steps on `loss` for the time that is given. judge: bits of what is held out; settings: what a run that is
        resumed must have been begun with; plan: fields of `TrainingPlan`.
        """
        request = self.request
        return run_training(
            network,
            loss=lambda module, rng: loss(rng),
            evaluate=lambda module: judge(),
            plan=TrainingPlan(
                minutes=request.minutes,
                steps=self.steps,
                seed=request.seed,
                mixed=True,
                evaluate_every=evaluate_every,
                **plan,
            ),
            folder=request.runs,
            resume=request.resume,
            progress=self.progress,
            settings={
                **settings,
                "seed": request.seed,
                **({"start": request.options.start} if request.options.start else {}),
            },
            device=self.device,
        )

    def card(self, result: TrainingResult | None = None, *, figure: str = "", **own: Any) -> dict[str, Any]:
        """What every card says, and what is a model's own. figure: by which a run that was begun with was judged."""
        request = self.request
        started = {"started_from": finished_run(self.start, figure=figure)} if self.start is not None else {}
        return {
            "model": request.model,
            "licence": self._licence(),
            "steps": result.steps if result else 1,
            "seconds": round(result.seconds) if result else 0,
            "seed": request.seed,
            "command": self._command(),
            **started,
            **own,
        }

    def _licence(self) -> str:
        if self.is_shipped:
            return "trained on works in the public domain; the weights are MIT like the code"
        return "that of the texts they were trained on, which are the person's own"

    def _command(self) -> str:
        request = self.request
        corpus = "corpora/texts" if self.is_shipped else request.corpus.name
        parts = [
            f"artwright literature train {corpus} --model {request.model} --name {request.name}",
            f"--minutes {request.minutes:g} --seed {request.seed}",
        ]
        parts += [f"--start {request.options.start}"] if request.options.start else []
        if self.is_shipped:
            parts.append(f"--output plugins/literature/models/{request.model.replace('-', '_')}")
        return " ".join(parts)
