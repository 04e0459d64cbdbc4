"""Each test gets its own home, a clean environment and no network."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))

# Whoever starts the tests in the background (nohup, a shell's &) makes them ignore these, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)


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


@pytest.fixture(scope="session")
def server():
    """The address of a running PostgreSQL server, without a database's name.

    It is Debian's, started for these tests alone, in a temporary folder and on a Unix socket.
    """
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'artwright[postgres]'")
    if not BINARIES:
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql")
    account = {}
    folder = Path(tempfile.mkdtemp(prefix="artwright-pg-", dir="/tmp"))  # the path of a Unix socket must be short
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        import pwd

        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip(
                "needs the account 'postgres', since PostgreSQL does not run as root: apt-get install postgresql"
            )
        account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(folder, user.pw_uid, user.pw_gid)
    binaries, data = BINARIES[-1].parent, folder / "data"
    common = {
        "cwd": folder,
        "stdin": subprocess.DEVNULL,
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        **account,
    }
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "artist", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        **common,
    )
    with open(folder / "log", "wb") as log:
        command = [
            binaries / "postgres",
            "-D",
            data,
            "-k",
            folder,
            "-F",
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=40",
            "-c",
            "shared_buffers=16MB",
        ]
        running = subprocess.Popen(command, stdout=log, stderr=log, **common)
    try:
        for _ in range(300):
            if subprocess.run([binaries / "pg_isready", "-h", folder, "-q"], check=False, **common).returncode == 0:
                break
            if running.poll() is not None:
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
            time.sleep(0.1)
        yield lambda name: f"postgresql://artist@/{name}?host={folder}"
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'feedback.sqlite3'}"
    import psycopg

    server = request.getfixturevalue("server")
    name = f"test_{time.monotonic_ns()}"
    with psycopg.connect(server("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return server(name)


@dataclass
class Done:
    """What a call came to: its exit code, and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def errors(self) -> list[str]:
        return [line for line in self.err.splitlines() if line]


@pytest.fixture
def call(monkeypatch, tmp_path, capfdbinary):
    """Run `artwright ARGUMENTS` in this process, in a folder of its own, with some bytes on standard input."""
    from artwright.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(a) for a in arguments])
        out, err = capfdbinary.readouterr()
        return Done(int(left.value.code or 0), out, err.decode("utf-8", "replace"))

    return run


def pytest_addoption(parser):
    parser.addoption("--write-works", action="store_true", help="write the table of tests/test_same_works.py anew")


@pytest.fixture(scope="session")
def save_model():
    """`tiny_models.save_model`: a folder with an untrained language model of a kind."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("tiny_models", Path(__file__).parent / "tiny_models.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.save_model
