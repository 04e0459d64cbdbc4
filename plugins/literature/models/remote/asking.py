"""What an endpoint's model is asked for, in words, and how its answer is read and faulted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...chinese.brief import Brief
from ...chinese.checker import check_regulated, check_tune
from ...chinese.corpus import split_clauses
from ...chinese.prosody import prosody
from ...chinese.script import simplify
from ...english.checker import check, last_word, line_rhymes
from ...english.forms import Plan
from ...english.words import MARKS, tokenize
from ...formats.characters import tidy
from ...guided.english import Asked

__all__ = [
    "ask_chinese",
    "ask_english",
    "ask_prose",
    "chinese_clauses",
    "chinese_faults",
    "english_faults",
    "mend",
    "read_lines",
    "read_page",
    "told_source",
]

_METRES = {
    "pentameter": "an iambic pentameter of ten syllables",
    "tetrameter": "an iambic tetrameter of eight syllables",
    "trimeter": "an iambic trimeter of six syllables",
    "limerick-long": "three feet, eight or nine syllables with the stresses on 2, 5 and 8",
    "limerick-short": "two feet, five or six syllables with the stresses on 2 and 5",
}
_CHINESE = {"wujue": "五言绝句", "qijue": "七言绝句", "wulv": "五言律诗", "qilv": "七言律诗"}
_LABEL = re.compile(r"^(?:#+\s*|\*\*|\d+[.)]\s+|[-*>]\s+)|(?:\*\*)$")
_HAN = re.compile(r"[\u3400-\u9fff]")
MOST_FAULTS = 8


def ask_english(plan: Plan, theme: str, asked: Asked) -> str:
    """A request for an English poem, with every rule of its plan."""
    form = plan.form
    rules = [f"It has {plan.lines} lines, in stanzas of {', '.join(map(str, form.stanzas))} lines."]
    metres = [_METRES.get(m) or f"{plan.syllables[i]} syllables" for i, m in enumerate(form.metres)]
    if len(set(metres)) == 1:
        rules.append(f"Every line is {metres[0]}.")
    else:
        rules += [f"Line {number} is {metre}." for number, metre in enumerate(metres, 1)]
    if set(form.rhymes) != {"x"}:
        rules.append(
            f"The rhyme scheme is {form.rhymes} (x: no rhyme); rhymes are full, and no word rhymes with itself."
        )
    if asked.rhyme:
        rules.append(f"The first rhyme is on {asked.rhyme!r}.")
    rules += [f"Line {number + 1} is exactly: {line}" for number, line in sorted((asked.keep or {}).items())]
    if asked.acrostic:
        rules.append(f"The first letters of the lines spell {asked.acrostic!r}.")
    if asked.keywords:
        rules.append(f"These words stand in it: {', '.join(asked.keywords)}.")
    name = {"shakespearean": "Shakespearean sonnet", "petrarchan": "Petrarchan sonnet"}.get(form.name, form.name)
    return (
        f"Write a poem ({name}) on this theme: {theme}\n"
        + "\n".join(rules)
        + "\nAnswer with its lines alone, no title."
    )


def ask_chinese(brief: Brief, theme: str) -> str:
    """A request for a Chinese poem."""
    lengths = "、".join(str(size) for _, size in brief.shape)
    if brief.tune is not None:
        patterns = "；".join(brief.tune.patterns)
        rules = [f"词牌：{brief.tune.name}，各句字数：{lengths}。", f"平仄（逐句）：{patterns}。"]
    else:
        rules = [f"体裁：{_CHINESE[brief.form]}，共{len(brief.shape)}句，每句{brief.shape[0][1]}字。"]
        rules.append("平仄依近体诗格律，粘对合律；偶数句押平声韵，依平水韵，一韵到底，韵字不重复。")
    if brief.rhyme:
        rules.append(f"押{prosody().groups[int(brief.rhyme)]}韵。")
    if brief.words:
        rules.append(f"必须用到：{'、'.join(brief.words)}。")
    for (clause, place), char in sorted(brief.known.items()):
        rules.append(f"第{clause + 1}句倒数第{place}字是“{char}”。")
    return f"以《{theme}》为题作一首诗词。\n" + "\n".join(rules) + "\n用简体字。只写正文，不写题目和说明。"


def ask_prose(theme: str, language: str, length: int, *, author: str, opening: str, memory: str) -> str:
    """A request for a page of prose."""
    if language == "zh":
        return (
            f"写一段约{length}字的散文或小说，题目是《{theme}》。"
            + (f"用{author}的笔法。" if author else "")
            + (f"其中：{memory}。" if memory else "")
            + (f"以下面的文字开头，接着写：{opening}" if opening else "")
            + "只写正文。"
        )
    return (
        f"Write a scene of about {length} words. Its theme: {theme}."
        + (f" Write in the manner of {author}." if author else "")
        + (f" Keep in mind: {memory}." if memory else "")
        + (f" Begin with these words and go on from them: {opening}" if opening else "")
        + " Write nothing but the scene."
    )


def told_source(source: str, language: str) -> str:
    """What stands before a request that makes a text anew; "" where there is none."""
    if not source:
        return ""
    if language == "zh":
        return f"先读这段文字：\n{source}\n请按下面的要求改写，保留其中的人、事、物和用词。\n\n"
    return f"Here is a text:\n{source}\nMake it anew as asked below. Keep who and what is in it, and as many of its words as you can.\n\n"


def mend(faults: Sequence[str], language: str) -> str:
    """A request to write the poem again without its faults."""
    listed = "\n".join(f"- {fault}" for fault in faults[:MOST_FAULTS])
    if language == "zh":
        return f"有这些毛病：\n{listed}\n请改好，重写全篇，只写正文。"
    return f"These things are wrong:\n{listed}\nMend them and write the whole poem again, its lines alone."


def read_page(answer: str) -> list[str]:
    """The paragraphs of an answer: no thoughts before it, no fences, no marks of Markdown."""
    text = re.sub(r"(?s)^.*</think>", "", tidy(answer)[0])
    lines = [line.strip() for line in text.split("\n") if not line.strip().startswith("```")]
    return [plain for line in lines if (plain := _LABEL.sub("", line).strip())]


def read_lines(answer: str, lines: int) -> list[str]:
    """The lines of an English poem in an answer; a title or a sentence before it is not one of them."""
    found = read_page(answer)
    if len(found) > lines and (found[0].endswith(":") or not found[0].endswith((",", ".", ";", "!", "?", "-"))):
        found = found[len(found) - lines :] if len(found) == lines + 1 else found[1:]
    return found


def english_faults(lines: Sequence[str], plan: Plan, asked: Asked) -> list[str]:
    """What is wrong with an English poem, a sentence each."""
    kept = frozenset(asked.keep or ())
    faults = [f"line {f.line}: {f.text}" if f.line else f.text for f in check(lines, plan.form, given=kept)]
    if len(lines) != plan.lines:
        return faults
    words = {token for line in lines for token in tokenize(line) if token not in MARKS}
    faults += [f"the word {word!r} is missing" for word in asked.keywords if word not in words]
    for number, letter in enumerate(asked.acrostic.replace(" ", "")[: plan.lines]):
        if lines[number][:1].lower() != letter.lower():
            faults.append(f"line {number + 1} does not begin with {letter!r}")
    for number, line in (asked.keep or {}).items():
        if tokenize(lines[number]) != tokenize(line):
            faults.append(f"line {number + 1} is not {line!r}")
    if asked.rhyme:
        first = next((i for i, letter in enumerate(plan.form.rhymes) if letter != "x"), 0)
        if last_word(lines[first]) != asked.rhyme and not line_rhymes(lines[first], asked.rhyme):
            faults.append(f"line {first + 1} does not rhyme with {asked.rhyme!r}")
    return faults


def chinese_clauses(answer: str) -> list[str]:
    """The clauses of a Chinese poem in an answer, characters alone."""
    page = [line for line in read_page(simplify(answer)[0]) if not re.match(r"^[《【]", line)]
    clauses = ["".join(_HAN.findall(clause)) for clause, _ in split_clauses(page)]
    return [clause for clause in clauses if clause]


def chinese_faults(clauses: Sequence[str], brief: Brief) -> list[str]:
    """What is wrong with a Chinese poem, a sentence each."""
    verdict = check_tune(clauses, brief.tune) if brief.tune else check_regulated(clauses, brief.form)
    faults = list(verdict.faults)
    text = "".join(clauses)
    faults += [f"没有用到“{word}”" for word in brief.words if word not in text]
    if len(clauses) == len(brief.shape):
        for (clause, place), char in brief.known.items():
            if clauses[clause][-place : len(clauses[clause]) - place + 1] != char:
                faults.append(f"第{clause + 1}句倒数第{place}字不是“{char}”")
    if brief.rhyme and verdict.kept and verdict.rhyme != prosody().groups[int(brief.rhyme)]:
        faults.append(f"押的是{verdict.rhyme}韵，不是{prosody().groups[int(brief.rhyme)]}韵")
    return faults
