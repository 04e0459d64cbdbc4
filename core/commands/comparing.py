"""`artwright feedback page` and `compare`: works are set side by side, on a page or in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError, UsageError
from ..files import check_output, write_text
from .parameters import force_option, medium_option, user_option
from .printing import note
from .session import pass_studio

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..artwork import Artwork, Medium
    from ..feedback.taste import Taste
    from ..studio import Studio

__all__ = ["compare", "page"]

_NEWEST = 24


def _which(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what is compared."""
    pairs = click.option(
        "--pairs", type=click.IntRange(1, 500), default=40, show_default=True, help="How many comparisons, at most."
    )
    board = click.option("--board", metavar="TAG", help="The works that carry this tag.")
    works = click.argument("works", nargs=-1)
    return works(medium_option(board(pairs(user_option(command)))))


@click.command()
@_which
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default="compare.html", show_default=True)
@force_option
@pass_studio
def page(
    studio: Studio,
    works: tuple[str, ...],
    medium: str | None,
    board: str | None,
    pairs: int,
    user: str | None,
    output: Path,
    force: bool,
) -> None:
    """Write a page on which works are compared by arrow keys, offline; it gives a file for `feedback import`.

    WORKS of one medium, or the newest 24 of --medium, or those with the tag --board.
    """
    from ..feedback.page import render_page
    from ..feedback.store import current_user

    check_output(output, force=force)
    chosen, owner = _chosen(studio, works, medium, board, user)
    name = user or current_user()
    text = render_page(chosen, owner, user=name, pairs=pairs, taste=_taste(studio, owner, name))
    write_text(output, text)
    click.echo(output)
    note("open it, choose with the arrow keys, save, then: artwright feedback import FILE")


@click.command()
@_which
@pass_studio
def compare(
    studio: Studio, works: tuple[str, ...], medium: str | None, board: str | None, pairs: int, user: str | None
) -> None:
    """Compare works in the terminal, two at a time; each answer is stored at once.

    WORKS of one medium, or the newest 24 of --medium, or those with the tag --board.
    """
    from ..feedback.pairing import choose_pairs
    from ..feedback.store import current_user

    if not sys.stdin.isatty():
        raise UsageError("works are compared in a terminal; elsewhere use `artwright feedback page`")
    chosen, owner = _chosen(studio, works, medium, board, user)
    features = [owner.features(work) for work in chosen]
    order = choose_pairs(features, pairs, taste=_taste(studio, owner, user or current_user()))
    for number, pair in enumerate(order, 1):
        click.clear()
        for key, i in zip("12", pair, strict=True):
            click.secho(f"{key}  {chosen[i].short_id}", bold=True)
            click.echo(f"{owner.describe(chosen[i])}\n{studio.library.find(chosen[i].id)['file']}\n")
        said = click.prompt(f"{number} of {len(order)}: which is better? 1, 2, 0 for cannot say, q to end", default="0")
        if said.strip().lower() == "q":
            return
        if said.strip() in ("1", "2"):
            better, other = pair if said.strip() == "1" else pair[::-1]
            studio.feedback.prefer(
                chosen[better],
                chosen[other],
                user=user,
                features=features[better],
                other_features=features[other],
            )


def _chosen(
    studio: Studio, works: tuple[str, ...], medium: str | None, board: str | None, user: str | None
) -> tuple[list[Artwork], Medium]:
    """The works that are asked for, and their medium. Raises InputError if they are fewer than two, or of two media."""
    if works and board:
        raise UsageError("give works, or --board, not both")
    references = list(works)
    if board:
        tag = " ".join(board.split()).casefold()
        said = studio.feedback.said("tag", medium=medium, user=user)
        references = list(dict.fromkeys(entry.work for entry in said if entry.text == tag))
    elif not works:
        if medium is None:
            raise UsageError("name the works to compare, or --medium for its newest ones, or --board TAG")
        references = [row["id"] for row in studio.library.entries(medium=medium, limit=_NEWEST)]
    chosen = [studio.library.get(reference) for reference in references]
    chosen = list({work.id: work for work in chosen}.values())
    if len(chosen) < 2:
        raise InputError(f"two works or more are needed to compare; {len(chosen)} found")
    owner = studio.registry.medium(medium or chosen[0].medium)
    stray = next((work for work in chosen if work.medium != owner.name), None)
    if stray is not None:
        raise InputError(
            f"{stray.short_id} is a work of {stray.medium}, not of {owner.name}; compare works of one medium"
        )
    return chosen, owner


def _taste(studio: Studio, medium: Medium, user: str) -> Taste | None:
    """The person's taste, by which the most telling pairs are chosen; None where it is not known."""
    try:
        return studio.feedback.taste(medium.name, user=user)
    except InputError:
        return None
