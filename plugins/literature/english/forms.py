"""The English forms: lines, metres, rhymes, where sentences may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ....core.errors import InputError
from .prosody import METRES

__all__ = ["ALIASES", "FORMS", "VERSE_FORMS", "Form", "Plan", "find_form", "plan"]


@dataclass(frozen=True)
class Form:
    """A form. metres: names in METRES or "free:N" for N syllables of any stress, one a line; rhymes: a letter a line, `x`
    for none; stanzas: lines in each; token: what the model calls it; stops: lines (from 1) that end a sentence;
    pauses: lines that end with at least a comma."""

    name: str
    metres: tuple[str, ...]
    rhymes: str
    stanzas: tuple[int, ...]
    token: str
    stops: tuple[int, ...]
    pauses: tuple[int, ...] = ()

    def stanzas_of(self, lines: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Lines of a poem, parted into the stanzas of the form."""
        rest = iter(lines)
        return tuple(tuple(islice(rest, size)) for size in self.stanzas)


@dataclass(frozen=True)
class Plan:
    """A poem to write: the form with its stanzas, and the number of syllables of each line."""

    form: Form
    syllables: tuple[int, ...]

    @property
    def lines(self) -> int:
        """How many."""
        return len(self.form.metres)

    def pattern(self, line: int) -> str:
        """The places of a line, or "" where stress is free."""
        return METRES.get(self.form.metres[line], "")

    def partners(self, line: int) -> tuple[int, ...]:
        """Earlier lines that it rhymes with, the nearest last."""
        letter = self.form.rhymes[line]
        return tuple(i for i in range(line) if self.form.rhymes[i] == letter) if letter != "x" else ()


def _repeat(
    name: str,
    metres: tuple[str, ...],
    rhymes: str,
    times: int,
    token: str,
    stops: tuple[int, ...],
    pauses: tuple[int, ...],
) -> Form:
    n = len(metres)
    letters: list[str] = []
    for k in range(times):
        letters += ["x" if r == "x" else chr(ord(r) + k * 4) for r in rhymes]
    return Form(
        name,
        metres * times,
        "".join(letters),
        (n,) * times,
        token,
        tuple(s + k * n for k in range(times) for s in stops),
        tuple(p + k * n for k in range(times) for p in pauses),
    )


_P, _T, _R = "pentameter", "tetrameter", "trimeter"
FORMS: dict[str, Form] = {
    "shakespearean": Form(
        "shakespearean", (_P,) * 14, "ABABCDCDEFEFGG", (4, 4, 4, 2), "sonnet", (4, 8, 12, 14), (2, 6, 10, 13)
    ),
    "petrarchan": Form("petrarchan", (_P,) * 14, "ABBAABBACDECDE", (8, 6), "sonnet", (4, 8, 11, 14), (2, 6)),
    "spenserian": Form(
        "spenserian", (_P,) * 14, "ABABBCBCCDCDEE", (4, 4, 4, 2), "sonnet", (4, 8, 12, 14), (2, 6, 10, 13)
    ),
    "ode": Form("ode", (_P,) * 10, "ABABCDECDE", (10,), "sonnet", (4, 7, 10), (2,)),
    "terza-rima": Form("terza-rima", (_P,) * 13, "ABABCBCDCDEDE", (3, 3, 3, 3, 1), "other", (6, 13), (3, 9)),
    "quatrain": Form("quatrain", (_P,) * 4, "ABAB", (4,), "abab", (4,), (2,)),
    "ballad": _repeat("ballad", (_T, _R, _T, _R), "xAxA", 3, "xaxa", (4,), (2,)),
    "couplets": _repeat("couplets", (_P, _P), "AA", 4, "aabb", (2,), (1,)),
    "haiku": Form("haiku", ("free:5", "free:7", "free:5"), "xxx", (3,), "free", (3,), (1,)),
    "limerick": Form(
        "limerick",
        ("limerick-long",) * 2 + ("limerick-short",) * 2 + ("limerick-long",),
        "AABBA",
        (5,),
        "limerick",
        (2, 5),
        (1, 4),
    ),
    "blank-verse": Form("blank-verse", (_P,) * 10, "x" * 10, (10,), "blank", (10,), ()),
    "free-verse": Form("free-verse", ("free:8",) * 10, "x" * 10, (4, 4, 2), "free", (4, 8, 10), (2,)),
}
VERSE_FORMS = tuple(FORMS)
ALIASES = {
    "sonnet": "shakespearean",
    "blank": "blank-verse",
    "free": "free-verse",
    "couplet": "couplets",
    "prose-en": "prose",
}


def find_form(name: str) -> Form:
    """A verse form by name or alias. Raises InputError naming those there are."""
    form = FORMS.get(ALIASES.get(name, name))
    if form is None:
        raise InputError(f"{name!r} is not a form of English verse; there are: {', '.join((*FORMS, 'sonnet'))}, prose")
    return form


def plan(form: Form, rng: np.random.Generator, *, lines: int = 0) -> Plan:
    """A plan for one poem: free verse draws the lengths of its lines, a quatrain its metre; `lines` lengthens what may
    be lengthened.

    Raises InputError if the form cannot have that many lines.
    """
    if form.name == "free-verse":
        sizes = rng.choice((4, 5, 6, 7, 8, 9, 10, 11), size=len(form.metres))
        form = Form(
            form.name, tuple(f"free:{n}" for n in sizes), form.rhymes, form.stanzas, form.token, form.stops, form.pauses
        )
    elif form.name == "quatrain" and rng.random() < 0.35:
        form = Form(form.name, (_T,) * 4, form.rhymes, form.stanzas, form.token, form.stops, form.pauses)
    if lines and lines != len(form.metres):
        form = _lengthened(form, lines)
    return Plan(form, tuple(len(METRES[m]) if m in METRES else int(m.removeprefix("free:")) for m in form.metres))


def _lengthened(form: Form, lines: int) -> Form:
    unit = {"ballad": 4, "couplets": 2, "quatrain": 4, "blank-verse": 1}.get(form.name)
    if unit is None or lines % unit or not unit <= lines <= 40:
        allowed = f"a multiple of {unit}, at most 40" if unit else f"{len(form.metres)}"
        raise InputError(f"a {form.name} of {lines} lines was asked for; it has {allowed} lines")
    if form.name == "blank-verse":
        return Form(form.name, form.metres[:1] * lines, "x" * lines, (lines,), form.token, (lines,))
    rhymes = {"ballad": "xAxA", "couplets": "AA", "quatrain": "ABAB"}[form.name]
    return _repeat(form.name, form.metres[:unit], rhymes, lines // unit, form.token, (unit,), (unit // 2,))
