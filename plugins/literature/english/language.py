"""English, as `lm.language.Language` asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .evaluate import evaluate
from .explain import explain
from .inspire import inspire
from .reader import read
from .restore import restore
from .transfer import transfer
from .writer import write

if TYPE_CHECKING:
    from ..lm.training import Training

__all__ = ["code", "evaluate", "explain", "inspire", "name", "read", "restore", "train", "transfer", "write"]

code, name = "en", "English"


def train(training: Training) -> dict[str, Any]:
    """Train the model that is asked for; torch is loaded here and not before."""
    from ..models.prose_en.training import train_prose
    from ..models.verse_en.training import train_verse

    return (train_prose if training.request.model == "prose-en" else train_verse)(training)
