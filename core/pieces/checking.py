"""All that is wrong with the form of a piece, at once: keys, names, references, circles, files that two steps write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from ..errors import InputError, Problems, UnknownName, UsageError
from .choosing import CHOICE, CONDITION
from .including import include
from .reading import Places
from .schema import MAX_STEPS, PieceSpec, StepSpec

__all__ = ["Faults", "check_file", "order_of", "parse_piece"]

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}(\.[a-z][a-z0-9_-]{0,39})*")


class Faults:
    """Problems of a piece as they are found; `places` says where."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._found: dict[str, tuple[Exception, list[str]]] = {}

    def tell(self, where: str, error: Exception | str) -> None:
        """Note a problem. where: from `Places.where`."""
        kept = error if isinstance(error, Exception) else InputError(error)
        places = self._found.setdefault(str(error), (kept, []))[1]
        if where not in places:
            places.append(where)

    def __len__(self) -> int:
        return sum(len(places) for _, places in self._found.values())

    def end(self) -> None:
        """Raise what was found: one as it is, with its place; several as Problems, by line. What is wrong in several
        places, a value that several steps use, is one problem.
        """
        lines = [f"{places[0]}: {text}{_others(places[1:])}" for text, (_, places) in self._found.items()]
        if len(lines) == 1:
            ((error, _),) = self._found.values()
            raise (InputError if isinstance(error, UsageError) else type(error))(lines[0]) from error
        if lines:
            raise Problems(sorted(lines, key=_by_line))


def _others(places: list[str]) -> str:
    return f" (so too {'; '.join(places)})" if places else ""


def _by_line(text: str) -> tuple[str, int, int]:
    match = re.match(r"([^:]*):(\d+):(\d+)", text)
    return (match[1], int(match[2]), int(match[3])) if match else (text, 0, 0)


def parse_piece(row: Any, faults: Faults, folder: Path | None = None) -> PieceSpec:
    """A piece as far as its form is right; what is wrong is told to `faults`, and steps that are wrong are left out.

    folder: below which pieces lie that it includes. Raises InputError for what is no piece at all.
    """
    places = faults.places
    if not isinstance(row, Mapping):
        raise InputError(
            f"{places.name}: a piece is a mapping with the key 'steps', not {type(row).__name__}; docs/pieces.md shows one"
        )
    row = include(row, places, folder, faults.tell)
    raw = row.get("steps")
    steps = raw if isinstance(raw, Mapping) else {}
    whole = {name: step for name, step in steps.items() if _parse_step(name, step, faults)}
    try:
        spec = PieceSpec.model_validate({**row, "steps": whole} if isinstance(raw, Mapping) else row)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _tell_fault(fault, (), PieceSpec, faults)
        spec = PieceSpec.model_validate({"steps": whole})
    if isinstance(raw, Mapping) and not 1 <= len(steps) <= MAX_STEPS:
        faults.tell(places.where("steps"), f"a piece has 1 to {MAX_STEPS} steps, this one {len(steps)}")
    _check_references(spec, set(map(str, steps)), faults)
    return spec


def _parse_step(name: Any, step: Any, faults: Faults) -> bool:
    """Whether a step's form is right."""
    where = faults.places.where("steps", name)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        faults.tell(where, f"{name!r} is no name of a step; use small letters, digits, '-' and '_', a letter first")
        return False
    try:
        StepSpec.model_validate(step)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _tell_fault(fault, ("steps", name), StepSpec, faults)
        return False
    return True


def _tell_fault(fault: Any, path: tuple[Any, ...], form: type[StepSpec | PieceSpec], faults: Faults) -> None:
    """Tell one fault of a form, with a suggestion for an unknown key."""
    place = [part for part in fault["loc"] if part not in ("str", "list[str]", "dict[literal['en','zh'],str]")]
    where = faults.places.where(*path, *place)
    key = str(place[-1]) if place else ""
    if fault["type"] == "extra_forbidden":
        known = sorted(field.alias or label for label, field in form.model_fields.items())
        near = get_close_matches(key, known, n=1, cutoff=0.6)
        meant = f". Did you mean {near[0]!r}?" if near else ""
        faults.tell(where, f"there is no key {key!r}; there are: {', '.join(known)}{meant}")
    elif fault["type"] == "missing":
        faults.tell(where, f"the key {key!r} is missing; docs/pieces.md shows a piece")
    else:
        problem = fault["msg"].removeprefix("Value error, ")
        name = ".".join(map(str, place)) or ("the step" if path else "the piece")
        faults.tell(where, f"{name} is {fault['input']!r}: {problem[:1].lower()}{problem[1:]}")


def _check_references(spec: PieceSpec, written: set[str], faults: Faults) -> None:
    where, files = faults.places.where, {"manifest.json": "the manifest"}
    for label, step in spec.steps.items():
        for key, others in step.waits_for.items():
            for other in others:
                if other not in written:
                    unknown = UnknownName("step", other, written, where=f" (key {key!r})")
                    faults.tell(where("steps", label, key), unknown)
        _check_many(spec, label, step, faults)
        _check_keys(label, step, faults)
        _check_choice(label, step, faults)
        for file in step.outputs:
            _check_output(file, label, step, files, faults)
    if spec.page:
        try:
            check_file(spec.page)
            if not spec.page.endswith(".html") or spec.page.lower() in files:
                raise InputError(
                    f"the page {spec.page!r} must end in .html and be no step's output; index.html is usual"
                )
        except InputError as error:
            faults.tell(where("page"), error)
    try:
        order_of(spec)
    except InputError as error:
        faults.tell(where("steps"), error)


