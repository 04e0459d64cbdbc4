"""The composer's nets as something to be made smaller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.compression.bodies import Arrays, BodyLearner
from .....core.compression.learner import Outputs
from .....core.transformer.network import BodyConfig
from .dataset import Batch, windows
from .network import Composer
from .training import Recipe, collect, prepare

__all__ = ["ComposerLearner"]

_LENGTH, _MOST = 192, 24


class ComposerLearner(BodyLearner):
    """Weights of the composer, and a folder of scores. None: nothing is learned or measured."""

    default = "all-2"

    def __init__(self, source: Path, target: Path, corpus: Path | None) -> None:
        super().__init__(source, target)
        self.data, self.held = None, []
        if corpus is not None:
            data, _, held = prepare(collect(corpus), float(self.config.get("share", Recipe.share)))
            self.data, self.held = data, held[:_MOST]

    def make(self, config: Mapping[str, Any]) -> Composer:
        shape = {key: config[key] for key in ("width", "layers", "hidden", "heads")}
        return Composer(BodyConfig(**shape, dropout=0.0))

    def load(self, config: Mapping[str, Any], arrays: Arrays) -> Composer:
        network = self.make(config)
        network.load_arrays({key: np.array(value, np.float32) for key, value in arrays.items()})
        return network

    def own_arrays(self, network: Any) -> dict[str, NDArray[np.float32]]:
        arrays: dict[str, NDArray[np.float32]] = network.arrays()
        return arrays

    def batch(self, rng: np.random.Generator) -> Batch:
        assert self.data is not None
        return self.data.batch(rng, rows=Recipe.rows, length=_LENGTH, shift=Recipe.shift)

    def held_out(self) -> Sequence[Batch]:
        return [windows(work) for work in self.held]

    def outputs(self, network: Any, batch: Batch) -> Outputs:
        said, target = network.choices(batch)
        count = int((batch.pitch >= 0).sum())
        return list(zip(said, target, strict=True)), max(1, count)
