"""The training loop that every model shares: minutes or steps, checkpoints, a log, the best by held-out figure.

A run lives in a folder of its own:

    checkpoint.safetensors   parameters and optimiser state of the last checkpoint
    best.safetensors         parameters with the lowest held-out figure so far
    state.json               step, seconds trained, best figure, the run's settings
    log.jsonl                one line for each report: step, seconds, loss, rate, held-out figure

Runs resume from the checkpoint; data is drawn by a generator seeded with (seed, step), so a resumed run sees
what an unbroken one would have seen. Nothing is pickled.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import Cancelled, InputError, StoreError
from .files import atomic, make_folder, write_text
from .locks import locked

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn
    from torch.optim import Optimizer

    from .progress import Progress

__all__ = ["TrainingPlan", "TrainingResult", "device_of", "finished_run", "load_best", "split_held_out", "train"]


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """How long and how fast.

    minutes: wall-clock budget over all sessions of the run; steps: an upper limit instead of, or besides, it;
    lr: peak rate (matrices by Muon, the rest by AdamW); decay_share: the last part of the run, in which the rate
    falls linearly to zero; warmup: steps; clip: largest gradient norm; threads: torch's, on a CPU;
    evaluate_every, checkpoint_every: seconds; mixed: matrix products of the loss in bfloat16 where the device is
    quicker at them (parameters, sums and the held-out figure stay float32).
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


def split_held_out(names: list[str], share: float = 0.05, *, salt: str = "artwright") -> tuple[list[int], list[int]]:
    """Indices to train on and to hold out, by a hash of each name: a work stays on its side whatever is added.

    Raises InputError with fewer than two names.
    """
    import hashlib

    if len(names) < 2:
        raise InputError(f"{len(names)} work(s) to learn from; at least 2 are needed, one of them to be held out")
    rank = [int.from_bytes(hashlib.sha256(f"{salt}:{n}".encode()).digest()[:8], "big") / 2**64 for n in names]
    held = [i for i, r in enumerate(rank) if r < share]
    if not held:
        held = [min(range(len(names)), key=rank.__getitem__)]
    kept = set(held)
    return [i for i in range(len(names)) if i not in kept], held


def finished_run(folder: Path, *, figure: str) -> dict[str, Any]:
    """What a card says of the run that another begins with, its held-out figure as `figure`. Raises InputError if there
    is none.
    """
    state = folder / "state.json"
    known = json.loads(state.read_text("utf-8")) if state.exists() else {}
    if not known.get("finished"):
        where = f"{folder.name!r} in {str(folder.parent)!r}"
        raise InputError(
            f"there is no finished run {where} to start from; train one of that name first, or end it with --resume"
        )
    return {
        "run": folder.name,
        "steps": known["step"],
        "seconds": round(known["seconds"]),
        figure: round(known["best"] or 0.0, 4),
    }


def load_best(module: nn.Module, folder: Path) -> None:
    """Load the best parameters of a run into `module`. Raises InputError if they are of another shape."""
    from safetensors.torch import load_file

    try:
        module.load_state_dict(load_file(str(folder / "best.safetensors")))
    except RuntimeError as error:
        raise InputError(
            f"the run {folder.name!r} has parameters of another shape; start from one of the same model, size and "
            f"corpus"
        ) from error


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
    from .transformer.muon import build_optimizer

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
        run = _Run(folder, module, chosen)
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
        run: _Run,
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
            while run.step < plan.steps and run.seconds < 60 * plan.minutes:
                loss = self._step()
                run.step += 1
                run.seconds = before + time.monotonic() - began
                if self.progress is not None:
                    self.progress.update(plan.share(run.step, run.seconds), f"loss {loss:.3f}")
                if run.seconds - reported >= plan.evaluate_every:
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
            "loss": round(float(np.mean(self.recent or [math.nan])), 5),
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


class _Run:
    """The folder of a run and its state."""

    def __init__(self, folder: Path, module: nn.Module, optimizers: list[Any]) -> None:
        self.folder, self.module, self.optimizers = folder, module, optimizers
        self.step, self.seconds, self.best = 0, 0.0, None  # type: int, float, float | None
        self.settings: dict[str, Any] = {}

    def open(self, *, resume: bool, settings: dict[str, Any]) -> None:
        self.settings = settings
        state = self.folder / "state.json"
        if state.exists() and not resume:
            raise StoreError(
                f"{str(self.folder)!r} holds a run already; continue it with --resume or choose another name"
            )
        if not state.exists():
            return
        import torch
        from safetensors.torch import load_file

        known = json.loads(state.read_text("utf-8"))
        if known["settings"] != settings:
            changed = sorted(k for k in {*known["settings"], *settings} if known["settings"].get(k) != settings.get(k))
            raise StoreError(
                f"the run in {str(self.folder)!r} was begun with other settings ({', '.join(changed)}); use the same, "
                f"or another name"
            )
        tensors = load_file(str(self.folder / "checkpoint.safetensors"))
        self.module.load_state_dict({k[2:]: v for k, v in tensors.items() if k.startswith("m.")})
        parameters = dict(self.module.named_parameters())
        owner = {id(p): o for o in self.optimizers for g in o.param_groups for p in g["params"]}
        for key, value in tensors.items():
            if key.startswith("o."):
                slot, name = key[2:].split(".", 1)
                parameter = parameters[name]
                optimizer = owner[id(parameter)]
                if slot == "step":  # counted beside the parameter only where one kernel does it all
                    value = value.reshape(()).to(torch.float32)
                if slot != "step" or optimizer.defaults.get("fused"):
                    value = value.to(parameter.device)
                optimizer.state[parameter][slot] = value
        self.step, self.seconds, self.best = known["step"], known["seconds"], known["best"]

    def _slots(self) -> Iterator[tuple[str, Any]]:
        names = {id(p): n for n, p in self.module.named_parameters()}
        for optimizer in self.optimizers:
            for parameter, state in optimizer.state.items():
                for slot, value in state.items():
                    yield (
                        f"o.{slot}.{names[id(parameter)]}",
                        value.detach().reshape(1) if value.dim() == 0 else value.detach(),
                    )

    def save(self, *, finished: bool = False) -> None:
        from safetensors.torch import save_file

        tensors = {f"m.{k}": v.detach().contiguous().clone() for k, v in self.module.state_dict().items()}
        tensors |= {k: v.contiguous().clone() for k, v in self._slots()}
        with atomic(self.folder / "checkpoint.safetensors") as temporary:
            save_file(tensors, str(temporary))
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
            "finished": finished,
            "settings": self.settings,
        }
        write_text(self.folder / "state.json", json.dumps(state, indent=1) + "\n")

    def save_best(self) -> None:
        from safetensors.torch import save_file

        with atomic(self.folder / "best.safetensors") as temporary:
            save_file({k: v.detach().contiguous().clone() for k, v in self.module.state_dict().items()}, str(temporary))

    def note(self, row: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
