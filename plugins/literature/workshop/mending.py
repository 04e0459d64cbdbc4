"""`mend`: the faulty character or word of a line replaced in form, what fits best in the poem first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....core.artwork import Text
from ....core.errors import InputError
from . import mending_en, mending_zh
from .check import check
from .findings import Fault, Verdict

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["Mended", "Step", "mend"]

#: Proposals that are shown, and faults of one line that are mended one after another.
SHOWN, _ROUNDS = 8, 3


@dataclass(frozen=True)
class Step:
    """One place mended. fault: its name, "" where the place was named; proposals: (character or word, probability among
    those that keep the form), the best first.
    """

    fault: str
    place: int
    old: str
    proposals: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Mended:
    """A line before and after, the steps between, and the whole poem with it."""

    line: int
    old: str
    new: str
    steps: tuple[Step, ...]
    text: Text

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        steps = [
            {**vars(s), "proposals": [{"text": t, "probability": round(p, 4)} for t, p in s.proposals]}
            for s in self.steps
        ]
        return {"line": self.line, "old": self.old, "new": self.new, "steps": steps, "poem": list(self.text.lines)}


def mend(text: Text, line: int, context: Context, *, place: int = 0, form: str = "") -> Mended:
    """A line's faults mended, place by place.

    line: from 1, as `check` counts (in Chinese each clause is one); place: of a character or word to replace whatever is
    wrong with it. Raises InputError where there is nothing to mend, or nothing that keeps the form.
    """
    asked = form or _form_of(check(text, form))
    mender = mending_zh if text.language == "zh" else mending_en
    rows = mender.rows_of(text)
    if not 1 <= line <= len(rows):
        raise InputError(f"line {line} was to be mended; the poem has lines 1 to {len(rows)}")
    steps: list[Step] = []
    current = text
    for _ in range(1 if place else _ROUNDS):
        faults = [f for f in check(current, asked).faults if f.line == line]
        fault = Fault(name="", line=line, place=place, rule="", remedy="") if place else _worst(faults, line)
        if fault is None:
            break
        if not 0 <= fault.place <= mender.size(current, line):
            raise InputError(f"line {line} has {mender.size(current, line)} places; place {fault.place} was asked for")
        if not fault.place:
            raise InputError(
                f"{fault.name} is a fault of all of line {line}, which no one word mends; write it anew: "
                f"`literature restore FILE --region 'line {line}'`"
            )
        old, proposals, made = mender.replace_one(current, fault, asked, context)
        if not proposals:
            raise InputError(
                f"nothing that keeps the form fits place {fault.place} of line {line} ({old}); rewrite the line"
            )
        steps.append(Step(fault.name, fault.place, old, tuple(proposals[:SHOWN])))
        current = made(proposals[0][0])
    if not steps:
        raise InputError(f"line {line} has no fault; name the place to replace with --place")
    return Mended(line, rows[line - 1], mender.rows_of(current)[line - 1], tuple(steps), current)


def _form_of(verdict: Verdict) -> str:
    """The form that the mended poem is held to: found once, so that it doesn't change on the way."""
    regulated = verdict.form in ("wujue", "qijue", "wulv", "qilv")
    return verdict.form if regulated or verdict.form.startswith("ci:") else ""


def _worst(faults: list[Fault], line: int) -> Fault | None:
    """A fault before a blemish, one with a place before one of the whole line."""
    return min(faults, key=lambda f: (f.weight != "fault", not f.place), default=None)
