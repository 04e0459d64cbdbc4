"""How the ends of two English lines answer each other: in full, to the eye, in consonants, in the vowel, or not at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ..english.checker import last_word, line_rhymes
from ..english.lexicon import FUNCTION
from ..english.phonetics import Sound, rhymes, sounds
from ..english.words import MARKS, tokenize

__all__ = ["COSTS", "letters_of", "relate", "relate_words"]

#: How much a relation lacks to a full rhyme.
COSTS = {"full": 0.0, "identical": 0.1, "eye": 0.25, "consonance": 0.3, "assonance": 0.5, "none": 1.0}
_EYE = re.compile(r"[aeiouy]+[^aeiouy]*e?s?$|[aeiouy]+[^aeiouy]+[aeiouy]+$")


@lru_cache(maxsize=20_000)
def relate(one: str, other: str) -> str:
    """The relation of the ends of two printed lines: a name of COSTS."""
    a, b = last_word(one), last_word(other)
    if a and a != b and line_rhymes(one, other):
        return "full"
    if a and a == b and a in FUNCTION and len(sounds(a)) and _mosaic(one, other):
        return "full"
    return relate_words(a, b)


def _mosaic(one: str, other: str) -> bool:
    """missed me, kissed me: a weak word repeated after words that rhyme."""
    before = [[t for t in tokenize(line) if t not in MARKS][-2:-1] for line in (one, other)]
    return bool(before[0] and before[1]) and relate_words(before[0][0], before[1][0]) == "full"


@lru_cache(maxsize=50_000)
def relate_words(a: str, b: str) -> str:
    """The relation of two words, lower case."""
    if not a or not b:
        return "none"
    if a == b:
        return "identical"
    if rhymes(a, b) or _raised(a) & _raised(b):
        return "full"
    if not sounds(a) or not sounds(b):
        if len(a) > 2 and len(b) > 2 and a[-3:] == b[-3:]:
            return "full"
        return "eye" if a[-2:] == b[-2:] or a[-1] == b[-1] == "y" else "none"
    if _looks_alike(a, b) or _rhymed_once(a, b):
        return "eye"
    best = "none"
    for one in sounds(a):
        for other in sounds(b):
            found = _nearness(one, other)
            if COSTS[found] < COSTS[best]:
                best = found
    return best


def _raised(word: str) -> set[tuple[str, ...]]:
    """What a word rhymes by if its last syllable with any stress, even a second one (assay, likewise), is raised."""
    found = set()
    for sound in sounds(word):
        strong = [i for i, p in enumerate(p for p in sound.phones if p[-1].isdigit()) if p[-1] in "12"]
        if strong:
            found.add(sound.tail(sound.syllables - strong[-1]))
    return found


#: Open vowels that rhymed in earlier speech, or do by old usage: eye with symmetry, low with thou.
_OLD_PAIRS = (({"AY"}, {"IY"}), ({"AW"}, {"OW"}))


def _rhymed_once(a: str, b: str) -> bool:
    ends = [{sound.tail(1) for sound in sounds(word)} for word in (a, b)]
    open_ends = [{tail[0] for tail in tails if len(tail) == 1} for tails in ends]
    spelled = a.endswith(("y", "ye", "ie", "ow", "ou", "ough", "igh")) and b.endswith(
        ("y", "ye", "ie", "eye", "ow", "ou", "ough", "igh")
    )
    return spelled and any(
        (open_ends[0] & one and open_ends[1] & other) or (open_ends[0] & other and open_ends[1] & one)
        for one, other in _OLD_PAIRS
    )


def _looks_alike(a: str, b: str) -> bool:
    found, other = _EYE.search(a), _EYE.search(b)
    return found is not None and other is not None and found[0] == other[0] and len(found[0]) > 1


def _nearness(one: Sound, other: Sound) -> str:
    """Consonance if what follows the last vowel is the same (and is something), assonance if the strong vowel is."""
    a, b = _split(one), _split(other)
    if a[1] and a[1] == b[1] and one.strong_end() == other.strong_end():
        return "consonance"
    strong, also = _strong_vowel(one), _strong_vowel(other)
    return "assonance" if strong == also and one.strong_end() == other.strong_end() else "none"


def _split(sound: Sound) -> tuple[str, tuple[str, ...]]:
    tail = sound.tail(1)
    return tail[0], tail[1:] or (("R",) if tail[0] == "ER" else ())


def _strong_vowel(sound: Sound) -> str:
    strong = [i for i, s in enumerate(sound.stress) if s in "12"]
    return sound.tail(len(sound.stress) - strong[-1])[0] if strong else ""


def letters_of(lines: Sequence[str], *, reach: int = 8) -> str:
    """A letter a line by full rhymes alone, x for none within `reach` lines."""
    group = [-1] * len(lines)
    count = 0
    for i, line in enumerate(lines):
        for back in range(1, min(reach, i) + 1):
            if relate(line, lines[i - back]) == "full":
                if group[i - back] < 0:
                    group[i - back] = count
                    count += 1
                group[i] = group[i - back]
                break
    order = {g: chr(65 + n % 26) for n, g in enumerate(dict.fromkeys(g for g in group if g >= 0))}
    return "".join(order.get(g, "x") for g in group)
