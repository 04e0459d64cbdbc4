"""Words: images that they stand for, neighbours in meaning, stems, and the language of a text."""

from .vectors import (
    CONFIDENT,
    DATA,
    lay_out,
    nearest_concepts,
    nearness,
    neighbours,
    split_run,
    vectors_of,
    words_in_order,
    words_of,
)

__all__ = [
    "CONFIDENT",
    "DATA",
    "lay_out",
    "nearest_concepts",
    "nearness",
    "neighbours",
    "split_run",
    "vectors_of",
    "words_in_order",
    "words_of",
]
