"""Tables of Chinese that ship, counted anew from books and texts.

    python tools/build_chinese.py characters PROSODY_FOLDER POEMS.jsonl.gz
    python tools/build_chinese.py tunes POEMS.jsonl.gz
    python tools/build_chinese.py voices PROSE_FOLDER

characters: `characters.tsv`, the readings of the rhyme books and which of them poets use, and `plans.json`, how often
they use what. PROSODY_FOLDER holds `Pingshui_Rhyme.json` and `Cilin_Rhyme.json` (MIT, Copyright (c) 2023 Charles Min).
A character whose readings have both tones is counted, level and oblique, at the places that the poem's pattern
fixes: with 20 or more of them, a tone with less than 5 % is dropped; with fewer, the tone of more readings wins
nothing and both stay. The same is done for rhyme groups at the ends of even lines.

tunes: `tunes.tsv`. No rhyme book lists them, so it holds what the poets did: the commonest shape of a tune; for each
place the tone, where nine tenths of the characters with one reading agree; and which clause ends rhyme together
(their Cilin parts agree in seven tenths of the poems or more), so tunes that change their rhyme are understood too.

voices: `voices.json`, profiles of authors by folders of their prose.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT.parent) not in sys.path:
    sys.path.insert(0, str(ROOT.parent))

from artwright.core.files import write_text  # noqa: E402
from artwright.core.training import split_held_out  # noqa: E402
from artwright.plugins.literature.chinese.corpus import Poem, read_poems  # noqa: E402
from artwright.plugins.literature.chinese.forms import Tune  # noqa: E402
from artwright.plugins.literature.chinese.prosody import (  # noqa: E402
    FORMS,
    LEVEL,
    OBLIQUE,
    Character,
    Prosody,
    find_plan,
    kinds_of,
    patterns_of,
    prosody,
)
from artwright.plugins.literature.chinese.voices import AUTHORS, build_profiles  # noqa: E402

DATA = ROOT / "plugins" / "literature" / "chinese" / "data"
_SHARE, _LEAST = 0.05, 20
_FIXED, _AGREE, _LEAST_POEMS = 0.9, 0.7, 60


def _read_books(folder: Path) -> tuple[tuple[str, ...], dict[str, list[int]], dict[str, list[str]]]:
    names: list[str] = []
    groups: dict[str, list[int]] = defaultdict(list)
    book = json.loads((folder / "Pingshui_Rhyme.json").read_text("utf-8"))
    for part in book.values():
        for name, chars in part.items():
            for char in chars:
                if len(names) not in groups[char]:
                    groups[char].append(len(names))
            names.append(name.removeprefix("入声").lstrip("一二三四五六七八九十"))
    parts: dict[str, list[str]] = defaultdict(list)
    numbers = {name: i + 1 for i, name in enumerate(json.loads((folder / "Cilin_Rhyme.json").read_text("utf-8")))}
    for name, tones in json.loads((folder / "Cilin_Rhyme.json").read_text("utf-8")).items():
        for tone, chars in tones.items():
            mark = "平" if "平" in tone else "入" if "入" in tone else "仄"
            for char in chars:
                key = f"{numbers[name]}{mark}"
                if key not in parts[char]:
                    parts[char].append(key)
    return tuple(names), groups, parts


def _any_reading(
    names: tuple[str, ...], groups: dict[str, list[int]], parts: dict[str, list[str]], count: Counter[str]
) -> Prosody:
    characters = {}
    for char in {*groups, *parts, *count}:
        if len(char) != 1:
            continue
        of = groups.get(char, [])
        tones = (LEVEL if any(g < 30 for g in of) else "") + (OBLIQUE if any(g >= 30 for g in of) else "")
        if not of:
            marks = {p[-1] for p in parts.get(char, ())}
            tones = (LEVEL if "平" in marks else "") + (OBLIQUE if marks & {"仄", "入"} else "")
        characters[char] = Character(
            char=char,
            count=count[char],
            tones=tones,
            used=tones,
            groups=tuple(of),
            used_groups=tuple(g for g in of if g < 30),
            parts=tuple(parts.get(char, ())),
        )
    return Prosody(characters, names)


def _count_usage(poems: list[Poem], table: Prosody) -> tuple[dict[str, Counter[str]], dict[str, Counter[int]]]:
    """Tones at fixed places and rhyme groups at even line ends, in regulated poems with at most one fault."""
    tones: dict[str, Counter[str]] = defaultdict(Counter)
    rhymes: dict[str, Counter[int]] = defaultdict(Counter)
    for poem in poems:
        form = FORMS.get(poem.form)
        lines = [text for text, _ in poem.clauses]
        if form is None or not poem.regulated or [len(line) for line in lines] != [form.length] * form.lines:
            continue
        first, group, faults = find_plan(lines, table)
        if sum(map(len, faults)) > 1:
            continue
        for line, kind in zip(lines, kinds_of(first, form.lines), strict=True):
            variants = patterns_of(kind, form.length)
            for place, char in enumerate(line):
                wanted = {p[place] for p in variants}
                if len(wanted) == 1 and "." not in wanted:
                    tones[char][wanted.pop()] += 1
        for line in lines[1::2]:
            rhymes[line[-1]][group] += 1
    return tones, rhymes


def build_characters(folder: Path, poems: list[Poem]) -> str:
    """The table as text."""
    count = Counter(char for poem in poems for text, _ in poem.clauses for char in text)
    table = _any_reading(*_read_books(folder), count)
    tones, rhymes = _count_usage(poems, table)
    rows = [
        "# Readings: Pingshui rhymes and Cilin, lists (c) 2023 Charles Min, MIT licence; usage counted over "
        "classical verse.",
        "# char count tones used groups used-level-groups cilin-parts",
        "#groups\t" + "\t".join(table.groups),
    ]
    for known in sorted(table.characters.values(), key=lambda c: (-c.count, c.char)):
        seen, used = tones[known.char], known.used
        total = seen[LEVEL] + seen[OBLIQUE]
        if len(used) == 2 and total >= _LEAST:
            used = "".join(t for t in used if seen[t] >= _SHARE * total)
        groups = known.used_groups
        at_rhyme = {g: n for g, n in rhymes[known.char].items() if g in groups}
        mass = sum(at_rhyme.values())
        if len(groups) > 1 and mass >= _LEAST:
            groups = tuple(
                sorted((g for g in groups if at_rhyme.get(g, 0) >= _SHARE * mass), key=lambda g: -at_rhyme.get(g, 0))
            )
        else:
            groups = tuple(sorted(groups, key=lambda g: -at_rhyme.get(g, 0)))
        if LEVEL not in used:
            groups = ()
        fields = (
            known.char,
            known.count,
            known.tones,
            used,
            " ".join(map(str, known.groups)),
            " ".join(map(str, groups)),
            " ".join(known.parts),
        )
        rows.append("\t".join(map(str, fields)))
    return "\n".join(rows) + "\n"


def count_plans(poems: list[Poem], table: Prosody) -> dict[str, dict[str, dict[str, float]]]:
    """For each form the shares of the first line's kind and of the rhyme groups, in poems without a fault."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for poem in poems:
        form = FORMS.get(poem.form)
        lines = [text for text, _ in poem.clauses]
        if form is None or not poem.regulated or [len(line) for line in lines] != [form.length] * form.lines:
            continue
        first, group, faults = find_plan(lines, table)
        if not any(faults):
            kinds[form.name][first] += 1
            groups[form.name][str(group)] += 1
    return {
        name: {
            "kinds": {k: round(n / kinds[name].total(), 4) for k, n in kinds[name].most_common()},
            "rhymes": {g: round(n / groups[name].total(), 4) for g, n in groups[name].most_common()},
        }
        for name in kinds
    }


