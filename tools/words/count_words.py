"""Texts to co-occurrence counts: which vocabulary, and how often each of its entries stands near each context.

English: rows and contexts are words, windows run over what is left when the commonest words are dropped, so that
they reach from content word to content word. Chinese has no spaces, and a segmenter would be a model of its own:
rows are characters and frequent runs of two to four of them, contexts are single characters around the run, so
no segmentation is needed.
"""

from __future__ import annotations

import gzip
import json
import lzma
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counts", "count_chinese", "count_english", "read_chinese", "read_english"]

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_OTHER = re.compile(r"[^\u3400-\u9fff]+")
COMMON = 110
"""So many of the commonest English words are dropped: they stand near everything."""
FUNCTION = frozenset(
    "的了在是我有和就不都一上也很到说要去你会着没看好这那里与之其而于以为中个们把被他她它吾汝尔乃则且若此彼何者所矣焉哉乎耳兮得便又只却道将已并及或自从向对"
    "么什怎吗呢吧啊呀二三四五六七八九十百千万两几多少来过起出下进回时候还再才可能该应当些每各本某即因由如似同等更最太甚"
)
"""Characters of grammar: a run that holds one is seldom the name of a thing."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """words: the rows; matrix: float32 of shape (rows, contexts), weighted by nearness; tokens: running words read;
    frequency: of each row.
    """

    words: tuple[str, ...]
    matrix: NDArray[np.float32]
    tokens: int
    frequency: NDArray[np.int64]


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    opener: Any = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_english(corpus: Path) -> Iterator[tuple[str, str]]:
    """(author or work, text) of English verse and prose under a folder `texts` of `corpus`."""
    texts = Path(corpus) / "texts"
    for name in ("poetry-en.jsonl.gz", "poetry-en-more.jsonl.xz"):
        for row in _json_lines(texts / name):
            yield str(row.get("author", "")), "\n".join(map(str, row["lines"]))
    for path in sorted((texts / "prose-en").glob("*/*.txt")):
        yield path.parent.name, path.read_text("utf-8")


def read_chinese(corpus: Path) -> Iterator[tuple[str, str, int]]:
    """(author or work, text, weight) of Chinese verse and prose: verse weighs more, it is what images are made of."""
    texts = Path(corpus) / "texts"
    for name, weight in (("poetry-zh.jsonl.gz", 2), ("poetry-zh-modern.jsonl", 4)):
        for row in _json_lines(texts / name):
            yield "verse " + str(row.get("author", "")), "\n".join(map(str, row["lines"])), weight
    for row in _json_lines(texts / "prose-zh-classics.jsonl.xz"):
        yield str(row.get("work", "")), str(row["text"]), 1
    for path in sorted((texts / "prose-zh").glob("*/*.txt")):
        yield path.parent.name, path.read_text("utf-8"), 4


class _Numbers(dict[str, int]):
    """Numbers keys in the order they come."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


def count_english(sources: Iterable[tuple[str, str]], *, rows: int, contexts: int, window: int = 5) -> Counts:
    """Counts of English words.

    rows, contexts: how many of the most frequent words; a row must be written in lower case in a third of its places
    (else it is a name) and come
    in eight sources; window: content words to each side, the nearest weighing 1, the next 1/2 ...
    """
    cased = _Numbers()
    parts: list[NDArray[np.int32]] = []
    owners = _Numbers()
    owned: list[tuple[int, int]] = []
    for source, text in sources:
        part = np.fromiter(map(cased.__getitem__, _WORD.findall(text)), np.int32)
        parts.append(part)
        owned.append((owners[source], len(part)))
    lower = _Numbers()
    of_lower = np.array([lower[w.lower()] for w in cased], np.int32)
    plain = np.array([w.islower() for w in cased])
    flat = np.concatenate(parts)
    ids = of_lower[flat]
    names = list(lower)
    total = np.bincount(ids, minlength=len(names))
    small = np.bincount(ids[plain[flat]], minlength=len(names))
    order = np.argsort(-total, kind="stable")
    common = set(order[:COMMON].tolist())
    source_of = np.repeat([o for o, _ in owned], [n for _, n in owned])
    frequent = order[: 4 * rows]
    rank = np.full(len(names), -1, np.int64)
    rank[frequent] = np.arange(len(frequent))
    seen = rank[ids]
    spread = np.bincount(
        np.unique(seen[seen >= 0] * len(owners) + source_of[seen >= 0]) // len(owners), minlength=len(frequent)
    )
    usable = [
        int(w)
        for w, s in zip(frequent, spread, strict=True)
        if int(w) not in common and s >= 8 and small[w] >= total[w] / 3 and len(names[w]) > 1 and "'" not in names[w]
    ][:rows]
    index = np.full(len(names) + 1, -1, np.int32)
    index[usable] = np.arange(len(usable))
    kept = np.array([w not in common for w in range(len(names))])
    sequence = _with_gaps(index, ids, kept, [n for _, n in owned], window)
    matrix = np.zeros((len(usable), contexts), np.float32)
    for step in range(1, window + 1):
        _add(matrix, sequence[:-step], sequence[step:], contexts, 1 / step)
        _add(matrix, sequence[step:], sequence[:-step], contexts, 1 / step)
    return Counts(words=tuple(names[w] for w in usable), matrix=matrix, tokens=len(ids), frequency=total[usable])


