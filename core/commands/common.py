"""What all commands share: the studio of this run, errors as one line, results as text or JSON, progress on stderr."""

from __future__ import annotations

import json
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ..loader import PluginHost
    from ..studio import Studio

__all__ = ["LazyGroup", "Session", "echo_json", "host_of", "note", "read_theme", "session_of", "studio_of"]


class Session:
    """One run of the command line: its global options, and the studio, built when first needed."""

    def __init__(self) -> None:
        self.device: str | None = None
        self.download = False
        self.quiet = False
        self.debug = os.environ.get("ARTWRIGHT_DEBUG") == "1"
        self.no_plugins = False

    @cached_property
    def host(self) -> PluginHost:
        """Loaded plugins; each that failed costs one line on stderr."""
        from ..loader import PluginHost, builtin_points

        host = PluginHost(builtin_points()) if self.no_plugins else PluginHost()
        for record in host.records:
            if record.error and not self.quiet:
                where = f" (from {record.distribution} {record.version})" if record.distribution else ""
                click.echo(f"artwright: plugin {record.name!r}{where} was left out: {record.error}", err=True)
        return host

    @cached_property
    def studio(self) -> Studio:
        """The studio, with progress on a terminal's stderr."""
        from ..studio import Studio

        return Studio(device=self.device, download=self.download, host=self.host, progress=_progress(self.quiet))


def session_of(ctx: click.Context) -> Session:
    """This run's session."""
    return ctx.ensure_object(Session)


def host_of(ctx: click.Context) -> PluginHost:
    """The loaded plugins, without building a studio."""
    return session_of(ctx).host


def studio_of(ctx: click.Context) -> Studio:
    """This run's studio."""
    return session_of(ctx).studio


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
            from importlib import import_module

            module, _, name = self.lazy[cmd_name][0].partition(":")
            self.commands[cmd_name] = getattr(import_module(module, __package__), name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            from ..errors import UnknownName

            raise UnknownName("command", name, self.list_commands(ctx), where=f" in {ctx.command_path!r}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing those that are lazy."""
        rows = []
        for name in self.list_commands(ctx):
            if name in self.lazy:
                rows.append((name, self.lazy[name][1]))
            elif (command := self.get_command(ctx, name)) is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(60)))
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def echo_json(value: Any) -> None:
    """One JSON object on stdout, and nothing else."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def note(text: str) -> None:
    """A remark on stderr."""
    click.echo(text, err=True)


def read_theme(theme: str | None, theme_from: Path | None) -> Any:
    """The theme from an argument, `-` (stdin) or a file of any medium. Raises InputError unless
    exactly one is given.
    """
    from ..errors import InputError

    if (theme is None) == (theme_from is None):
        raise InputError("give a theme in words, or --theme-from FILE, one of the two")
    if theme_from is not None:
        return theme_from
    if theme == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"the theme on stdin is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}"
            ) from error
    return theme


def _progress(quiet: bool) -> Any:
    if quiet or not sys.stderr.isatty():
        return None
    return TerminalProgress()


class TerminalProgress:
    """A bar on the terminal's stderr."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None

    def update(self, share: float, text: str = "") -> None:
        """Draw the bar; at the end it goes away."""
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("", total=1.0)
            self._bar.start()
        self._bar.update(self._task, completed=share, description=text[:40])
        if share >= 1:
            self._bar.stop()
            self._bar = None
