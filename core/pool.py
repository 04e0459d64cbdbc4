"""What all views of a device manager share: the loaded models, those on their way, and who waits for what."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import DeviceError
from .memory import MemoryProbe

__all__ = ["BUDGET_SHARE", "Load", "NoRoom", "Pool", "Resident", "empty_caches"]

BUDGET_SHARE = 0.6
"""Share of a device's free memory that cached models may take: the rest is for what they compute."""


@dataclass
class Resident:
    """A model in the cache: key, device, size in bytes, weights that were read for it, how many use it now."""

    key: Hashable
    device: str
    bytes: int
    model: Any
    weights: Mapping[str, str] = field(default_factory=dict)
    pins: int = 0


@dataclass(eq=False)
class Load:
    """A model on its way: who loads it, and the bytes kept free for it (None: nobody knows before it is there)."""

    thread: int
    bytes: int | None
    there: int = 0  # of them already in memory


class NoRoom(Exception):
    """There is no room for a model on a device; `needed` bytes, 0 where memory ran out."""

    def __init__(self, needed: int, reason: str) -> None:
        super().__init__(reason)
        self.needed = needed


class Pool:
    """What all views of a manager share. Its condition guards everything in it and is told of each change."""

    def __init__(self, budget: Mapping[str, int], probe: MemoryProbe) -> None:
        self.changed = threading.Condition()
        self.residents: OrderedDict[tuple[str, Hashable], Resident] = OrderedDict()
        self.loads: dict[tuple[str, Hashable], Load] = {}
        self.sizes: dict[Hashable, int] = {}  # of each model that was loaded before
        self.starved: dict[tuple[str, Hashable], int] = {}  # bytes that were free when a load ran out of memory
        self.queues: dict[str, list[int]] = {}  # threads that wait for room on a device, first come first
        self.waits: dict[int, int] = {}  # each waiting thread, and the thread whose load it waits for, or 0
        self.pins: Counter[tuple[int, str]] = Counter()  # leases by thread and device
        self.fixed = dict(budget)
        self.probe = probe
        self.accelerators: tuple[str, ...] | None = None
        self.best: str | None = None

    def cached(self, device: str) -> int:
        return sum(r.bytes for r in self.residents.values() if r.device == device)

    def budget(self, device: str) -> int:
        if device in self.fixed:
            return self.fixed[device]
        there = sum(load.there for (place, _), load in self.loads.items() if place == device)
        return int(BUDGET_SHARE * (self.probe(device)[0] + self.cached(device) + there))

    def make_room(self, device: str, needed: int) -> bool:
        """Drop what nobody uses, least recently used first, until `needed` more bytes fit; nothing goes in vain."""
        coming = sum(load.bytes or 0 for (place, _), load in self.loads.items() if place == device)
        over = self.cached(device) + coming + needed - self.budget(device)
        idle = [(k, r) for k, r in self.residents.items() if r.device == device and not r.pins]
        if over > sum(r.bytes for _, r in idle):
            return False
        gone = 0
        for key, resident in idle:
            if gone >= over:
                break
            gone += resident.bytes
            del self.residents[key]
        if gone and device != "cpu":
            empty_caches()
        return True

    def may_free(self, device: str) -> bool:
        """Whether another thread holds or loads a model there and waits for nothing itself."""
        me = threading.get_ident()
        busy = {t for (t, place), count in self.pins.items() if place == device and count}
        busy |= {load.thread for (place, _), load in self.loads.items() if place == device}
        return bool(busy - self.waits.keys() - {me})

    def wait(self, deadline: float, loader: int = 0) -> None:
        """Wait for a change. Raises NoRoom at the deadline, DeviceError where two loads wait for each other."""
        me, other = threading.get_ident(), loader
        while other:
            if other == me:
                raise DeviceError("a model cannot be loaded: its loader leases the model itself, or one that needs it")
            other = self.waits.get(other, 0)
        self.waits[me] = loader
        self.changed.notify_all()  # who counts on this thread to give something back looks again
        try:
            left = deadline - time.monotonic()
            if left <= 0 or not self.changed.wait(left):
                raise NoRoom(0, "others kept their models all the while it waited")
        finally:
            del self.waits[me]


def empty_caches() -> None:
    """Give back to the device what torch keeps of tensors that are gone."""
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
