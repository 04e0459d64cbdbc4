"""A critic of stanzas: how much the lines so far look like a poet's and not like the writer's own drafts.

The n-grams hear five words at a time; whether a sentence gets its main clause and whether *and* joins what can be
joined are matters
of the whole stanza. A small gated recurrent network (Cho et al. 2014) reads each word as its group (by the company it
keeps) and its shared
vector, and says at each line's end how likely it is that a person wrote what stands so far. It was trained on sentences
of four lines against
stanzas that the writer drew (`train_critic.py`); such a judge beside a language model is its residual (Deng et al.
2020). Marks
inside a line are not read: how a poet points is not what it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.weights import load_weights
from .....core.words import vectors_of
from ...english.lexicon import FUNCTION
from ...english.words import MARKS

if TYPE_CHECKING:
    from .engine import VerseEngine

__all__ = ["BREAK", "ODD", "SAME", "Critic", "told_words"]

Array = NDArray[np.float32]
#: Symbols of the break after a line and of a word without a group.
BREAK, ODD = 0, 1
#: Marks at a line's end that count as one another.
SAME = {"!": ".", "?": ".", "\u2014": ",", ":": ";"}
SHIPPED = Path(__file__).with_name("critic-en.safetensors")


def told_words(line: Sequence[str]) -> list[str]:
    """What is read of a line: its words, and the mark that ends it."""
    return [SAME.get(word, word) for i, word in enumerate(line) if word not in MARKS or i == len(line) - 1]


class Critic:
    """Scores lines after what the stanza said before. The state of a stanza is a row of `width` numbers, zeros where it
    begins.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]], words: Sequence[str]) -> None:
        listed = bytes(arrays["vocabulary"]).decode().split("\n")
        group_of = {word: int(group) for word, group in zip(listed, arrays["groups"], strict=True)}
        self.words = tuple(words)
        groups = np.array([group_of.get(SAME.get(word, word), ODD) for word in words])
        table = {
            name: np.asarray(arrays[name], np.float32)
            for name in ("embedding", "vectors", "w_input", "w_state", "b_input", "b_state", "w_out")
        }
        shared = vectors_of(
            [word if group_of.get(word, ODD) != ODD and word not in FUNCTION else "" for word in words], "en"
        )
        gates = table["w_input"].T
        self.inputs = (table["embedding"][groups] + shared @ table["vectors"].T) @ gates + table["b_input"]
        self.line_end = table["embedding"][BREAK] @ gates + table["b_input"]
        self.w_state, self.b_state, self.w_out = (
            np.ascontiguousarray(table["w_state"].T),
            table["b_state"],
            table["w_out"],
        )
        self.width = len(self.w_out)
        self.inner = frozenset(i for i, word in enumerate(words) if word in MARKS)
        self.silent = frozenset(i for i, word in enumerate(words) if word.startswith("<"))

    @classmethod
    def of(cls, engine: VerseEngine) -> Critic:
        """The critic that ships, over the words of an engine. Raises WeightsError if its file is missing or damaged."""
        return cls(load_weights(SHIPPED)[0], engine.words)

    def start(self, rows: int = 1) -> Array:
        """States before the first line."""
        return np.zeros((rows, self.width), np.float32)

    def read(self, states: Array, lines: Sequence[Sequence[int]]) -> tuple[Array, Array]:
        """(logits that a person wrote it, states) after each line. states: (rows, width); lines: tokens in reading
        order, an end mark or `<none>` last.
        """
        state = states.copy()
        told = [
            [*(t for t in line[:-1] if t not in self.inner), *(t for t in line[-1:] if t not in self.silent)]
            for line in lines
        ]
        for at in range(max(map(len, told), default=0) + 1):
            live = [r for r, line in enumerate(told) if at <= len(line)]
            given = np.stack([self.inputs[told[r][at]] if at < len(told[r]) else self.line_end for r in live])
            state[live] = self._step(state[live], given)
        return state @ self.w_out, state

    def _step(self, state: Array, given: Array) -> Array:
        own = state @ self.w_state + self.b_state
        size = self.width
        gates = 1 / (1 + np.exp(-(given[:, : 2 * size] + own[:, : 2 * size])))
        reset, update = gates[:, :size], gates[:, size:]
        new = np.tanh(given[:, 2 * size :] + reset * own[:, 2 * size :])
        return ((1 - update) * new + update * state).astype(np.float32)
