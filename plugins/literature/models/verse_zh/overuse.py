"""What the verse model says too often.

A model that is drawn from says the common words of poems more often than poets do (故人 twice, 闲身 six times as often),
the
more so when the likeliest of many drafts is kept: thirty quatrains in a row then read alike. So the finished model is
drawn from once, on titles of real poems; a pair of characters in a foot that comes more often than in the corpus is
noted with the logarithm of the ratio, and that much is taken from its logit whenever a poem is written. What is said
becomes as varied as the corpus says it, without a bolder temperature, which brings nonsense before it brings variety.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...chinese.corpus import Poem

if TYPE_CHECKING:
    from .engine import VerseEngine

__all__ = ["Overuse", "count_overuse"]

_Groups = list[tuple[NDArray[np.int64], NDArray[np.float32]] | None]
_ROWS, _TEMPERATURE = 16, 0.92
_FORMS = ("wujue", "qijue", "wulv", "qilv")


class Overuse:
    """The noted pairs over an engine's columns: pairs (n, 2) of left and right column, amounts (n,) in nats."""

    def __init__(self, pairs: NDArray[np.integer[Any]], amounts: NDArray[np.floating[Any]], size: int) -> None:
        self.left_of = _grouped(pairs[:, 1], pairs[:, 0], amounts, size)
        self.right_of = _grouped(pairs[:, 0], pairs[:, 1], amounts, size)

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]], column: Mapping[str, int]) -> Overuse:
        """From a model's arrays, none if it was not counted; pairs with a character that is not
        written are left out.
        """
        text = arrays["overused"].tobytes().decode("utf-8") if "overused" in arrays else ""
        texts = [text[i : i + 2] for i in range(0, len(text), 2)]
        amounts = np.asarray(arrays["overuse"] if texts else [], np.float32)
        kept = [i for i, t in enumerate(texts) if t[0] in column and t[1] in column]
        pairs = np.array([[column[texts[i][0]], column[texts[i][1]]] for i in kept], np.int64).reshape(-1, 2)
        return cls(pairs, amounts[kept], len(column))

    @staticmethod
    def take(add: NDArray[np.float32], beside: NDArray[np.integer[Any]], groups: _Groups, weight: float) -> None:
        """Lower the logits `add` (rows, columns) by `weight` times what is noted next to the columns `beside` (rows,),
        -1 for none.
        """
        for row, column in enumerate(beside):
            found = groups[column] if column >= 0 else None
            if found is not None:
                add[row, found[0]] -= weight * found[1]


def _grouped(
    key: NDArray[np.integer[Any]],
    other: NDArray[np.integer[Any]],
    amounts: NDArray[np.floating[Any]],
    size: int,
) -> _Groups:
    groups: _Groups = [None] * size
    for column in np.unique(key):
        rows = key == column
        groups[int(column)] = (other[rows].astype(np.int64), amounts[rows].astype(np.float32))
    return groups


def _pairs(clauses: Sequence[str]) -> list[str]:
    from .engine import feet

    return [text[i : i + 2] for text in clauses for i in sorted(feet(len(text))) if i + 1 < len(text)]


def count_overuse(
    engine: VerseEngine, poems: Sequence[Poem], rng: np.random.Generator, *, batches: int = 240, least: int = 5
) -> dict[str, NDArray[Any]]:
    """Arrays for the model's file: the pairs, joined as UTF-8, and how much to take from the logit of each, in nats.

    batches: of sixteen poems each, the regulated forms in turn, each row with the title of another real poem; least:
    how
    often a pair must have been drawn to be judged. About 80 seconds of a core for 240.
    """
    real = Counter(pair for p in poems if p.regulated for pair in _pairs([text for text, _ in p.clauses]))
    drawn: Counter[str] = Counter()
    if real:
        for batch in range(batches):
            for clauses in _draw(engine, poems, _FORMS[batch % 4], 2 + batch // 4 % 4, rng):
                drawn.update(_pairs(clauses))
    share = drawn.total() / max(1, real.total())
    noted = {pair: float(np.log((n + 3) / ((real[pair] + 1) * share + 3))) for pair, n in drawn.items() if n >= least}
    texts = sorted(pair for pair, amount in noted.items() if amount > 0.2)
    return {
        "overused": np.frombuffer("".join(texts).encode(), np.uint8).copy(),
        "overuse": np.array([noted[t] for t in texts], np.float16),
    }


def _draw(
    engine: VerseEngine, poems: Sequence[Poem], form: str, length: int, rng: np.random.Generator
) -> list[tuple[str, ...]]:
    """Sixteen poems as the model draws them, on titles of `length` characters (none where the corpus has no such
    title).
    """
    from ...chinese.brief import Asked, plans_of, shape_of
    from .encoding import Prefix

    titles = [p.title for p in poems if p.regulated and len(p.title) == length] or [""]
    plans = plans_of(
        form, None, Asked(known={}, words=(), rhyme=""), {}, engine.prosody, engine.rhyme_words, rng, _ROWS
    )
    told = [
        Prefix(form=form, regulated=True, kind=kind, rhyme=rhyme, title=titles[int(rng.integers(len(titles)))])
        for _, kind, rhyme in plans
    ]
    made = engine.write(
        told, [p for p, _, _ in plans], shape_of(form, None), rng, temperature=_TEMPERATURE, overuse=0.0
    )
    return [one.clauses for one in made]
