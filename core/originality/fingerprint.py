"""What of a work is compared with other works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import InputError

__all__ = ["Fingerprint"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fingerprint:
    """What of a work is compared with others of its kind.

    kind: which indexes it is compared with ("verse-zh"); those of another kind are left out;
    sequences: whole numbers (shape (length,)), one array for each voice or text: what is compared for runs. Leave out
    what a copyist would change first: write intervals instead of pitches, words without case and marks;
    gram: shortest run that is worth telling, 3 to 8 numbers;
    unit, noun: what one number and a work are called, in the plural ("characters", "poems");
    marks: for each sequence the places a person would name, as (start, name) in rising order: `((0, "line 1"),
    (7, "line 2"))`; empty where there is nothing to name;
    vectors: float32 of shape (variants, features), compared by their angle, the nearest variant counting: a picture and
    its mirror image. None where only sequences are compared.
    """

    kind: str = ""
    sequences: tuple[NDArray[np.int64], ...] = ()
    gram: int = 4
    unit: str = "symbols"
    noun: str = "works"
    marks: tuple[tuple[tuple[int, str], ...], ...] = ()
    vectors: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sequences", tuple(_as_numbers(each) for each in self.sequences))
        if self.vectors is not None:
            vectors = np.atleast_2d(np.asarray(self.vectors, dtype=np.float32))
            if vectors.ndim != 2 or not np.isfinite(vectors).all():
                raise InputError("vectors of a fingerprint have the shape (variants, features) and finite numbers")
            object.__setattr__(self, "vectors", vectors)

    @classmethod
    def of_text(cls, *texts: str, **fields: Any) -> Fingerprint:
        """Texts as sequences of their characters; fields: the others."""
        numbers = (np.frombuffer(t.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64) for t in texts)
        return cls(sequences=tuple(numbers), **{"unit": "characters", **fields})

    @classmethod
    def of_words(cls, *texts: Sequence[str], **fields: Any) -> Fingerprint:
        """Lists of words as sequences; a word is numbered by its letters, the same for all time; fields: the others."""
        from zlib import crc32

        numbers = (
            np.array([crc32(word.encode("utf-8", "surrogatepass")) for word in text], np.int64) for text in texts
        )
        return cls(sequences=tuple(numbers), **{"unit": "words", **fields})

    @property
    def size(self) -> int:
        """How many symbols all sequences have."""
        return sum(len(each) for each in self.sequences)

    def place(self, sequence: int, at: int) -> str:
        """The name of a place: the last mark at or before it, "" if there is none."""
        marks = self.marks[sequence] if sequence < len(self.marks) else ()
        return next((name for start, name in reversed(marks) if start <= at), "")


def _as_numbers(symbols: ArrayLike) -> NDArray[np.int64]:
    array = np.asarray(symbols)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise InputError(f"a sequence is whole numbers in a row, not an array of {array.dtype} and shape {array.shape}")
    return array.astype(np.int64)
