"""Room on the disk: works of a piece that can be made again are removed, and their steps stay known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from ..artwork import shorten_id
from ..errors import InputError
from .journal import Entry, Journal

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["Keep", "clean", "read_size"]

Keep = Literal["finals", "recipes", "all"]
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)


def read_size(text: str) -> int:
    """A size such as `2GB`, `500M` or `1.5 TB` in bytes, a thousand to the step. Raises InputError."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{text!r} is no size; write one as in 500MB or 2GB")
    return int(float(match[1]) * 1000 ** " kmgt".index(match[2].lower() or " "))


def clean(
    studio: Studio, journal: Journal, run: str, *, keep: Keep, budget: int | None = None
) -> list[tuple[str, str, int]]:
    """Remove works of a run from the library; returns (step, short id, bytes) of each.

    keep: "finals" (works that were written to files or that no other step is made from), "recipes" (none: all can be made
    again), "all". budget: bytes that the works of the run may take; what costs the least time to make again for its size
    goes first. A work that another run has, or of which somebody said something, stays.
    """
    others = journal.works_of_others(run)
    made_from = {id_ for entry in journal.entries(run) for id_ in _parents(entry)} if keep == "finals" else set()
    removable, size = [], 0
    for entry in journal.entries(run, state="done"):
        row = studio.library.known(entry.work) if entry.parts.get("operation") != "analyze" else None
        if row is None:
            continue
        size += int(row["bytes"])
        if entry.work not in others and not studio.feedback.said(work=entry.work, limit=1):
            removable.append((entry, int(row["bytes"])))
    doomed = [(e, n) for e, n in removable if keep == "recipes" or (keep == "finals" and _is_on_the_way(e, made_from))]
    size -= sum(n for _, n in doomed)
    if budget is not None:
        chosen = {e.step for e, _ in doomed}
        for entry, bytes_ in sorted(removable, key=lambda pair: pair[0].seconds / max(1, pair[1])):
            if size <= budget:
                break
            if entry.step not in chosen:
                doomed.append((entry, bytes_))
                size -= bytes_
    going = {entry.step for entry, _ in doomed}
    stay = {entry.work for entry, _ in removable if entry.step not in going}  # two steps may have made one work
    return list(_remove(studio, journal, [pair for pair in doomed if pair[0].work not in stay]))


def _remove(studio: Studio, journal: Journal, doomed: list[tuple[Entry, int]]) -> Iterator[tuple[str, str, int]]:
    for entry, bytes_ in doomed:
        with journal.writing():
            journal.mark(entry.run, entry.step, "cleaned")
        if studio.library.known(entry.work) is not None:
            studio.library.remove(entry.work)
        yield entry.step, shorten_id(entry.work), bytes_


def _parents(entry: Entry) -> Iterator[str]:
    for works in entry.parts.get("parents", {}).values():
        for _, id_, _ in works:
            yield id_


def _is_on_the_way(entry: Entry, made_from: set[str]) -> bool:
    return entry.work in made_from and not entry.result.get("files")
