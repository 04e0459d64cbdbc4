"""The verse model at work: scoring and writing in numpy, no torch.

The looked-up characters of the code go through a matrix each in training; here each matrix is folded into a table
(`table @ matrix`), so a lookup is all that is left. Rows of a batch share the places that are written, not what is
told: each has its own plan of tones and rhymes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.decoder import Cache, Decoder, Matrix
from .....core.transformer.sampling import draw, log_softmax
from .....core.weights import load_weights
from ...chinese.lexicon import Lexicon
from ...chinese.prosody import Prosody, prosody
from .encoding import ABOVE, Code, Example, Place, Prefix, Shape, clause_row, place_row
from .overuse import Overuse

__all__ = ["Plan", "VerseEngine", "Written"]

Floats = NDArray[np.float32]
_NEVER = np.float32(-1e9)
_TONE_BITS = {"": 0, "平": 1, "仄": 2, "平仄": 3}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a poem must keep.

    patterns: for each clause the licensed tone patterns (平, 仄, `.`), read from its first character; rhymes: for
    each clause the name of a rhyme ("10" a Pingshui group, "7仄" a Cilin part) its last character must have, or "";
    repeats: clauses that say an earlier one again.
    """

    patterns: tuple[tuple[str, ...], ...]
    rhymes: tuple[str, ...]
    repeats: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A candidate: its clauses' characters, the mean log-probability of those the model chose,
    and of the worst clause.
    """

    clauses: tuple[str, ...]
    score: float
    worst: float
    plan: Plan


class VerseEngine:
    """Weights ready for use. See the module."""

    def __init__(
        self, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any], lexicon: Lexicon, table: Prosody
    ) -> None:
        self.card, self.lexicon, self.prosody = card, lexicon, table
        self.code = Code.from_dict(json.loads(arrays["code"].tobytes().decode("utf-8")))
        self.table: Floats = np.asarray(arrays["table"], np.float32)
        self.head = Matrix(self.table)
        self.own, self.clause = arrays["own.weight"], arrays["clause.weight"]
        self.next_place, self.next_clause = arrays["next_place.weight"], arrays["next_clause.weight"]
        self.around = []
        for i in range(5):
            looked = self.table @ arrays[f"around.{i}.weight"].T
            looked[0] = 0
            self.around.append(looked)
        self.decoder = Decoder(
            {k[5:]: v for k, v in arrays.items() if k.startswith("body.")}, heads=int(card["config"]["heads"])
        )
        self._prepare_vocabulary()
        self.overuse = Overuse.of_arrays(arrays, self.column)

    @classmethod
    def load(cls, path: Path, lexicon: Path) -> VerseEngine:
        """The engine of a weight file. Raises WeightsError."""
        arrays, card = load_weights(path)
        return cls(arrays, card, Lexicon.load(lexicon), prosody())

    def _prepare_vocabulary(self) -> None:
        """The characters that may be written: common ones whose tone is known; their masks by tone and rhyme."""
        code, known = self.code, self.prosody.characters
        names = code.names[code.first_char :]
        least = 20 if self.lexicon.total > 500_000 else 1
        self.writable = np.array(
            [
                code.first_char + i
                for i, c in enumerate(names)
                if c in known and known[c].used and self.lexicon.count(c) >= least
            ]
        )
        chars = [code.names[i] for i in self.writable]
        self.chars = chars
        self.column = {c: i for i, c in enumerate(chars)}
        self.tones = np.array([_TONE_BITS[known[c].used] for c in chars], np.int64)
        self.writable_head = self.head.columns(self.writable)
        self.tone_masks = np.stack([np.where(self.tones & bits, np.float32(0), _NEVER) for bits in (0, 1, 2, 3)])
        rhymes: dict[str, list[int]] = {}
        for i, c in enumerate(chars):
            for group in known[c].used_groups:
                rhymes.setdefault(str(group), []).append(i)
            if "仄" in known[c].used:
                for group in known[c].groups:
                    if group >= 30:
                        rhymes.setdefault(str(group), []).append(i)
            for part in known[c].parts:
                if ("平" if part[-1] == "平" else "仄") in known[c].used:
                    rhymes.setdefault(part, []).append(i)
        self.rhyme_masks = {name: self._mask(columns) for name, columns in rhymes.items()}
        self.rhyme_words = {name: [chars[i] for i in columns] for name, columns in rhymes.items()}
        self.seen_left, self.seen_right = self.lexicon.seen_pairs(chars)

    def _mask(self, columns: Sequence[int]) -> Floats:
        mask = np.full(len(self.chars), _NEVER, np.float32)
        mask[list(columns)] = 0
        return mask

    # ---------------------------------------------------------------- scoring

    def embed(
        self,
        tokens: NDArray[Any],
        own: NDArray[Any],
        clause: NDArray[Any],
        next_place: NDArray[Any],
        next_clause: NDArray[Any],
        around: NDArray[Any],
    ) -> Floats:
        """Inputs of the body; all of shape (rows, positions), around (rows, positions, 5)."""
        x = (
            self.table[tokens]
            + self.own[own]
            + self.clause[clause]
            + self.next_place[next_place]
            + self.next_clause[next_clause]
        )
        for i, looked in enumerate(self.around):
            x = x + looked[around[..., i]]
        return np.asarray(x, np.float32)

    def token_scores(self, examples: Sequence[Example], *, rows: int = 32) -> list[NDArray[np.float32]]:
        """Natural log-probability of each body token of each example."""
        found: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(examples)
        order = sorted(range(len(examples)), key=lambda i: len(examples[i].tokens))
        for start in range(0, len(order), rows):
            some = [examples[i] for i in order[start : start + rows]]
            longest = max(len(e.tokens) for e in some) - 1

            def stack(name: str, some: list[Example] = some, longest: int = longest) -> NDArray[np.int64]:
                shape = getattr(some[0], name).shape[1:]
                out = np.zeros((len(some), longest, *shape), np.int64)
                for row, example in enumerate(some):
                    out[row, : len(example.tokens) - 1] = getattr(example, name)[:-1]
                return out

            x = self.embed(*(stack(n) for n in ("tokens", "own", "clause", "next_place", "next_clause", "around")))
            hidden = self.decoder.forward(x, self.decoder.cache(len(some), longest))
            for row, example in enumerate(some):
                span = slice(example.body - 1, len(example.tokens) - 1)
                p = log_softmax(hidden[row, span] @ self.head)
                found[order[start + row]] = p[np.arange(p.shape[0]), example.tokens[example.body :]]
        return found

    def gap_scores(self, example: Example, position: int) -> Floats:
        """Natural log-probabilities over `self.chars` of the token at `position` of an example (its own token is not
        looked at).
        """
        cut = slice(0, position)
        fields = (
            getattr(example, n)[cut][None] for n in ("tokens", "own", "clause", "next_place", "next_clause", "around")
        )
        hidden = self.decoder.forward(self.embed(*fields), self.decoder.cache(1, position))
        return log_softmax(hidden[0, -1] @ self.writable_head)

    # ---------------------------------------------------------------- writing

    def write(
        self,
        told: Sequence[Prefix],
        plans: Sequence[Plan],
        shape: Shape,
        rng: np.random.Generator,
        *,
        temperature: float = 0.8,
        unseen: float = 2.0,
        min_p: float = 0.01,
        overuse: float = 1.0,
    ) -> list[Written]:
        """One candidate for each row: `told` and `plans` of equal length, the same fields told and the same places
        known.

        unseen: taken from the logit of a character never seen beside its neighbour in a foot; overuse: the weight of what
        `overuse.py` takes from pairs said too often.
        The form is kept by masks; a row whose known characters contradict its plan keeps the characters.
        """
        rows, known = len(told), told[0].known
        state = _State(self, shape, plans, known, rows)
        start = self.code.shape_token(told[0].form, shape)
        steps = self.code.steps(shape, known, headers=start == self.code.free)
        cache = self._read([self.code.prefix(t, shape) for t in told], 1 + len(steps))
        last = np.full(rows, start)
        own_row = clause_number = 0
        for clause, place in steps:
            here = (place_row(shape[clause][1], place) if place else 1, clause_row(clause))
            around = state.around(clause, place) if place else np.zeros((rows, 5), np.int64)
            own, number, next_place, next_clause = (np.full((rows, 1), row) for row in (own_row, clause_number, *here))
            x = self.embed(last[:, None], own, number, next_place, next_clause, around[:, None])
            hidden = self.decoder.forward(x, cache)[:, 0]
            own_row, clause_number = here
            if not place:
                if clause == len(shape):
                    break
                last = np.full(rows, self.code.ids[f"[H {shape[clause][0]}{shape[clause][1]}]"])
                continue
            logits = hidden @ self.writable_head
            plain = log_softmax(logits)
            chosen = draw(
                logits + state.masks(clause, place, unseen, overuse),
                rng,
                temperature=temperature,
                min_p=min_p,
            )
            state.take(clause, place, chosen, plain[np.arange(rows), chosen])
            last = self.writable[chosen]
        return state.written()

    def _read(self, prefixes: Sequence[tuple[list[int], list[int], list[int]]], room: int) -> Cache:
        """A cache that has read what each row is told, with room for so many tokens more."""
        tokens, own, number = (np.array([p[i] for p in prefixes]) for i in range(3))
        rows, length = tokens.shape
        cache = self.decoder.cache(rows, length + room)
        if length > 1:
            zeros = np.zeros((rows, length), np.int64)
            around = np.zeros((rows, length, ABOVE), np.int64)
            self.decoder.forward(self.embed(tokens, own, number, zeros, zeros, around), cache)
        return cache


class _State:
    """What the rows of a batch have written so far, and what they may write next."""

    def __init__(
        self, engine: VerseEngine, shape: Shape, plans: Sequence[Plan], known: Mapping[Place, str], rows: int
    ) -> None:
        self.engine, self.shape, self.plans, self.rows = engine, shape, plans, rows
        lengths = [n for _, n in shape]
        self.ids = np.zeros((rows, len(shape) + 2, max(lengths) + 3), np.int64)
        self.columns = np.full((rows, len(shape) + 2, max(lengths) + 3), -1, np.int64)
        self.text = [[[""] * n for n in lengths] for _ in range(rows)]
        self.used = np.zeros((rows, len(engine.chars)), np.float32)
        self.scores: list[list[tuple[int, float]]] = [[] for _ in range(rows)]
        self.sentence = [-1]
        for c, (mark, _) in enumerate(shape):
            self.sentence.append(c if mark and mark in "。！？" else self.sentence[-1])
        bits = {"平": 1, "仄": 2, ".": 3}
        most = max(len(variants) for plan in plans for variants in plan.patterns)
        self.wanted = np.zeros((rows, len(shape), most, max(lengths) + 1), np.int64)
        for row, plan in enumerate(plans):
            for c, variants in enumerate(plan.patterns):
                for v, pattern in enumerate(variants):
                    self.wanted[row, c, v, 1 : lengths[c] + 1] = [bits[t] for t in reversed(pattern)]
        self.alive: NDArray[np.bool_] = np.any(self.wanted != 0, axis=-1)
        for (c, p), char in known.items():
            self.ids[:, c, p] = engine.code.char(char)
            column = engine.column.get(char, -1)
            self.columns[:, c, p] = column
            for row in range(rows):
                self.text[row][c][lengths[c] - p] = char
            if column >= 0:
                self.used[:, column] += 1
            tones = _TONE_BITS[engine.prosody.used(char)] or 3
            fits = (self.wanted[:, c, :, p] & tones) > 0
            still = self.alive[:, c] & fits
            self.alive[:, c] = np.where(still.any(axis=1, keepdims=True), still, self.alive[:, c])

    def around(self, clause: int, place: int) -> NDArray[np.int64]:
        """The five looked-up tokens of a place, (rows, 5)."""
        empty = np.zeros(self.rows, np.int64)
        sentence = self.sentence[clause]
        two_above = (sentence, 1) if place == 1 and sentence >= 0 else (clause - 2, place)

        def at(c: int, p: int) -> NDArray[np.int64]:
            return self.ids[:, c, p] if 0 <= c < len(self.shape) and 0 < p <= self.shape[c][1] else empty

        return np.stack(
            [
                at(clause - 1, place),
                at(*two_above),
                at(clause, place + 1),
                at(clause, place - 1),
                at(clause + 1, place),
            ],
            axis=1,
        )

    def masks(self, clause: int, place: int, unseen: float, overuse: float) -> Floats:
        """What is added to the logits: tone and rhyme (never), repeats, unseen pairs and those said too often (less
        likely).
        """
        engine, length = self.engine, self.shape[clause][1]
        allowed = np.bitwise_or.reduce(np.where(self.alive[:, clause], self.wanted[:, clause, :, place], 0), axis=1)
        add = engine.tone_masks[np.where(allowed == 0, 3, allowed)] - 3 * self.used
        right = self.columns[:, clause, place - 1] if place > 1 else np.full(self.rows, -1)
        left = self.columns[:, clause, place + 1] if place < length else np.full(self.rows, -1)
        slots = feet(length)
        start = length - place
        rows = np.arange(self.rows)
        twin = right >= 0
        if twin.any():
            further = self.columns[:, clause, place - 2] if place > 2 else np.full(self.rows, -1)
            add[rows[twin], right[twin]] += np.where(
                further[twin] == right[twin], np.float32(-6), 3 * self.used[rows[twin], right[twin]] - 1
            )
        if start in slots and twin.any():
            add[twin] += np.where(engine.seen_left[right[twin]], np.float32(0), np.float32(-unseen))
            engine.overuse.take(add, right, engine.overuse.left_of, overuse)
        if start - 1 in slots and (left >= 0).any():
            some = left >= 0
            add[some] += np.where(engine.seen_right[left[some]], np.float32(0), np.float32(-unseen))
            engine.overuse.take(add, left, engine.overuse.right_of, overuse)
        again = self.plans[0].repeats.get(clause)
        if again is not None and (self.columns[:, again, place] >= 0).all():
            add[:] = _NEVER
            add[rows, self.columns[:, again, place]] = 0
        elif place == 1:
            for row, plan in enumerate(self.plans):
                name = plan.rhymes[clause]
                if name:
                    add[row] += engine.rhyme_masks[name]
                    for c, other in enumerate(plan.rhymes):
                        if other == name and c != clause and c not in plan.repeats and self.columns[row, c, 1] >= 0:
                            add[row, self.columns[row, c, 1]] = _NEVER
        return add

    def take(self, clause: int, place: int, chosen: NDArray[np.int64], scores: Floats) -> None:
        """Write one character in each row."""
        engine, length = self.engine, self.shape[clause][1]
        self.ids[:, clause, place] = engine.writable[chosen]
        self.columns[:, clause, place] = chosen
        self.used[np.arange(self.rows), chosen] += 1
        fits = (self.wanted[:, clause, :, place] & engine.tones[chosen][:, None]) > 0
        self.alive[:, clause] &= fits
        for row, column in enumerate(chosen):
            self.text[row][clause][length - place] = engine.chars[column]
            self.scores[row].append((clause, float(scores[row])))

    def written(self) -> list[Written]:
        """The candidates."""
        found = []
        for row in range(self.rows):
            by_clause: dict[int, list[float]] = {}
            for clause, score in self.scores[row]:
                by_clause.setdefault(clause, []).append(score)
            every = [s for _, s in self.scores[row]]
            found.append(
                Written(
                    clauses=tuple("".join(c) for c in self.text[row]),
                    score=float(np.mean(every)) if every else 0.0,
                    worst=min((float(np.mean(s)) for s in by_clause.values()), default=0.0),
                    plan=self.plans[row],
                )
            )
        return found


def feet(length: int) -> frozenset[int]:
    """Places (from 0) whose character stands in one foot with the next."""
    if length == 7:
        return frozenset((0, 2, 4, 5))
    if length == 5:
        return frozenset((0, 2, 3))
    if length in (4, 6):
        return frozenset(range(0, length, 2))
    return frozenset(range(length - 1))
