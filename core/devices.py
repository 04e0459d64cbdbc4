"""Where models live while they are used: a cache of loaded models within a byte budget for each device.

The studio builds one `DeviceManager`; nothing happens at import. A model is leased while it is used and stays in
the cache afterwards; the least recently used ones go when room is needed. Out of memory (torch's own error only):
evict what nobody uses, try once more, then on the CPU with a warning, then an error with the numbers.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from .errors import DeviceError

__all__ = ["DeviceManager", "MemoryProbe", "Resident", "measure_bytes", "probe_memory"]

T = TypeVar("T")
R = TypeVar("R")
MemoryProbe = Callable[[str], tuple[int, int]]
"""A function from a device name to its (free, total) bytes."""

BUDGET_SHARE = 0.6
"""Share of a device's total memory that cached models may take: the rest is for what they compute."""


def probe_memory(device: str) -> tuple[int, int]:
    """(free, total) bytes of a device; on a machine whose kernel does not tell, half of the total counts as free."""
    if device.startswith("cuda"):
        import torch

        free, total = torch.cuda.mem_get_info(device)
        return int(free), int(total)
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 4 << 30
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        for line in meminfo.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024, total
    return total // 2, total


def measure_bytes(model: Any) -> int:
    """Bytes of a model's parameters and buffers, or of the arrays that an object holds (through its attributes, lists
    and dicts).
    """
    seen: set[int] = set()

    def walk(thing: Any, depth: int) -> int:
        if id(thing) in seen or depth > 6:
            return 0
        seen.add(id(thing))
        size = getattr(thing, "nbytes", None)
        if isinstance(size, int):
            return size
        if hasattr(thing, "parameters") and hasattr(thing, "buffers"):
            return sum(walk(t, depth + 1) for t in [*thing.parameters(), *thing.buffers()])
        if isinstance(thing, Mapping):
            return sum(walk(v, depth + 1) for v in thing.values())
        if isinstance(thing, list | tuple):
            return sum(walk(v, depth + 1) for v in thing)
        return walk(vars(thing), depth + 1) if hasattr(thing, "__dict__") and not isinstance(thing, type) else 0

    return walk(model, 0)


@dataclass
class Resident:
    """A model in the cache: key, device, size in bytes, how many use it now."""

    key: Hashable
    device: str
    bytes: int
    model: Any
    pins: int = 0


