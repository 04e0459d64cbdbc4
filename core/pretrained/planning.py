"""Plans written by a language model: JSON that fits a schema whatever the model would rather say.

At each token those that no text of the schema can go on with are masked (llguidance), so the answer needs no mending.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..errors import InputError, StoreError
from ..transformer.sampling import draw
from .causal import CausalModel

__all__ = ["write_json"]

MOST = 700
"""Tokens that a plan may have."""
TEMPERATURE, MIN_P = 0.7, 0.05


def write_json(
    model: CausalModel,
    turns: Sequence[tuple[str, str]],
    ask: str,
    schema: Mapping[str, Any],
    rng: np.random.Generator,
) -> dict[str, Any]:
    """An object of a JSON schema, written behind a talk of (asked, answered) turns.

    Raises InputError where llguidance is missing or cannot read the model's tokenizer, StoreError where the model does not
    come to an end: a schema whose texts and lists are bounded is written whole.
    """
    if find_spec("llguidance") is None:
        raise InputError("plans by a language model need the package llguidance; install artwright[planning]")
    import llguidance
    import llguidance.hf
    import llguidance.numpy as masks

    grammar = llguidance.LLMatcher.grammar_from_json_schema(
        json.dumps(schema), defaults={"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
    )
    try:
        known = llguidance.hf.from_tokenizer(model.tokenizer, n_vocab=model.vocabulary)
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError(f"the tokenizer of {model.source!r} cannot be held to a schema: {str(error)[:200]}") from error
    matcher = llguidance.LLMatcher(known, grammar)
    if matcher.is_error():
        raise ValueError(f"the schema is none: {matcher.get_error()}")
    bits = masks.allocate_token_bitmask(1, model.vocabulary)
    rows, said = model.read(model.prompt(turns, ask)), []
    for _ in range(MOST):
        masks.fill_next_token_bitmask(matcher, bits)
        free = np.unpackbits(bits.view(np.uint8), bitorder="little")[: model.vocabulary].astype(bool)
        token = int(draw(np.where(free, rows.log_p, -np.inf), rng, temperature=TEMPERATURE, min_p=MIN_P)[0])
        if not free[token] or token in model.ends:
            break
        said.append(token)
        if not matcher.consume_token(token) or matcher.is_stopped():
            break
        rows.step([token])
    if not matcher.is_accepting() and not matcher.is_stopped():
        raise StoreError(
            f"{model.source!r} wrote no end of a plan in {MOST} tokens; ask for less, or take another model"
        )
    found: dict[str, Any] = json.loads(model.decode(said))
    return found
