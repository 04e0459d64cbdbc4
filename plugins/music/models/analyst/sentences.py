"""What a listener can hear, bar by bar, in English or Chinese."""

from __future__ import annotations

from collections.abc import Callable

from ...listening.mood import mood_words, tempo_word
from ...theory.cadences import Cadence
from ...theory.counterpoint import FAULTS, voice_names
from ...theory.events import Moment
from ...theory.features import mood_numbers
from ...theory.form import Phrase
from ...theory.key_finding import key_name
from ...theory.texture import TEXTURES, read_texture
from .findings import Reading

__all__ = ["MAX_BARS", "explain"]

MAX_BARS = 120
"""Longer pieces are told phrase by phrase, without their single bars."""

_CADENCE_EN = {
    "perfect authentic": "a perfect authentic cadence: dominant to tonic, both in root position, the melody on the tonic. It is "
    "the full stop of tonal music",
    "imperfect authentic": "an imperfect authentic cadence: dominant to tonic, but the melody or the bass leaves the door ajar",
    "half": "a half cadence: the phrase stops on the dominant, like a question",
    "Phrygian half": "a Phrygian half cadence: the bass sinks a semitone onto the dominant, an old and grave gesture",
    "plagal": "a plagal cadence: subdominant to tonic, the 'Amen'",
    "deceptive": "a deceptive cadence: the dominant promises the tonic and another chord comes instead",
    "other": "a rest without a cadence of the usual kinds",
}
_CADENCE_ZH = {
    "perfect authentic": "完全正格终止：属和弦到主和弦，都是原位，旋律落在主音上，好比句号",
    "imperfect authentic": "不完全正格终止：属到主，但旋律或低音没有站稳，话还没说完",
    "half": "半终止：停在属和弦上，像一个问句",
    "Phrygian half": "弗里几亚半终止：低音下行半音到属音，古老而庄重",
    "plagal": "变格终止：下属到主，即“阿门”终止",
    "deceptive": "阻碍终止：属和弦预示主和弦，来的却是别的和弦",
    "other": "乐句在此停顿，但不是常见的终止式",
}


def explain(reading: Reading, language: str = "en") -> str:
    """The explanation: an overview, then each phrase with its bars, then what a teacher would mark."""
    chinese = language == "zh"
    lines = _overview(reading, chinese)
    whole = len(reading.score.bars) <= MAX_BARS
    for phrase in reading.phrases:
        lines += ["", *_phrase(reading, phrase, chinese, whole)]
    if not whole:
        lines += [
            "",
            f"全曲 {len(reading.score.bars)} 小节，超过 {MAX_BARS} 小节，故只按乐句说明。"
            if chinese
            else f"The piece has {len(reading.score.bars)} bars; beyond {MAX_BARS} it is told by phrases only.",
        ]
    lines += _marks(reading, chinese)
    return "\n".join(lines) + "\n"


def _overview(reading: Reading, zh: bool) -> list[str]:
    from .....core.theme import Mood

    score = reading.score
    valence, arousal = mood_numbers(dict(reading.features))
    language = "zh" if zh else "en"
    words = mood_words(Mood(valence=valence, arousal=arousal), language)
    first = 1 if score.bars.number[0] == 0 and len(score.bars) > 1 else 0
    metre = f"{score.bars.numerator[first]}/{score.bars.denominator[first]}"
    qpm = score.tempi[0][1]
    texture = str(read_texture(score)["kind"])
    bars = int(score.bars.number[-1])
    if reading.key is None:
        return [
            f"没有音高的音乐：{bars} 小节，{metre} 拍。" if zh else f"Music without pitches: {bars} bars in {metre}."
        ]
    key, sure = reading.key, _sure(reading.key.probability, zh)
    if zh:
        out = [
            f"{key_name(key.number, 'zh')}（{sure}），{metre} 拍，{tempo_word(qpm, 'zh')}（每分钟 {qpm:.0f} 拍），"
            f"{bars} 小节，{score.voices} 个声部，{TEXTURES[texture]}。听起来{'、'.join(words)}。"
        ]
        if score.bars.number[0] == 0:
            out.append(f"开头有 {score.bars.length[0]:g} 拍弱起。")
        if reading.phrases:
            out.append(f"曲式：{' '.join(p.letter for p in reading.phrases)}（字母相同即旋律相同，带撇的是变化重复）。")
        return out
    out = [
        f"{key.name} ({sure}), {metre}, {tempo_word(qpm)} ({qpm:.0f} quarters a minute), "
        f"{bars} bars, {score.voices} voice{'s' if score.voices != 1 else ''}, {texture}. "
        f"It sounds {', '.join(words[:-1])} and {words[-1]}."
    ]
    if key.probability < 0.7:
        out.append(f"{key_name(key.second)} would also fit ({key.second_probability:.0%}).")
    if score.bars.number[0] == 0:
        out.append(
            f"It begins with a pickup of {score.bars.length[0]:g} "
            f"quarter{'s' if score.bars.length[0] != 1 else ''} before bar 1."
        )
    if reading.phrases:
        out.append(
            f"Form: {' '.join(p.letter for p in reading.phrases)} (the same letter, the same tune; a stroke marks "
            f"a varied return)."
        )
    return out