def _with_gaps(
    index: NDArray[np.int32], ids: NDArray[np.int32], kept: NDArray[np.bool_], lengths: list[int], window: int
) -> NDArray[np.int32]:
    """Row numbers of the words that are kept, -1 for rare ones, texts set apart by a window of -1."""
    ends = np.cumsum(lengths)
    marked = np.insert(ids.astype(np.int64), np.repeat(ends[:-1], window), len(index) - 1)
    return index[marked[np.append(kept, True)[marked]]]


def _add(
    matrix: NDArray[np.float32],
    rows: NDArray[Any],
    columns: NDArray[Any],
    contexts: int,
    weight: float,
    part: int = 4_000_000,
) -> None:
    flat = matrix.reshape(-1)
    for start in range(0, len(rows), part):
        r, c = rows[start : start + part], columns[start : start + part]
        good = (r >= 0) & (c >= 0) & (c < contexts)
        np.add.at(flat, r[good].astype(np.int64) * contexts + c[good], np.float32(weight))


def count_chinese(
    sources: Iterable[tuple[str, str, int]],
    *,
    characters: int,
    runs: tuple[int, int, int],
    contexts: int,
    wanted: Iterable[str] = (),
    window: int = 6,
) -> Counts:
    """Counts of Chinese characters and runs.

    characters: so many of the most frequent become rows; runs: so many of two, three and four characters, the firmest
    of those that come in 20
    sources; contexts: characters; wanted: runs that are rows in any case, if they come at all; window: characters to
    each side.
    """
    numbers = _Numbers()
    parts: list[NDArray[np.int32]] = []
    owners = _Numbers()
    owned: list[tuple[int, int, int]] = []
    for source, text, weight in sources:
        text = _OTHER.sub(" ", text)
        part = np.fromiter(map(numbers.__getitem__, text), np.int32)
        parts.append(np.append(part, numbers[" "]).astype(np.int32))
        owned.append((owners[source], len(part) + 1, weight))
    ids = np.concatenate(parts)
    names = list(numbers)
    total = np.bincount(ids, minlength=len(names))
    total[numbers[" "]] = 0
    order = np.argsort(-total, kind="stable")
    index = np.full(len(names), -1, np.int64)
    limit = min(len(names) - 1, 8191)
    index[order[:limit]] = np.arange(limit)
    sequence = index[ids]
    letters = [names[w] for w in order[:limit]]
    source_of = np.repeat([o for o, _, _ in owned], [n for _, n, _ in owned])
    weights = np.repeat(np.array([w for _, _, w in owned], np.float32), [n for _, n, _ in owned])
    place = {c: i for i, c in enumerate(letters)}
    words = letters[:characters]
    frequency = list(total[order[:characters]])
    matrix = np.zeros((characters + sum(runs) + sum(len(w) > 1 for w in set(wanted)), contexts), np.float32)
    row_of = np.where(sequence < characters, sequence, -1)
    _add_around(matrix, row_of, sequence, 1, window, weights)
    for size, count in zip((2, 3, 4), runs, strict=True):
        keys = _run_keys(sequence, size)
        extra = {w for w in wanted if len(w) == size and all(c in place for c in w)}
        chosen = _firm_runs(keys, size, sequence, letters, source_of, len(owners), count, extra, place)
        ordered = np.array(sorted(chosen), np.int64)
        found = np.searchsorted(ordered, keys)
        hit = (found < len(ordered)) & (ordered[np.minimum(found, len(ordered) - 1)] == keys)
        row_of = np.where(hit, found + len(words), -1)
        _add_around(matrix, row_of, sequence, size, window, weights)
        frequency += np.bincount(found[hit], minlength=len(ordered)).tolist()
        words = words + [chosen[int(k)] for k in ordered]
    return Counts(
        words=tuple(words),
        matrix=matrix[: len(words)],
        tokens=int((sequence >= 0).sum()),
        frequency=np.array(frequency),
    )


