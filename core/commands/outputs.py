"""What a command writes: works to files named beforehand, to standard output (`-`), or to names made afterwards."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, OutputError
from ..files import check_output
from .printing import note, show, write_stdout

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from ..studio import Studio

__all__ = ["plan_outputs", "write_work"]

STDOUT = Path("-")
_PATTERN = re.compile(r"\{(seed|number|n)(?::0?(\d{1,2})d?)?\}|%0?(\d{0,2})d(?![A-Za-z])")
_TEXTS = (".txt", ".md", ".abc", ".musicxml", ".svg")
MAX_DIGITS = 20


def plan_outputs(
    studio: Studio, medium: Medium, output: str | None, *, count: int, seed: int | None, force: bool, as_json: bool
) -> list[Path | None]:
    """Where each of `count` works goes, checked before any is made. None: a name is made when the work is there.

    output: a file; a name with `{seed}`, `{number}` or `%03d` in it; a folder (one that is there, or a name without the
    suffix of a file); or `-`, standard output. Raises InputError, OutputError.
    """
    from ..holdings import check_suffix

    if output is None:
        return [None] * count
    if not output:
        raise InputError("--output is empty; name a file, a folder, or `-` for standard output")
    if output == str(STDOUT):
        _check_stdout(medium, count, as_json)
        return [STDOUT]
    if _PATTERN.search(output):
        paths = [Path(_filled(output, seed=(seed or 0) + n, number=n + 1)) for n in range(count)]
        check_suffix(medium, paths[0])
    elif _is_folder(studio, output):
        suffix = medium.writes[0]
        stems = [f"{medium.name}-{n if seed is None else seed + n}" for n in range(count)]
        paths = [Path(output) / f"{stem}{suffix}" for stem in stems]
    elif count > 1:
        stem, dot, end = output.rpartition(".")
        raise InputError(
            f"{count} works do not go into the one file {output!r}; name a folder, or a pattern such as "
            f"{stem + '-{seed}' + dot + end!r}"
        )
    else:
        paths = [Path(output)]
        check_suffix(medium, paths[0])
    for path in paths:
        check_output(path, force=force)
    return list(paths)


def _filled(pattern: str, *, seed: int, number: int) -> str:
    def one(place: re.Match[str]) -> str:
        width = min(int(place[2] or place[3] or 0), MAX_DIGITS)
        return f"{seed if place[1] == 'seed' else number:0{width}d}"

    return _PATTERN.sub(one, pattern)


def _is_folder(studio: Studio, output: str) -> bool:
    """Whether a place that is asked for is a folder: it is there as one, ends in a slash, or has no suffix that a file
    could have (`2024.05` has none: no format is a number).
    """
    suffix = Path(output).suffix
    if Path(output).is_dir() or output.endswith(("/", "\\")) or not suffix:
        return True
    return suffix[1:].isdigit() and not any(suffix in medium.writes for medium in studio.registry.media.values())


def _check_stdout(medium: Medium, count: int, as_json: bool) -> None:
    if count > 1:
        raise InputError(f"{count} works do not go to standard output; name a folder or a pattern with --output")
    if as_json:
        raise InputError("--json and the work itself cannot both go to standard output; name a file with --output")
    if medium.writes[0] not in _TEXTS and sys.stdout.isatty():
        raise InputError(
            f"standard output is a terminal, and a {medium.writes[0]} file is not for the eye; redirect it, or name a "
            f"file with --output"
        )


def write_work(
    studio: Studio, medium: Medium, work: Artwork, target: Path | None, *, force: bool, as_json: bool
) -> dict[str, Any]:
    """Write a work, tell the person, and give its row for --json. A text without --output goes to stdout."""
    shown_only = target is None and medium.writes[0] == ".txt"
    if target == STDOUT:
        _write_to_stdout(studio, medium, work)
    elif not shown_only:
        target = _save(studio, medium, work, target, force=force)
    if not as_json and target != STDOUT:
        show(medium.describe(work) if shown_only else str(target))
    if not as_json:
        _tell(medium, work)
    provenance = work.provenance
    return {
        "id": work.id,
        "medium": work.medium,
        "title": work.title,
        "file": None if shown_only else str(target),
        "text": medium.describe(work),
        "score": work.score,
        "unused": list(work.unused),
        "remarks": list(_remarks(work)),
        "originality": dict(provenance.originality) if provenance and provenance.originality else None,
        "provenance": provenance.to_dict() if provenance else None,
    }


def _save(studio: Studio, medium: Medium, work: Artwork, target: Path | None, *, force: bool) -> Path:
    """Write a work to its place, or to the first name that is free; an error tells where the work is nevertheless."""
    while True:
        path = target or _free_name(work, medium)
        try:
            return studio.save(work, path, force=force)
        except OutputError as error:
            if target is None and path.exists():  # somebody took the name meanwhile
                continue
            if studio.library.known(work.id) is None:
                raise
            raise OutputError(f"{error}; the work is kept in the library as {work.short_id}") from error


def _write_to_stdout(studio: Studio, medium: Medium, work: Artwork) -> None:
    with tempfile.TemporaryDirectory(prefix="artwright-stdout-") as folder:
        path = Path(folder) / f"{medium.name}{medium.writes[0]}"
        studio.save(work, path)
        write_stdout(path.read_bytes())


def _tell(medium: Medium, work: Artwork) -> None:
    """On stderr: what of the theme went unused, what the maker must hear, and how to find the work again."""
    if work.unused:
        note(f"not {medium.participle}: {', '.join(work.unused)}")
    for remark in _remarks(work):
        note(f"note: {remark}")
    provenance = work.provenance
    note(f"{work.short_id}  seed {provenance.seed if provenance else '-'}")


def _remarks(work: Artwork) -> tuple[str, ...]:
    noted = work.provenance.notes.get("remarks", ()) if work.provenance else ()
    return tuple(dict.fromkeys([*work.remarks, *noted]))


def _free_name(work: Artwork, medium: Medium) -> Path:
    stem = re.sub(r"[^\w]+", "-", work.title or medium.name, flags=re.UNICODE).strip("-").lower()[:48] or medium.name
    seed = work.provenance.seed if work.provenance else None
    base = f"{stem}-{seed}" if seed is not None else stem
    name, number = Path(base + medium.writes[0]), 2
    while name.exists():
        name, number = Path(f"{base}-{number}{medium.writes[0]}"), number + 1
    return name
