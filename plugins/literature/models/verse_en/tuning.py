"""The English verse model, to be tuned to a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .....core.artwork import Text
from .....core.weights import load_weights
from ...english.corpus import Poem, Vocabulary, prepare
from .network import VerseConfig, VerseNetwork
from .stretches import Batch, Stretches

__all__ = ["TunableVerse"]

_LENGTH = 224  # positions: a sonnet has about 140


class TunableVerse:
    """The network of stored weights. What words share by rhyme and stress is folded into the stored table, and stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stored, self.card = load_weights(path)
        words = tuple(bytes(self._stored["vocabulary"]).decode().split("\n"))
        self.vocabulary = Vocabulary(words, json.loads(bytes(self._stored["cased"]).decode()))
        names = {field.name for field in fields(VerseConfig)}
        shape = {name: value for name, value in self.card["config"].items() if name in names}
        none = np.zeros(len(words), np.int64)
        self.network = VerseNetwork(VerseConfig(**{**shape, "cuts": tuple(shape["cuts"])}), none, none)
        self.network.load_arrays(self._stored)

    def read(self, texts: Sequence[Text]) -> list[Batch | None]:
        """Poems as rows of a batch, form and usual length told; None for other texts and for unknown words."""
        poems = [
            Poem("", "", text.form, text.stanzas, "") if text.language == "en" else Poem("", "", "", (), "")
            for text in texts
        ]
        verse = [not text.form.startswith("prose") and text.language == "en" for text in texts]
        if not any(verse):
            return [None] * len(texts)
        data = prepare(poems, np.zeros(len(poems), bool), self.vocabulary)
        stretches = Stretches(data, self.vocabulary, length=_LENGTH)
        there = np.isin(np.arange(len(poems)), data.line_poem)
        return [stretches.whole(i) if verse[i] and there[i] else None for i in range(len(texts))]

    def size(self, poem: Batch) -> int:
        """Words and marks."""
        return int((poem.targets >= 0).sum())

    def nats(self, poems: Sequence[Batch]) -> torch.Tensor:
        """Negative log-likelihood of each poem, (poems,)."""
        longest = max(int(np.flatnonzero(poem.targets[0] >= 0)[-1]) + 1 for poem in poems)
        joined = {name: np.concatenate([getattr(poem, name) for poem in poems]) for name in Batch.__dataclass_fields__}
        return self.network.nats({name: torch.from_numpy(rows[:, :longest]) for name, rows in joined.items()})

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The weights as they are stored: the trained ones new, the rest as it was."""
        return {**self._stored, **self.network.arrays()}
