"""What people said of works, kept for good: the feedback store.

    store = FeedbackStore(home)                      # opens and creates nothing
    store.rate(work, 4, features=medium.features(work))
    store.prefer(better, worse)
    taste = store.taste("painting")

It is a SQLite file in the home folder, or the PostgreSQL database that `ARTWRIGHT_DATABASE_URL` names. Reading a store
that was never written creates nothing either. Each thing said is one transaction. Nothing leaves the computer by
itself.
Only this package writes SQL.
"""

from __future__ import annotations

import getpass
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Cancelled, InputError, OutputError, StoreError, UnknownName
from ..home import feedback_file, taste_file
from .entries import KINDS, MAX_COMMENT, MAX_TAG, MAX_USER, Feedback, Kind, check_text
from .rows import work_row

if TYPE_CHECKING:
    from ..artwork import Artwork
    from .database import Database
    from .taste import Taste

__all__ = ["KINDS", "Feedback", "FeedbackStore", "Kind", "current_user"]

_GAP_S = 0.03  # at least, between the parts of an import: SQLite has no queue, and who waits looks every 0.1 s


def current_user() -> str:
    """Who speaks where nobody is named: `ARTWRIGHT_USER`, or the name of the login."""
    user = os.environ.get("ARTWRIGHT_USER")
    if user:
        return user
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "me"


