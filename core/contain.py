"""What a plugin's code may change only while it runs.

A plugin runs in our process: what it does to the process's own state, on purpose or not, would be met by everybody
after it. `with Contained(...)` runs a block of a plugin's code and puts that state back afterwards: the working folder,
the umask, the recursion limit, signal handlers and timers, warning filters, the locale, the collector's switch, the
global random state of Python, numpy and torch, and torch's default dtype, device, threads and gradients. What it prints
goes to stderr. A process that it forked ends there; threads that it leaves behind are named. The environment stays as
the plugin left it: it is how libraries are told their settings.

All this belongs to the process, not to a thread: of calls that overlap the first one notes the state and the last one
puts it back.
"""

from __future__ import annotations

import gc
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
import weakref
from collections.abc import Callable
from typing import Any

try:
    from _signal import getsignal  # ours: signal.getsignal makes an enum of each answer, which takes ten times as long
except ImportError:
    from signal import getsignal

__all__ = ["Contained", "keep_stdout"]

_log = logging.getLogger("artwright")
_lock = threading.RLock()
_SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM", "SIGPIPE", "SIGCHLD")
    if hasattr(signal, name)
)
_spare: Any = None  # what plugins have as numpy's global generator
_named: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
_depth = 0
_restore: list[Callable[[], None]] = []


class Contained:
    """Run the block as code of `plugin`; doing: the hook or wrapper, for messages.

    An interruption (Ctrl-C) that ends the block carries a note of who was running.
    """

    __slots__ = ("doing", "limit", "plugin", "process", "threads")

    def __init__(self, plugin: str, doing: str) -> None:
        self.plugin, self.doing = plugin, doing

    def __enter__(self) -> None:
        self.process, self.threads, self.limit = os.getpid(), _threads(), sys.getrecursionlimit()
        _enter()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        sys.setrecursionlimit(self.limit)  # first of all: a low one leaves no room for the rest
        if os.getpid() != self.process:  # the block forked, and this is the child: the work is the parent's
            os.write(2, f"artwright: plugin {self.plugin!r} forked in {self.doing}; the child ends here\n".encode())
            os._exit(1)
        if isinstance(error, KeyboardInterrupt) and not hasattr(error, "__notes__"):  # the innermost one was running
            error.add_note(f"plugin {self.plugin!r} was in {self.doing}")
        _leave()
        for thread in _threads() - self.threads:
            if thread.is_alive() and thread not in _named:
                _named.add(thread)
                _log.warning(
                    "plugin %r left the thread %r running after %s; the program waits for it at its end",
                    self.plugin,
                    thread.name,
                    self.doing,
                )


def _threads() -> set[threading.Thread]:
    """Threads that the program would wait for. Only the main thread asks: another one has the threads of others."""
    if threading.current_thread() is not threading.main_thread():
        return set()
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _enter() -> None:
    global _depth
    with _lock:
        if _depth == 0:
            _restore[:] = [note() for note in _NOTES]
        _depth += 1


def _leave() -> None:
    global _depth
    with _lock:
        _depth -= 1
        if _depth:
            return
        for restore in reversed(_restore):
            try:
                restore()
            except Exception as error:  # a part that cannot be put back must not keep the others from it
                _log.warning("a plugin's change to the process could not be undone: %s", error)
        _restore.clear()


# Each of these notes a part of the state and returns what puts it back.


def _note_stdout() -> Callable[[], None]:
    before = sys.stdout
    sys.stdout = sys.stderr

    def restore() -> None:
        sys.stdout = before

    return restore


def _note_folder() -> Callable[[], None]:
    try:
        before = os.getcwd()
    except OSError:  # it was deleted
        return lambda: None

    def restore() -> None:
        try:
            if os.getcwd() == before:
                return
        except OSError:
            pass
        os.chdir(before)

    return restore


def _note_umask() -> Callable[[], None]:
    before = os.umask(0o077)
    os.umask(before)

    def restore() -> None:
        os.umask(before)

    return restore


