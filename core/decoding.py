"""Text and JSON as people have them: UTF-8 with or without a byte order mark, UTF-16 and UTF-32 of either order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import FormatError

__all__ = ["decode_text", "read_json", "read_text"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Without a mark: where the zeros stand in two ASCII characters of a wide encoding.
_WIDE = (((1, 2, 3), "utf-32-le"), ((0, 1, 2), "utf-32-be"), ((1, 3), "utf-16-le"), ((0, 2), "utf-16-be"))


def decode_text(data: bytes, *, name: str) -> str:
    """Bytes as text, without a byte order mark. name: of the file, for the message.

    Raises FormatError in one line that names the byte which cannot be read.

    >>> decode_text("moon".encode("utf-16"), name="a.txt")
    'moon'
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    if not encoding:
        zeros = tuple(i for i, byte in enumerate(data[:4]) if byte == 0)
        encoding = next((encoding for places, encoding in _WIDE if zeros == places), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        told = f"byte {error.start} is 0x{data[error.start]:02x}"
        raise FormatError(f"{name!r} is not {encoding.upper()} text: {told}; save it as UTF-8") from error


def read_text(path: Path, *, max_bytes: int) -> str:
    """The text of a file of at most `max_bytes`. Raises FormatError if it is larger, cannot be read or is no text."""
    path = Path(path)
    try:
        with open(path, "rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    if len(data) > max_bytes:
        raise FormatError(f"{str(path)!r} is larger than {max_bytes / 2**20:g} MiB, which is the most that is read")
    return decode_text(data, name=str(path))


def read_json(text: str, *, name: str) -> Any:
    """A JSON text as plain values. Raises FormatError for what is no JSON, nested too deeply, or holds a number too
    long to be one.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"{name!r} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise FormatError(f"{name!r} is nested too deeply to be read") from error
    except ValueError as error:
        raise FormatError(f"{name!r} holds a number that is too long: {error}") from error
