"""The engine of pieces: it decides of each task whether it must be done and why, has it done by an executor, and tells
the journal.

Tasks come as streams, one for each step, and at most a few for each worker are in the air, so that a list of a million
rows takes no more memory than one of ten. A task is taken when the tasks that it needs are settled. What is known is not
done again. A work that was cleaned away, or is found to be lost, stays known until a task needs it; then its step is
marked "wanted" and the streams are gone through once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import (
    ArtwrightError,
    Cancelled,
    DeviceError,
    FormatError,
    StoreError,
    UsageError,
    WeightsError,
    tell_error,
)
from .deciding import Decider
from .doing import Job, Outcome, Parent
from .journal import Entry, Journal
from .plan import Plan, Task

if TYPE_CHECKING:
    from .crew import Crew
    from .shelf import Shelf

__all__ = ["Engine", "Event"]

_MEMO = 4096  # settled tasks that are looked up without the journal
_DEATHS = 3  # of workers at one task, before it is given up
_DIED = "the process that did it ended {deaths} times, as where memory is short; try --executor here, or ask for less"
_ROUNDS = 100  # each brings back at least one work that was lost


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happens to a task. state: "known", "running", "done" or "failed"; settled, size: of all tasks."""

    step: str
    state: str
    reason: str = ""
    seconds: float = 0.0
    settled: int
    size: int


@dataclass(kw_only=True)
class _Stream:
    """The tasks of one step, one at a time. under_way: taken and not settled; waits: one of them waits for the next round."""

    label: str
    tasks: Iterator[Task]
    head: Task | None = None
    over: bool = False
    under_way: int = 0
    waits: bool = False

    def peek(self) -> Task | None:
        if self.head is None and not self.over:
            self.head = next(self.tasks, None)
            self.over = self.head is None
        return self.head

    @property
    def is_settled(self) -> bool:
        return self.over and self.under_way == 0 and not self.waits


@dataclass(kw_only=True)
class _Running:
    """A task that is at work. deaths: of workers that did it; retried: how often it was begun again after an error."""

    job: Job
    entry: Entry
    stream: _Stream
    deaths: int = 0
    retried: int = 0


def may_pass(error: Exception) -> bool:
    """Whether what went wrong may go right when it is tried again: not what is asked, nor a file that is broken."""
    return not isinstance(error, UsageError | FormatError | WeightsError | Cancelled)


