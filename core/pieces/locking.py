"""`piece.lock`: what each step of a piece was made with, as text, so that a drift is seen before a run.

A line for each step: its name, its key, the id of its work, its title and all that it depends on (versions, hashes of
weights and files, options, seed, parents), as JSON with sorted keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..files import canonical_json, write_text
from .deciding import parts_of
from .doing import Parent
from .journal import Journal
from .keys import Surroundings, key_of
from .plan import Plan, Task
from .why import what_changed

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["find_drift", "lock_file", "write_lock"]

_HEAD = "# artwright piece.lock 1: step, key, work, and what it depends on\n"


@dataclass(frozen=True, kw_only=True)
class _Line:
    key: str
    work: str
    title: str
    parts: dict[str, Any]


def lock_file(piece: Path) -> Path:
    """The lock of a piece: beside it, under its name."""
    return piece.with_suffix(".lock")


def write_lock(journal: Journal, run: str, file: Path) -> int:
    """Write the lock of a run that has ended; returns how many steps it has. Raises InputError if it has not ended."""
    counts = journal.counts(run)
    open_ = sum(number for state, number in counts.items() if state not in ("done", "cleaned"))
    if open_ or not counts:
        raise InputError(
            f"{open_} steps of the run have not ended; run the piece to its end, then lock it"
            if counts
            else "the journal knows no run into that folder; run the piece, then lock it"
        )
    lines = [
        f"{entry.step} {entry.key} {entry.work} {canonical_json({'parts': entry.parts, 'title': entry.title})}\n"
        for entry in journal.entries(run)
    ]
    write_text(file, _HEAD + "".join(lines))
    return len(lines)


def find_drift(plan: Plan, studio: Studio, file: Path) -> Iterator[str]:
    """What is not as the lock has it, a line for each step: what changed, and steps that came or went."""
    lines = _read(file)
    surroundings = Surroundings(studio)
    for label in plan.order:
        for task in plan.tasks(label):
            line = lines.pop(task.name, None)
            if line is None:
                yield f"step {task.name!r} is not in the lock"
                continue
            parents = _parents(plan, task, line)
            _, _, parts = parts_of(plan, surroundings, task, parents, Path())
            parts = json.loads(canonical_json(parts))
            if key_of(parts) != line.key:
                yield f"step {task.name!r}: {what_changed(line.parts, parts)}"
    for name in lines:
        yield f"step {name!r} is in the lock and no longer in the piece"


def _parents(plan: Plan, task: Task, line: _Line) -> dict[str, tuple[Parent, ...]]:
    """The works that the lock has for what a task needs; where it needs another step now, that step without a work."""
    locked = line.parts.get("parents", {})
    found: dict[str, tuple[Parent, ...]] = {}
    for key, labels in task.step.needs.items():
        works = tuple(Parent(*work) for work in locked.get(key, ()))
        if labels and list(dict.fromkeys(plan.label_of(work.step) for work in works)) != list(labels):
            works = tuple(Parent(label, "", "") for label in labels)
        if works:
            found[key] = works
    return found


def _read(file: Path) -> dict[str, _Line]:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the lock {str(file)!r} cannot be read: {error}; write it with `artwright piece lock`"
        ) from error
    if not text.startswith(_HEAD):
        raise InputError(f"{str(file)!r} is no lock of a piece; write it with `artwright piece lock`")
    lines = {}
    for number, line in enumerate(text.splitlines()[1:], 2):
        try:
            name, key, work, rest = line.split(" ", 3)
            row = json.loads(rest)
            lines[name] = _Line(key=key, work=work, title=str(row["title"]), parts=dict(row["parts"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{file.name}:{number}: this is no line of a lock; write it again with `artwright piece lock`"
            ) from error
    return lines
