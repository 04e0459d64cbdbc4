"""Lines that are too long to be read at a glance, in parts."""

from __future__ import annotations

import re

__all__ = ["is_chinese", "split_long"]


def is_chinese(text: str) -> bool:
    """Whether a line has Chinese characters."""
    return any("\u3400" <= c <= "\u9fff" for c in text)


def split_long(line: str) -> list[str]:
    """A line that is too long to be read at a glance (a paragraph of prose) in parts, cut at the strongest punctuation
    there is.
    """
    limit = 24 if is_chinese(line) else 84
    if len(line) <= limit:
        return [line]
    for marks in (r"(?<=[。！？；!?;])|(?<=\.)\s", r"(?<=[，、：])|(?<=[,:])\s|\s?(?=—)"):
        parts = [part.strip() for part in re.split(marks, line) if part and part.strip()]
        if len(parts) > 1:
            return [piece for part in _join_short(parts, limit) for piece in split_long(part)]
    if is_chinese(line):
        return [line[at : at + limit] for at in range(0, len(line), limit)]
    words, rows = line.split(), [""]
    for word in words:
        for piece in (word[at : at + limit] for at in range(0, len(word), limit)):
            if rows[-1] and len(rows[-1]) + 1 + len(piece) > limit:
                rows.append("")
            rows[-1] = f"{rows[-1]} {piece}".strip()
    return rows


def _join_short(parts: list[str], limit: int) -> list[str]:
    """Neighbours that fit one line together again; never all of them in one part, so that splitting ends."""
    joined = [parts[0]]
    for part in parts[1:]:
        gap = "" if is_chinese(part) else " "
        if len(joined[-1]) + len(part) + len(gap) <= limit:
            joined[-1] += gap + part
        else:
            joined.append(part)
    return joined
