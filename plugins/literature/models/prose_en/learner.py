"""The English prose model as something to be made smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .....core.compression.bodies import Arrays, BodyLearner
from .....core.compression.learner import Outputs
from .network import ProseConfig, ProseNetwork
from .texts import code_corpus
from .training import LENGTH, PREFIX, ROWS, Windows

__all__ = ["ProseLearner"]


class ProseLearner(BodyLearner):
    """Weights of prose-en, and a corpus: a folder of .txt files, with poems in .jsonl or without. None: nothing is learned
    or measured.
    """

    def __init__(self, source: Path, target: Path, corpus: Path | None) -> None:
        from tokenizers import Tokenizer

        super().__init__(source, target)
        self.windows = None
        if corpus is not None:
            tokenizer = Tokenizer.from_str(bytes(self.arrays["tokenizer"]).decode())
            data = code_corpus(corpus, tokenizer)
            length = min(int(self.config.get("length", LENGTH)), LENGTH, max(16, len(data.prose) // 8))
            self.windows = Windows(data, tokenizer, length)

    def make(self, config: Mapping[str, Any]) -> ProseNetwork:
        shape = {key: config[key] for key in ("vocabulary", "width", "layers", "heads", "hidden")}
        return ProseNetwork(ProseConfig(**shape))

    def load(self, config: Mapping[str, Any], arrays: Arrays) -> ProseNetwork:
        network = self.make(config)
        named = {"table.weight": arrays["table"], **{k: v for k, v in arrays.items() if k.startswith("body.")}}
        network.load_state_dict({key: torch.from_numpy(np.array(value, np.float32)) for key, value in named.items()})
        return network

    def own_arrays(self, network: Any) -> dict[str, NDArray[np.float32]]:
        arrays: dict[str, NDArray[np.float32]] = network.arrays()
        return arrays

    def batch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        assert self.windows is not None
        return self.windows.batch(rng, ROWS)

    def held_out(self) -> Sequence[NDArray[np.int64]]:
        return self.windows.held_out(12) if self.windows is not None else []

    def outputs(self, network: Any, batch: NDArray[np.int64]) -> Outputs:
        logits, target = network.choices(torch.from_numpy(batch), PREFIX)
        return [(logits, target)], len(target)
