"""A lesson in the tones of regulated verse: each character of a line is level (平) or oblique (仄).

The lines are of poems of the Tang that every reader knows, in simplified characters; the tones are those of the rhyme book
(`chinese.prosody`), where a character that has both is right with either.
"""

from __future__ import annotations

import random

from ....core.errors import InputError
from ....core.lessons import Exercise, Flaw, Lesson, check_level
from ..chinese.prosody import LEVEL, OBLIQUE, Prosody, prosody

__all__ = ["Tones"]

_FIVE = {
    "杜甫《春望》": "国破山河在 城春草木深 感时花溅泪 恨别鸟惊心 烽火连三月 家书抵万金 白头搔更短 浑欲不胜簪",
    "杜甫《春夜喜雨》": "好雨知时节 当春乃发生 随风潜入夜 润物细无声 野径云俱黑 江船火独明 晓看红湿处 花重锦官城",
    "杜甫《旅夜书怀》": "细草微风岸 危樯独夜舟 星垂平野阔 月涌大江流 名岂文章著 官应老病休 飘飘何所似 天地一沙鸥",
    "王维《山居秋暝》": "空山新雨后 天气晚来秋 明月松间照 清泉石上流 竹喧归浣女 莲动下渔舟 随意春芳歇 王孙自可留",
    "王之涣《登鹳雀楼》": "白日依山尽 黄河入海流 欲穷千里目 更上一层楼",
}
_SEVEN = {
    "杜甫《登高》": "风急天高猿啸哀 渚清沙白鸟飞回 无边落木萧萧下 不尽长江滚滚来 万里悲秋常作客 百年多病独登台 艰难苦恨繁霜鬓 潦倒新停浊酒杯",
    "杜甫《绝句》": "两个黄鹂鸣翠柳 一行白鹭上青天 窗含西岭千秋雪 门泊东吴万里船",
    "杜甫《客至》": "舍南舍北皆春水 但见群鸥日日来 花径不曾缘客扫 蓬门今始为君开 盘飧市远无兼味 樽酒家贫只旧醅 肯与邻翁相对饮 隔篱呼取尽余杯",
}


class Tones(Lesson):
    """Mark each character of a line as level or oblique."""

    summary = "标平仄: mark each character of lines by Du Fu and others as level or oblique"

    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """One line of five at level 1, a couplet of five at level 2, of seven at level 3."""
        rng = random.Random(f"tones {seed} {check_level(level)}")
        poems = _SEVEN if level == 3 else _FIVE
        poem = rng.choice(sorted(poems))
        lines = poems[poem].split()
        first = rng.randrange(0, len(lines), 1 if level == 1 else 2)
        chosen = lines[first : first + (1 if level == 1 else 2)]
        table = prosody()
        return Exercise(
            seed=seed,
            level=level,
            task="Mark each character 平 (level) or 仄 (oblique), a line for each line. 标出每字平仄。",
            given="\n".join([*chosen, poem]),
            key="\n".join("".join(_tones(table, char)[0] for char in line) for line in chosen),
            hint="the entering tone is oblique, whatever the character's tone is today: 白 国 节 发; the second and fourth "
            "characters of a line differ",
        )

    def mark(self, exercise: Exercise, answer: str) -> tuple[Flaw, ...]:
        """Each character that the rhyme book reads otherwise. Raises InputError for another number of marks."""
        lines, table = exercise.given.splitlines()[:-1], prosody()
        marks = ["".join(char for char in row if char in LEVEL + OBLIQUE) for row in answer.split("\n")]
        marks = [row for row in marks if row]
        wanted = " ".join(str(len(line)) for line in lines)
        if [len(row) for row in marks] != [len(line) for line in lines]:
            found = " ".join(str(len(row)) for row in marks) or "none"
            raise InputError(
                f"the lines have {wanted} characters, and the answer {found} marks; write 平 or 仄 for each"
            )
        return tuple(
            _flaw(table, f"line {number + 1}, character {place + 1}", char)
            for number, (line, row) in enumerate(zip(lines, marks, strict=True))
            for place, (char, mark) in enumerate(zip(line, row, strict=True))
            if mark not in _tones(table, char)
        )


def _tones(table: Prosody, char: str) -> str:
    """The tones that are right for a character, that of practice first; both where the book lacks it."""
    used, known = table.used(char), table.tones(char) or LEVEL + OBLIQUE
    return "".join(dict.fromkeys(used + known))


def _flaw(table: Prosody, place: str, char: str) -> Flaw:
    tone, groups = _tones(table, char), table.groups_of(char)
    named = "、".join(table.groups[group] for group in groups[:3])
    example = "".join(c for c in _of_group(table, groups[0]) if c != char)[:4] if groups else ""
    return Flaw(
        place=f"{place}: {char}",
        rule=f"it is {tone}, of the rhyme group {named}.",
        example=f"{example} are of it too" if example else "",
    )


def _of_group(table: Prosody, group: int) -> list[str]:
    """Characters of a rhyme group alone, the commonest first."""
    found = [c for c in table.characters.values() if c.groups == (group,)]
    return [c.char for c in sorted(found, key=lambda c: -c.count)[:8]]
