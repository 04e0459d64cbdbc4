"""What the reader found, taught in sentences, in English or Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ....core.artwork import Text

__all__ = ["explain"]

_ZH_METRES = {
    "iambic": "抑扬格",
    "trochaic": "扬抑格",
    "anapaestic": "抑抑扬格",
    "dactylic": "扬抑抑格",
    "monometer": "一音步",
    "dimeter": "二音步",
    "trimeter": "三音步",
    "tetrameter": "四音步",
    "pentameter": "五音步",
    "hexameter": "六音步",
    "heptameter": "七音步",
    "octameter": "八音步",
}
_ZH_FORMS = {
    "shakespearean": "莎士比亚体十四行诗",
    "petrarchan": "彼特拉克体十四行诗",
    "haiku": "俳句",
    "limerick": "五行打油诗",
    "ballad": "谣曲体",
    "couplets": "双韵体",
    "blank-verse": "素体诗",
    "quatrain": "四行诗",
    "free-verse": "自由诗",
    "prose": "散文",
    "rhymed verse": "有韵诗",
}
_ZH_MOODS = {"neutral": "平和中性", "joyful": "欢快", "serene": "宁静", "troubled": "不安", "melancholy": "忧郁"}
_ABOUT = {
    "shakespearean": "three quatrains that each turn the thought, and a couplet that closes it",
    "petrarchan": "an octave that asks and a sestet that answers",
    "haiku": "three lines of five, seven and five syllables, with a cut between two images",
    "limerick": "five lines, the first, second and fifth longer, told for a laugh",
    "ballad": "stanzas of four and three beats by turns, with every second line rhymed",
    "couplets": "lines that rhyme two by two",
    "blank-verse": "five-beat lines without rhyme",
    "quatrain": "four lines with interlaced rhyme",
    "free-verse": "lines shaped by breath, without a fixed measure",
}


def _marked(row: dict[str, Any]) -> str:
    """A line's pattern in the usual signs: x for a weak place, / for a strong one."""
    pattern = str(row.get("pattern", ""))
    return " ".join("/" if p == "S" else "x" for p in pattern)


def explain(text: Text, findings: dict[str, Any], language: str) -> str:
    """An explanation of the findings of `reader.read`, one paragraph a subject."""
    return _in_chinese(findings) if language == "zh" else _in_english(findings)


def _in_english(f: dict[str, Any]) -> str:
    parts: list[str] = []
    if f["kind"] == "verse":
        about = _ABOUT.get(f["form"])
        parts.append(
            f"Form: {f['form']}{f' - {about}' if about else ''}; {f['lines']} lines, rhymed {f['rhyme_scheme']}."
        )
        if f["metre"]:
            parts.append(f"Metre: mostly {f['metre']} ({round(100 * f['metre_share'])} % of the lines).")
        first = next((row for row in f["scansion"] if row["pattern"]), None)
        if first is not None:
            parts.append(f"Its first measured line reads: {first['text']}\n    {_marked(first)}")
        free = [(i, row) for i, row in enumerate(f["scansion"], 1) if row.get("licences")]
        if free:
            parts.append(
                "Licences poets take: "
                + "; ".join(f"line {i}: {', '.join(row['licences'])}" for i, row in free[:6])
                + "."
            )
        wrong = [(i, row) for i, row in enumerate(f["scansion"], 1) if row["faults"]]
        if wrong:
            shown = "; ".join(f"line {i}: {', '.join(row['faults'])}" for i, row in wrong[:6])
            parts.append(f"Where it departs from the form: {shown}.")
        else:
            parts.append("No line departs from the measure.")
    else:
        r = f["readability"]
        ease = f"reading ease {r['flesch']} (60-70 is plain English, lower is harder)"
        parts.append(f"Prose of {f['words']} words, {r['words_per_sentence']} words a sentence; {ease}.")
    v = f["vocabulary"]
    rare = f", such as {', '.join(v['rare'][:5])}" if v["rare"] else ""
    parts.append(
        f"Words: {v['kinds']} different ones of {f['words']}; {round(100 * v['rare_share'])} % of them outside "
        f"the 7,000 commonest{rare}."
    )
    if f["imagery"]:
        parts.append(f"Images: {', '.join(list(f['imagery'])[:6])}.")
    m = f["mood"]
    parts.append(f"Mood: {m['word']} (valence {m['valence']:+.2f}, arousal {m['arousal']:+.2f}){_turn(m['by_line'])}.")
    near = f["voice"]["nearest"]
    if near:
        parts.append(
            f"Voice: nearest to {near[0]['author']}, then {near[1]['author']}; how sure: {f['voice']['sure']}."
        )
    opens = f["repetition"]["openings"]
    if opens:
        parts.append("Openings that come back: " + ", ".join(f"{w!r} {n} times" for w, n in opens.items()) + ".")
    return "\n".join(parts)


