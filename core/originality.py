"""How far a work is from what its model learned from: shared measures for all media.

Three questions, each with an answer that a person can check:

- *Does it copy?* The longest run of symbols (characters, words, intervals with lengths) that it shares with a work of
  the corpus, by `CorpusIndex.longest_run`: exact, with the place it was found.
- *What is it like?* The nearest works by features, by `nearest`.
- *Is that much?* Real works share runs too. `percentile` places a figure among those of real held-out works, each
  measured against the corpus without itself (`CorpusIndex.longest_run(..., without=name)`).

`Originality` is the report of all three; its `to_dict` is what a work's `Provenance.originality` holds.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import FormatError, InputError
from .files import atomic

__all__ = ["CorpusIndex", "Nearest", "Originality", "Run", "nearest", "percentile"]

Symbols = Sequence[int] | NDArray[np.integer[Any]] | str
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing: 2**64 over the golden ratio, odd
_END = -1  # stands after each work in the corpus and never in a query, so that no run crosses works


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run shared with a work of the corpus.

    length: in symbols, 0 if not one symbol is shared; start: where in the query; source: name of the work,
    source_start:
    where in it.
    """

    length: int
    start: int = 0
    source: str = ""
    source_start: int = 0


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """A work of the corpus and its distance, in the unit of who measured it; 0 is the same."""

    name: str
    distance: float


