"""Each test gets its own home, a clean environment and no network."""

from __future__ import annotations

import os
import socket

import pytest


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory, monkeypatch):
    for name in [n for n in os.environ if n.startswith("ARTWRIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path_factory.mktemp("home")))
    real = socket.socket.connect

    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests do not use the network: {address}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
