"""The mood of English words and lines: valence and arousal by a short list of our own and the shared concepts.

A negation (not, no, never, without) within the three words before turns a word's valence round, at half its strength.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ....core.theme import Mood, concepts
from .lexicon import stem

__all__ = ["line_mood", "mood_words"]

_NEGATIONS = frozenset("not no never nor without neither cannot can't don't won't hardly".split())


@lru_cache(maxsize=1)
def mood_words() -> dict[str, tuple[float, float]]:
    """(valence, arousal) of stems; the list wins over the concepts."""
    table: dict[str, tuple[float, float]] = {}
    for concept in concepts().values():
        for word in concept.en:
            table.setdefault(stem(word), (concept.mood.valence * 0.6, concept.mood.arousal * 0.6))
    for row in (Path(__file__).parent / "data" / "mood.tsv").read_text("utf-8").splitlines()[1:]:
        word, valence, arousal = row.split("\t")
        table[stem(word)] = (float(valence), float(arousal))
    return table


def line_mood(words: Sequence[str]) -> Mood:
    """The mean mood of the words that have one, drawn towards neutral where they are few; neutral if there are none."""
    table = mood_words()
    valence = arousal = count = 0.0
    for i, word in enumerate(words):
        found = table.get(stem(word))
        if found is None:
            continue
        turned = any(w in _NEGATIONS for w in words[max(0, i - 3) : i])
        valence += -0.5 * found[0] if turned else found[0]
        arousal += found[1]
        count += 1
    return Mood(valence=valence / (count + 0.7), arousal=arousal / (count + 0.7))
