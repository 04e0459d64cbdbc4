"""Verse in lines of five or seven checked by the handbooks: regulated forms, and old-style verse told from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .book import book
from .findings import Fault, Licence, Verdict
from .repeats import find_repeats
from .rhyme_feet import RhymeReading, check_rhyme
from .tonal_lines import HARD, SKELETONS, Finding
from .tonal_plan import Plan, find_plan

__all__ = ["check_lines"]

_LENGTHS = {5: ("五", "wu"), 7: ("七", "qi")}
_RULES = {
    "失替": "the second, fourth and sixth characters alternate; this one has to be {wanted}",
    "句脚": "a line of this place has to end {wanted}",
    "三平尾": "three level tones end the line; a line that ends 平平 has 仄 before them",
    "孤平": "in a line 平平仄仄平 only one level tone is left beside the rhyme; this one has to be 平",
    "大拗": "仄仄平平仄 with 仄 in the last place but one is rescued by 平 in the third of the next line's last five, "
    "and it is not",
    "三仄尾": "three oblique tones end the line; handbooks advise against it",
}
_REMEDIES = {
    "孤平": "put a level character here, or at the third of the last five",
    "大拗": "put a level character here, or in the next line's third of the last five",
}


def check_lines(lines: Sequence[str], *, as_regulated: bool = False) -> Verdict:
    """The verdict on an even number of lines, all of five or all of seven characters.

    as_regulated: whether the rules of regulated verse are asked for even if the poem is old-style verse.
    """
    rhyme = check_rhyme(lines)
    plan = find_plan(lines, first_rhymes=rhyme.first)
    faults, licences = _describe(lines, plan)
    faults += rhyme.faults
    reasons = _old_style_reasons(lines, plan, rhyme)
    bent = not reasons and len(lines) == 4 and [(r.name, r.line) for r in plan.relations] == [("失粘", 2)]
    if bent:
        faults = [f for f in faults if f.name != "失粘"]
        licences.append(
            Licence(name="折腰体", line=3, rule="the second couplet does not adhere to the first; a form of its own")
        )
    old = bool(reasons) and not as_regulated
    form, name = _name(lines, old=old, bent=bent, rhyme=rhyme, plan=plan)
    repeats = find_repeats(lines, rhyme.words)
    faults += [f for f in repeats if not (old and f.name == "重字")]
    faults.sort(key=lambda f: (f.line, f.place))
    licences.sort(key=lambda x: (x.line, x.place))
    kept = [f for f in faults if f.name in ("重句", "重韵")] if old else faults
    return Verdict(
        language="zh",
        form=form,
        name=name,
        metre=_metre(plan, old=old),
        rhyme=rhyme.name + ("（换韵）" if old and rhyme.faults else ""),
        faults=tuple(kept),
        licences=() if old else tuple(licences + rhyme.licences),
        remarks=tuple(reasons) if old else (),
        lines=_rows(lines, plan),
        otherwise=tuple(faults) if old else (),
    )


def _describe(lines: Sequence[str], plan: Plan) -> tuple[list[Fault], list[Licence]]:
    faults: list[Fault] = []
    licences: list[Licence] = []
    for number, read in enumerate(plan.lines):
        for finding in read.findings:
            found = _judge(lines, plan, number, finding)
            if isinstance(found, Fault):
                faults.append(found)
            elif found is not None:
                licences.append(found)
    for relation in plan.relations:
        above, below = lines[relation.line - 1], lines[relation.line]
        other = SKELETONS[plan.kinds[relation.line - 1]][1]
        want = ("a couplet's lines oppose" if relation.name == "失对" else "a couplet adheres to the one above") + (
            f": second characters {above[-4]} and {below[-4]}"
            if len(above) == 5
            else f": fourth characters {above[-4]} and {below[-4]}"
        )
        tone = {"平": "仄", "仄": "平"}[other] if relation.name == "失对" else other
        faults.append(
            Fault(
                name=relation.name,
                line=relation.line + 1,
                text=below,
                rule=want,
                remedy=f"turn the line round: its last five begin ×{tone}",
            )
        )
    return faults, licences


def _judge(lines: Sequence[str], plan: Plan, number: int, finding: Finding) -> Fault | Licence | None:
    line, place, char = number + 1, finding.place + 1, lines[number][finding.place]
    is_rescued = finding.name in ("大拗", "小拗") and number in plan.rescued
    if finding.doubt and not is_rescued:
        rule = f"read in its rarer tone, {finding.wanted}, it keeps the pattern; else this is {finding.name}"
        return Licence(name="异读", line=line, place=place, text=char, rule=rule)
    if finding.name in ("大拗", "小拗"):
        if is_rescued:
            saviour = lines[number + 1][-3]
            rule = f"仄 for 平, rescued by the level {saviour} in line {number + 2} (对句相救)"
            return Licence(name="拗救", line=line, place=place, text=char, rule=rule)
        if finding.name == "小拗":
            rule = "仄 for 平 at the third of the last five; a rescue is not required"
            return Licence(name="小拗", line=line, place=place, text=char, rule=rule)
    if finding.name == "孤平自救":
        rule = f"仄 for 平, rescued by the level {lines[number][-3]} in the same line (本句自救)"
        return Licence(name="拗救", line=line, place=place, text=char, rule=rule)
    if finding.name == "特拗":
        rule = "平平仄平仄 for 平平平仄仄: third and fourth of the last five change places (本句自救)"
        return Licence(name="拗救", line=line, place=place, text=char, rule=rule)
    return Fault(
        name="拗而未救" if finding.name == "大拗" else finding.name,
        line=line,
        place=place,
        text=char,
        rule=_RULES[finding.name].format(wanted=finding.wanted),
        remedy=_REMEDIES.get(finding.name, f"put a character of tone {finding.wanted} here"),
        weight="fault" if finding.name in HARD else "blemish",
    )


def _old_style_reasons(lines: Sequence[str], plan: Plan, rhyme: RhymeReading) -> list[str]:
    """Why this is no regulated verse at all; empty if it is, with or without faults."""
    if rhyme.oblique:
        return [f"it rhymes on oblique tones ({'、'.join(rhyme.words)}), which regulated verse does not"]
    if rhyme.groups > 1 and len(lines) > 8:
        return ["its rhyme changes on the way"]
    bent = [_bent(plan, i) for i in range(len(lines))]
    number, relations, half = sum(bent), len(plan.relations), len(lines) // 2
    quatrain = len(lines) == 4 and number >= 1 and (number + relations >= 3 or number >= 2)
    longer = len(lines) != 4 and number >= 3 * len(lines) / 8 and number + relations >= len(lines) / 2
    # 黄鹤楼: the first half goes its own way, the second keeps the rules.
    leaning = sum(bent[:half]) + sum(0.5 for i in plan.rescued if i < half and _leans(plan, i))
    half_old = len(lines) == 8 and max(bent[:half]) >= 1 and leaning >= 2 and max(bent[half:]) < 1
    if not (quatrain or longer or half_old):
        return []
    wrong = [str(i + 1) for i, b in enumerate(bent) if b]
    reasons = [f"line {', '.join(wrong)}: tones that are no line of regulated verse"]
    reasons += [f"line {r.line + 1}: {r.name}" for r in plan.relations]
    return reasons


def _bent(plan: Plan, number: int) -> float:
    """1 for a line that is none of regulated verse, half for one that is by a rare reading only."""
    hard = [f for f in plan.lines[number].findings if f.name in HARD - {"孤平"}]
    if number in plan.rescued:
        hard = [f for f in hard if f.name != "大拗"]
    return max((0.5 if f.doubt else 1.0 for f in hard), default=0.0)


def _leans(plan: Plan, number: int) -> bool:
    return any(f.name == "大拗" for f in plan.lines[number].findings)


def _name(lines: Sequence[str], *, old: bool, bent: bool, rhyme: RhymeReading, plan: Plan) -> tuple[str, str]:
    chinese, pinyin = _LENGTHS[len(lines[0])]
    if old:
        if len(lines) == 4:
            return f"{pinyin}-gujue", f"{chinese}言古绝" + ("（仄韵）" if rhyme.oblique else "")
        second = range(len(lines) // 2, len(lines))
        clean = len(lines) == 8 and not rhyme.oblique and not any(_bent(plan, i) >= 1 for i in second)
        if clean and not any(r.line in second[1:] for r in plan.relations):
            return f"{pinyin}lv-ao", f"{chinese}言拗律（前半古体）"
        return f"{pinyin}gu", f"{chinese}言古风" + ("（仄韵）" if rhyme.oblique else "")
    if len(lines) == 4:
        return f"{pinyin}jue", f"{chinese}言绝句" + ("（折腰体）" if bent else "")
    if len(lines) == 8:
        return f"{pinyin}lv", f"{chinese}言律诗"
    return f"{pinyin}pailv", f"{chinese}言{'小律' if len(lines) == 6 else '排律' if len(lines) > 8 else '两句'}"


def _metre(plan: Plan, *, old: bool) -> str:
    if old:
        return "old style: tones are free"
    start = "平" if SKELETONS[plan.kinds[0]][1] == "平" else "仄"
    if len(plan.lines) and plan.lines[0].kind:
        end = "首句入韵" if plan.kinds[0] in "BD" else "首句不入韵"
        return f"{start}起{end} ({plan.kinds})"
    return plan.kinds


def _rows(lines: Sequence[str], plan: Plan) -> list[dict[str, Any]]:
    table = book()
    shown = {"平": "平", "仄": "仄", "平仄": "中", "": "？"}
    rows = []
    for line, read in zip(lines, plan.lines, strict=True):
        skeleton = SKELETONS[read.kind]
        head = "" if len(line) == 5 else ("仄仄" if skeleton[1] == "平" else "平平")
        tones = "".join(shown[table.used(c)] for c in line)
        rows.append({"text": line, "tones": tones, "kind": read.kind, "pattern": head + skeleton})
    return rows
