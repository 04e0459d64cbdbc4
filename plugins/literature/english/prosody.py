"""Metres: patterns of weak and strong places, and which words lie on them.

A pattern is a string of `w` and `S`, one character a syllable. The rule of a word on its places: a primary stress
of a word of two syllables or more stands on S; an unstressed syllable stands on S only as the last of three with
an unstressed one before it (liberty); words of one syllable and secondary stresses are free. So the masks of the
generator, the check of the checker and the scansion of the reader speak of one thing, each in code of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from .phonetics import sounds

__all__ = ["METRES", "fits", "is_plain_iambic"]

METRES: dict[str, str] = {
    "pentameter": "wS" * 5,
    "tetrameter": "wS" * 4,
    "trimeter": "wS" * 3,
    "limerick-long": "wSwwSwwS",
    "limerick-short": "wSwwS",
}


def fits(stress: str, places: str) -> bool:
    """Whether a word of this stress may lie on `places`, a piece of a pattern of its length."""
    if len(stress) != len(places):
        return False
    if len(stress) == 1:
        return True
    for i, (s, place) in enumerate(zip(stress, places, strict=True)):
        if s == "1" and place == "w":
            return False
        if s == "0" and place == "S" and not (i >= 2 and stress[i - 1] == "0"):
            return False
    return True


def is_plain_iambic(words: Sequence[str]) -> bool:
    """Whether a line of known words is plain iambic of 6, 8 or 10 syllables by the rule above."""
    at = 0
    for word in words:
        found = sounds(word)
        if not found:
            return False
        size = found[0].syllables
        places = "".join("wS"[(at + i) % 2] for i in range(size))
        if not any(fits(sound.stress, places) for sound in found):
            return False
        at += size
    return at in (6, 8, 10)
