"""`artwright feedback taste`: what was learned of somebody's taste, which works fit it, what to ask next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, UsageError
from ..files import check_output, write_text
from .parameters import force_option, json_option, user_option
from .printing import echo_json, note
from .session import pass_studio

if TYPE_CHECKING:
    from ..artwork import Artwork
    from ..feedback.taste import Because, Taste
    from ..studio import Studio

__all__ = ["taste"]


@click.command()
@click.argument("medium")
@click.argument("works", nargs=-1)
@click.option(
    "--ask", is_flag=True, help="Name the two works (of WORKS, or of the newest 30) whose comparison would help most."
)
@click.option(
    "--aim",
    type=click.Choice(["know", "find"]),
    default="know",
    show_default=True,
    help="What --ask is to help with: to know the taste, or to find a work that is liked.",
)
@click.option("--export", "exported", type=click.Path(path_type=Path, dir_okay=False), help="Write the taste, 2 kB.")
@click.option(
    "--import", "brought", type=click.Path(path_type=Path, dir_okay=False), help="Begin with a written taste."
)
@user_option
@force_option
@json_option
@pass_studio
def taste(
    studio: Studio,
    medium: str,
    works: tuple[str, ...],
    ask: bool,
    aim: Any,
    exported: Path | None,
    brought: Path | None,
    user: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """What was learned of your taste in MEDIUM; or WORKS in the order of it, best first, with why."""
    if sum(map(bool, (ask, exported, brought))) > 1:
        raise UsageError("--ask, --export and --import are three things; ask for one of them")
    owner = studio.registry.medium(medium)
    if brought:
        click.echo(studio.feedback.bring_taste(_read(brought), medium, user=user))
        return
    learned = studio.feedback.taste(medium, user=user, check=not (works or ask or exported))
    if exported:
        from ..feedback.portable import pack_taste

        check_output(exported, force=force)
        write_text(exported, pack_taste(learned, medium))
        click.echo(exported)
        return
    references = list(works) or ([row["id"] for row in studio.library.entries(medium=medium, limit=30)] if ask else [])
    chosen = [studio.library.get(reference) for reference in references]
    for work in chosen:
        if work.medium != medium:
            raise InputError(f"{work.short_id} is a work of {work.medium}, not of {medium}")
    described = [owner.features(work) for work in chosen]
    if ask:
        _show_question(*(chosen[i] for i in learned.ask(described, aim)), as_json=as_json)
        return
    reasons = [learned.because(one, described) for one in described]
    ranked = learned.rank(described)
    if as_json:
        order = [
            {
                "work": chosen[r.index].id,
                "mean": round(r.mean, 4),
                "sd": round(r.sd, 4),
                "because": [_reason(one, chosen) for one in reasons[r.index]],
            }
            for r in ranked
        ]
        echo_json({"medium": medium, **learned.to_dict(), "ranking": order})
        return
    for r in ranked:
        click.echo(f"{r.mean:+.2f} (sd {r.sd:.2f})  {_name(chosen[r.index])}")
        for one in reasons[r.index]:
            shown = "" if one.shown_by in (None, r.index) else f"; most in {chosen[one.shown_by or 0].short_id}"
            click.echo(f"    because of {one.feature} ({one.part:+.2f}, sd {one.sd:.2f}{shown})")
    if not ranked:
        _show_leanings(learned)


def _reason(because: Because, works: list[Artwork]) -> dict[str, Any]:
    shown = None if because.shown_by is None else works[because.shown_by].id
    return {
        "feature": because.feature,
        "part": round(because.part, 4),
        "sd": round(because.sd, 4),
        "shown_by": shown,
    }


def _show_question(first: Artwork, second: Artwork, *, as_json: bool) -> None:
    """The two works whose comparison would help most."""
    if as_json:
        echo_json({"ask": [first.id, second.id]})
        return
    click.echo(f"{_name(first)}\n{_name(second)}")
    note(f"say which is better: artwright feedback prefer {first.short_id} {second.short_id}  (or the other way round)")


def _show_leanings(learned: Taste) -> None:
    """What a taste was learned from, and which features it likes."""
    foreseen = (
        ""
        if learned.foresight is None
        else f"; foresees {learned.foresight:.0%} of comparisons it has not heard (50% is chance)"
    )
    others = f"; begun with what {learned.others} others here like" if learned.others else ""
    said = f"learned from {learned.ratings} ratings and {learned.preferences} preferences"
    click.echo(f"{said}{others}{foreseen}")
    for leaning in learned.leanings():
        bend = "likes the middle" if leaning.curve < 0 else "likes the extremes"
        curve = f"; {bend} {abs(leaning.curve):.2f}" if abs(leaning.curve) > leaning.curve_sd else ""
        click.echo(f"{leaning.feature:<32}{leaning.weight:+.2f} (sd {leaning.weight_sd:.2f}){curve}")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the taste {str(path)!r}: {error}") from error


def _name(work: Artwork) -> str:
    return f"{work.short_id}  {work.title or '-'}"
