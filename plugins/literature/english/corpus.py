"""English verse prepared for the verse model: cleaned, read into words, written line by line from the end.

A line becomes `mark w_n ... w_1 break`: its end mark (or NONE) first, then its words and inner marks from last to
first, then LINE, or STANZA where a stanza ends. Features are kept line by line: syllables, the rhyme of its last
word, whether it is plain iambic. What is dropped: lines with digits or brackets, in capitals or over 90
characters; prose among the verse; stretches with many unknown words (dialect, Latin).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..formats.rows import read_rows
from ..lm.arrays import Arrays
from .phonetics import count_syllables, rhyme_keys, sounds
from .prosody import is_plain_iambic
from .words import MARKS, normalize, tokenize

__all__ = ["SPECIALS", "Poem", "Prepared", "Vocabulary", "clean_stanzas", "prepare", "read_poems"]

PAD, LINE, STANZA, UNKNOWN, GO, KEYWORDS = range(6)
NONE = "<none>"
FORMS = ("sonnet", "abab", "xaxa", "abba", "aabb", "limerick", "blank", "free", "other")
SPECIALS = (
    "<pad>",
    "<line>",
    "<stanza>",
    "<unknown>",
    "<go>",
    "<keywords>",
    NONE,
    *MARKS,
    *(f"<form:{f}>" for f in FORMS),
    *(f"<syllables:{n}>" for n in range(3, 15)),
    *(f"<persons:{n}>" for n in range(4)),
    "<archaic:0>",
    "<archaic:1>",
)
PERSONAL = frozenset(
    "i me my mine myself we us our ours you your yours he him his she her hers they them their thou thee "
    "thy thine ye".split()
)
ARCHAIC = frozenset(
    "thou thee thy thine ye hath doth dost hast art didst wilt shalt canst o'er ne'er e'er e'en oft unto wert".split()
)


@dataclass(frozen=True)
class Poem:
    """A poem as it was read: title, author, form as the file calls it, stanzas of lines, and its source file."""

    title: str
    author: str
    form: str
    stanzas: tuple[tuple[str, ...], ...]
    source: str


def read_poems(path: Path) -> Iterator[Poem]:
    """Poems of a .jsonl file (plain, .gz or .xz), or of all such files in a folder, in order of their names.

    Raises FormatError if a line is no object of JSON, InputError if it has no `lines`.
    """
    path = Path(path)
    if path.is_dir():
        for file in sorted(f for f in path.iterdir() if ".jsonl" in f.name and "-zh" not in f.name):
            yield from read_poems(file)
        return
    for number, row in enumerate(read_rows(path), 1):
        try:
            stanzas = row.get("stanzas") or [row["lines"]]
            yield Poem(
                str(row.get("title", "")),
                str(row.get("author", "")),
                str(row.get("form", "")),
                tuple(tuple(map(str, stanza)) for stanza in stanzas if stanza),
                path.name,
            )
        except (KeyError, TypeError) as error:
            raise InputError(
                f"object {number} of {str(path)!r} is not a poem: {error!r}; expected an object with 'lines'"
            ) from error


def _is_verse(line: str) -> bool:
    if len(line) > 90 or any(c.isdigit() or c in "[]{}|=<>#+" for c in line):
        return False
    letters = [c for c in line if c.isalpha()]
    return len(letters) >= 4 and sum(c.isupper() for c in letters) <= 0.6 * len(letters)


def clean_stanzas(poem: Poem) -> list[list[str]]:
    """Stanzas of lines that are verse; a dropped line parts its stanza in two. Empty for prose."""
    lines = [line for stanza in poem.stanzas for line in stanza]
    long = sum(len(line) > 55 for line in lines)
    lower = sum(line[:1].islower() for line in lines)
    if not lines or (long > 0.6 * len(lines) and lower > 0.4 * len(lines)):
        return []
    stanzas: list[list[str]] = []
    for stanza in poem.stanzas:
        run: list[str] = []
        for line in stanza:
            if _is_verse(line):
                run.append(line)
            elif run:
                stanzas.append(run)
                run = []
        if run:
            stanzas.append(run)
    return stanzas


@dataclass(frozen=True)
class Vocabulary:
    """Tokens by number: SPECIALS first, then words by frequency. `cased` maps a word to its spelling inside a line."""

    words: tuple[str, ...]
    cased: dict[str, str]

    @property
    def index(self) -> dict[str, int]:
        """Number of each token."""
        return {w: i for i, w in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)


@dataclass
class Prepared(Arrays):
    """A corpus as arrays. A line is tokens[line_start[k] : line_start[k + 1]], written from its end.

    left: syllables of the line still to be written *after* each token; line_*: one entry a line: poem number,
    syllables, last word (token number), rhyme (number of its key, -1 for none), stanza begins (bool), iambic (bool).
    weights: how often a poem is drawn, by poem.
    """

    tokens: NDArray[np.int32]
    left: NDArray[np.int8]
    line_start: NDArray[np.int64]
    line_poem: NDArray[np.int32]
    line_syllables: NDArray[np.int8]
    line_last: NDArray[np.int32]
    line_rhyme: NDArray[np.int32]
    line_opens: NDArray[np.bool_]
    line_iambic: NDArray[np.bool_]
    weights: NDArray[np.float64]
    held_out: NDArray[np.bool_]


def build_vocabulary(poems: Iterable[list[list[str]]], size: int) -> Vocabulary:
    """The most frequent pronounceable words, `size` tokens with the specials.

    A word that stands with a capital inside lines in two of three cases keeps it (names, months, God).
    """
    count: Counter[str] = Counter()
    raised: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for stanzas in poems:
        for stanza in stanzas:
            for line in stanza:
                count.update(tokenize(line))
                pieces = normalize(line).split()
                upper = sum(p[:1].isupper() for p in pieces)
                if upper > 0.5 * len(pieces) > 1:
                    continue
                after_stop = True
                for piece in pieces:
                    word = piece.strip("\"'.,;:!?()\u201c\u201d\u2014")
                    if word and not after_stop and word.replace("'", "").isalpha():
                        inside[word.lower()] += 1
                        raised[word.lower()] += word[0].isupper()
                    after_stop = piece[-1:] in '.!?"\u201c\u2014:' or piece[:1] in "\"\u201c'"
    words = [w for w, n in count.most_common() if w not in MARKS and n >= 5 and sounds(w) and w.isascii()]
    words = words[: size - len(SPECIALS)]
    cased = {w: w[0].upper() + w[1:] for w in words if inside[w] and raised[w] > 0.66 * inside[w]}
    cased |= {"i": "I", "i'm": "I'm", "i'll": "I'll", "i've": "I've", "i'd": "I'd"}
    return Vocabulary((*SPECIALS, *words), cased)


def _write_line(tokens: list[str], index: dict[str, int]) -> tuple[list[int], list[int], int, str]:
    """(token numbers from the line's end, syllables left after each, syllables, last word) without the break."""
    mark = tokens[-1] if tokens[-1] in MARKS else NONE
    body = tokens[:-1] if mark != NONE else tokens
    sizes = [0 if t in MARKS else count_syllables(t) for t in body]
    total = sum(sizes)
    numbers, left, rest = [index[mark]], [total], total
    for token, size in zip(reversed(body), reversed(sizes), strict=True):
        rest -= size
        numbers.append(index.get(token, UNKNOWN))
        left.append(rest)
    return numbers, left, total, next((t for t in reversed(body) if t not in MARKS), "")


def prepare(poems: list[Poem], held_out: NDArray[np.bool_], vocabulary: Vocabulary) -> Prepared:
    """Arrays of a corpus. A stanza with more than 15 % unknown words is left out."""
    index = vocabulary.index
    keys: dict[tuple[str, ...], int] = {}
    first_key: dict[str, int] = {}
    tokens: list[NDArray[np.int32]] = []
    left: list[NDArray[np.int8]] = []
    starts, rows = [0], []
    weights = np.zeros(len(poems))

    def rhyme_of(word: str) -> int:
        if word not in first_key:
            found = sorted(rhyme_keys(word), key=lambda k: (len(k), k))
            first_key[word] = keys.setdefault(found[0], len(keys)) if found else -1
        return first_key[word]

    for number, poem in enumerate(poems):
        iambic = lines = 0
        for stanza in clean_stanzas(poem):
            read = [t for t in (tokenize(line) for line in stanza) if t and any(w not in MARKS for w in t)]
            words = [w for t in read for w in t if w not in MARKS]
            if not words or sum(w not in index for w in words) > 0.15 * len(words):
                continue
            for at, line in enumerate(read):
                numbers, rest, total, last = _write_line(line, index)
                if total > 18:
                    continue
                numbers.append(STANZA if at == len(read) - 1 else LINE)
                rest.append(0)
                tokens.append(np.array(numbers, np.int32))
                left.append(np.array(rest, np.int8))
                starts.append(starts[-1] + len(numbers))
                plain = is_plain_iambic([w for w in line if w not in MARKS])
                rows.append((number, total, index.get(last, UNKNOWN), rhyme_of(last), at == 0, plain))
                iambic, lines = iambic + plain, lines + 1
        if lines >= 3:
            share = iambic / lines
            boost = 4.0 if poem.form == "sonnet" else 20.0 if poem.form == "limerick" else 1.0
            weights[number] = (
                min(lines, 400) * (0.02 + share * share) * boost * (1.5 if "-more" not in poem.source else 1.0)
            )
    table = np.array(rows, np.int64)
    return Prepared(
        np.concatenate(tokens),
        np.concatenate(left),
        np.array(starts, np.int64),
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int8),
        table[:, 2].astype(np.int32),
        table[:, 3].astype(np.int32),
        table[:, 4].astype(bool),
        table[:, 5].astype(bool),
        weights,
        held_out,
    )
