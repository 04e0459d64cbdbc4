"""Memory: what a device has, what a model takes, and which errors say that there is no more of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

__all__ = ["MemoryProbe", "is_out_of_memory", "measure_bytes", "probe_memory"]

MemoryProbe = Callable[[str], tuple[int, int]]
"""A function from a device name to its (free, total) bytes."""

_OUT_OF_MEMORY = (
    "out of memory",  # CUDA, HIP and MPS ("MPS backend out of memory")
    "can't allocate memory",  # torch's allocator on the CPU
    "not enough memory",
    "alloc_failed",  # cuBLAS and cuDNN
)
_MOST_OBJECTS = 200_000  # that are looked at to measure one model


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out: Python's and numpy's MemoryError, torch's own error, and the plain
    RuntimeErrors of the allocators of CUDA, MPS and the CPU.
    """
    if isinstance(error, MemoryError):
        return True
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error).lower() for text in _OUT_OF_MEMORY)


def probe_memory(device: str) -> tuple[int, int]:
    """(free, total) bytes of a device, within what a control group allows this process; on a machine whose kernel
    does not tell, half of the total counts as free.
    """
    if device.startswith("cuda"):
        import torch

        free, total = torch.cuda.mem_get_info(device)
        return int(free), int(total)
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 4 << 30
    free = total // 2
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        for line in meminfo.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
    for limit, used in _control_groups():
        total, free = min(total, limit), min(free, max(0, limit - used))
    return free, total


def _control_groups(
    root: Path = Path("/sys/fs/cgroup"), mine: Path = Path("/proc/self/cgroup")
) -> list[tuple[int, int]]:
    """(limit, used) bytes of each control group above this process that has a limit; versions 1 and 2."""
    try:
        lines = mine.read_text("utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, names = root, ("memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            base, names = root / "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes")
        else:
            continue
        folder = base / path.lstrip("/")
        for place in [folder, *folder.parents]:
            if place == base.parent:
                break
            try:
                limit, used = (int((place / name).read_text("ascii")) for name in names)
            except (OSError, ValueError):  # no such group from within a container, or the limit is "max"
                continue
            if limit < 1 << 60:
                found.append((limit, used))
    return found


def measure_bytes(model: Any) -> int:
    """Bytes that a model takes: the arrays and tensors that it reaches through attributes, slots, containers, closures
    and bound methods, each storage once (a view counts as what it keeps alive), and its texts and tables.
    """
    seen: set[int] = set()
    stack: list[Any] = [model]
    total = 0
    while stack and len(seen) < _MOST_OBJECTS:
        thing = stack.pop()
        if thing is None or isinstance(thing, int | float | complex | type | ModuleType | BuiltinFunctionType):
            continue
        storage = _storage(thing)
        key = storage[0] if storage else id(thing)
        if key in seen:
            continue
        seen.add(key)
        if storage:
            total += storage[1]
        elif isinstance(thing, str | bytes | bytearray):
            total += sys.getsizeof(thing)
        else:
            total += sys.getsizeof(thing) if isinstance(thing, dict | list | tuple | set | frozenset) else 0
            stack.extend(_parts(thing))
    return total


def _storage(thing: Any) -> tuple[int, int] | None:
    """(key, bytes) of the memory behind an array or a tensor; None if it is neither."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and isinstance(thing, torch.Tensor):
        held = thing.untyped_storage()
        return (held.data_ptr() or id(thing), held.nbytes())
    if numpy is not None and isinstance(thing, numpy.ndarray):
        while isinstance(thing.base, numpy.ndarray):
            thing = thing.base
        return (id(thing), int(thing.nbytes)) if not thing.dtype.hasobject else None
    size = getattr(thing, "nbytes", None)
    return (id(thing), size) if isinstance(size, int) else None


def _parts(thing: Any) -> list[Any]:
    if isinstance(thing, Mapping):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset):
        return list(thing)
    if isinstance(thing, MethodType):
        return [thing.__self__]
    if isinstance(thing, FunctionType):
        cells = thing.__closure__ or ()
        return [cell.cell_contents for cell in cells if _is_filled(cell)] + list(thing.__defaults__ or ())
    if hasattr(thing, "parameters") and hasattr(thing, "buffers"):
        return [*thing.parameters(), *thing.buffers()]
    slots = [name for kind in type(thing).__mro__ for name in _slots(kind)]
    held = [getattr(thing, name) for name in slots if hasattr(thing, name)]
    return held + list(vars(thing).values()) if hasattr(thing, "__dict__") else held


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(
        f"_{kind.__name__.lstrip('_')}{n}" if n.startswith("__") and not n.endswith("__") else n for n in names
    )


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # a cell that is not assigned yet
        return False
