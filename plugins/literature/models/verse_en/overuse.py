"""What the verse writer says too often.

The likeliest of many drafts says sea, shore and breast in every other stanza, whatever its theme. So the finished
writer is run once over
many themes; a word of content that comes more often than in the corpus is noted with the logarithm of the ratio, and
that
much is taken from it whenever a poem is written, unless it belongs to the theme.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .....core.progress import Progress
    from ...english.rescoring import ForwardReader
    from .engine import VerseEngine

__all__ = ["count_overuse"]

# : Words of no content that are judged all the same, for a stanza leans on them: *and all the world, where all the,
# there is*.
_STOCK = frozenset("all where when there like".split())


def count_overuse(
    engine: VerseEngine,
    poems: int,
    seed: int,
    *,
    forward: ForwardReader | None = None,
    least: int = 3,
    progress: Progress | None = None,
) -> NDArray[np.float16]:
    """(vocabulary,) nats to take from each word, 0 for most. poems: quatrains to write, on the project's concepts in
    turn; about a second of a core each.

    least: how often a word must have been written, outside poems on it, to be judged.
    """
    from .....core.errors import InputError
    from .....core.theme import Theme, concepts
    from ...english.writer import write_poem
    from ..poet.options import PoetOptions

    themes = [concept.en[0] for concept in concepts().values()]
    drawn: Counter[int] = Counter()
    for number in range(poems):
        if progress is not None:
            progress.update(1.0, f"counting what is said too often: {number} of {poems}")
        theme = Theme.from_prompt(themes[number % len(themes)])
        try:
            text, _ = write_poem(
                engine, theme, "quatrain", PoetOptions(), np.random.default_rng([seed, number]), None, forward
            )
        except InputError:
            continue
        said = {w.strip(".,;:!?\u2014").lower() for line in text.lines for w in line.split()} - set(
            theme.words_in("en")
        )
        drawn.update(engine.index[w] for w in said if w in engine.index)
    out = np.zeros(len(engine.words), np.float16)
    lexicon = engine.lexicon
    share = np.where(lexicon.usable, np.exp(engine.unigram.astype(np.float64)), 0)
    expected = share / max(1e-9, share.sum()) * drawn.total()
    for token, n in drawn.items():
        if n >= least and (not lexicon.function[token] or engine.words[token] in _STOCK):
            out[token] = max(0.0, float(np.log((n + 1) / (expected[token] + 1))))
    return out
