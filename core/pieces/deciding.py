"""Whether a task of a piece must be done, and why: what it depends on now, against what the journal knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..options import Options, parse_options
from .doing import Job, Parent
from .journal import Entry, Journal
from .keys import Surroundings, key_of
from .plan import Plan, Task
from .why import why_known, why_run

if TYPE_CHECKING:
    from .shelf import Shelf

__all__ = ["Decider", "Decision", "parts_of"]

Parents = Mapping[str, tuple[Parent, ...]]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a task. reason: in words; known: whether what it makes is known; job: what must be done for it (for a
    known one: its files written), or None; entry: its row in the journal, settled where there is no job.
    """

    reason: str
    known: bool
    job: Job | None
    entry: Entry


class Decider:
    """Decides for one run. run: its name in the journal; first: the round that it begins with; folder: where files go;
    fresh: take nothing that is known.
    """

    def __init__(
        self,
        plan: Plan,
        surroundings: Surroundings,
        *,
        journal: Journal,
        shelf: Shelf,
        run: str,
        first: int,
        folder: Path,
        fresh: bool,
    ) -> None:
        self.plan, self.surroundings, self.journal, self.shelf = plan, surroundings, journal, shelf
        self.run, self.first, self.folder, self.fresh = run, first, folder, fresh
        self._needed = {need for step in plan.spec.steps.values() for needs in step.needs.values() for need in needs}

    def decide(self, task: Task, parents: Parents, round_: int) -> Decision:
        """What becomes of a task in a round, given the works that it needs."""
        options, parsed, parts = parts_of(self.plan, self.surroundings, task, parents, self.folder)
        before = self.journal.get(self.run, task.name)
        entry = Entry(
            run=self.run,
            step=task.name,
            place=task.place,
            round=round_,
            key=key_of(parts),
            parts=parts,
            result={"files": list(task.step.outputs)} if task.step.outputs else {},
            made=round_,
            tries=(before.tries if before else 0) + 1,
        )
        job = Job(
            name=task.name,
            step=task.step,
            medium=self.plan.media[task.label],
            seed=self.plan.seed_of(task),
            options=options,
            parents=parents,
            folder=str(self.folder),
        )
        writes = [name for name in parsed.outputs() if options.get(name)]  # files that the library has not
        reason, known = self._reason(task, before, entry, writes)
        if known is None:
            return Decision(reason=reason, known=False, job=job, entry=entry)
        entry = self._taken_over(task, entry, known)
        is_written = before is not None and before.round >= self.first  # in an earlier round of this run
        if not task.step.outputs or known.state == "cleaned" or is_written:
            return Decision(reason=reason, known=True, job=None, entry=entry)
        return Decision(reason=reason, known=True, job=replace(job, known=known.work), entry=entry)

    def _taken_over(self, task: Task, entry: Entry, known: Entry) -> Entry:
        """A task's row with what is known of it."""
        is_ours = known.run == self.run
        return replace(
            entry,
            state=known.state,
            work=known.work,
            title=task.step.title or known.result.get("own_title", known.title),
            result={**known.result, **entry.result},
            seconds=known.seconds,
            made=known.made if is_ours else 0,
            tries=known.tries if is_ours else 0,
        )

    def _reason(self, task: Task, before: Entry | None, entry: Entry, writes: list[str]) -> tuple[str, Entry | None]:
        """(why a task runs or does not, the row of what is known of it or None if it must run)."""
        step = task.step
        if before is not None and before.state == "wanted":
            return "a step that runs needs its work, which is not in the library", None
        if self.fresh and (before is None or before.round < self.first or not before.is_known):
            return "forced", None
        if writes:
            return f"it writes the file of option {writes[0]!r}, which the library has not", None
        if step.operation == "analyze" and any(file.endswith(".png") for file in step.outputs):
            return "it draws a plot, which is not kept", None
        is_same = before is not None and before.is_known and before.key == entry.key
        known = before if is_same else self.journal.find(entry.key)
        if known is None:
            return why_run(before, entry.parts), None
        if self.shelf.has(known.work):
            return why_known(before, entry.key), replace(known, state="done")
        if not step.outputs and task.label in self._needed:
            return why_known(before, entry.key) + "; its work was cleaned away", replace(known, state="cleaned")
        return why_run(replace(before, state="lost") if before else None, entry.parts), None


def parts_of(
    plan: Plan, surroundings: Surroundings, task: Task, parents: Parents, folder: Path
) -> tuple[dict[str, Any], Options, dict[str, Any]]:
    """(a task's options with their places, the same as its model takes them, what it depends on)."""
    options = plan.options(task, folder)
    parsed = parse_options(plan.types[task.label], options, model=task.step.model or "", operation=task.step.operation)
    parts = surroundings.parts(
        task.step,
        parsed,
        medium=plan.media[task.label],
        seed=plan.seed_of(task),
        parents={key: [[p.step, p.id, p.title] for p in works] for key, works in parents.items()},
    )
    return options, parsed, parts
