"""Which of several works a step keeps: the first that a condition holds for, or the one with the most or least of something
that can be measured.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork
from ..errors import InputError
from ..seeds import derive_seed
from .schema import StepSpec

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["CHOICE", "CONDITION", "by_taste", "choose_work", "finding_of"]

_FINDING = r"[a-z_]\w*(?:\.\w+)*"
CONDITION = re.compile(rf"\s*({_FINDING})\s*(>=|<=|==|!=|>|<)\s*(\S.*?)\s*", re.IGNORECASE)
CHOICE = re.compile(rf"(taste|score)|(max|min) ({_FINDING})", re.IGNORECASE)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def by_taste(step: StepSpec) -> bool:
    """Whether the studio itself chooses among a step's candidates, by taste where one is known."""
    return step.choose.lower() in ("", "taste")


def choose_work(studio: Studio, step: StepSpec, seed: int, make: Callable[[int], Artwork]) -> tuple[Artwork, str]:
    """(the work that a step keeps, a remark or ""). make: of a seed, kept in the library; those that are not chosen are removed from it.

    The first work has the step's own seed. Where `until` holds for none of the tries the one that is nearest is kept, with a
    remark. Raises InputError for a finding that a work has not.
    """
    began = datetime.now(UTC).isoformat(timespec="microseconds")
    if step.until:
        return _until(studio, step, seed, make, began)
    choice = CHOICE.fullmatch(step.choose)
    if choice is None or by_taste(step):
        return make(seed), ""
    sign, name = -1.0 if (choice[2] or "").lower() == "min" else 1.0, choice[3] or "score"
    works = [make(derive_seed(seed, number)) for number in range(step.candidates)]
    values = [sign * _number(finding_of(studio, work, name), name) for work in works]
    best = works[values.index(max(values))]
    _drop(studio, works, best, began)
    return best, ""


def _until(
    studio: Studio, step: StepSpec, seed: int, make: Callable[[int], Artwork], began: str
) -> tuple[Artwork, str]:
    conditions = [match for text in re.split(r"\s+and\s+", step.until) if (match := CONDITION.fullmatch(text))]
    works: list[Artwork] = []
    missed: list[float] = []
    for number in range(step.tries or 1):
        works.append(make(derive_seed(seed, number)))
        missed.append(sum(_miss(studio, works[-1], condition) for condition in conditions))
        if missed[-1] == 0:
            _drop(studio, works, works[-1], began)
            return works[-1], ""
    best = works[missed.index(min(missed))]
    _drop(studio, works, best, began)
    return best, f"{step.until} was not reached in {step.tries} tries: the nearest was kept"


def _miss(studio: Studio, work: Artwork, condition: re.Match[str]) -> float:
    """How far a work is from a condition; 0 where it holds."""
    name, sign, wanted = condition.groups()
    found = finding_of(studio, work, name)
    if isinstance(found, str):
        if sign not in ("==", "!="):
            raise InputError(f"until: {name} is {found!r}, a word; compare it with == or !=")
        return 0.0 if _SIGNS[sign](found, wanted.strip("'\"")) else 1.0
    number, bound = _number(found, name), _number(wanted, name)
    return 0.0 if _SIGNS[sign](number, bound) else abs(number - bound) + 1e-9


def finding_of(studio: Studio, work: Artwork, name: str) -> Any:
    """A finding of a work by its name: `score`, `originality.X`, or what its medium's analysis finds, parts joined by full
    stops. Raises InputError naming those there are.
    """
    head, _, rest = name.partition(".")
    if name == "score":
        return work.score if work.score is not None else 0.0
    if head == "originality" and rest:
        report = (work.provenance.originality if work.provenance else None) or {}
        return _inside(report, rest.split("."), name, [f"originality.{key}" for key in report])
    findings = studio.analyze(work).findings
    return _inside(findings, name.split("."), name, findings)


def _inside(findings: Mapping[str, Any], parts: list[str], name: str, known: Iterable[str]) -> Any:
    value: Any = findings
    for part in parts:
        if not isinstance(value, Mapping) or part not in value:
            raise InputError(f"there is no finding {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
        value = value[part]
    return len(value) if isinstance(value, list | tuple | Mapping) else value


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InputError(f"{name} is {value!r}, no number that can be compared") from None


def _drop(studio: Studio, works: list[Artwork], chosen: Artwork, began: str) -> None:
    """Remove the works that were not chosen, but those that were there before and those of which somebody said something."""
    for id_ in {work.id for work in works} - {chosen.id}:
        row = studio.library.known(id_)
        if row and row["added"] >= began and not studio.feedback.said(work=id_, limit=1):
            studio.library.remove(id_)
