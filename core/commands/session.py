"""The run of the command line: its studio, and the options that belong to no command."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any

import click

from ..messages import printable
from .progress import terminal_progress

if TYPE_CHECKING:
    from ..loader import PluginHost
    from ..studio import Studio

__all__ = ["OFFLINE", "RunOption", "Session", "host_of", "options_of_a_run", "pass_studio", "session_of", "studio_of"]


OFFLINE = "yes"
"""What `HF_HUB_OFFLINE` is set to where a person did not set it: models are looked for on this computer alone."""


class Session:
    """One run of the command line: its global options, and the studio, built when first needed."""

    def __init__(self) -> None:
        self.device: str | None = None
        self.download = False
        self.quiet = False
        self.debug = os.environ.get("ARTWRIGHT_DEBUG") == "1"
        self.no_plugins = False
        self.marks: dict[str, Any] = {}  # what is asked for in this run

    @cached_property
    def host(self) -> PluginHost:
        """Loaded plugins; each that failed costs one line on stderr."""
        from ..loader import PluginHost, builtin_points

        host = PluginHost(builtin_points()) if self.no_plugins else PluginHost()
        for record in host.records:
            if record.error and not self.quiet:
                where = f" (from {record.distribution} {record.version})" if record.distribution else ""
                left_out = f"artwright: plugin {record.name!r}{where} was left out: {record.error}"
                click.echo(printable(left_out), err=True)
        return host

    @cached_property
    def studio(self) -> Studio:
        """The studio, with progress on a terminal's stderr."""
        from dataclasses import replace

        from ..home import home_path
        from ..marks.wishes import read_wishes
        from ..studio import Studio

        return Studio(
            device=self.device,
            download=self.download,
            host=self.host,
            progress=terminal_progress(quiet=self.quiet),
            marks=replace(read_wishes(home_path()), **self.marks),
        )


def session_of(ctx: click.Context) -> Session:
    """This run's session."""
    return ctx.ensure_object(Session)


def host_of(ctx: click.Context) -> PluginHost:
    """The loaded plugins, without building a studio."""
    return session_of(ctx).host


def studio_of(ctx: click.Context) -> Studio:
    """This run's studio."""
    return session_of(ctx).studio


def pass_studio(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator that gives a command this run's studio first."""

    @click.pass_context
    @wraps(function)
    def run(ctx: click.Context, /, *arguments: Any, **values: Any) -> Any:
        return function(studio_of(ctx), *arguments, **values)

    return run


class RunOption(click.Option):
    """An option that belongs to no command."""


def options_of_a_run(*, after: bool = False) -> list[click.Option]:
    """The options that belong to no command. after: as they are taken after a command, too."""

    def keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value and parameter.name:
            setattr(session_of(ctx), parameter.name, value)

    def option(names: str, dest: str, help_: str, **more: Any) -> click.Option:
        if after:
            more.pop("envvar", None)  # it is read before the command already
        return RunOption([*names.split(), dest], help=help_, expose_value=False, callback=keep, **more)

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
