"""Poems as tokens: one code that scores any text and keeps any form by construction.

    [form] [regulated?] [kind?] [rhyme?] [author or dynasty?] [TI title] [KW w1 , w2] [KN known characters] [GO]  body

The body begins with a shape token. A poem whose clauses have one of the usual shapes of its form (lengths and
punctuation; learned from the corpus, up to four a form) is `SHAPE k` and then its characters alone: punctuation and
end follow from the shape. Any other poem is `FREE`, and each clause is preceded by a header, closing punctuation
and length in one token, `END` last. So every text has a code, each character and mark of it is paid for, and where
the form is known nothing is spent on what follows from it.

Each clause is written **from its last character to its first** (the rhyme word is drawn first). Places count from
the end of the clause, 1 being its last character. Known characters (an acrostic, a kept line, the surroundings of a
gap) go to the prefix with their places and are left out of the body.

Each position also gets what is known of the *next* one: its place in its clause, the clause's number, and five
characters looked up around it: one and two clauses above at the same place, left, right, below. At a clause's end
the character "two above" is that of the last clause that closed a sentence: the word to rhyme with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chinese.corpus import Poem
from ...chinese.prosody import FORMS, Prosody, find_plan

__all__ = ["ABOVE", "CLAUSES", "PLACES", "Code", "Example", "Place", "Prefix", "Shape", "place_row"]

MAX_LENGTH = 15
CLAUSES = 48
PLACES = 2 + (MAX_LENGTH + 1) * (MAX_LENGTH + 2) // 2
ABOVE = 5
PUNCTUATION = "，。、！？；："
_SPECIAL = (
    "[PAD]",
    "[UNK]",
    "[GO]",
    "[TI]",
    "[KW]",
    "[KN]",
    "[SEP]",
    "[END]",
    "[FREE]",
    "[SHAPE1]",
    "[SHAPE2]",
    "[SHAPE3]",
    "[SHAPE4]",
    "[REG]",
    "[UNREG]",
    "[KIND A]",
    "[KIND B]",
    "[KIND C]",
    "[KIND D]",
)
TITLE = 10

#: A clause and a place in it, 1 being its last character.
Place = tuple[int, int]
#: Closing mark and length of each clause.
Shape = tuple[tuple[str, int], ...]


def place_row(length: int, place: int) -> int:
    """Row of the place table: 0 in the prefix, 1 at a header, else one for each (length, place from the end)."""
    return 1 + (length - 1) * length // 2 + place if place else 1


def clause_row(clause: int) -> int:
    """Row of the clause table: 0 in the prefix, clauses counted from 1; far ones share two rows by parity."""
    return clause + 1 if clause < CLAUSES - 3 else CLAUSES - 2 + clause % 2


@dataclass(kw_only=True)
class Prefix:
    """What the model is told. Empty fields are not told. known: {(clause, place from the end): character}; keywords:
    (word, clause or -1).
    """

    form: str
    regulated: bool | None = None
    kind: str = ""
    rhyme: str = ""
    voice: str = ""
    title: str = ""
    keywords: Sequence[tuple[str, int]] = ()
    known: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Example:
    """Token ids and, of the same length, the rows of the tables. body: index of the first body token.

    own, clause: place and clause rows of the token itself; next_place, next_clause: of the one to come; around:
    (length, 5) ids of one above, two above, left, right, below the one to come, 0 where unknown.
    """

    tokens: NDArray[np.int64]
    own: NDArray[np.int64]
    clause: NDArray[np.int64]
    next_place: NDArray[np.int64]
    next_clause: NDArray[np.int64]
    around: NDArray[np.int64]
    body: int


class Code:
    """The vocabulary and the code. Built from a corpus once, kept in the weights' card or beside them as plain JSON."""

    def __init__(self, names: Sequence[str], shapes: Mapping[str, Sequence[Shape]]) -> None:
        self.names = tuple(names)
        self.ids = {name: i for i, name in enumerate(self.names)}
        self.shapes = {
            form: tuple(tuple((str(m), int(n)) for m, n in s) for s in some) for form, some in shapes.items()
        }
        self.pad, self.unknown, self.go, self.ti, self.kw, self.kn, self.sep, self.end, self.free = range(9)
        self.first_char = next(i for i, n in enumerate(self.names) if len(n) == 1)
        self.chars = len(self.names) - self.first_char

    @classmethod
    def build(cls, poems: Sequence[Poem], table: Prosody, *, least: int = 2, tunes: int = 20, voices: int = 90) -> Code:
        """A code for a corpus: characters seen `least` times, tunes with `tunes` poems, the `voices` best represented
        authors.
        """
        count = Counter(
            c for p in poems for text, mark in p.clauses for c in text + ("" if mark in PUNCTUATION else mark)
        )
        forms = Counter(p.form for p in poems)
        kept = [f for f, n in sorted(forms.items()) if not f.startswith("ci:") or n >= tunes]
        if "ci" not in kept:
            kept.append("ci")
        by_form: dict[str, Counter[Shape]] = {f: Counter() for f in kept}
        for poem in poems:
            if poem.form in by_form and all(len(t) <= MAX_LENGTH for t, _ in poem.clauses):
                by_form[poem.form][tuple((mark, len(text)) for text, mark in poem.clauses)] += 1
        shapes = {
            f: [s for s, n in c.most_common(4) if n >= max(5, 0.08 * c.total())]
            for f, c in by_form.items()
            if f not in ("other", "modern", "ci")
        }
        authors = Counter(p.author for p in poems if p.author and p.author not in ("无名氏", "佚名"))
        names = [
            *_SPECIAL,
            *(f"[F {f}]" for f in kept),
            *(f"[R {i}]" for i in range(len(table.groups))),
            *(f"[R {n}{t}]" for n in range(1, 20) for t in "平仄入"),
            *(f"[D {d}]" for d in sorted({p.dynasty for p in poems if p.dynasty})),
            *(f"[A {a}]" for a, _ in authors.most_common(voices)),
            *(f"[H {mark}{n}]" for mark in ("", *PUNCTUATION) for n in range(MAX_LENGTH + 1)),
        ]
        characters = sorted((c for c, n in count.items() if n >= least), key=lambda c: (-count[c], c))
        return cls([*names, *characters], {f: s for f, s in shapes.items() if s})

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: special names as a list, characters as one string, shapes by form."""
        return {
            "names": list(self.names[: self.first_char]),
            "characters": "".join(self.names[self.first_char :]),
            "shapes": {f: ["".join(f"{n:x}{m or '_'}" for m, n in s) for s in some] for f, some in self.shapes.items()},
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Code:
        """The inverse of `to_dict`."""
        shapes = {
            f: [
                tuple((text[i + 1].replace("_", ""), int(text[i], 16)) for i in range(0, len(text), 2)) for text in some
            ]
            for f, some in row["shapes"].items()
        }
        return cls([*row["names"], *row["characters"]], shapes)

    def char(self, c: str) -> int:
        """Id of a character, or of the unknown one."""
        found = self.ids.get(c, self.unknown)
        return found if found >= self.first_char else self.unknown

    def form_token(self, form: str) -> int:
        """Id of a form; a tune that is not known is a ci, anything else that is not known is "other"."""
        return self.ids.get(f"[F {form}]") or self.ids["[F ci]" if form.startswith("ci") else "[F other]"]

    def split(self, clauses: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Clauses that headers can say: long ones cut, marks without a header made part of the text."""
        found = []
        for text, mark in clauses:
            if mark and mark not in PUNCTUATION:
                text, mark = text + mark, ""
            while len(text) > MAX_LENGTH:
                found.append((text[:MAX_LENGTH], ""))
                text = text[MAX_LENGTH:]
            if text or mark:
                found.append((text, mark))
        return found

    def shape_token(self, form: str, shape: Shape) -> int:
        """Id of the shape token of a usual shape, else of FREE."""
        some = self.shapes.get(form, ())
        return self.ids[f"[SHAPE{some.index(shape) + 1}]"] if shape in some else self.free

    def prefix(self, told: Prefix, shape: Shape) -> tuple[list[int], list[int], list[int]]:
        """(tokens, place rows, clause rows) of what is told, up to and with GO."""
        tokens = [self.form_token(told.form)]
        if told.regulated is not None:
            tokens.append(self.ids["[REG]" if told.regulated else "[UNREG]"])
        for name in (
            f"[KIND {told.kind}]",
            f"[R {told.rhyme}]",
            f"[A {told.voice}]" if f"[A {told.voice}]" in self.ids else f"[D {told.voice}]",
        ):
            if name in self.ids:
                tokens.append(self.ids[name])
        if told.title:
            tokens += [self.ti, *map(self.char, told.title[:TITLE])]
        clauses = [0] * len(tokens)
        for n, (word, clause) in enumerate(told.keywords):
            piece = [self.sep if n else self.kw, *map(self.char, word)]
            tokens += piece
            clauses += [0] + [clause_row(clause) if clause >= 0 else 0] * len(word)
        places = [0] * len(tokens)
        if told.known:
            tokens.append(self.kn)
            places.append(0)
            clauses.append(0)
            for clause, place in sorted(told.known, key=lambda at: (at[0], -at[1])):
                tokens.append(self.char(told.known[clause, place]))
                places.append(place_row(shape[clause][1], place))
                clauses.append(clause_row(clause))
        return [*tokens, self.go], [*places, 0], [*clauses, 0]

    def encode(self, told: Prefix, clauses: Sequence[tuple[str, str]]) -> Example:
        """A poem with what is told of it. Clauses must have been through `split`."""
        shape: Shape = tuple((mark, len(text)) for text, mark in clauses)
        tokens, own, number = self.prefix(told, shape)
        body = len(tokens)
        start = self.shape_token(told.form, shape)
        tokens.append(start)
        own.append(0)
        number.append(0)
        steps = self.steps(shape, told.known, headers=start == self.free)
        at = {(c, p): self.char(ch) for (c, p), ch in told.known.items()}
        around = np.zeros((len(tokens) + len(steps), ABOVE), np.int64)
        sentence = [-1] * (len(shape) + 1)
        for c, (mark, _) in enumerate(shape):
            sentence[c + 1] = c if mark in "。！？" and mark else sentence[c]
        for clause, place in steps:
            here = len(tokens) - 1
            if place:
                around[here] = self.around(at, clause, place, sentence[clause])
                token = self.char(clauses[clause][0][-place])
                at[clause, place] = token
            elif clause == len(shape):
                token = self.end
            else:
                token = self.ids[f"[H {shape[clause][0]}{shape[clause][1]}]"]
            tokens.append(token)
            own.append(place_row(shape[clause][1], place) if place else 1)
            number.append(clause_row(clause))
        shift = [0] * (body - 1) + [0]
        return Example(
            tokens=np.array(tokens),
            own=np.array(own),
            clause=np.array(number),
            next_place=np.array([*shift, *own[body + 1 :], 0]),
            next_clause=np.array([*shift, *number[body + 1 :], 0]),
            around=around,
            body=body,
        )

    def steps(self, shape: Shape, known: Mapping[tuple[int, int], str], *, headers: bool) -> list[tuple[int, int]]:
        """(clause, place) of each body token after the first; place 0 is a header, or the end mark after the last
        clause.
        """
        found = []
        for c, (_, length) in enumerate(shape):
            if headers:
                found.append((c, 0))
            found += [(c, p) for p in range(1, length + 1) if (c, p) not in known]
        return [*found, (len(shape), 0)] if headers else found

    @staticmethod
    def around(
        at: Mapping[tuple[int, int], int], clause: int, place: int, sentence: int
    ) -> tuple[int, int, int, int, int]:
        """The five looked-up characters of a place. sentence: the clause before this one that closed a sentence last,
        or -1.
        """
        two = at.get((sentence, 1), 0) if place == 1 and sentence >= 0 else at.get((clause - 2, place), 0)
        return (
            at.get((clause - 1, place), 0),
            two,
            at.get((clause, place + 1), 0),
            at.get((clause, place - 1), 0),
            at.get((clause + 1, place), 0),
        )


def rhyme_of(poem: Poem, table: Prosody) -> tuple[str, str]:
    """(kind of the first line or "", rhyme token's name or "") of a poem."""
    lines = [text for text, _ in poem.clauses]
    form = FORMS.get(poem.form)
    if form is not None and [len(line) for line in lines] == [form.length] * form.lines:
        if poem.regulated:
            first, group, _ = find_plan(lines, table)
            return first, str(group) if group >= 0 else ""
        found = table.rhyme_group([line[-1] for line in lines[1::2]], level=None)
        return "", str(found[0]) if found and found[1] > form.lines // 3 else ""
    count: Counter[str] = Counter()
    for text, mark in poem.clauses:
        known = table.characters.get(text[-1]) if text and mark in "。！？" else None
        count.update(set(known.parts) if known else ())
    if not count:
        return "", ""
    ((part, n),) = count.most_common(1)
    return "", part if n >= 2 else ""
