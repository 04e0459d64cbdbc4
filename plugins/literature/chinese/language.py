"""Chinese, as `lm.language.Language` asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .evaluate import evaluate
from .explain import explain
from .inspire import inspire
from .reader import read
from .restore import restore
from .transfer import transfer
from .writer import write

if TYPE_CHECKING:
    from ....core.requests import Context, TrainReport, TrainRequest
    from ..models.poet.options import PoetOptions

__all__ = ["code", "evaluate", "explain", "inspire", "name", "read", "restore", "train", "transfer", "write"]

code, name = "zh", "Chinese"


def train(request: TrainRequest[PoetOptions], context: Context, device: str) -> TrainReport:
    """Train the request's model; torch is loaded here and not before."""
    from .training import train as run

    return run(request, context, device)
