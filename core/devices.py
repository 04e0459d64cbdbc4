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
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import TypeVar

from .errors import DeviceError
from .memory import MemoryProbe, is_out_of_memory, measure_bytes, probe_memory
from .pool import Load, NoRoom, Pool, Resident, empty_caches
from .usage import Usage, note_weights, reading_weights

__all__ = ["DeviceManager", "Resident", "Size", "find_accelerators", "name_of"]

T = TypeVar("T")
Size = int | Callable[[str], int] | None

WAIT_SECONDS = 120.0
"""How long a lease waits for models that others use, if nobody says otherwise."""


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
        self._pool = Pool(budget_bytes or {}, probe)
        self._on: str | None = None  # what a view was told to use, whatever was asked for
        self._usage: Usage | None = None
        self._most_rows = 0
        self._halvings = 0
        self.wait_seconds = wait_seconds

    @property
    def device(self) -> str:
        """The device models are put on; found out when first asked."""
        if wanted := self._on or self._wanted:
            return wanted
        if self._pool.best is None:
            self._pool.best = max(self.accelerators(), key=lambda name: self._pool.probe(name)[0], default="cpu")
        return self._pool.best

    def accelerators(self) -> tuple[str, ...]:
        """The devices of this computer but for its CPU; found out when first asked."""
        if self._pool.accelerators is None:
            self._pool.accelerators = find_accelerators()
        return self._pool.accelerators

    @property
    def asked(self) -> str | None:
        """The device that was asked for by name, or None."""
        return self._wanted

    def recording(self, usage: Usage, *, device: str | None = None) -> DeviceManager:
        """The same models and budgets, with a note in `usage` of what its leases use. device: use this one instead."""
        view = copy(self)
        view._usage = usage
        view._on = device or self._on
        return view

    def rows(self, wanted: int) -> int:
        """How many rows a batch of a call may have, of those wanted (at least 1): all, or fewer where memory ran out in
        this call before. The works of a call may depend on it; whoever asked is told.
        """
        self._most_rows = max(self._most_rows, wanted)
        return max(1, wanted >> self._halvings)

    def remark(self, text: str) -> None:
        """Tell whoever asked for the work something about it; a warning where nobody did."""
        if self._usage is None:
            warnings.warn(text, stacklevel=5)
        elif text not in self._usage.remarks:
            self._usage.remarks.append(text)

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
        self, key: Hashable, loader: Callable[[str], T], *, size: Size = None, on: str | None = None
    ) -> Iterator[T]:
        """Lend the model `key`, loading it with `loader(device)` if it is not there; it stays while the block runs.

        The loader returns the model on that device. on: "cpu" for a model that runs nowhere else (numpy): it is never
        booked on another device. size: bytes that are made room for before it loads, and booked at least, or a function
        from a device to them: what its work needs besides may be in them.
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

        If memory runs out in it: again with all that nobody uses gone, then with half as many rows, and half of those,
        if it asks for `rows`, then on the next device, the CPU the last, with a remark each time; what it did until then
        must leave nothing behind. Raises the last error where none of it helps.
        """
        view, tried, again = self.recording(usage), list[str](), False
        while True:
            try:
                with reading_weights() as read:
                    result = work(view)
                usage.weights.update(read)
                return result
            except (MemoryError, RuntimeError) as error:
                used = [d for d in usage.devices if d != "cpu"] or list(usage.devices)
                freed = self.evict() if is_out_of_memory(error) else 0
                if not is_out_of_memory(error) or not (used or freed):
                    raise
                usage.devices.clear()
                if not again:
                    again = True
                    continue
                following = self._after(view, used, tried, usage)
                if following is None:
                    raise
                view = following

    def _after(self, view: DeviceManager, used: list[str], tried: list[str], usage: Usage) -> DeviceManager | None:
        """The view for another try where memory ran out in one, told; None where there is nothing left to try."""
        halvings = view._halvings + 1
        if view._most_rows >> halvings:
            following = self.recording(usage, device=view._on)
            following._halvings = halvings
            told = (
                f"{view._most_rows >> halvings} rows at once in place of {view._most_rows}, which may change the work"
            )
            following.remark(f"memory ran out on {' and '.join(used)}; it went on with {told}")
            return following
        tried += used or [view.device]
        left = [place for place in self._places(self.device) if place not in tried]
        if not left:
            return None
        following = self.recording(usage, device=left[0])
        slower = "the CPU, slower" if left[0] == "cpu" else left[0]
        following.remark(f"memory ran out on {' and '.join(used)}; it ran on {slower}")
        return following

    def evict(self, device: str | None = None) -> int:
        """Drop every model that nobody uses (on one device, or on all); the bytes given back."""
        with self._pool.changed:
            idle = [k for k, r in self._pool.residents.items() if not r.pins and device in (None, r.device)]
            freed = sum(self._pool.residents.pop(k).bytes for k in idle)
            self._pool.changed.notify_all()
        empty_caches()
        return freed

    def _places(self, device: str) -> list[str]:
        """Where a call may run, in the order in which it is tried: the device; the other accelerators, if none was asked
        for by name; the CPU.
        """
        others = self.accelerators() if self._wanted is None and device != "cpu" else ()
        return list(dict.fromkeys([device, *others, "cpu"]))

    def _acquire(self, key: Hashable, loader: Callable[[str], T], size: Size, device: str) -> Resident:
        problems: dict[str, NoRoom] = {}
        places = self._places(device)
        for place, following in zip(places, [*places[1:], ""], strict=True):
            try:
                if self._starves(place, key):
                    raise NoRoom(0, "memory ran out there before")
                return self._place(key, loader, size(place) if callable(size) else size, place)
            except NoRoom as problem:
                problems[place] = problem
                if place == "cpu":
                    raise self._refusal(key, problems) from problem.__cause__
                slower = "the CPU, slower" if following == "cpu" else following
                self.remark(f"there is no room for {name_of(key)!r} on {place}; it runs on {slower}")
        raise AssertionError("the CPU is always tried")

    def _place(self, key: Hashable, loader: Callable[[str], T], size: int | None, device: str) -> Resident:
        """The model on one device, pinned. Raises NoRoom."""
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

    def _claim(self, key: Hashable, size: int | None, device: str, deadline: float) -> Resident | Load:
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
                    raise NoRoom(expected or 0, "it is larger than the budget")
                turn = queue[:1] in ([], [me]) or bool(pool.pins[me, device])  # who holds a model keeps others waiting
                if turn and pool.make_room(device, expected or 0):
                    load = pool.loads[device, key] = Load(me, expected)
                    return load
                if turn and not pool.may_free(device):
                    raise NoRoom(expected or 0, "nobody can give room back")
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
        raise NoRoom(0, "memory ran out") from last

    def _keep(self, resident: Resident, load: Load, deadline: float) -> Resident:
        """Put a loaded model into the cache, pinned, as soon as it fits the budget."""
        pool, device = self._pool, resident.device
        with pool.changed:
            pool.sizes[resident.key] = load.there = resident.bytes
            while not pool.make_room(device, resident.bytes - (load.bytes or 0)):
                if resident.bytes > pool.budget(device) or not pool.may_free(device):
                    raise NoRoom(resident.bytes, "nobody can give room back")
                pool.wait(deadline)
            pool.residents[device, resident.key] = resident
            return self._pin(device, resident.key)

    def _starves(self, device: str, key: Hashable) -> bool:
        """Whether memory ran out for this model on a device that has no more of it now."""
        before = self._pool.starved.get((device, key))
        return before is not None and device != "cpu" and self._pool.probe(device)[0] <= before

    def _refusal(self, key: Hashable, problems: Mapping[str, NoRoom]) -> DeviceError:
        held = [f"{name_of(r.key)!r} ({r.bytes / 1e6:.1f} MB{', in use' if r.pins else ''})" for r in self.residents()]
        *others, (device, problem) = problems.items()
        before = [f"{p.needed / 1e6:.1f} MB on {d} with a budget of {self.budget(d) / 1e6:.1f} MB" for d, p in others]
        amount = f"{problem.needed / 1e6:.1f} MB" if problem.needed else "more memory than there is"
        return DeviceError(
            f"{name_of(key)!r} needs {amount} on {device}; the budget is {self.budget(device) / 1e6:.1f} MB and holds "
            f"{', '.join(held) or 'nothing'} ({problem})"
            + (f"; {', '.join(before)} were too much, too" if before else "")
            + "; use a smaller model, a smaller size, or --device cpu"
        )


def name_of(key: Hashable) -> str:
    """The key of a lease as a person reads it: its words, files without their folders, no times and sizes."""
    if not isinstance(key, tuple):
        return str(key)
    words = (name_of(part) for part in key if isinstance(part, tuple | str))
    return " ".join(Path(word).name for word in words if word)


def find_accelerators() -> tuple[str, ...]:
    """CUDA devices and MPS; torch is only loaded where there may be one at all."""
    if not (
        sys.platform == "darwin"
        or Path("/dev/nvidiactl").exists()
        or Path("/dev/kfd").exists()
        or sys.platform == "win32"
    ):
        return ()
    import torch

    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*(f"cuda:{i}" for i in range(torch.cuda.device_count())), *mps)


def _check_device(name: str) -> str:
    wanted = "cuda:0" if name == "cuda" else name
    there = ("cpu", *(find_accelerators() if name != "cpu" else ()))
    if wanted not in there:
        raise DeviceError(f"no device {name!r} here; there are: {', '.join(there)}")
    return wanted
