"""English words by their rhyme, from CMUdict, the commonest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ....core.words.vectors import words_in_order
from ..english.phonetics import rhyme_keys, sounds

__all__ = ["rank_of", "rhyming_words", "vocabulary"]

#: The rank of a word that is none of the commonest.
RARE = 100_000


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, Sequence[str]]:
    """Every word of the dictionary by the last strong vowel and what follows it."""
    import pronouncing

    pronouncing.init_cmu()
    table: dict[str, list[str]] = defaultdict(list)
    for part, words in pronouncing.rhyme_lookup.items():
        key = "".join(c for c in part if not c.isdigit())
        table[key] += [w for w in words if w.isalpha() or "'" in w]
    return table


@lru_cache(maxsize=1)
def _ranks() -> Mapping[str, int]:
    return {word: rank for rank, word in enumerate(words_in_order("en"))}


def rank_of(word: str) -> int:
    """How common a word is in verse and prose: 0 the commonest."""
    return _ranks().get(word, RARE)


def rhyming_words(word: str, *, most: int = 0) -> list[str]:
    """Words that rhyme with one in full, the commonest first; all of them if `most` is 0."""
    keys = rhyme_keys(word.lower())
    found: set[str] = set()
    for key in keys:
        found.update(vocabulary().get(" ".join(key), ()))
    # A word whose last syllable may be raised (liberty) rhymes by that syllable too.
    own = [w for w in found if w != word.lower() and sounds(w) and keys & rhyme_keys(w)]
    own.sort(key=lambda w: (rank_of(w), len(w), w))
    return own[:most] if most else own
