"""What one call of a plugin really used: devices, weights, and what must be said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

__all__ = ["Usage", "note_weights", "reading_weights"]

_read: ContextVar[dict[str, str] | None] = ContextVar("artwright_weights_read", default=None)


@dataclass
class Usage:
    """What the leases of one call used: devices in the order of use, SHA-256 of weights by file name, and remarks for
    whoever asked.
    """

    devices: list[str] = field(default_factory=list)
    weights: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def note(self, device: str, weights: Mapping[str, str]) -> None:
        """Add a leased model."""
        if device not in self.devices:
            self.devices.append(device)
        self.weights.update(weights)

    @property
    def device(self) -> str:
        """The devices joined by "+"; "cpu" where no model was leased."""
        return "+".join(self.devices) or "cpu"


@contextmanager
def reading_weights() -> Iterator[dict[str, str]]:
    """Collect the weights that the block reads: SHA-256 by file name, in the mapping that is given."""
    hashes: dict[str, str] = {}
    token = _read.set(hashes)
    try:
        yield hashes
    finally:
        _read.reset(token)


def note_weights(weights: Mapping[str, str]) -> None:
    """Say that weights were read (file name -> SHA-256), to whoever collects them."""
    hashes = _read.get()
    if hashes is not None:
        hashes.update(weights)
