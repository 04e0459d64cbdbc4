"""Training of the English BPE model: n-grams counted over all the text, a small network for the time that is given."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from .....core.training import device_of
from .....core.weights import save_weights
from ...lm.ngrams import build_ngrams
from ...lm.training import Training
from ..verse_en.training import pack_text
from .network import ProseConfig, ProseNetwork
from .texts import ANY, PROSE, VERSE, ProseData, build_data, token_id

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from .....core.progress import Progress

__all__ = ["train_prose"]

_DATA = "English prose of 26 authors and English poems of Project Gutenberg texts (public domain), in corpora/texts"
#: Width, layers and tokens by size; base is what ships.
_SIZES = {"base": (256, 5, 8_192), "small": (64, 2, 4_096), "tiny": (32, 1, 1_000)}
ROWS, LENGTH, PREFIX = 8, 256, 2
VERSE_SHARE = 0.4


def load_data(corpus: Path, cache: Path, size: int, progress: Progress) -> tuple[ProseData, Tokenizer, list[str]]:
    """The corpus as streams, from `cache` if it was prepared there before."""
    from tokenizers import Tokenizer

    arrays, coder = cache / "data.npz", cache / "tokenizer.json"
    if arrays.exists() and coder.exists():
        tokenizer = Tokenizer.from_file(str(coder))
        authors = [
            t.removeprefix("<author:").removesuffix(">")
            for t in tokenizer.get_vocab()
            if t.startswith("<author:") and t != ANY
        ]
        return ProseData.load(arrays), tokenizer, sorted(authors)
    progress.update(0.0, "reading the corpus")
    data, tokenizer, authors = build_data(corpus, size=size)
    cache.mkdir(parents=True, exist_ok=True)
    data.save(arrays)
    tokenizer.save(str(coder))
    return data, tokenizer, authors


class Windows:
    """Draws rows of text with their prefix: kind and author."""

    def __init__(self, data: ProseData, tokenizer: Tokenizer, length: int) -> None:
        self.data, self.length = data, length
        self.kinds = {"verse": token_id(tokenizer, VERSE), "prose": token_id(tokenizer, PROSE)}
        self.any = token_id(tokenizer, ANY)

    def batch(self, rng: np.random.Generator, rows: int) -> NDArray[np.int64]:
        """(rows, PREFIX + length) tokens."""
        out = np.zeros((rows, PREFIX + self.length), np.int64)
        for row in range(rows):
            verse = len(self.data.verse) > self.length and rng.random() < VERSE_SHARE
            stream = self.data.verse if verse else self.data.prose
            at = int(rng.integers(max(1, len(stream) - self.length)))
            author = self.any
            if verse and rng.random() < 0.5:
                at = int(self.data.verse_start[np.searchsorted(self.data.verse_start, at, side="right") - 1])
                at = min(at, len(stream) - self.length)
            elif not verse and rng.random() < 0.75:
                author = int(self.data.prose_author[np.searchsorted(self.data.prose_start, at, side="right") - 1])
            piece = stream[at : at + self.length]
            out[row, :PREFIX] = self.kinds["verse" if verse else "prose"], author
            out[row, PREFIX : PREFIX + len(piece)] = piece
        return out

    def held_out(self, rows: int) -> list[NDArray[np.int64]]:
        """Batches over the beginnings of the held-out streams, prose then verse."""
        batches = []
        for kind, stream in (("prose", self.data.held_prose), ("verse", self.data.held_verse)):
            count = min(rows, len(stream) // self.length)
            if count:
                starts = np.linspace(0, len(stream) - self.length, count).astype(int)
                body = np.stack([stream[s : s + self.length] for s in starts]).astype(np.int64)
                head = np.broadcast_to([self.kinds[kind], self.any], (count, PREFIX))
                batches.append(np.concatenate([head, body], axis=1))
        return batches


def train_prose(training: Training) -> dict[str, Any]:
    """Train on the texts of the request and write the model; returns its card. Errors as in `train_verse`."""
    request, progress = training.request, training.progress
    width, layers, tokens = _SIZES[request.options.size]
    data, tokenizer, authors = load_data(request.corpus, request.runs, tokens, progress)
    length = min(LENGTH, max(16, len(data.prose) // 8))
    vocabulary = tokenizer.get_vocab_size()
    config = ProseConfig(
        vocabulary=vocabulary,
        width=width,
        layers=layers,
        heads=max(1, width // 64),
        hidden=max(64, round(width / 24) * 64),
    )
    torch.manual_seed(request.seed)
    network = ProseNetwork(config)
    windows = Windows(data, tokenizer, length)
    probe = windows.held_out(12) or [windows.batch(np.random.default_rng(7), 4)]

    def nats(rows: NDArray[np.int64]) -> torch.Tensor:
        return network.loss(torch.from_numpy(rows).to(device_of(network)), PREFIX)

    result = training.run(
        network,
        loss=lambda rng: nats(windows.batch(rng, ROWS)),
        judge=lambda: float(np.mean([nats(rows).item() for rows in probe]) / np.log(2)),
        evaluate_every=300,
        settings={"width": width, "layers": layers, "vocabulary": vocabulary},
        lr=3e-3,
        checkpoint_every=240,
    )
    progress.update(0.99, "counting n-grams")
    arrays: dict[str, NDArray[Any]] = {**network.arrays(), "tokenizer": pack_text(tokenizer.to_str())}
    arrays |= count_ngrams(data, vocabulary)
    card = training.card(
        result,
        data=_DATA if training.is_shipped else f"texts given by the person under {request.corpus.name!r}",
        authors=authors,
        config={**asdict(config), "length": length},
        tokens=result.steps * ROWS * length,
        evaluation={"held_out_bits_per_token": round(result.best or 0.0, 4)},
        parameters=int(sum(p.numel() for p in network.parameters())),
    )
    save_weights(training.target, arrays, card)
    return card


def count_ngrams(data: ProseData, vocabulary: int) -> dict[str, NDArray[Any]]:
    """Tries of both kinds as arrays; where there is no verse, that of prose alone."""
    out: dict[str, NDArray[Any]] = dict(
        build_ngrams(data.prose, vocabulary, least=(1, 1, 2, 2), most=450_000).arrays("prose")
    )
    if len(data.verse) > 1000:
        out |= build_ngrams(data.verse, vocabulary, least=(1, 2, 3, 3), most=450_000).arrays("verse")
    return out
