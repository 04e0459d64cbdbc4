"""What a piece asks for, one task after another: its steps, filled in, for each of their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checking import Faults, is_paired, order_of
from .filling import fill_piece, fill_step, known_values
from .fitting import Fit, rows_of
from .places import place_options
from .schema import PieceSpec, StepSpec

if TYPE_CHECKING:
    from ..options import Options
    from ..studio import Studio

__all__ = ["Plan", "Task", "step_seed"]

_MOST = 1 << 40  # rows of a step


@dataclass(frozen=True, kw_only=True)
class Task:
    """One work to make or to read: a step, filled in. name: what it is called in the journal, with its row in brackets if the
    step has rows; row: the name of that, ""; place: its order.
    """

    name: str
    label: str
    step: StepSpec
    row: str
    place: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A piece that was checked against what is installed. types: the class of each step's options; media: of each step's work;
    counts: tasks of each step; files: of rows, by step; order: steps, each after those that it needs; known: what names
    stand for; values: those that the person gave; folder: below which it reads.
    """

    name: str
    spec: PieceSpec
    types: Mapping[str, type[Options]]
    media: Mapping[str, str]
    counts: Mapping[str, int]
    files: Mapping[str, Path]
    order: tuple[str, ...]
    seed: int
    known: Mapping[str, Any]
    values: Mapping[str, Any]
    folder: Path | None

    @classmethod
    def of(
        cls,
        name: str,
        spec: PieceSpec,
        studio: Studio,
        faults: Faults,
        *,
        seed: int,
        values: Mapping[str, Any],
        folder: Path | None,
    ) -> Plan:
        """Check a piece against what is installed; loads no model. Raises what is wrong, what `faults` has with it."""
        known = known_values(spec, values, name=name)
        spec = fill_piece(spec, known, name=faults.places.name)
        fit = Fit(spec, studio, faults, known=known, values=values, folder=folder)
        order = order_of(spec) if not len(faults) else list(spec.steps)
        fit.check(order)
        faults.end()
        return cls(
            name=name,
            spec=spec,
            types=fit.types,
            media=fit.media,
            counts=fit.counts,
            files=fit.files,
            order=tuple(order),
            seed=seed,
            known=known,
            values=values,
            folder=folder,
        )

    def tasks(self, label: str) -> Iterator[Task]:
        """The tasks of a step, in their order."""
        step, place = self.spec.steps[label], self._place(label)
        if step.for_each is None:
            yield Task(name=label, label=label, step=fill_step(step, self.known), row="", place=place)
            return
        for number, row in enumerate(rows_of(self.spec, label, self.files, self.known), 1):
            filled = fill_step(step, {**self.known, **row})
            yield Task(name=f"{label}[{row.name}]", label=label, step=filled, row=row.name, place=place + number)

    def _place(self, label: str) -> int:
        return list(self.spec.steps).index(label) * _MOST

    def parents(self, task: Task, label: str) -> str | None:
        """The task of the step `label` that a task needs, or None for all of them."""
        if self.spec.steps[label].for_each is None:
            return label
        return f"{label}[{task.row}]" if is_paired(self.spec, task.label, label) else None

    def label_of(self, name: str) -> str:
        """The step that a task is of."""
        return name.partition("[")[0]

    @property
    def size(self) -> int:
        """How many tasks there are."""
        return sum(self.counts.values())

    @property
    def depths(self) -> dict[str, int]:
        """How many steps each step waits for in a row, itself counted."""
        depths: dict[str, int] = {}
        for label in self.order:
            needs = self.spec.steps[label].waits_for.values()
            depths[label] = 1 + max((depths[other] for others in needs for other in others), default=0)
        return depths

    @property
    def width(self) -> int:
        """How many tasks can be done at once, at most."""
        depths = self.depths
        return max(sum(self.counts[label] for label in depths if depths[label] == depth) for depth in depths.values())

    def seed_of(self, task: Task) -> int:
        """The seed of a task: one that is fixed, or from the piece's seed and the task's name."""
        return task.step.seed if task.step.seed is not None else step_seed(self.seed, task.name)

    def options(self, task: Task, target: Path) -> dict[str, Any]:
        """A task's options with its places: outputs in the folder `target`."""
        return place_options(
            self.types[task.label], task.step.options, target=target, folder=self.folder, values=self.values
        )


def step_seed(seed: int, name: str) -> int:
    """A step's seed, from the piece's seed and the step's name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:4], "big")
