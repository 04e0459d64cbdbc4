"""A lesson on a Chinese text: what its form asks, how it answers, where it slips. In Chinese or in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.artwork import Text
from ....core.messages import Catalogue, Speaker, same_words
from ....core.theme import concepts
from .prosody import FORMS
from .reader import NAMES, entering_today

__all__ = ["explain"]

MESSAGES = Catalogue(
    {
        "regulated": (
            "This is a {name}: {lines} lines of {length} characters, one level rhyme at the end of the even lines.",
            "这是一首{name}：{lines}句，每句{length}字，偶句押平声韵，一韵到底。",
        ),
        "ci": (
            "This is a ci to the tune {tune}: each line has the length and tones the tune fixes. "
            "It has {characters} characters in {clauses} clauses.",
            "",
        ),
        "词": ("", "这是一首词，调寄{tune}，共{characters}字；每句字数、平仄、用韵皆依谱。"),
        "form": (
            "This is {name}. It has {characters} characters in {clauses} clauses.",
            "体裁：{name}；共{characters}字，{clauses}句。",
        ),
        "size": ("It has {characters} characters in {clauses} clauses.", ""),
        "gushi": ("old-style verse (gushi): lines of equal length, tones free", "古体诗"),
        "prose": ("prose", "散文"),
        "free": ("lines of free length", "自由体"),
        "": ("no known form", "未能辨认"),
        "tones by pattern": (
            "Tones, by the rhyme books: 平 level, 仄 oblique, 中 either.\n{rows}",
            "平仄（依平水韵，“中”为可平可仄）：\n{rows}",
        ),
        "row": ("  {line}  {tones}  (asked: {pattern}){slips}", "  {line}　{tones}（谱：{pattern}）{slips}"),
        "wrong": ("  fault at {places}", "，第{places}字失律"),
        "rare_reading": ("  rare reading at {places}", "，第{places}字用僻读"),
        "kept": ("The form is kept: no fault in tones or rhyme.", "通篇合律。"),
        "faults": ("{count} fault(s): {faults}.", ""),
        "失律": ("", "有{count}处失律或出韵。"),
        "tones": ("Tones: {rows}.", ""),
        "rhyme": ("Rhyme: {words}, group {group} of the {book}.", "韵脚：{words}，{book}“{group}”。"),
        "平水韵": ("Pingshui book", "平水韵"),
        "词林正韵": ("Cilin", "词林正韵"),
        "entering": (
            "Read with the old ear: {words} sound level today, but were entering tones and count as oblique.",
            "入声字：{words}，今读平声，古为入声，作仄声用。",
        ),
        "antithesis": (
            "Lines {first} and {second} {need}: {pairs} (strength {strength}; real octaves have about 0.25).",
            "第{first}、{second}句{need}：{pairs}（工整度{strength}）。",
        ),
        "required": ("must be parallel in this form", "依律须对仗"),
        "free to be": ("are parallel though they need not be", "不必对而对"),
        "no pair": ("no pair stands out", "未见工对"),
        "clash": (
            "A clash: {fields} in one poem; season or hour does not hold together.",
            "时令或昼夜有矛盾：{fields}同见一篇。",
        ),
        "images": ("Images: {images}. The mood is {mood}.", "意象：{images}；情调{mood}。"),
        "no image": ("none of the usual ones", "无常见意象"),
        "mood in figures": ("{mood} (valence {valence:+.2f}, arousal {arousal:+.2f})", ""),
        "voice": (
            "Its function words are nearest to those of {author} (cosine {cosine:.2f}{sure}).",
            "文风：虚字用法最近{author}（余弦{cosine:.2f}{sure}）。",
        ),
        **same_words({"even": "平和", "exalted": "昂扬", "serene": "恬静", "agitated": "激越", "melancholy": "感伤"}),
    }
)
#: Antithesis that is told of where the form does not ask for it, and how many couplets are.
_STRONG, _COUPLETS = 0.25, 4


def explain(text: Text, findings: dict[str, Any], language: str) -> str:
    """The lesson, paragraphs parted by empty lines."""
    say = MESSAGES.speak(language)
    parts = [
        _form(say, findings),
        *_metre(say, findings),
        *_rhyme(say, text, findings),
        *_antithesis(say, findings),
        *_sense(say, findings),
    ]
    return "\n\n".join(filter(None, parts))


def _form(say: Speaker, findings: dict[str, Any]) -> str:
    form = findings["form"]
    size = {"characters": findings["characters"], "clauses": findings["clauses"]}
    if form in FORMS:
        name = NAMES[form] if say.is_chinese else f"{form} ({NAMES[form]})"
        shape = FORMS[form]
        told = say("regulated", name=name, lines=shape.lines, length=shape.length)
        return f"{told} {say('size', **size)}".strip()
    tune = str(findings.get("form_name") or form) if say.is_chinese else NAMES.get(form, form)
    if tune.startswith("词") or (form.startswith("ci:") and not say.is_chinese):
        tune = tune.removeprefix("词·")
        if say.is_chinese:
            return say("词", tune=tune, characters=size["characters"])
        return say("ci", tune=tune, **size)
    name = say(form) if form in ("gushi", "prose", "free", "") else tune if say.is_chinese else form
    return say("form", name=name, **size)


def _metre(say: Speaker, findings: dict[str, Any]) -> Iterator[str]:
    """Tones line by line, against the pattern where there is one, and whether the form is kept."""
    metre = findings.get("metre", [])
    if not metre:
        return
    if not metre[0].get("pattern"):
        yield say("tones", rows="; ".join(f"{r['line']} {r['tones']}" for r in metre[:8]))
        return
    rows = [say("row", line=r["line"], tones=r["tones"], pattern=r["pattern"], slips=_slips(say, r)) for r in metre]
    yield say("tones by pattern", rows="\n".join(rows))
    faults = findings.get("faults", [])
    if not faults:
        yield say("kept")
    elif say.is_chinese:
        yield say("失律", count=len(faults))
    else:
        yield say("faults", count=len(faults), faults="; ".join(faults[:6]))


def _slips(say: Speaker, row: dict[str, Any]) -> str:
    """Where a line breaks its pattern, and where it keeps it by a rare reading alone."""
    kinds = [kind for kind in ("wrong", "rare_reading") if row[kind]]
    return "".join(say(kind, places=say.joined(map(str, row[kind]))) for kind in kinds)


def _rhyme(say: Speaker, text: Text, findings: dict[str, Any]) -> Iterator[str]:
    rhyme = findings.get("rhyme", {})
    if rhyme.get("group"):
        yield say("rhyme", words="、".join(rhyme["words"]), group=rhyme["group"], book=say(rhyme["book"]))
    entering = entering_today("".join(text.lines))
    if entering and findings.get("metre"):
        yield say("entering", words="、".join(entering))


def _antithesis(say: Speaker, findings: dict[str, Any]) -> Iterator[str]:
    told = [a for a in findings.get("antithesis", []) if a["required"] or a["strength"] > _STRONG]
    for couplet in told[:_COUPLETS]:
        first, second = couplet["lines"]
        yield say(
            "antithesis",
            first=first,
            second=second,
            need=say("required" if couplet["required"] else "free to be"),
            pairs=("，" if say.is_chinese else ", ").join(couplet["pairs"]) or say("no pair"),
            strength=couplet["strength"],
        )


def _sense(say: Speaker, findings: dict[str, Any]) -> Iterator[str]:
    """Clashes, images, mood and voice."""
    if findings.get("clash"):
        fields = findings["clash"]
        yield say("clash", fields=fields.replace(" and ", "与") if say.is_chinese else fields)
    keys, mood = list(findings["imagery"])[:6], findings["mood"]
    images = [concepts()[k].zh[0] if say.is_chinese else f"{concepts()[k].zh[0]} ({k})" for k in keys]
    word = say(mood["word"])
    figures = say("mood in figures", mood=word, valence=mood["valence"], arousal=mood["arousal"])
    yield say("images", images=say.joined(images) or say("no image"), mood=figures or word)
    if findings.get("voice", {}).get("nearest"):
        near = findings["voice"]["nearest"][0]
        sure = "" if say.is_chinese else f"; {findings['voice']['sure']}"
        yield say("voice", author=near["author"], cosine=near["cosine"], sure=sure)
