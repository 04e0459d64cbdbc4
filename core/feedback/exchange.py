"""The statements of the feedback store: put and get rows, export and import them, forget a person.

An export is JSON lines: a heading, the works (`"kind": "work"`), then what was said, oldest first. Each row put twice
is
there once: rows are known by who said what of which work (ratings, tags) and when (preferences, comments).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from ..errors import FormatError, InputError, UnknownName
from .schema import Comment, Preference, Rating, Tag, User, Work
from .store import KINDS, MAX_COMMENT, MAX_TAG, MAX_USER, Feedback, Kind, check_text

__all__ = [
    "Rows",
    "export",
    "features",
    "forget",
    "get",
    "heading",
    "parse",
    "put_all",
    "put_comments",
    "put_preferences",
    "put_ratings",
    "put_tags",
    "put_works",
    "users",
]

FORMAT = "artwright-feedback"
FORMAT_VERSION = 1
Said = type[Rating] | type[Preference] | type[Tag] | type[Comment]
_TABLES: dict[Kind, Said] = {"rating": Rating, "preference": Preference, "tag": Tag, "comment": Comment}
_ID = re.compile(r"sha256:[0-9a-f]{64}")
T = TypeVar("T")
_BATCH = 1000  # rows of a statement: well below SQLite's 32,766 parameters


def put_works(connection: Connection, works: Mapping[str, Mapping[str, Any]]) -> None:
    """Put works by id; of one that is there, features that were not known are added and a
    missing title is filled in.
    """
    for batch in _batches(list(works.values())):
        statement = _insert(connection, Work).values(batch)
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
        connection.execute(statement)


def put_ratings(connection: Connection, said: Sequence[Feedback]) -> int:
    """Put ratings; the later of a person for a work stays. Returns how many rows were new or replaced one."""
    latest: dict[tuple[str, str], Feedback] = {}
    for row in said:
        key = (row.user, row.work)
        if key not in latest or row.created >= latest[key].created:
            latest[key] = row
    ids = _user_ids(connection, said)
    count = 0
    for batch in _batches(list(latest.values())):
        rows = [
            {"user_id": ids[f.user], "work_id": f.work, "stars": f.stars, "created": _moment(f.created)} for f in batch
        ]
        statement = _insert(connection, Rating).values(rows)
        new = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=["user_id", "work_id"],
            set_={"stars": new.stars, "created": new.created},
            where=Rating.created < new.created,
        )
        count += len(connection.execute(statement.returning(Rating.id)).all())
    return count


def put_preferences(connection: Connection, said: Sequence[Feedback]) -> int:
    """Put preferences that are not there yet; returns how many were new."""
    ids = _user_ids(connection, said)
    return _put_new(
        connection,
        Preference,
        [{"user_id": ids[f.user], "work_id": f.work, "other_id": f.other, "created": _moment(f.created)} for f in said],
    )


def put_tags(connection: Connection, said: Sequence[Feedback]) -> int:
    """Put tags that are not there yet; returns how many were new."""
    ids = _user_ids(connection, said)
    return _put_new(
        connection,
        Tag,
        [{"user_id": ids[f.user], "work_id": f.work, "tag": f.text, "created": _moment(f.created)} for f in said],
    )


def put_comments(connection: Connection, said: Sequence[Feedback]) -> int:
    """Put comments that are not there yet; returns how many were new."""
    ids = _user_ids(connection, said)
    return _put_new(
        connection,
        Comment,
        [{"user_id": ids[f.user], "work_id": f.work, "text": f.text, "created": _moment(f.created)} for f in said],
    )


def get(
    connection: Connection,
    kind: Kind,
    *,
    user: str | None = None,
    medium: str | None = None,
    work: str | None = None,
    limit: int | None = None,
) -> Iterator[Feedback]:
    """What was said of one kind, newest first."""
    table = _TABLES[kind]
    statement: Select[Any] = select(table.__table__, User.name, Work.medium, Work.title)
    statement = statement.join(User, User.id == table.user_id).join(Work, Work.id == table.work_id)
    if user is not None:
        statement = statement.where(User.name == user)
    if medium is not None:
        statement = statement.where(Work.medium == medium)
    if work is not None:
        of_it = table.work_id == work
        statement = statement.where(or_(of_it, Preference.other_id == work) if kind == "preference" else of_it)
    statement = statement.order_by(table.created.desc(), table.id.desc())
    for row in connection.execute(statement if limit is None else statement.limit(limit)).mappings():
        yield Feedback(
            kind=kind,
            user=row["name"],
            work=row["work_id"],
            medium=row["medium"],
            title=row["title"],
            created=row["created"].isoformat(timespec="microseconds"),
            stars=row.get("stars"),
            other=row.get("other_id", ""),
            text=row.get("tag") or row.get("text") or "",
        )


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


def heading(now: datetime) -> str:
    """The first line of an export."""
    return json.dumps(
        {"kind": FORMAT, "version": FORMAT_VERSION, "created": now.astimezone(UTC).isoformat(timespec="seconds")}
    )


def export(connection: Connection, user: str | None) -> Iterator[str]:
    """Works, then what was said, oldest first, as lines of JSON."""
    said = [f for kind in KINDS for f in get(connection, kind, user=user)]
    said.sort(key=lambda f: f.created)
    wanted = {f.work for f in said} | {f.other for f in said}
    for row in connection.execute(select(Work.__table__).order_by(Work.created, Work.id)).mappings():
        if user is None or row["id"] in wanted:
            yield _line({**row, "kind": "work", "created": row["created"].isoformat(timespec="microseconds")})
    for one in said:
        yield _line({k: v for k, v in one.to_dict().items() if k not in ("medium", "title")})


@dataclass
class Rows:
    """The rows of an export, checked."""

    works: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: dict[Kind, list[Feedback]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


def parse(lines: Iterable[str]) -> Rows:
    """Read an export. Raises FormatError that names the line, for the first one that is wrong."""
    rows, number, mentioned = Rows(), 0, dict[str, int]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("it is not a JSON object")
            if number == 1:
                _check_heading(row)
            elif row.get("kind") == "work":
                work = _parse_work(row)
                rows.works[work["id"]] = work
            else:
                said = _parse_said(row)
                rows.said[said.kind].append(said)
                for id_ in filter(None, (said.work, said.other)):
                    mentioned.setdefault(id_, number)
        except (ValueError, TypeError, InputError, RecursionError) as error:
            raise FormatError(f"line {number} of the export is wrong: {error}; nothing was imported") from error
        except KeyError as error:
            raise FormatError(
                f"line {number} of the export is wrong: it lacks {error.args[0]!r}; nothing was imported"
            ) from error
    if number == 0:
        raise FormatError("the export is empty; nothing was imported")
    lost = next(((id_, at) for id_, at in mentioned.items() if id_ not in rows.works), None)
    if lost:
        raise FormatError(
            f"line {lost[1]} of the export is wrong: the work {lost[0][:19]} that it speaks of is not in the "
            f"export; nothing was imported"
        )
    return rows


def put_all(connection: Connection, rows: Rows) -> dict[str, int]:
    """Put the rows of an export; returns how many of each kind there were, and how many were new or newer."""
    put_works(connection, rows.works)
    new = put_ratings(connection, rows.said["rating"]) + put_preferences(connection, rows.said["preference"])
    new += put_tags(connection, rows.said["tag"]) + put_comments(connection, rows.said["comment"])
    return {"works": len(rows.works), **{f"{kind}s": len(said) for kind, said in rows.said.items()}, "new": new}


def _check_heading(row: Mapping[str, Any]) -> None:
    if row.get("kind") != FORMAT:
        raise ValueError(f'the first line must be the heading of an export, with "kind": "{FORMAT}"')
    if row.get("version") != FORMAT_VERSION:
        raise ValueError(
            f"the export has version {row.get('version')!r}; this artwright reads version {FORMAT_VERSION}; update "
            f"artwright"
        )


def _parse_work(row: Mapping[str, Any]) -> dict[str, Any]:
    values = row.get("features")
    if values is not None:
        if not isinstance(values, dict) or not all(
            isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in values.values()
        ):
            raise ValueError("the features of a work are finite numbers by name")
        values = {k: float(v) for k, v in values.items()}
    texts = {key: _text(row, key) for key in ("title", "model", "style")}
    return {
        "id": _id(row["id"]),
        "medium": check_text("medium", _text(row, "medium"), 64),
        **texts,
        "created": _moment(row["created"]),
        "features": values,
    }


def _parse_said(row: Mapping[str, Any]) -> Feedback:
    kind = row["kind"]
    if kind not in KINDS:
        raise ValueError(f"there is no kind of feedback {kind!r}; there are: {', '.join(KINDS)}")
    stars = row["stars"] if kind == "rating" else None
    if kind == "rating" and (isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5):
        raise ValueError(f"a rating has 1 to 5 stars, not {stars!r}")
    work, other = _id(row["work"]), _id(row["other"]) if kind == "preference" else ""
    if work == other:
        raise ValueError("a work cannot be preferred to itself")
    text = (
        check_text(kind, _text(row, "text"), MAX_TAG if kind == "tag" else MAX_COMMENT)
        if kind in ("tag", "comment")
        else ""
    )
    user = check_text("user's name", _text(row, "user"), MAX_USER)
    created = _moment(row["created"]).astimezone(UTC).isoformat(timespec="microseconds")
    return Feedback(kind=kind, user=user, work=work, medium="", created=created, stars=stars, other=other, text=text)


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{key!r} is not text: {value!r}"[:200])
    return value


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError(f"{str(value)[:80]!r} is not the id of a work (sha256: and 64 hexadecimal digits)")
    return value


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"the time {value!r} has no offset from UTC")
    return moment


def _user_ids(connection: Connection, said: Sequence[Feedback]) -> dict[str, int]:
    first: dict[str, datetime] = {}
    for row in said:
        moment = _moment(row.created)
        first[row.user] = min(first.get(row.user, moment), moment)
    ids: dict[str, int] = {}
    for batch in _batches(sorted(first)):
        rows = [{"name": name, "created": first[name]} for name in batch]
        connection.execute(_insert(connection, User).values(rows).on_conflict_do_nothing(index_elements=["name"]))
        ids.update(
            (name, id_) for name, id_ in connection.execute(select(User.name, User.id).where(User.name.in_(batch)))
        )
    return ids


def _put_new(
    connection: Connection, table: type[Preference] | type[Tag] | type[Comment], rows: list[dict[str, Any]]
) -> int:
    count = 0
    for batch in _batches(rows):
        count += len(
            connection.execute(
                _insert(connection, table).values(batch).on_conflict_do_nothing().returning(table.id)
            ).all()
        )
    return count


def _insert(connection: Connection, table: Any) -> Any:
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    return kind.insert(table)


def _batches(rows: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(dict(row), ensure_ascii=False, allow_nan=False)
