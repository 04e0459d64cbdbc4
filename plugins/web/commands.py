"""The commands of the plugin: `artwright mcp`, `artwright serve`. Servers are imported when they are started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...core.commands.session import pass_studio

if TYPE_CHECKING:
    from ...core.studio import Studio

__all__ = ["mcp", "serve"]


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


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Where to listen.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that make works, each with its models.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0.1, 1440),
    default=30.0,
    show_default=True,
    help="The longest that a job may take.",
)
@click.option("--check", "only_check", is_flag=True, help="Say whether it would start, and start nothing.")
@pass_studio
def serve(studio: Studio, port: int, workers: int, minutes: float, only_check: bool) -> None:
    """Open the studio in a browser, on this computer alone: http://127.0.0.1:8080.

    Nothing is loaded from elsewhere; what was asked and is not done is kept when the program is stopped.
    """
    from . import serving

    serving.check(studio, port)
    if not only_check:
        serving.serve(studio, port, workers=workers, minutes=minutes)