@dataclass(frozen=True, kw_only=True)
class Originality:
    """The report on one work.

    nearest: the nearest works of the corpus, nearest first; longest_copy: the longest run shared with one of them, or
    None where a medium has no runs (a painting); percentile: share of real works, in 0 to 100, that are nearer to the
    corpus (or copy more) than this one: 50 is as original as real works are, 0 is nearer than each of them.
    """

    nearest: tuple[Nearest, ...] = ()
    longest_copy: Run | None = None
    percentile: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: what `Provenance.originality` holds."""
        return {
            "nearest": [{"name": n.name, "distance": round(n.distance, 6)} for n in self.nearest],
            "longest_copy": dict(vars(self.longest_copy)) if self.longest_copy else None,
            "percentile": None if self.percentile is None else round(self.percentile, 1),
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Originality:
        """The inverse of `to_dict`. Raises FormatError if it is no such report."""
        try:
            run, share = row.get("longest_copy"), row.get("percentile")
            near = tuple(Nearest(name=str(n["name"]), distance=float(n["distance"])) for n in row.get("nearest", ()))
            return cls(
                nearest=near,
                longest_copy=Run(**run) if run else None,
                percentile=None if share is None else float(share),
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise FormatError(f"this is not a report of originality: {error}") from error


class CorpusIndex:
    """The longest run that a sequence shares with any of many works, exactly.

    The corpus is kept as one array of symbols, with the positions of its n-grams (n = `gram`) sorted by hash. A
    query looks up each of its n-grams, then lengthens all places at once until none is left. Memory: 12 bytes for each
    symbol of the corpus; building and loading sort once, about 0.2 s for a million symbols.
    Symbols are integers from 0 to 2**31 - 1, or the characters of a text.
    """

    def __init__(self, symbols: NDArray[np.int32], ends: NDArray[np.int64], names: Sequence[str], gram: int) -> None:
        self.symbols, self.ends, self.names, self.gram = symbols, ends, tuple(names), gram
        self._order, self._hashes = _sorted_grams(symbols, gram)

    @classmethod
    def build(cls, works: Iterable[tuple[str, Symbols]], *, gram: int = 6) -> CorpusIndex:
        """An index of (name, symbols). gram: 2 to 64; shorter finds short runs sooner, longer is faster on few symbols.

        Raises InputError for a gram out of range, a negative symbol or no works.
        """
        if not 2 <= gram <= 64:
            raise InputError(f"an index has n-grams of 2 to 64 symbols, not {gram}")
        names, parts, ends, at = [], [], [], 0
        for name, symbols in works:
            part = _as_symbols(symbols)
            names.append(name)
            parts += [part, np.array([_END], dtype=np.int32)]
            at += len(part) + 1
            ends.append(at)
        if not names:
            raise InputError("an index needs at least one work")
        return cls(np.concatenate(parts), np.array(ends, dtype=np.int64), names, gram)

    def longest_run(self, symbols: Symbols, *, without: str | None = None) -> Run:
        """The longest run shared with one work; of several of one length, the first in the query. without: a work that
        does not count.
        """
        query = _as_symbols(symbols)
        best = Run(length=0)
        for start, places in self._places(query):
            if len(query) - start <= best.length:
                break
            places, length = self._other(places, without), self.gram
            if not len(places):
                continue
            while start + length < len(query):
                longer = places[self.symbols[places + length] == query[start + length]]
                if not len(longer):
                    break
                places, length = longer, length + 1
            if length > best.length:
                best = self._run(length, start, int(places[0]))
        return best if best.length else self._short_run(query, without)

    def copied_share(self, symbols: Symbols, *, without: str | None = None) -> float:
        """Share of the symbols that lie in a run of `gram` or more symbols shared with the corpus, in [0, 1]."""
        query = _as_symbols(symbols)
        covered = np.zeros(len(query), dtype=bool)
        for start, places in self._places(query):
            if len(self._other(places, without)):
                covered[start : start + self.gram] = True
        return float(covered.mean()) if len(query) else 0.0

    def save(self, path: Path) -> None:
        """Write the index as a compressed `.npz`; the sorted order is made again when it is loaded."""
        small = np.uint16 if self.symbols.max(initial=0) < 2**16 - 1 else np.uint32
        with atomic(path) as temporary, open(temporary, "wb") as file:
            np.savez_compressed(
                file,
                symbols=(self.symbols + 1).astype(small),
                ends=self.ends,
                gram=np.int64(self.gram),
                names=np.frombuffer("\n".join(n.replace("\n", " ") for n in self.names).encode(), dtype=np.uint8),
            )

    @classmethod
    def load(cls, path: Path) -> CorpusIndex:
        """An index that `save` wrote. Raises FormatError if it is not one."""
        try:
            with (
                open(path, "rb") as file,
                zipfile.ZipFile(file) as members,
            ):  # numpy leaves a file open that is no archive
                kept = {
                    n: np.lib.format.read_array(members.open(f"{n}.npy"), allow_pickle=False)
                    for n in ("symbols", "ends", "gram", "names")
                }
            names = kept["names"].tobytes().decode().split("\n")
            return cls(kept["symbols"].astype(np.int32) - 1, kept["ends"], names, int(kept["gram"]))
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise FormatError(f"{str(path)!r} is not an index of a corpus: {error}") from error

    def _places(self, query: NDArray[np.int32]) -> Iterable[tuple[int, NDArray[np.int64]]]:
        """(start in the query, places in the corpus) of each n-gram that the corpus has."""
        if len(query) < self.gram:
            return
        hashes = _hash_grams(query, self.gram)
        first, last = np.searchsorted(self._hashes, hashes, "left"), np.searchsorted(self._hashes, hashes, "right")
        for start in np.flatnonzero(last > first):
            places = np.sort(self._order[first[start] : last[start]]).astype(np.int64)
            for offset in range(self.gram):  # different n-grams may have one hash
                places = places[self.symbols[places + offset] == query[start + offset]]
            if len(places):
                yield int(start), places

    def _other(self, places: NDArray[np.int64], without: str | None) -> NDArray[np.int64]:
        if without is None or without not in self.names:
            return places
        number = self.names.index(without)
        begin = int(self.ends[number - 1]) if number else 0
        return places[(places < begin) | (places >= self.ends[number])]

    def _run(self, length: int, start: int, place: int) -> Run:
        number = int(np.searchsorted(self.ends, place, "right"))
        begin = int(self.ends[number - 1]) if number else 0
        return Run(length=length, start=start, source=self.names[number], source_start=place - begin)

    def _short_run(self, query: NDArray[np.int32], without: str | None) -> Run:
        """The longest run below the n-gram's length, by comparing windows directly."""
        for length in range(min(self.gram - 1, len(query)), 0, -1):
            corpus, asked = _hash_grams(self.symbols, length), _hash_grams(query, length)
            for start in np.flatnonzero(np.isin(asked, corpus)):
                places = self._other(np.flatnonzero(corpus == asked[start]), without)
                for offset in range(length):
                    places = places[self.symbols[places + offset] == query[start + offset]]
                if len(places):
                    return self._run(length, int(start), int(places[0]))
        return Run(length=0)


