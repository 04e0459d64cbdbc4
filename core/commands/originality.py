"""`artwright originality`: how far works of any medium are from the works that there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import FormatError, InputError
from .inputs import is_there, open_work, use_files
from .parameters import json_option
from .printing import note, show
from .session import pass_studio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..artwork import Artwork, Medium
    from ..originality import Originality
    from ..studio import Studio

__all__ = ["originality"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Compare with the works in a folder, instead of those that artwright knows.",
)
@click.option("--medium", help="The medium of the files, where the suffix does not say it.")
@json_option
@pass_studio
def originality(
    studio: Studio, files: tuple[str, ...], against: Path | None, medium: str | None, as_json: bool
) -> None:
    """Say which known works a work is nearest to, what it shares with them, and whether that is much."""
    of = studio.registry.medium(medium) if medium else None
    if against is not None and not against.is_dir():
        raise InputError(f"there is no folder {str(against)!r} to compare with")

    def use(file: str) -> dict[str, Any]:
        work = open_work(studio, file, of)
        report = studio.originality(work) if against is None else _compare(studio, work, Path(file), against)
        verdict = _tell(studio, work, report)
        if not as_json:
            show(f"{file}: {verdict}" if len(files) > 1 else verdict)
            for near in report.nearest if report is not None else ():
                show(f"  {1 - near.distance:6.1%}  {near.name}")
        figures = None if report is None else report.to_dict()
        return {"id": work.id, "medium": work.medium, "said": verdict, "originality": figures}

    use_files(files, use, as_json=as_json, name="works")


def _tell(studio: Studio, work: Artwork, report: Originality | None) -> str:
    if report is not None:
        return report.tell()
    if not studio.registry.medium(work.medium).indexes():
        return f"works of {work.medium} are not compared with others; ask for the works that it was made of"
    return f"no works are known that this work of {work.medium} could be compared with; name a folder with --against"


def _compare(studio: Studio, work: Artwork, path: Path, folder: Path) -> Originality | None:
    """The report on a work by the works of its medium under a folder, itself left out."""
    from ..originality import index_works

    medium = studio.registry.medium(work.medium)
    print_ = medium.fingerprint(work)
    if print_ is None:
        return None
    known = ((name, other) for name, other in _works_under(studio, medium, folder, path))
    return index_works(medium, known, kind=print_.kind).measure(print_)


def _works_under(studio: Studio, medium: Medium, folder: Path, left_out: Path) -> Iterator[tuple[str, Artwork]]:
    """(name, work) of each file below a folder that the medium reads; what cannot be read costs a line."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() not in medium.reads or _is_same(path, left_out):
            continue
        try:
            work = medium.load(path)
        except FormatError as error:
            note(f"left out: {error}")
            continue
        place = path.relative_to(folder).as_posix()
        yield (f"{work.title} ({place})" if work.title else place), work


def _is_same(path: Path, other: Path) -> bool:
    return is_there(other) and path.samefile(other)
