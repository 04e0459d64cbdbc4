"""Ci checked by their tune: lengths of sentences, tones, rhymes, lines said again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from ....core.errors import InputError
from ..chinese.forms import Tune, tunes
from ..models.poet.form_names import FORM_ALIASES, TUNES
from .book import book
from .findings import Fault, Licence, Verdict
from .tonal_lines import is_level

__all__ = ["check_ci", "find_tune", "tune_named", "tune_of_title"]

_STOPS = frozenset("。！？")
#: Other names of tunes that the table has.
_OTHER_NAMES = {
    "百字令": "念奴娇",
    "酹江月": "念奴娇",
    "大江东去": "念奴娇",
    "忆江南": "望江南",
    "江南好": "望江南",
    "江神子": "江城子",
    "一斛珠": "醉落魄",
    "丑奴儿": "采桑子",
    "凤栖梧": "蝶恋花",
    "鹊踏枝": "蝶恋花",
    "醉桃源": "阮郎归",
    "南柯子": "南歌子",
    "思佳客": "鹧鸪天",
    "乳燕飞": "贺新郎",
    "金缕曲": "贺新郎",
    "百尺楼": "卜算子",
    "忆仙姿": "如梦令",
    "子夜歌": "菩萨蛮",
    "秦楼月": "忆秦娥",
    "元和令": "水调歌头",
}
Clauses = Sequence[tuple[str, str]]


def tune_named(name: str) -> Tune:
    """The tune of that name, Chinese or pinyin. Raises InputError with the nearest for one that isn't known."""
    plain = name.strip().removeprefix("ci:").removeprefix("词·")
    key = FORM_ALIASES.get(plain, plain.lower())
    chinese = _OTHER_NAMES.get(plain, TUNES.get(key, plain))
    found = tunes().get(chinese)
    if found is not None:
        return found
    known = list(tunes())
    near = get_close_matches(plain, [*known, *TUNES], n=3, cutoff=0.4) or [k for k in known if set(k) & set(plain)][:3]
    hint = f"; the nearest are {'、'.join(near)}" if near else ""
    raise InputError(f"no tune {name!r} is known{hint}; known are {len(known)}, from {known[0]} to {known[-1]}")


def tune_of_title(title: str) -> Tune | None:
    """The tune that a title names: 浣溪沙, 浣溪沙·春恨, 《念奴娇》赤壁怀古; None if it names none."""
    head = re.split(r"[·・\s(（:：—》-]", title.strip("《〈〉 "))[0]
    return tunes().get(_OTHER_NAMES.get(head, head))


def find_tune(clauses: Clauses) -> Tune | None:
    """The tune whose shape a text has, the pauses aside; None if there is none."""
    whole = [len(t) for t, _ in clauses]
    ends = {sum(whole[: i + 1]) - 1 for i in range(len(whole))}
    fitting = [t for t in tunes().values() if [n for _, n in t.shape] == whole]
    if len(set(whole)) > 1:
        fitting = fitting or [t for t in tunes().values() if _ends(t).keys() <= ends and max(ends) + 1 == _size(t)]
    return min(fitting, key=lambda t: len(check_ci(clauses, t).faults), default=None)


def _size(tune: Tune) -> int:
    return sum(n for _, n in tune.shape)


def _sentence_lengths(clauses: Sequence[tuple[int, str]]) -> list[int]:
    found, size = [], 0
    for length, mark in clauses:
        size += length
        if mark in _STOPS:
            found.append(size)
            size = 0
    return found + ([size] if size else [])


def check_ci(clauses: Clauses, tune: Tune) -> Verdict:
    """A ci against its tune. Where the commas of a sentence stand is free: 6+5 and 4+7 are one tune."""
    texts = [t for t, _ in clauses]
    whole, wanted = "".join(texts), _size(tune)
    faults: list[Fault] = []
    licences: list[Licence] = []
    if len(whole) != wanted:
        faults.append(_length_fault(clauses, tune, wanted, len(whole)))
    else:
        if _pauses([(len(t), m) for t, m in clauses]) != _pauses([(n, m) for m, n in tune.shape]):
            licences.append(
                Licence(
                    name="又一体", line=0, rule="its pauses stand otherwise than in most; the characters are as many"
                )
            )
        faults += _tone_faults(clauses, tune, whole)
        found = _rhyme(clauses, tune, whole)
        faults += found[0]
        licences += found[1]
    rows = [{"text": t, "tones": "".join("平" if is_level(c) else "仄" for c in t)} for t in texts]
    faults.sort(key=lambda f: (f.line, f.place))
    return Verdict(
        language="zh",
        form=f"ci:{tune.name}",
        name=f"词·{tune.name}",
        metre=f"{wanted} characters in {len(tune.shape)} clauses",
        rhyme=_rhyme_name(tune, whole) if len(whole) == wanted else "",
        faults=tuple(faults),
        licences=tuple(licences),
        lines=rows,
    )


def _pauses(clauses: Sequence[tuple[int, str]]) -> list[int]:
    """Lengths of the clauses; a 、 within one is no pause."""
    found, size = [], 0
    for length, mark in clauses:
        size += length
        if mark != "、":
            found.append(size)
            size = 0
    return found


