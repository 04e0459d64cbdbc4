"""`artwright piece status | clean | lock | export`: runs of pieces that there were, by the folder that they made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, OutputError
from .printing import echo_json, note, show
from .session import pass_studio

if TYPE_CHECKING:
    from ..pieces.journal import Entry, Journal
    from ..studio import Studio

__all__ = ["clean", "export", "lock", "status"]

_json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@_json_option
@pass_studio
def status(studio: Studio, folder: Path | None, as_json: bool) -> None:
    """Say how far the run into FOLDER is, with each step; without a folder, all runs."""
    from ..pieces.journal import Journal

    with Journal(studio.home, make=False) as journal:
        rows = [_run_row(studio, journal, run) for run in _runs(journal, folder)]
        if folder is not None:
            rows[0]["rows"] = [_step_row(entry, rows[0]["state"]) for entry in journal.entries(rows[0]["run"])]
    if as_json:
        echo_json({"runs": rows})
        return
    for row in rows:
        counts = ", ".join(f"{number} {state}" for state, number in sorted(row["steps"].items()))
        show(f"{row['folder']}: {row['piece']}, {row['state']} ({counts or 'no step begun'})")
        for step in row.get("rows", ()):
            told = f": {step['error']}" if step["error"] else ""
            show(f"  {step['step']}  {step['state']}  {step['work']}  {step['seconds']:.1f} s{told}")
    if not rows:
        note("no piece was run yet")


def _runs(journal: Journal, folder: Path | None) -> list[Entry]:
    return list(journal.runs()) if folder is None else [find_run(journal, folder)]


def find_run(journal: Journal, folder: Path) -> Entry:
    """The run into a folder. Raises InputError if the journal knows none."""
    from ..pieces.places import run_id

    run = journal.get(run_id(folder), "")
    if run is None:
        known = ", ".join(sorted(str(entry.parts.get("out", "")) for entry in journal.runs())[:5]) or "none"
        raise InputError(f"no piece was run into {str(folder)!r}; there are runs into: {known}")
    return run


def _run_row(studio: Studio, journal: Journal, run: Entry) -> dict[str, Any]:
    from ..pieces.places import is_at_work

    folder = Path(run.parts["out"])
    state = "running" if is_at_work(studio.home, folder) else "stopped" if run.state == "running" else run.state
    counts = journal.counts(run.run)
    if state != "running" and "running" in counts:
        counts["stopped"] = counts.pop("running")
    return {
        "run": run.run,
        "folder": str(folder),
        "piece": run.parts["piece"],
        "state": state,
        "seed": run.parts["seed"],
        "steps": counts,
    }


def _step_row(entry: Entry, run_state: str) -> dict[str, Any]:
    from ..artwork import shorten_id

    return {
        "step": entry.step,
        "state": "stopped" if entry.state == "running" and run_state != "running" else entry.state,
        "work": shorten_id(entry.work),
        "seconds": entry.seconds,
        "tries": entry.tries,
        "error": entry.error,
    }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.Choice(["finals", "recipes", "all"]),
    default="finals",
    show_default=True,
    help="finals: works that are in the folder or that nothing was made from. recipes: no work. all: every work.",
)
@click.option(
    "--budget", metavar="SIZE", help="Keep at most this much, as in 2GB; what is made again soonest goes first."
)
@_json_option
@pass_studio
def clean(studio: Studio, folder: Path, keep: Any, budget: str | None, as_json: bool) -> None:
    """Remove works of the run into FOLDER from the library. Its steps stay known: a work is made again, the same, when a
    step that runs needs it. Files in FOLDER stay.
    """
    from ..pieces.cleaning import clean as clean_run
    from ..pieces.cleaning import read_size
    from ..pieces.journal import Journal
    from ..pieces.places import alone

    size = read_size(budget) if budget else None
    with Journal(studio.home, make=False) as journal:
        run = find_run(journal, folder)
        with alone(studio.home, folder):
            removed = clean_run(studio, journal, run.run, keep=keep, budget=size)
    if as_json:
        echo_json({"removed": [{"step": step, "work": work, "bytes": number} for step, work, number in removed]})
        return
    for step, work, number in removed:
        show(f"{step}  {work}  {number / 1e6:.2f} MB")
    note(f"{len(removed)} works removed, {sum(row[2] for row in removed) / 1e6:.1f} MB")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@pass_studio
def lock(studio: Studio, folder: Path) -> None:
    """Write what each step of the run into FOLDER was made with to a lock beside the piece; `piece check --locked` tells
    when that has changed.
    """
    from ..pieces.journal import Journal
    from ..pieces.locking import lock_file, write_lock

    with Journal(studio.home, make=False) as journal:
        run = find_run(journal, folder)
        if not run.parts["file"]:
            raise OutputError("this piece was no file, so that there is no place for its lock")
        path = lock_file(Path(run.parts["file"]))
        steps = write_lock(journal, run.run, path)
    click.echo(path)
    note(f"{steps} steps locked")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A picture book (.epub), a sheet of all works (.png, .jpg), a table of how they were made (.csv), or an archive (.zip).",
)
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@pass_studio
def export(studio: Studio, folder: Path, output: Path, force: bool) -> None:
    """Write what the piece in FOLDER made as one file."""
    from ..pieces.exporting import export as export_folder

    export_folder(studio, folder, output, force=force)
    click.echo(output)
