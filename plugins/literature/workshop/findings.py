"""What a check finds: faults with their place, rule and remedy; licences that the poets take; what the poem is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Fault", "Licence", "Verdict"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that the rule forbids.

    name: as the handbooks call it (孤平, "rhyme"); line: from 1, 0 for the whole poem; place: of the character or word in
    its line, from 1, 0 for the whole line; text: what stands there; remedy: what would mend it. A "blemish" is what
    handbooks advise against and good poems have.
    """

    name: str
    line: int
    place: int = 0
    text: str = ""
    rule: str
    remedy: str
    weight: Literal["fault", "blemish"] = "fault"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.name}  {_place(self.line, self.place, self.text)}: {self.rule}; {self.remedy}"


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Something that departs from the pattern and that the rule allows: a rescue, a substitution, a near rhyme."""

    name: str
    line: int
    place: int = 0
    text: str = ""
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.name}  {_place(self.line, self.place, self.text)}: {self.rule}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a poem is, and how it keeps to that.

    form: its name for programs ("qijue", "sonnet-spenserian"), name: for people; metre: of the whole; rhyme: scheme, or
    the rhyme group; lines: what was read in each, as plain JSON; otherwise: of old-style verse, the faults that it would have
    as regulated verse.
    """

    language: str
    form: str
    name: str
    metre: str = ""
    rhyme: str = ""
    faults: tuple[Fault, ...] = ()
    licences: tuple[Licence, ...] = ()
    remarks: tuple[str, ...] = ()
    lines: Sequence[dict[str, Any]] = ()
    otherwise: tuple[Fault, ...] = ()

    @property
    def kept(self) -> bool:
        """True if there is no fault; blemishes don't count."""
        return not any(f.weight == "fault" for f in self.faults)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "language": self.language,
            "form": self.form,
            "name": self.name,
            "kept": self.kept,
            "metre": self.metre,
            "rhyme": self.rhyme,
            "faults": [f.to_dict() for f in self.faults],
            "licences": [x.to_dict() for x in self.licences],
            "remarks": list(self.remarks),
            "lines": list(self.lines),
            "as_regulated": [f.to_dict() for f in self.otherwise],
        }


def _place(line: int, place: int, text: str) -> str:
    if not line:
        return f"the whole{f' ({text})' if text else ''}"
    where = f"line {line}" + (f", {place}" if place else "")
    return f"{where} {text!r}" if text else where
