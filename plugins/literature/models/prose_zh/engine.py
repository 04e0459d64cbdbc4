"""Chinese prose with a voice: a small network and counted characters, mixed by how much each knows of the moment.

Sources of the next character: the n-grams of one author, of all the authors and their nearest predecessors, and of
vernacular prose of five centuries; a causal transformer, told the author; and the text's own n-grams and its last
150 characters. How much each counts is learned on held-out pieces, by the longest context that the authors know, the
longest that the text itself knows, and how sure the network is.

`score` is a code: the weights depend on what stands before a character alone, each source sums to one, so the mixture
does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.weights import load_weights
from ...chinese.voices import AUTHORS
from ...lm.counts import Counts
from ...lm.memory import ORDERS, TextMemory
from ...lm.runs import Runs
from .decoder import ProseNet

__all__ = ["BUCKETS", "RUN", "SOURCES", "ProseEngine", "voice_of"]

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
RUN = 8
#: author, kin, base, network, the text's own orders 1 to 4, its last 150 characters.
SOURCES = 4 + ORDERS + 1
_SURE = (0.15, 0.45)
BUCKETS = 4 * (ORDERS + 1) * (len(_SURE) + 1)
_UNKNOWN_BITS = 15.0


def buckets_of(kin: Ints, own: Ints, surest: Doubles) -> Ints:
    """Row of the mixing table: longest context known to the authors (0 to 3), to the text (0 to 4), certainty of the
    network.
    """
    return (kin * (ORDERS + 1) + own) * (len(_SURE) + 1) + np.digitize(surest, _SURE)


class ProseEngine:
    """Counts and network, ready for use. Without a network (a model counted only) its share is nothing."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
        self.card = card
        self.chars = arrays["chars"].tobytes().decode("utf-8")
        self.ids = {c: i + 2 for i, c in enumerate(self.chars)}
        self.size = len(self.chars) + 2
        names = sorted({name.split(".")[0] for name in arrays if "." in name and not name.startswith("net.")})
        self.counts = {
            name: Counts({k.split(".", 1)[1]: v for k, v in arrays.items() if k.startswith(name + ".")}, self.size)
            for name in names
        }
        self.voices = tuple(n for n in names if n not in ("base", "kin"))
        own = {k.removeprefix("net."): v for k, v in arrays.items() if k.startswith("net.")}
        self.net = ProseNet(own, self.voices, self.size, int(card["config"]["heads"])) if own else None
        self.mix = np.asarray(arrays["mix"], np.float64).reshape(BUCKETS, SOURCES)
        self.runs = Runs(arrays["runs"], RUN)
        unigram, _ = self.counts["base"].distribution([])
        self.log_unigram = np.log(np.maximum(unigram, 1e-7)).astype(np.float64)

    @classmethod
    def load(cls, path: Path) -> ProseEngine:
        """The engine of a weight file. Raises WeightsError."""
        return cls(*load_weights(path))

    def encode(self, text: str) -> Ints:
        """Ids of a text, a separator before and after it."""
        return np.array([0, *(self.ids.get(c, 1) for c in text), 0], np.int64)

    def text(self, ids: Sequence[int]) -> str:
        """Characters of ids; separators and unknown ones are left out."""
        return "".join(self.chars[i - 2] for i in ids if i > 1)

    def parts(self, text: str, voice: str) -> tuple[Doubles, Ints]:
        """(probability of each character and of the end by each source, shape (characters + 1, sources); rows of the
        mixing table).
        """
        ids = self.encode(text)
        row = ids.tolist()
        memory, own, depth = TextMemory(), np.zeros((len(row) - 1, ORDERS + 1)), np.zeros(len(row) - 1, np.int64)
        for i in range(1, len(row)):
            before = row[max(0, i - ORDERS + 1) : i]
            own[i - 1], depth[i - 1] = memory.probabilities(before, row[i])
            memory.add(before, row[i])
        author, _ = self.counts[voice].score(ids)
        kin, known = self.counts["kin"].score(ids)
        base, _ = self.counts["base"].score(ids)
        network, surest = self.net.score(ids, voice) if self.net else (np.zeros(len(row) - 1), np.zeros(len(row) - 1))
        return np.column_stack([author, kin, base, network, own]).astype(np.float64), buckets_of(known, depth, surest)

    def score(self, text: str, voice: str) -> float:
        """Bits of a text, its end counted, in one voice."""
        p, rows = self.parts(text, voice)
        mixed = (p * self.mix[rows]).sum(axis=1)
        unknown = sum(c not in self.ids for c in text)
        return float(-np.log2(np.maximum(mixed, 1e-12)).sum()) + _UNKNOWN_BITS * unknown

    def chances(
        self, before: Sequence[int], voice: str, network: Doubles | None = None, memory: TextMemory | None = None
    ) -> Doubles:
        """Probabilities of all characters after `before`. network: its own, if it was asked; memory: of the page so
        far, if it is to count.
        """
        author, _ = self.counts[voice].distribution(before[-3:])
        kin, known = self.counts["kin"].distribution(before[-3:])
        own, depth = (
            memory.distributions(before[-(ORDERS - 1) :], self.size)
            if memory
            else (np.zeros((ORDERS + 1, self.size)), 0)
        )
        surest = float(network.max()) if network is not None else 0.0
        weights = self.mix[int(buckets_of(np.array(known), np.array(depth), np.array(surest)))]
        p = weights[0] * author + (weights[1] + weights[2]) * kin + weights[4:] @ own
        if network is not None:
            p = p + weights[3] * network
        return np.asarray(p / p.sum(), np.float64)


def voice_of(engine: ProseEngine, style: str) -> str:
    """The engine's name of a voice. Raises InputError."""
    keys = {name: key for key, name in AUTHORS.items()}
    voice = keys.get(style, style) or ("luxun" if "luxun" in engine.voices else engine.voices[0])
    if voice not in engine.voices:
        raise InputError(
            f"the prose model has no voice {style!r}; it has: {', '.join(AUTHORS.get(v, v) for v in engine.voices)}"
        )
    return voice
