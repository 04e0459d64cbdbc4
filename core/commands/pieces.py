"""`artwright piece run | resume | check` and `artwright demo`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..errors import InputError
from .groups import LazyGroup
from .parameters import marks_options
from .printing import note, show
from .session import pass_studio

if TYPE_CHECKING:
    from ..pieces.engine import Event
    from ..studio import Studio

__all__ = ["demo", "piece"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_force_option = click.option("--force", is_flag=True, help="Replace files that this piece did not make.")
_fresh_option = click.option("--fresh", is_flag=True, help="Make everything anew, even what the library has.")


def _seed_option(default: int) -> Callable[[_Command], _Command]:
    return click.option(
        "--seed", type=int, default=default, show_default=True, help="Random seed: same seed, same works."
    )


_set_option = click.option(
    "--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Give the piece a value (repeatable)."
)
_out_option = click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the works (default: the piece's name)."
)


def _events(function: _Command) -> _Command:
    """The options that say what is told of a run."""
    function = click.option("--why", is_flag=True, help="Print for each step why it runs, or why not.")(function)
    return click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON, a line an event.")(
        function
    )


def _crew_options(function: _Command) -> _Command:
    """The options that say who does the steps."""
    function = click.option(
        "--jobs", type=click.IntRange(1, 256), help="Steps at once (default: as many as there are cores)."
    )(function)
    return click.option(
        "--executor",
        default="processes",
        show_default=True,
        metavar="NAME",
        help="Who does the steps: here, processes, dask, dask=ADDRESS. The works are the same.",
    )(function)


@click.group(
    cls=LazyGroup,
    lazy={
        "status": (".piece_runs:status", "Say how far runs of pieces are."),
        "clean": (".piece_runs:clean", "Remove works that can be made again."),
        "lock": (".piece_runs:lock", "Write what the steps were made with beside the piece."),
        "export": (".piece_runs:export", "Write what a piece made as one file: book, sheet, table, archive."),
    },
)
def piece() -> None:
    """Run scripts that make several works from one another."""


@piece.command()
@click.argument("file", type=click.Path(path_type=Path))
@_out_option
@_set_option
@_seed_option(0)
@_force_option
@_fresh_option
@marks_options
@click.option("--dry-run", is_flag=True, help="Say what would run, and why; run nothing.")
@_crew_options
@_events
@pass_studio
def run(
    studio: Studio, file: Path, out: Path | None, pairs: tuple[str, ...], seed: int, dry_run: bool, **how: Any
) -> None:
    """Run the piece in FILE (YAML). A run that was stopped goes on where it was."""
    values, out = _values(pairs), out or Path(file.stem)
    if dry_run:
        _foresee(studio, file, out, values, seed=seed, fresh=how["fresh"], as_json=how["as_json"])
    else:
        _run(studio, file, out, values, seed=seed, **how)


@piece.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_crew_options
@_events
@pass_studio
def resume(studio: Studio, folder: Path, **how: Any) -> None:
    """Go on with the run into FOLDER as it was begun: its piece, values and seed."""
    from ..pieces.journal import Journal
    from .piece_runs import find_run

    with Journal(studio.home, make=False) as journal:
        told = find_run(journal, folder)
    if told.state == "done":
        raise InputError(f"the run into {str(folder)!r} has ended; `artwright piece run --force` makes it anew")
    if not told.parts["file"]:
        raise InputError("this piece was no file; run it again from where it was written")
    file, seed, values = Path(told.parts["file"]), told.parts["seed"], dict(told.parts["values"])
    _run(studio, file, folder, values, seed=seed, force=told.parts["force"], fresh=False, **how)


@piece.command()
@click.argument("file", type=click.Path(path_type=Path))
@_set_option
@_seed_option(0)
@click.option("--locked", is_flag=True, help="Say also what is not as the lock beside FILE has it, and end with 1.")
@pass_studio
def check(studio: Studio, file: Path, pairs: tuple[str, ...], seed: int, locked: bool) -> None:
    """Check the piece in FILE against what is installed; run nothing."""
    from ..pieces.locking import find_drift, lock_file
    from ..pieces.piece import Piece

    values = _values(pairs)
    plan = Piece.load(file, studio=studio, values=values).plan(studio, values=values, seed=seed)
    drift = list(find_drift(plan, studio, lock_file(file))) if locked else []
    for line in drift:
        show(line)
    if drift:
        raise click.exceptions.Exit(1)
    note(f"{file}: {plan.size} steps, nothing is wrong")


@piece.command()
@click.argument("file", type=click.Path(path_type=Path))
@_set_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write (default: standard output).")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@pass_studio
def graph(studio: Studio, file: Path, pairs: tuple[str, ...], output: Path | None, force: bool) -> None:
    """Draw the steps of the piece in FILE, and what is made of what, as SVG."""
    from ..files import check_output, write_text
    from ..pieces.graph import draw_graph
    from ..pieces.piece import Piece

    values = _values(pairs)
    text = draw_graph(Piece.load(file, studio=studio, values=values).plan(studio, values=values))
    if output is None:
        click.echo(text, nl=False)
        return
    check_output(output, force=force)
    write_text(output, text)
    click.echo(output)


@piece.command()
def schema() -> None:
    """Print the JSON schema of a piece's file, which editors complete and check by."""
    from ..pieces.schema import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=1))


def _values(pairs: tuple[str, ...]) -> dict[str, Any]:
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InputError(f"--set takes KEY=VALUE, not {pair!r}")
        values[key] = value
    return values


def _foresee(studio: Studio, file: Path, out: Path, values: dict[str, Any], *, as_json: bool, **how: Any) -> None:
    from ..pieces.piece import Piece

    for step in Piece.load(file, studio=studio, values=values).foresee(studio, out, values=values, **how):
        if as_json:
            click.echo(json.dumps({"step": step.step, "runs": step.runs, "reason": step.reason}, ensure_ascii=False))
        else:
            show(f"{step.step}  {'runs' if step.runs else 'known'}  {step.reason}")


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


def _run(
    studio: Studio,
    file: Path,
    out: Path,
    values: dict[str, Any],
    *,
    why: bool = False,
    as_json: bool = False,
    **how: Any,
) -> None:
    from ..pieces.piece import Piece

    def tell(event: Event) -> None:
        if as_json:
            click.echo(json.dumps(asdict(event), ensure_ascii=False))
        elif event.state == "done" and event.reason:
            note(f"{event.step}: {event.reason}")
        elif why and event.state in ("known", "running"):
            reason = event.reason.removeprefix("known: ")
            show(f"{event.step}  {'known' if event.state == 'known' else 'runs'}  {reason}")

    result = Piece.load(file, studio=studio, values=values).run(
        studio, out, values=values, progress=studio.progress, tell=tell, **how
    )
    if as_json:
        click.echo(json.dumps({"folder": str(out), "page": str(result.page or ""), "seconds": result.seconds}))
        return
    for path in result.files:
        click.echo(path)
    note(f"open {result.page}" if result.page else f"done in {result.seconds:.0f} s")
