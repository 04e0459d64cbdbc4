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
    from ..artwork import Artwork, Provenance
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

    Of files of any kind it also tells the marks of others: Content Credentials (C2PA), the labels of IPTC and TC260, the prompts of
    ComfyUI, the Stable Diffusion web UI and InvokeAI, rights; what each claims, and whether it holds.

    Ends with 1 if a file was changed or forged, its key is revoked, or one of its marks does not hold. A manifest that is
    not signed shows changes that were not meant to deceive, and proves nothing.
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
            shown = {k: v for k, v in (rows[-1] if several else row).items() if k not in ("ancestry", "marks")}
            show_facts(shown)
            _show_marks(row.get("marks", []))
            _show_tree(row.get("ancestry", []))
    if as_json:
        echo_json({"files": rows} if several else rows[0])
    if any(
        row["verdict"] in _FAILED
        or row.get("signature") in FAILING
        or any(m["holds"] is False for m in row.get("marks", ()))
        for row in rows
    ):
        click.get_current_context().exit(1)


def _verdict(studio: Studio, place: str, *, ancestry: bool) -> dict[str, Any]:
    from ..ancestry import ancestry as find

    with open_file(studio, place) as path:
        if path is None:
            row, made = _of_work(studio, open_work(studio, place), None)
        else:
            row, made = _of_file(studio, path)
    kept = studio.library.known(row.get("recorded_id") or "")
    if kept and row["verdict"] == "unchanged" and not row["created"]:
        row["created"] = (kept.get("provenance") or {}).get("created") or ""  # files tell no date
    if ancestry:
        row["ancestry"] = find(made, studio.library) if made is not None else []
    return row


def _of_file(studio: Studio, path: Path) -> tuple[dict[str, Any], Provenance | None]:
    """The verdict on a file by its own manifest, and what the marks of others say in it."""
    from ..artwork import find_reader
    from ..errors import FormatError, InputError
    from ..marks.reading.claims import read_claims
    from ..provenance import verify_beside

    if path.is_dir():
        raise InputError(f"{str(path)!r} is a folder; name a file")
    claims, left_out = read_claims(path)
    beside = _beside(studio, path)
    made: Provenance | None = None
    if beside is not None:
        row, made = verify_beside(path, beside, studio.marker.ring), beside.provenance
    elif find_reader(path.suffix, studio.registry.media.values()) is not None:
        try:
            work = studio.load(path)
            row, made = _of_work(studio, work, path)
            if work.provenance is None and (unread := _beside(studio, path, read=False)) is not None:
                row, made = verify_beside(path, unread, studio.marker.ring), unread.provenance
        except FormatError as error:
            if not claims:
                raise
            row = {"verdict": "unreadable", "explanation": str(error)}
    else:
        if not claims:
            studio.load(path)  # raises, and says which kinds are read
        explanation = f"files of the kind {path.suffix or path.name!r} are not read; only what others say in it is told"
        row = {"verdict": "no manifest", "explanation": explanation}
    marks = [claim.to_dict() for claim in claims]
    return {**row, "marks": marks, "left_out": left_out}, made


def _of_work(studio: Studio, work: Artwork, path: Path | None) -> tuple[dict[str, Any], Provenance | None]:
    from ..provenance import verify as check

    row = check(work, studio.registry.medium(work.medium), path=path, ring=studio.marker.ring)
    return row, work.provenance


def _beside(studio: Studio, path: Path, *, read: bool = True) -> Manifest | None:
    """The manifest beside a file of a kind that no medium reads, or of a work of another medium than its reader's, or that
    signs the file alone. read: whether the file's medium reads manifests.
    """
    from ..artwork import find_reader
    from ..errors import FormatError
    from ..manifest import Manifest, read_beside

    reader = find_reader(path.suffix, studio.registry.media.values())
    try:
        found = read_beside(path)
    except FormatError:
        return None
    known = read and reader is not None and found.medium in ("", reader.name) and not found.is_bare_seal
    if found == Manifest() or known or (not read and (found.provenance is None or found.provenance.seal is None)):
        return None
    return found


def _show_marks(marks: list[dict[str, Any]]) -> None:
    for mark in marks:
        held = {True: "holds", False: "does not hold", None: "not proved"}[mark["holds"]]
        show(printable(f"{mark['kind']}: {mark['says']} ({held}: {mark['why']})"[:1_000], lines=False))


def _show_tree(rows: list[dict[str, Any]], depth: int = 0) -> None:
    for row in rows:
        about = f"{row['medium']}, {row['title'] or 'untitled'}" if row["kept"] else "not in the library"
        by = f", by {row['made_by']}" if row["made_by"] else ""
        line = f"{'  ' * depth}{row['role']}: {row['id'].removeprefix('sha256:')[:12]}  {about}{by}"
        show(printable(line, lines=False))
        _show_tree(row["parents"], depth + 1)