def _tone_pattern(column: Sequence[str], table: Prosody) -> str:
    count = Counter(t for c in column if len(t := table.used(c)) == 1)
    total = count.total()
    if not total:
        return "."
    share = count[LEVEL] / total
    return LEVEL if share >= _FIXED else OBLIQUE if share <= 1 - _FIXED else "."


def _rhyme_letters(poems: Sequence[Poem], patterns: list[str], table: Prosody) -> str:
    """Clause ends linked where their parts agree, as letters; an end links to the three ends before it."""
    clauses = len(patterns)
    parts = [
        [set(table.characters[t[-1]].parts) if t and t[-1] in table.characters else set() for t, _ in p.clauses]
        for p in poems
    ]
    letters = ["-"] * clauses
    following = 0
    for end in range(clauses):
        if patterns[end][-1] == ".":
            continue
        best, link = 0.0, -1
        for before in range(max(0, end - 5), end):
            if patterns[before][-1] != patterns[end][-1]:
                continue
            agree = sum(
                bool({q for q in p[before] & p[end] if (q[-1] == "平") == (patterns[end][-1] == LEVEL)}) for p in parts
            ) / len(parts)
            if agree >= best and agree >= _AGREE:
                best, link = agree, before
        if link >= 0:
            if letters[link] == "-":
                letters[link] = chr(ord("a") + following)
                following += 1
            letters[end] = letters[link]
    return "".join(letters)


