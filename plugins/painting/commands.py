"""Commands of painting beside those that every medium has."""

from __future__ import annotations

import click

__all__ = ["painting"]


@click.group()
def painting() -> None:
    """Joins the medium's own group."""


@painting.command()
@click.argument("words")
@click.option(
    "--planner",
    default="",
    metavar="MODEL",
    help="A language model that says what is seen (hf:SOURCE, or a name of your list); without one the words are read as "
    "`generate` reads them.",
)
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False), metavar="FILE.json", help="Where the plan goes."
)
@click.option(
    "--format", "shape", type=click.Choice(["landscape", "portrait", "square", "wide", "tall"]), default="landscape"
)
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed: same seed, same plan.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def plan(
    ctx: click.Context, words: str, planner: str, output: str, shape: str, seed: int, force: bool, as_json: bool
) -> None:
    """Write the plan of a picture to a file, to edit and to paint (`generate -m atelier --plan FILE`)."""
    import json
    from dataclasses import asdict
    from pathlib import Path

    from ...core.commands.printing import echo_json
    from ...core.commands.session import studio_of
    from ...core.files import check_output, write_text
    from .models.atelier.planning import Brief, lay_out, write_brief
    from .models.common import FORMATS

    check_output(Path(output), force=force, option="output")
    brief = Brief()
    if planner:
        import numpy as np

        from ...core.pretrained.lending import lend_causal

        studio = studio_of(ctx)
        with lend_causal(studio.devices, studio.home, planner) as model:
            brief = write_brief(model, words, np.random.default_rng(seed))
    made = lay_out(words, brief, seed, FORMATS[shape])
    write_text(Path(output), json.dumps(made.to_dict(), ensure_ascii=False, indent=1) + "\n")
    if as_json:
        echo_json({"file": output, "brief": asdict(brief), "plan": made.to_dict()})
        return
    click.echo(output)
    if brief.seen:
        click.echo(f"{brief.seen} ({brief.scene}, {brief.time}, {brief.season}: {', '.join(brief.things)})", err=True)


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
