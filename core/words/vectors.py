"""Words that a theme does not know: their neighbours, through small word vectors made from verse and prose.

The vectors (`data/words-en.safetensors`, `data/words-zh.safetensors`) are rows of length one, so a dot product is a
cosine. They are loaded when first asked for, one language at a time; importing this module loads nothing.
How they were made: `tools/words`, and `docs/models/words.md` for what was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from .concepts import concepts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CONFIDENT",
    "DATA",
    "lay_out",
    "nearest_concepts",
    "nearness",
    "neighbours",
    "split_run",
    "vectors_of",
    "words_in_order",
    "words_of",
]

DATA = Path(__file__).parent / "data"
CONFIDENT = {"en": 0.55, "zh": 0.6}
"""The least nearness that counts, by language. Of words of the table taken out of their concept, 75 % (English) and 70 %
(Chinese) of those that stay above it find their own concept again; `docs/models/words.md` has the whole curve."""


@dataclass(frozen=True, kw_only=True)
class _Vectors:
    """rows: float32 of shape (words, width), length one; place: row by word; known: all words; keys: concepts; members: rows of their
    words; lengths: of their mean row.
    """

    words: tuple[str, ...]
    place: dict[str, int]
    known: frozenset[str]
    rows: NDArray[np.float32]
    keys: tuple[str, ...]
    members: NDArray[np.int64]
    lengths: NDArray[np.float32]
    longest: int


@lru_cache(maxsize=2)
def _vectors(language: str) -> _Vectors:
    import numpy as np

    from ..weights import load_weights

    arrays, _ = load_weights(DATA / f"words-{language}.safetensors")
    words = tuple(arrays["words"].tobytes().decode("utf-8").split("\n"))
    place = {word: i for i, word in enumerate(words)}
    rows = arrays["vectors"]
    known = {key: [place[w] for w in getattr(concept, language) if w in place] for key, concept in concepts().items()}
    known = {key: rows_of_key for key, rows_of_key in known.items() if rows_of_key}
    lengths = np.array([np.linalg.norm(rows[rows_of_key].mean(0)) for rows_of_key in known.values()], np.float32)
    members = lay_out(list(known.values()))
    return _Vectors(
        words=words,
        place=place,
        known=frozenset(place),
        rows=rows,
        keys=tuple(known),
        members=members,
        lengths=lengths,
        longest=max(map(len, words)),
    )


def lay_out(members: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Row numbers of each concept's words as one table of shape (concepts, most words), filled up with -1."""
    import numpy as np

    table = np.full((len(members), max(map(len, members))), -1)
    for number, rows in enumerate(members):
        table[number, : len(rows)] = rows
    return table


def nearness(
    cosines: NDArray[np.float32], members: NDArray[np.int64], lengths: NDArray[np.float32]
) -> NDArray[np.float32]:
    """How near a word is to each concept, of shape (concepts,): the mean of its cosine to the concept's centroid and of
    its three best to the words.

    cosines: of the word to all rows; members: see `lay_out`, a word at least in each; lengths: of each concept's mean
    row.
    The centroid alone loses to this, because a concept is several things: a king is a crown and a princess.
    """
    import numpy as np

    there = members >= 0
    counts = there.sum(1)
    near = np.where(there, cosines[members], 0)
    centroid = near.sum(1) / counts / lengths
    best = np.sort(np.where(there, near, -2), axis=1)[:, ::-1][:, :3]
    return 0.5 * centroid + 0.5 * np.where(best > -2, best, 0).sum(1) / np.minimum(counts, 3)


def nearest_concepts(word: str, language: str, count: int = 3) -> list[tuple[str, float]]:
    """Up to `count` (concept key, nearness) for a word in lower case, nearest first; nearness is a mean of cosines: see
    `nearness`.

    language: "en" or "zh". Empty if the vectors do not know the word or no concept is near enough: see `CONFIDENT`.
    """
    vectors = _vectors(language)
    row = vectors.place.get(word)
    if row is None:
        return []
    near = nearness(vectors.rows @ vectors.rows[row], vectors.members, vectors.lengths)
    order = (-near).argsort(kind="stable")[:count]
    return [(vectors.keys[i], round(float(near[i]), 4)) for i in order if near[i] >= CONFIDENT[language]]


def neighbours(word: str, language: str, count: int = 10) -> list[tuple[str, float]]:
    """Up to `count` (word, cosine) that are used like a word in lower case, nearest first, without itself; empty if the
    vectors do not know it.
    """
    vectors = _vectors(language)
    row = vectors.place.get(word)
    if row is None:
        return []
    cosines = vectors.rows @ vectors.rows[row]
    order = [int(i) for i in (-cosines).argsort(kind="stable")[: count + 1] if i != row][:count]
    return [(vectors.words[i], round(float(cosines[i]), 4)) for i in order]


def words_of(language: str) -> frozenset[str]:
    """All words that the vectors of a language know, in lower case."""
    return _vectors(language).known


def words_in_order(language: str) -> tuple[str, ...]:
    """All words that the vectors of a language know, in lower case, the most frequent first."""
    return _vectors(language).words


def vectors_of(words: Sequence[str], language: str) -> NDArray[np.float32]:
    """Rows of length one for words in lower case, shape (words, width); zeros for those that
    the vectors do not know.
    """
    import numpy as np

    vectors = _vectors(language)
    rows = np.zeros((len(words), vectors.rows.shape[1]), np.float32)
    known = [(i, vectors.place[word]) for i, word in enumerate(words) if word in vectors.place]
    if known:
        at, place = np.array(known).T
        rows[at] = vectors.rows[place]
    return rows


def split_run(run: str) -> list[str]:
    """A run of Chinese characters as words of the vectors, longest first from the left; characters that they do not
    know stay together.
    """
    vectors = _vectors("zh")
    words: list[str] = []
    unknown = ""
    at = 0
    while at < len(run):
        size = next(
            (n for n in range(min(vectors.longest, len(run) - at), 0, -1) if run[at : at + n] in vectors.place), 0
        )
        if size == 0:
            unknown += run[at]
            at += 1
            continue
        words += [unknown, run[at : at + size]] if unknown else [run[at : at + size]]
        unknown = ""
        at += size
    return [*words, unknown] if unknown else words
