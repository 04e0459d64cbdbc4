"""Groups whose commands are imported when they are used, and which all take the options of a run."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from ..errors import UnknownName
from .session import RunOption, options_of_a_run

__all__ = ["LazyGroup", "row_of", "write_commands"]


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used.

    lazy: name -> (`"module:attribute"`, one line of help).
    """

    def __init__(self, *args: Any, lazy: dict[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy and cmd_name not in self.commands:
            module, _, name = self.lazy[cmd_name][0].partition(":")
            self.commands[cmd_name] = getattr(import_module(module, __package__), name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            raise UnknownName("command", name, self.list_commands(ctx), where=f" in {ctx.command_path!r}")
        found, command, rest = super().resolve_command(ctx, args)
        return found, command and _with_options_of_a_run(command), rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing those that are lazy."""
        rows = []
        for name in self.list_commands(ctx):
            if name in self.lazy:
                rows.append((name, self.lazy[name][1]))
            elif (command := self.get_command(ctx, name)) is not None and not command.hidden:
                rows.append(row_of(name, command))
        write_commands(formatter, rows)


def row_of(name: str, command: click.Command) -> tuple[str, str]:
    """A command's line in a list of commands."""
    return name, command.get_short_help_str(60)


def write_commands(formatter: click.HelpFormatter, rows: list[tuple[str, str]], *, title: str = "Commands") -> None:
    """A list of (name, line of help) under a title; nothing where there is none."""
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)


def _with_options_of_a_run(command: click.Command) -> click.Command:
    """The command, taking the options of a run as well, but for those whose names it uses itself."""
    if any(isinstance(parameter, RunOption) for parameter in command.params):
        return command
    taken = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    command.params += [o for o in options_of_a_run(after=True) if not taken & set(o.opts)]
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _with_options_of_a_run(child)
    return command
