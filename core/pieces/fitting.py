"""What a piece asks for against what is installed: media, models, options, styles, files, and each of its rows; all that is
wrong is told at once, before any model is loaded.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ..errors import ArtwrightError, InputError, UsageError
from ..options import Options, parse_options
from ..style import Style
from ..theme import check_prompt
from .checking import Faults, check_file
from .filling import fill_step, fill_text
from .places import input_place, place_options
from .rows import Row, check_name, check_rows, read_rows
from .schema import PieceSpec, StepSpec

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["Fit", "rows_of"]

_TOLD = 20  # bad rows of a step that are told
_MARKS = (  # how errors of what is installed begin, and the keys that they are about
    ("^no medium ", "medium"),
    ("^no model ", "model"),
    ("^no style ", "style"),
    ("option '", "options"),
    ("^the theme ", "theme"),
    ("written (as|by)|name of a file", "output"),
)


class Fit:
    """Checks a piece whose form is right. known: what its names stand for; values: those that the person gave; folder: where
    the piece lies, below which it reads.

    types: the class of each step's options; media: of each step's work; counts: tasks of each step.
    """

    def __init__(
        self,
        spec: PieceSpec,
        studio: Studio,
        faults: Faults,
        *,
        known: Mapping[str, Any],
        values: Mapping[str, Any],
        folder: Path | None,
    ) -> None:
        self.spec, self.studio, self.faults = spec, studio, faults
        self.known, self.values, self.folder = known, values, folder
        self.types: dict[str, type[Options]] = {}
        self.media: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.files: dict[str, Path] = {}
        self._written = {"manifest.json": "the manifest", spec.page.lower(): "the page"}
        self._written |= {
            file.lower(): f"step {label!r}" for label, step in spec.steps.items() for file in step.outputs
        }
        self._unique = sqlite3.connect("")  # on the disk where it grows

    def check(self, order: list[str]) -> None:
        """Check all steps, in an order in which each comes after what it needs."""
        with self._unique as names:
            names.execute("CREATE TABLE seen (name TEXT PRIMARY KEY) WITHOUT ROWID")
            names.executemany(
                "INSERT OR IGNORE INTO seen VALUES (?)", [("/manifest.json",), (f"/{self.spec.page.lower()}",)]
            )
        try:
            for label in order:
                self._check(label, self.spec.steps[label])
        finally:
            self._unique.close()

    def _check(self, label: str, step: StepSpec) -> None:
        if step.for_each is None:
            self.counts[label] = 1
            self._tried(label, "", lambda: self._check_one(label, step))
            return
        if not self._find_rows(label, step):
            return
        told = 0
        for number, row in enumerate(self._rows(label), 1):
            self.counts[label] = number
            if told >= _TOLD:
                continue
            told += not self._tried(label, f"row {row.name!r}: ", lambda row=row: self._check_row(label, step, row))
        if not self.counts.get(label) and told == 0:
            self.faults.tell(self.faults.places.where("steps", label, "for_each"), "there is nothing to do it for")

    def _tried(self, label: str, row: str, act: Any) -> bool:
        """Whether an act raises nothing; what it raises is told."""
        try:
            act()
            return True
        except ArtwrightError as error:
            text = f"{row}{error}"
            said = str(error)
            key = next((key for mark, key in _MARKS if re.search(mark, said)), said.partition(":")[0])
            where = self.faults.places.where("steps", label, key)
            self.faults.tell(where, InputError(text) if isinstance(error, UsageError) else type(error)(text))
            return False

    def _find_rows(self, label: str, step: StepSpec) -> bool:
        each = step.for_each
        assert each is not None
        if each.works:
            return each.works in self.counts  # else what is wrong is told of that step
        if not each.rows:
            return True
        where = self.faults.places.where("steps", label, "for_each")
        try:
            name = str(fill_text(each.rows, self.known))
            path = Path(input_place(name, "for_each", folder=self.folder, values=self.values))
        except InputError as error:
            self.faults.tell(where, error)
            return False
        wrong = check_rows(path)
        for line in wrong:
            self.faults.tell(where, line)
        self.files[label] = path
        return not wrong

    def _rows(self, label: str) -> Iterator[Row]:
        try:
            yield from rows_of(self.spec, label, self.files, self.known)
        except ArtwrightError as error:
            self.faults.tell(self.faults.places.where("steps", label, "for_each"), error)

    def _check_one(self, label: str, step: StepSpec) -> None:
        filled = fill_step(step, self.known)
        for file, written in zip(filled.outputs, step.outputs, strict=True):
            if file != written:
                check_file(file)
                self._first_of(f"/{file.lower()}", f"{file!r} is written by another step already")
            else:  # that no other step writes it was seen in the form
                self._unique.execute("INSERT OR IGNORE INTO seen VALUES (?)", (f"/{file.lower()}",))
        self._check_step(label, filled)

    def _check_row(self, label: str, step: StepSpec, row: Row) -> None:
        if problem := check_name(row.name):
            raise InputError(problem)
        filled = fill_step(step, {**self.known, **row})
        if step.for_each and not step.for_each.works:
            self._first_of(
                f"{label}[{row.name}]", f"the row {row.name!r} stands twice; give rows other names with 'name'"
            )
        for file in filled.outputs:
            check_file(file)
            self._first_of(f"/{file.lower()}", f"{file!r} is written by another row or step already")
        self._check_step(label, filled)

    def _first_of(self, name: str, said: str) -> None:
        try:
            self._unique.execute("INSERT INTO seen VALUES (?)", (name,))
        except sqlite3.IntegrityError:
            raise InputError(said) from None

    def _check_step(self, label: str, step: StepSpec) -> None:
        """Check a step that is filled in. Raises ArtwrightError."""
        registry = self.studio.registry
        if not step.medium and step.work not in self.media:
            return  # what is wrong is told of that step
        medium = registry.medium(step.medium or self.media[step.work])
        self.media[label] = medium.name
        _, model = self.studio.model(medium.name, step.model, step.operation)
        type_ = self.types[label] = model.options_type()
        parse_options(type_, step.options, model=model.name, operation=step.operation)
        if step.style:
            for style, _ in Style.parse(step.style).names:
                self.studio.style_name(medium.name, style)
        if step.theme:
            check_prompt(step.theme)
        if step.operation == "generate" and not step.theme and not step.theme_sources:
            raise InputError("it needs 'theme' (words) or 'theme_from' (a step)")
        taken = (".json", ".txt", ".png") if step.operation == "analyze" else medium.writes
        for file in step.outputs:
            if PurePosixPath(file).suffix.lower() not in taken:
                raise InputError(f"{medium.name} cannot be written as {file!r}; it is written as: {', '.join(taken)}")
        self._check_places(label, type_, step)

    def _check_places(self, label: str, type_: type[Options], step: StepSpec) -> None:
        """Check the options of a step that are places."""
        options = {name.replace("-", "_"): value for name, value in step.options.items()}
        for option in type_.outputs():
            if not (value := str(options.get(option) or "")):
                continue
            try:
                check_file(value, folder=option in type_.folders())
            except InputError as error:
                raise InputError(f"option {option!r}: {error}") from error
            if (other := self._written.get(value.lower())) is not None:
                raise InputError(f"{value!r} is written by {other} already; choose another name")
            self._written[value.lower()] = f"step {label!r}"
        place_options(type_, step.options, target=Path(), folder=self.folder, values=self.values)


def rows_of(spec: PieceSpec, label: str, files: Mapping[str, Path], known: Mapping[str, Any]) -> Iterator[Row]:
    """The rows that a step is done for. files: of rows, by step."""
    each = spec.steps[label].for_each
    assert each is not None
    if each.works:
        return rows_of(spec, each.works, files, known)
    return read_rows(each, file=files.get(label), known=known)
