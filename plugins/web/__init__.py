"""The web plugin: the studio's verbs for whoever is not at its command line. What is registered, nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.hookspecs import hookimpl

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands(cli: click.Group) -> None:
    """`artwright mcp`, `artwright serve` and `artwright people`."""
    from .commands import mcp, people, serve

    cli.add_command(mcp)
    cli.add_command(people)
    cli.add_command(serve)
