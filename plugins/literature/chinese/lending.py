"""The Chinese models, lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..lm.lending import lend, weights_of

if TYPE_CHECKING:
    from ....core.devices import DeviceManager
    from ..models.prose_zh.engine import ProseEngine
    from ..models.verse_zh.engine import VerseEngine
    from .lexicon import Lexicon

__all__ = ["lend_lexicon", "lend_prose", "lend_verse"]


@contextmanager
def lend_verse(devices: DeviceManager | None, home: Path, name: str = "") -> Iterator[VerseEngine]:
    """The verse model with the lexicon that was counted with it, for the length of a block."""
    from ..models.verse_zh.engine import VerseEngine

    path = weights_of("verse-zh", home, name)
    lexicon = path.with_name(f"{path.stem}-lexicon.safetensors")
    with lend(devices, "verse-zh", (path, lexicon), lambda: VerseEngine.load(path, lexicon)) as engine:
        yield engine


@contextmanager
def lend_lexicon(devices: DeviceManager | None) -> Iterator[Lexicon]:
    """The lexicon that ships, alone: all that reading needs."""
    from .lexicon import Lexicon

    path = weights_of("verse-zh-lexicon", None)
    with lend(devices, "verse-zh-lexicon", (path,), lambda: Lexicon.load(path)) as lexicon:
        yield lexicon


@contextmanager
def lend_prose(devices: DeviceManager | None, home: Path, name: str = "") -> Iterator[ProseEngine]:
    """The prose model for the length of a block."""
    from ..models.prose_zh.engine import ProseEngine

    path = weights_of("prose-zh", home, name)
    with lend(devices, "prose-zh", (path,), lambda: ProseEngine.load(path)) as engine:
        yield engine
