"""Fields of options that count for some operations alone."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ....core.options import counts_for

__all__ = ["option"]


def option(default: Any, *operations: str, says: str, **more: Any) -> Any:
    """A field that counts for `operations` and is refused where it does nothing.

    says: its description; more: limits as `pydantic.Field` takes them (`ge`, `le`, `gt`), and `when`, values of other options
    with which it counts.
    """
    when = more.pop("when", {})
    return Field(default, description=says, json_schema_extra=counts_for(*operations, **when), **more)
