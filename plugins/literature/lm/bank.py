"""Banks of known texts that ship: rows of a table, packed, with a card that says whose they are."""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.errors import WeightsError
from ....core.weights import load_weights

__all__ = ["pack_rows", "read_rows"]

_COLUMN, _ROW = "\t", "\n"


def pack_rows(rows: Iterable[Sequence[str]]) -> dict[str, NDArray[Any]]:
    """Rows of columns as an array for `save_weights`."""
    text = _ROW.join(_COLUMN.join(row) for row in rows)
    return {"rows": np.frombuffer(lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME), np.uint8)}


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a bank, its hash checked against its card. Raises WeightsError if it is missing or damaged."""
    arrays, _ = load_weights(path)
    try:
        text = lzma.decompress(arrays["rows"].tobytes()).decode("utf-8")
    except (KeyError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise WeightsError(f"{path.name!r} is no bank of texts: {error}; install artwright again") from error
    return [row.split(_COLUMN) for row in text.split(_ROW)]
