"""`artwright plugins`: what is installed, what it brings, what is wrong with it."""

from __future__ import annotations

from typing import Any

import click

from .common import echo_json, host_of

__all__ = ["plugins"]


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """Plugins, what they bring and what is wrong with them."""
    if ctx.invoked_subcommand is not None:
        return
    host = host_of(ctx)
    rows: list[dict[str, Any]] = []
    for record in host.records:
        rows.append({
            "plugin": record.name, "distribution": record.distribution, "version": record.version,
            "milliseconds": round(1000 * record.seconds, 1), "hooks": list(record.hooks), "error": record.error,
            "media": sorted(m for m, o in host.registry.owner_of_medium.items() if o == record.name),
            "models": sorted(f"{s.medium}/{s.name}" for o, s in host.registry.models() if o == record.name),
        })
    if as_json:
        echo_json({"plugins": rows})
        return
    for row in rows:
        state = f"LEFT OUT: {row['error']}" if row["error"] else f"{', '.join(row['models']) or ', '.join(row['hooks']) or 'nothing'}"
        click.echo(f"{row['plugin']:<16}{row['distribution']} {row['version']:<10}{row['milliseconds']:>7.1f} ms  {state}")
