"""How English words sound: syllables, stress and rhyme.

CMUdict (public domain, through the package `pronouncing`) knows about 96 % of the running words of verse. The
rest comes from a table of poetic words, then from suffix rules on a known stem, then (for reading only) from the
letters. A word keeps its first pronunciation's number of syllables, so that a line has one length.

Stress is a string with a digit for each syllable: 1 primary, 2 secondary, 0 none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Sound", "count_syllables", "is_known", "rhyme_keys", "rhymes", "sounds"]

_VOWELS = frozenset("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())
_UNVOICED = frozenset("P K F S SH CH TH".split())
_SIBILANT = frozenset("S Z SH ZH CH JH".split())


@dataclass(frozen=True)
class Sound:
    """One pronunciation. phones: ARPAbet symbols, vowels with their stress digit; stress: a digit for each syllable."""

    phones: tuple[str, ...]
    stress: str

    @property
    def syllables(self) -> int:
        """How many there are."""
        return len(self.stress)

    def tail(self, back: int = 1) -> tuple[str, ...]:
        """Phones from the vowel of the `back`-th syllable from the end, stress digits off."""
        at = [i for i, p in enumerate(self.phones) if p[-1].isdigit()]
        start = at[-back] if back <= len(at) else 0
        return tuple(p.rstrip("012") for p in self.phones[start:])

    def onset(self, back: int = 1) -> tuple[str, ...]:
        """The consonants just before the `back`-th vowel from the end."""
        at = [i for i, p in enumerate(self.phones) if p[-1].isdigit()]
        if back > len(at):
            return ()
        before = at[-back]
        start = at[-back - 1] + 1 if back < len(at) else 0
        return self.phones[start:before]

    def strong_end(self) -> bool:
        """Whether the last syllable may carry a masculine rhyme: stressed, or the raised last of three (liberty)."""
        s = self.stress
        return s[-1] in "12" or (len(s) >= 3 and s[-1] == "0" and s[-2] == "0")


def _sound(phones: tuple[str, ...]) -> Sound:
    # A secondary stress right after the primary one (shadows, moonbeam) is weak in verse.
    return Sound(phones, "".join(p[-1] for p in phones if p[-1].isdigit()).replace("12", "10"))


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, tuple[str, ...]]:
    """CMUdict with the poetic words laid over it: word -> pronunciations as text."""
    import pronouncing

    pronouncing.init_cmu()
    table = {word: tuple(found) for word, found in pronouncing.lookup.items()}
    rows = (Path(__file__).parent / "data" / "poetic.tsv").read_text("utf-8").splitlines()[1:]
    for row in rows:
        word, phones = row.split("\t")
        table[word] = tuple(phones.split(" / "))
    return table


@lru_cache(maxsize=100_000)
def sounds(word: str) -> tuple[Sound, ...]:
    """Pronunciations of a word, the usual one first, all of one length; empty if neither
    dictionary nor rules know it.
    """
    word = word.lower().replace("\u2019", "'")
    found = _look_up(word) or _by_rule(word, 0)
    if not found and not word.isascii():
        plain = _without_accents(word)
        found = _look_up(plain) or _by_rule(plain, 0)
    if not found:
        return ()
    length = found[0].syllables
    return tuple(dict.fromkeys(s for s in found if s.syllables == length and s.syllables))


def _without_accents(word: str) -> str:
    """coöperate, naïve, café, fiancée, Cæsar as the dictionary spells them: accents off, ligatures parted."""
    word = word.replace("æ", "ae").replace("œ", "oe")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _look_up(word: str) -> tuple[Sound, ...]:
    if len(word) == 1 and word not in "aio":
        return ()
    return tuple(_sound(tuple(text.split())) for text in _dictionary().get(word, ()))


def _extend(stem: tuple[Sound, ...], *phones: str) -> tuple[Sound, ...]:
    return tuple(_sound((*s.phones, *phones)) for s in stem)


def _stem_candidates(stem: str) -> tuple[str, ...]:
    doubled = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem
    softened = stem[:-1] + "y" if stem.endswith("i") else stem
    return tuple(dict.fromkeys((stem, stem + "e", doubled, softened)))


def _stem(stem: str, depth: int) -> tuple[Sound, ...]:
    for candidate in _stem_candidates(stem):
        found = _look_up(candidate) or _by_rule(candidate, depth + 1)
        if found:
            return found
    return ()


def _past(stem: tuple[Sound, ...]) -> tuple[Sound, ...]:
    last = stem[0].phones[-1]
    if last in ("T", "D"):
        return _extend(stem, "IH0", "D")
    return _extend(stem, "T" if last in _UNVOICED else "D")


def _plural(stem: tuple[Sound, ...]) -> tuple[Sound, ...]:
    last = stem[0].phones[-1]
    if last in _SIBILANT:
        return _extend(stem, "IH0", "Z")
    return _extend(stem, "S" if last in ("P", "T", "K", "F", "TH") else "Z")


_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lessness", ("L", "AH0", "S", "N", "AH0", "S")),
    ("fulness", ("F", "AH0", "L", "N", "AH0", "S")),
    ("less", ("L", "AH0", "S")),
    ("ness", ("N", "AH0", "S")),
    ("ful", ("F", "AH0", "L")),
    ("ment", ("M", "AH0", "N", "T")),
    ("ship", ("SH", "IH2", "P")),
    ("hood", ("HH", "UH2", "D")),
    ("ward", ("W", "ER0", "D")),
    ("wards", ("W", "ER0", "D", "Z")),
    ("like", ("L", "AY2", "K")),
    ("some", ("S", "AH0", "M")),
    ("ling", ("L", "IH0", "NG")),
    ("ing", ("IH0", "NG")),
    ("in'", ("IH0", "N")),
    ("est", ("AH0", "S", "T")),
    ("eth", ("AH0", "TH")),
    ("er", ("ER0",)),
    ("ers", ("ER0", "Z")),
    ("ly", ("L", "IY0")),
    ("y", ("IY0",)),
    ("'ll", ("AH0", "L")),
    ("'st", ("S", "T")),
    ("st", ("S", "T")),
)


_PREFIXES = (
    ("un", ("AH0", "N")),
    ("re", ("R", "IY0")),
    ("out", ("AW2", "T")),
    ("over", ("OW2", "V", "ER0")),
    ("be", ("B", "IH0")),
)


def _by_rule(word: str, depth: int) -> tuple[Sound, ...]:
    """A pronunciation from a known stem and a suffix or prefix; at most two steps deep."""
    if depth > 2 or len(word) < 4:
        return ()
    if word.endswith("'s"):
        found = _stem_or_none(word[:-2], depth)
        return _plural(found) if found else ()
    for end in ("'d", "ed", "èd", "éd"):
        if word.endswith(end):
            found = _stem(word[: -len(end)], depth)
            if found:
                return _extend(found, "IH0", "D") if end[0] in "èé" else _past(found)
    for end, phones in _ENDINGS:
        if word.endswith(end) and len(word) - len(end) >= 2:
            found = _stem(word[: -len(end)], depth)
            if found:
                return _extend(found, *phones)
    return (
        _of_plural(word, depth)
        or ("our" in word and _look_up(word.replace("our", "or")))
        or _with_prefix(word, depth)
        or _elided(word)
        or _compound(word)
    )


def _of_plural(word: str, depth: int) -> tuple[Sound, ...]:
    if not word.endswith("s"):
        return ()
    for cut in (1, 2):
        found = _stem_or_none(word[:-cut], depth) or (_stem(word[:-cut], depth) if cut == 2 else ())
        if found and word[-cut:] in ("s", "es"):
            return _plural(found)
    return ()


def _with_prefix(word: str, depth: int) -> tuple[Sound, ...]:
    for prefix, phones in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            found = _stem_or_none(word[len(prefix) :], depth)
            if found:
                return tuple(_sound((*phones, *s.phones)) for s in found)
    return ()


def _stem_or_none(stem: str, depth: int) -> tuple[Sound, ...]:
    return _look_up(stem) or _by_rule(stem, depth + 1)


def _elided(word: str) -> tuple[Sound, ...]:
    """murm'ring, wand'rer, glimm'ring: an inner apostrophe stands for an unstressed e and costs its syllable."""
    if "'" not in word.strip("'"):
        return ()
    full = next((found for vowel in "eouia" if (found := _look_up(word.replace("'", vowel)))), ())
    for sound in full[:1]:
        phones = list(sound.phones)
        weak = [i for i, p in enumerate(phones) if p[-1] == "0"]
        if not weak:
            return ()
        at = weak[0] if len(weak) > 1 else weak[-1]
        phones[at : at + 1] = ["R"] if phones[at].startswith("ER") else []
        return (_sound(tuple(phones)),)
    return ()


