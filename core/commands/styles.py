"""`artwright styles`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..home import home_path
from .parameters import json_option
from .printing import show_rows
from .session import host_of

__all__ = ["styles"]


@click.command()
@click.argument("medium", required=False)
@json_option
@click.pass_context
def styles(ctx: click.Context, medium: str | None, as_json: bool) -> None:
    """Styles that a medium knows by name."""
    registry = host_of(ctx).registry
    if medium:
        registry.medium(medium)
    rows = [
        _style_row(s.name, s.medium, s.summary, s.source, s.aliases)
        for s in sorted(registry.styles.values(), key=lambda s: (s.medium, s.name))
        if medium in (None, s.medium)
    ]
    for file in sorted((home_path() / "styles").glob("*/*")):
        if not file.name.startswith(".") and medium in (None, file.parent.name):
            rows.append(_style_row(file.stem, file.parent.name, "learned on this computer", str(file)))
    show_rows(rows, _show_style, name="styles", as_json=as_json)


def _style_row(name: str, medium: str, summary: str, source: str, aliases: Sequence[str] = ()) -> dict[str, Any]:
    return {"style": name, "medium": medium, "summary": summary, "source": source, "aliases": list(aliases)}


def _show_style(row: Mapping[str, Any]) -> None:
    others = f" ({', '.join(row['aliases'])})" if row["aliases"] else ""
    click.echo(f"{row['medium']:<12}{row['style']:<20}{row['summary']}{others}")
