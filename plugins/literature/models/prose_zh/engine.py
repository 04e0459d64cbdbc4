"""Chinese prose with a voice: a small network and counted characters, mixed by how much each knows of the moment.

Sources of the next character: the n-grams of one author, of all the authors and their nearest predecessors, and of
vernacular prose of five centuries; a causal transformer, told the author; and the text's own n-grams and its last
150 characters. How much each counts is learned on held-out pieces, by the longest context that the authors know, the
longest that the text itself knows, and how sure the network is.

`score` is a code: the weights depend on what stands before a character alone, each source sums to one, so the mixture
does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.progress import Progress, Silent
from .....core.weights import load_weights
from ...lm.counts import Counts
from ...lm.memory import ORDERS, TextMemory
from ...lm.runs import Runs
from .decoder import ProseNet

__all__ = ["BUCKETS", "RUN", "SOURCES", "ProseEngine", "clean", "evaluate_prose", "read_pieces", "voice_of"]

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
RUN = 8
#: author, kin, base, network, the text's own orders 1 to 4, its last 150 characters.
SOURCES = 4 + ORDERS + 1
_SURE = (0.15, 0.45)
BUCKETS = 4 * (ORDERS + 1) * (len(_SURE) + 1)
_UNKNOWN_BITS = 15.0


def clean(text: str) -> str:
    """Paragraphs without indentation or empty lines, one a line."""
    return "\n".join(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())


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
    from ...chinese.voices import AUTHORS

    keys = {name: key for key, name in AUTHORS.items()}
    voice = keys.get(style, style) or ("luxun" if "luxun" in engine.voices else engine.voices[0])
    if voice not in engine.voices:
        raise InputError(
            f"the prose model has no voice {style!r}; it has: {', '.join(AUTHORS.get(v, v) for v in engine.voices)}"
        )
    return voice


def read_pieces(path: Path) -> list[tuple[str, str, str]]:
    """(author, name, text) of .txt files under a folder (the author is the folder's name), and rows of .jsonl files
    with `text`.
    """
    from ...formats.files import read_words
    from ...formats.rows import read_rows

    if not path.exists():
        raise InputError(f"{str(path)!r} does not exist; name a folder of .txt files")
    wanted = re.compile(r"(?!poetry).*\.(txt|jsonl|jsonl\.gz|jsonl\.xz)$")
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if wanted.match(p.name))
    found: list[tuple[str, str, str]] = []
    for file in files:
        if file.suffix == ".txt":
            found.append((file.parent.name, file.stem, clean(read_words(file, limit=0)[0])))
        else:
            found += [
                ("", str(r.get("work", file.stem)), clean(r["text"]))
                for r in read_rows(file)
                if isinstance(r.get("text"), str)
            ]
    return [(a, n, t) for a, n, t in found if len(t) >= 20 and 3 * len(re.findall(r"[\u3400-\u9fff]", t)) >= len(t)]


def evaluate_prose(engine: ProseEngine, path: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Bits a character of the texts under `path`, each in the voice that tells it best, which costs two bits a text."""
    progress = progress or Silent()
    pieces = read_pieces(path)
    if not pieces:
        raise InputError(f"{str(path)!r} holds no Chinese prose of 20 characters or more")
    rows = []
    for number, (author, name, text) in enumerate(pieces):
        progress.update(number / len(pieces), name)
        bits = min(engine.score(text, v) for v in engine.voices) + 2
        rows.append((author, bits, len(text) + 1))
    characters = sum(n for _, _, n in rows)
    by_author: dict[str, dict[str, float]] = {}
    for author in sorted({a for a, _, _ in rows}):
        own = [(b, n) for a, b, n in rows if a == author]
        size = sum(n for _, n in own)
        by_author[author] = {"characters": size, "bits_per_char": round(sum(b for b, _ in own) / size, 4)}
    return {
        "characters": characters,
        "texts": len(rows),
        "bits_per_char": round(sum(b for _, b, _ in rows) / characters, 4),
        "by_author": by_author,
    }
