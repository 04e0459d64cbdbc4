"""`artwright works`, `verify` and `replay`: the works there are and how they came to be."""

from __future__ import annotations

from pathlib import Path

import click

from .common import echo_json, note, studio_of

__all__ = ["replay", "verify", "works"]


@click.command()
@click.option("--medium", help="Works of this medium only.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def works(ctx: click.Context, medium: str | None, limit: int, as_json: bool) -> None:
    """The works in the library, newest first."""
    studio = studio_of(ctx)
    if medium:
        studio.registry.medium(medium)
    rows = [entry for entry in studio.library.entries() if medium in (None, entry["medium"])][:limit]
    if as_json:
        echo_json({"works": rows})
        return
    for row in rows:
        click.echo(f"{row['id'].removeprefix('sha256:')[:12]}  {row['medium']:<12}{row.get('title') or '-'}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@click.pass_context
def verify(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Say how a file came to be, from the manifest it carries, and whether it was changed since."""
    from ..provenance import verify as check

    studio = studio_of(ctx)
    found = check(studio.load(file))
    if as_json:
        echo_json(found)
        return
    for key, value in found.items():
        if value not in (None, "", [], {}):
            click.echo(f"{key}: {value}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where to write the work made again.")
@click.option("--force", is_flag=True, help="Replace an output that exists.")
@click.pass_context
def replay(ctx: click.Context, file: Path, output: Path, force: bool) -> None:
    """Make a work again from the manifest in its file, and say whether it is the same."""
    from ..errors import InputError
    from ..files import check_output
    from ..provenance import replay as again

    studio = studio_of(ctx)
    check_output(output, force=force)
    original = studio.load(file)
    if original.provenance is None:
        raise InputError(f"{str(file)!r} carries no manifest; only works that artwright made can be made again")
    made = again(studio, original)
    studio.save(made, output, force=force)
    click.echo(output)
    same = made.id == original.id
    note(
        "the same work"
        if same
        else f"another work: {made.short_id}, not {original.short_id} (a changed or lossy file, or another version)"
    )
