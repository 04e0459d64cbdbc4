"""The queue: one row of SQLite for each job, from being asked to its end.

A job is taken, done or failed in one transaction, and by the worker alone that holds it, so that it ends once however
often processes are killed. A job of a worker that died is queued again; since its seed was drawn when it was asked, it
makes the same work. Who has least at work, and was served longest ago, comes first.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ....core.errors import StoreError, UnknownName, UsageError
from ....core.files import make_folder
from ....core.home import jobs_file

__all__ = ["MOST_TRIES", "MOST_WAITING", "Full", "Job", "Queue"]

MOST_WAITING = 500
MOST_TRIES = 3
_BUSY_S = 30.0
_DAY_S = 86_400
_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL, key TEXT,
  medium TEXT NOT NULL, operation TEXT NOT NULL, ask TEXT NOT NULL, state TEXT NOT NULL, stopped INTEGER NOT NULL,
  share REAL NOT NULL, note TEXT NOT NULL, result TEXT NOT NULL, error TEXT NOT NULL, worker TEXT NOT NULL,
  tries INTEGER NOT NULL, asked REAL NOT NULL, begun REAL NOT NULL, ended REAL NOT NULL, UNIQUE (person, key)
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, person);
"""


class Full(StoreError):
    """More waits than is taken: ask again later."""


@dataclass(kw_only=True, frozen=True)
class Job:
    """A row of the queue.

    number: its order; id: 16 hexadecimal digits; person: who asked; key: under which it is asked once, or None;
    ask: the arguments, plain JSON; state: "queued", "running", "done", "failed", "cancelled"; stopped: whether it is to be
    cancelled; share in [0, 1] and note: its progress; result: plain JSON; worker: who has it; tries: how often it was
    taken; asked, begun, ended: seconds since 1970, 0 for not yet.
    """

    number: int
    id: str
    person: str
    key: str | None
    medium: str
    operation: str
    ask: Mapping[str, Any]
    state: str = "queued"
    stopped: bool = False
    share: float = 0.0
    note: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    worker: str = ""
    tries: int = 0
    asked: float = 0.0
    begun: float = 0.0
    ended: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled")


_COLUMNS = ", ".join(column.name for column in fields(Job))
_NEXT = """
SELECT id FROM jobs AS waiting WHERE state = 'queued' ORDER BY
  (SELECT COUNT(*) FROM jobs WHERE state = 'running' AND person = waiting.person),
  (SELECT MAX(begun) FROM jobs WHERE person = waiting.person), number LIMIT 1
"""


