"""Lines of a poem as syllables that can be sung: how each is spelled, how strong it is, and in Chinese its tone.

English syllables are counted by CMUdict (public domain, through the package `pronouncing`) and spelled by the usual
rules of hyphenation: a consonant between two vowels goes to the second, two are parted unless they can begin a word.
Chinese tones are those of today's speech, by the package `pypinyin`, with the sandhi of 不 and 一.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

__all__ = ["Syllable", "syllables_of", "voiced_lines"]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*['\u2019]?")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUCLEUS = re.compile(r"[aeiouy]+(?:['\u2019][aeiouy]+)*", re.IGNORECASE)
#: Consonants that may begin a syllable together.
_ONSETS = frozenset(
    "bl br ch cl cr dr dw fl fr gh gl gr kn ph pl pr qu rh sc sch scr sh shr sk sl sm sn sp sph spl spr squ st str sw "
    "th thr tr tw wh wr".split()
)
_ALWAYS_WEAK = frozenset(
    "a an the and or nor but if as at by for from in into of off on onto out over per so than that then through to too "
    "unto until up upon with within without is am are was were be been being has have had do does did will would shall "
    "should can could may might must my thy his her its our your their i you he she it we they me him us them thee thou "
    "this these those who whom whose which what when where while how there here not no o oh ere though because since".split()
)


@dataclass(frozen=True)
class Syllable:
    """text: as it stands under its note, with a hyphen if the word goes on; weight: 0 (weak), 1 (may be strong) or 2
    (strong); tone: of Mandarin, 1 to 4, 5 for the neutral one, 0 where there is none.
    """

    text: str
    weight: int
    tone: int = 0


def voiced_lines(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that hold something to sing."""
    return tuple(line for line in lines if _HAN.search(line) or _WORD.search(line))


def syllables_of(line: str, language: str) -> tuple[Syllable, ...]:
    """The syllables of a line, English ("en") or Chinese ("zh"), in order."""
    if language == "zh":
        return _chinese(line)
    found: list[Syllable] = []
    for word in _WORD.finditer(line):
        mark = re.match(r"[,;:.!?\u2014]*", line[word.end() :])
        found += _sung(word[0], mark[0] if mark else "")
    return tuple(found)


def _sung(word: str, mark: str) -> list[Syllable]:
    plain = word.lower().replace("\u2019", "'")
    stress = _stress(plain)
    parts = _spelled(word, len(stress))
    if len(parts) == 1:
        return [Syllable(word + mark, 0 if plain.strip("'") in _ALWAYS_WEAK else 1)]
    weights = [{"1": 2, "2": 1}.get(s, 0) for s in stress[: len(parts)]]
    ends = ["-"] * (len(parts) - 1) + [mark]
    return [Syllable(part + end, weight) for part, end, weight in zip(parts, ends, weights, strict=True)]


@lru_cache(maxsize=20_000)
def _stress(word: str) -> str:
    """A digit a syllable: 1 primary, 2 secondary, 0 none; by its vowels, the first one strong, for an unknown word."""
    import pronouncing

    for form in (word, word.strip("'"), word.replace("'", "e"), word.replace("'", "")):
        for phones in pronouncing.phones_for_word(form):
            found = pronouncing.stresses(phones)
            if found:
                return str(found)
    return "1" + "0" * (max(1, len(_sounding(word))) - 1)


def _sounding(word: str) -> list[tuple[int, int]]:
    """Spans of the groups of vowels that sound: a last e is mute, and that of -ed and -es after most consonants."""
    spans = [m.span() for m in _NUCLEUS.finditer(word)]
    if len(spans) > 1 and spans[0] == (0, 1) and word[0] in "yY":
        spans = spans[1:]
    lower = word.lower()
    if len(spans) > 1 and re.search(r"[^aeiouyl]e$|[aeiouy]le$|[^td]ed$|[^aeiouysxzhcg]es$", lower):
        spans = spans[:-1]
    return spans


def _spelled(word: str, count: int) -> list[str]:
    """A word parted into so many syllables, or fewer where its letters hold no more: fire and hour are sung as one."""
    spans = _sounding(word)
    while len(spans) > count:  # a mute vowel within: lovely, something
        mute = [i for i, (a, b) in enumerate(spans[:-1]) if i and word[a:b].lower() == "e"]
        del spans[mute[-1] if mute else len(spans) - 1]
    while len(spans) < count:
        wide = [i for i, (a, b) in enumerate(spans) if b - a > 1]
        if not wide:
            break
        a, b = spans[wide[-1]]
        spans[wide[-1] : wide[-1] + 1] = [(a, a + 1), (a + 1, b)]
    cuts = [_cut(word, left[1], right[0]) for left, right in pairwise(spans)]
    return [word[i:j] for i, j in pairwise([0, *cuts, len(word)])]


def _cut(word: str, start: int, stop: int) -> int:
    """Where the consonants word[start:stop] between two vowels are parted."""
    between = word[start:stop].lower()
    if len(between) > 1 and between[-1] == "l" and word[stop:].lower().startswith("e"):  # lit-tle, ta-ble
        return stop - 2
    if len(between) < 2 or between in _ONSETS:
        return stop - len(between)
    if between[0] == "'":
        return start + 1
    for size in (3, 2):
        if len(between) > size and between[-size:] in _ONSETS:
            return stop - size
    return stop - 1


def _chinese(line: str) -> tuple[Syllable, ...]:
    from pypinyin import Style, lazy_pinyin

    chars = _HAN.findall(line)
    readings = lazy_pinyin("".join(chars), style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
    marks = {m.start(): m[0] for m in re.finditer(r"[，。！？；：、]", line)}
    places = [m.start() for m in _HAN.finditer(line)]
    size = len(chars)
    strong = _strong_places(size)
    return tuple(
        Syllable(char + marks.get(place + 1, ""), 2 if i in strong else 1 if i % 2 == 0 else 0, int(reading[-1]))
        for i, (char, place, reading) in enumerate(zip(chars, places, readings, strict=True))
    )


def _strong_places(size: int) -> frozenset[int]:
    """Places that a line of so many characters leans on: the first of each pair, and the last."""
    if size in (5, 7):  # 2 + 3, 2 + 2 + 3
        return frozenset((*range(0, size - 3, 2), size - 3, size - 1))
    return frozenset((*range(0, size, 2), size - 1))
