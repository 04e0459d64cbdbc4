"""Training runs: what they may be called, where they work, and what they may not replace."""

from __future__ import annotations

from pathlib import Path

from .errors import InputError, OutputError
from .home import styles_folder

__all__ = ["check_replaced", "check_run"]


def check_run(corpus: Path, name: str, minutes: float) -> None:
    """Raise InputError if nothing is there to learn from, a name is none, or no time is given."""
    if not corpus.exists():
        raise InputError(f"there is no {str(corpus)!r} to learn from; name a folder of works")
    if not name or len(name.encode()) > 100 or not all(c.isalnum() or c in "-_" for c in name):
        raise InputError(f"{name!r} is not a name; use at most 100 letters, digits, '-' and '_'")
    if not minutes > 0:
        raise InputError(f"{minutes} minutes were given; more than 0 are needed")


def check_replaced(home: Path, medium: str, name: str, *, weights: Path) -> None:
    """Raise OutputError if something was learned under this name. weights: the folder where the run's weights go."""
    for path in (weights / f"{name}.safetensors", styles_folder(home, medium) / f"{name}.json"):
        if path.exists():
            raise OutputError(
                f"{str(path)!r} exists and is kept; go on with --resume, replace it with --force, or choose another --name"
            )
