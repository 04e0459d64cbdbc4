"""What a run would do, and why, without doing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .deciding import Decider
from .doing import Parent
from .plan import Plan, Task

__all__ = ["Foreseen", "foresee"]


@dataclass(frozen=True)
class Foreseen:
    """What would become of a task: whether it would run, and why or why not."""

    step: str
    runs: bool
    reason: str


def foresee(plan: Plan, decider: Decider) -> Iterator[Foreseen]:
    """Each task as it would be decided now. One whose parent would run is told so: whether it must run depends on what the
    parent makes.
    """
    known: dict[str, dict[str, Parent | None]] = {}
    for label in plan.order:
        known[label] = {}
        for task in plan.tasks(label):
            parents, running = _parents(plan, task, known)
            if running:
                known[label][task.name] = None
                yield Foreseen(task.name, True, f"its parent {running!r} runs")
                continue
            decision = decider.decide(task, parents, decider.first)
            entry = decision.entry
            known[label][task.name] = Parent(task.name, entry.work, entry.title) if decision.known else None
            yield Foreseen(task.name, not decision.known, decision.reason)


def _parents(
    plan: Plan, task: Task, known: dict[str, dict[str, Parent | None]]
) -> tuple[dict[str, tuple[Parent, ...]], str]:
    """(the works that a task needs, by key; the name of one that would run first, "" if none)."""
    found: dict[str, tuple[Parent, ...]] = {}
    for key, labels in task.step.needs.items():
        works: list[Parent] = []
        for label in labels:
            name = plan.parents(task, label)
            for other in known[label] if name is None else [name]:
                parent = known[label][other]
                if parent is None:
                    return {}, other
                works.append(parent)
        if works:
            found[key] = tuple(works)
    return found, ""
