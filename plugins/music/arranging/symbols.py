"""Chord symbols as players write them: `Am F C G7`, `Bbmaj7`, `F#dim`."""

from __future__ import annotations

import re

from ....core.errors import InputError
from ..theory.chords import note_names
from .harmony import Harmony

__all__ = ["read_symbols", "symbol_of"]

_KINDS: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "add9": (0, 4, 7, 14),
    "9": (0, 4, 10, 14),
    "m9": (0, 3, 10, 14),
    "maj9": (0, 4, 11, 14),
}
_SPELLINGS = {
    "min": "m",
    "-": "m",
    "M7": "maj7",
    "\u0394": "maj7",
    "o": "dim",
    "\u00b0": "dim",
    "+": "aug",
    "sus": "sus4",
}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def read_symbols(text: str, length: int, bar: int) -> list[Harmony]:
    """Chords of a bar each, again and again until `length` ticks are full; `|` and commas may part them.

    Raises InputError for what is no chord.
    """
    names = [name for name in re.split(r"[\s|,]+", text.strip()) if name]
    if not names:
        raise InputError("no chord was given; write symbols with spaces between, as in 'Am F C G'")
    read = [_read(name) for name in names]
    bars = max(1, -(-length // bar))
    return [_at(read[i % len(read)], i * bar, bar) for i in range(bars)]


def symbol_of(chord: Harmony, key: int) -> str:
    """The symbol of a chord, its root spelled as in a key (0-11 major, 12-23 minor)."""
    suffix = next((kind for kind, tones in _KINDS.items() if tones == chord.tones), "")
    return note_names(key)[chord.root] + suffix


def _read(name: str) -> tuple[int, tuple[int, ...], str]:
    """(root, tones above it, the symbol in its usual spelling)."""
    match = re.fullmatch(r"([A-G])([#b\u266f\u266d]?)([^/]*)((?:/[A-G][#b]?)?)", name)
    kind = _SPELLINGS.get(match[3], match[3]) if match else ""
    if not match or kind not in _KINDS:
        raise InputError(
            f"{name!r} is no chord that is known; write a root and one of: {', '.join(k or 'nothing' for k in _KINDS)}"
        )
    root = (_STEPS[match[1]] + (match[2] in ("#", "\u266f")) - (match[2] in ("b", "\u266d"))) % 12
    sign = {"\u266f": "#", "\u266d": "b"}.get(match[2], match[2])
    return root, _KINDS[kind], f"{match[1]}{sign}{kind}{match[4]}"


def _at(chord: tuple[int, tuple[int, ...], str], start: int, bar: int) -> Harmony:
    return Harmony(start, start + bar, *chord)
