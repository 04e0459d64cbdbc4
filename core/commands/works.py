"""`artwright works` and `replay`: the works there are, and how they are made again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..messages import printable
from .inputs import open_work
from .parameters import force_option, json_option, marks_options, medium_option
from .printing import echo_json, note, show, show_facts, show_rows
from .session import pass_studio, studio_of

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["replay", "works"]

_limit_option = click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first."
)


@click.group(invoke_without_command=True)
@medium_option
@_limit_option
@json_option
@click.pass_context
def works(ctx: click.Context, medium: str | None, limit: int, as_json: bool) -> None:
    """The works in the library, newest first; add works of your own, find, show and remove them.

    Each work that is made is kept, and so is each of yours that another is made from.
    """
    if ctx.invoked_subcommand is None:
        _list(studio_of(ctx), "", medium, limit, as_json)


@works.command()
@click.argument("words", nargs=-1, required=True)
@medium_option
@_limit_option
@json_option
@pass_studio
def find(studio: Studio, words: tuple[str, ...], medium: str | None, limit: int, as_json: bool) -> None:
    """Works whose title, theme, style, model or id has all of these words."""
    _list(studio, " ".join(words), medium, limit, as_json)


@works.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@pass_studio
def add(studio: Studio, files: tuple[Path, ...], as_json: bool) -> None:
    """Keep works of your own as the files that they are."""
    rows = []
    for file in files:
        work = studio.load(file)
        kept = studio.library.add_file(file, work)
        rows.append({"id": work.id, "medium": work.medium, "title": work.title, "file": str(kept)})
        if not as_json:
            _show_line(rows[-1])
    if as_json:
        echo_json({"works": rows})


@works.command("show")
@click.argument("references", metavar="WORK...", nargs=-1, required=True)
@json_option
@pass_studio
def show_works(studio: Studio, references: tuple[str, ...], as_json: bool) -> None:
    """All that is known of works, by their ids or the first digits of them."""
    library = studio.library
    rows = [library.find(reference) for reference in references]
    if as_json:
        echo_json(rows[0] if len(rows) == 1 else {"works": rows})
        return
    for row in rows:
        show_facts({**row, **(row.get("provenance") or {}), "provenance": None})


@works.command()
@click.argument("references", metavar="WORK...", nargs=-1, required=True)
@json_option
@pass_studio
def remove(studio: Studio, references: tuple[str, ...], as_json: bool) -> None:
    """Delete works from the library. What was said of them stays (`artwright feedback forget`)."""
    library = studio.library
    rows = [library.remove(reference) for reference in references]
    if as_json:
        echo_json({"removed": [row["id"] for row in rows]})
        return
    for row in rows:
        note(f"removed {row['id'].removeprefix('sha256:')[:12]}  {row['title'] or '-'}")


@works.command()
@json_option
@pass_studio
def register(studio: Studio, as_json: bool) -> None:
    """Register the works that you made: a list that your key signs, by which copies are found (`claim`)."""
    from ..home import register_folder
    from ..marks.register import Register

    listed = Register(register_folder(studio.home), studio.registry.media).write(studio.library, studio.marker.signer)
    if as_json:
        echo_json(listed)
        return
    show(str(register_folder(studio.home)))
    note(
        f"{len(listed['works'])} works registered on {listed['day']} by the key {listed['key'][:16]}; keep copies elsewhere"
    )


@works.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@json_option
@pass_studio
def claim(studio: Studio, files: tuple[str, ...], as_json: bool) -> None:
    """Say whether files are works that you registered, or copies of them. Ends with 1 if none is."""
    from ..home import register_folder
    from ..marks.register import Register

    listed = Register(register_folder(studio.home), studio.registry.media)
    rows = [{"file": file, **listed.claim(open_work(studio, file))} for file in files]
    show_rows(rows, lambda row: show(f"{row['file']}: {row['said']}"), name="files", as_json=as_json)
    if all(row["found"] == "no" for row in rows):
        click.get_current_context().exit(1)


@click.command()
@click.argument("file")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where to write the work made again.")
@click.option(
    "--from",
    "sources",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="A file it was made from, where the library has it not (repeatable).",
)
@force_option
@marks_options
@pass_studio
def replay(studio: Studio, file: str, output: Path, sources: tuple[Path, ...], force: bool) -> None:
    """Make a work again from the manifest in its file, and say whether it is the same.

    Ends with 1 if it is another one. Whatever the manifest says, only the output is written, and nothing is read but works
    of the library and the files given here.
    """
    from ..errors import InputError
    from ..files import check_output
    from ..holdings import check_suffix
    from ..provenance import replay as again

    check_output(output, force=force)
    original = open_work(studio, file)
    check_suffix(studio.registry.medium(original.medium), output)
    if original.provenance is None:
        why = f": {original.remarks[0]}" if original.remarks else "; only works that artwright made can be made again"
        raise InputError(f"{file!r} carries no manifest that can be read{why}")
    made = again(studio, original, files=sources)
    studio.save(made, output, force=force)
    show(str(output))
    meant = original.provenance.id or original.id
    if made.id == meant:
        note("the same work")
        return
    note(
        f"another work: {made.short_id}, not {meant.removeprefix('sha256:')[:12]} (another version of artwright, of a plugin "
        f"or of weights, or a manifest that was changed)"
    )
    click.get_current_context().exit(1)


def _list(studio: Studio, words: str, medium: str | None, limit: int, as_json: bool) -> None:
    if medium:
        studio.registry.medium(medium)
    rows = studio.library.entries(medium=medium, limit=limit, words=words)
    show_rows(rows, _show_line, name="works", as_json=as_json)


def _show_line(row: dict[str, Any]) -> None:
    title = printable(row.get("title") or "-", lines=False)
    show(f"{row['id'].removeprefix('sha256:')[:12]}  {printable(row['medium'], lines=False):<12}{title}")
