"""How a pretrained model hears a text: how likely each part of it is, and where it is surprised."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.artwork import Text
from .engine import lend_writer

if TYPE_CHECKING:
    from .....core.requests import Context

__all__ = ["read"]

MOST = 1024
"""Tokens that are read of a long text."""
TOLD = 5


def read(text: Text, context: Context, model: str) -> dict[str, Any]:
    """{"model", "tokens", "log_chance": mean natural logarithm of the chance of a token, "bits_per_character",
    "surprises": the least likely tokens with their line and bits}, of the first `MOST` tokens.
    """
    body = "\n".join(text.lines)
    with lend_writer(context, model) as writer:
        lm = writer.model
        opening = lm.prompt((), text.title or "...") if lm.chats else lm.encode("\n")
        tokens = lm.encode(body)[: min(MOST, lm.width - len(opening) - 1)]
        [chances] = lm.read(opening).likelihood([tokens])
        ends = [lm.decode(tokens[: at + 1]).count("\n") for at in range(len(tokens))] if len(tokens) <= MOST else []
        said = lm.decode(tokens)
        bits = -chances / math.log(2)
        least = [int(at) for at in np.argsort(chances, kind="stable") if lm.decode([tokens[at]]).strip()][:TOLD]
        surprises = [
            {"text": lm.decode([tokens[at]]).strip(), "line": ends[at] + 1, "bits": round(float(bits[at]), 1)}
            for at in least
        ]
    return {
        "model": model,
        "tokens": len(tokens),
        "log_chance": round(float(chances.mean()), 4),
        "bits_per_character": round(float(bits.sum()) / max(1, len(said)), 3),
        "surprises": surprises,
    }