def learn_tune(name: str, poems: Sequence[Poem], table: Prosody) -> Tune:
    """A tune from its poems."""
    shapes = Counter(tuple((mark, len(text)) for text, mark in p.clauses) for p in poems)
    ((shape, number),) = shapes.most_common(1)
    chosen = [p for p in poems if tuple((mark, len(text)) for text, mark in p.clauses) == shape]
    patterns = [
        "".join(_tone_pattern([p.clauses[c][0][i] for p in chosen], table) for i in range(length))
        for c, (_, length) in enumerate(shape)
    ]
    letters = _rhyme_letters(chosen, patterns, table)
    repeats = {
        late: early
        for late in range(len(shape))
        for early in range(late)
        if sum(p.clauses[late][0] == p.clauses[early][0] for p in chosen) >= _FIXED * number
    }
    return Tune(
        name=name,
        shape=shape,
        patterns=tuple(patterns),
        rhymes=letters,
        poems=number,
        share=number / len(poems),
        repeats=repeats,
    )


def build_tunes(poems: Sequence[Poem]) -> str:
    """The table as text: tunes with 60 poems or more in one shape."""
    table = prosody()
    by_tune: dict[str, list[Poem]] = {}
    for poem in poems:
        if poem.form.startswith("ci:"):
            by_tune.setdefault(poem.form[3:], []).append(poem)
    rows = [
        "# Tunes of ci as the corpus has them: name, poems in this shape, their share, shape, tones by clause, "
        "rhymes by clause, clauses said again."
    ]
    for name, some in sorted(by_tune.items(), key=lambda e: -len(e[1])):
        if len(some) >= _LEAST_POEMS:
            tune = learn_tune(name, some, table)
            if tune.poems >= _LEAST_POEMS:
                shape = "".join(f"{n:x}{m or '_'}" for m, n in tune.shape)
                repeats = " ".join(f"{late}={early}" for late, early in tune.repeats.items()) or "-"
                rows.append(
                    "\t".join(
                        (
                            name,
                            str(tune.poems),
                            f"{tune.share:.3f}",
                            shape,
                            " ".join(tune.patterns),
                            tune.rhymes,
                            repeats,
                        )
                    )
                )
    return "\n".join(rows) + "\n"


def main(what: str, *places: str) -> None:
    """Write the tables that are asked for."""
    if what == "characters":
        poems = read_poems(Path(places[1]))
        write_text(DATA / "characters.tsv", build_characters(Path(places[0]), poems))
        write_text(DATA / "plans.json", json.dumps(count_plans(poems, prosody()), indent=1) + "\n")
    elif what == "tunes":
        poems = read_poems(Path(places[0]))
        learned, _ = split_held_out([poem.opening for poem in poems], 0.02)
        write_text(DATA / "tunes.tsv", build_tunes([poems[i] for i in learned]))
    elif what == "voices":
        folders = [f for f in sorted(Path(places[0]).iterdir()) if f.name in AUTHORS]
        works = {AUTHORS[f.name]: [p.read_text("utf-8") for p in sorted(f.glob("*.txt"))] for f in folders}
        write_text(DATA / "voices.json", json.dumps(build_profiles(works), ensure_ascii=False) + "\n")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
