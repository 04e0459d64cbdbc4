"""The statements of the feedback store: say something, put and get rows, forget a person.

Rows are put in one order by all who write (works by id, people by name, then what was said), so that two writers of a
PostgreSQL database wait for each other and seldom deadlock. Each row put twice is there once: rows are known by who
said what of which work (ratings, tags) and when (preferences, comments).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Select, delete, exists, func, or_, select, text, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import UnknownName
from .entries import Feedback, Kind
from .schema import Comment, Preference, Rating, Tag, User, Work

__all__ = ["features", "forget", "get", "get_works", "missing_works", "put_said", "put_works", "say", "users"]

Said = type[Rating] | type[Preference] | type[Tag] | type[Comment]
_TABLES: dict[Kind, Said] = {"rating": Rating, "preference": Preference, "tag": Tag, "comment": Comment}
_TICK = timedelta(microseconds=1)  # the least step of the times that are stored
_LAST = datetime.max.replace(tzinfo=UTC)
_BATCH = 1000  # rows of a statement: well below SQLite's 32,766 parameters
_FEW = 2000
T = TypeVar("T")


def say(connection: Connection, entry: Feedback, works: Mapping[str, Mapping[str, Any]]) -> Feedback:
    """Store one thing said, with its works; returns it as it is stored.

    It is later than all that this person said of this work before, also where the clock went back or two things are
    said in one microsecond, so that what is said last counts. A tag that is there stays as it is.
    """
    put_works(connection, works)
    now = _moment(entry.created)
    user = _user_ids(connection, {entry.user: now})[entry.user]
    table = _TABLES[entry.kind]
    earlier = select(func.max(table.created)).where(table.user_id == user, table.work_id == entry.work)
    if table is Preference:
        earlier = earlier.where(Preference.other_id == entry.other)
    elif table is Tag:
        earlier = earlier.where(Tag.tag == entry.text)
    before = connection.execute(earlier).scalar()
    if before is not None:
        now = before if table is Tag else max(now, before + _TICK if before < _LAST else _LAST)
    row = {**_row(entry, user), "created": now}
    if table is Rating and before is not None:
        same = (Rating.user_id == user, Rating.work_id == entry.work)
        connection.execute(update(Rating).where(*same).values(stars=entry.stars, created=now))
    elif table is not Tag or before is None:
        connection.execute(_insert(connection, table).values(row))
    return replace(entry, created=_text_of(now))


def put_works(connection: Connection, works: Mapping[str, Mapping[str, Any]]) -> None:
    """Put works by id; of one that is there, features that were not known are added and a missing title is filled in."""
    statement = _insert(connection, Work)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            "features": func.coalesce(new.features, Work.features),
            "title": func.coalesce(func.nullif(new.title, ""), Work.title),
            "model": func.coalesce(func.nullif(new.model, ""), Work.model),
            "style": func.coalesce(func.nullif(new.style, ""), Work.style),
        },
    )
    for batch in _batches([works[id_] for id_ in sorted(works)]):
        connection.execute(statement, batch)


def put_said(connection: Connection, entries: Sequence[Feedback]) -> int:
    """Put what was said elsewhere; what is there stays once, and of two ratings of a person for a work the later one.

    Their works must be there. Returns how many rows were new or replaced one.
    """
    first: dict[str, datetime] = {}
    for one in entries:
        moment = _moment(one.created)
        first[one.user] = min(first.get(one.user, moment), moment)
    ids = _user_ids(connection, first)
    new = 0
    for kind, table in _TABLES.items():
        rows = [_row(one, ids[one.user]) for one in entries if one.kind == kind]
        if table is Rating:
            new += _put_ratings(connection, rows)
        elif table is Comment:
            new += _put_comments(connection, rows)
        else:
            new += _put_new(connection, table, rows)
    return new


def get(
    connection: Connection,
    kind: Kind,
    *,
    user: str | None = None,
    medium: str | None = None,
    work: str | None = None,
    limit: int | None = None,
    oldest_first: bool = False,
) -> Iterator[Feedback]:
    """What was said of one kind, newest first unless told; read as it is taken."""
    table = _TABLES[kind]
    chosen: Select[Any] = select(table.__table__)
    if user is not None:
        chosen = chosen.where(table.user_id == select(User.id).where(User.name == user).scalar_subquery())
    if medium is not None and _has_few(connection, medium):
        chosen = chosen.where(table.work_id.in_(select(Work.id).where(Work.medium == medium)))
    elif medium is not None:  # asked row by row, so that the newest rows are found by the index on their time
        chosen = chosen.where(exists().where(Work.id == table.work_id, Work.medium == medium))
    if work is not None:
        of_it = table.work_id == work
        chosen = chosen.where(or_(of_it, Preference.other_id == work) if kind == "preference" else of_it)
    order = (table.created, table.id) if oldest_first else (table.created.desc(), table.id.desc())
    row_ = chosen.order_by(*order).limit(limit).subquery() if limit is not None else chosen.subquery()
    statement = select(row_, User.name, Work.medium, Work.title)
    statement = statement.join(User, User.id == row_.c.user_id).join(Work, Work.id == row_.c.work_id)
    outer = (row_.c.created, row_.c.id) if oldest_first else (row_.c.created.desc(), row_.c.id.desc())
    statement = statement.order_by(*outer).execution_options(yield_per=_BATCH)
    for row in connection.execute(statement).mappings():
        yield Feedback(
            kind=kind,
            user=row["name"],
            work=row["work_id"],
            medium=row["medium"],
            title=row["title"],
            created=_text_of(row["created"]),
            stars=row.get("stars"),
            other=row.get("other_id", ""),
            text=row.get("tag") or row.get("text") or "",
        )


def _has_few(connection: Connection, medium: str) -> bool:
    """Whether a medium has so few works that what was said of them is found quicker by work than by time."""
    some = select(Work.id).where(Work.medium == medium).limit(_FEW).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() < _FEW


def get_works(connection: Connection, user: str | None) -> Iterator[Mapping[str, Any]]:
    """The rows of all works, or of those that one person spoke of, oldest first; read as they are taken."""
    statement = select(Work.__table__).order_by(Work.created, Work.id)
    if user is not None:
        id_ = select(User.id).where(User.name == user).scalar_subquery()
        statement = statement.where(
            or_(
                *(exists().where(table.work_id == Work.id, table.user_id == id_) for table in _TABLES.values()),
                exists().where(Preference.other_id == Work.id, Preference.user_id == id_),
            )
        )
    for row in connection.execute(statement.execution_options(yield_per=_BATCH)).mappings():
        yield cast("Mapping[str, Any]", row)


def missing_works(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Those of `ids` that are not there; the others stay until the transaction ends."""
    wanted = sorted(set(ids))
    there: set[str] = set()
    for batch in _batches(wanted):
        statement = select(Work.id).where(Work.id.in_(batch)).with_for_update(read=True, key_share=True)
        there.update(connection.execute(statement).scalars())
    return [id_ for id_ in wanted if id_ not in there]


