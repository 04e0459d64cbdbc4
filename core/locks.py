"""Locks between processes: held by an open file, so that the system gives them back however their holder ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["lock", "locked", "unlock"]

_PAUSE_S = 0.02
_NAME = ".lock"  # in the folder, where a folder itself cannot be locked


def lock(path: Path, *, wait_s: float = 0.0) -> int | None:
    """Lock a file (made if need be) or a folder that is there; gives what `unlock` takes, or None where another one
    holds it for longer than `wait_s` seconds. Two locks of one process exclude each other, too.

    Raises OSError if the place cannot be opened.
    """
    path = Path(path)
    if path.is_dir() and os.name != "nt":
        handle = os.open(path, os.O_RDONLY)
    else:
        handle = os.open(path / _NAME if path.is_dir() else path, os.O_RDWR | os.O_CREAT, 0o666)
    until = time.monotonic() + wait_s
    while not _take(handle):
        if time.monotonic() >= until:
            os.close(handle)
            return None
        time.sleep(_PAUSE_S)
    return handle


def unlock(handle: int) -> None:
    """Give a lock back."""
    os.close(handle)


@contextmanager
def locked(path: Path, *, wait_s: float, busy: Callable[[], Exception]) -> Iterator[None]:
    """Hold the lock of a file or a folder in the block; busy: makes what is raised where another one holds it."""
    handle = lock(path, wait_s=wait_s)
    if handle is None:
        raise busy()
    try:
        yield
    finally:
        unlock(handle)


def _take(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
