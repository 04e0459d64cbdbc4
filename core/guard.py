"""What keeps the import of a plugin from taking the program with it.

While a plugin that is not ours is imported, a marker file in the home names it; if the program dies there (a crash in
native code), the next start finds the marker, leaves the plugin out and says so. Python code that hangs is
interrupted after a time limit; what it prints goes to stderr, and the working folder is put back. Which plugins are
disabled, and which crashed, is kept in `plugins.json` in the home.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import FrameType

from .errors import OutputError, PluginError
from .files import write_text

__all__ = ["Guard", "time_limit_s"]


def time_limit_s() -> float:
    """Seconds that the import of one plugin may take: `ARTWRIGHT_PLUGIN_SECONDS`, or 10."""
    try:
        return max(0.1, float(os.environ.get("ARTWRIGHT_PLUGIN_SECONDS", "10")))
    except ValueError:
        return 10.0


class _Hangs(BaseException):
    """Raised into a plugin that takes too long; not an Exception, so that few plugins swallow it."""


class Guard:
    """What is remembered of plugins, and the guarded import. Nothing is written before a plugin is imported.

    home: the folder that keeps `plugins.json` and the markers.
    """

    def __init__(self, home: Path) -> None:
        self.file = Path(home) / "plugins.json"
        self.folder = Path(home) / "loading"
        self.disabled: set[str] = set()
        self.crashed: dict[str, str] = {}
        self._read()
        self._find_crashes()

    def disable(self, name: str) -> None:
        """Leave a plugin out from the next start on. Raises OutputError if the home cannot be written."""
        self.disabled.add(name)
        self._write()

    def enable(self, name: str) -> None:
        """Take a disabled or crashed plugin in again."""
        self.disabled.discard(name)
        self.crashed.pop(name, None)
        self._write()

    @contextmanager
    def importing(self, name: str, version: str) -> Iterator[None]:
        """Run the import of plugin `name` in the block. Raises PluginError if it takes too long."""
        marker = self._mark(name, version)
        folder = os.getcwd()
        try:
            with redirect_stdout(sys.stderr), _limited(name):
                yield
        finally:
            if marker is not None:
                marker.unlink(missing_ok=True)
            if os.getcwd() != folder:
                os.chdir(folder)

    def _mark(self, name: str, version: str) -> Path | None:
        """The marker, or None where the home cannot be written: then a crash is not remembered."""
        marker = self.folder / f"{os.getpid()}-{threading.get_ident()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            marker.write_text(f"{name}\n{version}", "utf-8")
        except OSError:
            return None
        return marker

    def _find_crashes(self) -> None:
        if not self.folder.is_dir():
            return
        found = False
        for marker in self.folder.iterdir():
            process = marker.name.partition("-")[0]
            if not process.isdigit() or _is_alive(int(process)):
                continue
            try:
                name, _, version = marker.read_text("utf-8").partition("\n")
                marker.unlink()
            except OSError:
                continue
            if name:
                self.crashed[name] = version
                found = True
        if found:
            try:
                self._write()
            except OutputError:
                return

    def _read(self) -> None:
        try:
            known = json.loads(self.file.read_text("utf-8"))
            self.disabled = {str(n) for n in known.get("disabled", [])}
            self.crashed = {str(n): str(v) for n, v in known.get("crashed", {}).items()}
        except (OSError, ValueError, AttributeError):
            return

    def _write(self) -> None:
        write_text(self.file, json.dumps({"disabled": sorted(self.disabled), "crashed": self.crashed}, indent=1) + "\n")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def _limited(name: str) -> Iterator[None]:
    """Interrupt the block after the time limit; only the main thread of a system with alarms can do that.

    Code that swallows the interruption for three times the limit, or hangs in native code, ends the program: its
    marker stays, and the next start leaves the plugin out.
    """
    limit = time_limit_s()
    began = time.monotonic()
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def alarm(number: int, frame: FrameType | None) -> None:
        if time.monotonic() - began > 3 * limit:
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
