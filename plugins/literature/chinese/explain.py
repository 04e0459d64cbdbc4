"""A lesson on a Chinese text: what its form asks, how it answers, where it slips. In Chinese or in English."""

from __future__ import annotations

from typing import Any

from ....core.artwork import Text
from ....core.theme import concepts
from .prosody import FORMS
from .reader import NAMES, entering_today

__all__ = ["explain"]

_MOODS_ZH = {"even": "平和", "exalted": "昂扬", "serene": "恬静", "agitated": "激越", "melancholy": "感伤"}


def explain(text: Text, findings: dict[str, Any], language: str) -> str:
    """The lesson, paragraphs parted by empty lines."""
    parts = _chinese(text, findings) if language == "zh" else _english(text, findings)
    return "\n\n".join(p for p in parts if p)


def _form_en(form: str) -> str:
    if form in FORMS:
        shape = FORMS[form]
        return (
            f"a {form} ({NAMES[form]}): {shape.lines} lines of {shape.length} characters, one level rhyme at the "
            f"end of the even lines"
        )
    if form.startswith("ci:") or NAMES.get(form, "").startswith("词"):
        return (
            f"a ci to the tune {NAMES.get(form, form).removeprefix('词·')}: each line has the length and tones the "
            f"tune fixes"
        )
    others = {
        "gushi": "old-style verse (gushi): lines of equal length, tones free",
        "prose": "prose",
        "free": "lines of free length",
    }
    return others.get(form, form or "no known form")


def _english(text: Text, findings: dict[str, Any]) -> list[str]:
    form = findings["form"]
    parts = [f"This is {_form_en(form)}. It has {findings['characters']} characters in {findings['clauses']} clauses."]
    metre = findings.get("metre", [])
    if metre and metre[0].get("pattern"):
        rows = [f"  {r['line']}  {r['tones']}  (asked: {r['pattern']}){_wrong_en(r)}" for r in metre]
        parts.append("Tones, by the rhyme books: 平 level, 仄 oblique, 中 either.\n" + "\n".join(rows))
        faults = findings.get("faults", [])
        parts.append(
            "The form is kept: no fault in tones or rhyme."
            if not faults
            else f"{len(faults)} fault(s): " + "; ".join(faults[:6]) + "."
        )
    elif metre:
        parts.append("Tones: " + "; ".join(f"{r['line']} {r['tones']}" for r in metre[:8]) + ".")
    rhyme = findings.get("rhyme", {})
    if rhyme.get("group"):
        parts.append(
            f"Rhyme: {'、'.join(rhyme['words'])}, group {rhyme['group']} of the "
            f"{'Pingshui book' if rhyme['book'] == '平水韵' else 'Cilin'}."
        )
    entering = entering_today("".join(text.lines))
    if entering and metre:
        parts.append(
            f"Read with the old ear: {'、'.join(entering)} sound level today, but were entering tones and count as "
            f"oblique."
        )
    asked = [a for a in findings.get("antithesis", []) if a["required"] or a["strength"] > 0.25]
    for a in asked[:4]:
        need = "must be parallel in this form" if a["required"] else "are parallel though they need not be"
        pairs = ", ".join(a["pairs"]) or "no pair stands out"
        parts.append(
            f"Lines {a['lines'][0]} and {a['lines'][1]} {need}: {pairs} (strength {a['strength']}; real octaves "
            f"have about 0.25)."
        )
    if findings.get("clash"):
        parts.append(f"A clash: {findings['clash']} in one poem; season or hour does not hold together.")
    mood = findings["mood"]
    images = ", ".join(f"{concepts()[k].zh[0]} ({k})" for k in list(findings["imagery"])[:6])
    parts.append(
        f"Images: {images or 'none of the usual ones'}. The mood is {mood['word']} (valence "
        f"{mood['valence']:+.2f}, arousal {mood['arousal']:+.2f})."
    )
    if findings.get("voice", {}).get("nearest"):
        near = findings["voice"]["nearest"][0]
        parts.append(
            f"Its function words are nearest to those of {near['author']} (cosine {near['cosine']:.2f}; "
            f"{findings['voice']['sure']})."
        )
    return parts


def _wrong_en(row: dict[str, Any]) -> str:
    said = ""
    if row["wrong"]:
        said += f"  fault at {', '.join(map(str, row['wrong']))}"
    if row["rare_reading"]:
        said += f"  rare reading at {', '.join(map(str, row['rare_reading']))}"
    return said


def _chinese(text: Text, findings: dict[str, Any]) -> list[str]:
    form = findings["form"]
    name = findings.get("form_name") or form
    if form in FORMS:
        shape = FORMS[form]
        parts = [f"这是一首{name}：{shape.lines}句，每句{shape.length}字，偶句押平声韵，一韵到底。"]
    elif str(name).startswith("词"):
        parts = [
            f"这是一首词，调寄{str(name).removeprefix('词·')}，共{findings['characters']}字；每句字数、平仄、用韵皆依谱。"
        ]
    else:
        parts = [f"体裁：{name or '未能辨认'}；共{findings['characters']}字，{findings['clauses']}句。"]
    metre = findings.get("metre", [])
    if metre and metre[0].get("pattern"):
        rows = [f"  {r['line']}　{r['tones']}（谱：{r['pattern']}）{_wrong_zh(r)}" for r in metre]
        parts.append("平仄（依平水韵，“中”为可平可仄）：\n" + "\n".join(rows))
        faults = findings.get("faults", [])
        parts.append("通篇合律。" if not faults else f"有{len(faults)}处失律或出韵。")
    rhyme = findings.get("rhyme", {})
    if rhyme.get("group"):
        parts.append(f"韵脚：{'、'.join(rhyme['words'])}，{rhyme['book']}“{rhyme['group']}”。")
    entering = entering_today("".join(text.lines))
    if entering and metre:
        parts.append(f"入声字：{'、'.join(entering)}，今读平声，古为入声，作仄声用。")
    for a in [a for a in findings.get("antithesis", []) if a["required"] or a["strength"] > 0.25][:4]:
        need = "依律须对仗" if a["required"] else "不必对而对"
        parts.append(
            f"第{a['lines'][0]}、{a['lines'][1]}句{need}：{'，'.join(a['pairs']) or '未见工对'}（工整度{a['strength']}）。"
        )
    if findings.get("clash"):
        parts.append(f"时令或昼夜有矛盾：{findings['clash'].replace(' and ', '与')}同见一篇。")
    mood = findings["mood"]
    images = "、".join(concepts()[k].zh[0] for k in list(findings["imagery"])[:6])
    parts.append(f"意象：{images or '无常见意象'}；情调{_MOODS_ZH.get(mood['word'], mood['word'])}。")
    if findings.get("voice", {}).get("nearest"):
        near = findings["voice"]["nearest"][0]
        parts.append(f"文风：虚字用法最近{near['author']}（余弦{near['cosine']:.2f}）。")
    return parts


def _wrong_zh(row: dict[str, Any]) -> str:
    said = ""
    if row["wrong"]:
        said += f"，第{'、'.join(map(str, row['wrong']))}字失律"
    if row["rare_reading"]:
        said += f"，第{'、'.join(map(str, row['rare_reading']))}字用僻读"
    return said
