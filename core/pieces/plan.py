"""What a piece asks for, one task after another: its steps, filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .places import place_options
from .schema import PieceSpec, StepSpec, check_steps, order_of

if TYPE_CHECKING:
    from ..options import Options
    from ..studio import Studio

__all__ = ["Plan", "Task", "step_seed"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One work to make or to read: a step, filled in. name: what it is called in the journal; place: its order."""

    name: str
    label: str
    step: StepSpec
    place: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A piece that was checked against what is installed. spec: filled in; types: the class of each step's options; media: of
    each step's work; order: steps, each after those that it needs; values: given by the person; folder: below which it reads.
    """

    name: str
    spec: PieceSpec
    types: Mapping[str, type[Options]]
    media: Mapping[str, str]
    order: tuple[str, ...]
    seed: int
    values: Mapping[str, Any]
    folder: Path | None

    @classmethod
    def of(
        cls, name: str, spec: PieceSpec, studio: Studio, *, seed: int, values: Mapping[str, Any], folder: Path | None
    ) -> Plan:
        """Check a piece against what is installed; loads no model."""
        types, media = check_steps(spec, studio, name=name)
        order = tuple(order_of(spec, name=name))
        return cls(name=name, spec=spec, types=types, media=media, order=order, seed=seed, values=values, folder=folder)

    def tasks(self, label: str) -> Iterator[Task]:
        """The tasks of a step, in their order."""
        yield Task(name=label, label=label, step=self.spec.steps[label], place=list(self.spec.steps).index(label))

    def parents(self, task: Task, label: str) -> str | None:
        """The task of the step `label` that a task needs, or None for all of them."""
        return label

    def label_of(self, name: str) -> str:
        """The step that a task is of."""
        return name.partition("[")[0]

    @property
    def size(self) -> int:
        """How many tasks there are."""
        return len(self.spec.steps)

    def seed_of(self, task: Task) -> int:
        """The seed of a task: one that is fixed, or from the piece's seed and the task's name."""
        return task.step.seed if task.step.seed is not None else step_seed(self.seed, task.name)

    def options(self, task: Task, target: Path) -> dict[str, Any]:
        """A task's options with its places: outputs in the folder `target`."""
        return place_options(
            self.types[task.label],
            task.step.options,
            where=f"{self.name}, step {task.name!r}",
            target=target,
            folder=self.folder,
            values=self.values,
        )


def step_seed(seed: int, name: str) -> int:
    """A step's seed, from the piece's seed and the step's name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:4], "big")
