"""The English BPE model for use: network in numpy, n-grams, and a memory of the text at hand, mixed.

p = sum over network and n-grams of weight x p, the weights learned online by the order of the longest known context; on
top of it a Pitman-Yor memory of the document (counts of its own unigrams to 4-grams), as adaptive coders have.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.decoder import Cache, Decoder, Matrix
from .....core.transformer.sampling import log_softmax
from .....core.weights import load_weights
from ...lm.memory import BackoffMemory
from ...lm.ngrams import Ngrams
from ...lm.windows import overlapping
from .texts import ANY, END, PROSE, VERSE, token_id

if TYPE_CHECKING:
    from .....core.progress import Progress

__all__ = ["ProseEngine"]

Array = NDArray[np.float32]


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
        for group in overlapping(len(tokens)):
            pieces = [list(tokens[w.start : w.end]) for w in group]
            width = max(map(len, pieces))
            rows = np.array([[*prefix, *p, *([0] * (width - len(p)))] for p in pieces])
            cache = self.decoder.cache(len(rows), width + 2)
            hidden = self.decoder.forward(self.table[rows[:, :-1]], cache)[:, 1:]
            for r, (w, piece) in enumerate(zip(group, pieces, strict=True)):
                log_p = log_softmax(hidden[r, w.seen : len(piece)] @ self.head)
                out[w.start + w.seen : w.end] = log_p[np.arange(len(log_p)), piece[w.seen :]]
        return out

    def log_p(
        self,
        tokens: Sequence[int],
        kind: str,
        *,
        author: str = "",
        memory: BackoffMemory | None = None,
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
