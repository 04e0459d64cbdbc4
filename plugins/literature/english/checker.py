"""Does a poem keep its form? Written apart from the generator: it reads printed lines, not tokens.

Every pronunciation that dictionary and rules give is allowed, and the poets' usual elisions besides (heaven and flower
as one syllable or two, every as two or three). A line is right if some choice of readings has the right number of
syllables with no primary stress of a longer word on a weak place, and no unstressed syllable raised but the last of
three; rhymes are right if some readings of the last words agree from the last strong vowel on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .forms import Form, find_form
from .phonetics import Sound, count_syllables, sounds
from .prosody import METRES
from .words import MARKS, tokenize

__all__ = ["Fault", "Scan", "check", "last_word", "line_rhymes", "scan", "word_readings"]

_ELIDED = {
    "heaven": "1",
    "heavens": "1",
    "even": "1",
    "given": "1",
    "driven": "1",
    "seven": "1",
    "eleven": "01",
    "power": "1",
    "powers": "1",
    "flower": "1",
    "flowers": "1",
    "bower": "1",
    "bowers": "1",
    "tower": "1",
    "towers": "1",
    "shower": "1",
    "showers": "1",
    "hour": "10",
    "hours": "10",
    "fire": "10",
    "fires": "10",
    "our": "10",
    "every": "100",
    "spirit": "1",
    "spirits": "1",
    "being": "1",
    "over": "1",
    "never": "1",
    "ever": "1",
    "higher": "1",
    "desire": "010",
    "wandering": "10",
    "memory": "10",
    "evening": "100",
    "glorious": "10",
    "heavenly": "10",
    "general": "10",
    "desperate": "10",
    "different": "10",
    "several": "10",
    "beloved": "01",
    "aged": "1",
    "blessed": "10",
    "winged": "10",
    "poem": "1",
    "cruel": "1",
    "prayer": "10",
    "whispering": "10",
    "murmuring": "10",
    "glimmering": "10",
    "suffering": "10",
    "favorite": "10",
    "mystery": "10",
    "misery": "10",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where. line: from 1, 0 for the whole; kind: "syllables", "stress",
    "rhyme", "repeat", "lines".
    """

    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Scan:
    """A line read against a pattern: syllables, stress as read (a digit each, `?` for unknown words), and the faults of
    stress.
    """

    syllables: int
    stress: str
    faults: int


@lru_cache(maxsize=50_000)
def word_readings(word: str) -> tuple[str, ...]:
    """Stress strings that a word may have in verse; by its letters if it is unknown."""
    found = list(dict.fromkeys(s.stress for s in sounds(word)))
    if word in _ELIDED:
        found.append(_ELIDED[word])
    return tuple(found) or ("?" * count_syllables(word),)


def _faults(stress: str, places: str) -> int:
    """Faults of one word on its places."""
    if len(stress) == 1 or "?" in stress:
        return 0
    wrong = 0
    for i, (s, place) in enumerate(zip(stress, places, strict=True)):
        if (place == "w" and s == "1") or (place == "S" and s == "0" and (i < 2 or stress[i - 1] != "0")):
            wrong += 1
    return wrong


def scan(words: Sequence[str], pattern: str = "", *, syllables: int = 0) -> Scan:
    """The best reading of a line against a pattern, or against a number of syllables where the pattern is empty.

    Readings with the right number of syllables win over others, then those with fewer faults.
    """
    want = len(pattern) or syllables
    states: dict[int, tuple[int, str]] = {0: (0, "")}
    for word in words:
        following: dict[int, tuple[int, str]] = {}
        for at, (wrong, read) in states.items():
            for stress in word_readings(word):
                end = at + len(stress)
                places = pattern[at:end] if end <= len(pattern) else ""
                cost = wrong + (_faults(stress, places) if places else 0)
                if end not in following or cost < following[end][0]:
                    following[end] = (cost, read + stress)
        states = following
    best = min(states, key=lambda n: (abs(n - want) if want else 0, states[n][0]))
    return Scan(best, states[best][1], states[best][0])


def last_word(line: str) -> str:
    """The last word of a printed line, lower case; "" if it has none."""
    return next((t for t in reversed(tokenize(line)) if t not in MARKS), "")


def _tails(word: str) -> set[tuple[str, ...]]:
    tails: set[tuple[str, ...]] = set()
    for sound in sounds(word):
        tails |= _sound_tails(sound)
    return tails


def _sound_tails(sound: Sound) -> set[tuple[str, ...]]:
    strong = [i for i, s in enumerate(sound.stress) if s in "12"]
    back = len(sound.stress) - strong[-1] if strong else len(sound.stress)
    tails = {sound.tail(back)}
    if back >= 3:
        tails.add(sound.tail(1))
    return tails


def line_rhymes(one: str, other: str) -> bool:
    """Whether two printed lines end in different words that rhyme."""
    a, b = last_word(one), last_word(other)
    return bool(a) and a != b and bool(_tails(a) & _tails(b))


def check(lines: Sequence[str], form: Form | str, *, given: frozenset[int] = frozenset()) -> list[Fault]:
    """Faults of printed lines against a form; none if it is kept. given: lines (from 0) whose inner stress is not
    judged.
    """
    form = find_form(form) if isinstance(form, str) else form
    if len(lines) != len(form.metres):
        return [Fault(0, "lines", f"{len(lines)} lines, {len(form.metres)} in a {form.name}")]
    faults: list[Fault] = []
    for number, (line, metre) in enumerate(zip(lines, form.metres, strict=True), 1):
        words = [t for t in tokenize(line) if t not in MARKS]
        pattern = METRES.get(metre, "")
        want = len(pattern) or int(metre.removeprefix("free:"))
        read = scan(words, pattern, syllables=want)
        if read.syllables != want:
            faults.append(Fault(number, "syllables", f"{read.syllables} syllables, {want} wanted"))
        elif read.faults and number - 1 not in given:
            faults.append(Fault(number, "stress", f"{read.faults} stress(es) off the metre {pattern}"))
    for i, letter in enumerate(form.rhymes):
        for j in range(i):
            if letter != "x" and form.rhymes[j] == letter and not line_rhymes(lines[i], lines[j]):
                faults.append(
                    Fault(
                        i + 1,
                        "rhyme",
                        f"{last_word(lines[i])!r} does not rhyme with {last_word(lines[j])!r} of line {j + 1}",
                    )
                )
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        key = " ".join(tokenize(line))
        if key in seen:
            faults.append(Fault(number, "repeat", f"the same as line {seen[key]}"))
        seen[key] = number
    return faults
