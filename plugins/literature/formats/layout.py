"""Where the text of a file begins and ends: titles, authors, dates, notes, rules and numbers are not its lines.

Files of poems carry a head (a title, who wrote it, when), marks of footnotes, the notes themselves, a foot (source,
signature), rules and numbers between stanzas, numbers of lines. What is taken for one of them is left out of the text
and told; whatever is not surely one stays a line.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

__all__ = ["Layout", "read_layout"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_CLOSED = ".,;:!?，。；：！？、…—"
#: A line of nothing but marks: a rule or an ornament between stanzas.
_RULE = re.compile(r"^[\W_]*$")
#: A number of a stanza or poem standing alone: 3, IV., 其一, (2), 二、
_NUMBER = re.compile(
    r"^[(（\[]?(?:\d{1,3}|[IVXL]{2,7}|[IVX](?=[.)]|$)|其?[一二三四五六七八九十]{1,3})[)）\].、．:：]?$"
)
_SECTION = re.compile(
    r"^[\[(]?(?:verse|chorus|refrain|bridge|pre-chorus|intro|outro|stanza|part|canto)(?:\s+(?:\d+|[ivxl]+|one|two|three))?[\])]?[.:]?$"
    r"|^[【\[](?:主歌|副歌|间奏|尾声)\d*[】\]]$",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"(?<=\S)\[\^?\d{1,3}\]|(?<=\S)[\[［【〔]\s*(?:注释?)?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[\]］】〕]|(?<=[^\W\d_]{2})[\u00b9\u00b2\u00b3\u2070-\u2079]+"
    r"|(?<=[,.;:!?])[\u00b9\u00b2\u00b3\u2070-\u2079]+"
    r"|(?<=[^\W\d_，。！？；：,.;!?])[\u2460-\u2473](?=\W|$)|(?<=[，。！？；：,.;!?])[\u2460-\u2473]|(?<=\w)[\u2020\u2021]+|(?<=[,.;:!?])[\u2020\u2021]+"
    r"|(?<=[^\W\d_])\*{1,3}(?=[,.;:!?]?$)|(?<=[,.;:!?])\*{1,3}$"
)
#: A number before a line: 1 The, 2. The, [3] The, 4、江. One of a line in five is set apart by a wider space.
_NUMBER_BEFORE = re.compile(r"^[\[(（【]?(\d{1,4})(?:[\])）】.、:：]{1,2}\s*|\s+)(?=\S)")
_SET_APART = re.compile(r"^(\d{1,4})(?:\s{2,}|\t)(?=\S)")
_LINE_NUMBER = re.compile(r"(?:\s{2,}|\t)\[?\d{1,4}\]?$")
_NOTES = re.compile(
    r"^(?:[\[【〔(（]?\s*(?:foot)?notes?\s*[\])）】〕]?\s*:?|annotations?:?|[\[【〔（(]?(?:注释|註釋|注解|注|註|译文|赏析|简析)[\]】〕）)]?[:：]?)$"
    r"|^(?:注|註|注释|译文|赏析)[:：]|^(?:foot)?notes?:\s",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^(?:\[\^?\d{1,3}\]:?\s|[\u2460-\u2473]\s?\S+[:：]|[\u00b9\u00b2\u00b3]\s|[［【〔]\d{1,3}[］】〕]|[*\u2020\u2021]\s\S)"
)
_SOURCE = re.compile(
    r"^(?:source|from|copyright|published|first published|retrieved|project gutenberg|translated by|tr\.)\b.{0,160}$|^\u00a9|^https?://\S+$"
    r"|^[（(]?(?:选自|出自|来源|摘自|原载)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"^[(（\[]?(?:(?:written|composed|c\.|ca\.|circa|about)\s+)?(?:(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?)?,?\s+)?\d{4}(?:\s*[-\u2013/]\s*(?:\d{2,4})?)?[)）\].]?$"
    r"|^[(（]?[一二三四五六七八九〇零○十\d]{2,4}年.{0,12}$|^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(title|author|poet|by|written by|date|标题|題目|题目|作者|诗人|詩人|文|日期|朝代|体裁)\s*[:：]\s*(.+)$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?:by|von|par)\s+([A-Z][\w.'\u2019-]*(?:\s+(?:[A-Z][\w.'\u2019-]*|de|la|von|van|of|the|di|da)){0,5})\.?$"
)
_NAME = r"(?:[A-Z][\w.'\u2019-]*|de|la|von|van|of|the|di|da|[\u3400-\u9fff\u00b7]{2,8})"
_DASHED = re.compile(
    rf"^(?:[\u2014\u2013~\u2015]+|--+)\s*({_NAME}(?:\s+{_NAME}){{0,5}})(?:,\s*[\"\u201c(A-Z\d\u300a*].{{0,80}})?$"
)
#: Lines of a head, which carry no number where the lines of the text do.
_MOST_HEAD = 4
_DYNASTY = "先秦|两汉|汉|魏晋|魏|晋|南北朝|南朝|北朝|隋|唐|五代|北宋|南宋|宋|辽|金|元|明|清|近代|现代|当代|民国|漢|兩漢|魏晉|晉|遼|近現代"
_POET = re.compile(
    rf"^[\[【（(〔]?(?:{_DYNASTY})(?:代|朝)?[\]】）)〕·•・:：\s]\s*([\u3400-\u9fff·]{{2,8}})$|^([\u3400-\u9fff]{{2,4}})\s*[（(\[【〔](?:{_DYNASTY})(?:代|朝)?[）)\]】〕]$"
)
_TITLE_AND_POET = re.compile(
    rf"^《([^《》]+)》\s*(?:[（(\[【〔]?\s*(?:{_DYNASTY})(?:代|朝)?\s*[）)\]】〕·•・:：]?\s*)?([\u3400-\u9fff]{{2,4}})$"
)
_WRAPPED = re.compile(r"^[《〈「『【](.+)[》〉」』】]$|^[\"\u201c](.+)[\"\u201d]$|^\*\*(.+)\*\*$|^#{1,6}\s+(.+?)\s*#*$")


@dataclass
class Layout:
    """What a file holds: title, author, the lines of the text (empty ones between stanzas), what was left out."""

    title: str = ""
    author: str = ""
    lines: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_layout(lines: list[str], *, title: str = "", author: str = "") -> Layout:
    """The layout of the lines of a file. title, author: where front matter or a heading told them already."""
    found = Layout(title=title, author=author)
    lines = _without_notes([_without_marks(line, found) for line in lines], found)
    lines = _without_numbers(_without_foot(_without_head(lines, found), found), found)
    sections = [i for i, line in enumerate(lines) if line and (_NUMBER.match(line) or _SECTION.match(line))]
    numbered = sum(bool(_SECTION.match(lines[i])) for i in sections) or len(sections) > 1 or _heads(lines, sections)
    for i, line in enumerate(lines):
        if line and _RULE.match(line) and not re.search(r"[\u25a1_\u2026]", line):
            found.left_out["rule"] += 1
            line = ""
        elif numbered and i in sections:
            found.left_out["name of a stanza"] += 1
            line = ""
        found.lines.append(line)
    if not any(map(_has_word, found.lines)):  # nothing but what looks like a head: then it is the text
        found.lines, found.left_out = lines, Counter()
    return found


def _heads(lines: list[str], sections: list[int]) -> bool:
    """Whether a single number stands before everything, or apart."""
    return any(not (i and lines[i - 1]) and not (i + 1 < len(lines) and lines[i + 1]) for i in sections)


def _has_word(line: str) -> bool:
    return any(c.isalnum() for c in line)


def _without_marks(line: str, found: Layout) -> str:
    plain, count = _MARKS.subn("", line)
    if count and _has_word(plain) and not _NOTE.match(line.strip()):
        found.left_out["footnote mark"] += count
        line = plain
    return line.rstrip()


def _without_notes(lines: list[str], found: Layout) -> list[str]:
    """Without the notes at the end: all below a heading that says so, and last blocks of numbered notes."""
    for i, line in enumerate(lines):
        if _NOTES.match(line.strip()) and any(map(_has_word, lines[:i])) and i > 1:
            found.left_out["line of notes"] += sum(map(bool, (x.strip() for x in lines[i:])))
            lines = lines[:i]
            break
    kept = len(lines)
    while kept and (not lines[kept - 1].strip() or _NOTE.match(lines[kept - 1].strip())):
        kept -= 1
    if any(map(_has_word, lines[:kept])):
        found.left_out["line of notes"] += sum(bool(x.strip()) for x in lines[kept:])
        lines = lines[:kept]
    return [line.strip() for line in lines]


def _without_numbers(lines: list[str], found: Layout) -> list[str]:
    """Without the numbers of lines: one before each, or one before or after every fifth."""
    worded = [i for i, line in enumerate(lines) if _has_word(line)]
    for pattern, each in ((_NUMBER_BEFORE, True), (_SET_APART, False), (_LINE_NUMBER, False)):
        matches = {i: match for i in worded if (match := pattern.search(lines[i]))}
        plain = {i: lines[i][: match.start()] + lines[i][match.end() :] for i, match in matches.items()}
        plain = {i: line.strip() for i, line in plain.items() if _has_word(line)}
        values = [int(re.sub(r"\D", "", matches[i][0])) for i in plain]
        steps = [b - a for a, b in pairwise(values)]
        if each:  # all lines from the first numbered one on, counted by one
            is_counted = len(plain) > 1 and list(plain) == worded[-len(plain) :] and set(steps) == {1}
            is_counted = is_counted and len(worded) - len(plain) <= _MOST_HEAD
        else:
            is_counted = bool(values) and all(s > 0 for s in steps) and all(v % 5 == 0 for v in values)
        if is_counted:
            found.left_out["number of a line"] += len(plain)
            return [plain.get(i, line) for i, line in enumerate(lines)]
    return lines


def _without_head(lines: list[str], found: Layout) -> list[str]:
    """Without title, author and date at the top."""
    start, blocks = 0, 0
    while start < len(lines) and blocks < 6:
        line = lines[start]
        if not line:
            start += 1
            continue
        blocks += 1
        rest = lines[start + 1 :]
        if not any(map(_has_word, rest)) or not _take_head(line, rest, found, first=blocks == 1):
            break
        start += 1
    return lines[start:]


def _take_head(line: str, rest: list[str], found: Layout, *, first: bool) -> bool:
    """Whether a line belongs to the head; its title or author is kept then."""
    if labelled := _LABEL.match(line):
        name, value = labelled[1].lower(), labelled[2].strip()
        if name in ("title", "标题", "題目", "题目"):
            found.title = found.title or unwrapped(value)
        elif name not in ("date", "日期", "朝代", "体裁"):
            found.author = found.author or value
        else:
            found.left_out["date"] += 1
        return True
    by = _BY.match(line) or _POET.match(line) or (_DASHED.match(line) if found.title else None)
    if by:
        found.author = found.author or next(g for g in by.groups() if g).strip()
        return True
    if _DATE.match(line) and found.title:
        found.left_out["date"] += 1
        return True
    both = _TITLE_AND_POET.match(line) if first else None
    if both and not found.title:
        found.title, found.author = both[1].strip(), found.author or both[2]
        return True
    if not first or found.title:
        if found.title and not found.author and line == found.title:
            return True
        if found.title and not found.author and _is_name_under_title(line, rest):
            found.author = line
            return True
        return bool(found.title) and line == found.title
    if _is_title(line, rest):
        found.title = unwrapped(line)
        return True
    return False


def _is_title(line: str, rest: list[str]) -> bool:
    """A first line of its own, short and without a closing mark; in Chinese also one in title marks, or without a mark
    above lines that have them.
    """
    wrapped = _WRAPPED.match(line)
    if _NUMBER_BEFORE.match(line) and _NUMBER_BEFORE.match(next(filter(_has_word, rest))):
        return False
    if _NUMBER.match(line) or _SECTION.match(line) or not _has_word(line):
        return False
    if wrapped and line[0] in "《〈":
        return True
    if len(line) > (24 if _HAN.search(line) else 80) or line[-1] in _CLOSED:
        return False
    if not rest[0] or (wrapped and line[0] not in '"\u201c'):
        return True
    if (
        rest[0]
        and len(rest) > 1
        and not rest[1]
        and (_BY.match(rest[0]) or _POET.match(rest[0]) or _LABEL.match(rest[0]) or _DASHED.match(rest[0]))
    ):
        return True
    if _POET.match(rest[0]) or _BY.match(rest[0]) or _LABEL.match(rest[0]):
        return True
    if not _HAN.search(line):
        return False
    if re.fullmatch(r"[\u3400-\u9fff]{2,4}", rest[0]) and len(rest) > 2 and not rest[1]:
        return True
    verse = list(takewhile(bool, rest))
    verse = verse if verse[0][-1] in _CLOSED else verse[1:]
    return len(verse) >= 2 and all(x[-1] in _CLOSED for x in verse[:8])


def _is_name_under_title(line: str, rest: list[str]) -> bool:
    """A short name between a title and verse: 李白 below 静夜思, Emily Dickinson set apart by an empty line."""
    if re.fullmatch(r"[\u3400-\u9fff]{2,4}", line):
        following = [x for x in rest if x]
        return len(following) >= 2 and (not rest[0] or all(x[-1] in _CLOSED for x in following[:4]))
    name = re.fullmatch(r"(?:[A-Z][a-z]+|[A-Z]\.)(?:\s+(?:[A-Z][a-z'\u2019-]+|[A-Z]\.|de|von|van|of)){1,4}", line)
    return bool(name) and (not rest[0] or bool(_DATE.match(rest[0])))


def _without_foot(lines: list[str], found: Layout) -> list[str]:
    """Without signature, date and source at the end: blocks of nothing else, and a signed last line."""
    while True:
        while lines and not lines[-1]:
            lines = lines[:-1]
        start = next((i + 1 for i in range(len(lines) - 1, -1, -1) if not lines[i]), 0)
        block = lines[start:]
        kinds = [_foot_kind(line) for line in block]
        if not block or not any(map(_has_word, lines[:start])) or not all(kinds):
            break
        for line in block:
            _take_foot(line, found)
        lines = lines[:start]
    if len(block) > 1 and (
        (_DASHED.match(block[-1]) and not block[-1].startswith("\u2014"))
        or (_DATE.match(block[-1]) and block[-1][0] in "(（[")
    ):
        _take_foot(block[-1], found)
        lines = lines[:-1]
    return lines


def _foot_kind(line: str) -> str:
    if _DASHED.match(line) or _BY.match(line) or _POET.match(line):
        return "signature"
    return "date" if _DATE.match(line) else "source" if _SOURCE.match(line) else ""


def _take_foot(line: str, found: Layout) -> None:
    kind = _foot_kind(line)
    found.left_out[kind] += 1
    if kind == "signature" and not found.author:
        signed = _DASHED.match(line) or _BY.match(line) or _POET.match(line)
        found.author = next((g.strip() for g in signed.groups() if g), "") if signed else ""


def unwrapped(title: str) -> str:
    """A title without the marks around it."""
    found = _WRAPPED.match(title)
    return next(g for g in found.groups() if g).strip() if found else title.strip()