def _check_output(file: str, label: str, step: StepSpec, files: dict[str, str], faults: Faults) -> None:
    where = faults.places.where("steps", label, "output")
    try:
        check_file(file)
    except InputError as error:
        faults.tell(where, error)
        return
    has_name = re.search(r"\{\w+\}", file.replace("{{", "").replace("}}", ""))
    if not has_name and file.lower() in files:
        faults.tell(where, f"{file!r} is written by {files[file.lower()]} already; choose another name")
    files[file.lower()] = f"step {label!r}"
    if step.for_each and not has_name:
        faults.tell(where, f"each row would write {file!r}; put a {{column}} into its name, or {{number}}")


def _check_many(spec: PieceSpec, label: str, step: StepSpec, faults: Faults) -> None:
    """Steps of many works stand where one work is wanted only for a step that is done for each of them."""
    each = step.for_each
    source = spec.steps.get(each.works) if each and each.works else None
    if each and source is not None and source.for_each is None:
        said = f"for_each: step {each.works!r} makes one work; name it with 'work', 'from' or 'theme_from'"
        faults.tell(faults.places.where("steps", label, "for_each"), said)
    for key in ("work", "style_from"):
        for other in step.needs[key]:
            many = other in spec.steps and spec.steps[other].for_each is not None
            if many and not is_paired(spec, label, other):
                said = f"{key}: step {other!r} makes many works, and one is wanted; write for_each: {other}"
                faults.tell(faults.places.where("steps", label, key), said)


def is_paired(spec: PieceSpec, label: str, other: str) -> bool:
    """Whether each task of a step goes with one task of another step: it is done for each of its works."""
    seen = set()
    while label in spec.steps and label not in seen:
        seen.add(label)
        each = spec.steps[label].for_each
        label = each.works if each else ""
        if label == other:
            return True
    return False


def _check_choice(label: str, step: StepSpec, faults: Faults) -> None:
    where = faults.places.where
    if step.until and step.tries is None:
        faults.tell(where("steps", label, "until"), "until needs 'tries', 1 to 64: how often it is tried at most")
    if step.tries is not None and not step.until:
        faults.tell(where("steps", label, "tries"), "tries needs 'until', as in until: originality.percentile > 60")
    for condition in re.split(r"\s+and\s+", step.until) if step.until else ():
        if not CONDITION.fullmatch(condition):
            said = f"until: {condition!r} is no condition; write a finding, a sign and a value, as in lines >= 4"
            faults.tell(where("steps", label, "until"), said)
    if step.choose and not CHOICE.fullmatch(step.choose):
        said = f"choose is {step.choose!r}; write taste, score, or max or min and a finding, as in max originality.percentile"
        faults.tell(where("steps", label, "choose"), said)
    if step.choose and step.candidates == 1:
        faults.tell(where("steps", label, "choose"), "choose needs 'candidates', 2 to 64: of how many")
    if step.until and step.candidates > 1:
        faults.tell(where("steps", label, "until"), "until and candidates are both given; keep one")
    if step.operation == "analyze" and (step.until or step.candidates > 1):
        faults.tell(where("steps", label), "analyze makes no work: it takes neither until nor candidates")


_TAKEN = {
    "generate": {"medium", "theme", "theme_from", "from", "style", "style_from"},
    "transfer_style": {"work", "style", "style_from"},
    "restore": {"work", "region"},
    "analyze": {"work"},
}
_NEEDED = {"generate": {"medium"}, "transfer_style": {"work"}, "restore": {"work"}, "analyze": {"work"}}


def _check_keys(label: str, step: StepSpec, faults: Faults) -> None:
    """Which keys an operation needs and which mean nothing to it."""
    keys = ("medium", "theme", "theme_from", "from", "work", "style", "style_from", "region")
    given = {key for key in keys if getattr(step, "from_" if key == "from" else key)}
    taken, operation = _TAKEN[step.operation], step.operation.replace("_", "-")

    def tell(key: str, text: str) -> None:
        faults.tell(faults.places.where("steps", label, key), text)

    for key in sorted(_NEEDED[step.operation] - given):
        tell(key, f"{operation} needs the key {key!r}")
    for key in sorted(given - taken):
        tell(key, f"{operation} does not take the key {key!r}; it takes: {', '.join(sorted(taken))}")
    if step.style and step.style_from:
        tell("style", "'style' and 'style_from' are both given; keep one")
    if step.operation == "transfer_style" and not (step.style or step.style_from):
        tell("style", "transfer-style needs 'style' (a name) or 'style_from' (a step)")


def check_file(file: str, *, folder: bool = False) -> None:
    """Raise InputError unless `file` is a plain name of a file (or of a folder) in the piece's folder."""
    path = PurePosixPath(file)
    if (
        len(path.parts) != 1
        or file.startswith(".")
        or "\\" in file
        or ":" in file
        or (not path.suffix and not folder)
        or not file.isprintable()
        or len(file.encode("utf-8", "surrogatepass")) > 255
    ):
        raise InputError(f"{file!r} is no name of a file in the piece's folder; write one as in painting.png")


def order_of(spec: PieceSpec) -> list[str]:
    """Steps in an order in which each comes after what it needs; as written where that is free. Raises InputError for a
    circle.
    """
    places = {label: place for place, label in enumerate(spec.steps)}
    sorter = TopologicalSorter(
        {
            label: {other for others in step.waits_for.values() for other in others if other in places}
            for label, step in spec.steps.items()
        }
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise InputError(f"these steps wait for one another: {circle}; cut the circle") from error
    ready: list[str] = []
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=places.__getitem__)
        ordered.append(ready.pop(0))
        sorter.done(ordered[-1])
    return ordered
