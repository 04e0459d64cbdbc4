"""Collections of texts: files of one JSON object a line, plain or packed."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ....core.errors import FormatError

__all__ = ["read_rows"]


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a .jsonl file, also .gz and .xz. Raises FormatError with the line that is none."""
    name = path.name
    opener = gzip.open if name.endswith(".gz") else lzma.open if name.endswith(".xz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise FormatError(f"line {number} of {str(path)!r} is not JSON: {error.msg}") from error
                if not isinstance(row, dict):
                    raise FormatError(f"line {number} of {str(path)!r} is not an object")
                yield row
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{str(path)!r} is not UTF-8: byte {error.start} is {error.object[error.start]:#04x}"
        ) from error
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise FormatError(f"{str(path)!r} is not a whole packed file: {error}") from error
