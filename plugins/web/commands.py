"""The commands of the plugin: `artwright mcp`, `serve`, `people`. Servers are imported when they are started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...core.commands.parameters import json_option
from ...core.commands.printing import show, show_rows
from ...core.commands.session import pass_studio

if TYPE_CHECKING:
    from ...core.studio import Studio

__all__ = ["mcp", "people", "serve"]


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
@click.option(
    "--accounts", is_flag=True, help="For the people of `artwright people` alone, each with works of their own."
)
@click.option(
    "--name", metavar="HOST", help="The name under which a proxy with TLS hands requests on; with --accounts."
)
@click.option("--check", "only_check", is_flag=True, help="Say whether it would start, and start nothing.")
@pass_studio
def serve(
    studio: Studio, port: int, workers: int, minutes: float, accounts: bool, name: str | None, only_check: bool
) -> None:
    """Open the studio in a browser, on this computer alone: http://127.0.0.1:8080.

    Nothing is loaded from elsewhere; what was asked and is not done is kept when the program is stopped.
    """
    from . import serving

    serving.check(studio, port, accounts=accounts, name=name)
    if not only_check:
        serving.serve(studio, port, workers=workers, minutes=minutes, accounts=accounts, name=name)


@click.group()
def people() -> None:
    """Who may use a studio that is served with --accounts."""


@people.command()
@click.argument("name")
@click.option("--role", type=click.Choice(["viewer", "maker", "admin"]), default="maker", show_default=True)
@click.option(
    "--works", type=click.IntRange(0), default=200, show_default=True, help="Works that may be asked for in a day."
)
@click.option("--minutes", type=click.FloatRange(0), default=240.0, show_default=True, help="Minutes of work in a day.")
@click.option("--megabytes", type=click.IntRange(0), default=4096, show_default=True, help="What all works may take.")
@click.password_option(help="Asked for, or the first line of standard input.")
@pass_studio
def add(studio: Studio, name: str, role: str, works: int, minutes: float, megabytes: int, password: str) -> None:
    """Give somebody an account."""
    from .accounts.people import People, Quota

    quota = Quota(works=works, minutes=minutes, megabytes=megabytes)
    People(studio.home).add(name, password, role=role, quota=quota)


@people.command()
@click.argument("name")
@pass_studio
def remove(studio: Studio, name: str) -> None:
    """Take somebody's account; their works stay in the home."""
    from .accounts.people import People

    People(studio.home).remove(name)


@people.command("list")
@json_option
@pass_studio
def list_(studio: Studio, as_json: bool) -> None:
    """Who there is."""
    from .accounts.people import People

    rows = [{"name": p.name, "role": p.role, **vars(p.quota)} for p in People(studio.home).everybody()]
    show_rows(rows, lambda row: show(f"{row['name']:<20}{row['role']}"), name="people", as_json=as_json)


@people.command()
@click.argument("name")
@click.option("--scope", type=click.Choice(["read", "make"]), default="make", show_default=True)
@click.option("--days", type=click.FloatRange(0.01, 3650), default=90.0, show_default=True, help="How long it is good.")
@pass_studio
def key(studio: Studio, name: str, scope: str, days: float) -> None:
    """Make a key for somebody's programs, shown this once (`Authorization: Bearer KEY`)."""
    from .accounts.people import People

    show(People(studio.home).add_key(name, scope=scope, days=days))
