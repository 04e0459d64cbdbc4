"""A language model of notes, made once and lent."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from .....core.errors import WeightsError
from .....core.pretrained import Source, find_source
from .....core.pretrained.causal import CausalModel, load_causal
from .....core.pretrained.own_models import pin_weights
from .....core.weights import lend_weights
from .arrivals import TOKENS

if TYPE_CHECKING:
    from .....core.requests import Context

__all__ = ["can_compose", "lend_notes"]


def can_compose(source: Source) -> bool:
    """Whether what lies at a source writes the tokens of notes."""
    return source.config.get("vocab_size") == TOKENS


def lend_notes(context: Context, name: str) -> AbstractContextManager[CausalModel]:
    """The model `hf:SOURCE` for the length of a block. Raises InputError, WeightsError, DeviceError."""
    source = find_source(name.partition(":")[2], tokenizer=False)
    vocabulary = source.config.get("vocab_size")
    if vocabulary != TOKENS:
        raise WeightsError(
            f"the model {source.text!r} has a vocabulary of {vocabulary or 'no known size'}; notes are written with the one of the "
            f"Anticipatory Music Transformer, of {TOKENS:,} tokens"
        )

    def load(device: str) -> CausalModel:
        pin_weights(context.home, source)
        return load_causal(source, device, tokenizer=False)

    return lend_weights(context.devices, ("music", "hf"), source.files, load, size=source.memory)
