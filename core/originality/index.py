"""The works that a new one is compared with, as hashes and names in one small file."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FormatError, InputError
from ..files import atomic
from .fingerprint import Fingerprint
from .report import Nearest, Originality, Run, percentile
from .scanning import SEQUENCE_END, WORK_END, cover, encode, find_runs

__all__ = ["Index"]

_FORMAT = "artwright index 1"
_TENSORS = ("symbols", "vectors", "names", "real")
_CERTAIN = 0.5  # percent of real works that may lie as near to a known one as what is called a copy
_SAME = 0.5  # a real work of which this share stands in another one is the same work again: no measure of others; with
# vectors, one at half the usual distance
_MARGIN = 1.1  # by which a copy is nearer than the real works that were measured
_CLOSEST = 8  # works, of those that share most, whose share is found exactly
_DIAGONALS = 16  # of a work: a large one shares something with anything on hundreds of them


class Index:
    """Works of one kind, to be measured against.

    kind: of the fingerprints that are compared; gram: shortest run of symbols that is found, 3 to 8; noun: what works
    are called, in the plural; facts: what else its file tells (data, licence, command), text each.
    Its file holds a byte for each symbol (a hash), an int8 vector for each work where there are vectors, the names, and
    how near real works that were held out came: (size, share, run, distance) of each.
    """

    def __init__(
        self,
        *,
        kind: str,
        gram: int,
        noun: str,
        symbols: NDArray[np.uint8],
        vectors: NDArray[np.int8],
        names: NDArray[np.uint8],
        real: NDArray[np.float32],
        facts: Mapping[str, str] | None = None,
    ) -> None:
        self.kind, self.gram, self.noun, self.facts = kind, gram, noun, dict(facts or {})
        self.symbols, self.vectors, self.real = symbols, vectors, real
        self._packed_names = names

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the works, in their order."""
        text = zlib.decompress(self._packed_names.tobytes()).decode()
        return tuple(text.split("\n")) if text else ()

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.symbols == WORK_END)

    @cached_property
    def _directions(self) -> NDArray[np.float32]:
        return _unit(self.vectors.astype(np.float32))

    def __len__(self) -> int:
        return len(self.vectors) or len(self._ends)

    @property
    def bytes(self) -> int:
        """Room that it takes in memory."""
        return int(self.symbols.nbytes + 5 * self.vectors.nbytes + self._packed_names.nbytes + self.real.nbytes)

    @classmethod
    def build(
        cls,
        works: Iterable[tuple[str, Fingerprint]],
        *,
        real: Iterable[tuple[str, Fingerprint]] = (),
        kind: str | None = None,
        gram: int | None = None,
        noun: str | None = None,
        facts: Mapping[str, str] | None = None,
    ) -> Index:
        """An index of (name, fingerprint). kind, gram, noun: others than those of the first.

        real: held-out works, to tell how near real works come; one of the name of a work in the index is measured
        without it. Works without a symbol and without a vector are left out.
        Raises InputError without works, for a gram out of range, or if vectors are of different lengths.
        """
        names: list[str] = []
        symbols: list[NDArray[np.uint8]] = []
        vectors: list[NDArray[np.float32]] = []
        first = Fingerprint()
        for name, print_ in works:
            first = first if names else print_
            if not print_.size and print_.vectors is None:
                continue
            names.append(" ".join(name.split()))
            symbols += [encode(print_.sequences), np.array([WORK_END], np.uint8)]
            if print_.vectors is not None:
                vectors.append(print_.vectors[0])
        if not names:
            raise InputError("an index needs at least one work")
        gram = first.gram if gram is None else gram
        if not 3 <= gram <= 8:
            raise InputError(f"an index finds runs from 3 to 8 symbols on, not from {gram}")
        if vectors and len({len(v) for v in vectors}) * len(vectors) != len(names):
            raise InputError("either each work of an index has a vector, all of one length, or none has")
        index = cls(
            kind=first.kind if kind is None else kind,
            gram=gram,
            noun=first.noun if noun is None else noun,
            symbols=np.concatenate(symbols),
            vectors=_quantise(np.stack(vectors)) if vectors else np.zeros((0, 0), np.int8),
            names=np.frombuffer(zlib.compress("\n".join(names).encode(), 9), np.uint8),
            real=np.zeros((0, 4), np.float32),
            facts=facts,
        )
        rows = [index._figures(print_, without=name) for name, print_ in real]
        index.real = np.array(rows, np.float32).reshape(-1, 4)
        return index

    def save(self, path: Path) -> None:
        """Write the index as safetensors, whole or not at all."""
        from safetensors.numpy import save_file

        tensors: dict[str, NDArray[Any]] = {
            "symbols": np.ascontiguousarray(self.symbols),
            "vectors": np.ascontiguousarray(self.vectors),
            "names": np.ascontiguousarray(self._packed_names),
            "real": np.ascontiguousarray(self.real, np.float32),
        }
        about = {"format": _FORMAT, "kind": self.kind, "gram": str(self.gram), "noun": self.noun}
        with atomic(path) as temporary:
            save_file(tensors, str(temporary), metadata=about | {"facts": json.dumps(self.facts, ensure_ascii=False)})

    @classmethod
    def read_kind(cls, path: Path) -> str:
        """The kind of an index, without reading the rest. Raises FormatError if it is no index."""
        return cls._open(path)[0].get("kind", "")

    @classmethod
    def load(cls, path: Path) -> Index:
        """An index that `save` wrote. Raises FormatError if it is not one."""
        about, tensors = cls._open(path, whole=True)
        try:
            return cls(
                kind=about["kind"],
                gram=int(about["gram"]),
                noun=about["noun"],
                facts=json.loads(about["facts"]),
                **tensors,
            )
        except (KeyError, ValueError, TypeError) as error:
            raise FormatError(f"{str(path)!r} is not an index of works: {error}") from error

    @staticmethod
    def _open(path: Path, *, whole: bool = False) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(path), framework="np") as file:
                about = dict(file.metadata() or {})
                if about.get("format") != _FORMAT:
                    raise FormatError(f"{str(path)!r} is not an index of works")
                return about, {name: file.get_tensor(name) for name in _TENSORS} if whole else {}
        except (SafetensorError, OSError) as error:
            raise FormatError(f"{str(path)!r} is not an index of works: {error}") from error

    def measure(self, print_: Fingerprint, *, without: str | None = None, count: int = 3) -> Originality:
        """The report on a work. without: name of a known work that does not count; count: how many nearest are named.

        Raises InputError if its vectors are of another length than those of the index.
        """
        nearest: list[Nearest] = []
        run, share = None, None
        if len(self._ends) and print_.size:
            run, shares = self._shares(print_, without)
            share = shares[0][1] if shares else 0.0
            nearest = [Nearest(name=self.names[n], distance=1.0 - part) for n, part in shares[:count]]
        elif len(self.vectors) and print_.vectors is not None:
            nearest = self._angles(print_.vectors, without)[:count]
        distance = nearest[0].distance if nearest and share is None else None
        rank, copied = self._judge(print_.size, share, run.length if run else 0, distance)
        return Originality(
            nearest=tuple(nearest),
            longest_copy=run,
            share=share,
            percentile=rank,
            copied=copied,
            unit=print_.unit,
            noun=self.noun,
            compared=len(self),
        )

    def _figures(self, print_: Fingerprint, without: str) -> tuple[float, float, float, float]:
        report = self.measure(print_, without=" ".join(without.split()))
        distance = report.nearest[0].distance if report.nearest and report.share is None else np.nan
        length = report.longest_copy.length if report.longest_copy else 0
        return (print_.size, report.share or 0.0, length, distance)

    def _judge(self, size: int, share: float | None, run: int, distance: float | None) -> tuple[float | None, bool]:
        """(percentile, copied) by real works: those that are about as long, and not themselves in the index."""
        real = self.real[self.real[:, 1] < _SAME] if len(self.real) else self.real
        if share is not None:
            if not len(real):
                return None, share >= _SAME
            by_size = np.argsort(np.abs(np.log1p(real[:, 0]) - np.log1p(size)), kind="stable")
            peers = real[by_size[: max(200, len(real) // 5)]]
            most_share, most_run = np.percentile(peers[:, 1:3], 100 - _CERTAIN, axis=0)
            rank = (
                percentile(round(share, 4), np.round(peers[:, 1].astype(np.float64), 4)) if len(peers) >= 20 else None
            )
            return rank, bool(share > np.clip(_MARGIN * most_share, 0.3, _SAME) or run > max(most_run, 2 * self.gram))
        if distance is None or not len(real):
            return None, distance is not None and distance < 0.02
        real = real[real[:, 3] > np.median(real[:, 3]) / 2]
        limit = np.percentile(real[:, 3], _CERTAIN)
        return percentile(distance, real[:, 3], higher_is_nearer=False), bool(distance < limit)

    def _shares(self, print_: Fingerprint, without: str | None) -> tuple[Run | None, list[tuple[int, float]]]:
        """The longest run, and (work, share of the query that stands in it) of the works that share most."""
        query = encode(print_.sequences)
        starts, places, lengths = find_runs(query, self.symbols, self.gram)
        works = np.searchsorted(self._ends, places)
        if without is not None and without in self.names:
            other = np.array([self.names[n] != without for n in range(len(self.names))])[works]
            starts, places, lengths, works = starts[other], places[other], lengths[other], works[other]
        if not len(starts):
            return None, []
        best = np.lexsort((places, starts, -lengths))[0]
        run = self._run(print_, query, int(starts[best]), int(places[best]), int(lengths[best]))
        sums = np.bincount(works, weights=(lengths - self.gram + 1.0) ** 2)  # long runs say more than many
        closest = np.argsort(-sums, kind="stable")[:_CLOSEST]
        shares = []
        for work in [int(n) for n in closest if sums[n] > 0]:
            begin, end = self._bounds(work)
            mine = works == work
            diagonals, first = np.unique(places[mine] - begin - starts[mine], return_inverse=True)
            weight = np.bincount(first, weights=(lengths[mine] - self.gram + 1.0) ** 2)
            chosen = diagonals[np.argsort(-weight, kind="stable")[:_DIAGONALS]]
            held = cover(query, self.symbols[begin:end], chosen, self.gram)
            shares.append((work, float(held.sum() / print_.size)))
        return run, sorted(shares, key=lambda row: -row[1])

    def _bounds(self, work: int) -> tuple[int, int]:
        return int(self._ends[work - 1]) + 1 if work else 0, int(self._ends[work])

    def _run(self, print_: Fingerprint, query: NDArray[np.uint8], start: int, place: int, length: int) -> Run:
        work = int(np.searchsorted(self._ends, place))
        begin, _ = self._bounds(work)
        sequence = int((query[:start] == SEQUENCE_END).sum())
        at = start - sum(len(s) + 1 for s in print_.sequences[:sequence])
        return Run(
            length=length,
            start=at,
            place=print_.place(sequence, at),
            sequence=sequence,
            source=self.names[work],
            source_start=place - begin - int((self.symbols[begin:place] == SEQUENCE_END).sum()),
        )

    def _angles(self, vectors: NDArray[np.float32], without: str | None) -> list[Nearest]:
        if vectors.shape[1] != self.vectors.shape[1]:
            raise InputError(
                f"a vector of {vectors.shape[1]} features does not fit an index of {self.vectors.shape[1]}"
            )
        distances = 1.0 - (self._directions @ _unit(vectors).T).max(axis=1)
        ranked = (
            Nearest(name=self.names[n], distance=max(0.0, float(distances[n]))) for n in np.argsort(distances)[:64]
        )
        return [near for near in ranked if near.name != without]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _quantise(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Directions as int8: each row by its own largest feature, since only the angle counts."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    rounded: NDArray[np.int8] = np.rint(vectors / largest * 127).astype(np.int8)
    return rounded
