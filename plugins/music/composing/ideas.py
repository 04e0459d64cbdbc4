"""Ideas before notes: chord progressions and motifs for a theme, each with a word about what it does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ....core.requests import Idea
from ..theory.chords import DEGREES, DEGREES_MINOR, note_names
from ..theory.intervals import MAJOR_SCALE, MINOR_SCALE
from ..theory.keys import Key

__all__ = ["Progression", "chord_name", "motif", "progression", "progressions"]

_PROGRESSIONS = Path(__file__).parent / "data" / "progressions.json"


@dataclass(frozen=True)
class Progression:
    """Roman numerals, and what they do in a word, in English and Chinese."""

    numerals: tuple[str, ...]
    en: str
    zh: str


@lru_cache(maxsize=1)
def progressions() -> dict[str, tuple[Progression, ...]]:
    """The progressions that are known, by mode."""
    table = json.loads(_PROGRESSIONS.read_text("utf-8"))
    return {
        mode: tuple(Progression(tuple(row["numerals"].split()), row["en"], row["zh"]) for row in rows)
        for mode, rows in table.items()
    }


def chord_name(numeral: str, key: int) -> str:
    """A Roman numeral ("I", "bVII", "iio", "V/V") as a chord name in a key (0-11 major, 12-23 minor)."""
    plain, _, of = numeral.partition("/")
    degrees = DEGREES_MINOR if key >= 12 else DEGREES
    root = degrees.index(plain.rstrip("o").upper().replace("BV", "bV"))
    if of:
        root += degrees.index(of.upper())
    quality = "dim" if plain.endswith("o") else "m" if plain.strip("b").islower() else ""
    return note_names(key)[(key + root) % 12] + quality


def progression(chosen: Progression, key: Key, chinese: bool) -> Idea:
    numerals = chosen.numerals
    chords = [chord_name(numeral, key.number) for numeral in numerals]
    text = f"{key.name}: {' '.join(chords)} ({' '.join(numerals)}) - {chosen.zh if chinese else chosen.en}"
    return Idea(kind="progression", text=text, data={"key": key.name, "numerals": list(numerals), "chords": chords})


def motif(key: Key, arousal: float, rng: np.random.Generator, chinese: bool) -> Idea:
    """A few notes: a leap is answered by steps the other way, as good tunes do."""
    scale = MINOR_SCALE if key.minor else MAJOR_SCALE
    degree = int(rng.choice([0, 2, 4]))
    leap = int(rng.choice([-3, 2, 3, 4, 5]))
    degrees = [degree, degree + leap]
    direction = -1 if leap > 0 else 1
    for _ in range(int(rng.integers(2, 5))):
        degrees.append(degrees[-1] + direction)
    rhythms = (
        ([24, 12, 12], [36, 12, 24], [12, 12, 12, 12], [24, 24], [48, 24])
        if arousal > -0.2
        else ([48, 24], [24, 24, 48], [72, 24])
    )
    lengths: list[int] = []
    while len(lengths) < len(degrees):
        lengths += rhythms[int(rng.integers(len(rhythms)))]
    lengths = [*lengths[: len(degrees) - 1], max(24, lengths[len(degrees) - 1])]
    tonic = 60 + key.tonic - (12 if key.tonic > 7 else 0)
    pitches = [tonic + scale[d % 7] + 12 * (d // 7) for d in degrees]
    names = note_names(key.number)
    spelled = " ".join(f"{names[p % 12]}{p // 12 - 1}" for p in pitches)
    size = abs(leap) + 1
    en = f"a {'rising' if leap > 0 else 'falling'} {_ordinal(size)} answered by steps the other way"
    zh = f"{'上行' if leap > 0 else '下行'}{size}度跳进,再级进{'下' if leap > 0 else '上'}行作答"
    data = {"key": key.name, "pitches": pitches, "quarters": [n / 24 for n in lengths]}
    return Idea(kind="motif", text=f"{key.name}: {spelled} - {zh if chinese else en}", data=data)


def _ordinal(n: int) -> str:
    return {2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}.get(n, f"{n}th")
