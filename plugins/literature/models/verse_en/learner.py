"""The English verse model as something to be made smaller."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .....core.compression.bodies import Arrays, BodyLearner
from .....core.compression.learner import Outputs
from .....core.errors import InputError
from ...english.corpus import Vocabulary, prepare, read_poems
from .network import VerseConfig, VerseNetwork
from .stretches import Batch, Stretches
from .training import LENGTH, ROWS, hold_out, word_classes

__all__ = ["VerseLearner"]

_FEWEST, _PROBES = 20, 5


class VerseLearner(BodyLearner):
    """Weights of verse-en, and a corpus of poems (.jsonl). None: nothing is learned or measured."""

    def __init__(self, source: Path, target: Path, corpus: Path | None) -> None:
        super().__init__(source, target)
        self.learned: Stretches | None = None
        self.judged: Stretches | None = None
        if corpus is not None:
            poems = list(read_poems(corpus))
            if len(poems) < _FEWEST:
                raise InputError(f"{str(corpus)!r} holds {len(poems)} English poem(s); at least {_FEWEST} are needed")
            data = prepare(poems, hold_out(poems), self.vocabulary)
            self.learned = Stretches(data, self.vocabulary, length=LENGTH)
            self.judged = Stretches(data, self.vocabulary, length=LENGTH, held_out=True)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that the model writes."""
        words, cased = (bytes(self.arrays[name].astype(np.uint8)).decode() for name in ("vocabulary", "cased"))
        return Vocabulary(tuple(words.split("\n")), json.loads(cased))

    def make(self, config: Mapping[str, Any]) -> VerseNetwork:
        shape = {key: config[key] for key in ("vocabulary", "width", "layers", "heads", "hidden")}
        return VerseNetwork(VerseConfig(cuts=tuple(config["cuts"]), **shape), *word_classes(self.vocabulary.words))

    def load(self, config: Mapping[str, Any], arrays: Arrays) -> VerseNetwork:
        network = self.make(config)
        network.load_arrays(arrays)
        return network

    def own_arrays(self, network: Any) -> dict[str, NDArray[np.float32]]:
        arrays: dict[str, NDArray[np.float32]] = network.arrays()
        return arrays

    def batch(self, rng: np.random.Generator) -> Batch:
        assert self.learned is not None
        return self.learned.batch(rng, ROWS)

    def held_out(self) -> Sequence[Batch]:
        judged = self.judged
        if judged is None or not len(judged.cumulative) or judged.cumulative[-1] <= 0:
            return []
        return [judged.batch(np.random.default_rng([7, number]), ROWS) for number in range(_PROBES)]

    def outputs(self, network: Any, batch: Batch) -> Outputs:
        said: Outputs = network.choices({key: torch.from_numpy(value) for key, value in batch.__dict__.items()})
        return said
