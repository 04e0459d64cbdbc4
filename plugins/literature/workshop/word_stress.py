"""How a word may be spoken in verse: its stresses, with elisions by rule and the -ed that is sounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..english.checker import word_readings
from ..english.lexicon import FUNCTION
from ..english.phonetics import Sound, sounds

__all__ = ["Spoken", "place_cost", "spoken"]

_GLIDES = ("R", "L", "N")
_NEVER_STRONG = frozenset({"a", "an", "the", "of"})
_SYNCOPE = re.compile(r"[^aeiouy][eoa]r[aeiouy]")


@dataclass(frozen=True)
class Spoken:
    """A way to say a word. stress: a digit a syllable, `?` unknown; cost: how unusual; licence: its name, "" if usual."""

    stress: str
    cost: float = 0.0
    licence: str = ""


@lru_cache(maxsize=50_000)
def spoken(word: str) -> tuple[Spoken, ...]:
    """The ways to say a word, the usual ones first."""
    known = sounds(word)
    usual = tuple(dict.fromkeys(s.stress for s in known)) or word_readings(word)[:1]
    found = {stress: Spoken(stress) for stress in usual}
    for stress in word_readings(word):
        found.setdefault(stress, Spoken(stress, 0.2, "elision" if len(stress) < len(usual[0]) else "full form"))
    for sound in known:
        for stress in _filled(sound, word):
            found.setdefault(stress, Spoken(stress, 0.2, "full form"))
        for stress in _elided(sound):
            found.setdefault(stress, Spoken(stress, 0.25, "elision"))
        if word.endswith("ed") and sound.phones[-1] in ("D", "T") and not sound.phones[-2][-1].isdigit():
            found.setdefault(sound.stress + "0", Spoken(sound.stress + "0", 0.5, "-ed sounded"))
        if [p[-1] for p in sound.phones if p[-1].isdigit()] == ["1", "2"]:
            found.setdefault("01", Spoken("01", 0.4, "shifted stress"))
    if not known:
        size = len(usual[0])
        for other in (size + 1, size - 1):
            if other:
                found.setdefault("?" * other, Spoken("?" * other, 0.3, "unknown word"))
    return tuple(found.values())


def _filled(sound: Sound, word: str) -> list[str]:
    """temp(e)rate, diff(e)rent: the vowel before r that speech drops, sounded."""
    if not _SYNCOPE.search(word):
        return []
    phones = sound.phones
    found = []
    for at in range(1, len(phones) - 1):
        before, after = phones[at - 1], phones[at + 1]
        if phones[at] == "R" and not before[-1].isdigit() and after[-1] == "0":
            number = sum(p[-1].isdigit() for p in phones[:at])
            if number:
                found.append(sound.stress[:number] + "0" + sound.stress[number:])
    return found


def _elided(sound: Sound) -> list[str]:
    """Stresses with one weak vowel gone: before another vowel (glorious), or before r, l, n and a vowel (memory)."""
    phones, found = sound.phones, []
    vowels = [i for i, p in enumerate(phones) if p[-1].isdigit()]
    for number, at in enumerate(vowels[:-1]):
        if phones[at][-1] != "0" or number == 0:
            continue
        following = vowels[number + 1]
        between = phones[at + 1 : following]
        melts = (not between and phones[at][:2] in ("IY", "UW", "ER", "OW", "IH")) or between in [(g,) for g in _GLIDES]
        if melts and phones[following][-1] == "0":
            found.append(sound.stress[:number] + sound.stress[number + 1 :])
    return found


def place_cost(word: str, stress: str, places: str) -> tuple[float, bool]:
    """(cost, whether the metre is broken) of a word on its places."""
    if len(stress) <= 1:
        if not stress or stress == "?":
            return 0.0, False
        if word in FUNCTION:
            return (0.45 if word in _NEVER_STRONG else 0.2) * (places == "S"), False
        return 0.15 * (places == "w"), False
    cost, broken = 0.0, False
    # Gálilée, mídnight: a stress may give way where the word's other one is strong.
    yields = any(mark == "2" and place == "S" for mark, place in zip(stress, places, strict=True))
    for i, (mark, place) in enumerate(zip(stress, places, strict=True)):
        if mark == "1" and place == "w":
            cost += 0.5 if yields else 1.0
            broken = not yields
        elif mark == "0" and place == "S":
            light = (i >= 2 and stress[i - 1] == "0") or (i + 2 < len(stress) and stress[i + 1] == "0")
            cost += 0.12 if light else 0.6
            broken = broken or not light
    return cost, broken
