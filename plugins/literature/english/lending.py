"""The English models, lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..lm.lending import lend, weights_of

if TYPE_CHECKING:
    from ....core.devices import DeviceManager
    from ..models.prose_en.engine import ProseEngine
    from ..models.verse_en.engine import VerseEngine

__all__ = ["lend_prose", "lend_verse"]


@contextmanager
def lend_verse(devices: DeviceManager | None, home: Path | None, name: str = "") -> Iterator[VerseEngine]:
    """The verse model for the length of a block. Raises WeightsError if its file is missing or damaged."""
    from ..models.verse_en.engine import VerseEngine

    path = weights_of("verse-en", home, name)
    with lend(devices, "verse-en", (path,), lambda: VerseEngine.load(path)) as engine:
        yield engine


@contextmanager
def lend_prose(devices: DeviceManager | None, home: Path | None, name: str = "") -> Iterator[ProseEngine]:
    """The prose model for the length of a block. Raises WeightsError if its file is missing or damaged."""
    from ..models.prose_en.engine import ProseEngine

    path = weights_of("prose-en", home, name)
    with lend(devices, "prose-en", (path,), lambda: ProseEngine.load(path)) as engine:
        yield engine
