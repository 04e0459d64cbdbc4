"""Works between the steps of a piece: as the library gives them back, so that a run that was stopped and goes on sees
what an unbroken one sees; those that a library cannot keep are held in memory.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..artwork import Artwork
from ..errors import ArtwrightError

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["Shelf"]

_RECENT = 16


class Shelf:
    """Works by id, of one studio."""

    def __init__(self, studio: Studio) -> None:
        self._library = studio.library
        self._held: dict[str, Artwork] = {}
        self._recent: OrderedDict[str, Artwork] = OrderedDict()

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._library.folder

    def put(self, work: Artwork) -> Artwork:
        """A new work as later steps see it."""
        try:
            return self._load(work.id)
        except ArtwrightError:
            self._held[work.id] = work
            return work

    def get(self, id_: str) -> Artwork:
        """The work of a full id. Raises UnknownName, StoreError, FormatError if it is lost or was changed."""
        if id_ in self._held:
            return self._held[id_]
        if id_ in self._recent:
            self._recent.move_to_end(id_)
            return self._recent[id_]
        return self._load(id_)

    def has(self, id_: str) -> bool:
        """Whether a work is here, as far as can be seen without reading it."""
        if id_ in self._held:
            return True
        row = self._library.known(id_)
        try:
            return row is not None and Path(row["file"]).stat().st_size == row["bytes"]
        except OSError:
            return False

    def provenance(self, id_: str) -> dict[str, Any] | None:
        """How a work came to be, as it is written; None where nothing is known of it, or it is gone."""
        if id_ in self._held:
            provenance = self._held[id_].provenance
            return provenance.to_dict() if provenance else None
        row = self._library.known(id_)
        told = row.get("provenance") if row else None
        return told if isinstance(told, dict) else None

    def is_kept(self, id_: str) -> bool:
        """Whether another process finds a work that was put here."""
        return id_ not in self._held

    def _load(self, id_: str) -> Artwork:
        work = self._library.work(id_)
        self._recent[id_] = work
        while len(self._recent) > _RECENT:
            self._recent.popitem(last=False)
        return work