def _length_fault(clauses: Clauses, tune: Tune, wanted: int, have: int) -> Fault:
    """The first sentence whose number of characters is not the tune's."""
    mine = _sentence_lengths([(len(t), m) for t, m in clauses])
    theirs = _sentence_lengths([(n, m) for m, n in tune.shape])
    at = next(
        (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs)) - 1
    )
    line = _clause_of_sentence(clauses, at)
    rule = (
        f"{tune.name} has {wanted} characters, here are {have}; its sentence {at + 1} has {theirs[at]}, here {mine[at]}"
    )
    more = theirs[at] - mine[at]
    remedy = f"{'add' if more > 0 else 'take away'} {abs(more) or abs(wanted - have)} here"
    return Fault(name="字数", line=line + 1, text=clauses[line][0], rule=rule, remedy=remedy)


def _clause_of_sentence(clauses: Clauses, number: int) -> int:
    seen = 0
    for i, (_, mark) in enumerate(clauses):
        if seen == number:
            return i
        seen += mark in _STOPS
    return len(clauses) - 1


def _place(clauses: Clauses, at: int) -> tuple[int, int]:
    """(clause, place) from 0 of the character that is `at` in the whole."""
    for i, (text, _) in enumerate(clauses):
        if at < len(text):
            return i, at
        at -= len(text)
    return len(clauses) - 1, 0


def _tone_faults(clauses: Clauses, tune: Tune, whole: str) -> list[Fault]:
    table = book()
    faults = []
    for at in table.faults(whole, "".join(tune.patterns)):
        line, place = _place(clauses, at)
        want = "".join(tune.patterns)[at]
        rule = f"the poets keep {want} here in {tune.name}"
        ends = _ends(tune)
        faults.append(
            Fault(
                name="平仄",
                line=line + 1,
                place=place + 1,
                text=whole[at],
                rule=rule,
                remedy=f"put a character of tone {want} here",
                weight="fault" if at in ends else "blemish",
            )
        )
    start = [sum(n for _, n in tune.shape[:i]) for i in range(len(tune.shape) + 1)]
    for late, early in tune.repeats.items():
        a, b = whole[start[early] : start[early + 1]], whole[start[late] : start[late + 1]]
        if a != b:
            line, _ = _place(clauses, start[late])
            rule = f"{tune.name} says {a!r} again here"
            faults.append(Fault(name="叠句", line=line + 1, text=b, rule=rule, remedy=f"write {a!r}"))
    return faults


def _ends(tune: Tune) -> dict[int, str]:
    """Where in the whole the rhymes stand, with their letters."""
    found, at = {}, 0
    for (_, length), letter in zip(tune.shape, tune.rhymes, strict=True):
        at += length
        if letter != "-":
            found[at - 1] = letter
    return found


def _parts(char: str, *, level: bool) -> set[str]:
    return {p for p in book().parts(char) if p.endswith("平") == level}


def _rhyme(clauses: Clauses, tune: Tune, whole: str) -> tuple[list[Fault], list[Licence]]:
    faults: list[Fault] = []
    licences: list[Licence] = []
    ends = _ends(tune)
    for letter in dict.fromkeys(ends.values()):
        places = [at for at, x in ends.items() if x == letter]
        level = tune.tone_of(letter) == "平"
        words = [whole[at] for at in places]
        part, group = _common_part(words, level=level), _common_group(words, level=level)
        entering = part.endswith("入")
        for at in places:
            own = _parts(whole[at], level=level)
            if not book().parts(whole[at]) or part in own or group in book().groups_of(whole[at]):
                continue
            line, place = _place(clauses, at)
            if entering and any(p.endswith("入") for p in own):
                rule = (
                    f"entering tones of parts {part[:-1]} and {'、'.join(sorted(p[:-1] for p in own))} rhyme in Song ci"
                )
                licences.append(Licence(name="通押", line=line + 1, place=place + 1, text=whole[at], rule=rule))
                continue
            where = "、".join(f"第{p[:-1]}部" for p in sorted(own)) or "no part of this tone"
            faults.append(
                Fault(
                    name="出韵",
                    line=line + 1,
                    place=place + 1,
                    text=whole[at],
                    rule=f"the rhyme is part {part[:-1]} of the Cilin; {whole[at]} belongs to {where}",
                    remedy=f"take a word that rhymes with {whole[places[0] if at != places[0] else places[-1]]}",
                )
            )
    return faults, licences


def _common_part(words: Sequence[str], *, level: bool) -> str:
    count: dict[str, int] = {}
    for word in words:
        for part in _parts(word, level=level):
            count[part] = count.get(part, 0) + 1
    return max(count, key=lambda p: (count[p], p)) if count else ""


def _common_group(words: Sequence[str], *, level: bool) -> int:
    """The Pingshui group that all words are in, -1 if there is none: 杯 and 来 part in the Cilin, and rhyme all the same."""
    shared = set.intersection(*({g for g in book().groups_of(w) if (g < 30) == level} for w in words))
    return min(shared, default=-1)


def _rhyme_name(tune: Tune, whole: str) -> str:
    ends = _ends(tune)
    found = []
    for letter in dict.fromkeys(ends.values()):
        part = _common_part([whole[at] for at, x in ends.items() if x == letter], level=tune.tone_of(letter) == "平")
        if part:
            found.append(f"第{part[:-1]}部{part[-1]}声")
    return "词林正韵 " + "、".join(found) if found else ""
