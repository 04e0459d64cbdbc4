"""A checker of Chinese forms, written apart from the generator: it reads the finished text and the books alone.

It accepts any reading a book lists; `used=True` asks for the readings poets use. Nothing here looks at masks or plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .forms import Tune, tunes
from .prosody import FORMS, LEVEL, find_plan, kinds_of, patterns_of, prosody

__all__ = ["Verdict", "check_regulated", "check_tune", "find_clash", "recognise"]

#: Words of season and hour: one of each pair of fields in one poem is a clash.
SPRING = ("春", "桃", "杏", "莺", "清明", "寒食", "上巳", "花朝", "东风", "元宵", "元夕", "正月", "二月", "三月")
SUMMER = ("荷", "莲", "菱", "蝉", "夏", "四月", "五月", "六月")
AUTUMN = ("秋", "菊", "重阳", "砧", "红叶", "中元", "白露", "黄花", "西风", "七月", "八月", "九月")
WINTER = ("雪", "腊", "冬", "冰")
SUN = ("夕阳", "残阳", "斜阳", "白日", "落日", "斜日", "朝阳", "日午")
NIGHT = ("夜", "三更", "五更", "半夜", "明月", "月明")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a form asks and the text gives. faults: one line each; places: (clause, place from 0) of wrong tones."""

    form: str
    faults: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    kind: str = ""
    rhyme: str = ""
    patterns: tuple[str, ...] = field(default_factory=tuple)

    @property
    def kept(self) -> bool:
        """True if nothing is wrong."""
        return not self.faults


def check_regulated(lines: Sequence[str], form: str, *, used: bool = False) -> Verdict:
    """A poem of wujue, qijue, wulv or qilv: number and length of lines, tones of the best fitting plan, one level
    rhyme, no line twice.
    """
    shape, table = FORMS[form], prosody()
    if [len(line) for line in lines] != [shape.length] * shape.lines:
        found_lengths = ", ".join(str(len(line)) for line in lines)
        return Verdict(
            form=form, faults=(f"{form} has {shape.lines} lines of {shape.length} characters; here {found_lengths}",)
        )
    first, _, by_line = find_plan(list(lines), table, used=used)
    faults, places = [], []
    kinds = kinds_of(first, shape.lines)
    for number, (wrong, kind) in enumerate(zip(by_line, kinds, strict=True)):
        for place in wrong:
            faults.append(
                f"line {number + 1}: {lines[number][place]!r} (character {place + 1}) has the wrong tone for a line of "
                f"kind {kind}"
            )
            places.append((number, place))
    rhymes = [line[-1] for line in lines[1::2]]
    if kinds[0] in "BD":
        rhymes.insert(0, lines[0][-1])
    found = table.rhyme_group(rhymes, used=used)
    if found is None or found[1] < len(rhymes):
        name = table.groups[found[0]] if found else "none"
        out = [
            c
            for c in rhymes
            if found is None
            or not (k := table.characters.get(c))
            or found[0] not in (k.used_groups if used else k.groups)
        ]
        faults.append(f"rhyme: {'、'.join(out)} outside group {name}")
    faults += [f"rhyme: {c!r} twice" for c in dict.fromkeys(rhymes) if rhymes.count(c) > 1]
    faults += [f"the line {line!r} stands twice" for line in dict.fromkeys(lines) if list(lines).count(line) > 1]
    patterns = tuple(
        min(patterns_of(k, shape.length), key=lambda p, line=line: len(table.faults(line, p, used=used)))  # type: ignore[misc]
        for line, k in zip(lines, kinds, strict=True)
    )
    return Verdict(
        form=form,
        faults=tuple(faults),
        places=tuple(places),
        kind=first,
        rhyme=table.groups[found[0]] if found else "",
        patterns=patterns,
    )


def check_tune(clauses: Sequence[str], tune: Tune, *, used: bool = False) -> Verdict:
    """A ci against its tune: lengths, tones, and that the ends which rhyme share a Cilin part."""
    table = prosody()
    lengths = [n for _, n in tune.shape]
    form = f"ci:{tune.name}"
    if [len(c) for c in clauses] != lengths:
        found_lengths = " ".join(str(len(c)) for c in clauses)
        return Verdict(
            form=form,
            faults=(f"{tune.name} has clauses of {' '.join(map(str, lengths))} characters; here {found_lengths}",),
        )
    faults, places = [], []
    for number, (clause, pattern) in enumerate(zip(clauses, tune.patterns, strict=True)):
        for place in table.faults(clause, pattern, used=used):
            faults.append(f"clause {number + 1}: {clause[place]!r} (character {place + 1}) should be {pattern[place]}")
            places.append((number, place))
    for late, early in tune.repeats.items():
        if clauses[late] != clauses[early]:
            faults.append(
                f"clause {late + 1} should say clause {early + 1} again: {clauses[early]!r}, not {clauses[late]!r}"
            )
    for letter in dict.fromkeys(tune.rhymes.replace("-", "")):
        ends = [c[-1] for c, r in zip(clauses, tune.rhymes, strict=True) if r == letter]
        level = tune.tone_of(letter) == LEVEL
        parts = set.intersection(*({p for p in table.parts(c) if (p[-1] == "平") == level} for c in ends))
        groups = set.intersection(*({g for g in table.groups_of(c) if (g < 30) == level} for c in ends))
        if not parts and not groups:
            faults.append(f"rhyme: {'、'.join(ends)} share no part of the Cilin and no Pingshui group")
    return Verdict(form=form, faults=tuple(faults), places=tuple(places), patterns=tune.patterns)


def find_clash(text: str) -> str:
    """Two fields that do not go together in one poem ("春 and 秋"), or ""."""
    spring, summer, autumn, winter = (
        next((word for word in words if word in text), "") for words in (SPRING, SUMMER, AUTUMN, WINTER)
    )
    for one, other in ((spring, autumn), (spring, winter), (autumn, winter), (spring, summer), (summer, winter)):
        if one and other:
            return f"{one} and {other}"
    sun, night = next((w for w in SUN if w in text), ""), next((w for w in NIGHT if w in text), "")
    return f"{sun} and {night}" if sun and night else ""


def recognise(clauses: Sequence[tuple[str, str]]) -> str:
    """The form whose shape a text has: a regulated form's name, "ci:TUNE", "verse" for lines of equal length, else
    "prose" or "free".
    """
    lengths = [len(text) for text, _ in clauses]
    for form in FORMS.values():
        if lengths == [form.length] * form.lines:
            return form.name
    fitting = [t for t in tunes().values() if [n for _, n in t.shape] == lengths]
    if fitting:
        return "ci:" + min(fitting, key=lambda t: len(check_tune([text for text, _ in clauses], t).faults)).name
    if lengths and len(set(lengths)) == 1 and lengths[0] in (4, 5, 7) and len(lengths) % 2 == 0:
        return "gushi"
    return "free"
