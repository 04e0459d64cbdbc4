"""The server run: over standard input and output, or over HTTP on this computer alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....core.errors import InputError

if TYPE_CHECKING:
    from ....core.studio import Studio

__all__ = ["serve_http", "serve_stdio"]


def _check_installed() -> None:
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        raise InputError("agents need the package mcp; install it with: pip install 'artwright[mcp]'")


def serve_stdio(studio: Studio, *, read_only: bool) -> None:
    """Serve one client until it closes standard input. Raises InputError where the package `mcp` is missing."""
    _check_installed()
    import anyio
    from mcp.server.stdio import stdio_server

    from .server import make_server

    server = make_server(studio, read_only=read_only)

    async def run() -> None:
        async with stdio_server() as (reader, writer):
            await server.run(reader, writer, server.create_initialization_options())

    anyio.run(run)


def serve_http(studio: Studio, port: int, *, read_only: bool) -> None:
    """Serve clients on a port of the loopback until the program is stopped. Requests with the name of another host, as
    a page of a stranger would send them, are refused. Raises InputError where the package `mcp` is missing.
    """
    _check_installed()
    import uvicorn

    from .server import make_server

    app = make_server(studio, read_only=read_only).streamable_http_app(host="127.0.0.1")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