class Engine:
    """One run of a plan. decider: says of each task whether it must be done; tell: called for each event."""

    def __init__(
        self, plan: Plan, decider: Decider, *, journal: Journal, crew: Crew, shelf: Shelf, tell: Callable[[Event], None]
    ) -> None:
        self.plan, self.decider, self.journal, self.crew, self.shelf, self.tell = (
            plan,
            decider,
            journal,
            crew,
            shelf,
            tell,
        )
        self.run, self.round = decider.run, decider.first
        self.running: dict[Future[Outcome], _Running] = {}
        self.settled = 0
        self._streams: dict[str, _Stream] = {}
        self._memo: dict[str, Entry] = {}
        self._unwritten: list[Entry] = []
        self._made: list[tuple[str, Outcome]] = []
        self._wanted = False
        self._again: list[_Running] = []
        self._problem: Exception | None = None

    def drive(self) -> int:
        """Have all tasks done; returns the number of the last round. Raises the first error of a task, after those that
        were at work then have ended.
        """
        while True:
            self._go_through()
            if not self._wanted:
                return self.round
            self.round += 1
            if self.round - self.decider.first > _ROUNDS:
                raise StoreError(
                    f"works are lost from the library {str(self.shelf.folder)!r} as fast as they are made; see "
                    f"`artwright doctor`"
                )

    # ------------------------------------------------------------------ one round

    def _go_through(self) -> None:
        self.settled, self._wanted = 0, False
        self._memo.clear()
        self._streams = {label: _Stream(label=label, tasks=self.plan.tasks(label)) for label in self.plan.order}
        try:
            while True:
                for running in self._next_jobs():
                    self._hand_over(running)
                if not self.running:
                    break
                self._take_back()
        finally:
            self._flush()

    def _next_jobs(self) -> list[_Running]:
        """Settle what is known and take as many tasks as there is room for; their claims are written."""
        taken: list[_Running] = []
        moved = True
        while moved:
            moved = False
            for stream in self._streams.values():
                while (task := stream.peek()) is not None:
                    if len(taken) + len(self.running) >= self.crew.room:
                        moved = False
                        break
                    parents = self._parents(task)
                    if parents is None:
                        break
                    stream.head, moved = None, True
                    decided = self.decider.decide(task, parents, self.round)
                    if not decided.known or self.round == self.decider.first:
                        self._say(task.name, "known" if decided.known else "running", decided.reason)
                    if decided.job is None:
                        self._settle(decided.entry)
                        continue
                    stream.under_way += 1
                    if not decided.known:
                        self._unwritten.append(decided.entry)
                    taken.append(_Running(job=decided.job, entry=decided.entry, stream=stream))
        self._flush()
        return taken

    def _parents(self, task: Task) -> dict[str, tuple[Parent, ...]] | None:
        """The works that a task needs, by key; None if one is not settled yet."""
        found: dict[str, tuple[Parent, ...]] = {}
        for key, labels in task.step.needs.items():
            parents: list[Parent] = []
            for label in labels:
                name = self.plan.parents(task, label)
                if name is None and not self._streams[label].is_settled:
                    return None
                for entry in [self._settled(name)] if name is not None else self._all_settled(label):
                    if entry is None:
                        return None
                    parents.append(Parent(entry.step, entry.work, entry.title))
            if parents:
                found[key] = tuple(parents)
        return found

    def _settled(self, name: str) -> Entry | None:
        entry = self._memo.get(name) or self.journal.get(self.run, name)
        return entry if entry is not None and entry.round == self.round and entry.is_known else None

    def _all_settled(self, label: str) -> Iterator[Entry]:
        self._flush()
        return (entry for entry in self.journal.entries(self.run, prefix=label) if entry.round == self.round)

    def _settle(self, entry: Entry) -> None:
        """A task needs nothing more in this round."""
        self.settled += 1
        if len(self._memo) >= _MEMO:
            self._flush()
            self._memo.clear()
        self._memo[entry.step] = entry
        self._unwritten.append(entry)

    def _flush(self) -> None:
        if self._unwritten:
            with self.journal.writing():
                self.journal.put(self._unwritten)
            self._unwritten.clear()

    # ------------------------------------------------------------------ work that is under way

    def _hand_over(self, running: _Running) -> None:
        share = 1 / max(1, self.plan.size)
        future = self.crew.submit(running.job, start=self.settled * share, share=share)
        self.running[future] = running

    def _take_back(self) -> None:
        """Wait until a task has ended, and note what it came to."""
        ended, _ = wait(self.running, return_when=FIRST_COMPLETED)
        dead = self._note_all(ended)
        if dead:  # with one worker all of the executor's are gone
            dead += self._note_all(wait(self.running).done)
            self.crew.renew()
        again = [running for running in (*dead, *self._again) if self._problem is None]
        self._again.clear()
        if self._problem is not None:
            self._note_all(wait(self.running).done)  # nothing new is begun, and what is at work may end
        self._flush()  # what is told to be done is in the journal
        for name, outcome in self._made:
            self._say(name, "done", outcome.result.get("remark", ""), outcome.seconds)
        self._made.clear()
        if self._problem is not None:
            raise self._problem
        for running in again:
            self._hand_over(running)

    def _note_all(self, ended: Iterable[Future[Outcome]]) -> list[_Running]:
        """Note what tasks came to; returns those whose worker died and that are done again."""
        dead: list[_Running] = []
        for future in list(ended):
            running = self.running.pop(future)
            try:
                outcome = future.result()
            except BrokenExecutor:
                running.deaths += 1
                if running.deaths < _DEATHS:
                    dead.append(running)
                    continue
                self._fail(running, DeviceError(_DIED.format(deaths=_DEATHS)))
            except Exception as error:
                if may_pass(error) and running.retried < running.job.step.retries:
                    self._try_again(running, error)
                else:
                    self._fail(running, error)
            else:
                running.stream.under_way -= 1
                self._note(running, outcome)
        return dead

    def _try_again(self, running: _Running, error: Exception) -> None:
        running.retried += 1
        running.entry.tries += 1
        self._say(running.job.name, "running", f"again, after: {error}")
        time.sleep(min(0.1 * 2**running.retried, 10.0))
        self._again.append(running)

    def _note(self, running: _Running, outcome: Outcome) -> None:
        entry, job = running.entry, running.job
        if outcome.lost:
            running.stream.waits = True
            self._want(job, outcome.lost)
            return
        if not outcome.kept and self.crew.is_apart:
            raise StoreError(
                f"the library {str(self.shelf.folder)!r} did not keep the work of step {job.name!r}, and steps that run in "
                f"other processes need it there; make room or make it writable, or run with --jobs 1"
            )
        remade = not outcome.reused
        self._settle(
            replace(
                entry,
                state="done",
                work=outcome.work,
                title=outcome.title,
                result={**entry.result, **outcome.result},
                seconds=outcome.seconds if remade else entry.seconds,
                made=self.round if remade else entry.made,
            )
        )
        if remade:
            self._made.append((job.name, outcome))

    def _fail(self, running: _Running, error: Exception) -> None:
        text = str(error) if isinstance(error, ArtwrightError) else tell_error(error)
        self._unwritten.append(replace(running.entry, state="failed", error=text.splitlines()[0][:500]))
        self._say(running.job.name, "failed", reason=text)
        self._problem = self._problem or error
        if isinstance(error, ArtwrightError) and error.args:
            error.args = (f"step {running.job.name!r}: {text}", *error.args[1:])

    def _want(self, job: Job, lost: tuple[str, ...]) -> None:
        """Mark the steps whose works are needed and not there; the task waits for the next round."""
        self._flush()
        wanted = [
            p.step for parents in job.parents.values() for p in parents if p.id in lost or not self.shelf.has(p.id)
        ]
        for name in wanted:
            self.journal.mark(self.run, name, "wanted")
        self._wanted = True

    def _say(self, step: str, state: str, reason: str = "", seconds: float = 0.0) -> None:
        self.tell(
            Event(step=step, state=state, reason=reason, seconds=seconds, settled=self.settled, size=self.plan.size)
        )
