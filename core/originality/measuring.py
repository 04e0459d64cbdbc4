"""Measuring works of any medium against the indexes that their medium ships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from .index import Index
from .report import Originality

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium

__all__ = ["IndexShelf", "index_works"]


class IndexShelf:
    """Indexes that were read, by file; a file that changed is read again."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], str] = {}
        self._indexes: dict[tuple[str, int], Index] = {}

    def measure(self, medium: Medium, artwork: Artwork) -> Originality | None:
        """The report on a work by the indexes of its medium; None if the medium compares nothing, or has no index of
        the work's kind. Raises FormatError if an index is damaged.
        """
        paths = [path for path in medium.indexes() if path.exists()]
        print_ = medium.fingerprint(artwork) if paths else None
        if print_ is None:
            return None
        reports = [self._index(path).measure(print_) for path in paths if self._kind(path) == print_.kind]
        return _joined(reports, print_.noun) if reports else None

    def _kind(self, path: Path) -> str:
        key = (str(path), path.stat().st_mtime_ns)
        if key not in self._kinds:
            self._kinds[key] = Index.read_kind(path)
        return self._kinds[key]

    def _index(self, path: Path) -> Index:
        key = (str(path), path.stat().st_mtime_ns)
        if key not in self._indexes:
            self._indexes[key] = Index.load(path)
        return self._indexes[key]


def _joined(reports: list[Originality], noun: str) -> Originality:
    """One report of those of several indexes: a copy by the index that names it, else judged among works of its own noun,
    with the nearest and the longest run of all.
    """
    copies = [report for report in reports if report.copied]
    peers = copies or [report for report in reports if report.noun == noun] or reports
    chosen = min(peers, key=lambda report: report.nearest[0].distance if report.nearest else 1.0)
    if copies:
        return chosen
    nearest = sorted((near for report in reports for near in report.nearest), key=lambda near: near.distance)[:3]
    runs = [report.longest_copy for report in reports if report.longest_copy is not None]
    return replace(
        chosen,
        nearest=tuple(nearest),
        share=chosen.share if chosen.share is None or not nearest else 1.0 - nearest[0].distance,
        longest_copy=max(runs, key=lambda run: run.length, default=None),
        compared=sum(report.compared for report in reports),
    )


def index_works(medium: Medium, works: Iterable[tuple[str, Artwork]], *, kind: str) -> Index:
    """An index of works of one's own, each measured against the others. Raises InputError if none can be compared."""
    prints = []
    for name, work in works:
        print_ = medium.fingerprint(work)
        if print_ is not None and print_.kind == kind:
            prints.append((name, print_))
    if not prints:
        raise InputError(f"there is no other work of {medium.name}{f' ({kind})' if kind else ''} to compare with")
    return Index.build(prints, real=prints if len(prints) > 1 else ())
