"""The tables of the feedback database, as SQLAlchemy 2 models.

Migrations are the truth of what a database holds; these models must describe the newest of them (a test compares
the two on each kind of database). Each table that holds what a person said points at the person with
`ON DELETE CASCADE`, so that forgetting a person needs one deletion and cannot miss a table.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = [
    "HEAD",
    "VERSIONS",
    "VERSION_TABLE",
    "Base",
    "Comment",
    "Preference",
    "Rating",
    "Tag",
    "User",
    "UtcDateTime",
    "Work",
]

VERSIONS = (
    "0001",
    "0002",
    "0003",
)  # oldest first; kept here so that a database in order is opened without importing alembic
HEAD = VERSIONS[-1]
VERSION_TABLE = "artwright_version"  # not alembic's own name: a PostgreSQL database may serve another program too


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its offset, always UTC: `timestamptz` in PostgreSQL, `2026-01-31T08:00:00.000000+00:00` as text in
    SQLite, which has no such type; the text sorts as the moments do.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type: text of 32 characters in SQLite, a timestamp with time zone elsewhere."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """A moment for the database. Raises ValueError for a time without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no offset from UTC")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """A moment from the database, in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


class Base(DeclarativeBase):
    """Root of the models; constraints get the same names in each kind of database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _newest_first(table: str) -> tuple[Index, Index]:
    """Indexes by which the newest things said, by all or by one person, are found without reading the others."""
    return Index(f"ix_{table}_created", "created", "id"), Index(f"ix_{table}_user_id", "user_id", "created", "id")


class User(Base):
    """A person, by the name they go by."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Work(Base):
    """A work that somebody said something of: enough to list it and to learn from it without its file.

    id: `sha256:` and 64 hexadecimal digits; features: the medium's named numbers, or null where they are not known.
    """

    __tablename__ = "works"

    id: Mapped[str] = mapped_column(String(71), primary_key=True)
    medium: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(String(200))
    style: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    features: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True))


class Rating(Base):
    """One to five stars; the latest of a person for a work."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        UniqueConstraint("user_id", "work_id"),
        *_newest_first("ratings"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    stars: Mapped[int]
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Preference(Base):
    """`work` was preferred to `other`; each time it is said counts."""

    __tablename__ = "preferences"
    __table_args__ = (
        CheckConstraint("work_id <> other_id", name="two_works"),
        UniqueConstraint("user_id", "work_id", "other_id", "created"),
        *_newest_first("preferences"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Tag(Base):
    """A word that a person put on a work."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("user_id", "work_id", "tag"), *_newest_first("tags"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    tag: Mapped[str] = mapped_column(String(64), index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Comment(Base):
    """What a person wrote of a work."""

    __tablename__ = "comments"
    __table_args__ = (UniqueConstraint("user_id", "work_id", "created"), *_newest_first("comments"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    work_id: Mapped[str] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
