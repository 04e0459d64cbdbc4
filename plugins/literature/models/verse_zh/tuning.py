"""The Chinese verse model, to be tuned to a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .....core.artwork import Text
from .....core.transformer.network import BodyConfig
from .....core.weights import load_weights
from ...chinese.corpus import split_clauses
from .encoding import Code, Example, Prefix
from .network import VerseNetwork, collate

__all__ = ["TunableVerse"]

_LONGEST = 320


class TunableVerse:
    """The network of stored weights. What characters share by their sound is folded into the stored table, and stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stored, self.card = load_weights(path)
        self.code = Code.from_dict(json.loads(self._stored["code"].tobytes().decode("utf-8")))
        names = ("width", "layers", "heads", "hidden")
        config = BodyConfig(**{name: self.card["config"][name] for name in names})
        self.network = VerseNetwork(config, np.zeros((len(self.code.names), 3), np.int64))
        state = self.network.state_dict()
        shared = ("tone.weight", "group.weight", "part.weight")
        known = {name: torch.from_numpy(np.array(self._stored[name])) for name in state if name in self._stored}
        known |= {name: torch.zeros_like(state[name]) for name in shared}
        known["characters.weight"] = torch.from_numpy(np.array(self._stored["table"]))
        self.network.load_state_dict(known)

    def read(self, texts: Sequence[Text]) -> list[Example | None]:
        """Poems as examples, their form and title told; None for other texts."""
        return [self._read(text) for text in texts]

    def _read(self, text: Text) -> Example | None:
        if text.language != "zh" or text.form.startswith("prose"):
            return None
        clauses = self.code.split(split_clauses(list(text.lines)))
        if not clauses or sum(len(words) + 1 for words, _ in clauses) > _LONGEST:
            return None
        return self.code.encode(Prefix(form=text.form, title=text.title), clauses)

    def size(self, poem: Example) -> int:
        """Characters, headers and marks."""
        return len(poem.tokens) - poem.body

    def nats(self, poems: Sequence[Example]) -> torch.Tensor:
        """Negative log-likelihood of each poem, (poems,)."""
        batch = collate(list(poems))
        counted = batch.target >= 0
        each = torch.nn.functional.cross_entropy(self.network(batch), batch.target[counted], reduction="none")
        return each.new_zeros(len(poems)).index_add(0, counted.nonzero()[:, 0], each)

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The weights as they are stored: the trained ones new, the rest as it was."""
        state = {name: value.detach().numpy() for name, value in self.network.state_dict().items()}
        new = {name: state[name] for name in self._stored if name in state}
        return {**self._stored, **new, "table": self.network.folded().detach().numpy()}
