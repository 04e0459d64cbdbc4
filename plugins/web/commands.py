"""The commands of the plugin: `artwright mcp`. Servers are imported when they are started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...core.commands.session import pass_studio

if TYPE_CHECKING:
    from ...core.studio import Studio

__all__ = ["mcp"]


@click.command()
@click.option("--read-only", is_flag=True, help="Offer only what looks and reads; nothing is made, said or kept.")
@click.option(
    "--http",
    "port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Serve HTTP on this port of this computer alone (http://127.0.0.1:PORT/mcp) instead of standard input and output.",
)
@pass_studio
def mcp(studio: Studio, read_only: bool, port: int | None) -> None:
    """Lend the studio to an agent: its verbs as tools of the Model Context Protocol.

    \b
    A client starts it by itself:   {"command": "artwright", "args": ["mcp"]}
    """
    from .agents.running import serve_http, serve_stdio

    if port is None:
        serve_stdio(studio, read_only=read_only)
    else:
        serve_http(studio, port, read_only=read_only)