class DeviceManager:
    """Chooses a device and lends models on it. Thread-safe.

    device: "cpu", "cuda", "cuda:1", "mps", or None for the best there is (cuda > mps > cpu);
    budget_bytes: room for cached models by device (default: 60 % of its memory); probe: tells a device's memory.
    Raises DeviceError if a named device does not exist.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        budget_bytes: Mapping[str, int] | None = None,
        probe: MemoryProbe = probe_memory,
    ) -> None:
        self._wanted = device
        self._device: str | None = None
        self._budget = dict(budget_bytes or {})
        self._probe = probe
        self._residents: OrderedDict[tuple[str, Hashable], Resident] = OrderedDict()
        self._lock = threading.RLock()
        if device is not None:
            self._device = _check_device(device)

    @property
    def device(self) -> str:
        """The device models are put on; found out when first asked."""
        if self._device is None:
            self._device = _best_device()
        return self._device

    def budget(self, device: str) -> int:
        """Bytes that cached models may take on a device."""
        if device not in self._budget:
            self._budget[device] = int(BUDGET_SHARE * self._probe(device)[1])
        return self._budget[device]

    def memory(self, device: str) -> tuple[int, int]:
        """(free, total) bytes of a device, as its probe tells."""
        return self._probe(device)

    def residents(self) -> tuple[Resident, ...]:
        """What is in the cache, least recently used first."""
        with self._lock:
            return tuple(self._residents.values())

    @contextmanager
    def lease(self, key: Hashable, loader: Callable[[str], T]) -> Iterator[T]:
        """Lend the model `key`, loading it with `loader(device)` if it is not there; it stays while the block runs.

        Do not move the model to another device, nor keep it after the block. Raises DeviceError with needed bytes,
        budget and residents if there is no room on any device.
        """
        resident = self._acquire(key, loader)
        try:
            yield resident.model
        finally:
            with self._lock:
                resident.pins -= 1

    def run(self, key: Hashable, loader: Callable[[str], T], work: Callable[[T], R]) -> R:
        """`work(model)` under a lease; if it runs out of memory: evict, once more, then on the CPU with a warning."""
        last: BaseException | None = None
        for attempt in _places(self.device):
            try:
                resident = self._acquire(key, loader, attempt)
                try:
                    return work(resident.model)
                finally:
                    with self._lock:
                        resident.pins -= 1
            except _oom_error() as error:
                last = error
                self.evict(attempt)
        raise self._no_room(key, 0, "cpu") from last

    def evict(self, device: str | None = None) -> int:
        """Drop every model that nobody uses (on one device, or on all); the bytes given back."""
        with self._lock:
            idle = [k for k, r in self._residents.items() if not r.pins and device in (None, r.device)]
            freed = sum(self._residents.pop(k).bytes for k in idle)
        torch = sys.modules.get("torch")
        if freed and torch is not None and torch.cuda.is_available():
            torch.cuda.empty_cache()
        return freed

    def _acquire(self, key: Hashable, loader: Callable[[str], T], device: str | None = None) -> Resident:
        with self._lock:
            device = device or self.device
            found = self._residents.get((device, key)) or self._residents.get(("cpu", key))
            if found is None:
                found = self._load(key, loader, device)
            self._residents.move_to_end((found.device, key))
            found.pins += 1
            return found

    def _load(self, key: Hashable, loader: Callable[[str], T], device: str) -> Resident:
        last: BaseException | None = None
        for place in _places(device):
            if place != device:
                warnings.warn(f"no room for {key!r} on {device}; it runs on the CPU, slower", stacklevel=5)
            try:
                model = loader(place)
            except _oom_error() as error:
                last = error
                self.evict(place)
                continue
            resident = Resident(key, place, measure_bytes(model), model)
            if self._make_room(resident):
                self._residents[place, key] = resident
                return resident
            last = None
        size = resident.bytes if last is None else 0
        raise self._no_room(key, size, "cpu") from last

    def _make_room(self, resident: Resident) -> bool:
        budget = self.budget(resident.device)
        used = sum(r.bytes for r in self._residents.values() if r.device == resident.device)
        for key, old in list(self._residents.items()):
            if used + resident.bytes <= budget:
                break
            if old.device == resident.device and not old.pins:
                del self._residents[key]
                used -= old.bytes
        return used + resident.bytes <= budget

    def _no_room(self, key: Hashable, needed: int, device: str) -> DeviceError:
        here = (
            ", ".join(
                f"{r.key} ({r.bytes / 1e6:.1f} MB{', in use' if r.pins else ''})" for r in self._residents.values()
            )
            or "nothing"
        )
        amount = f"{needed / 1e6:.1f} MB" if needed else "more memory than there is"
        return DeviceError(
            f"{key!r} needs {amount} on {device}; the budget is {self.budget(device) / 1e6:.1f} MB and holds {here}; "
            "use a smaller model, a smaller size, or --device cpu"
        )


def _places(device: str) -> list[str]:
    """Where to try, in order: the device twice (the second time with more room), then the CPU."""
    return [device, device] if device == "cpu" else [device, device, "cpu"]


def _oom_error() -> type[BaseException]:
    torch = sys.modules.get("torch")
    return torch.OutOfMemoryError if torch is not None else _Never


class _Never(BaseException):
    """Stands for torch's error while torch is not even loaded."""


def _best_device() -> str:
    """The best device; torch is only loaded where there may be an accelerator at all."""
    if not (
        sys.platform == "darwin"
        or Path("/dev/nvidiactl").exists()
        or Path("/dev/kfd").exists()
        or sys.platform == "win32"
    ):
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _check_device(name: str) -> str:
    if name == "cpu":
        return name
    import torch

    there = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        there.append("mps")
    wanted = "cuda:0" if name == "cuda" else name
    if wanted not in there:
        raise DeviceError(f"no device {name!r} here; there are: {', '.join(there)}")
    return wanted
