"""What the reader found, taught in sentences, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....core.artwork import Text
from ....core.messages import Catalogue, Speaker, same_words
from ....core.theme import concepts

__all__ = ["explain"]

_FEET = {
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
MESSAGES = Catalogue(
    {
        "form": (
            "Form: {form}; {lines} lines, rhymed {scheme}.",
            "体式：{form}，共{lines}行，韵式{scheme}（x表示不押韵）。",
        ),
        "shakespearean": (
            "shakespearean - three quatrains that each turn the thought, and a couplet that closes it",
            "莎士比亚体十四行诗",
        ),
        "petrarchan": ("petrarchan - an octave that asks and a sestet that answers", "彼特拉克体十四行诗"),
        "spenserian": ("spenserian - quatrains that hand a rhyme on, and a couplet that closes", "斯宾塞体十四行诗"),
        "ode": ("ode - the ten lines of Keats's odes: a quatrain and a sestet", "济慈颂歌体"),
        "terza-rima": ("terza rima - tercets, each middle line rhyming with the next tercet", "三行连环韵"),
        "haiku": ("haiku - three lines of five, seven and five syllables, with a cut between two images", "俳句"),
        "limerick": (
            "limerick - five lines, the first, second and fifth longer, told for a laugh",
            "五行打油诗",
        ),
        "ballad": ("ballad - stanzas of four and three beats by turns, with every second line rhymed", "谣曲体"),
        "couplets": ("couplets - lines that rhyme two by two", "双韵体"),
        "blank-verse": ("blank-verse - five-beat lines without rhyme", "素体诗"),
        "quatrain": ("quatrain - four lines with interlaced rhyme", "四行诗"),
        "free-verse": ("free-verse - lines shaped by breath, without a fixed measure", "自由诗"),
        "rhymed verse": ("rhymed verse", "有韵诗"),
        "metre": ("Metre: mostly {metre} ({share} % of the lines).", "格律：以{metre}为主（占{share}%的行）。"),
        "first line": (
            "Its first measured line reads: {line}\n    {marks}",
            "首个合律的行（/为重读，x为轻读）：{line}\n    {marks}",
        ),
        "licences": ("Licences poets take: {lines}.", ""),
        "departs": ("Where it departs from the form: {lines}.", "不合体式的行：第{lines}行。"),
        "keeps": ("No line departs from the measure.", "各行均合格律。"),
        "prose": (
            "Prose of {words} words, {each} words a sentence; reading ease {ease} (60-70 is plain English, lower is "
            "harder).",
            "散文，共{words}词，平均每句{each}词；易读度{ease}（60至70为平易，越低越难）。",
        ),
        "words": (
            "Words: {kinds} different ones of {words}; {share} % of them outside the 7,000 commonest{rare}.",
            "用词：{words}词中有{kinds}个不同的词，其中{share}%不在最常用的七千词之内{rare}。",
        ),
        "rare": (", such as {words}", "，如{words}"),
        "images": ("Images: {images}.", "意象：{images}。"),
        "mood": (
            "Mood: {mood} (valence {valence:+.2f}, arousal {arousal:+.2f}){turn}.",
            "情绪：{mood}（效价{valence:+.2f}，唤醒度{arousal:+.2f}）{turn}。",
        ),
        "brightening": (", brightening from line {line} on", ""),
        "darkening": (", darkening from line {line} on", ""),
        "voice": (
            "Voice: nearest to {first}, then {second}; how sure: {sure}.",
            "声口：最近{first}，其次{second}；把握：{sure}。",
        ),
        "openings": ("Openings that come back: {openings}.", ""),
        "opening": ("{word!r} {times} times", ""),
        **same_words(_FEET),
        **same_words(
            {"neutral": "平和中性", "joyful": "欢快", "serene": "宁静", "troubled": "不安", "melancholy": "忧郁"}
        ),
        **same_words({"low": "低", "fair": "中", "high": "高"}),
    }
)
#: Lines of one kind that are told, words and images that are named.
_LINES, _LINES_ZH, _RARE, _IMAGES = 6, 8, 5, 6
#: The least turn of the mood that is told, and lines that a poem must have for one.
_TURN, _TURN_LINES = 0.15, 6


def explain(text: Text, findings: dict[str, Any], language: str) -> str:
    """An explanation of the findings of `reader.read`, one paragraph a subject."""
    say = MESSAGES.speak(language)
    kind = _verse(say, findings) if findings["kind"] == "verse" else _prose(say, findings)
    return "\n".join(filter(None, (*kind, *_words_and_mood(say, findings))))


def _verse(say: Speaker, findings: dict[str, Any]) -> Iterator[str]:
    """Form, metre, the first measured line, and where lines depart from the form."""
    form, rows = findings["form"], list(enumerate(findings["scansion"], 1))
    yield say("form", form=say(form) if form in say else form, lines=findings["lines"], scheme=findings["rhyme_scheme"])
    if findings["metre"]:
        rhythm, _, feet = findings["metre"].partition(" ")
        words = [say(word) if word in say else word for word in ((feet, rhythm) if say.is_chinese else (rhythm, feet))]
        metre = ("" if say.is_chinese else " ").join(words)
        yield say("metre", metre=metre, share=round(100 * findings["metre_share"]))
    first = next((row for _, row in rows if row["pattern"]), None)
    if first is not None:
        yield say("first line", line=first["text"], marks=_marked(first))
    free = [(number, row["licences"]) for number, row in rows if row.get("licences")]
    if free:
        yield say("licences", lines=_by_line(free))
    wrong = [(number, row["faults"]) for number, row in rows if row["faults"]]
    if not wrong:
        yield say("keeps")
    else:
        numbers = say.joined(str(number) for number, _ in wrong[:_LINES_ZH])
        yield say("departs", lines=numbers if say.is_chinese else _by_line(wrong))


def _marked(row: dict[str, Any]) -> str:
    """A line's pattern in the usual signs: x for a weak place, / for a strong one."""
    return " ".join("/" if p == "S" else "x" for p in str(row.get("pattern", "")))


