"""`artwright models` and `artwright styles`."""

from __future__ import annotations

import json
from typing import Any

import click

from ..errors import UnknownName
from ..home import home_path
from .parameters import json_option
from .printing import echo_json
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
    if as_json:
        echo_json({"models": rows})
        return
    for row in rows:
        does = ", ".join(op.replace("_", "-") + ("*" if op in row["default_for"] else "") for op in row["operations"])
        click.echo(f"{row['medium']:<12}{row['model']:<14}{row['summary']}\n{'':<26}{does}   (plugin {row['plugin']})")
        if model:
            for name, field in row["options"].get("properties", {}).items():
                click.echo(f"{'':<26}-o {name}: {field.get('description', '')} [default {field.get('default')}]")
            click.echo(json.dumps(row["card"], indent=2, ensure_ascii=False))
    if rows and not model:
        click.echo("* the default for this operation")


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
        {"style": s.name, "medium": s.medium, "summary": s.summary, "source": s.source, "aliases": list(s.aliases)}
        for s in sorted(registry.styles.values(), key=lambda s: (s.medium, s.name))
        if medium in (None, s.medium)
    ]
    for file in sorted((home_path() / "styles").glob("*/*")):
        if not file.name.startswith(".") and medium in (None, file.parent.name):
            rows.append(
                {
                    "style": file.stem,
                    "medium": file.parent.name,
                    "summary": "learned on this computer",
                    "source": str(file),
                    "aliases": [],
                }
            )
    if as_json:
        echo_json({"styles": rows})
        return
    for row in rows:
        others = f" ({', '.join(row['aliases'])})" if row["aliases"] else ""
        click.echo(f"{row['medium']:<12}{row['style']:<20}{row['summary']}{others}")
