"""The folder of a training run.

A run lives in a folder of its own:

    checkpoint.safetensors   parameters and optimiser state of the last checkpoint
    best.safetensors         parameters with the lowest held-out figure so far
    state.json               step, seconds trained, best figure, the run's settings: what stands in the checkpoint too
    log.jsonl                one line for each report: step, seconds, loss, rate, held-out figure
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, StoreError
from ..files import atomic, write_text

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Run", "finished_run", "load_best"]


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


class Run:
    """The folder of a run and its state."""

    def __init__(self, folder: Path, module: nn.Module, optimizers: list[Any]) -> None:
        self.folder, self.module, self.optimizers = folder, module, optimizers
        self.step, self.seconds, self.best = 0, 0.0, None  # type: int, float, float | None
        self.settings: dict[str, Any] = {}

    def open(self, *, resume: bool, settings: dict[str, Any]) -> None:
        self.settings = settings
        known = self._known()
        if known is not None and not resume:
            raise StoreError(
                f"{str(self.folder)!r} holds a run already; continue it with --resume or choose another name"
            )
        if known is None:
            return
        import torch
        from safetensors.torch import load_file

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

    def _known(self) -> dict[str, Any] | None:
        """The state that belongs to the checkpoint: it is inside, so that a run killed between two files is whole; beside it
        in runs of before.
        """
        from safetensors import SafetensorError, safe_open

        checkpoint, state = self.folder / "checkpoint.safetensors", self.folder / "state.json"
        if not checkpoint.exists():
            return None
        try:
            with safe_open(str(checkpoint), "pt") as file:
                inside = (file.metadata() or {}).get("state")
            known: dict[str, Any] = json.loads(inside if inside is not None else state.read_text("utf-8"))
        except (SafetensorError, OSError, ValueError) as error:
            raise StoreError(
                f"the checkpoint {str(checkpoint)!r} cannot be read: {error}; begin anew with --force"
            ) from error
        return known

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
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "best": self.best,
            "finished": finished,
            "settings": self.settings,
        }
        with atomic(self.folder / "checkpoint.safetensors") as temporary:
            save_file(tensors, str(temporary), metadata={"state": json.dumps(state)})
        write_text(self.folder / "state.json", json.dumps(state, indent=1) + "\n")

    def save_best(self) -> None:
        from safetensors.torch import save_file

        with atomic(self.folder / "best.safetensors") as temporary:
            save_file({k: v.detach().contiguous().clone() for k, v in self.module.state_dict().items()}, str(temporary))

    def note(self, row: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
