"""Humdrum **kern, as far as vocal and chamber scores use it.

Source: the format's guide (humdrum.org/guide). Spines that split become lines of their own; grace notes and
everything that is not pitch, length, tie or fermata is skipped. Checked against music21 in the tests.
"""

from __future__ import annotations

import re
from fractions import Fraction

from ....core.errors import FormatError
from ..scores import TICKS, Metre, Note, Score, merge_metres, to_lines

__all__ = ["read_kern"]

_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_TOKEN = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([A-Ga-g])\1*")


class _Spine:
    """One column: its part, the time reached, the notes and what is tied over."""

    def __init__(self, part: int, time: Fraction) -> None:
        self.part, self.time = part, time
        self.tied: dict[int, list[Fraction | bool]] = {}


def read_kern(text: str, *, name: str, style: str) -> Score:
    """The score in `text`, parts from the highest column (the last) down. Raises FormatError if it holds no notes."""
    spines: list[_Spine | None] = []
    parts: list[list[Note]] = []
    measures: list[tuple[Fraction, Fraction, int, int]] = []
    signature, metre, bar_start = 0, (4, 4), Fraction(0)
    for row in text.splitlines():
        if not row or row.startswith("!"):
            continue
        cells = row.split("\t")
        if row.startswith("**"):
            for cell in cells:
                spines.append(_Spine(len(parts), Fraction(0)) if cell == "**kern" else None)
                if cell == "**kern":
                    parts.append([])
            continue
        if row.startswith("*"):
            for cell in cells:
                if found := re.fullmatch(r"\*M(\d+)/(\d+)", cell):
                    now = max((s.time for s in spines if s), default=Fraction(0))
                    if now > bar_start:
                        measures.append((bar_start, now - bar_start, *metre))
                        bar_start = now
                    metre = int(found[1]), int(found[2])
                elif (found := re.fullmatch(r"\*k\[([^\]]*)\]", cell)) and not any(parts):
                    signature = found[1].count("#") - found[1].count("-")
            spines = _turn(spines, cells)
            continue
        if row.startswith("="):
            now = max((s.time for s in spines if s), default=Fraction(0))
            if now > bar_start:
                measures.append((bar_start, now - bar_start, *metre))
                bar_start = now
            continue
        for cell, spine in zip(cells, spines, strict=False):
            if spine is not None and cell != ".":
                _read_cell(cell, spine, parts[spine.part])
    if not any(parts):
        raise FormatError(f"{name!r} holds no notes in **kern")
    now = max((s.time for s in spines if s), default=Fraction(0))
    if now > bar_start:
        measures.append((bar_start, now - bar_start, *metre))
    whole = [(round(TICKS * s), round(TICKS * length), n, d) for s, length, n, d in measures]
    lines = [line for part in reversed(parts) for line in to_lines(part)]
    return Score(
        name=name,
        style=style,
        lines=tuple(lines),
        metres=merge_metres(whole) if whole else (Metre(0, *metre),),
        signature=signature,
    )


def _turn(spines: list[_Spine | None], cells: list[str]) -> list[_Spine | None]:
    turned: list[_Spine | None] = []
    joined = False
    for cell, spine in zip(cells, spines, strict=False):
        if cell == "*^":
            turned += [spine, None if spine is None else _Spine(spine.part, spine.time)]
        elif cell == "*v":
            if not joined:
                turned.append(spine)
            joined = True
            continue
        elif cell != "*-":
            turned.append(spine)
        joined = False
    return turned


def _read_cell(cell: str, spine: _Spine, notes: list[Note]) -> None:
    longest = Fraction(0)
    for token in cell.split(" "):
        found = _TOKEN.search(token)
        if not found or "q" in token or "Q" in token:
            continue
        number = int(found[1])
        length = Fraction(4 * 2 ** len(found[1]) if number == 0 else Fraction(4 * int(found[2] or 1), number))
        length = length * (2 - Fraction(1, 2 ** len(found[3])))
        longest = max(longest, length)
        letters = _PITCH.search(token)
        if "r" in token or not letters:
            continue
        step, count = letters[1], len(letters[0])
        octave = 4 + count - 1 if step.islower() else 4 - count
        pitch = 12 * (octave + 1) + _STEPS[step.lower()] + token.count("#") - token.count("-")
        start: Fraction = spine.time
        ends_phrase = ";" in token
        if "]" in token or "_" in token:
            held = spine.tied.pop(pitch, None)
            if held is not None:
                start, ends_phrase = Fraction(held[0]), bool(held[1]) or ends_phrase
        if "[" in token or "_" in token:
            spine.tied[pitch] = [start, ends_phrase]
        else:
            on, off = round(TICKS * start), round(TICKS * (spine.time + length))
            if off > on:
                notes.append(Note(on, off - on, pitch, ends_phrase))
    spine.time += longest
