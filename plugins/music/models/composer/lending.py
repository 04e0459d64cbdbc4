"""The nets of the composer: which files speak for a style, and the engine made of them, lent for a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .....core.errors import WeightsError
from .....core.weights import find_weights
from .engine import Engine

if TYPE_CHECKING:
    from .....core.requests import Context

__all__ = ["WEIGHTS", "judges", "lend", "weight_files"]

WEIGHTS = Path(__file__).parent
KIND = "composer"
"""What cards of its weights call it."""
WRITER = "all-2"
"""The net that writes where one is enough: small and quick; the others help to judge."""
OLDEST = "all-1"


def weight_files(style: str, name: str, home: Path | None, count: int = 0) -> list[Path]:
    """The weight files that speak for a style, those of all styles before its own; the first `count` of them, 0 for
    all. name: one of a person's own, which then speaks alone.

    Raises WeightsError if there are none, UnknownName or InputError if `name` is none of the composer's.
    """
    if name:
        return [find_weights(name, medium="music", home=home or Path(), shipped=WEIGHTS, kind=KIND, default=WRITER)]
    files = sorted(WEIGHTS.glob("all-*.safetensors"), key=lambda path: (path.stem != WRITER, path.stem))
    if style != "all":
        files += sorted(WEIGHTS.glob(f"{style}-*.safetensors"))
    if not files:
        raise WeightsError(
            f"the composer's weights are missing in {str(WEIGHTS)!r}; install artwright again, or train them"
        )
    return files[:count] if count else files


def judges(style: str, name: str, home: Path | None) -> list[Path]:
    """The weight files whose mean judges works of a style: the oldest net helps only with chorales, where the larger
    one knows too much by heart.
    """
    files = weight_files(style, name, home)
    return files if style == "bach" or name else [path for path in files if path.stem != OLDEST]


@contextmanager
def lend(context: Context, paths: list[Path], *, looks: int = 1) -> Iterator[Engine]:
    """The engine of some weight files, leased from the device manager; it runs in numpy, on the CPU. looks: under how
    many transpositions it sees each position, 1, 3 or 5.
    """
    views = {1: (0,), 3: (-2, 0, 2), 5: (-4, -2, 0, 2, 4)}[looks]
    key = ("music", *(str(p) for p in paths), *(p.stat().st_mtime_ns for p in paths if p.exists()))
    with context.devices.lease(key, lambda device: Engine.load(paths), on="cpu") as engine:
        yield engine.seen(views)
