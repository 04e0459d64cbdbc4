"""A folder of pictures as one table of small squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ....core.errors import FormatError, InputError
from ....core.progress import Progress
from ..eye.corpus import Work
from ..formats.files import read_picture

__all__ = ["Squares", "read_squares", "to_square"]


@dataclass(frozen=True, kw_only=True)
class Squares:
    """pixels (n, side, side, 3) uint8 of `works`, in their order; copies and unreadable: how many files were left out,
    and why.
    """

    pixels: NDArray[np.uint8]
    works: Sequence[Work]
    copies: int = 0
    unreadable: int = 0

    @property
    def names(self) -> list[str]:
        """Names of the works."""
        return [w.name for w in self.works]

    @property
    def left_out(self) -> str:
        """What was left out, for a card."""
        return f"{self.copies} copies and {self.unreadable} unreadable files left out"


def to_square(picture: Image.Image, side: int) -> NDArray[np.uint8]:
    """The whole picture pressed into a square, (side, side, 3)."""
    return np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BOX), np.uint8)


def read_squares(works: Sequence[Work], side: int, *, at_least: int = 2, progress: Progress | None = None) -> Squares:
    """All works as squares of `side` pixels; copies (the same pixels) are taken once, files that cannot be read are
    counted.

    Raises InputError if fewer than `at_least` different pictures remain.
    """
    kept: list[Work] = []
    tables: list[NDArray[np.uint8]] = []
    seen: set[bytes] = set()
    copies = unreadable = 0
    for number, work in enumerate(works):
        try:
            table = to_square(read_picture(work.path)[0], side)
        except FormatError:
            unreadable += 1
            continue
        key = table.tobytes()
        if key in seen:
            copies += 1
            continue
        seen.add(key)
        kept.append(work)
        tables.append(table)
        if progress is not None:
            progress.update(0.05 * (number + 1) / len(works), "reading pictures")
    if len(tables) < at_least:
        raise InputError(
            f"{len(tables)} different pictures can be read of {len(works)} ({copies} copies, {unreadable} "
            f"unreadable); at least {at_least} are needed"
        )
    return Squares(pixels=np.stack(tables), works=kept, copies=copies, unreadable=unreadable)