def users(connection: Connection) -> list[str]:
    """All names."""
    return list(connection.execute(select(User.name).order_by(User.name)).scalars())


def features(connection: Connection, medium: str) -> dict[str, dict[str, float]]:
    """Features by the id of the work, of those works of a medium that have them."""
    rows = connection.execute(select(Work.id, Work.features).where(Work.medium == medium))
    return {id_: values for id_, values in rows if values}


def forget(connection: Connection, user: str) -> int:
    """Delete a person, all they said, and works that nobody speaks of any more; returns how
    many things said are gone.
    """
    if connection.dialect.name == "postgresql":  # else what another says of a work now would go with the work
        connection.execute(text("LOCK TABLE works IN EXCLUSIVE MODE"))
    id_ = connection.execute(select(User.id).where(User.name == user)).scalar()
    if id_ is None:
        raise UnknownName("user", user, users(connection), where=" in the feedback store")
    tables = _TABLES.values()
    count = sum(
        connection.execute(select(func.count()).select_from(t).where(t.user_id == id_)).scalar_one() for t in tables
    )
    connection.execute(delete(User).where(User.id == id_))
    spoken = [exists().where(t.work_id == Work.id) for t in tables] + [exists().where(Preference.other_id == Work.id)]
    connection.execute(delete(Work).where(~or_(*spoken)))
    return count


