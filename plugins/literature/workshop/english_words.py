"""English words by their rhyme, from CMUdict, the commonest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ....core.words.vectors import words_in_order
from ..english.phonetics import rhyme_keys, sounds

__all__ = ["rank_of", "rhyming_words", "vocabulary"]

#: The rank of a word that is none of the commonest.
RARE = 100_000


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, Sequence[str]]:
    """Every word of the dictionary by the last strong vowel and what follows it, and by a last vowel that may be raised."""
    import pronouncing

    pronouncing.init_cmu()
    table: dict[str, list[str]] = defaultdict(list)
    for part, words in pronouncing.rhyme_lookup.items():
        plain = [w for w in words if w.isalpha() or "'" in w]
        phones = part.split()
        vowels = [i for i, p in enumerate(phones) if p[-1].isdigit()]
        bare = [p.rstrip("012") for p in phones]
        table[" ".join(bare)] += plain
        if len(vowels) > 2 and phones[vowels[-1]][-1] == phones[vowels[-2]][-1] == "0":
            table[" ".join(bare[vowels[-1] :])] += plain  # liberty may be raised to rhyme with sea
    return table


@lru_cache(maxsize=1)
def _ranks() -> Mapping[str, int]:
    # The vectors leave out the very commonest words, which the list of the reader begins with.
    listed = (Path(__file__).parents[1] / "english" / "data" / "common.txt").read_text("utf-8").split()
    return {word: rank for rank, word in enumerate(dict.fromkeys((*listed, *words_in_order("en"))))}


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
