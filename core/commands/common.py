"""What all commands share: the studio of this run, its options before and after a command, results as text or JSON."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ..loader import PluginHost
    from ..studio import Studio

__all__ = [
    "LazyGroup",
    "Session",
    "echo_json",
    "host_of",
    "note",
    "options_of_a_run",
    "session_of",
    "show",
    "studio_of",
    "write_stdout",
]


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
                note(f"artwright: plugin {record.name!r}{where} was left out: {record.error}")
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


# ---------------------------------------------------------------------- options of a run


class _RunOption(click.Option):
    """An option that belongs to no command."""


def options_of_a_run(*, after: bool = False) -> list[click.Option]:
    """The options that belong to no command. after: as they are taken after a command, too."""

    def keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value and parameter.name:
            setattr(session_of(ctx), parameter.name, value)

    def option(names: str, dest: str, help_: str, **more: Any) -> click.Option:
        if after:
            more.pop("envvar", None)  # it is read before the command already
        return _RunOption([*names.split(), dest], help=help_, expose_value=False, callback=keep, **more)

    flag: dict[str, Any] = {"is_flag": True}
    return [
        option(
            "--device",
            "device",
            "cpu, cuda, cuda:1, mps (default: the best there is).",
            metavar="DEVICE",
            envvar="ARTWRIGHT_DEVICE",
            show_envvar=not after,
        ),
        option("-q --quiet", "quiet", "No progress, no remarks.", **flag),
        option("--debug", "debug", "Show where an error came from.", envvar="ARTWRIGHT_DEBUG", **flag),
        option("--download", "download", "Let models fetch what they lack from the network.", hidden=after, **flag),
        option(
            "--no-plugins",
            "no_plugins",
            "Safe mode: built-in plugins only.",
            envvar="ARTWRIGHT_NO_PLUGINS",
            hidden=after,
            **flag,
        ),
    ]


def _with_options_of_a_run(command: click.Command) -> click.Command:
    """The command, taking the options of a run as well, but for those whose names it uses itself."""
    if any(isinstance(parameter, _RunOption) for parameter in command.params):
        return command
    taken = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    command.params += [o for o in options_of_a_run(after=True) if not taken & set(o.opts)]
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _with_options_of_a_run(child)
    return command


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
        found, command, rest = super().resolve_command(ctx, args)
        return found, command and _with_options_of_a_run(command), rest

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


# ---------------------------------------------------------------------- what is said


def show(text: str) -> None:
    """A line of a result on stdout. Nothing in it moves the cursor; what the terminal's encoding lacks comes as UTF-8."""
    from ..messages import printable

    shown = printable(text)
    try:
        click.echo(shown)
    except UnicodeEncodeError:
        write_stdout(shown.encode("utf-8", "backslashreplace") + b"\n")
        note(f"note: {sys.stdout.encoding} cannot write all of this; it is shown as UTF-8")


def echo_json(value: Any) -> None:
    """One JSON object on stdout, and nothing else; characters that stdout's encoding lacks are escaped."""
    value = _finite(value)
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        click.echo(text)
    except UnicodeEncodeError:
        click.echo(json.dumps(value, indent=2))


def _finite(value: Any) -> Any:
    """The value with null for what JSON has no number for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list | tuple) else value


def write_stdout(data: bytes) -> None:
    """Bytes on stdout, after what was written there as text."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """A remark on stderr, unless the run is to be quiet."""
    from ..messages import printable

    ctx = click.get_current_context(silent=True)
    if ctx is not None and session_of(ctx).quiet:
        return
    click.echo(printable(text), err=True)


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
