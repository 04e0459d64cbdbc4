"""A model of verse learns from what a person said of poems; which network it is, the model says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.files import write_text
from ....core.home import styles_folder
from ....core.requests import TrainReport
from ....core.training.preferences import learn_preferences
from ....core.weights import save_weights

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    from ....core.feedback.heard import Heard
    from .training import Training

__all__ = ["Tunable", "tune"]

T = TypeVar("T")


class Tunable(Protocol, Generic[T]):
    """A model that can be tuned. path, card: of the weights that it was read from."""

    path: Path
    card: dict[str, Any]

    @property
    def network(self) -> nn.Module:
        """Its net for training."""

    def read(self, texts: Sequence[Text]) -> list[T | None]:
        """Poems as the model reads them; None for what it cannot."""

    def size(self, poem: T) -> int:
        """Symbols of a poem."""

    def nats(self, poems: Sequence[T]) -> Tensor:
        """Negative log-likelihood of each poem, (poems,)."""

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The weights as they are stored."""


def tune(training: Training, heard: Heard, model: Tunable[T]) -> TrainReport:
    """Learn from `heard`; weights and a style of the name that was asked for. Raises InputError if none of the poems
    can be read.
    """
    request, progress = training.request, training.progress
    read = model.read([work.payload for work in heard.works])
    place: dict[int, int] = {}
    poems: list[T] = []
    for number, poem in enumerate(read):
        if poem is not None:
            place[number] = len(poems)
            poems.append(poem)
    pairs = [(place[a], place[b]) for a, b in heard.pairs if a in place and b in place]
    if not pairs:
        raise InputError(
            f"none of the texts that were compared can be read by {request.model}; compare poems in its language, or "
            f"name another model with --model"
        )
    learned = learn_preferences(
        model.network,
        poems,
        pairs,
        nats=model.nats,
        names=[heard.works[number].id for number in place],
        sizes=[model.size(poem) for poem in poems],
        features=[heard.features[number] for number in place],
        folder=request.runs,
        minutes=request.minutes,
        seed=request.seed,
        resume=request.resume,
        progress=progress,
        settings={"base": model.path.stem},
    )
    kept = ("config", "data", "licence", "parameters", "summary")
    card = {
        "model": request.model,
        "heard": heard.to_dict(),
        **{name: model.card[name] for name in kept if name in model.card},
        "base": model.path.stem,
        "steps": learned.result.steps,
        "seconds": round(learned.result.seconds),
        "seed": request.seed,
        "evaluation": learned.to_dict(),
        "options": {"weights": request.name},
    }
    save_weights(training.target, model.arrays(), card)
    about = {"weights": request.name, "model": request.model}
    write_text(styles_folder(training.context.home, "literature") / f"{request.name}.json", json.dumps(about) + "\n")
    return TrainReport(weights=training.target, card=card, base=model.path)
