"""Text of other people made fit to be shown: on a terminal, in a message, in one line."""

from __future__ import annotations

import unicodedata

__all__ = ["printable"]

#: Embeddings, overrides and isolates of writing direction: they turn round what is printed after them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str, *, lines: bool = True) -> str:
    r"""A text from a file or a plugin as it may be shown: nothing in it moves the cursor, colours or turns round what
    follows.

    Control characters, marks of writing direction, separators of lines and halves of surrogate pairs are written as
    escapes (`\x1b`, `\u202e`); newlines and tabs stay where `lines` is true and become spaces where it is not.

    >>> printable("\x1b[31mred\x07")
    '\\x1b[31mred\\x07'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(c if c in kept or not _is_active(c) else _told(c, lines) for c in text)


def _is_active(char: str) -> bool:
    return char in _TURNING or unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs")


def _told(char: str, lines: bool) -> str:
    if not lines and char in "\n\r\t\v\f\x85\u2028\u2029":
        return " "
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
