"""`whose`: whether a line is already somebody's, by the indexes of known works."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.originality import Fingerprint, Index
from ....core.originality.scanning import WORK_END, encode
from ..lm.originality import INDEXES, fingerprint_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Answer", "Source", "find_sources"]

#: Symbols of a line at least; a line of which one symbol in so many is another one is nearly the same.
_SHORTEST, _ONE_IN, _LONGEST = 4, 5, 60


@dataclass(frozen=True)
class Source:
    """A known work that has a line. match: "whole", "nearly" (one symbol in five is another) or "run" (only a part stands
    there); share: of the line; length: in symbols of what stands there.
    """

    work: str
    match: str
    share: float
    length: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Answer:
    """Whose a line is: sources, the fullest first; works: how many were looked through; unit: what length counts."""

    line: str
    sources: tuple[Source, ...]
    works: int
    unit: str

    @property
    def taken(self) -> bool:
        """True if the whole line is somebody's, or nearly."""
        return any(s.match != "run" for s in self.sources)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "line": self.line,
            "taken": self.taken,
            "sources": [s.to_dict() for s in self.sources],
            "works": self.works,
            "unit": self.unit,
        }


@lru_cache(maxsize=4)
def _index(name: str) -> Index:
    return Index.load(INDEXES / f"{name}.safetensors")


def find_sources(line: str, language: str, *, most: int = 5) -> Answer:
    """The known works that a line, or a part of it, stands in.

    Raises InputError for other languages, and for a line of fewer than 4 symbols (characters, words) or more than 60.
    """
    print_ = fingerprint_of(Text(stanzas=((line,),), language=language))
    if print_ is None:
        raise InputError("only lines in English and Chinese are known; say with --language which it is")
    unit = "characters" if language == "zh" else "words"
    if not _SHORTEST <= print_.size <= _LONGEST:
        hint = (
            "so short a line is everybody's"
            if print_.size < _SHORTEST
            else "`artwright originality` measures whole works"
        )
        raise InputError(f"a line of {print_.size} {unit} was given; {_SHORTEST} to {_LONGEST} are looked for: {hint}")
    found: dict[str, Source] = {}
    works = 0
    for kind in ("verse", "prose"):
        index = _index(f"{kind}-{language}")
        works += len(index)
        for source in (*_as_it_stands(index, print_), *_runs(index, print_, most)):
            found.setdefault(source.work, source)
    order = {"whole": 0, "nearly": 1, "run": 2}
    ranked = sorted(found.values(), key=lambda s: (order[s.match], -s.share, s.work))
    return Answer(line, tuple(ranked[:most]), works, unit)


def _as_it_stands(index: Index, print_: Fingerprint) -> list[Source]:
    """Works that have the line symbol by symbol, one in five of them changed at most."""
    import numpy as np

    query = encode(print_.sequences)[: print_.size]
    known = index.symbols
    same = np.zeros(len(known) - len(query) + 1, np.uint8)
    for at, symbol in enumerate(query):
        same += known[at : len(same) + at] == symbol
    least = len(query) - (len(query) // _ONE_IN if len(query) > _SHORTEST else 0)
    found: dict[int, int] = {}
    places = np.flatnonzero(same >= least)
    for work, place in zip(_works(index).searchsorted(places), places, strict=True):
        found[int(work)] = max(found.get(int(work), 0), int(same[place]))
    size = len(query)
    return [
        Source(index.names[work], "whole" if hits == size else "nearly", round(hits / size, 3), hits)
        for work, hits in found.items()
    ]


def _works(index: Index) -> NDArray[np.int64]:
    import numpy as np

    return np.flatnonzero(index.symbols == WORK_END)


def _runs(index: Index, print_: Fingerprint, most: int) -> list[Source]:
    """Works that have half of the line and more, in runs."""
    if print_.size < index.gram:
        return []
    report = index.measure(print_, count=most)
    return [
        Source(near.name, "run", round(1 - near.distance, 3), round((1 - near.distance) * print_.size))
        for near in report.nearest
        if near.distance <= 0.5
    ]
