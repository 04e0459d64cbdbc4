"""Finding and lending the Chinese models: the ones that ship, or a person's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ....core.errors import UnknownName, WeightsError

if TYPE_CHECKING:
    from ....core.devices import DeviceManager
    from .engine import VerseEngine
    from .lexicon import Lexicon
    from .prose_engine import ProseEngine

__all__ = ["SHIPPED", "find_weights", "lend_lexicon", "lend_prose", "lend_verse"]

SHIPPED = Path(__file__).parents[1] / "weights"


def find_weights(home: Path, name: str, shipped: str) -> Path:
    """The file of weights `name` in the person's folder, or the shipped one if the name is empty. Raises UnknownName,
    WeightsError.
    """
    if not name:
        path = SHIPPED / f"{shipped}.safetensors"
        if not path.exists():
            raise WeightsError(
                f"the weights {shipped!r} are missing; install artwright again, or train them with `artwright "
                f"literature train`"
            )
        return path
    folder = Path(home) / "weights" / "literature"
    path = folder / f"{name}.safetensors"
    if not path.exists():
        raise UnknownName(
            "weights",
            name,
            (p.stem for p in folder.glob("*.safetensors") if not p.stem.endswith("-lexicon")),
            where=" of literature",
        )
    return path


def _lexicon_of(path: Path) -> Path:
    own = path.with_name(f"{path.stem}-lexicon.safetensors")
    return own if own.exists() else SHIPPED / "verse-zh-lexicon.safetensors"


@contextmanager
def lend_verse(devices: DeviceManager | None, home: Path, name: str = "") -> Iterator[VerseEngine]:
    """The verse model, leased from the device manager."""
    from .engine import VerseEngine

    path = find_weights(home, name, "verse-zh")
    if devices is None:
        yield VerseEngine.load(path, _lexicon_of(path))
        return
    with devices.lease(
        ("literature", "verse-zh", str(path)), lambda device: VerseEngine.load(path, _lexicon_of(path))
    ) as engine:
        yield engine


@contextmanager
def lend_lexicon(devices: DeviceManager | None, home: Path) -> Iterator[Lexicon]:
    """The lexicon alone: all that reading needs."""
    from .lexicon import Lexicon

    path = SHIPPED / "verse-zh-lexicon.safetensors"
    if devices is None:
        yield Lexicon.load(path)
        return
    with devices.lease(("literature", "verse-zh-lexicon"), lambda device: Lexicon.load(path)) as lexicon:
        yield lexicon


@contextmanager
def lend_prose(devices: DeviceManager | None, home: Path, name: str = "") -> Iterator[ProseEngine]:
    """The prose model, leased from the device manager."""
    from .prose_engine import ProseEngine

    path = find_weights(home, name, "prose-zh")
    if devices is None:
        yield ProseEngine.load(path)
        return
    with devices.lease(("literature", "prose-zh", str(path)), lambda device: ProseEngine.load(path)) as engine:
        yield engine
