"""`artwright strip`: personal data taken out of a file before it is handed on."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ..errors import InputError
from ..files import atomic, check_output
from .parameters import force_option, json_option
from .printing import echo_json, note, show

__all__ = ["strip"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where to write the stripped file.")
@click.option("--manifest", is_flag=True, help="Take out artwright's own manifest, too.")
@force_option
@json_option
def strip(file: Path, output: Path, manifest: bool, force: bool, as_json: bool) -> None:
    """Take names, places, cameras, paths, prompts and credentials out of a file, and say what is left.

    The label that a model made it stays, as laws ask; a signature does not fit the file any more.
    """
    from ..marks.stripping import strip_file

    if not file.is_file():
        raise InputError(f"there is no file {str(file)!r}")
    if file.suffix.lower() != output.suffix.lower():
        raise InputError(f"a stripped file keeps its format; name an --output that ends in {file.suffix!r}")
    check_output(output, force=force)
    with atomic(output) as temporary:
        done = strip_file(file, temporary, manifest=manifest)
    if as_json:
        echo_json({"file": str(output), **asdict(done)})
        return
    show(str(output))
    note(f"taken out: {', '.join(done.removed) or 'nothing, for there was nothing'}")
    for line in done.left:
        note(f"left: {line}")
