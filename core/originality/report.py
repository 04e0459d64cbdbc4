"""The report on one work: what it is like, what it copies, and whether that is much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..errors import FormatError, InputError

__all__ = ["Nearest", "Originality", "Run", "percentile"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run that a work shares with a known one.

    length: in symbols, of the unit of the report; start: where in its sequence, counted from 0; place: the same in
    words ("line 2"); sequence: which of the work's sequences; source: name of the known work; source_start: where in
    it, all its sequences counted one after another.
    """

    length: int
    start: int = 0
    source: str = ""
    source_start: int = 0
    place: str = ""
    sequence: int = 0


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """A known work and its distance; 0 is the same. For sequences 1 less the share that stands in it, for vectors 1
    less the cosine.
    """

    name: str
    distance: float


@dataclass(frozen=True, kw_only=True)
class Originality:
    """The report on one work.

    nearest: the nearest known works, nearest first; longest_copy: the longest run shared with one of them, or None if
    none is as long as the index's shortest (or the medium has no runs: a painting); share: the part of the work, in
    [0, 1], that stands in the nearest one in runs, or None; percentile: share of real works, in 0 to 100, that are
    nearer to the known ones than this one is: 50 is as original as real works are, 0 is nearer than each of them, None
    where none were measured; copied: whether it is nearer to one work than real works ever are (of 200, one);
    unit, noun: what symbols and works are called; compared: with how many works.
    """

    nearest: tuple[Nearest, ...] = ()
    longest_copy: Run | None = None
    share: float | None = None
    percentile: float | None = None
    copied: bool = False
    unit: str = "symbols"
    noun: str = "works"
    compared: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: what `Provenance.originality` holds."""
        return {
            "nearest": [{"name": n.name, "distance": round(n.distance, 4)} for n in self.nearest],
            "longest_copy": dict(vars(self.longest_copy)) if self.longest_copy else None,
            "share": None if self.share is None else round(self.share, 4),
            "percentile": None if self.percentile is None else round(self.percentile, 1),
            "copied": self.copied,
            "unit": self.unit,
            "noun": self.noun,
            "compared": self.compared,
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Originality:
        """The inverse of `to_dict`. Raises FormatError if it is no such report."""
        try:
            run, share, rank = row.get("longest_copy"), row.get("share"), row.get("percentile")
            return cls(
                nearest=tuple(Nearest(name=str(n["name"]), distance=float(n["distance"])) for n in row["nearest"]),
                longest_copy=Run(**run) if run else None,
                share=None if share is None else float(share),
                percentile=None if rank is None else float(rank),
                copied=bool(row.get("copied", False)),
                unit=str(row.get("unit", "symbols")),
                noun=str(row.get("noun", "works")),
                compared=int(row.get("compared", 0)),
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise FormatError(f"this is not a report of originality: {error}") from error

    def tell(self) -> str:
        """The report as one sentence."""
        if not self.compared:
            return "there is nothing to compare it with"
        parts = []
        run = self.longest_copy
        if self.copied and self.nearest:
            name = self.nearest[0].name
            if self.share is None:
                parts.append(f"a copy of {name}")
            elif self.share >= 0.5:
                parts.append(f"a copy of {name}: {100 * self.share:.0f} % of it stands there")
            else:
                parts.append(f"it shares more with {name} than real {self.noun} do with one another")
        if run is not None:
            place = f", at {run.place}" if run.place else ""
            parts.append(f"longest run shared: {run.length} {self.unit} with {run.source}{place}")
        elif self.share is not None:
            parts.append(f"no run shared with {self.compared:,} {self.noun}")
        elif self.nearest and not self.copied:
            parts.append(f"nearest: {self.nearest[0].name} (distance {self.nearest[0].distance:.2f})")
        if self.percentile is not None:
            parts.append(f"more original than {self.percentile:.0f} % of real {self.noun}")
        return "; ".join(parts)


def percentile(value: float, real: ArrayLike, *, higher_is_nearer: bool = True) -> float:
    """The share of real works, in 0 to 100, that are nearer to the known ones than `value`; ties count half.

    real: the same figure of real held-out works; higher_is_nearer: true for a share or a length, false for a distance.
    Raises InputError if there are no real works to compare with.
    """
    others = np.asarray(real, dtype=np.float64)
    if not others.size:
        raise InputError("a percentile needs the figures of real works; none were given")
    nearer = (others > value) if higher_is_nearer else (others < value)
    return float(100 * (nearer.mean() + 0.5 * (others == value).mean()))
