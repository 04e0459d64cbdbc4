"""Exports: the store as lines of JSON, and the checks that one passes before any of it is stored.

An export is JSON lines: a heading, the works (`"kind": "work"`), then what was said, oldest first. It is written as it
is read from the database, and read by way of a temporary file: its size is not bound by memory.
"""

from __future__ import annotations

import heapq
import json
import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import FormatError, InputError, tell_error
from .entries import KINDS, MAX_COMMENT, MAX_TAG, MAX_TITLE, MAX_USER, Feedback, Kind, check_text
from .rows import work_row
from .statements import get, get_works, missing_works, put_said, put_works

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..artwork import Artwork

__all__ = ["MAX_LINE", "Checked", "check_export", "export", "heading", "work_line"]

FORMAT = "artwright-feedback"
FORMAT_VERSION = 1
MAX_LINE = 1 << 22  # characters: a comment has at most 10,000, the features of a work some hundreds of numbers
Part = tuple[dict[str, dict[str, Any]], list[Feedback]]
_ID = re.compile(r"sha256:[0-9a-f]{64}")
_AHEAD = timedelta(days=1)  # what a clock, or a mistaken zone, may be ahead; a later "latest" would stay it for ever
_NAMED = 10  # lines told in full; of the others, the number
_ROWS = 2000  # of one transaction: some tenths of a second, in which others wait


def heading(now: datetime) -> str:
    """The first line of an export."""
    return json.dumps(
        {"kind": FORMAT, "version": FORMAT_VERSION, "created": now.astimezone(UTC).isoformat(timespec="seconds")}
    )


def export(connection: Connection, user: str | None) -> Iterator[str]:
    """Works, then what was said, oldest first, as lines of JSON."""
    for row in get_works(connection, user):
        yield _line({**row, "kind": "work", "created": row["created"].isoformat(timespec="microseconds")})
    entries = (get(connection, kind, user=user, oldest_first=True) for kind in KINDS)
    for one in heapq.merge(*entries, key=lambda f: f.created):
        yield _line({k: v for k, v in one.to_dict().items() if k not in ("medium", "title")})


def work_line(work: Artwork, features: Mapping[str, float] | None, now: datetime) -> str:
    """The line of an export that tells of a work which may not be in the store yet."""
    row = work_row(work, features, now)
    return _line({**row, "kind": "work", "created": row["created"].isoformat(timespec="microseconds")})


class Checked:
    """An export that was read and found right. counts: rows by kind."""

    def __init__(self, works: BinaryIO, entries: BinaryIO) -> None:
        self.counts = {"works": 0, **{f"{kind}s": 0 for kind in KINDS}}
        self._works, self._said = works, entries
        self._places: dict[bytes, int] = {}  # where each work stands, by its digest: 32 bytes, not 71 characters
        self._mentioned: dict[bytes, int] = {}  # works spoken of before they came, and in which line

    def parts(self) -> Iterator[Part]:
        """(works by id, things said), a part for each transaction; all works come first, a small export is one part."""
        self._works.seek(0)
        self._said.seek(0)
        for lines in iter(lambda: list(islice(self._works, _ROWS)), []):
            works = map(_read_work, lines)
            yield {row["id"]: row for row in works}, self._take(_ROWS - len(lines))
        for entries in iter(lambda: self._take(_ROWS), []):
            yield {}, entries

    def put(self, connection: Connection, part: Part) -> int:
        """Store a part; returns how many things said were new or newer. Works that somebody deleted since come back."""
        works, entries = part
        put_works(connection, works)
        gone = missing_works(connection, [id_ for one in entries for id_ in (one.work, one.other) if id_])
        put_works(connection, {id_: self._work(id_) for id_ in gone})
        return put_said(connection, entries)

    def _take(self, count: int) -> list[Feedback]:
        return [Feedback(**json.loads(line)) for line in islice(self._said, count)]

    def _work(self, id_: str) -> dict[str, Any]:
        self._works.seek(self._places[_digest(id_)])
        return _read_work(self._works.readline())

    def add(self, row: Mapping[str, Any], number: int) -> None:
        """Take in a row that is not the heading. Raises ValueError, TypeError, InputError, KeyError if it is wrong."""
        if row.get("kind") == "work":
            work = _parse_work(row)
            digest = _digest(work["id"])
            line = _line({**work, "created": work["created"].isoformat(timespec="microseconds")})
            self._places[digest] = self._works.tell()
            self._works.write(line.encode() + b"\n")
            self.counts["works"] = len(self._places)
            self._mentioned.pop(digest, None)
            return
        entry = _parse_said(row)
        self._said.write(_line(vars(entry)).encode() + b"\n")
        self.counts[f"{entry.kind}s"] += 1
        for id_ in filter(None, (entry.work, entry.other)):
            digest = _digest(id_)
            if digest not in self._places:
                self._mentioned.setdefault(digest, number)

    def lost(self) -> list[tuple[int, str]]:
        """Lines that speak of a work which the export does not hold."""
        return [
            (number, f"the work sha256:{digest.hex()[:12]} that it speaks of is not in the export")
            for digest, number in self._mentioned.items()
        ]


