"""What can be said of a work, and the text that may be said."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..errors import InputError

__all__ = ["KINDS", "MAX_COMMENT", "MAX_TAG", "MAX_TITLE", "MAX_USER", "Feedback", "Kind", "check_text"]

Kind = Literal["rating", "preference", "tag", "comment"]
KINDS: tuple[Kind, ...] = ("rating", "preference", "tag", "comment")

MAX_COMMENT = 10_000
MAX_TAG = 64
MAX_USER = 100
MAX_TITLE = 100_000


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One thing that a person said of a work; what the hook `on_feedback` is told.

    kind: "rating" (`stars`, 1 to 5), "preference" (`work` was preferred to `other`), "tag" or "comment" (`text`).
    user: who said it; work, other: ids; medium, title: of the work; created: when, UTC with its offset, ISO 8601.
    """

    kind: Kind
    user: str
    work: str
    medium: str
    created: str
    title: str = ""
    stars: int | None = None
    other: str = ""
    text: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, without the fields that this kind does not have."""
        return {k: v for k, v in asdict(self).items() if v not in ("", None) or k == "title"}


def check_text(what: str, text: str, limit: int) -> str:
    """`text`, if each database can store it. Raises InputError if it is empty, too long, or not proper text."""
    if not text:
        raise InputError(f"a {what} cannot be empty")
    if len(text) > limit:
        raise InputError(f"a {what} has at most {limit:,} characters; this one has {len(text):,}")
    bad = next((c for c in text if c == "\0" or "\ud800" <= c <= "\udfff" or (c < " " and c not in "\n\t\r")), None)
    if bad is not None:
        raise InputError(f"a {what} cannot hold the character {bad!r}")
    return text
