"""How far a command is, on the terminal."""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["TerminalProgress", "terminal_progress"]


def terminal_progress(*, quiet: bool) -> TerminalProgress | None:
    """A bar on stderr where that is a terminal and the run is not to be quiet; else None."""
    if quiet or not sys.stderr.isatty():
        return None
    return TerminalProgress()


class TerminalProgress:
    """A bar on the terminal's stderr."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None

    def update(self, share: float, text: str = "") -> None:
        """Draw the bar; at the end it goes away."""
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=1.0)
            self._bar.start()
        self._bar.update(self._task, completed=share, description=text[:40])
        if share >= 1:
            self._bar.stop()
            self._bar = None