def _turn(by_line: list[list[float]]) -> str:
    """Where the mood changes most between two halves."""
    if len(by_line) < 6:
        return ""
    values = [row[0] for row in by_line]
    splits = [(abs(sum(values[:i]) / i - sum(values[i:]) / (len(values) - i)), i) for i in range(2, len(values) - 1)]
    size, at = max(splits)
    if size < 0.15:
        return ""
    rises = sum(values[at:]) / (len(values) - at) > sum(values[:at]) / at
    return f", {'brightening' if rises else 'darkening'} from line {at + 1} on"


def _in_chinese(f: dict[str, Any]) -> str:
    parts: list[str] = []
    if f["kind"] == "verse":
        parts.append(
            f"体式：{_ZH_FORMS.get(f['form'], f['form'])}，共{f['lines']}行，韵式{f['rhyme_scheme']}（x表示不押韵）。"
        )
        if f["metre"]:
            rhythm, _, feet = f["metre"].partition(" ")
            parts.append(
                f"格律：以{_ZH_METRES.get(feet, feet)}{_ZH_METRES.get(rhythm, rhythm)}为主（占{round(100 * f['metre_share'])}%的行）。"
            )
        first = next((row for row in f["scansion"] if row["pattern"]), None)
        if first is not None:
            parts.append(f"首个合律的行（/为重读，x为轻读）：{first['text']}\n    {_marked(first)}")
        wrong = [i for i, row in enumerate(f["scansion"], 1) if row["faults"]]
        parts.append(f"不合体式的行：第{'、'.join(map(str, wrong[:8]))}行。" if wrong else "各行均合格律。")
    else:
        r = f["readability"]
        parts.append(
            f"散文，共{f['words']}词，平均每句{r['words_per_sentence']}词；易读度{r['flesch']}（60至70为平易，越低越难）。"
        )
    v = f["vocabulary"]
    rare = f"，如{'、'.join(v['rare'][:5])}" if v["rare"] else ""
    parts.append(
        f"用词：{f['words']}词中有{v['kinds']}个不同的词，其中{round(100 * v['rare_share'])}%不在最常用的七千词之内{rare}。"
    )
    if f["imagery"]:
        parts.append(f"意象：{'、'.join(_image_zh(key) for key in list(f['imagery'])[:6])}。")
    m = f["mood"]
    parts.append(f"情绪：{_ZH_MOODS[m['word']]}（效价{m['valence']:+.2f}，唤醒度{m['arousal']:+.2f}）。")
    near = f["voice"]["nearest"]
    if near:
        sure = {"low": "低", "fair": "中", "high": "高"}[f["voice"]["sure"]]
        parts.append(f"声口：最近{near[0]['author']}，其次{near[1]['author']}；把握：{sure}。")
    return "\n".join(parts)


def _image_zh(key: str) -> str:
    from ....core.theme import concepts

    found = concepts()[key].zh
    return found[0] if found else key
