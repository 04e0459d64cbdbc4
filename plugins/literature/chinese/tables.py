"""Make `data/characters.tsv`, readings of the rhyme books and which of them poets use, and `data/plans.json`, how often
they use what.

    python -m artwright.plugins.literature.chinese.tables PROSODY_FOLDER POEMS.jsonl.gz

PROSODY_FOLDER holds `Pingshui_Rhyme.json` and `Ci_Word_Tune.json` (MIT, Copyright (c) 2023 Charles Min).
A character whose readings have both tones is counted, level and oblique, at the places that the poem's pattern
fixes: with 20 or more of them, a tone with less than 5 % is dropped; with fewer, the tone of more readings wins
nothing and both stay. The same is done for rhyme groups at the ends of even lines.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from ....core.files import write_text
from .corpus import Poem, read_poems
from .prosody import FORMS, LEVEL, OBLIQUE, Character, Prosody, find_plan, kinds_of, patterns_of, prosody

__all__ = ["build_characters"]

_SHARE, _LEAST = 0.05, 20


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


if __name__ == "__main__":
    collected, data = read_poems(Path(sys.argv[2])), Path(__file__).parent / "data"
    write_text(data / "characters.tsv", build_characters(Path(sys.argv[1]), collected))
    write_text(data / "plans.json", json.dumps(count_plans(collected, prosody()), indent=1) + "\n")