def _row(entry: Feedback, user: int) -> dict[str, Any]:
    own: dict[Kind, dict[str, Any]] = {
        "rating": {"stars": entry.stars},
        "preference": {"other_id": entry.other},
        "tag": {"tag": entry.text},
        "comment": {"text": entry.text},
    }
    return {"user_id": user, "work_id": entry.work, "created": _moment(entry.created), **own[entry.kind]}


def _user_ids(connection: Connection, first: Mapping[str, datetime]) -> dict[str, int]:
    """The ids of people by name; those who are new are put. first: when each spoke first.

    Two that speak as one person wait for each other here (in PostgreSQL; SQLite has one writer).
    """
    ids: dict[str, int] = {}
    statement = _insert(connection, User).on_conflict_do_nothing(index_elements=["name"])
    for batch in _batches(sorted(first)):
        known = select(User.name, User.id).where(User.name.in_(batch)).order_by(User.name)
        known = known.with_for_update(key_share=True)
        ids.update((name, id_) for name, id_ in connection.execute(known))
        new = [name for name in batch if name not in ids]
        if new:
            connection.execute(statement, [{"name": name, "created": first[name]} for name in new])
            ids.update((name, id_) for name, id_ in connection.execute(known))
    return ids


def _put_ratings(connection: Connection, rows: list[dict[str, Any]]) -> int:
    latest: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["user_id"], row["work_id"])
        if key not in latest or row["created"] >= latest[key]["created"]:
            latest[key] = row
    statement = _insert(connection, Rating)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "work_id"],
        set_={"stars": new.stars, "created": new.created},
        where=Rating.created < new.created,
    )
    return _count(connection, Rating, statement, [latest[key] for key in sorted(latest)])


def _put_comments(connection: Connection, rows: list[dict[str, Any]]) -> int:
    """Two comments of one person on one work in one microsecond are two: the other one moves on to a free one."""
    count = 0
    for batch in _batches(sorted(rows, key=lambda r: (r["user_id"], r["work_id"], r["created"], r["text"]))):
        left = batch
        while left:
            keys = [(row["user_id"], row["work_id"], row["created"]) for row in left]
            earlier = connection.execute(
                select(Comment.user_id, Comment.work_id, Comment.created, Comment.text).where(
                    tuple_(Comment.user_id, Comment.work_id, Comment.created).in_(keys)
                )
            )
            there: dict[tuple[Any, ...], str] = {(u, w, c): comment for u, w, c, comment in earlier}
            fresh, later = [], []
            for row, key in zip(left, keys, strict=True):
                if key not in there:
                    there[key] = row["text"]
                    fresh.append(row)
                elif there[key] != row["text"]:
                    later.append({**row, "created": row["created"] + _TICK})
            count += _count(connection, Comment, _insert(connection, Comment).on_conflict_do_nothing(), fresh)
            left = later
    return count


def _put_new(connection: Connection, table: type[Any], rows: list[dict[str, Any]]) -> int:
    def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["user_id"], row["work_id"], row.get("other_id") or row["tag"], row["created"]

    return _count(connection, table, _insert(connection, table).on_conflict_do_nothing(), sorted(rows, key=key))


def _count(connection: Connection, table: Said, statement: Any, rows: list[dict[str, Any]]) -> int:
    """Execute a statement for each row; returns how many rows it put or changed."""
    statement = statement.returning(table.id)  # psycopg has no count of an executemany
    return sum(len(connection.execute(statement, batch).all()) for batch in _batches(rows))


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _text_of(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _insert(connection: Connection, table: Any) -> Any:
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    return kind.insert(table)


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    listed = list(rows)
    for start in range(0, len(listed), _BATCH):
        yield listed[start : start + _BATCH]
