"""What keeps the import of a plugin from taking the program with it.

While a plugin that is not ours is imported, a marker file in the home names it, locked by this process; if the program
dies there (a crash in native code), the next start finds the marker without its lock. A program can die during an
import for other reasons: a signal to end is heard and takes the marker away, a marker from before the computer started
anew says nothing of the plugin, and only a second crash of the same version in a row leaves it out. Another version is
tried again. Python code that hangs is interrupted after a time limit. Which plugins are disabled, and which crashed, is
kept in `plugins.json` in the home.
"""

from __future__ import annotations

import faulthandler
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType

from .contain import Contained
from .errors import OutputError, PluginError
from .files import write_text
from .home import loading_folder, plugins_file
from .locks import lock, unlock

__all__ = ["Crash", "Guard", "time_limit_s"]

_CRASHES = 2  # in a row; one may have been the doing of whoever ended the program
_FRESH_S = 60.0


def time_limit_s() -> float:
    """Seconds that the import of one plugin may take: `ARTWRIGHT_PLUGIN_SECONDS`, or 10."""
    try:
        return max(0.1, float(os.environ.get("ARTWRIGHT_PLUGIN_SECONDS", "10")))
    except ValueError:
        return 10.0


class _Hangs(BaseException):
    """Raised into a plugin that takes too long; not an Exception, so that few plugins swallow it."""


@dataclass(frozen=True)
class Crash:
    """Starts that died while a version of a plugin was imported: how often in a row, and since which start of the
    computer.
    """

    version: str
    times: int
    boot: str


class Guard:
    """What is remembered of plugins, and the guarded import. Nothing is written before a plugin is imported.

    home: the folder that keeps `plugins.json` and the markers.
    """

    def __init__(self, home: Path) -> None:
        self.file = plugins_file(Path(home))
        self.folder = loading_folder(Path(home))
        self.disabled: set[str] = set()
        self.crashes: dict[str, Crash] = {}
        self._read()
        self._find_crashes()

    def disable(self, name: str) -> None:
        """Leave a plugin out from the next start on. Raises OutputError if the home cannot be written."""
        self.disabled.add(name)
        self._write()

    def enable(self, name: str) -> None:
        """Take a disabled or crashed plugin in again."""
        self.disabled.discard(name)
        self.crashes.pop(name, None)
        self._write()

    def has_crashed(self, name: str, version: str) -> bool:
        """Whether this version of a plugin is left out because the program died twice while it was imported."""
        known = self.crashes.get(name)
        return known is not None and known.version == version and known.times >= _CRASHES

    @contextmanager
    def importing(self, name: str, version: str) -> Iterator[None]:
        """Run the import of plugin `name` in the block. Raises PluginError if it takes too long."""
        marker = self._mark(name, version)
        try:
            with _heard(marker), Contained(name, "its import"), _limited(name, lambda: self._blame(name, version)):
                yield
        finally:
            _remove(marker)
        if name in self.crashes:  # it can be imported after all
            del self.crashes[name]
            self._try_to_write()

    def _mark(self, name: str, version: str) -> tuple[Path, int] | None:
        """The marker and its lock, or None where the home cannot be written: then a crash is not remembered."""
        marker = self.folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            held = lock(marker, wait_s=1.0)
            if held is None:
                return None
            marker.write_text(json.dumps({"plugin": name, "version": version, "boot": _boot()}), "utf-8")
        except OSError:
            return None
        return marker, held

    def _find_crashes(self) -> None:
        """Read the markers that nobody holds any more."""
        try:
            markers = sorted(self.folder.iterdir())
        except OSError:
            return
        crashed = False
        for marker in markers:
            try:
                held = lock(marker)
                if held is None:
                    continue  # a start that goes on
                text = marker.read_text("utf-8")
                if text or time.time() - marker.stat().st_mtime > _FRESH_S:  # one without text may just be written
                    marker.unlink()
                unlock(held)
                row = json.loads(text or "{}")
                crashed = self._count(str(row["plugin"]), str(row["version"]), str(row["boot"])) or crashed
            except (OSError, ValueError, KeyError, TypeError):
                continue
        if crashed:
            self._try_to_write()

    def _count(self, name: str, version: str, boot: str, times: int = 1) -> bool:
        """Count a crash; one from before the computer's last start may have been the computer's."""
        if boot != _boot():
            return False
        known = self.crashes.get(name)
        if known is not None and (known.version, known.boot) == (version, boot):
            times += known.times
        self.crashes[name] = Crash(version, times, boot)
        return True

    def _blame(self, name: str, version: str) -> None:
        """Leave a plugin out at once: it is known that it was the one that hung."""
        self._count(name, version, _boot(), _CRASHES)
        self._try_to_write()

    def _read(self) -> None:
        try:
            known = json.loads(self.file.read_text("utf-8"))
            self.disabled = {str(n) for n in known.get("disabled", [])}
            self.crashes = {
                str(name): Crash(str(row["version"]), int(row["times"]), str(row["boot"]))
                for name, row in known.get("crashes", {}).items()
            }
        except (OSError, ValueError, AttributeError, KeyError, TypeError):
            return

    def _write(self) -> None:
        crashes = {name: vars(crash) for name, crash in sorted(self.crashes.items())}
        write_text(self.file, json.dumps({"disabled": sorted(self.disabled), "crashes": crashes}, indent=1) + "\n")

    def _try_to_write(self) -> None:
        try:
            self._write()
        except OutputError:
            return


def _remove(marker: tuple[Path, int] | None) -> None:
    if marker is not None:
        marker[0].unlink(missing_ok=True)
        unlock(marker[1])


@lru_cache(maxsize=1)
def _boot() -> str:
    """What is another after the computer has started anew, or "" where the system does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


@contextmanager
def _heard(marker: tuple[Path, int] | None) -> Iterator[None]:
    """In the block, a signal that ends the program takes the marker away first: it is not the plugin's doing."""
    if marker is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        marker[0].unlink(missing_ok=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)]
    own = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in own:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in own:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def _limited(name: str, blame: Callable[[], None]) -> Iterator[None]:
    """Interrupt the block after the time limit; only the main thread of a system with alarms can do that.

    Code that swallows the interruption for three times the limit ends the program, after `blame` was called; so does
    code that hangs in native code: its marker stays.
    """
    limit = time_limit_s()
    began = time.monotonic()
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def alarm(number: int, frame: FrameType | None) -> None:
        if time.monotonic() - began > 3 * limit:
            blame()
            os.write(
                2,
                f"artwright: plugin {name!r} hangs when it is imported and cannot be stopped; it is left out from the "
                f"next start on\n".encode(),
            )
            os._exit(1)
        raise _Hangs

    before = signal.signal(signal.SIGALRM, alarm)
    signal.setitimer(signal.ITIMER_REAL, limit, 0.2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    faulthandler.dump_traceback_later(4 * limit + 1, exit=True, file=nowhere)
    try:
        yield
    except _Hangs as error:
        raise PluginError(
            f"importing plugin {name!r} took more than {limit:g} s and was stopped (ARTWRIGHT_PLUGIN_SECONDS "
            f"allows more)"
        ) from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        os.close(nowhere)
        signal.signal(signal.SIGALRM, before)
