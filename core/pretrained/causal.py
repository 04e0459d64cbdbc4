"""Causal language models of transformers, stepped in rows that share what they have read.

`CausalModel.read` reads a prompt once; `Rows.take` repeats, drops and reorders its continuations; `Rows.step` goes on
with one token in each. Sampling, forms and ranking are the caller's.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from ..memory import is_out_of_memory
from .sources import Source

if TYPE_CHECKING:
    import torch

__all__ = ["CausalModel", "Rows", "load_causal"]

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


class CausalModel:
    """A model with its tokenizer. vocabulary: how many tokens it gives chances to; width: tokens that it can look at."""

    def __init__(self, network: Any, tokenizer: Any, source: str) -> None:
        self.network, self.tokenizer, self.source = network, tokenizer, source
        config = network.config.get_text_config()
        self.vocabulary = int(config.vocab_size)
        self.width = int(getattr(config, "max_position_embeddings", 0) or 2048)

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
        """One row that has read `tokens` (at least one)."""
        return Rows(self, None, np.zeros((1, 0), bool), np.zeros((1, self.vocabulary), np.float32)).extend([tokens])


class Rows:
    """Continuations of one prompt, in step.

    seen: (rows, columns), which columns of the cache a row may look at; log_p: (rows, vocabulary), natural logarithms
    of the chances of the next token of each.
    """

    def __init__(self, model: CausalModel, cache: Any, seen: NDArray[np.bool_], log_p: Array) -> None:
        self.model, self.cache, self.seen, self.log_p = model, cache, seen, log_p

    def __len__(self) -> int:
        return len(self.seen)

    def take(self, rows: Sequence[int] | Ints) -> Rows:
        """The named rows, which may repeat; this one stays as it is."""
        import torch

        cache = deepcopy(self.cache)
        chosen = np.asarray(rows, np.int64)
        cache.batch_select_indices(torch.from_numpy(chosen).to(self.model.network.device))
        return Rows(self.model, cache, self.seen[chosen], self.log_p[chosen])

    def keep(self, rows: Sequence[int] | Ints) -> Rows:
        """The named rows, in place of all that were there: cheaper than `take`."""
        import torch

        chosen = np.asarray(rows, np.int64)
        self.cache.batch_select_indices(torch.from_numpy(chosen).to(self.model.network.device))
        self.seen, self.log_p = self.seen[chosen], self.log_p[chosen]
        return self

    def step(self, tokens: Sequence[int] | Ints) -> Rows:
        """Go on with one token in each row, in place."""
        return self.extend([[int(token)] for token in tokens])

    def extend(self, tokens: Sequence[Sequence[int]]) -> Rows:
        """Go on with the tokens of each row (at least one), in place; shorter rows are filled up with what nobody sees."""
        import torch

        sizes = np.array([len(row) for row in tokens])
        longest = int(sizes.max())
        ids, fresh = np.zeros((len(tokens), longest), np.int64), np.arange(longest)[None] < sizes[:, None]
        ids[fresh] = np.concatenate([np.asarray(row, np.int64) for row in tokens])
        before = self.seen.sum(1, keepdims=True)
        places = np.minimum(before + np.arange(longest)[None], before + sizes[:, None] - 1)
        self.seen = np.concatenate([self.seen, fresh], axis=1)
        device = self.model.network.device
        with torch.inference_mode():
            out = self.model.network(
                input_ids=torch.from_numpy(ids).to(device),
                attention_mask=torch.from_numpy(self.seen.astype(np.int64)).to(device),
                position_ids=torch.from_numpy(places).to(device),
                past_key_values=self.cache,
                use_cache=True,
                logits_to_keep=longest if longest > 1 and len(set(sizes)) > 1 else 1,
            )
            logits: torch.Tensor = out.logits
            if logits.shape[1] > 1:
                logits = logits[torch.arange(len(sizes)), torch.from_numpy(sizes - 1).to(device)]
            else:
                logits = logits[:, -1]
            self.log_p = torch.log_softmax(logits.float(), -1)[:, : self.model.vocabulary].cpu().numpy()
        self.cache = out.past_key_values
        return self


def load_causal(source: Source, device: str) -> CausalModel:
    """The model of a source on a device, its numbers of the type that `Source.number_type` says.

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
        tokenizer = AutoTokenizer.from_pretrained(source.folder, **asked)
        network: Any = AutoModelForCausalLM.from_pretrained(
            source.folder, dtype=getattr(torch, source.number_type(device)), **asked
        )
    except (OSError, ValueError, KeyError, RuntimeError, NotImplementedError) as error:
        if is_out_of_memory(error):  # the device manager knows what to do
            raise
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsError(f"the model {source.text!r} cannot be loaded: {reason[:300]}") from error
    return CausalModel(network.to(device).eval(), tokenizer, source.text)
