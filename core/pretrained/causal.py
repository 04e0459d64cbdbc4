"""Causal language models of transformers, stepped in rows that share what they have read.

`CausalModel.read` reads a prompt once; `Rows.take` repeats, drops and reorders its continuations; `Rows.step` goes on
with one token in each. Sampling, forms and ranking are the caller's. On a CPU the large matrices are kept as int8.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import InputError, WeightsError
from ..memory import is_out_of_memory
from .compact import compact
from .sources import Source
from .stepped import load_stepped
from .token_tree import Rows

__all__ = ["CausalModel", "Rows", "load_causal"]

SHARED = 8
"""Tokens that a prompt must share with one that was read before for that to be read on from."""
REMEMBERED = 4


class CausalModel:
    """A model with its tokenizer. vocabulary: how many tokens it gives chances to; width: tokens that it can look at."""

    def __init__(self, network: Any, tokenizer: Any, source: str) -> None:
        self.network, self.tokenizer, self.source = network, tokenizer, source
        config = network.config.get_text_config()
        self.vocabulary = int(config.vocab_size)
        self.width = int(getattr(config, "max_position_embeddings", 0) or 2048)
        if "sliding_attention" in (getattr(config, "layer_types", None) or ()):
            self.width = min(self.width, int(config.sliding_window))
        self._read: list[tuple[list[int], Rows]] = []

    @property
    def chats(self) -> bool:
        """Whether it was taught to answer: its tokenizer has a template for turns of a talk."""
        return bool(getattr(self.tokenizer, "chat_template", None))

    @property
    def ends(self) -> frozenset[int]:
        """The tokens that end what it says."""
        known = {self.tokenizer.eos_token_id}
        generation = getattr(self.network, "generation_config", None)
        more = getattr(generation, "eos_token_id", None)
        known |= set(more) if isinstance(more, list | tuple) else {more}
        return frozenset(int(token) for token in known if token is not None)

    def encode(self, text: str) -> list[int]:
        """Tokens of a text, none added."""
        return [int(token) for token in self.tokenizer.encode(text, add_special_tokens=False)]

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of some tokens, special ones left out."""
        return str(self.tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def pieces(self) -> list[str]:
        """The text of each token alone; "" for special ones, and for those that hold a part of a character."""
        special = set(self.tokenizer.all_special_ids)
        texts = self.tokenizer.batch_decode(
            [[token] for token in range(len(self.tokenizer))], clean_up_tokenization_spaces=False
        )
        return ["" if i in special or "\ufffd" in text else text for i, text in enumerate(texts)][: self.vocabulary]

    def tokens_after(self, before: str, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The tokens of each text as it stands behind `before`; () where the border falls inside a token."""
        anchor = self.encode(before)
        every = self.tokenizer([before + text for text in texts], add_special_tokens=False)["input_ids"]
        size = len(anchor)
        return [tuple(map(int, ids[size:])) if list(ids[:size]) == anchor else () for ids in every]

    def prompt(self, turns: Sequence[tuple[str, str]], ask: str) -> list[int]:
        """The tokens of a talk of (asked, answered) turns and a last question, up to where the answer begins.

        A model that does not chat reads the same turns as a page, question and answer parted by a line.
        """
        if not self.chats:
            page = "".join(f"{asked}\n{answered}\n\n" for asked, answered in turns) + f"{ask}\n"
            return [int(token) for token in self.tokenizer.encode(page)]
        talk = [
            {"role": role, "content": said}
            for turn in (*turns, (ask, ""))
            for role, said in zip(("user", "assistant"), turn, strict=True)
        ]
        told = self.tokenizer.apply_chat_template(talk[:-1], add_generation_prompt=True, tokenize=False)
        return self.encode(told)

    def read(self, tokens: Sequence[int]) -> Rows:
        """One row that has read `tokens` (at least one), over a tree of its own.

        What the text shares with one of the last few that were read is not read again. Raises InputError for a text
        that is longer than the model can look back.
        """
        asked = [int(token) for token in tokens]
        if len(asked) >= self.width:
            raise InputError(
                f"the model reads {self.width} tokens at most, and {len(asked)} stand before its first word; give less"
            )
        shared, known = max(
            ((_shared(asked[:-1], text), rows) for text, rows in self._read), default=(0, None), key=_size
        )
        if known is None or shared < SHARED:
            rows = Rows.empty(self)
        else:  # the columns of a row that was read alone stand in order
            rows = Rows(
                known.tree.cut(np.arange(shared)), np.ones((1, shared), bool), np.array([shared - 1]), known.log_p
            )
        rows.extend([asked[shared if len(rows.seen[0]) else 0 :]])
        self._read = [(asked, rows), *self._read][:REMEMBERED]
        return rows.apart()


def _size(found: tuple[int, Rows | None]) -> int:
    return found[0]


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two texts begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def load_causal(source: Source, device: str, *, tokenizer: bool = True, compacted: bool = True) -> CausalModel:
    """The model of a source on a device, its numbers of the type that `Source.number_type` says. tokenizer: whether it has
    one; a model of notes has none; compacted: whether its large matrices become panels on the CPU.

    Raises WeightsError if transformers does not know its architecture, or its files are damaged.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    asked: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    if source.gguf:
        asked["gguf_file"] = source.gguf
    try:
        words = AutoTokenizer.from_pretrained(source.folder, **asked) if tokenizer else None
        network: Any = (
            load_stepped(source, device)
            if source.bits
            else AutoModelForCausalLM.from_pretrained(
                source.folder, dtype=getattr(torch, source.number_type(device)), **asked
            )
        )
    except (OSError, ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        if is_out_of_memory(error):  # the device manager knows what to do
            raise
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsError(f"the model {source.text!r} cannot be loaded: {reason[:300]}") from error
    network = network.to(device).eval().requires_grad_(False)
    if device == "cpu" and compacted and not source.bits:
        compact(network)
    return CausalModel(network, words, source.text)
