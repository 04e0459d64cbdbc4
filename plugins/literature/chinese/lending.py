"""The Chinese models, lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..lm.lending import lend, weights_of
from ..models.prose_zh.engine import ProseEngine
from ..models.verse_zh.engine import VerseEngine
from .lexicon import Lexicon

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["lend_lexicon", "lend_prose", "lend_verse"]


@contextmanager
def lend_verse(context: Context, name: str = "") -> Iterator[VerseEngine]:
    """The verse model with the lexicon that was counted with it, for the length of a block."""
    path = weights_of("verse-zh", context.home, name)
    lexicon = path.with_name(f"{path.stem}-lexicon.safetensors")
    with lend(context.devices, "verse-zh", (path, lexicon), lambda: VerseEngine.load(path, lexicon)) as engine:
        yield engine


@contextmanager
def lend_lexicon(context: Context) -> Iterator[Lexicon]:
    """The lexicon that ships, alone: all that reading needs."""
    path = weights_of("verse-zh-lexicon")
    with lend(context.devices, "verse-zh-lexicon", (path,), lambda: Lexicon.load(path)) as lexicon:
        yield lexicon


@contextmanager
def lend_prose(context: Context, name: str = "") -> Iterator[ProseEngine]:
    """The prose model for the length of a block."""
    path = weights_of("prose-zh", context.home, name)
    with lend(context.devices, "prose-zh", (path,), lambda: ProseEngine.load(path)) as engine:
        yield engine
