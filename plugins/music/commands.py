"""Commands of music beside those that every medium has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...core.commands.printing import echo_json, note, show
from ...core.commands.session import pass_studio

if TYPE_CHECKING:
    from ...core.studio import Studio

__all__ = ["music"]


@click.group()
def music() -> None:
    """Joins the medium's own group."""


@music.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, nothing else.")
@pass_studio
def convert(studio: Studio, source: Path, target: Path, force: bool, as_json: bool) -> None:
    """Write music in another format, and tell what that cannot hold.

    Reads all that music reads (MIDI, MusicXML, MXL, ABC, Humdrum kern; of a recording, its melody), writes all that it
    writes: MIDI, MusicXML, MXL, ABC, sound, and with the extra `scores` engraved pages.
    """
    from ...core.errors import InputError
    from ...core.files import check_output
    from ...core.holdings import check_suffix
    from .notation.losses import changed_notes, unread, unwritten

    medium = studio.registry.medium("music")
    check_suffix(medium, target)
    check_output(target, force=force)
    work = studio.load(source, "music")
    if not any(player.notes for player in work.payload.instruments):
        raise InputError(f"{str(source)!r} has no melody that can be written down; give notes, or a single clear line")
    studio.save(work, target, force=force)
    suffix = target.suffix.lower()
    lost = unwritten(work.payload, suffix)
    if suffix in medium.reads and suffix in (".musicxml", ".mxl", ".abc", ".mid", ".midi"):
        changed = changed_notes(work.payload, medium.load(target).payload)
        lost |= {"note changed": changed} if changed else {}
    passed_over = unread(source)
    if as_json:
        row = {"file": str(target), "id": work.id, "title": work.title, "not_read": passed_over, "not_kept": lost}
        echo_json(row)
        return
    show(str(target))
    for said, counts in (("not read", passed_over), ("not kept", lost)):
        if counts:
            note(f"{said}: " + ", ".join(_many(count, name) for name, count in counts.items()))


def _many(count: int, name: str) -> str:
    """ "1 slur", "3 slurs", "2 changes of metre"."""
    if count == 1:
        return f"1 {name}"
    head, _, rest = name.partition(" ")
    whole = {"change", "note", "direction", "marker", "fingering"}
    if name == "velocity":
        return f"{count} velocities"
    return f"{count} {head}s {rest}" if head in whole and rest not in ("group",) else f"{count} {name}s"