@contextmanager
def check_export(lines: Iterable[str], *, now: datetime) -> Iterator[Checked]:
    """Read a whole export and check each line; what is right waits in a temporary file until the block ends.

    Raises FormatError, in one line, that names the lines which are wrong.
    """
    with tempfile.TemporaryFile() as works, tempfile.TemporaryFile() as entries:
        rows = Checked(works, entries)
        wrong: list[tuple[int, str]] = []
        more, begun = 0, False
        for number, line in enumerate(lines, 1):
            line = line.removeprefix("\ufeff") if number == 1 else line
            if not line.strip():
                continue
            problem = _take(rows, line, number, begun=begun, now=now)
            if problem and not begun:  # without its heading it is no export: the other lines say nothing
                raise FormatError(_tell([(number, problem)], 0))
            begun = True
            if problem and len(wrong) < _NAMED:
                wrong.append((number, problem))
            elif problem:
                more += 1
        if not begun:
            raise FormatError("the export is empty; nothing was imported")
        lost = rows.lost()
        if wrong or lost:
            shown = sorted([*wrong, *lost])[:_NAMED]
            raise FormatError(_tell(shown, more + len(wrong) + len(lost) - len(shown)))
        yield rows


def _take(rows: Checked, line: str, number: int, *, begun: bool, now: datetime) -> str:
    """Take in one line; what is wrong with it, or ""."""
    try:
        if len(line) > MAX_LINE:
            raise ValueError(f"it is longer than {MAX_LINE:,} characters")
        row = json.loads(line)
        if not isinstance(row, dict):
            raise ValueError("it is not a JSON object")
        if not begun:
            _check_heading(row)
        else:
            rows.add(row, number)
            if row["kind"] != "work" and _moment(row["created"]) > now + _AHEAD:
                raise ValueError(f"its time {row['created']!r} is in the future; mend the clock, or the line")
    except KeyError as error:
        return f"it lacks {error.args[0]!r}"
    except (ValueError, InputError) as error:
        return " ".join(str(error).split())[:200]
    except (TypeError, OverflowError, RecursionError) as error:
        return tell_error(error)[:200]
    return ""


def _tell(wrong: list[tuple[int, str]], more: int) -> str:
    (first, problem), *others = wrong
    text = f"line {first} of the export is wrong: {problem}"
    text += "".join(f"; line {number}: {problem}" for number, problem in others)
    return f"{text}{f'; and {more:,} more lines' if more else ''}; nothing was imported"


def _check_heading(row: Mapping[str, Any]) -> None:
    if row.get("kind") != FORMAT:
        raise ValueError(f'the first line must be the heading of an export, with "kind": "{FORMAT}"')
    if row.get("version") != FORMAT_VERSION:
        raise ValueError(
            f"the export has version {repr(row.get('version'))[:20]}; this artwright reads version {FORMAT_VERSION}; "
            f"update artwright"
        )


def _parse_work(row: Mapping[str, Any]) -> dict[str, Any]:
    values = row.get("features")
    if values is not None:
        if not isinstance(values, dict):
            raise ValueError("the features of a work are finite numbers by name")
        values = {_sound("feature's name", k, 200): _number(v) for k, v in values.items()}
    return {
        "id": _id(row["id"]),
        "medium": check_text("medium", _text(row, "medium"), 64),
        "title": _sound("title", _text(row, "title"), MAX_TITLE),
        "model": _sound("model", _text(row, "model"), 200),
        "style": _sound("style", _text(row, "style"), MAX_TITLE),
        "created": _moment(row["created"]),
        "features": values,
    }


def _parse_said(row: Mapping[str, Any]) -> Feedback:
    kind: Kind = row["kind"]
    if kind not in KINDS:
        raise ValueError(f"there is no kind of feedback {str(kind)[:40]!r}; there are: {', '.join(KINDS)}")
    stars = row["stars"] if kind == "rating" else None
    if kind == "rating" and (isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5):
        raise ValueError(f"a rating has 1 to 5 stars, not {str(stars)[:40]}")
    work, other = _id(row["work"]), _id(row["other"]) if kind == "preference" else ""
    if work == other:
        raise ValueError("a work cannot be preferred to itself")
    text = (
        check_text(kind, _text(row, "text"), MAX_TAG if kind == "tag" else MAX_COMMENT)
        if kind in ("tag", "comment")
        else ""
    )
    user = check_text("user's name", _text(row, "user"), MAX_USER)
    created = _moment(row["created"]).isoformat(timespec="microseconds")
    return Feedback(kind=kind, user=user, work=work, medium="", created=created, stars=stars, other=other, text=text)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is not text: {str(value)[:80]}")
    return value


def _sound(what: str, text: str, limit: int) -> str:
    """A text that may be empty, and that each database can store."""
    if len(text) > limit:
        raise ValueError(f"a {what} has at most {limit:,} characters; this one has {len(text):,}")
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ValueError(f"a {what} cannot hold NUL or half a character (a surrogate)")
    return text


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("the features of a work are finite numbers by name")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("the features of a work are finite numbers by name")
    return number


def _read_work(line: bytes) -> dict[str, Any]:
    row = json.loads(line)
    return {**row, "created": datetime.fromisoformat(row["created"])}


def _digest(id_: str) -> bytes:
    return bytes.fromhex(id_.removeprefix("sha256:"))


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError(f"{str(value)[:80]!r} is not the id of a work (sha256: and 64 hexadecimal digits)")
    return value


def _moment(value: str) -> datetime:
    """A moment in UTC. Raises ValueError for one without an offset, or that UTC cannot tell (year 0 or 10000)."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"the time {value!r} has no offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"the time {value!r} is none in UTC") from error


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(dict(row), ensure_ascii=False, allow_nan=False)
