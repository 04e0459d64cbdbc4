"""A studio that touches nothing of the person's: temporary home, CPU, a fake memory probe, no network, no other
plugins.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.devices import DeviceManager
from ..core.errors import Cancelled
from ..core.loader import PluginHost, builtin_points
from ..core.studio import Studio

__all__ = ["CancelAt", "FakeMemory", "fresh_studio", "no_sockets"]


class FakeMemory:
    """A memory probe that tells what it is told: `total` bytes on each device, all of them free."""

    def __init__(self, total: int = 4 << 30) -> None:
        self.total = total

    def __call__(self, device: str) -> tuple[int, int]:
        return self.total, self.total


class CancelAt:
    """Progress that stops the work at its n-th report; `reports` counts them."""

    def __init__(self, number: int) -> None:
        self.number, self.reports = number, 0

    def update(self, share: float, text: str = "") -> None:
        """Count; raise Cancelled at the n-th report. Raises ValueError for a share outside [0, 1]."""
        if not 0 <= share <= 1:
            raise ValueError(f"progress of {share} was reported; it goes from 0 to 1")
        self.reports += 1
        if self.reports >= self.number:
            raise Cancelled("stopped by the test")


def fresh_studio(
    home: Path, *plugins: Any, builtin: bool = False, progress: Any = None, memory: int = 4 << 30
) -> Studio:
    """A studio in `home` with these plugins alone (and the built-in ones, if asked), on the CPU.

    The ratings are in `home` too. memory: bytes that the devices pretend to have.
    Raises PluginError if a plugin breaks its contract while it registers.
    """
    host = PluginHost(builtin_points() if builtin else [])
    for plugin in plugins:
        name = getattr(plugin, "__name__", type(plugin).__name__).rpartition(".")[2]
        if not host.manager.has_plugin(name) and plugin not in host.manager.get_plugins():
            host.add(plugin, name)
    return Studio(home, host=host, devices=DeviceManager("cpu", probe=FakeMemory(memory)), progress=progress)


@contextmanager
def no_sockets() -> Iterator[None]:
    """Refuse every connection to another machine in the block, with an AssertionError that names the address."""
    real = socket.socket.connect

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family == getattr(socket, "AF_UNIX", None) or address[0] in ("127.0.0.1", "::1", "localhost"):
            return real(self, address)
        raise AssertionError(f"a plugin connected to {address} without being allowed to download")

    socket.socket.connect = refuse  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        socket.socket.connect = real  # type: ignore[method-assign]