def _run_keys(sequence: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """A number for the run that starts at each place, -1 where it is broken by a mark."""
    keys = np.zeros(len(sequence), np.int64)
    good = np.ones(len(sequence), bool)
    for step in range(size):
        shifted = np.append(sequence[step:], np.full(step, -1))
        good &= shifted >= 0
        keys = (keys << 13) | np.maximum(shifted, 0)
    return np.where(good, keys, -1)


def _firm_runs(
    keys: NDArray[np.int64],
    size: int,
    sequence: NDArray[np.int64],
    letters: list[str],
    source_of: NDArray[np.int64],
    sources: int,
    count: int,
    extra: set[str],
    place: dict[str, int],
) -> dict[int, str]:
    """{key: run}: runs of content characters, by frequency times normalised pointwise mutual information squared."""
    values, counts = np.unique(keys[keys >= 0], return_counts=True)
    often = counts >= 15
    values, counts = values[often], counts[often]
    single = np.bincount(sequence[sequence >= 0], minlength=len(letters)) / (sequence >= 0).sum()
    digits = np.stack([(values >> (13 * (size - 1 - i))) & 8191 for i in range(size)])
    p = counts / len(keys)
    firmness = (np.log(p) - np.log(single[digits]).sum(0)) / (-np.log(p) * (size - 1))
    content = ~np.isin(digits, [place[c] for c in FUNCTION if c in place]).any(0)
    near = np.searchsorted(values, keys)
    inside = (near < len(values)) & (values[np.minimum(near, len(values) - 1)] == keys)
    spread = np.bincount(np.unique(near[inside] * sources + source_of[inside]) // sources, minlength=len(values))
    good = content & (counts >= 50) & (spread >= 20) & (firmness > 0.12)
    score = np.where(good, counts * np.maximum(firmness, 0) ** 2, -1)
    best = [i for i in np.argsort(-score, kind="stable")[:count] if score[i] > 0]
    chosen = {int(values[i]): "".join(letters[d] for d in digits[:, i]) for i in best}
    for run in extra:
        key = 0
        for c in run:
            key = (key << 13) | place[c]
        at = np.searchsorted(values, key)
        if at < len(values) and values[at] == key:
            chosen[key] = run
    return chosen


def _add_around(
    matrix: NDArray[np.float32],
    rows: NDArray[np.int64],
    sequence: NDArray[np.int64],
    size: int,
    window: int,
    weights: NDArray[np.float32],
) -> None:
    """Add what stands before and after each run of `size` characters, near characters weighing more."""
    contexts = matrix.shape[1]
    flat = matrix.reshape(-1)
    at = np.flatnonzero(rows >= 0)
    for start in range(0, len(at), 4_000_000):
        part = at[start : start + 4_000_000]
        for step in range(1, window + 1):
            for other in (part - step, part + size - 1 + step):
                inside = (other >= 0) & (other < len(sequence))
                column = sequence[np.where(inside, other, 0)]
                good = inside & (column >= 0) & (column < contexts)
                np.add.at(
                    flat, rows[part[good]] * contexts + column[good], weights[part[good]] / np.float32(step) ** 0.5
                )