def _compound(word: str) -> tuple[Sound, ...]:
    """moonbeam, seabird: two known words of three letters and more; the second one's stress becomes secondary."""
    for at in range(3, len(word) - 2):
        first, second = _dictionary().get(word[:at]), _dictionary().get(word[at:])
        if first and second and len(second[0].split()) > 1:
            head, tail = first[0].split(), [p.replace("1", "2") for p in second[0].split()]
            if "1" in first[0]:
                return (_sound((*head, *tail)),)
    return ()


def is_known(word: str) -> bool:
    """Whether dictionary or rules know the word."""
    return bool(sounds(word))


_LETTER_VOWELS = re.compile(r"[aeiouyäëïöüàáâæèéêìíîòóôœùúû]+")


def count_syllables(word: str) -> int:
    """Syllables of a word; by its letters where nothing better is known. At least 1."""
    found = sounds(word)
    if found:
        return found[0].syllables
    plain = word.lower().replace("'", "")
    count = len(_LETTER_VOWELS.findall(plain))
    if plain.endswith("e") and not plain.endswith("le") and count > 1:
        count -= 1
    if plain.endswith("ed") and count > 1 and plain[-3:-2] not in ("t", "d"):
        count -= 1
    return max(1, count)


@lru_cache(maxsize=50_000)
def rhyme_keys(word: str) -> frozenset[tuple[str, ...]]:
    """What a word rhymes by: from its last stressed vowel, and from a last syllable that verse may raise."""
    keys: set[tuple[str, ...]] = set()
    for sound in sounds(word):
        stressed = max((i for i, s in enumerate(sound.stress) if s in "12"), default=len(sound.stress) - 1)
        keys.add(sound.tail(len(sound.stress) - stressed))
        if sound.strong_end():
            keys.add(sound.tail(1))
    return frozenset(keys)


def rhymes(one: str, other: str) -> bool:
    """Whether two different words rhyme in some pronunciation."""
    return one.lower() != other.lower() and bool(rhyme_keys(one) & rhyme_keys(other))
