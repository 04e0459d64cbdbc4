"""From what a person asks to plans the model can be held to: kinds, rhymes, places of given words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ....core.errors import InputError
from ....core.theme import Theme, concepts, read_words
from ..models.verse_zh.encoding import Shape
from ..models.verse_zh.engine import Plan
from .checker import plan_shares
from .forms import Tune
from .lexicon import Lexicon
from .prosody import FORMS, KINDS, Prosody, kinds_of, patterns_of

__all__ = ["Asked", "place_word", "plans_of", "read_asked", "shape_of", "theme_words"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """known: {(clause, place from the end): character}; words: to be put in somewhere; rhyme: a
    group's number or "".
    """

    known: Mapping[tuple[int, int], str]
    words: tuple[str, ...]
    rhyme: str


def shape_of(form: str, tune: Tune | None) -> Shape:
    """Marks and lengths of a form's clauses."""
    if tune is not None:
        return tune.shape
    shape = FORMS[form]
    return tuple(("。" if i % 2 else "，", shape.length) for i in range(shape.lines))


def theme_words(theme: Theme, lexicon: Lexicon | None = None) -> tuple[str, ...]:
    """Words of Chinese characters for a theme, at most two characters each, most important first.

    With a lexicon, a word that verse does not know (灯塔) gives way to one of its image that it does; words of neither
    kind stay.
    """
    found: list[str] = []
    own = theme.language == "zh" and theme.words
    for word in theme.words if own else theme.images:
        if own:
            run = "".join(c for c in word if "\u3400" <= c <= "\u9fff")
            pieces = [run] if 0 < len(run) <= 2 else [run[i : i + 2] for i in range(0, len(run), 2)]
        else:
            pieces = [concepts()[word].zh[0][:2]]
        for piece in pieces:
            images = [word] if not own else list(read_words(piece)[1])
            found.append(piece if lexicon is None or _is_known(piece, lexicon) else _better(images, lexicon) or piece)
    return tuple(dict.fromkeys(w for w in found if w))


def _is_known(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.words or (len(word) == 1 and lexicon.count(word) >= 100)


def _better(images: Sequence[str], lexicon: Lexicon) -> str:
    """The first word of an image that verse knows, words of two characters before single ones."""
    words = [w for key in images[:1] for w in concepts()[key].zh if len(w) <= 2 and _is_known(w, lexicon)]
    return min(words, key=lambda w: -len(w)) if words else ""


def read_asked(shape: Shape, table: Prosody, *, acrostic: str, keep: str, keywords: str, rhyme: str) -> Asked:
    """The options of a poem, checked against its shape. Raises InputError where they contradict it or each other."""
    known: dict[tuple[int, int], str] = {}
    for part in filter(None, (p.strip() for p in keep.split("/"))):
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
    first = "".join(acrostic.split())
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
    words = tuple(dict.fromkeys(w for w in re.split(r"[,，、;；\s]+", keywords) if w))
    for word in words:
        _check_han(word)
        if len(word) > max(n for _, n in shape):
            raise InputError(
                f"the word {word!r} has {len(word)} characters; the longest line of the form has "
                f"{max(n for _, n in shape)}"
            )
    return Asked(known=known, words=words, rhyme=_rhyme_name(rhyme, table))


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
    form: str,
    tune: Tune | None,
    asked: Asked,
    known: Mapping[tuple[int, int], str],
    table: Prosody,
    parts: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
    number: int,
) -> list[tuple[Plan, str, str]]:
    """`number` of (plan, kind, rhyme name), drawn by how often poets use them, that allow the known characters.

    parts: rhyme names and the characters that may be written for each. An empty list if none allows them.
    """
    if tune is not None:
        return _tune_plans(tune, known, table, parts, rng, number)
    shape = FORMS[form]
    shares = plan_shares()[form]
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
            if asked.rhyme not in ("", group) or (len(parts.get(group, ())) < enough and not (asked.rhyme or given)):
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


def _allowed(patterns: tuple[tuple[str, ...], ...], known: Mapping[tuple[int, int], str], table: Prosody) -> bool:
    """True if each clause has a pattern in which all its known characters may stand."""
    for clause, variants in enumerate(patterns):
        given = {p: c for (n, p), c in known.items() if n == clause}
        if given and not any(
            all(v[-p] == "." or not (t := table.used(c)) or v[-p] in t for p, c in given.items()) for v in variants
        ):
            return False
    return True


def _tune_plans(
    tune: Tune,
    known: Mapping[tuple[int, int], str],
    table: Prosody,
    parts: Mapping[str, Sequence[str]],
    rng: np.random.Generator,
    number: int,
) -> list[tuple[Plan, str, str]]:
    patterns = tuple((p,) for p in tune.patterns)
    if any(
        known.get((tune.repeats[late], place)) != char for (late, place), char in known.items() if late in tune.repeats
    ):
        return []
    if not _allowed(patterns, known, table):
        return []
    enough = min(40, max(map(len, parts.values()), default=0) // 3)
    choices: dict[str, list[tuple[str, float]]] = {}
    for letter in dict.fromkeys(tune.rhymes.replace("-", "")):
        level = tune.tone_of(letter) == "平"
        given = [known[i, 1] for i, r in enumerate(tune.rhymes) if r == letter and (i, 1) in known]
        fitting = []
        for name, chars in parts.items():
            if (
                name[-1] in "平仄入"
                and (name[-1] == "平") == level
                and len(chars) >= enough
                and all(name in _parts(table, c) for c in given)
            ):
                fitting.append((name, sum(table.characters[c].count for c in chars) ** 1.2))
        if not fitting:
            return []
        choices[letter] = fitting
    plans = []
    for _ in range(number):
        of: dict[str, str] = {}
        for letter, fitting in choices.items():
            weights = np.array([w if name not in of.values() else w * 0.05 for name, w in fitting])
            of[letter] = fitting[int(rng.choice(len(fitting), p=weights / weights.sum()))][0]
        rhymes = tuple(of.get(r, "") for r in tune.rhymes)
        plans.append((Plan(patterns=patterns, rhymes=rhymes, repeats=tune.repeats), "", next(iter(of.values()))))
    return plans


def _parts(table: Prosody, char: str) -> tuple[str, ...]:
    known = table.characters.get(char)
    return known.parts if known else ()


def place_word(
    word: str,
    shape: Shape,
    known: Mapping[tuple[int, int], str],
    rng: np.random.Generator,
    *,
    clauses: Sequence[int] | None = None,
) -> dict[tuple[int, int], str] | None:
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
