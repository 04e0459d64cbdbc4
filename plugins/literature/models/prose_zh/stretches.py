"""The network beside the counts: what a stretch of prose is about, and who is in it.

A small causal transformer over the characters of the prose model. Each row is told a voice (an author, or "" for the
older prose), then reads up to 256 characters. Four of five rows are of the authors; of the older works those that are
nearest to them in vocabulary are read most often.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from .....core.training import TrainingResult, device_of
from ...lm.training import Training
from ..prose_en.network import ProseConfig, ProseNetwork

__all__ = ["SIZES", "Stretches", "train_network"]

LENGTH, ROWS = 256, 10
AUTHORS_SHARE = 0.8
_NEARNESS = 12.0
SIZES = {"tiny": (32, 1), "small": (64, 2), "base": (192, 4)}


class Stretches:
    """Draws rows of text, each behind its voice.

    pieces: (author or "", name, ids) with a separator (0) before each; voices: authors, in the order of their tokens,
    which follow the `size` characters; the last token is that of prose without a voice.
    """

    def __init__(
        self,
        pieces: Sequence[tuple[str, str, NDArray[np.int64]]],
        voices: Sequence[str],
        size: int,
        length: int = LENGTH,
    ) -> None:
        self.voices, self.size, self.length = list(voices), size, length
        rows: dict[tuple[str, str], list[NDArray[np.int64]]] = {}
        for author, name, ids in pieces:
            known = author in voices
            rows.setdefault((author, "") if known else ("", name), []).append(ids)
        self.streams = {key: np.concatenate(parts) for key, parts in rows.items()}
        self.streams = {key: s for key, s in self.streams.items() if len(s) > length + 1 or key[0]}
        self.keys = list(self.streams)
        self.shares = self._shares()

    def _shares(self) -> NDArray[np.float64]:
        """How often each stream is read: authors by the root of their length, older works by length and nearness."""
        frequency = {k: np.bincount(s, minlength=self.size)[: self.size] + 1e-3 for k, s in self.streams.items()}
        own = np.sum([f for k, f in frequency.items() if k[0]], axis=0)
        own = own / own.sum()
        share = np.zeros(len(self.keys))
        for i, key in enumerate(self.keys):
            if key[0]:
                share[i] = len(self.streams[key]) ** 0.75
            else:
                p = frequency[key] / frequency[key].sum()
                share[i] = len(self.streams[key]) * np.exp(-_NEARNESS * float((p * np.log(p / own)).sum()))
        authors = np.array([bool(k[0]) for k in self.keys])
        share[authors] *= AUTHORS_SHARE / share[authors].sum()
        if not authors.all():
            share[~authors] *= (1 - AUTHORS_SHARE) / share[~authors].sum()
        return share / share.sum()

    def voice(self, author: str) -> int:
        """The token of a voice."""
        return self.size + (self.voices.index(author) if author in self.voices else len(self.voices))

    def batch(self, rng: np.random.Generator, rows: int) -> NDArray[np.int64]:
        """(rows, 1 + length) tokens. One row in eight of an author is told no voice."""
        out = np.zeros((rows, 1 + self.length), np.int64)
        for row in range(rows):
            key = self.keys[int(rng.choice(len(self.keys), p=self.shares))]
            stream = self.streams[key]
            at = int(rng.integers(max(1, len(stream) - self.length)))
            piece = stream[at : at + self.length]
            out[row, 0] = self.voice(key[0] if rng.random() > 0.125 else "")
            out[row, 1 : 1 + len(piece)] = piece
        return out


def train_network(
    training: Training, stretches: Stretches, judged: Sequence[tuple[str, str, NDArray[np.int64]]]
) -> tuple[ProseNetwork, TrainingResult]:
    """Train for the request's minutes, judged by bits a character of 24 stretches of the pieces held out."""
    size = training.request.options.size
    width, layers = SIZES[size]
    config = ProseConfig(
        vocabulary=stretches.size + len(stretches.voices) + 1,
        width=width,
        layers=layers,
        heads=max(1, width // 64),
        hidden=max(64, round(width * 2.67 / 64) * 64),
    )
    torch.manual_seed(training.request.seed)
    network = ProseNetwork(config)
    held = Stretches(judged, stretches.voices, stretches.size, stretches.length) if judged else stretches
    probe = torch.from_numpy(held.batch(np.random.default_rng(7), 24))

    def loss(rng: np.random.Generator) -> torch.Tensor:
        return network.loss(torch.from_numpy(stretches.batch(rng, ROWS)).to(device_of(network)), 1)

    def judge() -> float:
        parts = torch.split(probe.to(device_of(network)), 8)
        return float(np.mean([network.loss(part, 1).item() for part in parts]) / np.log(2))

    result = training.run(
        network,
        loss=loss,
        judge=judge,
        evaluate_every=240.0 if size == "base" else 30.0,
        settings={
            "model": "prose-zh",
            "size": size,
            "vocabulary": config.vocabulary,
            "length": stretches.length,
        },
        warmup=60,
        decay_share=0.5,
    )
    return network, result