def _sure(probability: float, zh: bool) -> str:
    if zh:
        return f"把握 {probability:.0%}"
    word = "surely" if probability > 0.9 else "most likely" if probability > 0.6 else "perhaps"
    return f"{word}, {probability:.0%}"


def _phrase(reading: Reading, phrase: Phrase, zh: bool, whole: bool) -> list[str]:
    cadence = next(
        (
            c
            for c in reading.cadences
            if (phrase.start - 1e-6 <= c.position < phrase.end - 1e-6 and abs(c.end - phrase.end) < 0.6)
            or phrase.start <= c.position < phrase.end <= c.end + 0.01
        ),
        None,
    )
    keys = [k for k in reading.keys if k.start < phrase.end - 0.5 and k.end > phrase.start + 0.5]
    span = f"{phrase.first_bar}" if phrase.first_bar == phrase.last_bar else f"{phrase.first_bar}-{phrase.last_bar}"
    earlier = [
        p for p in reading.phrases if p.start < phrase.start and p.letter.rstrip("'") == phrase.letter.rstrip("'")
    ]
    out: list[str] = []
    if zh:
        head = f"第 {span} 小节，乐句 {phrase.letter}"
        if earlier:
            head += (
                f"（再现第 {earlier[0].first_bar} 小节的旋律{'，有变化' if phrase.letter.endswith(chr(39)) else ''}）"
            )
        out.append(head + "：" + "，再到".join(key_name(k.number, "zh") for k in keys) + "。")
    else:
        bars = "Bar" if phrase.first_bar == phrase.last_bar else "Bars"
        head = f"{bars} {span}, phrase {phrase.letter}"
        if earlier:
            head += (
                f" (the tune of bar {earlier[0].first_bar} "
                f"{'comes back changed' if phrase.letter.endswith(chr(39)) else 'comes back'})"
            )
        out.append(head + ": " + ", then ".join(key_name(k.number) for k in keys) + ".")
    if whole:
        out += _bars(reading, phrase, zh)
    if cadence is not None:
        out.append(_ending(cadence, zh))
    return out


def _ending(cadence: Cadence, zh: bool) -> str:
    chords = " - ".join(n for n in cadence.numerals if n)
    if zh:
        return (
            f"  结尾（第 {cadence.bar} 小节第 {cadence.beat:g} "
            f"拍，{chords}，{key_name(cadence.key, 'zh')}）：{_CADENCE_ZH[cadence.kind]}。"
        )
    return (
        f"  It ends in bar {cadence.bar}, beat {cadence.beat:g}, with {_CADENCE_EN[cadence.kind]} ({chords} in "
        f"{key_name(cadence.key)})."
    )


def _bars(reading: Reading, phrase: Phrase, zh: bool) -> list[str]:
    score, out = reading.score, []
    first, last = int(score.bars.index(phrase.start)), int(score.bars.index(phrase.end - 0.01))
    key_before = next((k.number for k in reversed(reading.keys) if k.start < phrase.start - 1e-6), None)
    for i in range(first, last + 1):
        start = max(float(score.bars.start[i]), phrase.start)
        end = min(float(score.bars.start[i] + score.bars.length[i]), phrase.end)
        chords = [c for c in reading.chords if c.end > start + 1e-6 and c.start < end - 1e-6]
        if chords:
            said = " ".join(c.name for c in chords) + "  [" + " ".join(c.numeral for c in chords) + "]"
        else:
            said = _tune(reading, start, end, zh)
        remarks = []
        for span in reading.keys:
            if start - 1e-6 <= span.start < end - 1e-6 and span.start > 0 and span.number != key_before:
                remarks.append(f"转到{key_name(span.number, 'zh')}" if zh else f"the music turns to {span.name}")
            if span.start < end:
                key_before = span.number
        remarks += [
            _MOMENT[m.kind](m, zh, voice_names(score.voices, "zh" if zh else "en"))
            for m in reading.moments
            if start - 1e-6 <= m.position < end - 1e-6
        ]
        number = int(score.bars.number[i])
        place = (f"第 {number} 小节" if number else "弱起") if zh else (f"bar {number}" if number else "pickup")
        joint = "；" if zh else "; "
        tail = ("。" if zh else ".") if remarks else ""
        out.append(f"  {place}: {said}" + ((" — " + joint.join(dict.fromkeys(remarks)) + tail) if remarks else ""))
    return out