def _by_line(rows: list[tuple[int, list[str]]]) -> str:
    return "; ".join(f"line {number}: {', '.join(found)}" for number, found in rows[:_LINES])


def _prose(say: Speaker, findings: dict[str, Any]) -> Iterator[str]:
    ease = findings["readability"]
    yield say("prose", words=findings["words"], each=ease["words_per_sentence"], ease=ease["flesch"])


def _words_and_mood(say: Speaker, findings: dict[str, Any]) -> Iterator[str]:
    """Vocabulary, images, mood, voice and openings that come back."""
    vocabulary, mood = findings["vocabulary"], findings["mood"]
    rare = say("rare", words=say.joined(vocabulary["rare"][:_RARE])) if vocabulary["rare"] else ""
    share = round(100 * vocabulary["rare_share"])
    yield say("words", words=findings["words"], kinds=vocabulary["kinds"], share=share, rare=rare)
    images = list(findings["imagery"])[:_IMAGES]
    if images:
        yield say("images", images=say.joined(map(_image_zh, images) if say.is_chinese else images))
    figures = {"valence": mood["valence"], "arousal": mood["arousal"], "turn": _turn(say, mood["by_line"])}
    yield say("mood", mood=say(mood["word"]), **figures)
    near = findings["voice"]["nearest"]
    if near:
        sure = say(findings["voice"]["sure"])
        yield say("voice", first=near[0]["author"], second=near[1]["author"], sure=sure)
    openings = findings["repetition"]["openings"]
    if openings:
        told = [say("opening", word=word, times=times) for word, times in openings.items()]
        yield say("openings", openings=", ".join(told))


def _turn(say: Speaker, by_line: list[list[float]]) -> str:
    """Where the mood changes most between two halves."""
    if len(by_line) < _TURN_LINES:
        return ""
    values = [row[0] for row in by_line]
    splits = [(abs(sum(values[:i]) / i - sum(values[i:]) / (len(values) - i)), i) for i in range(2, len(values) - 1)]
    size, at = max(splits)
    if size < _TURN:
        return ""
    rises = sum(values[at:]) / (len(values) - at) > sum(values[:at]) / at
    return say("brightening" if rises else "darkening", line=at + 1)


def _image_zh(key: str) -> str:
    chinese = concepts()[key].zh
    return chinese[0] if chinese else key
