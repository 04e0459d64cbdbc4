"""Ideas before notes: chord progressions and motifs for a theme, each with a word about what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ....core.requests import Idea
from ..theory.chords import DEGREES, DEGREES_MINOR, note_names
from ..theory.intervals import MAJOR_SCALE, MINOR_SCALE
from ..theory.keys import Key

if TYPE_CHECKING:
    pass

__all__ = ["PROGRESSIONS", "chord_name", "motif", "progression"]

PROGRESSIONS: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]] = {
    "major": (
        (
            ("I", "IV", "V", "I"),
            "leaves home, gathers, returns: the plainest sentence there is",
            "离家、积聚、归来:最朴素的一句",
        ),
        (
            ("I", "vi", "ii", "V"),
            "falls by thirds and fifths, and hangs on its last chord so that it may begin again",
            "三度、五度下行,停在属和弦上,可以循环",
        ),
        (
            ("I", "V", "vi", "iii", "IV", "I", "IV", "V"),
            "a descending bass under a quiet tune, as in canons on a ground",
            "低音级进下行,如固定低音上的卡农",
        ),
        (("IV", "V", "iii", "vi"), "never touches its tonic: longing without arrival", "始终不落主和弦:有所盼而未至"),
        (("I", "bVII", "IV", "I"), "borrows the flat seventh: open country, an old song", "借用降七级:旷野与古调"),
        (
            ("I", "ii", "V/V", "V"),
            "a secondary dominant opens a window to the brighter side",
            "副属和弦推开一扇明亮的窗",
        ),
    ),
    "minor": (
        (
            ("i", "iv", "V", "i"),
            "the lament in four steps, its dominant borrowed from major",
            "四步哀歌,属和弦借自大调",
        ),
        (
            ("i", "VII", "VI", "V"),
            "a bass that descends to the dominant: the Andalusian or lament cadence",
            "低音下行至属:安达卢西亚终止",
        ),
        (("i", "VI", "III", "VII"), "minor that keeps looking at its relative major", "小调而频频回望关系大调"),
        (
            ("i", "iv", "VII", "III", "VI", "iio", "V", "i"),
            "the circle of fifths, falling until it is home",
            "五度循环,一路落回家中",
        ),
        (("i", "III", "VII", "i"), "modal, without a leading tone: older than keys", "调式性,无导音:比调性更古"),
        (("i", "v", "iv", "I"), "ends with a major third, as old chorales do", "以大三度收束(皮卡第三度),如古老众赞歌"),
    ),
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


def progression(row: tuple[tuple[str, ...], str, str], key: Key, chinese: bool) -> Idea:
    numerals, en, zh = row
    chords = [chord_name(numeral, key.number) for numeral in numerals]
    text = f"{key.name}: {' '.join(chords)} ({' '.join(numerals)}) - {zh if chinese else en}"
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