class FeedbackStore:
    """Ratings, preferences, tags and comments.

    home: the folder of the SQLite file `feedback.sqlite3`; url: another database (`postgresql://...`,
    `sqlite:///file`, `sqlite://` for memory); without it `ARTWRIGHT_DATABASE_URL` decides, read on first use.
    busy_s: how long to wait for another program that writes, in seconds; clock: gives the time, with its offset.
    All methods raise StoreError, in one line with a remedy, if the database is corrupt, locked, read-only, of a newer
    version or not to be reached. Safe to use from several threads and processes.
    """

    def __init__(
        self, home: Path, *, url: str | None = None, busy_s: float = 5.0, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._home = Path(home)
        self._url = url
        self._busy_s = busy_s
        self._clock = clock or (lambda: datetime.now(UTC))
        self._database: Database | None = None
        self._listeners: list[Callable[[Feedback], None]] = []

    def listen(self, listener: Callable[[Feedback], None]) -> None:
        """Have `listener` told of each thing said, after it is stored (the studio passes it to `on_feedback`)."""
        self._listeners.append(listener)

    @property
    def path(self) -> str:
        """Where the feedback is kept: a file, or a database's address without its password."""
        url = self._url or os.environ.get("ARTWRIGHT_DATABASE_URL")
        return self._db().name if url else str(feedback_file(self._home))

    # What a person says

    def rate(
        self, work: Artwork, stars: int, *, user: str | None = None, features: Mapping[str, float] | None = None
    ) -> Feedback:
        """Store one to five stars; a person's later rating of a work replaces the earlier one. features:
        `Medium.features(work)`.
        """
        if isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
            raise InputError(f"a rating is a whole number of stars from 1 to 5, not {stars!r}")
        entry = self._compose("rating", work, user, stars=stars)
        return self._store(entry, {work.id: work_row(work, features, self._clock())})

    def prefer(
        self,
        work: Artwork,
        other: Artwork,
        *,
        user: str | None = None,
        features: Mapping[str, float] | None = None,
        other_features: Mapping[str, float] | None = None,
    ) -> Feedback:
        """Store that `work` is preferred to `other`, a work of the same medium. Raises InputError if they are one work
        or of two media.
        """
        if work.id == other.id:
            raise InputError(f"a work cannot be preferred to itself: both are {work.short_id!r}; name two works")
        if work.medium != other.medium:
            raise InputError(
                f"works of two media are not compared: {work.short_id!r} is {work.medium}, {other.short_id!r} is "
                f"{other.medium}"
            )
        entry = self._compose("preference", work, user, other=other.id)
        now = self._clock()
        works = {work.id: work_row(work, features, now), other.id: work_row(other, other_features, now)}
        return self._store(entry, works)

    def tag(self, work: Artwork, tag: str, *, user: str | None = None) -> Feedback:
        """Put a tag of at most 64 characters on a work; case and outer spaces do not count, a second time changes
        nothing.
        """
        text = check_text("tag", " ".join(tag.split()).casefold(), MAX_TAG)
        entry = self._compose("tag", work, user, text=text)
        return self._store(entry, {work.id: work_row(work, None, self._clock())})

    def comment(self, work: Artwork, text: str, *, user: str | None = None) -> Feedback:
        """Store a comment of at most 10,000 characters."""
        entry = self._compose("comment", work, user, text=check_text("comment", text.strip(), MAX_COMMENT))
        return self._store(entry, {work.id: work_row(work, None, self._clock())})

    # What was said

    def said(
        self,
        kind: Kind | None = None,
        *,
        user: str | None = None,
        medium: str | None = None,
        work: str | None = None,
        limit: int | None = None,
    ) -> list[Feedback]:
        """What was said, newest first; by everybody, of all works, unless told. work: an id; limit: at most so many."""
        from . import statements

        if kind is not None and kind not in KINDS:
            raise UnknownName("kind of feedback", kind, KINDS)
        if self._is_new():
            return []
        with self._db().read() as connection:
            entries = [
                f
                for k in ([kind] if kind else KINDS)
                for f in statements.get(connection, k, user=user, medium=medium, work=work, limit=limit)
            ]
        entries.sort(key=lambda f: f.created, reverse=True)
        return entries[:limit]

    def ratings(self, *, user: str | None = None, medium: str | None = None) -> list[Feedback]:
        """The ratings, newest first."""
        return self.said("rating", user=user, medium=medium)

    def preferences(self, *, user: str | None = None, medium: str | None = None) -> list[Feedback]:
        """The preferences, newest first."""
        return self.said("preference", user=user, medium=medium)

    def users(self) -> list[str]:
        """The names of all who said something."""
        from . import statements

        if self._is_new():
            return []
        with self._db().read() as connection:
            return statements.users(connection)

    def features(self, medium: str) -> dict[str, dict[str, float]]:
        """The features of each work of a medium that feedback was given with, by id."""
        from . import statements

        if self._is_new():
            return {}
        with self._db().read() as connection:
            return statements.features(connection, medium)

    def taste(self, medium: str, *, user: str | None = None, check: bool = False) -> Taste:
        """What a person likes in a medium, learned from their ratings and preferences. check: measure its foresight
        too.

        Raises TasteUnknown if too little was said.
        """
        from .learning import learn_from

        return learn_from(self, medium, user or current_user(), check=check)

    def brought_taste(self, medium: str, user: str) -> Taste | None:
        """The taste that a person brought along from another computer, if any. Raises FormatError if its file is broken."""
        path = taste_file(self._home, medium, user)
        if not path.exists():
            return None
        from .portable import unpack_taste

        return unpack_taste(path.read_text("utf-8"), medium)

    def bring_taste(self, text: str, medium: str, *, user: str | None = None) -> Path:
        """Keep a taste that was written elsewhere (`portable`): what is learned here begins with it. Raises FormatError."""
        from ..files import write_text
        from .portable import unpack_taste

        unpack_taste(text, medium)
        path = taste_file(self._home, medium, check_text("user's name", (user or current_user()).strip(), MAX_USER))
        write_text(path, text)
        return path

    # The whole store

    def export(self, *, user: str | None = None) -> Iterator[str]:
        """The store, or what one person said, as lines of JSON without line ends: a heading, the works, then what was
        said, oldest first.

        Raises UnknownName if there is no such person.
        """
        from . import exchange

        now = self._clock()
        if user is not None and user not in self.users():
            raise UnknownName("user", user, self.users())
        yield exchange.heading(now)
        if not self._is_new():
            with self._db().read() as connection:
                yield from exchange.export(connection, user)

    def import_(self, lines: Iterable[str]) -> dict[str, int]:
        """Add what an export holds. What is there already stays once, of two ratings of one person for one work the
        later counts.

        Every line is checked first: if one is wrong, nothing is added. Then rows are added in parts, so that others can
        write in between; what stops it on the way (a full disk, an interruption) leaves whole parts, says how many rows
        are stored, and the same import again adds the rest. Returns how many of each kind were read, and `"new"`.
        Raises FormatError that names the wrong lines and says what is wrong with them.
        """
        from . import exchange

        new, done, began = 0, 0, 0.0
        with exchange.check_export(lines, now=self._clock()) as rows:
            total, database = sum(rows.counts.values()), self._db()
            try:
                for part in rows.parts():
                    if done and database.is_sqlite:
                        time.sleep(max(_GAP_S, (time.monotonic() - began) / 5))
                    began = time.monotonic()
                    new += database.transact(partial(rows.put, part=part))
                    done += len(part[0]) + len(part[1])
            except (StoreError, KeyboardInterrupt) as error:
                if not done:
                    raise
                stored = f"{done:,} of {total:,} rows are stored; import the file again to add the rest, which is safe"
                if isinstance(error, StoreError):
                    raise StoreError(f"{error}; {stored}") from error
                raise Cancelled(f"interrupted: {stored}") from error
        return {**rows.counts, "new": new}

    def backup(self, path: Path, *, force: bool = False) -> Path:
        """Write a copy of the database to `path`, whole, while others may use it. SQLite only: a server has its own
        tools.

        Raises OutputError if `path` exists and `force` is not set, or cannot be written.
        """
        from ..files import atomic, check_output

        database = self._db()
        if not database.is_sqlite:
            raise StoreError(
                f"{database.name!r} is a PostgreSQL database: back it up with pg_dump, or write an export with "
                f"`artwright feedback export`"
            )
        if self._is_new():
            raise StoreError(
                f"there is nothing to back up: {database.name!r} does not exist yet; it is made with the first rating"
            )
        self.check_place(path)
        check_output(path, force=force)
        with atomic(path) as temporary:
            database.copy_to(temporary)
        return path

    def check_place(self, path: Path) -> None:
        """Raise OutputError if a file at `path` would take the place of the database itself, or of its log."""
        file = self._db().file
        own = [Path(f"{file}{end}").resolve() for end in ("", "-wal", "-shm")] if file is not None else []
        if Path(path).resolve() in own:
            raise OutputError(f"{str(path)!r} is the feedback database itself; choose another place")

    def check(self) -> list[str]:
        """What is wrong with the database, a line each; nothing is made or changed."""
        return self._db().check()

    def forget(self, user: str) -> int:
        """Delete a person and all they said, and the works that nobody else spoke of; returns how many things said were
        deleted.

        In SQLite the deleted content is overwritten and the file made anew, so that it cannot be read from the disk's
        file afterwards; a PostgreSQL server does so when it next vacuums. Backups and exports made before are the
        owner's to delete. Raises UnknownName if there is no such person, StoreError if it was deleted but a program
        that reads keeps traces of it in the file: called again, it goes on with that.
        """
        from . import statements

        if self._is_new():
            raise UnknownName("user", user, ())
        database = self._db()
        unknown: UnknownName | None = None
        count = 0
        try:
            count = database.transact(lambda connection: statements.forget(connection, user))
        except UnknownName as error:
            unknown = error  # an earlier run may have deleted the rows and been kept from the rest
        try:
            database.compact()
        except StoreError as error:
            gone = f"what {user!r} said was deleted" if unknown is None else f"nothing that {user!r} said is stored"
            raise StoreError(
                f"{gone}, but traces of what was deleted may be left in the file; close other programs that use it and "
                f"run this again: {error}"
            ) from error
        if unknown is not None:
            raise unknown
        return count

    def close(self) -> None:
        """Let go of the database; the store can be used again afterwards."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _db(self) -> Database:
        if self._database is None:
            from .database import Database, parse_url

            url = self._url or os.environ.get("ARTWRIGHT_DATABASE_URL")
            self._database = Database(
                parse_url(url) if url else _file_url(feedback_file(self._home)), busy_s=self._busy_s
            )
        return self._database

    def _is_new(self) -> bool:
        file = self._db().file
        return file is not None and not file.exists()

    def _compose(
        self, kind: Kind, work: Artwork, user: str | None, *, stars: int | None = None, other: str = "", text: str = ""
    ) -> Feedback:
        name = check_text("user's name", (user or current_user()).strip(), MAX_USER)
        created = self._clock().astimezone(UTC).isoformat(timespec="microseconds")
        return Feedback(
            kind=kind,
            user=name,
            work=work.id,
            medium=work.medium,
            title=work.title,
            created=created,
            stars=stars,
            other=other,
            text=text,
        )

    def _store(self, entry: Feedback, works: Mapping[str, Mapping[str, Any]]) -> Feedback:
        """Store one thing said; returns it as it is stored, after the listeners were told."""
        from . import statements

        stored = self._db().transact(lambda connection: statements.say(connection, entry, works))
        for listener in self._listeners:
            listener(stored)
        return stored


def _file_url(path: Path) -> Any:
    from sqlalchemy import URL

    return URL.create("sqlite+pysqlite", database=str(path))
