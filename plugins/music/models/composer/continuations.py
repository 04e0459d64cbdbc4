"""Counts that stand beside the nets when works are judged: how lines went on in the training works, and in the piece so
far.

A net with a window of 192 positions forgets that a tune has been heard before, in the corpus or sixteen bars ago;
counting does not. A note is (interval from the last sounding note of its voice, length), so that a transposed return
counts as one. Contexts are the last n notes of the voice (in the training works, and in any voice of the piece so far),
and the last n notes of all voices together (in the piece so far). The lines of the training works are shipped as
intervals and lengths, without names, in no other order than that of the voices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .encoding import Encoded
from .vocabulary import HOLD, REST

__all__ = [
    "CORPUS_ORDERS",
    "GROUPS",
    "PIECE_ORDERS",
    "TOGETHER_ORDERS",
    "build_lines",
    "counts",
    "group_of",
    "piece_counts",
]

PATH = Path(__file__).parent / "lines-1.safetensors"

GROUPS: dict[str, tuple[str, ...]] = {
    "chorales": ("bach",),
    "vocal": ("palestrina", "monteverdi", "trecento"),
    "quartets": ("mozart", "haydn", "beethoven"),
    "folk": ("ryan", "oneill", "aird", "essen", "chinese"),
}
"""Styles whose training works are counted together."""

CORPUS_ORDERS = (3, 4, 5, 6, 8, 10, 13, 16)
PIECE_ORDERS = (1, 2, 3, 4, 6, 8, 12, 16)
TOGETHER_ORDERS = (2, 4, 8, 16)
"""Lengths of contexts, in positions, from the shortest."""

INTERVALS = 87
_FIRST = 2 + INTERVALS
_GOLD = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(6364136223846793005)

Hashes = NDArray[np.uint64]
Counts = NDArray[np.float32]


def group_of(style: str) -> str:
    """The group of a style; "" for one that has none."""
    return next((group for group, styles in GROUPS.items() if style in styles), "")


class Spoken(Protocol):
    """What is said at each of n positions, whatever the encoding: voice, pitch and length as targets, what sounds."""

    @property
    def voice(self) -> NDArray[Any]: ...
    @property
    def pitch(self) -> NDArray[Any]: ...
    @property
    def length(self) -> NDArray[Any]: ...
    @property
    def sound(self) -> NDArray[Any]: ...


def symbols(encoded: Spoken) -> NDArray[np.uint8]:
    """Each position's pitch as a symbol: 0 rest, 1 hold, else the interval from the voice's last note (modulo 87, which
    is all there is), or its first note.

    Given what was said before, symbol and pitch target determine each other.
    """
    last: dict[int, int] = {}
    out = np.empty(len(encoded.pitch), np.uint8)
    for i, (voice, target, sound) in enumerate(
        zip(encoded.voice.tolist(), encoded.pitch.tolist(), encoded.sound.tolist(), strict=True)
    ):
        if target == REST:
            out[i] = 0
        elif target == HOLD:
            out[i] = 1
        else:
            out[i] = 2 + (sound - last[voice]) % INTERVALS if voice in last else _FIRST + sound
            last[voice] = sound
    return out


def _streams(
    works: Sequence[Encoded],
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64], list[NDArray[np.int64]]]:
    """(symbols, lengths, place within the line) of all lines one after another, and for each work the rows of its
    positions in them.
    """
    parts: list[NDArray[np.uint8]] = []
    sizes: list[NDArray[np.uint8]] = []
    places: list[NDArray[np.int64]] = []
    rows: list[NDArray[np.int64]] = []
    at = 0
    for work in works:
        spoken = symbols(work)
        order = np.argsort(work.voice, kind="stable")
        row = np.empty(len(order), np.int64)
        row[order] = at + np.arange(len(order))
        rows.append(row)
        at += len(order)
        parts.append(spoken[order])
        sizes.append(work.length[order].astype(np.uint8))
        places.append(_places(np.bincount(work.voice)))
    return np.concatenate(parts), np.concatenate(sizes), np.concatenate(places), rows


def _places(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, 1, 2 ... within each of some lines one after another."""
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return np.arange(int(lengths.sum())) - np.repeat(starts, lengths)


def build_lines(works: Sequence[Encoded]) -> dict[str, NDArray[Any]]:
    """What is shipped of some training works: by group, symbols, lengths and the length of each line."""
    arrays: dict[str, NDArray[Any]] = {}
    for group, styles in GROUPS.items():
        of = [w for w in works if w.score.style in styles]
        if not of:
            continue
        said, size, place, _ = _streams(of)
        arrays[f"{group}.symbol"], arrays[f"{group}.length"] = said, size
        arrays[f"{group}.lines"] = np.diff(np.flatnonzero(np.append(place, 0) == 0)).astype(np.int32)
    return arrays


@lru_cache(maxsize=1)
def _shipped(path: Path) -> dict[str, NDArray[Any]]:
    from .....core.weights import load_weights

    return dict(load_weights(path)[0]) if path.exists() else {}


def _mixed(x: Hashes) -> Hashes:
    x = x ^ (x >> np.uint64(31))
    x = x * _GOLD
    return x ^ (x >> np.uint64(29))


