"""A pretrained language model with what its tokenizer can write, made once and lent."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING

from .....core.pretrained import Source, find_source
from .....core.pretrained.causal import CausalModel, load_causal
from .....core.pretrained.facts import remarks_of
from .....core.pretrained.own_models import pin_weights
from .....core.registry import recorded_name
from .....core.weights import lend_weights
from ...chinese.prosody import prosody
from ...guided.chinese_lines import HanTokens
from ...guided.english_words import EnglishWords

if TYPE_CHECKING:
    from .....core.requests import Context

__all__ = ["PretrainedWriter", "can_write", "lend_writer"]


class PretrainedWriter:
    """The model, and its words and characters by their tokens, found out when first needed."""

    def __init__(self, model: CausalModel) -> None:
        self.model = model

    @cached_property
    def words(self) -> EnglishWords:
        """The English words that it can write."""
        return EnglishWords(self.model)

    @cached_property
    def characters(self) -> HanTokens:
        """The Chinese characters that it can write."""
        return HanTokens(self.model, prosody())


def can_write(source: Source) -> bool:
    """Whether what lies at a source is a language model that writes from left to right, told from its configuration.

    A GGUF file is taken for one. Nothing is loaded.
    """
    return bool(source.gguf) or (
        source.has_tokenizer and any(name.endswith("CausalLM") for name in source.config.get("architectures") or ())
    )


def lend_writer(context: Context, name: str) -> AbstractContextManager[PretrainedWriter]:
    """The model `hf:SOURCE` for the length of a block. Raises InputError, WeightsError, DeviceError."""
    source = find_source(name.partition(":")[2])

    for remark in remarks_of(source):
        context.devices.remark(f"{recorded_name(name)!r}: {remark}")

    def load(device: str) -> PretrainedWriter:
        pin_weights(context.home, source)
        return PretrainedWriter(load_causal(source, device))

    return lend_weights(
        context.devices,
        ("literature", "hf"),
        source.files,
        load,
        size=source.memory,
    )
