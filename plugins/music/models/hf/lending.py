"""A language model of notes, made once and lent."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from .....core.errors import WeightsError
from .....core.pretrained import Source, find_source
from .....core.pretrained.causal import CausalModel
from .....core.pretrained.own_models import pin_weights
from .....core.weights import lend_weights
from .arrivals import TOKENS

if TYPE_CHECKING:
    from .....core.requests import Context

__all__ = ["lend_notes"]


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
        return _load(source, device)

    return lend_weights(context.devices, ("music", "hf"), source.files, load, size=source.memory)


def _load(source: Source, device: str) -> CausalModel:
    """The network alone: notes need no tokenizer. Raises WeightsError if its architecture is unknown or files are damaged."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        network: Any = AutoModelForCausalLM.from_pretrained(
            source.folder,
            dtype=getattr(torch, source.number_type(device)),
            local_files_only=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsError(f"the model {source.text!r} cannot be loaded: {reason[:300]}") from error
    return CausalModel(network.to(device).eval(), None, source.text)
