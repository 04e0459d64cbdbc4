"""`artwright verify`: how files came to be, who signed them, and whether they were changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..messages import printable
from .inputs import open_file, open_work
from .parameters import json_option
from .printing import echo_json, show, show_facts
from .session import pass_studio

if TYPE_CHECKING:
    from ..manifest import Manifest
    from ..studio import Studio

__all__ = ["verify"]

_FAILED = ("changed", "forged", "unreadable")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--ancestry", is_flag=True, help="Also show what each was made from, as far as the library knows.")
@json_option
@pass_studio
def verify(studio: Studio, files: tuple[str, ...], ancestry: bool, as_json: bool) -> None:
    """Say how files came to be, from the manifest that each carries, who signed it, and whether it was changed since.

    Ends with 1 if one was changed or forged, or its key is revoked. A manifest that is not signed shows changes that were not
    meant to deceive, and proves nothing.
    """
    from ..errors import ArtwrightError
    from ..marks.verdict import FAILING

    several = len(files) > 1
    rows = []
    for file in files:
        try:
            row = _verdict(studio, file, ancestry=ancestry)
        except ArtwrightError as error:
            if not several:
                raise
            row = {"verdict": "unreadable", "explanation": str(error)}
        rows.append({"file": file, **row})
        if not as_json:
            tree = row.pop("ancestry", [])
            show_facts({"file": file, **row} if several else row)
            _show_tree(tree)
    if as_json:
        echo_json({"files": rows} if several else rows[0])
    if any(row["verdict"] in _FAILED or row.get("signature") in FAILING for row in rows):
        click.get_current_context().exit(1)


def _verdict(studio: Studio, place: str, *, ancestry: bool) -> dict[str, Any]:
    from ..ancestry import ancestry as find
    from ..provenance import verify as check
    from ..provenance import verify_beside

    ring = studio.marker.ring
    with open_file(studio, place) as path:
        beside = _beside(studio, path) if path is not None else None
        if path is not None and beside is not None:
            row, made = verify_beside(path, beside, ring), beside.provenance
        else:
            work = open_work(studio, place) if path is None else studio.load(path)
            made = work.provenance
            row = check(work, studio.registry.medium(work.medium), path=path, ring=ring)
    kept = studio.library.known(row.get("recorded_id") or "")
    if kept and row["verdict"] == "unchanged" and not row["created"]:
        row["created"] = (kept.get("provenance") or {}).get("created") or ""  # files tell no date
    if ancestry:
        row["ancestry"] = find(made, studio.library) if made is not None else []
    return row


def _beside(studio: Studio, path: Path) -> Manifest | None:
    """The manifest beside a file of a kind that no medium reads, or of a work of another medium than its reader's."""
    from ..artwork import find_reader
    from ..errors import FormatError
    from ..manifest import Manifest, read_beside

    reader = find_reader(path.suffix, studio.registry.media.values())
    try:
        found = read_beside(path)
    except FormatError:
        return None
    if found == Manifest() or (reader is not None and found.medium in ("", reader.name)):
        return None
    return found


def _show_tree(rows: list[dict[str, Any]], depth: int = 0) -> None:
    for row in rows:
        about = f"{row['medium']}, {row['title'] or 'untitled'}" if row["kept"] else "not in the library"
        by = f", by {row['made_by']}" if row["made_by"] else ""
        line = f"{'  ' * depth}{row['role']}: {row['id'].removeprefix('sha256:')[:12]}  {about}{by}"
        show(printable(line, lines=False))
        _show_tree(row["parents"], depth + 1)
