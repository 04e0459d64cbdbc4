"""Signals: one that ends a run ends it in order, so that nothing half-done is left."""

from __future__ import annotations

import _thread
import signal
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Stopped", "stoppable"]


class Stopped(KeyboardInterrupt):
    """A signal asked the run to end. number: of the signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    @property
    def name(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into `Stopped` in the block, so that what was begun is cleared away.

    One that is ignored (`nohup`) stays so. Python itself turns SIGINT into KeyboardInterrupt.
    """
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    under_way: list[weakref.ref[Stopped]] = []
    over = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        if under_way and under_way[-1]() is not None:
            return  # once is enough; a second one must not stop the clearing away
        stopped = Stopped(number)
        under_way[:] = [weakref.ref(stopped, lambda _: ask_again(number))]
        try:
            raise stopped
        finally:
            del stopped  # with it the frame and the exception would keep each other alive

    def ask_again(number: int) -> None:
        """The exception was dropped before it got here: raised in a `__del__`, say, or in a library's bare except."""
        if not over.is_set():
            again = threading.Timer(0.05, _thread.interrupt_main, [number])
            again.daemon = True
            again.start()

    before = {n: signal.signal(n, stop) for n in numbers if signal.getsignal(n) == signal.SIG_DFL}
    try:
        yield
    finally:
        over.set()
        for number, handler in before.items():
            signal.signal(number, handler)
