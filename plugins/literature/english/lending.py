"""Where the English models come from: shipped weights or a person's own, leased or loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.errors import InputError

if TYPE_CHECKING:
    from .engine import VerseEngine
    from .prose_engine import ProseEngine

__all__ = ["SHIPPED", "find_weights", "lend_prose", "lend_verse"]

SHIPPED = Path(__file__).parent.parent / "weights"


def find_weights(kind: str, home: Path | None, name: str = "") -> Path:
    """The file of `kind` ("verse-en", "prose-en"): the person's own by `name`, else the one that ships.

    Raises InputError if the person has none of that name, or if it is of another kind.
    """
    if not name:
        return SHIPPED / f"{kind}.safetensors"
    from ....core.weights import read_card

    folder = Path(home or ".") / "weights" / "literature"
    path = folder / f"{name}.safetensors"
    if not path.exists():
        known = sorted(f.stem for f in folder.glob("*.safetensors")) if folder.exists() else []
        raise InputError(
            f"there are no weights {name!r} in {str(folder)!r}; there are: {', '.join(known) or 'none'}. Make them "
            f"with literature train"
        )
    made_for = read_card(path).get("model")
    return path if made_for == kind else SHIPPED / f"{kind}.safetensors"


@contextmanager
def _lend(devices: Any, path: Path, load: Any) -> Iterator[Any]:
    if devices is None:
        yield load(path)
        return
    with devices.lease(
        ("literature", str(path), path.stat().st_mtime_ns if path.exists() else 0), lambda device: load(path)
    ) as engine:
        yield engine


@contextmanager
def lend_verse(devices: Any, home: Path | None, name: str = "") -> Iterator[VerseEngine]:
    """The verse model for the length of a block. Raises WeightsError if its file is missing or damaged."""
    from .engine import VerseEngine

    with _lend(devices, find_weights("verse-en", home, name), VerseEngine.load) as engine:
        yield engine


@contextmanager
def lend_prose(devices: Any, home: Path | None, name: str = "") -> Iterator[ProseEngine]:
    """The prose model for the length of a block. Raises WeightsError if its file is missing or damaged."""
    from .prose_engine import ProseEngine

    with _lend(devices, find_weights("prose-en", home, name), ProseEngine.load) as engine:
        yield engine
