"""Where models live while they are used: a cache of loaded models within a byte budget for each device.

The studio builds one `DeviceManager`; nothing happens at import. A model is leased while it is used and stays in
the cache afterwards; the least recently used ones go when room is needed. Loading holds no lock: a lease of a model
that is there never waits for another's load. A lease without room waits, first come first served, while models that
others use may still go; then it falls back to the CPU, with a warning, or fails with the numbers.

Memory that runs out while a model loads is met here: what nobody uses goes, the load is tried once more, then on the
CPU. Memory that runs out in the body of a lease is met by the studio, which evicts and dispatches the operation again
(`Studio.dispatch`): a block cannot be run twice from inside.
"""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from .errors import DeviceError
from .memory import MemoryProbe, is_out_of_memory, measure_bytes, probe_memory
from .usage import Usage, note_weights, reading_weights

__all__ = ["DeviceManager", "Resident", "name_of"]

T = TypeVar("T")

BUDGET_SHARE = 0.6
"""Share of a device's free memory that cached models may take: the rest is for what they compute."""

WAIT_SECONDS = 120.0
"""How long a lease waits for models that others use, if nobody says otherwise."""


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
class _Load:
    """A model on its way: who loads it, and the bytes kept free for it (None: nobody knows before it is there)."""

    thread: int
    bytes: int | None
    there: int = 0  # of them already in memory


class _NoRoom(Exception):
    """There is no room for a model on a device; `needed` bytes, 0 where memory ran out."""

    def __init__(self, needed: int, reason: str) -> None:
        super().__init__(reason)
        self.needed = needed


class _Pool:
    """What all views of a manager share. Its condition guards everything in it and is told of each change."""

    def __init__(self, budget: Mapping[str, int], probe: MemoryProbe) -> None:
        self.changed = threading.Condition()
        self.residents: OrderedDict[tuple[str, Hashable], Resident] = OrderedDict()
        self.loads: dict[tuple[str, Hashable], _Load] = {}
        self.sizes: dict[Hashable, int] = {}  # of each model that was loaded before
        self.starved: dict[tuple[str, Hashable], int] = {}  # bytes that were free when a load ran out of memory
        self.queues: dict[str, list[int]] = {}  # threads that wait for room on a device, first come first
        self.waits: dict[int, int] = {}  # each waiting thread, and the thread whose load it waits for, or 0
        self.pins: Counter[tuple[int, str]] = Counter()  # leases by thread and device
        self.fixed = dict(budget)
        self.probe = probe
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
            _empty_caches()
        return True

    def may_free(self, device: str) -> bool:
        """Whether another thread holds or loads a model there and waits for nothing itself."""
        me = threading.get_ident()
        busy = {t for (t, place), count in self.pins.items() if place == device and count}
        busy |= {load.thread for (place, _), load in self.loads.items() if place == device}
        return bool(busy - self.waits.keys() - {me})

    def wait(self, deadline: float, loader: int = 0) -> None:
        """Wait for a change. Raises _NoRoom at the deadline, DeviceError where two loads wait for each other."""
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
                raise _NoRoom(0, "others kept their models all the while it waited")
        finally:
            del self.waits[me]


