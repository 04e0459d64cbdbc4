"""People, their sessions and keys, and the log of what was done, in SQLite.

Of passwords and tokens hashes alone are kept. Each person has a home of their own in the studio's: works, feedback, taste
and models of one are not looked for in another's.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....core.errors import InputError, StoreError, UnknownName, UsageError
from ....core.files import make_folder
from ....core.home import people_file
from .passwords import check_password, hash_password, new_token, token_hash

__all__ = ["ROLES", "SCOPES", "People", "Person", "Quota", "TooMany"]

ROLES = ("viewer", "maker", "admin")
"""What people may do, each all that the one before may: look; make and say; see who there is and what was done."""

SCOPES = ("read", "make")
SESSION_S = 14 * 86_400
MOST_FAILURES, FAILURES_S = 5, 900
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_BUSY_S = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS people (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, works INTEGER NOT NULL, minutes REAL NOT NULL,
  megabytes INTEGER NOT NULL, created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (
  hash TEXT PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, person TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  scope TEXT NOT NULL, until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS failures (who TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS log (at REAL NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, about TEXT NOT NULL);
"""


class TooMany(UsageError):
    """More tries, or more work, than is allowed in a time. seconds: when to try again."""

    def __init__(self, sentence: str, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Quota:
    """What a person may ask for: works and minutes of work in a day, megabytes kept."""

    works: int = 200
    minutes: float = 240.0
    megabytes: int = 4096


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who is signed in. scope: "make", or "read" with a key that only reads."""

    name: str
    role: str
    quota: Quota
    scope: str = "make"

    def may(self, need: str) -> bool:
        """Whether this person may do what needs a role, with the key at hand."""
        enough = ROLES.index(self.role) >= ROLES.index(need)
        return enough and (self.scope == "make" or need == "viewer")


class People:
    """Those who have an account in a home. Raises StoreError where their file cannot be used."""

    def __init__(self, home: Path) -> None:
        self.file = people_file(home)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        try:
            make_folder(self.file.parent)
            connection = sqlite3.connect(self.file, timeout=_BUSY_S, isolation_level=None)
            try:
                self.file.chmod(0o600)
                connection.execute("PRAGMA foreign_keys=ON")
                connection.executescript(_TABLES)
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the list of people {str(self.file)!r}: {str(error) or type(error).__name__}") from error

    def add(self, name: str, password: str, *, role: str = "maker", quota: Quota | None = None) -> None:
        """Give somebody an account. Raises InputError, UsageError where the name is taken."""
        quota = quota or Quota()
        if not _NAME.fullmatch(name):
            raise InputError(
                f"the name {name[:40]!r} is none; use 1 to 32 small letters, digits and '-', not '-' first"
            )
        if role not in ROLES:
            raise UnknownName("role", role, ROLES)
        row = (name, role, hash_password(password), quota.works, quota.minutes, quota.megabytes, time.time())
        with self._open() as connection:
            if connection.execute("SELECT 1 FROM people WHERE name = ?", (name,)).fetchone():
                raise UsageError(f"there is somebody called {name!r} already; choose another name")
            connection.execute("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            _note(connection, name, "added", role)

    def remove(self, name: str) -> None:
        """Take somebody's account, with their sessions and keys. Their works stay. Raises UnknownName."""
        with self._open() as connection:
            if connection.execute("DELETE FROM people WHERE name = ?", (name,)).rowcount == 0:
                names = [row[0] for row in connection.execute("SELECT name FROM people")]
                raise UnknownName("person", name, names)
            _note(connection, name, "removed", "")

    def everybody(self) -> list[Person]:
        """Everybody, by name."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT name, role, works, minutes, megabytes FROM people ORDER BY name"
            ).fetchall()
        return [_person(*row) for row in rows]

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """The token of a new session; None for a wrong name or password.

        Raises TooMany after five failures in a quarter of an hour, of the name or of the address.
        """
        now, marks = time.time(), (f"name {name[:40]}", f"address {address[:60]}")
        with self._open() as connection:
            connection.execute("DELETE FROM failures WHERE at < ?", (now - FAILURES_S,))
            for mark in marks:
                times = [
                    at for (at,) in connection.execute("SELECT at FROM failures WHERE who = ? ORDER BY at", (mark,))
                ]
                if len(times) >= MOST_FAILURES:
                    wait = times[-MOST_FAILURES] + FAILURES_S - now
                    raise TooMany("too many tries to sign in; wait a while", wait)
            # noted before the password is looked at, so that tries at once count too
            connection.executemany("INSERT INTO failures VALUES (?, ?)", [(mark, now) for mark in marks])
            found = connection.execute("SELECT password FROM people WHERE name = ?", (name,)).fetchone()
        right = check_password(password, found[0] if found else None)
        with self._open() as connection:
            if not right:
                _note(connection, name[:40], "failed to sign in", address)
                return None
            connection.executemany("DELETE FROM failures WHERE who = ?", [(mark,) for mark in marks])
            connection.execute("DELETE FROM tokens WHERE until < ?", (now,))
            token = new_token()
            connection.execute(
                "INSERT INTO tokens VALUES (?, 'session', '', ?, 'make', ?)", (token_hash(token), name, now + SESSION_S)
            )
            _note(connection, name, "signed in", address)
            return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._open() as connection:
            connection.execute("DELETE FROM tokens WHERE hash = ?", (token_hash(token),))

    def add_key(self, name: str, *, scope: str = "make", days: float = 90.0) -> str:
        """A new key for programs of somebody; it is shown this once. Raises UnknownName."""
        if scope not in SCOPES:
            raise UnknownName("scope", scope, SCOPES)
        token = f"aw_{new_token()}"
        with self._open() as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM people")]
            if name not in names:
                raise UnknownName("person", name, names)
            row = (token_hash(token), token[:7], name, scope, time.time() + days * 86_400)
            connection.execute("INSERT INTO tokens VALUES (?, 'key', ?, ?, ?, ?)", row)
            _note(connection, name, "key added", scope)
        return token

    def who(self, token: str, kind: str) -> Person | None:
        """Whose session or key a token is; None for one that is none or over."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT name, role, works, minutes, megabytes, scope FROM tokens JOIN people ON name = person "
                "WHERE hash = ? AND kind = ? AND until > ?",
                (token_hash(token), kind, time.time()),
            ).fetchone()
        return None if row is None else _person(*row)

    def note(self, person: str, what: str, about: str = "") -> None:
        """Put a line into the log: names and ids, never what was written."""
        with self._open() as connection:
            _note(connection, person, what, about)

    def log(self, limit: int = 200) -> list[tuple[float, str, str, str]]:
        """(when, who, what, about what), newest first."""
        with self._open() as connection:
            rows = connection.execute("SELECT at, person, what, about FROM log ORDER BY at DESC LIMIT ?", (limit,))
            return rows.fetchall()


def _person(name: str, role: str, works: int, minutes: float, megabytes: int, scope: str = "make") -> Person:
    return Person(name=name, role=role, quota=Quota(works=works, minutes=minutes, megabytes=megabytes), scope=scope)


def _note(connection: sqlite3.Connection, *row: Any) -> None:
    connection.execute("INSERT INTO log VALUES (?, ?, ?, ?)", (time.time(), *row))