def _contexts(said: NDArray[np.uint8], size: NDArray[np.uint8]) -> list[Hashes]:
    """For each order a hash of the notes before each place (across lines: the caller leaves those out)."""
    token = _mixed((said.astype(np.uint64) * np.uint64(128) + size.astype(np.uint64) + np.uint64(1)) * _GOLD)
    hashes: list[Hashes] = []
    value = np.zeros(len(token), np.uint64)
    for k in range(1, CORPUS_ORDERS[-1] + 1):
        before = np.zeros(len(token), np.uint64)
        before[k:] = token[: max(0, len(token) - k)]
        value = value * _STEP + before
        if k in CORPUS_ORDERS:
            hashes.append(_mixed(value + np.uint64(k)))
    return hashes


def _joined(context: Hashes, token: NDArray[np.uint8], salt: int) -> Hashes:
    return _mixed(context * np.uint64(31) + token.astype(np.uint64) + np.uint64(salt))


def _counted(theirs: Hashes, their_full: Hashes, ours: Hashes, our_full: Hashes) -> tuple[Counts, NDArray[np.bool_]]:
    """((n, 3) how often our token followed our context in theirs, how often anything did, how many different things
    did; theirs that matter).
    """
    keys, inverse = np.unique(ours, return_inverse=True)
    at = np.minimum(np.searchsorted(keys, theirs), len(keys) - 1)
    match = keys[at] == theirs
    at = at[match]
    full, first, count = np.unique(their_full[match], return_index=True, return_counts=True)
    total = np.bincount(at, minlength=len(keys))
    kinds = np.bincount(at[first], minlength=len(keys))
    out = np.zeros((len(ours), 3), np.float32)
    out[:, 1], out[:, 2] = total[inverse], kinds[inverse]
    if len(full):
        where = np.minimum(np.searchsorted(full, our_full), len(full) - 1)
        out[:, 0] = np.where(full[where] == our_full, count[where], 0)
    return out, match


def _corpus_counts(works: Sequence[Encoded], group: str, path: Path) -> list[Counts]:
    """For each work (positions, orders, pitch or length, 3) counts in the training works of a group."""
    shipped = _shipped(path)
    if f"{group}.symbol" not in shipped:
        return [np.zeros((len(w.onset), len(CORPUS_ORDERS), 2, 3), np.float32) for w in works]
    their_said, their_size = shipped[f"{group}.symbol"], shipped[f"{group}.length"]
    their_place = _places(shipped[f"{group}.lines"].astype(np.int64))
    said, size, place, rows = _streams(works)
    out = np.zeros((len(said), len(CORPUS_ORDERS), 2, 3), np.float32)
    for j, (order, theirs, ours) in enumerate(
        zip(CORPUS_ORDERS, _contexts(their_said, their_size), _contexts(said, size), strict=True)
    ):
        known, usable = np.flatnonzero(place >= order), np.flatnonzero(their_place >= order)
        if not len(known) or not len(usable):
            continue
        theirs, ours = theirs[usable], ours[known]
        their_pitch, our_pitch = _joined(theirs, their_said[usable], 1), _joined(ours, said[known], 1)
        out[known, j, 0], match = _counted(theirs, their_pitch, ours, our_pitch)
        their_pitch, their_length = their_pitch[match], their_size[usable][match]
        out[known, j, 1], _ = _counted(
            their_pitch, _joined(their_pitch, their_length, 7), our_pitch, _joined(our_pitch, size[known], 7)
        )
    return [out[row] for row in rows]


def piece_counts(work: Spoken) -> Counts:
    """(positions, orders, pitch or length, 3) counts in the piece up to each position: contexts of a voice, found in
    any voice; contexts of all voices.
    """
    said, size, voices = symbols(work).tolist(), work.length.tolist(), work.voice.tolist()
    kinds = len(PIECE_ORDERS) + len(TOGETHER_ORDERS)
    out = np.zeros((len(said), kinds, 2, 3), np.float32)
    tables: list[dict[Any, dict[int, int]]] = [{} for _ in range(kinds)]
    heard: dict[int, list[tuple[int, int]]] = {}
    together: list[tuple[int, int, int]] = []
    for i, (symbol, length, voice) in enumerate(zip(said, size, voices, strict=True)):
        own = heard.setdefault(voice, [])
        keys: list[Any] = [tuple(own[-k:]) if len(own) >= k else None for k in PIECE_ORDERS]
        keys += [(voice, *together[-k:]) if len(together) >= k else None for k in TOGETHER_ORDERS]
        for j, key in enumerate(keys):
            if key is None:
                continue
            for which, context, token in ((0, key, symbol), (1, (key, symbol), length)):
                row = tables[j].get(context)
                if row is None:
                    tables[j][context] = {token: 1}
                    continue
                out[i, j, which] = row.get(token, 0), sum(row.values()), len(row)
                row[token] = row.get(token, 0) + 1
        own.append((symbol, length))
        together.append((voice, symbol, length))
    return out


def counts(works: Sequence[Encoded], style: str, path: Path = PATH) -> list[Counts]:
    """For each work (n positions, components, 2, 3), the components from the first that is mixed in to the last.

    Of the last axes: pitch, or length given pitch; times that what stands there followed the context, times anything
    did, different things that did.
    """
    if not works:
        return []
    corpus = _corpus_counts(works, group_of(style), path)
    return [np.concatenate([known, piece_counts(work)], axis=1) for known, work in zip(corpus, works, strict=True)]
