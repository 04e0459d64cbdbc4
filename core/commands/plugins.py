"""`artwright plugins`: what is installed, what it brings, what is wrong with it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import UnknownName, UsageError
from ..scaffold import write_plugin
from .parameters import json_option
from .printing import echo_json, show_rows
from .session import host_of

if TYPE_CHECKING:
    from ..loader import PluginHost

__all__ = ["plugins"]


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """Plugins, what they bring and what is wrong with them."""
    if ctx.invoked_subcommand is not None:
        return
    host = host_of(ctx)
    rows = [
        {
            "plugin": record.name,
            "distribution": record.distribution,
            "version": record.version,
            "milliseconds": round(1000 * record.seconds, 1),
            "hooks": list(record.hooks),
            "error": record.error,
            "media": sorted(m for m, o in host.registry.owner_of_medium.items() if o == record.name),
            "models": sorted(f"{s.medium}/{s.name}" for o, s in host.registry.models() if o == record.name),
        }
        for record in host.records
    ]
    show_rows(rows, _show_plugin, name="plugins", as_json=as_json)


def _show_plugin(row: Mapping[str, Any]) -> None:
    brings = ", ".join(row["models"]) or ", ".join(row["hooks"]) or "nothing"
    state = f"LEFT OUT: {row['error']}" if row["error"] else brings
    click.echo(f"{row['plugin']:<16}{row['distribution']} {row['version']:<10}{row['milliseconds']:>7.1f} ms  {state}")


@plugins.command()
@click.argument("name")
@click.pass_context
def disable(ctx: click.Context, name: str) -> None:
    """Leave a plugin out from the next start on."""
    host = host_of(ctx)
    _known(host, name)
    if any(r.name == name and r.distribution == "artwright" for r in host.records):
        raise UsageError(
            f"{name!r} is built in and cannot be disabled; ARTWRIGHT_PLUGINS=a,b limits the plugins of one run"
        )
    host.guard.disable(name)
    click.echo(f"{name} is left out from now on")


@plugins.command()
@click.argument("name")
@click.pass_context
def enable(ctx: click.Context, name: str) -> None:
    """Take a plugin in again that was disabled or crashed."""
    host = host_of(ctx)
    _known(host, name)
    host.guard.enable(name)
    click.echo(f"{name} is loaded again from now on")


@plugins.command()
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["model", "medium", "style", "command", "wrapper"]),
    default="model",
    show_default=True,
    help="What it brings.",
)
@click.option("--output", type=click.Path(path_type=Path), default=Path(), help="Folder to make it in (default: here).")
@click.pass_context
def new(ctx: click.Context, name: str, kind: str, output: Path) -> None:
    """Write a small, complete, tested package to begin a plugin with."""
    for path in write_plugin(name, kind, output, taken=_taken(ctx, kind)):
        click.echo(path)


def _taken(ctx: click.Context, kind: str) -> set[str]:
    """Names that a new plugin of a kind cannot bring."""
    host = host_of(ctx)
    taken = {record.name for record in host.records}
    if kind in ("command", "medium"):
        front = ctx.find_root().command
        taken |= set(front.list_commands(ctx.find_root())) if isinstance(front, click.Group) else set()
    if kind == "medium":
        suffixes = {suffix for medium in host.registry.media.values() for suffix in medium.reads}
        taken |= set(host.registry.media) | {suffix.removeprefix(".") for suffix in suffixes}
    if kind == "model":
        taken |= {spec.name for _, spec in host.registry.models()}
    if kind == "style":
        taken |= {name for _, name in host.registry.styles}
    return taken


@plugins.command()
@click.argument("name")
@json_option
@click.pass_context
def check(ctx: click.Context, name: str, as_json: bool) -> None:
    """Load one plugin, say what it brings, and run the contracts on it. Exit code 1 if something is wrong."""
    from ..loader import check_plugin

    host = host_of(ctx)
    _known(host, name)
    report = check_plugin(host, name)
    loaded = not next(record.error for record in host.records if record.name == name)
    report["contract"] = _run_contract(name, report["problems"]) if loaded else "not run: the plugin did not load"
    if as_json:
        echo_json(report)
    else:
        for key, value in report.items():
            click.echo(f"{key}: {', '.join(map(str, value)) if isinstance(value, list) else value}")
    if report["problems"]:
        ctx.exit(1)


def _run_contract(name: str, problems: list[str]) -> str:
    """Run the contracts in a process of their own; failures are added to `problems`, the verdict is returned."""
    if find_spec("pytest") is None:
        return "not run: install pytest to run it"
    done = subprocess.run(
        [sys.executable, "-m", "artwright.testing.run", name], capture_output=True, text=True, check=False
    )
    if done.returncode == 5:
        return "nothing to run: it brings no medium, model, wrapper or command"
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    problems += [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    if done.returncode and not problems:
        problems.append((lines or done.stderr.splitlines() or ["the contract could not be run"])[-1])
    return lines[-1] if lines else "not run"


def _known(host: PluginHost, name: str) -> None:
    names = {r.name for r in host.records}
    if name not in names:
        raise UnknownName("plugin", name, names)
