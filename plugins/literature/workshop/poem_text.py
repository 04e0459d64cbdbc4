"""A poem with other lines in the stanzas that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ....core.artwork import Text

__all__ = ["with_lines"]


def with_lines(text: Text, lines: Sequence[str]) -> Text:
    """The text with `lines`, as many as it has, parted into its stanzas."""
    rest = iter(lines)
    return replace(text, stanzas=tuple(tuple(next(rest) for _ in stanza) for stanza in text.stanzas))
