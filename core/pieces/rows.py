"""What a step is done for: rows of a file, a list, numbers, the works of another step. One at a time, so that a million of
them take no more memory than ten.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .filling import fill_text
from .schema import ForEach

__all__ = ["Row", "check_name", "check_rows", "read_rows"]

_NAMED = 20  # bad rows that are named
_LONGEST = 100  # characters of a name
_BUILT_IN = ("number",)


class Row(dict[str, Any]):
    """The values of one row; name: what it is called."""

    name: str = ""


def read_rows(each: ForEach, *, file: Path | None, known: Mapping[str, Any]) -> Iterator[Row]:
    """The rows, with `number` (from 1); items of a list and numbers of a range are `item`. file: of rows; known: values that
    names may use.

    Raises InputError for a file that is none, or a name that is none.
    """
    source = _of_file(file) if file is not None else _of_list(each)
    for number, values in enumerate(source, 1):
        row = Row({**values, "number": number})
        row.name = str(fill_text(each.name, {**known, **row})) if each.name else str(number)
        yield row


def check_rows(file: Path) -> list[str]:
    """All that is wrong with a file of rows, a line each: rows with too few or too many cells, lines that are no JSON."""
    wrong: list[int] = []
    count, is_json = 0, file.suffix.lower() == ".jsonl"
    told = "no object of plain values" if is_json else "not of as many cells as the head"
    try:
        lines: Iterator[tuple[int, Any]] = _json_lines(file) if is_json else _cells(file)
        head: list[str] = [] if is_json else next(lines, (0, []))[1]
        if not is_json and (problem := _wrong_head(head)):
            return [f"{file.name}:1:1: {problem}"]
        for number, row in lines:
            count += 1
            if row is None or (not is_json and len(row) != len(head)):
                wrong.append(number)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [f"{file.name}: the rows cannot be read: {getattr(error, 'strerror', None) or error}"]
    if wrong:
        shown = ", ".join(map(str, wrong[:_NAMED])) + (
            f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
        )
        return [f"{file.name}:{wrong[0]}:1: {'line' if len(wrong) == 1 else 'lines'} {shown}: {told}"]
    return [] if count else [f"{file.name}: there is no row in it"]


def _wrong_head(head: list[str]) -> str:
    for name in head:
        if not name.isidentifier() or name in _BUILT_IN:
            return f"the column {name!r} cannot be a {{name}}; use letters, digits and '_' (and not 'number')"
    twice = sorted({name for name in head if head.count(name) > 1})
    return f"the column {twice[0]!r} stands twice" if twice else "" if head else "there is no head"


def _cells(file: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of a CSV or TSV file, blank lines left out."""
    with open(file, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter="\t" if file.suffix.lower() == ".tsv" else ",", strict=True)
        for cells in reader:
            if cells:
                yield reader.line_num, cells


def _json_lines(file: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """(line, values) of a JSON Lines file, None for a line that is no object of plain values."""
    with open(file, encoding="utf-8-sig") as text:
        for number, line in enumerate(text, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            is_plain = isinstance(row, dict) and not any(isinstance(value, dict | list) for value in row.values())
            yield number, row if is_plain and not _wrong_head(list(row) or ["x"]) else None


def _of_file(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix.lower() == ".jsonl":
        yield from (row for _, row in _json_lines(file) if row is not None)
        return
    lines = _cells(file)
    head = next(lines, (0, []))[1]
    for _, cells in lines:
        yield dict(zip(head, cells, strict=True))


def _of_list(each: ForEach) -> Iterator[dict[str, Any]]:
    if each.range_:
        first, last, step = (*each.range_, 1)[:3]
        for number in range(first, last + (1 if step > 0 else -1), step):
            yield {"item": number}
        return
    for item in each.list_:
        yield dict(item) if isinstance(item, Mapping) else {"item": item}


def check_name(name: str) -> str:
    """What is wrong with the name of a row; "" if nothing."""
    if not name or len(name) > _LONGEST or not name.isprintable() or set(name) & set("[]"):
        return f"{name!r} is no name of a row; use 1 to {_LONGEST} characters, without '[' and ']'"
    return ""
