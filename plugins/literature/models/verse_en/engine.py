"""The verse model in numpy: a poem so far for each beam, and many candidates for its next line that share it.

The candidates of a line look at their beam's keys and values in one product and keep their own beside them; when lines
are chosen, their keys and values join the beam's, so nothing is computed twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.decoder import Decoder, Matrix, attention_weights, gated, normed, rotated
from .....core.transformer.sampling import log_softmax
from .....core.weights import load_weights
from ...english.corpus import NONE, SPECIALS
from ...english.lexicon import Lexicon
from ...english.word_classes import ClassReader, part_of_speech
from ...english.words import detokenize
from ...lm.runs import CopyFilter

__all__ = ["Features", "Lines", "Past", "VerseEngine"]

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True)
class Features:
    """What is told of the token to come, one number a row: syllables left, place of the line, distance of the rhyme,
    words.
    """

    left: Ints
    line: Ints
    relation: Ints
    partner: Ints
    before: Ints


@dataclass
class Past:
    """Poems so far: keys and values of shape (layers, beams, heads, room, size), lengths (beams,)."""

    keys: Array
    values: Array
    lengths: Ints

    def take(self, rows: Ints) -> Past:
        """The named beams, which may repeat."""
        return Past(self.keys[:, rows], self.values[:, rows], self.lengths[rows])


@dataclass
class Lines:
    """Candidates of a line: the beam of each, and their own keys and values of shape (layers,
    rows, heads, room, size).
    """

    beam: Ints
    keys: Array
    values: Array
    length: int = 0

    def take(self, rows: Ints) -> Lines:
        """The named candidates."""
        return Lines(self.beam[rows], self.keys[:, rows], self.values[:, rows], self.length)


class VerseEngine:
    """Loaded weights with the lexicon of their words."""

    def __init__(self, arrays: dict[str, NDArray[Any]], card: dict[str, Any]) -> None:
        config = card["config"]
        self.card = card
        self._made: dict[Callable[[VerseEngine], Any], Any] = {}
        self.words = tuple(bytes(arrays["vocabulary"]).decode().split("\n"))
        self.first_word = len(SPECIALS)
        self.cased: dict[str, str] = json.loads(bytes(arrays["cased"]).decode())
        self.first, self.second = config["cuts"]
        table = np.ascontiguousarray(arrays["words"], np.float32)
        self.table = table
        self.head = Matrix(np.concatenate([table[: self.first], arrays["groups"]]))
        self.group_heads = (Matrix(table[self.first : self.second]), Matrix(table[self.second :]))
        self.partner = table @ arrays["partner"].T
        self.before = table @ arrays["before"].T
        self.partner[0] = self.before[0] = 0
        self.left, self.line, self.relation = arrays["left"], arrays["line"], arrays["relation"]
        body = {k.removeprefix("body."): v for k, v in arrays.items() if k.startswith("body.")}
        self.decoder = Decoder(body, heads=config["heads"])
        self.lexicon = Lexicon.build(self.words, self.cased)
        self.index = self.lexicon.index
        self.unigram = np.asarray(arrays["unigram"], np.float32)
        self._read_pairs(arrays["pairs"])
        self.copies = CopyFilter(np.asarray(arrays.get("copies", np.zeros(0, np.uint8))))
        self.finite = np.asarray(arrays["finite"]) if "finite" in arrays else np.zeros(len(self.words), np.uint8)
        self.overuse = np.asarray(arrays.get("overuse", np.zeros(len(self.words))), np.float32)
        self.classes = ClassReader(arrays) if "class_of" in arrays else None
        self.tags = (
            part_of_speech(self.classes.class_of, self.words) if self.classes is not None else [""] * len(self.words)
        )

    @classmethod
    def load(cls, path: Path) -> VerseEngine:
        """From a weight file. Raises WeightsError if it is missing or damaged."""
        return cls(*load_weights(path))

    def _read_pairs(self, codes: NDArray[np.int32]) -> None:
        n = len(self.words)
        left, right = np.divmod(codes.astype(np.int64), n)
        order = np.argsort(right, kind="stable")
        self.pair_left = left[order]
        self.pair_start = np.searchsorted(right[order], np.arange(n + 1))

    def seen_left_of(self, right: int) -> Ints:
        """Words that stand to the left of `right` in the corpus."""
        return self.pair_left[self.pair_start[right] : self.pair_start[right + 1]]

    def is_seen(self, left: int, right: int) -> bool:
        """Whether a pair stands in the corpus."""
        row = self.seen_left_of(right)
        at = int(np.searchsorted(row, left))
        return at < len(row) and int(row[at]) == left

    def printed(self, lines: Sequence[Sequence[int]]) -> list[str]:
        """Lines of tokens in reading order as they are printed."""
        none = self.index[NONE]
        return [
            detokenize([self.words[t] for t in line if t != none], lambda w: self.cased.get(w, w)) for line in lines
        ]

    def once(self, make: Callable[[VerseEngine], T]) -> T:
        """What `make` works out of this engine, made when it is first asked for and kept as long as the engine."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def embed(self, tokens: Ints, features: Features) -> Array:
        """Inputs of shape (rows, width)."""
        return (
            self.table[tokens]
            + self.left[features.left]
            + self.line[features.line]
            + self.relation[features.relation]
            + self.partner[features.partner]
            + self.before[features.before]
        ).astype(np.float32)

    def size(self, *, full: bool) -> int:
        """Tokens that are written: all, or those without the last group."""
        return len(self.words) if full else self.second

    def log_probabilities(self, hidden: Array, *, full: bool = True) -> Array:
        """(rows, tokens) natural logarithms, exact; without `full` the last group is left out."""
        top = log_softmax(hidden @ self.head)
        heads = self.group_heads if full else self.group_heads[:1]
        rest = [log_softmax(hidden @ head) + top[:, self.first + i, None] for i, head in enumerate(heads)]
        return np.concatenate([top[:, : self.first], *rest], axis=1)

    def start(self, prefix: list[int], room: int) -> Past:
        """One beam that has read all of a prefix but its last token; `room` positions in all."""
        cache = self.decoder.cache(1, room)
        if len(prefix) > 1:
            zero = np.zeros(len(prefix) - 1, np.int64)
            x = self.embed(np.array(prefix[:-1]), Features(zero, zero, zero, zero, zero))
            self.decoder.forward(x[None], cache)
        cache.keys[..., cache.length :, :] = 0
        cache.values[..., cache.length :, :] = 0
        return Past(cache.keys, cache.values, np.array([cache.length]))

    def advance(self, past: Past, tokens: Ints, features: Features) -> tuple[Past, Array]:
        """Feed one token to each beam; the beams with it, and hidden states of shape (beams, width)."""
        lines = self.lines(past, 1, 1)
        hidden = self.step(past, lines, tokens, features)
        return self.join(past, lines, np.arange(len(tokens)), np.ones(len(tokens), np.int64)), hidden

    def lines(self, past: Past, each: int, room: int) -> Lines:
        """Room for `each` candidates of every beam."""
        beam = np.repeat(np.arange(len(past.lengths)), each)
        shape = (past.keys.shape[0], len(beam), past.keys.shape[2], room, past.keys.shape[4])
        return Lines(beam, np.empty(shape, np.float32), np.empty(shape, np.float32))

    def step(self, past: Past, lines: Lines, tokens: Ints, features: Features) -> Array:
        """Feed one token to every candidate; hidden states of shape (rows, width). Rows lie beam by beam, equally many
        each.
        """
        d = self.decoder
        beams, rows = len(past.lengths), len(lines.beam)
        x = self.embed(tokens, features)
        longest = int(past.lengths.max())
        turns = d.turns(longest + lines.length + 1)[past.lengths[lines.beam] + lines.length][:, None, :]
        hidden_past = np.where(np.arange(longest)[None, :] < past.lengths[:, None], np.float32(0), np.float32(-1e9))[
            :, None, None, :
        ]
        at, per = lines.length, rows // beams
        for i, layer in enumerate(d.layers):
            qkv = (normed(x, layer.attention) @ layer.qkv).reshape(rows, 3, d.heads, d.size).transpose(1, 0, 2, 3)
            q, k = rotated(qkv[:2], turns)
            lines.keys[i, :, :, at], lines.values[i, :, :, at] = k, qkv[2]
            grouped = q.reshape(beams, per, d.heads, d.size).transpose(0, 2, 1, 3)
            old = grouped @ past.keys[i, :, :, :longest].swapaxes(-1, -2) + hidden_past
            old = old.transpose(0, 2, 1, 3).reshape(rows, d.heads, longest)
            own = (lines.keys[i, :, :, : at + 1] @ q[..., None])[..., 0]
            score = attention_weights(np.concatenate([old, own], axis=-1))
            seen = (
                score[..., :longest].reshape(beams, per, d.heads, longest).transpose(0, 2, 1, 3)
                @ past.values[i, :, :, :longest]
            )
            y = seen.transpose(0, 2, 1, 3).reshape(rows, d.heads, d.size)
            y = y + (score[..., None, longest:] @ lines.values[i, :, :, : at + 1])[..., 0, :]
            x = x + y.reshape(rows, -1) @ layer.out
            x = x + gated(normed(x, layer.gated) @ layer.gate_up) @ layer.down
        lines.length += 1
        return normed(x, d.gain)

    def join(self, past: Past, lines: Lines, rows: Ints, sizes: Ints) -> Past:
        """Beams for the chosen candidates `rows`, each of which has `sizes` positions of its own."""
        new = past.take(lines.beam[rows])
        for b, (row, size) in enumerate(zip(rows, sizes, strict=True)):
            at = int(new.lengths[b])
            new.keys[:, b, :, at : at + size] = lines.keys[:, row, :, :size]
            new.values[:, b, :, at : at + size] = lines.values[:, row, :, :size]
        new.lengths = new.lengths + sizes
        return new
