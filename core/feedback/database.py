"""A connection to the feedback database: the engine, the migrations, and errors told in one line.

SQLite is opened in WAL mode, with foreign keys on, deleted content overwritten, and transactions begun by us: `BEGIN
IMMEDIATE` for those that write, so that two writers wait for each other instead of failing half-way. Connections are
opened for a transaction and closed after it; nothing is shared between threads or kept over a fork. A new file is made
whole beside its place, so that an empty one in its place is never the beginning of one but what is left of one.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, StaticPool

from ..errors import StoreError, tell_error
from .schema import HEAD, VERSION_TABLE, VERSIONS, Base

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["Database", "parse_url"]

T = TypeVar("T")
_LOCK = 0x41525457  # the number of the advisory lock that migrations take in PostgreSQL: "ARTW"
_MIGRATING = threading.Lock()  # alembic keeps the migration that runs in its module
_TRIES = 10
_AGAIN = ("40P01", "40001")  # PostgreSQL's deadlock and serialization failure: it undid the transaction; try it again
_RESCUE = "move the file away and bring back a backup, or an export with `artwright feedback import`"

_REMEDIES = (
    (("locked", "busy"), "another program is writing to it; try again in a moment, or close that program"),
    (
        ("readonly", "read-only", "unable to open", "permission denied"),
        "make the file and its folder writable, or set ARTWRIGHT_HOME or ARTWRIGHT_DATABASE_URL to another place",
    ),
    (
        ("not a database", "malformed", "corrupt", "could not decode"),
        _RESCUE,
    ),
    (("disk is full", "disk i/o", "no space"), "free some room on the disk; nothing of this was stored"),
    (
        ("no such table", "no such column", "does not exist", "undefined"),
        "it is damaged, or ARTWRIGHT_DATABASE_URL is wrong; bring back a backup",
    ),
    (
        ("connection", "refused", "authentication", "timeout", "resolve"),
        "check that the server runs and that ARTWRIGHT_DATABASE_URL is right",
    ),
)


def parse_url(value: str) -> URL:
    """The address of a database, with our driver. Raises StoreError if it is neither SQLite nor PostgreSQL."""
    try:
        url = make_url(value)
    except ArgumentError as error:
        shape = "postgresql://user:password@host/name or sqlite:///folder/file.sqlite3"
        raise StoreError(f"ARTWRIGHT_DATABASE_URL is not an address of a database; it looks like {shape}") from error
    kind = url.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite":
        return url.set(drivername="sqlite+pysqlite")
    raise StoreError(f"ARTWRIGHT_DATABASE_URL names a database of kind {kind!r}; there are: postgresql, sqlite")


class Database:
    """The feedback database, opened and brought to the newest version on first use.

    url: from `parse_url`; busy_s: how long to wait for another writer, in seconds.
    """

    def __init__(self, url: URL, *, busy_s: float = 5.0) -> None:
        self.url = url
        self.busy_s = busy_s
        self._journal = "WAL"
        self._engine: Engine | None = None
        self._turn = (
            nullcontext() if self.file or not self.is_sqlite else threading.RLock()
        )  # memory has one connection for all threads

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file (or memory), not a server."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for a server and for memory."""
        return (
            Path(self.url.database)
            if self.is_sqlite and self.url.database and self.url.database != ":memory:"
            else None
        )

    @property
    def name(self) -> str:
        """The file, or the address without its password: what messages show."""
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for one reading transaction."""
        with self._told(), self._turn, self._open().connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection for one writing transaction: all of the block is stored, or nothing."""
        with self._told(), self._turn, self._open().connect() as connection:
            connection = connection.execution_options(artwright_begin="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    def transact(self, act: Callable[[Connection], T]) -> T:
        """What `act` returns for a writing transaction; it is called again where the database undid the transaction
        because of another one (deadlock, serialization).
        """
        for number in range(1, _TRIES):
            try:
                with self.write() as connection:
                    return act(connection)
            except StoreError as error:
                cause = error.__cause__
                undone = cause.orig if isinstance(cause, DBAPIError) else None
                if getattr(undone, "sqlstate", None) not in _AGAIN:
                    raise
            time.sleep(random.Random().random() * min(0.02 * 2**number, 1.0))
        with self.write() as connection:
            return act(connection)

    def compact(self) -> None:
        """Give the room of deleted rows back and empty the log, so that nothing deleted is left in the files.

        Raises StoreError if a program that reads keeps the log from being emptied for longer than `busy_s`.
        """
        if not self.is_sqlite:
            return
        with self._told(), self._turn, closing(self._open().raw_connection()) as connection:
            driver = connection.driver_connection  # neither statement runs inside a transaction
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("VACUUM")
            until = time.monotonic() + self.busy_s
            while driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # 1: busy, told as a row, no error
                if time.monotonic() > until:
                    raise StoreError(
                        f"another program reads {self.name!r}, so the log beside it cannot be emptied yet; close it"
                    )
                time.sleep(0.02)

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of a SQLite database to `path`, while others may write to it, and check the copy.

        Raises StoreError if the copy is not sound; then the caller throws it away.
        """
        with self._told(), self._turn, self._open().connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            try:
                with closing(sqlite3.connect(path)) as target:
                    source.backup(target)
                    target.execute("PRAGMA journal_mode=DELETE")
                    wrong = _find_damage(target)
            except sqlite3.OperationalError as error:
                raise StoreError(f"cannot write the backup {str(path)!r}: {error}; choose another place") from error
        if wrong:
            raise StoreError(
                f"the feedback database {self.name!r} is damaged ({wrong[0]}), so no backup was written, and an earlier "
                f"one is as it was; {_RESCUE}"
            )

    def check(self) -> list[str]:
        """What is wrong with the database, a line each; nothing is made, migrated or mended."""
        try:
            if self.file is not None:
                if not self.file.exists():
                    return []
                self._check_file(self.file)
            engine = self._create()
            try:
                with self._told(), engine.connect() as connection, connection.begin():
                    self._version(connection)
                    driver = connection.connection.driver_connection
                    return _find_damage(driver) if isinstance(driver, sqlite3.Connection) else []
            finally:
                engine.dispose()
        except StoreError as error:
            return [str(error)]

    def close(self) -> None:
        """Let go of the engine; the next use opens it again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _open(self) -> Engine:
        if self._engine is None:
            if self.file is not None:
                try:
                    self.file.parent.mkdir(parents=True, exist_ok=True)
                except OSError as error:
                    raise StoreError(
                        f"cannot make the folder {str(self.file.parent)!r} of the feedback database: {error.strerror}; "
                        "set ARTWRIGHT_HOME or ARTWRIGHT_DATABASE_URL to another place"
                    ) from error
                if not self.file.exists():
                    self._make_file(self.file)
                self._check_file(self.file)
            engine = self._create()
            try:
                self._migrate(engine)
            except BaseException:
                engine.dispose()
                raise
            self._engine = engine
        return self._engine

    def _make_file(self, file: Path) -> None:
        """A new database, readable by its owner alone; where another program is faster, its file stays."""
        try:
            handle, name = tempfile.mkstemp(prefix=".artwright-", suffix=file.suffix, dir=file.parent)
            os.close(handle)
        except OSError as error:
            raise StoreError(
                f"cannot make the feedback database {self.name!r}: {error.strerror}; make its folder writable, or set "
                f"ARTWRIGHT_HOME or ARTWRIGHT_DATABASE_URL to another place"
            ) from error
        new = Database(self.url.set(database=name), busy_s=self.busy_s)
        new._journal = "DELETE"  # all of it in the one file that is put in place
        try:
            engine = new._create()
            new._migrate(engine)
            engine.dispose()
            os.link(name, file)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            if not file.exists():
                os.rename(name, file)
        finally:
            for end in ("", "-journal"):
                Path(name + end).unlink(missing_ok=True)

    def _check_file(self, file: Path) -> None:
        """Raise StoreError for a file without content."""
        if file.stat().st_size == 0:
            raise StoreError(
                f"the feedback database {self.name!r} is an empty file: what it held is lost; bring back a backup, or "
                f"remove the file to begin anew"
            )

    def _address(self, file: Path | None) -> URL:
        """The address to open: of a file that may only be read, one that makes SQLite write nothing beside it."""
        if file is None or not file.exists() or (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            return self.url
        log = Path(f"{file}-wal")
        how = {"mode": "ro"} if log.exists() and log.stat().st_size else {"mode": "ro", "immutable": "1"}
        return self.url.set(database=f"file:{quote(str(file))}", query={**how, "uri": "true"})

    def _create(self) -> Engine:
        try:
            if not self.is_sqlite:
                return create_engine(self.url, poolclass=NullPool, connect_args={"connect_timeout": 10})
            memory = self.file is None
            arguments = {"timeout": self.busy_s, "check_same_thread": not memory}
            engine = create_engine(
                self._address(self.file), poolclass=StaticPool if memory else NullPool, connect_args=arguments
            )
        except (ImportError, NoSuchModuleError) as error:
            raise StoreError(
                f"a PostgreSQL database needs the package psycopg ({error}); install it with: pip install "
                f"'artwright[postgres]'"
            ) from error
        event.listen(engine, "connect", self._prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def _prepare(self, connection: Any, record: object) -> None:
        connection.isolation_level = None  # sqlite3 of the standard library then begins no transaction of its own
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        until = time.monotonic() + self.busy_s
        while True:  # SQLite does not wait for its lock when it turns a new file to WAL
            try:
                connection.execute(f"PRAGMA journal_mode={self._journal}")
                return
            except connection.OperationalError as error:
                if "readonly" in str(error):
                    return  # it can still be read
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def _migrate(self, engine: Engine) -> None:
        with engine.connect() as connection, connection.begin():
            version = self._version(connection)
        if version == HEAD:
            return
        from alembic import command

        with engine.connect() as connection:
            connection = connection.execution_options(artwright_begin="BEGIN IMMEDIATE")
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                if self._version(connection) != HEAD:
                    with _MIGRATING:
                        command.upgrade(alembic_config(connection), HEAD)

    def _version(self, connection: Connection) -> str | None:
        tables = set(inspect(connection).get_table_names())
        if VERSION_TABLE not in tables:
            foreign = sorted(tables & set(Base.metadata.tables)) or (sorted(tables) if self.is_sqlite else [])
            if foreign:
                raise StoreError(
                    f"{self.name!r} is not a feedback database of artwright: it has the tables {', '.join(foreign[:5])} "
                    f"and no version; "
                    "name another one in ARTWRIGHT_DATABASE_URL"
                )
            return None
        version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
        if version is None:
            raise StoreError(
                f"the feedback database {self.name!r} has lost its version: it is damaged; bring back a backup"
            )
        if version not in VERSIONS:
            raise StoreError(
                f"the feedback database {self.name!r} has version {version}, newer than this artwright knows ({HEAD}); "
                "update it with `pip install --upgrade artwright`, or name another database in ARTWRIGHT_DATABASE_URL; "
                "nothing was changed"
            )
        return version

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) and error.orig else error).strip()
            line = reason.splitlines()[0] if reason else type(error).__name__
            remedy = next(
                (r for marks, r in _REMEDIES if any(m in reason.lower() for m in marks)),
                "the database refused it; nothing of this was stored",
            )
            raise StoreError(f"the feedback database {self.name!r}: {line}; {remedy}") from error
        except (ValueError, TypeError, OverflowError, RecursionError) as error:  # a row that we cannot have written
            raise StoreError(
                f"the feedback database {self.name!r} holds what cannot be read ({tell_error(error)[:200]}): it is "
                f"damaged; {_RESCUE}"
            ) from error


def _find_damage(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with a database, a line each."""
    try:
        faults = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        lost = [str(row[0]) for row in connection.execute("PRAGMA foreign_key_check").fetchmany(20)]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    lines = [" ".join(line.split()) for text in faults for line in text.splitlines() if not line.startswith("***")]
    return lines + [f"a row of {table} speaks of a work or a person that is not there" for table in lost]


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for the migrations of this package on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=Base.metadata, version_table=VERSION_TABLE)
    return config


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("artwright_begin", "BEGIN"))
