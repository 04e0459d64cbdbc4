"""Commands of painting beside those that every medium has."""

from __future__ import annotations

import click

__all__ = ["painting"]


@click.group()
def painting() -> None:
    """Joins the medium's own group."""


@painting.group()
def styles() -> None:
    """Styles of painting: invent new ones."""


@styles.command()
@click.option("--name", required=True, help="What the style is called; `generate --style NAME` then uses it.")
@click.option(
    "--between",
    default="",
    metavar="HANDS",
    help="Hands to breed from, joined by +, as in monet+hokusai; empty for all that there are.",
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 50), help="Rounds of selection.")
@click.option("--brood", default=8, show_default=True, type=click.IntRange(2, 64), help="Styles tried in a round.")
@click.option("--seed", type=int, default=None, help="Random seed: same seed, same style. Random if not given.")
@click.option(
    "--sheet",
    type=click.Path(dir_okay=False),
    default=None,
    metavar="FILE",
    help="Also write a sheet of the finds, PNG.",
)
@click.option("--force", is_flag=True, help="Replace a style of that name, and a sheet.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def invent(
    ctx: click.Context,
    name: str,
    between: str,
    rounds: int,
    brood: int,
    seed: int | None,
    sheet: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Search for a style that is art to the eye and belongs to no movement, and keep it under a name."""
    import secrets
    from pathlib import Path

    from ...core.commands.printing import echo_json
    from ...core.commands.session import studio_of
    from ...core.files import atomic, check_output
    from .models.atelier.inventing import SearchPlan, invent_style, keep_style

    if sheet:
        check_output(Path(sheet), force=force, option="sheet")
    studio = studio_of(ctx)
    plan = SearchPlan(
        parents=tuple(filter(None, between.split("+"))),
        rounds=rounds,
        brood=brood,
        seed=secrets.randbelow(2**31) if seed is None else seed,
    )
    keep_style(None, name, studio.home, force=force)
    found = invent_style(plan, studio.devices, studio.progress)
    path = keep_style(found, name, studio.home, force=force)
    if sheet:
        with atomic(Path(sheet)) as temporary:
            found.sheet().save(temporary, "PNG")
    if as_json:
        echo_json({"style": name, "file": str(path), "seed": plan.seed, **found.to_dict()})
        return
    click.echo(path)
    best = found.best
    click.echo(
        f"{best.parameters.summary}; ambiguity {best.ambiguity:.2f} (1: any movement as likely), art "
        f"{best.art:.2f} (1: near to known works)"
    )
