"""The journal of pieces: what each step of each run came to, in one table of SQLite.

A step is claimed, done or failed in one transaction, so that a run that is killed knows at the next start all but the
steps that were at work. A row is written after its work lies in the library on the disk: a power cut may cost rows, and
so time, never a row whose work is not there. One journal serves a home, since a step that is known for one folder is
known for any other; several runs may write to it at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..errors import StoreError
from ..home import pieces_file

__all__ = ["Entry", "Journal"]

_BUSY_S = 30.0
_MEMORY = ":memory:"
_TABLE = """
CREATE TABLE IF NOT EXISTS steps (
  run TEXT NOT NULL, step TEXT NOT NULL, place INTEGER NOT NULL, round INTEGER NOT NULL, state TEXT NOT NULL,
  key TEXT NOT NULL, parts TEXT NOT NULL, work TEXT NOT NULL, title TEXT NOT NULL, result TEXT NOT NULL,
  error TEXT NOT NULL, seconds REAL NOT NULL, made INTEGER NOT NULL, tries INTEGER NOT NULL,
  PRIMARY KEY (run, step)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS steps_by_key ON steps (key) WHERE work <> '';
CREATE INDEX IF NOT EXISTS steps_by_place ON steps (run, place);
"""


@dataclass(kw_only=True)
class Entry:
    """A row of the journal.

    run: the folder that is made, by the hash of its path; step: a name, "" for the run itself; place: its order;
    round: the run's count of starts when the row was last met, made: when its work was made; state: "running", "done",
    "failed", "cleaned" (done, its work removed), "wanted" (cleaned, and a later step needs it); key: a hash of parts,
    what the step depends on; work: an id, "" for none; result: what was read, plain JSON; tries: how often it ran.
    """

    run: str
    step: str
    place: int = 0
    round: int = 0
    state: str = "running"
    key: str = ""
    parts: Mapping[str, Any] = field(default_factory=dict)
    work: str = ""
    title: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    made: int = 0
    tries: int = 0

    @property
    def is_known(self) -> bool:
        """Whether what it came to is known, be its work there or not."""
        return self.state in ("done", "cleaned", "wanted")


_COLUMNS = tuple(column.name for column in fields(Entry))
_JSON = ("parts", "result")
_PUT = f"INSERT OR REPLACE INTO steps ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_GET = f"SELECT {', '.join(_COLUMNS)} FROM steps"


class Journal:
    """The journal of a home. Where the home cannot be written it is kept in memory for as long as it is open. make: make
    the file if there is none.

    Raises StoreError in one line if the file is not a journal, is damaged or stays locked.
    """

    def __init__(self, home: Path, *, make: bool = True) -> None:
        self.file = pieces_file(home)
        self._connection = self._open(make)

    def _open(self, make: bool) -> sqlite3.Connection:
        with self._told():
            if not make and not self.file.exists():
                return self._connect(_MEMORY)
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                return self._connect(str(self.file))
            except (OSError, sqlite3.OperationalError) as error:
                if "locked" in str(error) or "disk I/O" in str(error):
                    raise
                return self._connect(_MEMORY)

    def _connect(self, name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            if name != _MEMORY:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")  # a kill loses nothing, a power cut the last rows
            connection.executescript(_TABLE)
            connection.execute(f"{_GET} LIMIT 1")
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all that is put in the block is kept, or nothing."""
        with self._told():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def put(self, entries: Iterable[Entry]) -> None:
        """Write rows, each in the place of the one of its step."""
        with self._told():
            self._connection.executemany(_PUT, map(_row, entries))

    def get(self, run: str, step: str) -> Entry | None:
        """The row of a step."""
        return self._one(f"{_GET} WHERE run = ? AND step = ?", run, step)

    def find(self, key: str) -> Entry | None:
        """A row, of any run, whose step has this key and made a work."""
        return self._one(f"{_GET} WHERE key = ? AND work <> '' AND state IN ('done', 'cleaned', 'wanted') LIMIT 1", key)

    def entries(self, run: str, *, prefix: str = "", state: str = "") -> Iterator[Entry]:
        """The rows of a run's steps in their order; prefix: of one step's rows alone."""
        where, values = "run = ? AND step <> ''", [run]
        if prefix:
            where += " AND step >= ? AND step < ?"
            values += [f"{prefix}[", f"{prefix}\\"]  # "\" follows "["
        if state:
            where += " AND state = ?"
            values.append(state)
        return self._all(f"{_GET} WHERE {where} ORDER BY place", *values)

    def runs(self) -> Iterator[Entry]:
        """The rows of the runs themselves."""
        return self._all(f"{_GET} WHERE step = ''")

    def counts(self, run: str) -> dict[str, int]:
        """How many steps of a run are in each state."""
        with self._told():
            rows = self._connection.execute(
                "SELECT state, COUNT(*) FROM steps WHERE run = ? AND step <> '' GROUP BY state", (run,)
            )
            return dict(rows.fetchall())

    def forget(self, run: str, *, before: int | None = None) -> None:
        """Remove the rows of a run, or those that were last met before a round."""
        with self._told():
            if before is None:
                self._connection.execute("DELETE FROM steps WHERE run = ?", (run,))
            else:
                self._connection.execute("DELETE FROM steps WHERE run = ? AND step <> '' AND round < ?", (run, before))

    def mark(self, run: str, step: str, state: str) -> None:
        """Change the state of a step."""
        with self._told():
            self._connection.execute("UPDATE steps SET state = ? WHERE run = ? AND step = ?", (state, run, step))

    def works_of_others(self, run: str) -> set[str]:
        """The works that other runs have."""
        with self._told():
            found = self._connection.execute(
                "SELECT DISTINCT work FROM steps WHERE state = 'done' AND run <> ?", (run,)
            )
            return {work for (work,) in found}

    def _one(self, statement: str, *values: Any) -> Entry | None:
        return next(self._all(statement, *values), None)

    def _all(self, statement: str, *values: Any) -> Iterator[Entry]:
        with self._told():
            for row in self._connection.execute(statement, values):
                yield _entry(row)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the journal of pieces {str(self.file)!r}: {str(error) or type(error).__name__}; if it is damaged, remove "
                f"it: works stay, and steps are made again when they are asked for"
            ) from error


def _row(entry: Entry) -> tuple[Any, ...]:
    return tuple(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")) if name in _JSON else value
        for name in _COLUMNS
        for value in (getattr(entry, name),)
    )


def _entry(row: tuple[Any, ...]) -> Entry:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**{name: json.loads(value) if name in _JSON else value for name, value in values.items()})
