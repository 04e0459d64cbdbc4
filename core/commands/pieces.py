"""`artwright piece run` and `artwright demo`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import InputError
from .parameters import marks_options
from .printing import note
from .session import pass_studio

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["demo", "piece"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_force_option = click.option("--force", is_flag=True, help="Replace the folder's works if it exists.")
_fresh_option = click.option("--fresh", is_flag=True, help="Make everything anew, even what the library has.")


def _seed_option(default: int) -> Callable[[_Command], _Command]:
    return click.option(
        "--seed", type=int, default=default, show_default=True, help="Random seed: same seed, same works."
    )


@click.group()
def piece() -> None:
    """Run scripts that make several works from one another."""


@piece.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the works (default: the piece's name).")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Give the piece a value (repeatable).")
@_seed_option(0)
@_force_option
@_fresh_option
@marks_options
@pass_studio
def run(
    studio: Studio, file: Path, out: Path | None, pairs: tuple[str, ...], seed: int, force: bool, fresh: bool
) -> None:
    """Run the piece in FILE (YAML)."""
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InputError(f"--set takes KEY=VALUE, not {pair!r}")
        values[key] = value
    _run(studio, file, out or Path(file.stem), values, seed=seed, force=force, fresh=fresh)


@click.command()
@click.argument("theme", default="")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("artwright-demo"),
    show_default=True,
    help="Folder for the works; a new one.",
)
@_seed_option(7)
@_force_option
@_fresh_option
@pass_studio
def demo(studio: Studio, theme: str, out: Path, seed: int, force: bool, fresh: bool) -> None:
    """One line of text, in English or Chinese, becomes a poem, a painting, a score and a film, with a page to show
    them.
    """
    from ..pieces.piece import demo_path

    _run(studio, demo_path(), out, {"theme": theme} if theme else {}, seed=seed, force=force, fresh=fresh)


def _run(studio: Studio, file: Path, out: Path, values: dict[str, Any], **how: Any) -> None:
    from ..pieces.piece import Piece

    result = Piece.load(file).run(studio, out, values=values, progress=studio.progress, **how)
    for path in result.files:
        click.echo(path)
    note(f"open {result.page}" if result.page else f"done in {result.seconds:.0f} s")
