"""Chinese, as `lm.language.Language` asks for it."""

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

code, name = "zh", "Chinese"


def train(training: Training) -> dict[str, Any]:
    """Train the model that is asked for; torch is loaded here and not before."""
    from ..models.prose_zh.training import train_prose
    from ..models.verse_zh.training import train_verse

    return (train_prose if training.request.model == "prose-zh" else train_verse)(training)