def nearest(
    vector: ArrayLike, matrix: ArrayLike, names: Sequence[str], *, count: int = 3, metric: str = "cosine"
) -> tuple[Nearest, ...]:
    """The works whose feature vectors are nearest, nearest first.

    vector: shape (features,); matrix: (works, features), row i of `names[i]`; metric: "cosine" (0 to 2) or "euclidean".
    Raises InputError if the shapes do not fit or the metric is another.
    """
    one, all_ = np.asarray(vector, dtype=np.float64), np.asarray(matrix, dtype=np.float64)
    if one.ndim != 1 or all_.shape != (len(names), len(one)):
        raise InputError(f"{len(names)} works of {one.shape} features do not fit a matrix of shape {all_.shape}")
    measures: dict[str, Callable[[], NDArray[np.float64]]] = {
        "cosine": lambda: 1 - (all_ @ one) / np.maximum(np.linalg.norm(all_, axis=1) * np.linalg.norm(one), 1e-12),
        "euclidean": lambda: np.sqrt(np.maximum(((all_ - one) ** 2).sum(1), 0.0)),
    }
    if metric not in measures:
        raise InputError(f"there is no metric {metric!r}; there are: {', '.join(measures)}")
    distances = measures[metric]()
    return tuple(
        Nearest(name=names[i], distance=float(distances[i])) for i in np.argsort(distances, kind="stable")[:count]
    )


def percentile(value: float, real: ArrayLike, *, higher_is_nearer: bool = True) -> float:
    """The share of real works, in 0 to 100, that are nearer to the corpus than `value`; ties count half.

    real: the same figure of real held-out works; higher_is_nearer: true for the length of a copy, false for a distance.
    Raises InputError if there are no real works to compare with.
    """
    others = np.asarray(real, dtype=np.float64)
    if not others.size:
        raise InputError("a percentile needs the figures of real works; none were given")
    nearer = (others > value) if higher_is_nearer else (others < value)
    return float(100 * (nearer.mean() + 0.5 * (others == value).mean()))


def _as_symbols(symbols: Symbols) -> NDArray[np.int32]:
    if isinstance(symbols, str):
        return np.frombuffer(symbols.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int32)
    array = np.asarray(symbols)
    if array.size == 0:
        return np.zeros(0, dtype=np.int32)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise InputError(
            f"symbols are a sequence of whole numbers, not an array of {array.dtype} and shape {array.shape}"
        )
    if int(array.min()) < 0 or int(array.max()) >= 2**31 - 1:
        raise InputError(f"symbols go from 0 to {2**31 - 2}; these go from {int(array.min())} to {int(array.max())}")
    return array.astype(np.int32)


def _hash_grams(symbols: NDArray[np.int32], gram: int) -> NDArray[np.uint32]:
    """A hash of each n-gram, shape (len(symbols) - gram + 1,): the upper half of a 64-bit polynomial one."""
    count = max(0, len(symbols) - gram + 1)
    wide = (symbols.astype(np.int64) + 2).astype(np.uint64)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(gram):
        hashes *= _MULTIPLIER
        hashes += wide[offset : offset + count]
        hashes ^= hashes >> np.uint64(29)
    return (hashes * _MULTIPLIER >> np.uint64(32)).astype(np.uint32)


def _sorted_grams(symbols: NDArray[np.int32], gram: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    hashes = _hash_grams(symbols, gram)
    order = np.argsort(hashes).astype(np.uint32)  # equal hashes in any order: queries sort what they find
    return order, hashes[order]
