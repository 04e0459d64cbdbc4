"""The English models, lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..lm.lending import lend, weights_of
from ..models.prose_en.engine import ProseEngine
from ..models.verse_en.critic import Critic
from ..models.verse_en.engine import VerseEngine
from .prose_bank import ProseBank

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["lend_prose", "lend_prose_bank", "lend_verse"]


@contextmanager
def lend_verse(context: Context, name: str = "") -> Iterator[VerseEngine]:
    """The verse model with the critic of its stanzas, for the length of a block. Raises WeightsError if a file is missing
    or damaged.
    """
    path, critic = weights_of("verse-en", context.home, name), weights_of("critic-en")

    def load() -> VerseEngine:
        engine = VerseEngine.load(path)
        engine.once(Critic.of)  # read here, so that a lease knows of all weights that its works are made with
        return engine

    with lend(context.devices, "verse-en", (path, critic), load) as engine:
        yield engine


@contextmanager
def lend_prose(context: Context, name: str = "") -> Iterator[ProseEngine]:
    """The prose model for the length of a block."""
    path = weights_of("prose-en", context.home, name)
    with lend(context.devices, "prose-en", (path,), lambda: ProseEngine.load(path)) as engine:
        yield engine


@contextmanager
def lend_prose_bank(context: Context) -> Iterator[ProseBank]:
    """The sentences of authors that ship, for the length of a block."""
    path = weights_of("prose-en-bank")
    with lend(context.devices, "prose-en-bank", (path,), lambda: ProseBank.load(path)) as bank:
        yield bank
