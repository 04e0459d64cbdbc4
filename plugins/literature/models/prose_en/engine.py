"""The English BPE model for use: network in numpy, n-grams, and a memory of the text at hand, mixed.

p = sum over network and n-grams of weight x p, the weights learned online by the order of the longest known context; on
top of it a Pitman-Yor memory of the document (counts of its own unigrams to 4-grams), as adaptive coders have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.decoder import Cache, Decoder, Matrix
from .....core.transformer.sampling import log_softmax
from .....core.weights import load_weights
from ...lm.ngrams import Ngrams
from .texts import ANY, END, PROSE, VERSE, token_id

if TYPE_CHECKING:
    from .....core.progress import Progress

__all__ = ["Memory", "ProseEngine"]

Array = NDArray[np.float32]
WINDOW, STRIDE = 256, 128


@dataclass
class Memory:
    """Counts of the document so far, order by order, and the Pitman-Yor estimate on top of a given base.

    strengths: pseudo-counts of the base at each order; discount: taken from each count.
    """

    strengths: tuple[float, ...] = (30_000.0, 20.0, 3.0, 1.0)
    discount: float = 0.8
    tables: list[dict[tuple[int, ...], dict[int, int]]] = field(
        default_factory=lambda: [defaultdict(dict) for _ in range(4)]
    )
    totals: list[dict[tuple[int, ...], int]] = field(default_factory=lambda: [defaultdict(int) for _ in range(4)])

    def probability(self, history: Sequence[int], word: int, base: float) -> float:
        """p(word) after a history, given the base's p."""
        p = base
        for order, strength in enumerate(self.strengths):
            if len(history) < order:
                break
            context = tuple(history[len(history) - order :])
            total = self.totals[order].get(context, 0)
            if not total:
                if order:
                    break
                continue
            row = self.tables[order][context]
            p = (max(0.0, row.get(word, 0) - self.discount) + (self.discount * len(row) + strength) * p) / (
                total + strength
            )
        return p

    def distribution(self, history: Sequence[int], base: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same over all words."""
        p = base
        for order, strength in enumerate(self.strengths):
            context = tuple(history[len(history) - order :]) if order else ()
            total = self.totals[order].get(context, 0) if len(history) >= order else 0
            if not total:
                if order:
                    break
                continue
            row = self.tables[order][context]
            p = p * ((self.discount * len(row) + strength) / (total + strength))
            p[list(row)] += (np.fromiter(row.values(), float) - self.discount) / (total + strength)
        return p

    def add(self, history: Sequence[int], word: int) -> None:
        """Note one more token."""
        for order in range(min(len(self.strengths), len(history) + 1)):
            context = tuple(history[len(history) - order :]) if order else ()
            row = self.tables[order][context]
            row[word] = row.get(word, 0) + 1
            self.totals[order][context] += 1


class ProseEngine:
    """Loaded weights. kinds: "prose" and "verse"; authors: names that may be asked for."""

    def __init__(self, arrays: dict[str, NDArray[Any]], card: dict[str, Any]) -> None:
        from tokenizers import Tokenizer

        config = card["config"]
        self.card = card
        self.tokenizer = Tokenizer.from_str(bytes(arrays["tokenizer"]).decode())
        self.vocabulary = int(config["vocabulary"])
        self.table = np.ascontiguousarray(arrays["table"], np.float32)
        self.head = Matrix(self.table)
        self.decoder = Decoder(
            {k.removeprefix("body."): v for k, v in arrays.items() if k.startswith("body.")}, heads=config["heads"]
        )
        self.ngrams = {
            kind: Ngrams.from_arrays(arrays, kind, self.vocabulary)
            for kind in ("prose", "verse")
            if f"{kind}.words.0" in arrays
        }
        self.ngrams.setdefault("verse", self.ngrams["prose"])
        self.authors = tuple(card.get("authors", ()))
        self.end = token_id(self.tokenizer, END)
        self.specials = np.array(
            sorted(
                i for t, i in self.tokenizer.get_vocab().items() if t.startswith("<") and t.endswith(">") and len(t) > 3
            )
        )

    @classmethod
    def load(cls, path: Path) -> ProseEngine:
        """From a weight file. Raises WeightsError if it is missing or damaged."""
        return cls(*load_weights(path))

    def encode(self, text: str) -> list[int]:
        """Tokens of a text."""
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, tokens: Sequence[int]) -> str:
        """The inverse of `encode`."""
        return str(self.tokenizer.decode(list(tokens), skip_special_tokens=True))

    def prefix(self, kind: str, author: str = "") -> list[int]:
        """The tokens that open a text of a kind and an author ("" for any)."""
        known = self.tokenizer.token_to_id(f"<author:{author}>") if author else None
        return [
            token_id(self.tokenizer, VERSE if kind == "verse" else PROSE),
            known if known is not None else token_id(self.tokenizer, ANY),
        ]

    def network_log_p(self, tokens: Sequence[int], kind: str, author: str = "") -> NDArray[np.float64]:
        """Log p of each token under the network alone, read in windows that overlap by half."""
        prefix = self.prefix(kind, author)
        out = np.zeros(len(tokens))
        starts = list(range(0, max(1, len(tokens) - STRIDE), STRIDE)) if len(tokens) > WINDOW else [0]
        for group in range(0, len(starts), 8):
            chosen = starts[group : group + 8]
            pieces = [list(tokens[s : s + WINDOW]) for s in chosen]
            width = max(map(len, pieces))
            rows = np.array([[*prefix, *p, *([0] * (width - len(p)))] for p in pieces])
            cache = self.decoder.cache(len(rows), width + 2)
            hidden = self.decoder.forward(self.table[rows[:, :-1]], cache)[:, 1:]
            for r, (start, piece) in enumerate(zip(chosen, pieces, strict=True)):
                skip = 0 if start == 0 else WINDOW - STRIDE
                if len(piece) > skip:
                    log_p = log_softmax(hidden[r, skip : len(piece)] @ self.head)
                    out[start + skip : start + len(piece)] = log_p[np.arange(len(piece) - skip), piece[skip:]]
        return out

    def log_p(
        self,
        tokens: Sequence[int],
        kind: str,
        *,
        author: str = "",
        memory: Memory | None = None,
        weights: NDArray[np.float64] | None = None,
        progress: Progress | None = None,
    ) -> NDArray[np.float64]:
        """Natural log p of each token under the mixture. weights: (orders + 1, 2) for network and n-grams, learned
        online in place.
        """
        ngrams = self.ngrams[kind]
        weights = weights if weights is not None else self.start_weights(kind)
        network = np.exp(self.network_log_p(tokens, kind, author))
        out = np.zeros(len(tokens))
        history: list[int] = []
        for i, token in enumerate(tokens):
            p_grams, used = ngrams.probability(history[-4:], token)
            share = weights[used] * (network[i], p_grams)
            p = float(share.sum())
            weights[used] += 0.01 * (share / max(p, 1e-30) - weights[used])
            if memory is not None:
                q = memory.probability(history, token, p)
                memory.add(history[-3:], token)
                p = q
            out[i] = np.log(max(p, 1e-30))
            history.append(token)
            if progress is not None and i % 20_000 == 19_999:
                progress.update(i / len(tokens), "reading")
        return out

    def start_weights(self, kind: str) -> NDArray[np.float64]:
        """Where the online weights begin: the longer the known context, the more the n-grams count."""
        order = self.ngrams[kind].order
        network = float(self.card.get("network_share", 1.0)) * np.linspace(0.75, 0.4, order)
        return np.stack([network, 1 - network], axis=1)

    def open(self, kind: str, author: str, tokens: Sequence[int], room: int) -> tuple[Cache, Array]:
        """A cache that has read prefix and tokens, and the last hidden state, of shape (1, width)."""
        rows = np.array([[*self.prefix(kind, author), *tokens]])
        cache = self.decoder.cache(1, rows.shape[1] + room)
        hidden = self.decoder.forward(self.table[rows], cache)[:, -1]
        return cache, hidden

    def step(self, cache: Cache, tokens: NDArray[np.int64]) -> Array:
        """Feed one token to each row; hidden states of shape (rows, width)."""
        return self.decoder.forward(self.table[tokens][:, None], cache)[:, -1]