def _note_interpreter() -> Callable[[], None]:
    collects, filters = gc.isenabled(), list(warnings.filters)
    shown = warnings.showwarning

    def restore() -> None:
        if gc.isenabled() != collects:
            (gc.enable if collects else gc.disable)()
        warnings.showwarning = shown
        if warnings.filters != filters:
            warnings.resetwarnings()  # tells the interpreter, too, that they have changed
            warnings.filters[:] = filters  # type: ignore[index]

    return restore


def _note_locale() -> Callable[[], None]:
    before = locale.setlocale(locale.LC_ALL)

    def restore() -> None:
        if locale.setlocale(locale.LC_ALL) != before:
            locale.setlocale(locale.LC_ALL, before)

    return restore


def _note_signals() -> Callable[[], None]:
    if threading.current_thread() is not threading.main_thread():  # no other thread can change them
        return lambda: None
    before = [(number, getsignal(number)) for number in _SIGNALS]
    timer = signal.getitimer(signal.ITIMER_REAL) if hasattr(signal, "getitimer") else None

    def restore() -> None:
        if timer == (0.0, 0.0):
            signal.setitimer(signal.ITIMER_REAL, 0)
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in before:
            if handler is not None and getsignal(number) is not handler:
                signal.signal(number, handler)

    return restore


def _note_random() -> Callable[[], None]:
    before = random.getstate()
    return lambda: random.setstate(before)


def _note_numpy() -> Callable[[], None]:
    """numpy's global generator is taken away and brought back: that costs a hundredth of copying its state."""
    global _spare
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "random"):
        return lambda: None
    if _spare is None:
        _spare = numpy.random.MT19937(0)
    own, errors = numpy.random.get_bit_generator(), numpy.geterr()
    numpy.random.set_bit_generator(_spare)

    def restore() -> None:
        numpy.random.set_bit_generator(own)
        if numpy.geterr() != errors:
            numpy.seterr(**errors)

    return restore


def _note_torch() -> Callable[[], None]:
    torch: Any = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "get_default_dtype"):
        return _reset_torch
    dtype, device, threads = torch.get_default_dtype(), torch.get_default_device(), torch.get_num_threads()
    gradients, state = torch.is_grad_enabled(), torch.random.default_generator.get_state()
    generators = torch.cuda.default_generators if torch.cuda.is_initialized() else ()
    others = [(generator, generator.get_state()) for generator in generators]

    def restore() -> None:
        if torch.get_default_dtype() is not dtype:
            torch.set_default_dtype(dtype)
        if torch.get_default_device() != device:
            torch.set_default_device(None if device.type == "cpu" else device)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        torch.set_grad_enabled(gradients)
        torch.random.default_generator.set_state(state)
        for generator, known in others:
            generator.set_state(known)

    return restore


def _reset_torch() -> None:
    """Where torch was first imported by the plugin: what it starts with."""
    torch: Any = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "get_default_dtype"):
        return
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    if torch.get_default_device().type != "cpu":
        torch.set_default_device(None)


_NOTES: tuple[Callable[[], Callable[[], None]], ...] = (
    _note_stdout,
    _note_folder,
    _note_umask,
    _note_interpreter,
    _note_locale,
    _note_signals,
    _note_random,
    _note_numpy,
    _note_torch,
)


def keep_stdout() -> Callable[[], None]:
    """Make what this program itself prints the only thing on the standard output; call what is returned at its end.

    `sys.stdout` gets a descriptor of its own; descriptor 1, to which libraries in C and programs that a plugin starts
    would write, becomes the standard error, and so does what is printed after the end. Where there is no standard
    output or error, nothing changes.
    """
    old = sys.stdout
    try:
        if old.fileno() != 1 or sys.stderr.fileno() != 2:
            return lambda: None
        old.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
    except (OSError, ValueError, AttributeError):
        return lambda: None
    line_by_line = 1 if os.isatty(kept) else -1
    ours = open(kept, "w", buffering=line_by_line, encoding=old.encoding, errors=old.errors)  # noqa: SIM115
    sys.stdout = ours

    def end() -> None:
        sys.stdout = old
        try:
            ours.close()
        except BrokenPipeError:  # whoever read it has had enough
            return

    return end
