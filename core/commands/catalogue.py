"""`artwright models` and `artwright styles`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ..errors import UnknownName
from ..home import home_path
from .parameters import json_option
from .printing import show_rows
from .session import host_of

__all__ = ["models", "styles"]


@click.command()
@click.argument("medium", required=False)
@click.option("-m", "--model", help="Show one model whole: card, options, JSON schema.")
@json_option
@click.pass_context
def models(ctx: click.Context, medium: str | None, model: str | None, as_json: bool) -> None:
    """Models, what they do and where they come from."""
    registry = host_of(ctx).registry
    if medium:
        registry.medium(medium)
    chosen = [(o, s) for o, s in registry.models(medium) if model in (None, s.name, f"{o}:{s.name}")]
    if model and not chosen:
        raise UnknownName(
            "model",
            model,
            (s.name for _, s in registry.models(medium)),
            where=f" for medium {medium!r}" if medium else "",
        )
    rows: list[dict[str, Any]] = [
        {
            "model": s.name,
            "medium": s.medium,
            "plugin": o,
            "operations": sorted(s.operations),
            "default_for": sorted(s.default_for),
            "summary": s.summary,
            **({"card": dict(s.read_card()), "options": s.options_schema()} if model else {}),
        }
        for o, s in chosen
    ]
    show_rows(rows, _show_model, name="models", as_json=as_json)
    if rows and not model and not as_json:
        click.echo("* the default for this operation")


def _show_model(row: Mapping[str, Any]) -> None:
    does = ", ".join(op.replace("_", "-") + ("*" if op in row["default_for"] else "") for op in row["operations"])
    click.echo(f"{row['medium']:<12}{row['model']:<14}{row['summary']}\n{'':<26}{does}   (plugin {row['plugin']})")
    if "card" in row:
        for name, field in row["options"].get("properties", {}).items():
            click.echo(f"{'':<26}-o {name}: {field.get('description', '')} [default {field.get('default')}]")
        click.echo(json.dumps(row["card"], indent=2, ensure_ascii=False))


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