def _tune(reading: Reading, start: float, end: float, zh: bool) -> str:
    """The notes of a single line in letters, with the way it goes."""
    from ...theory.chords import note_names

    score = reading.score
    line = score.line(0)
    inside = line[(score.onset[line] >= start - 1e-6) & (score.onset[line] < end - 1e-6)]
    if not len(inside):
        return "休止" if zh else "rest or held notes"
    letters = note_names(reading.key.number if reading.key is not None else 0)
    pitch = score.pitch[inside]
    went = int(pitch[-1] - pitch[0])
    way = (
        ("上行" if went > 2 else "下行" if went < -2 else "平稳")
        if zh
        else ("rising" if went > 2 else "falling" if went < -2 else "level")
    )
    return " ".join(letters[p % 12] for p in pitch[:24].tolist()) + f"  ({way})"


_MOMENT: dict[str, Callable[[Moment, bool, tuple[str, ...]], str]] = {
    "suspension": lambda m, zh, v: (
        f"{v[m.voice]}有 {m.detail} 延留音，先不协和，再下行解决"
        if zh
        else f"a {m.detail} suspension in the {v[m.voice]}: held over, it rubs, then steps down"
    ),
    "Picardy third": lambda m, zh, v: (
        "皮卡第三度：小调乐曲以大三和弦收束" if zh else "a Picardy third: the minor piece closes in major"
    ),
    "applied dominant": lambda m, zh, v: (
        f"副属和弦 {m.detail}，短暂地指向别的和弦"
        if zh
        else f"{m.detail}, a borrowed dominant that makes the next chord feel like a goal"
    ),
    "diminished seventh": lambda m, zh, v: (
        "减七和弦，紧张的色彩" if zh else "a diminished seventh chord, tense on all sides"
    ),
    "Neapolitan": lambda m, zh, v: (
        "那不勒斯和弦（降 II 级）" if zh else "the Neapolitan, the major chord a semitone above the tonic"
    ),
    "pedal point": lambda m, zh, v: (
        f"低音 {m.detail} 长时间不动（持续音）"
        if zh
        else f"a pedal point: the bass lies on {m.detail} while the harmony moves above"
    ),
    "highest note": lambda m, zh, v: f"全曲最高音 {m.detail}" if zh else f"the melody's highest note, {m.detail}",
}


def _marks(reading: Reading, zh: bool) -> list[str]:
    """What a teacher of part-writing would mark, by kind, with bars."""
    if reading.score.voices < 2 or reading.score.voices > 8:
        return []
    names = voice_names(reading.score.voices, "zh" if zh else "en")
    by_kind: dict[str, list[str]] = {}
    for fault in reading.faults:
        where = "、".join(names[v] for v in fault.voices) if zh else " and ".join(names[v] for v in fault.voices)
        by_kind.setdefault(fault.kind, []).append(
            f"第 {fault.bar} 小节（{where}）" if zh else f"bar {fault.bar} ({where})"
        )
    if not by_kind:
        return [
            "",
            "声部进行：未发现平行五度、平行八度、声部交叉等问题。"
            if zh
            else "Part-writing: no parallel fifths or octaves, crossings or other faults were found.",
        ]
    out = ["", "声部进行，严格的老师会标出：" if zh else "Part-writing, as a strict teacher would mark it:"]
    for kind, places in by_kind.items():
        more = (f" 等 {len(places)} 处" if zh else f" and {len(places) - 8} more") if len(places) > 8 else ""
        out.append(f"  {FAULTS[kind] if zh else kind}: " + ("，" if zh else ", ").join(places[:8]) + more)
    return out
