"""The studio served: the pages and the crew of workers, from start to end."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ...core.commands.printing import note
from ...core.errors import InputError, OutputError

if TYPE_CHECKING:
    from ...core.studio import Studio

__all__ = ["check", "serve"]

_NEEDED = ("starlette", "uvicorn", "jinja2")
_HOST = "127.0.0.1"


def check(studio: Studio, port: int, *, accounts: bool = False, name: str | None = None) -> None:
    """Say that the studio can be served. Raises InputError where a package is missing, nobody has an account, or a name
    is given without accounts; OutputError where the port is taken; StoreError where the queue cannot be used.
    """
    from .accounts.people import People

    if name is not None and not accounts:
        raise InputError(
            "a studio that others reach (--name) needs --accounts; without them it answers this computer alone"
        )
    if accounts and not People(studio.home).everybody():
        raise InputError("nobody has an account yet; give one with: artwright people add NAME --role admin")
    from .jobs.queue import Queue

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(
            f"pages need the packages {', '.join(missing)}; install them with: pip install 'artwright[web]'"
        )
    counts = Queue(studio.home).counts()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((_HOST, port))
        except OSError as error:
            raise OutputError(
                f"cannot listen on port {port} of {_HOST}: {error.strerror}; choose another one with --port"
            ) from error
    note(
        f"ready to serve http://{_HOST}:{port}; {counts.get('queued', 0) + counts.get('running', 0)} jobs are not done yet"
    )


def serve(
    studio: Studio, port: int, *, workers: int, minutes: float, accounts: bool = False, name: str | None = None
) -> None:
    """Serve until the program is stopped."""
    import uvicorn

    from .accounts.people import People
    from .jobs.crew import Crew
    from .jobs.queue import Queue
    from .site.app import make_app
    from .site.guard import LOOPBACK

    app = make_app(
        studio,
        Queue(studio.home),
        people=People(studio.home) if accounts else None,
        hosts=LOOPBACK if name is None else {*LOOPBACK, name.lower()},
        is_secure=name is not None,
    )
    crew = Crew(studio.home, count=workers, device=studio.devices.asked, minutes=minutes)
    crew.start()
    try:
        uvicorn.run(app, host=_HOST, port=port, log_level="warning", timeout_graceful_shutdown=3)
    finally:
        crew.close()
