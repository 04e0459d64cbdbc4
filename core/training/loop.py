"""The training loop that every model shares: minutes or steps, checkpoints, a log, the best by held-out figure.

Runs resume from the checkpoint; data is drawn by a generator seeded with (seed, step), so a resumed run sees
what an unbroken one would have seen. Nothing is pickled.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Cancelled, InputError, StoreError
from ..files import make_folder
from ..locks import locked
from .plan import TrainingPlan, TrainingResult
from .runs import Run, load_best

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn
    from torch.optim import Optimizer

    from ..progress import Progress

__all__ = ["device_of", "train"]


def train(
    module: nn.Module,
    *,
    loss: Callable[[nn.Module, np.random.Generator], Tensor],
    evaluate: Callable[[nn.Module], float],
    plan: TrainingPlan,
    folder: Path,
    resume: bool,
    progress: Progress | None = None,
    settings: Mapping[str, Any] | None = None,
    optimizers: Callable[[nn.Module], list[Optimizer]] | None = None,
    device: str = "",
) -> TrainingResult:
    """Train `module` in `folder` and leave its best parameters loaded, in evaluation mode.

    loss: draws a batch with the given generator, on the module's device (`device_of`), and returns the mean loss, a
    scalar to differentiate; device: where to train, as a lease gives it, the module is on the CPU again afterwards;
    empty: where the module is, and stays;
    evaluate: the held-out figure (lower is better), called under no_grad in evaluation mode;
    settings: what identifies the run; resuming with other settings raises StoreError;
    optimizers: makes those of the module, in place of Muon and AdamW; all their groups run at the plan's rate.
    Raises StoreError if the folder holds a run and `resume` is false, or another program trains in it, InputError if the
    loss is no longer a number.
    An interruption (KeyboardInterrupt, Cancelled) leaves a checkpoint and is raised again.
    """
    from ..transformer.muon import build_optimizer

    if device:
        module.to(device)
    chosen = (
        optimizers(module) if optimizers is not None else build_optimizer(module, lr=plan.lr, decay=plan.weight_decay)
    )
    folder = Path(folder)
    make_folder(folder)
    with locked(
        folder, wait_s=0, busy=lambda: StoreError(f"another program trains in {str(folder)!r}; choose another name")
    ):
        run = Run(folder, module, chosen)
        run.open(resume=resume, settings=dict(settings or {}))
        result = _Loop(module, run, loss=loss, evaluate=evaluate, plan=plan, progress=progress).go()
    if device:
        module.to("cpu")
    return result


class _Loop:
    """One session of a run."""

    def __init__(
        self,
        module: nn.Module,
        run: Run,
        *,
        loss: Callable[[nn.Module, np.random.Generator], Tensor],
        evaluate: Callable[[nn.Module], float],
        plan: TrainingPlan,
        progress: Progress | None,
    ) -> None:
        self.module, self.run, self.loss, self.evaluate = module, run, loss, evaluate
        self.plan, self.progress = plan, progress
        self.place = device_of(module).partition(":")[0]
        self.mixed = plan.mixed and _has_fast_bfloat16(self.place)
        self.log: list[dict[str, Any]] = []
        self.recent: list[float] = []  # losses since the last report

    def go(self) -> TrainingResult:
        """Train to the end of the plan; leaves the best parameters loaded."""
        import torch

        run, plan = self.run, self.plan
        torch.set_num_threads(plan.threads)
        began, before = time.monotonic(), run.seconds
        reported = saved = run.seconds
        self.module.train()
        try:
            if plan.evaluate_steps and not run.step:
                self._report()
            while run.step < plan.steps and run.seconds < 60 * plan.minutes:
                loss = self._step()
                run.step += 1
                run.seconds = before + time.monotonic() - began
                if self.progress is not None:
                    self.progress.update(plan.share(run.step, run.seconds), f"loss {loss:.3f}")
                if self._is_due(reported):
                    reported = run.seconds
                    self._report()
                if run.seconds - saved >= plan.checkpoint_every:
                    saved = run.seconds
                    run.save()
            last = self._report()
            run.save(finished=True)
        except (KeyboardInterrupt, Cancelled):
            run.save()
            raise
        load_best(self.module, run.folder)
        self.module.eval()
        return TrainingResult(
            steps=run.step, seconds=run.seconds, best=run.best, last=last, finished=True, log=self.log
        )

    def _is_due(self, reported: float) -> bool:
        """Whether the held-out figure is to be taken; the last one is taken after the loop."""
        run, plan = self.run, self.plan
        if plan.evaluate_steps and run.step % plan.evaluate_steps == 0 and run.step < plan.steps:
            return True
        return run.seconds - reported >= plan.evaluate_every

    def _step(self) -> float:
        """One step of all optimizers; returns the loss before it. Raises InputError if that is no number."""
        import numpy as np
        import torch

        run, plan = self.run, self.plan
        rate = plan.rate(run.step, run.seconds)
        for optimizer in run.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = plan.lr * rate
        torch.manual_seed(plan.seed * 1_000_003 + run.step)
        with torch.autocast(self.place, torch.bfloat16, enabled=self.mixed):
            value = self.loss(self.module, np.random.default_rng([plan.seed, run.step]))
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.module.parameters(), plan.clip)
        for optimizer in run.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        number = value.item()
        if not math.isfinite(number):
            raise InputError(f"the loss is {number} at step {run.step}: lower the learning rate")
        self.recent.append(number)
        return number

    def _report(self) -> float:
        """Take the held-out figure, log it, keep the parameters if it is the best; returns it."""
        import numpy as np
        import torch

        run = self.run
        self.module.eval()
        with torch.no_grad():
            figure = float(self.evaluate(self.module))
        self.module.train()
        row = {
            "step": run.step,
            "seconds": round(run.seconds, 1),
            "loss": round(float(np.mean(self.recent)), 5) if self.recent else None,
            "rate": round(self.plan.rate(run.step, run.seconds), 4),
            "held_out": round(figure, 5),
        }
        self.log.append(row)
        run.note(row)
        self.recent.clear()
        if run.best is None or figure < run.best:
            run.best = figure
            run.save_best()
        return figure


def device_of(module: nn.Module) -> str:
    """The device that a module's parameters are on: where its batches belong."""
    return str(next(module.parameters()).device)


def _has_fast_bfloat16(place: str) -> bool:
    """Whether a kind of device multiplies bfloat16 itself; where it does not, they are slower than float32."""
    import torch

    if place == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if place != "cpu":
        return False
    able: Mapping[str, Any] = torch.cpu.get_capabilities()
    return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "arm_bf16"))
