"""From what a person asks to plans the model can be held to: kinds, rhymes, places of given words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ....core.errors import InputError
from ..models.poet.options import PoetOptions
from ..models.verse_zh.encoding import Place, Shape
from ..models.verse_zh.engine import Plan
from .forms import Tune, tune_of
from .prosody import FORMS, KINDS, LEVEL, Prosody, kinds_of, patterns_of, plan_shares

__all__ = ["Brief", "Placed", "RhymeBook", "place_words", "plans_of", "read_brief", "shape_of"]


class RhymeBook(Protocol):
    """What a writer knows of sounds: the table of characters, and those it can write for each rhyme by its name."""

    @property
    def prosody(self) -> Prosody: ...

    @property
    def rhyme_words(self) -> Mapping[str, Sequence[str]]: ...


#: Known characters, those of words that were placed among them, and plans (plan, kind, rhyme) that allow them.
Placed = tuple[Mapping[Place, str], list[tuple[Plan, str, str]]]


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a poem is asked to hold.

    form: its name as an option; known: {(clause, place from the end): character}; words: to be put in somewhere;
    rhyme: a group's number or "".
    """

    form: str
    known: Mapping[Place, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    rhyme: str = ""

    @property
    def tune(self) -> Tune | None:
        """The tune of a ci; None for a regulated form."""
        return tune_of(self.form)

    @property
    def shape(self) -> Shape:
        """Marks and lengths of the clauses."""
        return shape_of(self.form)

    @property
    def told_form(self) -> str:
        """The form as the model is told it."""
        return f"ci:{self.tune.name}" if self.tune is not None else self.form


def shape_of(form: str) -> Shape:
    """Marks and lengths of a form's clauses."""
    tune = tune_of(form)
    if tune is not None:
        return tune.shape
    shape = FORMS[form]
    return tuple(("。" if i % 2 else "，", shape.length) for i in range(shape.lines))


def read_brief(form: str, options: PoetOptions, table: Prosody) -> Brief:
    """The options of a poem, checked against its shape. Raises InputError where they contradict it or each other."""
    shape = shape_of(form)
    known: dict[Place, str] = {}
    for part in filter(None, (p.strip() for p in options.keep.split("/"))):
        found = re.fullmatch(r"(\d+)\s*[:：=]\s*(.+)", part)
        if not found:
            raise InputError(f"{part!r} is not a given line; write its number and the line, as in '3:孤帆远影碧空尽'")
        number, line = int(found[1]), "".join(c for c in found[2] if c not in "，。、！？；： ")
        if not 1 <= number <= len(shape):
            raise InputError(f"line {number} was given, but the form has {len(shape)} lines")
        if len(line) != shape[number - 1][1]:
            raise InputError(
                f"line {number} {line!r} has {len(line)} characters; the form wants {shape[number - 1][1]}"
            )
        _check_han(line)
        known |= {(number - 1, p): line[-p] for p in range(1, len(line) + 1)}
    first = "".join(options.acrostic.split())
    _check_han(first)
    if len(first) > len(shape):
        raise InputError(f"the acrostic {first!r} has {len(first)} characters; the form has {len(shape)} lines")
    for clause, char in enumerate(first):
        at = (clause, shape[clause][1])
        if known.get(at, char) != char:
            raise InputError(
                f"the acrostic wants {char!r} at the head of line {clause + 1}, the given line begins with "
                f"{known[at]!r}"
            )
        known[at] = char
    words = tuple(dict.fromkeys(w for w in re.split(r"[,，、;；\s]+", options.keywords) if w))
    for word in words:
        _check_han(word)
        if len(word) > max(n for _, n in shape):
            raise InputError(
                f"the word {word!r} has {len(word)} characters; the longest line of the form has "
                f"{max(n for _, n in shape)}"
            )
    return Brief(form=form, known=known, words=words, rhyme=_rhyme_name(options.rhyme, table))


def _check_han(text: str) -> None:
    strange = [c for c in text if not "\u3400" <= c <= "\u9fff"]
    if strange:
        raise InputError(f"{strange[0]!r} in {text!r} is not a Chinese character; give Chinese characters only")


def _rhyme_name(rhyme: str, table: Prosody) -> str:
    """Number of a level Pingshui group from its name (真) or a character in it (人)."""
    name = rhyme.strip().lstrip("一二三四五六七八九十")
    if not name:
        return ""
    if name in table.groups[:30]:
        return str(table.groups.index(name))
    known = table.characters.get(name[0])
    if known and known.used_groups:
        return str(known.used_groups[0])
    raise InputError(
        f"the rhyme {rhyme!r} is no level group of the Pingshui book; there are: {' '.join(table.groups[:30])}"
    )


def plans_of(
    brief: Brief, known: Mapping[Place, str], book: RhymeBook, rng: np.random.Generator, number: int
) -> list[tuple[Plan, str, str]]:
    """`number` of (plan, kind, rhyme name), drawn by how often poets use them, that allow the known characters; none if
    nothing allows them. known: the brief's own and the words that were placed since.
    """
    if brief.tune is not None:
        return _tune_plans(brief.tune, known, book, rng, number)
    shape, table, parts = FORMS[brief.form], book.prosody, book.rhyme_words
    shares = plan_shares()[brief.form]
    enough = min(30, max(map(len, parts.values()), default=0) // 2)
    pairs = []
    for kind in KINDS:
        kinds = kinds_of(kind, shape.lines)
        patterns = tuple(patterns_of(k, shape.length) for k in kinds)
        if not _allowed(patterns, known, table):
            continue
        ends = [i for i in range(shape.lines) if i % 2 or (i == 0 and kind in "BD")]
        for group, share in shares["rhymes"].items():
            given = [known[i, 1] for i in ends if (i, 1) in known]
            if brief.rhyme not in ("", group) or (len(parts.get(group, ())) < enough and not (brief.rhyme or given)):
                continue
            if all(int(group) in _level_groups(table, c) for c in given) and len(set(given)) == len(given):
                weight = shares["kinds"].get(kind, 0.02) * share**1.5
                rhymes = tuple(group if i in ends else "" for i in range(shape.lines))
                pairs.append((weight, Plan(patterns=patterns, rhymes=rhymes), kind, group))
    if not pairs:
        return []
    weights = np.array([p[0] for p in pairs])
    chosen = rng.choice(len(pairs), number, p=weights / weights.sum())
    return [pairs[i][1:] for i in chosen]


def _level_groups(table: Prosody, char: str) -> tuple[int, ...]:
    known = table.characters.get(char)
    return (known.used_groups or tuple(g for g in known.groups if g < 30)) if known else tuple(range(30))


def _allowed(patterns: tuple[tuple[str, ...], ...], known: Mapping[Place, str], table: Prosody) -> bool:
    """True if each clause has a pattern in which all its known characters may stand."""
    for clause, variants in enumerate(patterns):
        given = {p: c for (n, p), c in known.items() if n == clause}
        if given and not any(
            all(v[-p] == "." or not (t := table.used(c)) or v[-p] in t for p, c in given.items()) for v in variants
        ):
            return False
    return True


def _tune_plans(
    tune: Tune, known: Mapping[Place, str], book: RhymeBook, rng: np.random.Generator, number: int
) -> list[tuple[Plan, str, str]]:
    patterns = tuple((p,) for p in tune.patterns)
    if any(
        known.get((tune.repeats[late], place)) != char for (late, place), char in known.items() if late in tune.repeats
    ):
        return []
    if not _allowed(patterns, known, book.prosody):
        return []
    choices = {
        letter: _fitting_parts(tune, letter, known, book) for letter in dict.fromkeys(tune.rhymes) if letter != "-"
    }
    if not all(choices.values()):
        return []
    plans = []
    for _ in range(number):
        of: dict[str, str] = {}
        for letter, fitting in choices.items():
            weights = np.array([w if name not in of.values() else w * 0.05 for name, w in fitting])
            of[letter] = fitting[int(rng.choice(len(fitting), p=weights / weights.sum()))][0]
        rhymes = tuple(of.get(r, "") for r in tune.rhymes)
        plans.append((Plan(patterns=patterns, rhymes=rhymes, repeats=tune.repeats), "", next(iter(of.values()))))
    return plans


def _fitting_parts(tune: Tune, letter: str, known: Mapping[Place, str], book: RhymeBook) -> list[tuple[str, float]]:
    """(part of the Cilin, weight) that the ends of a letter of a tune may rhyme in."""
    parts, table = book.rhyme_words, book.prosody
    enough = min(40, max(map(len, parts.values()), default=0) // 3)
    level = tune.tone_of(letter) == LEVEL
    given = [known[i, 1] for i, r in enumerate(tune.rhymes) if r == letter and (i, 1) in known]
    return [
        (name, sum(table.characters[c].count for c in chars) ** 1.2)
        for name, chars in parts.items()
        if name[-1] in "平仄入"
        and (name[-1] == LEVEL) == level
        and len(chars) >= enough
        and all(name in table.parts(c) for c in given)
    ]


def place_word(
    word: str,
    shape: Shape,
    known: Mapping[Place, str],
    rng: np.random.Generator,
    *,
    clauses: Sequence[int] | None = None,
) -> dict[Place, str] | None:
    """`known` with the word put at a free place (of `clauses`, if given), words of two characters into feet; None if
    there is no room.
    """
    spots = []
    for clause, (_, length) in enumerate(shape):
        if clauses is not None and clause not in clauses:
            continue
        for start in range(length - len(word) + 1):
            at = {(clause, length - start - i): c for i, c in enumerate(word)}
            if any(known.get(k, c) != c for k, c in at.items()):
                continue
            splits = start % 2 == 1 and start + len(word) < length and len(word) > 1
            rhyme = start + len(word) == length
            spots.append((0.1 if splits else 0.3 if rhyme else 1.0, at))
    if not spots:
        return None
    weights = np.array([w for w, _ in spots])
    return {**known, **spots[int(rng.choice(len(spots), p=weights / weights.sum()))][1]}


def place_words(
    brief: Brief,
    words: Sequence[tuple[str, Sequence[int] | None]],
    book: RhymeBook,
    rng: np.random.Generator,
    rows: int,
    *,
    tries: int,
) -> Placed | None:
    """The brief's known characters with some words put in, each into one of its clauses (any, if None), and `rows` plans
    that allow them; None if none was found in so many tries.
    """
    for _ in range(tries):
        known: Mapping[Place, str] | None = brief.known
        for word, clauses in words:
            known = place_word(word, brief.shape, known, rng, clauses=clauses) if known is not None else None
        plans = plans_of(brief, known, book, rng, rows) if known is not None else []
        if known is not None and plans:
            return known, plans
    return None
