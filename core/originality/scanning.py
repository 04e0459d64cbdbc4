"""Runs that a query shares with many works, by one scan of their hashed symbols.

Each symbol is hashed to one byte (2 to 255); a work is its sequences, each ended by a 1, and ends with a 0. A gram of
n symbols is so an 8n-bit hash, of every length at once. Schleimer, Wilkerson and Aiken (2003) keep some of the grams
with work and place, about five bytes each, and find nothing shorter than their window; one byte for each symbol is
smaller, finds each run from the gram's length on, exactly but for collisions, and a scan of four million symbols takes
some milliseconds: no table has to be built or loaded.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["SEQUENCE_END", "WORK_END", "cover", "encode", "find_runs"]

Bytes = NDArray[np.uint8]
WORK_END, SEQUENCE_END = 0, 1
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing: 2**64 over the golden ratio, odd
_OFTEN = 600  # places of a gram from which on it tells nothing; a run with a rarer gram in it is still found whole
_GAP = 2  # symbols that may be changed between two runs on one diagonal for the second to count as well


def encode(sequences: Iterable[NDArray[np.int64]]) -> Bytes:
    """The sequences of one work as bytes, each ended by SEQUENCE_END."""
    parts = []
    for sequence in sequences:
        mixed = sequence.astype(np.uint64) * _MULTIPLIER
        mixed = (mixed ^ (mixed >> np.uint64(32))) * _MULTIPLIER
        parts += [((mixed >> np.uint64(40)) % np.uint64(254) + np.uint64(2)).astype(np.uint8), _END]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint8)


_END = np.array([SEQUENCE_END], np.uint8)


def find_runs(query: Bytes, corpus: Bytes, gram: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(starts in the query, starts in the corpus, lengths) of all shared runs of `gram` (3 to 8) or more symbols."""
    codes, starts = _query_grams(query, gram)
    nothing = np.zeros(0, np.int64)
    if not len(codes) or len(corpus) < gram:
        return nothing, nothing, nothing
    places = _candidates(codes, corpus, gram)
    grams = _codes(corpus, places, gram)
    order = np.argsort(codes, kind="stable")
    codes, starts = codes[order], starts[order]
    first, last = np.searchsorted(codes, grams, "left"), np.searchsorted(codes, grams, "right")
    known = last > first
    places, grams, first, last = places[known], grams[known], first[known], last[known]
    if not len(places):
        return nothing, nothing, nothing
    _, number, often = np.unique(grams, return_inverse=True, return_counts=True)
    rare = (often[number] <= _OFTEN) if often.min() <= _OFTEN else np.ones(len(number), bool)
    places, first, count = places[rare], first[rare], (last - first)[rare]
    at = np.repeat(places, count)
    within = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    asked = starts[np.repeat(first, count) + within]
    return _merge(query, corpus, asked, at, gram)


def _query_grams(query: Bytes, gram: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    if len(query) < gram:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(query, gram)
    starts = np.flatnonzero((windows > SEQUENCE_END).all(axis=1))
    return _codes(query, starts, gram), starts


def _codes(symbols: Bytes, places: NDArray[np.int64], gram: int) -> NDArray[np.uint64]:
    codes = np.zeros(len(places), np.uint64)
    for offset in range(gram):
        codes = codes << np.uint64(8) | symbols[places + offset].astype(np.uint64)
    return codes


def _candidates(codes: NDArray[np.uint64], corpus: Bytes, gram: int) -> NDArray[np.int64]:
    """Places whose first two and last two symbols begin and end a gram of the query, in rising order."""
    top, low = np.zeros(1 << 16, bool), np.zeros(1 << 16, bool)
    head = (codes >> np.uint64(8 * (gram - 2))).astype(np.uint16)
    tail = (codes & np.uint64(0xFFFF)).astype(np.uint16)
    top[head.byteswap()] = True  # a pair is read from memory with its first symbol low
    low[tail.byteswap()] = True
    matches = []
    for odd in (0, 1):
        pairs = corpus[odd : odd + 2 * ((len(corpus) - odd) // 2)].view("<u2")
        matches.append(2 * np.flatnonzero(top[pairs]) + odd)
    places = np.sort(np.concatenate(matches))
    places = places[places <= len(corpus) - gram]
    end = corpus[places + gram - 2].astype(np.uint16) | corpus[places + gram - 1].astype(np.uint16) << 8
    likely: NDArray[np.int64] = places[low[end]]
    return likely


def _merge(
    query: Bytes, corpus: Bytes, asked: NDArray[np.int64], at: NDArray[np.int64], gram: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Grams that follow one another on a diagonal as one run, lengthened at both ends as far as it goes."""
    order = np.lexsort((asked, at - asked))
    asked, at = asked[order], at[order]
    fresh = np.ones(len(asked), bool)
    fresh[1:] = (np.diff(asked) != 1) | (np.diff(at - asked) != 0)
    heads = np.flatnonzero(fresh)
    lengths = np.diff(np.append(heads, len(asked))) + gram - 1
    starts, places = asked[heads], at[heads]
    for step in (-1, 1):
        going = np.arange(len(starts))
        while len(going):
            ahead = -1 if step < 0 else lengths[going]
            q, c = starts[going] + ahead, places[going] + ahead
            inside = (q >= 0) & (c >= 0) & (q < len(query)) & (c < len(corpus))
            going, q, c = going[inside], q[inside], c[inside]
            going = going[(query[q] == corpus[c]) & (query[q] > SEQUENCE_END)]
            lengths[going] += 1
            if step < 0:
                starts[going] -= 1
                places[going] -= 1
    return starts, places, lengths


def cover(query: Bytes, work: Bytes, diagonals: NDArray[np.int64], gram: int) -> NDArray[np.bool_]:
    """Which symbols of the query stand in a work: those in runs of `gram` symbols, and in runs of two or more that lie
    within two symbols of such a run on the same diagonal, as after a changed word.

    diagonals: place in the work less place in the query, of each diagonal that counts.
    """
    covered = np.zeros(len(query), bool)
    for diagonal in diagonals.tolist():
        begin, end = max(0, -diagonal), min(len(query), len(work) - diagonal)
        if end <= begin:
            continue
        part = query[begin:end]
        same = np.zeros(end - begin + 2, np.int8)
        same[1:-1] = (part == work[begin + diagonal : end + diagonal]) & (part > SEQUENCE_END)
        edges = np.flatnonzero(np.diff(same))
        heads, tails = edges[::2], edges[1::2]
        long = tails - heads >= 2
        heads, tails = heads[long], tails[long]
        if not len(heads):
            continue
        chain = np.concatenate([[0], np.cumsum(heads[1:] - tails[:-1] > _GAP)])
        anchored = np.bincount(chain, weights=tails - heads >= gram) > 0
        for head, tail in zip(heads[anchored[chain]].tolist(), tails[anchored[chain]].tolist(), strict=True):
            covered[begin + head : begin + tail] = True
    return covered
