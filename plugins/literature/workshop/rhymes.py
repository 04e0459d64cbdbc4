"""`rhymes`: the words that rhyme with one, full and near, common ones first or nearest to a theme."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ....core.errors import InputError
from ....core.theme import read_words
from ....core.words.concepts import concepts
from ....core.words.vectors import split_run, vectors_of, words_of
from ..chinese.lexicon import Lexicon
from ..chinese.script import simplify
from ..english.phonetics import sounds
from ..lm.lending import weights_of
from .book import LEVEL_GROUPS, book
from .english_rhymes import relate_words
from .english_words import RARE, rank_of, rhyming_words, vocabulary
from .rhyme_feet import parts_of_group

__all__ = ["RhymeRow", "Rhymes", "find_rhymes"]

_HAN = re.compile(r"[\u3400-\u9fff]")
#: Words of a language that are compared with a theme's.
_THEME_WORDS = 8


@dataclass(frozen=True)
class RhymeRow:
    """A word that rhymes. relation: full, or how near; group: its rhyme group (Chinese); words: that end in it (Chinese);
    near_theme: cosine to the theme, None without one.
    """

    word: str
    relation: str
    syllables: int
    stress: str = ""
    group: str = ""
    count: int = 0
    words: tuple[str, ...] = ()
    near_theme: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**vars(self), "words": list(self.words)}


@dataclass(frozen=True)
class Rhymes:
    """What rhymes with a word. sound: its stress, or its groups; full, near: rows, the best first."""

    word: str
    language: str
    sound: str
    full: tuple[RhymeRow, ...]
    near: tuple[RhymeRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "word": self.word,
            "language": self.language,
            "sound": self.sound,
            "full": [row.to_dict() for row in self.full],
            "near": [row.to_dict() for row in self.near],
        }


def find_rhymes(word: str, *, theme: str = "", syllables: int = 0, stress: str = "", most: int = 40) -> Rhymes:
    """What rhymes with an English word, or with the last character of a Chinese one.

    theme: words, those nearest to them come first; syllables, stress ("01"): English, only such words; most: rows of each
    kind. Raises InputError for what is no word, is in no book, or rhymes with nothing.
    """
    plain = word.strip()
    if _HAN.search(plain):
        if syllables or stress:
            raise InputError("--syllables and --stress are of English; characters are all of one syllable")
        return _chinese(plain, theme, most)
    if not re.fullmatch(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*", plain):
        raise InputError(f"{word!r} is no single word; give one English word, or Chinese that ends in the rhyme")
    return _english(plain.lower().replace("\u2019", "'"), theme, syllables, stress, most)


def _english(word: str, theme: str, syllables: int, stress: str, most: int) -> Rhymes:
    own = sounds(word)
    if not own:
        raise InputError(f"no pronunciation of {word!r} is known, so nothing rhymes with it; is it spelled right?")

    def fits(other: str) -> bool:
        known = sounds(other)
        return (
            bool(known)
            and not (syllables and known[0].syllables != syllables)
            and (not stress or any(s.stress.replace("2", "0") == stress.replace("2", "0") for s in known))
        )

    full = [w for w in rhyming_words(word) if fits(w) and "'" not in w]
    # The dictionary is full of surnames: what stands in no verse or prose is listed only where nothing else rhymes.
    full = [w for w in full if rank_of(w) < RARE] or full
    near = [w for w in _near_words(word) if fits(w)]
    if not full and not near:
        limits = " of that length or stress" if syllables or stress else ""
        raise InputError(
            f"nothing rhymes with {word!r}{limits}, not even nearly; take another word for the end of the line"
        )
    nearness = _nearness(theme, "en", [*full, *near])
    rows = [
        _order([_row(w, relation, nearness) for w, relation in found], most)
        for found in ([(w, "full") for w in full], [(w, relate_words(word, w)) for w in near])
    ]
    return Rhymes(word, "en", " or ".join(dict.fromkeys(s.stress for s in own)), rows[0], rows[1])


def _row(word: str, relation: str, nearness: Mapping[str, float]) -> RhymeRow:
    sound = sounds(word)[0]
    rank = rank_of(word)
    return RhymeRow(
        word, relation, sound.syllables, sound.stress, count=max(0, RARE - rank), near_theme=nearness.get(word)
    )


def _order(rows: Sequence[RhymeRow], most: int) -> tuple[RhymeRow, ...]:
    return tuple(sorted(rows, key=lambda r: (-(r.near_theme or 0.0), -r.count, len(r.word), r.word))[:most])


@lru_cache(maxsize=64)
def _near_words(word: str) -> tuple[str, ...]:
    """Common words that end in the same consonants, or have the same vowel there: soul and all, home and stone."""
    tail = sounds(word)[0].tail(1)
    found = []
    for key, words in vocabulary().items():
        other = key.split()
        if (tail[1:] and other[-len(tail) + 1 :] == list(tail[1:]) and len(other) == len(tail)) or (
            other[0] == tail[0] and len(other) == len(tail)
        ):
            found += [w for w in words if rank_of(w) < RARE and "'" not in w]
    return tuple(w for w in dict.fromkeys(found) if relate_words(word, w) in ("consonance", "assonance", "eye"))


def _nearness(theme: str, language: str, words: Sequence[str]) -> dict[str, float]:
    """Cosine of each word to the nearest word of the theme; empty without one. Raises InputError if no word is known."""
    if not theme:
        return {}
    asked = split_run(theme) if language == "zh" else re.findall(r"[a-z']+", theme.lower())
    known = [w for w in asked if w in words_of(language)]
    if not known:
        # The very commonest words have no vector of their own; what they are images of has words that do.
        images = [concepts()[key] for key in read_words(theme)[1] if key in concepts()]
        known = [w for image in images for w in getattr(image, language) if w in words_of(language)]
    if not known:
        raise InputError(f"no word of the theme {theme!r} is known to the word vectors; say it otherwise")
    known = known[:_THEME_WORDS]
    cosines = (vectors_of(words, language) @ vectors_of(known, language).T).max(axis=1)
    return {word: round(float(cosine), 3) for word, cosine in zip(words, cosines, strict=True)}


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon.load(weights_of("verse-zh-lexicon"))


def _chinese(word: str, theme: str, most: int) -> Rhymes:
    table = book()
    char = _HAN.findall(simplify(word)[0])[-1]
    groups = table.groups_of(char)
    if not groups:
        raise InputError(f"the rhyme book has no {char!r}, so nothing rhymes with it; take another character")
    endings = _endings()
    full, near = [], []
    parts = {p for g in groups for p in parts_of_group(g, table)}
    for other in table.characters.values():
        if other.char == char:
            continue
        shared = [g for g in other.groups if g in groups]
        if shared:
            full.append((other.char, table.groups[shared[0]]))
        elif parts & set(other.parts):
            near.append((other.char, "、".join(table.groups[g] for g in other.groups)))
    if not full and not near:
        raise InputError(f"nothing rhymes with {char!r}; take another character")
    chars = [c for c, _ in (*full, *near)]
    words = [w for c in chars for w in (c, *endings.get(c, ()))]
    cosines = _nearness(theme, "zh", words)

    def rows(found: Sequence[tuple[str, str]], relation: str) -> tuple[RhymeRow, ...]:
        made = []
        for other, group in found:
            ends = (
                sorted(endings.get(other, ()), key=lambda w: -cosines.get(w, 0.0)) if theme else endings.get(other, ())
            )
            best = max((cosines.get(w, 0.0) for w in (other, *ends)), default=0.0) if theme else None
            count = table.characters[other].count
            made.append(RhymeRow(other, relation, 1, "", group, count, tuple(ends[:6]), best))
        return _order(made, most)

    names = "、".join(f"{table.groups[g]} ({'平' if g < LEVEL_GROUPS else '仄'})" for g in groups)
    return Rhymes(char, "zh", names, rows(full, "full"), rows(near, "near (same part of the Cilin)"))


@lru_cache(maxsize=1)
def _endings() -> Mapping[str, Sequence[str]]:
    """Words of two characters by their last one, the commonest first."""
    found: dict[str, list[str]] = {}
    words: Callable[[str], int] = _lexicon().words.__getitem__
    for word in sorted(_lexicon().words, key=words):
        found.setdefault(word[-1], []).append(word)
    return found