class Queue:
    """The queue of a home; its file is made when the first job is asked. Raises StoreError where it cannot be used.

    Safe to use from several processes; from several threads each call opens the file anew.
    """

    def __init__(self, home: Path) -> None:
        self.file = jobs_file(home)

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            make_folder(self.file.parent)
            connection = sqlite3.connect(self.file, timeout=_BUSY_S, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.executescript(_TABLE)
                if write:
                    connection.execute("BEGIN IMMEDIATE")
                yield connection
                if write:
                    connection.execute("COMMIT")
            finally:
                connection.close()  # what was not committed is rolled back
        except sqlite3.Error as error:
            raise StoreError(
                f"the queue {str(self.file)!r}: {str(error) or type(error).__name__}; if it is damaged, remove it: works stay"
            ) from error

    def add(
        self,
        medium: str,
        operation: str,
        ask: Mapping[str, Any],
        *,
        person: str = "",
        key: str | None = None,
        allow: Callable[[int, float], None] = lambda jobs, seconds: None,
    ) -> Job:
        """Ask for a job. key: asked again under one key, it is the job that there is; allow: told of the person's jobs of
        the last day and the seconds that they took, raises where that is enough.

        Raises Full where `MOST_WAITING` jobs wait, UsageError where the key stands for something else.
        """
        text = json.dumps(dict(ask), ensure_ascii=False, sort_keys=True)
        with self._open(write=True) as connection:
            old = self._one(connection, "person = ? AND key = ?", person, key) if key is not None else None
            if old is not None:
                if (old.medium, old.operation) != (medium, operation) or not _is_same(old.ask, ask):
                    raise UsageError(f"the key {key!r} was used for another job; use a new key for a new job")
                return old
            allow(*self._used(connection, person))
            (waiting,) = connection.execute("SELECT COUNT(*) FROM jobs WHERE state = 'queued'").fetchone()
            if waiting >= MOST_WAITING:
                raise Full(f"{waiting} jobs wait already; ask again in a while")
            id_ = secrets.token_hex(8)
            connection.execute(
                "INSERT INTO jobs (id, person, key, medium, operation, ask, state, stopped, share, note, result, error, worker, "
                "tries, asked, begun, ended) VALUES (?, ?, ?, ?, ?, ?, 'queued', 0, 0, '', '{}', '', '', 0, ?, 0, 0)",
                (id_, person, key, medium, operation, text, time.time()),
            )
            return self._found(connection, id_)

    def get(self, id_: str) -> Job:
        """A job. Raises UnknownName."""
        with self._open() as connection:
            return self._found(connection, id_)

    def jobs(self, *, person: str | None = None, limit: int = 50) -> list[Job]:
        """Jobs, newest first."""
        where, values = ("person = ?", [person]) if person is not None else ("1", [])
        with self._open() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM jobs WHERE {where} ORDER BY number DESC LIMIT ?", (*values, limit)
            )
            return [_job(row) for row in rows]

    def ahead(self, job: Job) -> int:
        """How many jobs of the same person wait that were asked before this one."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND person = ? AND number < ?",
                (job.person, job.number),
            )
            return int(rows.fetchone()[0])

    def _used(self, connection: sqlite3.Connection, person: str) -> tuple[int, float]:
        """(jobs, seconds) of a person in the last day, what runs or waits among them."""
        now = time.time()
        jobs, seconds = connection.execute(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN begun = 0 THEN 0 WHEN ended = 0 THEN ? - begun ELSE ended - begun END), 0) "
            "FROM jobs WHERE person = ? AND asked > ? AND NOT (state = 'cancelled' AND begun = 0)",
            (now, person, now - _DAY_S),
        ).fetchone()
        return int(jobs), float(seconds)

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        with self._open() as connection:
            return dict(connection.execute("SELECT state, COUNT(*) FROM jobs GROUP BY state").fetchall())

    # What workers do

    def take(self, worker: str) -> Job | None:
        """The next job, now this worker's; None if none waits."""
        with self._open(write=True) as connection:
            found = connection.execute(_NEXT).fetchone()
            if found is None:
                return None
            connection.execute(
                "UPDATE jobs SET state = 'running', worker = ?, tries = tries + 1, begun = ?, share = 0, note = '' WHERE id = ?",
                (worker, time.time(), found[0]),
            )
            return self._found(connection, found[0])

    def tell(self, job: Job, share: float, note: str) -> bool:
        """Write down how far a job is. Returns whether its worker shall go on."""
        with self._open(write=True) as connection:
            connection.execute(
                "UPDATE jobs SET share = ?, note = ? WHERE id = ? AND worker = ? AND state = 'running'",
                (share, note[:200], job.id, job.worker),
            )
            now = self._found(connection, job.id)
            return now.state == "running" and now.worker == job.worker and not now.stopped

    def end(self, job: Job, state: str, *, result: Mapping[str, Any] | None = None, error: str = "") -> bool:
        """Write down what a job came to. Returns whether it was still this worker's."""
        with self._open(write=True) as connection:
            done = connection.execute(
                "UPDATE jobs SET state = ?, result = ?, error = ?, share = 1, ended = ? "
                "WHERE id = ? AND worker = ? AND state = 'running'",
                (state, json.dumps(dict(result or {}), ensure_ascii=False), error, time.time(), job.id, job.worker),
            )
            return done.rowcount == 1

    # What others do

    def cancel(self, id_: str) -> Job:
        """Stop a job: at once if it waits, when its worker next tells how far it is if it runs."""
        with self._open(write=True) as connection:
            connection.execute(
                "UPDATE jobs SET state = 'cancelled', ended = ? WHERE id = ? AND state = 'queued'", (time.time(), id_)
            )
            connection.execute("UPDATE jobs SET stopped = 1 WHERE id = ? AND state = 'running'", (id_,))
            return self._found(connection, id_)

    def running(self) -> list[Job]:
        """The jobs at work."""
        with self._open() as connection:
            return [_job(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM jobs WHERE state = 'running'")]

    def give_back(self, is_alive: Callable[[str], bool]) -> None:
        """Queue the jobs of workers that died again; one that was to stop is cancelled, and one that was taken
        `MOST_TRIES` times has failed.
        """
        for job in self.running():
            if is_alive(job.worker):
                continue
            if job.stopped:
                self.end(job, "cancelled")
            elif job.tries >= MOST_TRIES:
                self.end(job, "failed", error=f"its worker ended {job.tries} times; ask for less, or a smaller size")
            else:
                with self._open(write=True) as connection:
                    connection.execute(
                        "UPDATE jobs SET state = 'queued', worker = '' WHERE id = ? AND worker = ? AND state = 'running'",
                        (job.id, job.worker),
                    )

    def _found(self, connection: sqlite3.Connection, id_: str) -> Job:
        job = self._one(connection, "id = ?", id_)
        if job is None:
            raise UnknownName("job", id_[:40], ())
        return job

    def _one(self, connection: sqlite3.Connection, where: str, *values: Any) -> Job | None:
        row = connection.execute(f"SELECT {_COLUMNS} FROM jobs WHERE {where}", values).fetchone()
        return None if row is None else _job(row)


def _job(row: tuple[Any, ...]) -> Job:
    values = dict(zip((column.name for column in fields(Job)), row, strict=True))
    values |= {name: json.loads(values[name]) for name in ("ask", "result")}
    return Job(**{**values, "stopped": bool(values["stopped"])})


def _is_same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether two asks are one, a seed that was drawn apart."""
    return {**old, "seed": None} == {**new, "seed": None}
