"""Progress of long work: what an operation reports and where it may be stopped."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "Silent"]


class Progress(Protocol):
    """What an operation tells while it works. `update` may raise Cancelled: the operation lets it pass."""

    def update(self, share: float, text: str = "") -> None:
        """Tell that `share` in [0, 1] of the work is done; `text` is a short remark (a loss, a stage)."""


class Silent:
    """Progress that nobody watches."""

    def update(self, share: float, text: str = "") -> None:
        """Do nothing."""