class DeviceManager:
    """Chooses a device and lends models on it. Thread-safe.

    device: "cpu", "cuda", "cuda:1", "mps", or None for the best there is (cuda > mps > cpu);
    budget_bytes: room for cached models by device (default: 60 % of its free memory, models that are there already
    included, within the limits of control groups); probe: tells a device's memory; wait_seconds: how long a lease
    waits for room that others may give back.
    Raises DeviceError if a named device does not exist.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        budget_bytes: Mapping[str, int] | None = None,
        probe: MemoryProbe = probe_memory,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._wanted = _check_device(device) if device is not None else None
        self._pool = _Pool(budget_bytes or {}, probe)
        self._usage: Usage | None = None
        self.wait_seconds = wait_seconds

    @property
    def device(self) -> str:
        """The device models are put on; found out when first asked."""
        if self._wanted is not None:
            return self._wanted
        if self._pool.best is None:
            self._pool.best = _best_device()
        return self._pool.best

    @property
    def asked(self) -> str | None:
        """The device that was asked for by name, or None."""
        return self._wanted

    def recording(self, usage: Usage, *, device: str | None = None) -> DeviceManager:
        """The same models and budgets, with a note in `usage` of what its leases use. device: use this one instead."""
        view = copy(self)
        view._usage = usage
        view._wanted = device or self._wanted
        return view

    def budget(self, device: str) -> int:
        """Bytes that cached models may take on a device."""
        with self._pool.changed:
            return self._pool.budget(device)

    def memory(self, device: str) -> tuple[int, int]:
        """(free, total) bytes of a device, as its probe tells."""
        return self._pool.probe(device)

    def residents(self) -> tuple[Resident, ...]:
        """What is in the cache, least recently used first."""
        with self._pool.changed:
            return tuple(self._pool.residents.values())

    @contextmanager
    def lease(
        self, key: Hashable, loader: Callable[[str], T], *, size: int | None = None, on: str | None = None
    ) -> Iterator[T]:
        """Lend the model `key`, loading it with `loader(device)` if it is not there; it stays while the block runs.

        The loader returns the model on that device. on: "cpu" for a model that runs nowhere else (numpy): it is never
        booked on another device. size: bytes that are made room for before it loads, and booked at least: what its
        work needs besides may be in them.
        Do not move the model to another device, nor keep it after the block. Raises DeviceError with needed bytes,
        budget and residents if there is no room on any device, or none within `wait_seconds`.
        """
        resident = self._acquire(key, loader, size, on or self.device)
        owner = (threading.get_ident(), resident.device)  # a generator may be closed by another thread
        if self._usage is not None:
            self._usage.note(resident.device, resident.weights)
        note_weights(resident.weights)
        try:
            yield resident.model
        finally:
            with self._pool.changed:
                resident.pins -= 1
                self._pool.pins[owner] -= 1
                self._pool.pins += Counter()  # drops what is zero
                del resident  # before another thread may take its room
                self._pool.changed.notify_all()

    def run(self, work: Callable[[DeviceManager], T], usage: Usage) -> T:
        """`work(devices)` with these models and a note in `usage` of what it used.

        If memory runs out in it: again with all that nobody uses gone, then on the CPU, with a remark; what it did until
        then must leave nothing behind. Raises the last error where that does not help.
        """
        device: str | None = None
        for attempt in range(3):
            try:
                with reading_weights() as read:
                    result = work(self.recording(usage, device=device))
                usage.weights.update(read)
                return result
            except (MemoryError, RuntimeError) as error:
                used = [place for place in usage.devices if place != "cpu"]
                freed = self.evict() if is_out_of_memory(error) else 0
                if not is_out_of_memory(error) or device == "cpu" or not (used or (freed and not attempt)):
                    raise
                usage.devices.clear()
            if attempt:
                device = "cpu"
                self.recording(usage)._remark(f"memory ran out on {' and '.join(used)}; it ran on the CPU, slower")
        raise AssertionError("the third attempt returns or raises")

    def evict(self, device: str | None = None) -> int:
        """Drop every model that nobody uses (on one device, or on all); the bytes given back."""
        with self._pool.changed:
            idle = [k for k, r in self._pool.residents.items() if not r.pins and device in (None, r.device)]
            freed = sum(self._pool.residents.pop(k).bytes for k in idle)
            self._pool.changed.notify_all()
        _empty_caches()
        return freed

    def _acquire(self, key: Hashable, loader: Callable[[str], T], size: int | None, device: str) -> Resident:
        for place in dict.fromkeys([device, "cpu"]):
            try:
                if self._starves(place, key):
                    raise _NoRoom(0, "memory ran out there before")
                return self._place(key, loader, size, place)
            except _NoRoom as problem:
                if place == "cpu":
                    raise self._refusal(key, problem, place) from problem.__cause__
                self._remark(f"there is no room for {name_of(key)!r} on {place}; it runs on the CPU, slower")
        raise AssertionError("the CPU is always tried")

    def _place(self, key: Hashable, loader: Callable[[str], T], size: int | None, device: str) -> Resident:
        """The model on one device, pinned. Raises _NoRoom."""
        deadline = time.monotonic() + self.wait_seconds
        with self._pool.changed:
            claim = self._claim(key, size, device, deadline)
        if isinstance(claim, Resident):
            return claim
        try:
            model, weights = self._call(key, loader, device)
            booked = max(measure_bytes(model), size or 0)
            return self._keep(Resident(key, device, booked, model, weights), claim, deadline)
        finally:
            with self._pool.changed:
                del self._pool.loads[device, key]
                self._pool.changed.notify_all()

    def _claim(self, key: Hashable, size: int | None, device: str, deadline: float) -> Resident | _Load:
        """The model, pinned, if it is there or comes; else the right to load it, once there is room for it."""
        pool, me = self._pool, threading.get_ident()
        queue = pool.queues.setdefault(device, [])
        try:
            while True:
                if (device, key) in pool.residents:
                    return self._pin(device, key)
                expected = pool.sizes.get(key, size)
                before = pool.loads.get((device, key))
                if before is None and expected is None:  # what nobody knows the size of comes one at a time
                    before = next((load for load in pool.loads.values() if load.bytes is None), None)
                    before = None if before is not None and before.thread == me else before
                if before is not None:
                    pool.wait(deadline, before.thread)
                    continue
                if (expected or 0) > pool.budget(device):
                    raise _NoRoom(expected or 0, "it is larger than the budget")
                turn = queue[:1] in ([], [me]) or bool(pool.pins[me, device])  # who holds a model keeps others waiting
                if turn and pool.make_room(device, expected or 0):
                    load = pool.loads[device, key] = _Load(me, expected)
                    return load
                if turn and not pool.may_free(device):
                    raise _NoRoom(expected or 0, "nobody can give room back")
                if me not in queue:
                    queue.append(me)
                pool.wait(deadline)
        finally:
            if me in queue:
                queue.remove(me)
                pool.changed.notify_all()

    def _pin(self, device: str, key: Hashable) -> Resident:
        resident = self._pool.residents[device, key]
        self._pool.residents.move_to_end((device, key))
        resident.pins += 1
        self._pool.pins[threading.get_ident(), device] += 1
        return resident

    def _call(self, key: Hashable, loader: Callable[[str], T], device: str) -> tuple[T, dict[str, str]]:
        """The model from its loader, tried once more with more room if memory runs out, and the weights it read."""
        last: BaseException | None = None
        for _ in range(2):
            try:
                with reading_weights() as read:
                    return loader(device), read
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                last = error
            self.evict(device)
        with self._pool.changed:
            self._pool.starved[device, key] = self._pool.probe(device)[0]
        raise _NoRoom(0, "memory ran out") from last

    def _keep(self, resident: Resident, load: _Load, deadline: float) -> Resident:
        """Put a loaded model into the cache, pinned, as soon as it fits the budget."""
        pool, device = self._pool, resident.device
        with pool.changed:
            pool.sizes[resident.key] = load.there = resident.bytes
            while not pool.make_room(device, resident.bytes - (load.bytes or 0)):
                if resident.bytes > pool.budget(device) or not pool.may_free(device):
                    raise _NoRoom(resident.bytes, "nobody can give room back")
                pool.wait(deadline)
            pool.residents[device, resident.key] = resident
            return self._pin(device, resident.key)

    def _starves(self, device: str, key: Hashable) -> bool:
        """Whether memory ran out for this model on a device that has no more of it now."""
        before = self._pool.starved.get((device, key))
        return before is not None and device != "cpu" and self._pool.probe(device)[0] <= before

    def _remark(self, text: str) -> None:
        if self._usage is None:
            warnings.warn(text, stacklevel=5)
        elif text not in self._usage.remarks:
            self._usage.remarks.append(text)

    def _refusal(self, key: Hashable, problem: _NoRoom, device: str) -> DeviceError:
        held = [f"{name_of(r.key)!r} ({r.bytes / 1e6:.1f} MB{', in use' if r.pins else ''})" for r in self.residents()]
        amount = f"{problem.needed / 1e6:.1f} MB" if problem.needed else "more memory than there is"
        return DeviceError(
            f"{name_of(key)!r} needs {amount} on {device}; the budget is {self.budget(device) / 1e6:.1f} MB and holds "
            f"{', '.join(held) or 'nothing'} ({problem}); use a smaller model, a smaller size, or --device cpu"
        )


def name_of(key: Hashable) -> str:
    """The key of a lease as a person reads it: its words, files without their folders, no times and sizes."""
    if not isinstance(key, tuple):
        return str(key)
    words = (name_of(part) for part in key if isinstance(part, tuple | str))
    return " ".join(Path(word).name for word in words if word)


def _empty_caches() -> None:
    """Give back to the device what torch keeps of tensors that are gone."""
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()


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
