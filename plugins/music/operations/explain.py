"""What can be heard in a piece or a recording, bar by bar, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....core.messages import Speaker
from ....core.originality import Originality
from ....core.theme import Mood
from ..composing.character import characters
from ..listening.mood import mood_words, tempo_word
from ..models.analyst.findings import Reading
from ..models.analyst.messages import MESSAGES
from ..theory.cadences import Cadence
from ..theory.chords import note_names
from ..theory.counterpoint import voice_names
from ..theory.events import Moment
from ..theory.features import mood_numbers
from ..theory.form import Phrase
from ..theory.key_finding import KeyEstimate, key_name
from ..theory.texture import read_texture

__all__ = ["MAX_BARS", "explain", "explain_character", "explain_likeness", "explain_recording"]

MAX_BARS = 120
"""Longer pieces are told phrase by phrase, without their single bars."""
_SURE, _LIKELY = 0.9, 0.6
_DOUBTFUL = 0.7
"""A key less probable than this is told with the next one."""
_PLACES = 8
"""Places named for each kind of fault; more are counted."""
_LETTERS = 24
"""Notes of a bar that are named."""
_BRIGHT_HZ, _DARK_HZ = 2200, 900
_SINGLE, _MOST_VOICES = 1, 8
_DETAILED = frozenset({"applied dominant", "pedal point", "highest note"})


def explain(reading: Reading, language: str = "en") -> str:
    """The explanation: an overview, then each phrase with its bars, then what a teacher would mark."""
    say = MESSAGES.speak(language)
    lines = _overview(reading, say)
    bars = len(reading.notes.bars)
    for phrase in reading.phrases:
        lines += ["", *_phrase(reading, phrase, say, whole=bars <= MAX_BARS)]
    if bars > MAX_BARS:
        lines += ["", say("phrases only", bars=bars, most=MAX_BARS)]
    return "\n".join([*lines, *_marks(reading, say)]) + "\n"


def _overview(reading: Reading, say: Speaker) -> list[str]:
    notes, key, bars = reading.notes, reading.key, reading.notes.bars
    valence, arousal = mood_numbers(dict(reading.features))
    count, metre = int(bars.number[-1]), bars.metre_name(bars.first_whole)
    if key is None:
        return [say("unpitched", bars=count, metre=metre)]
    sure = "surely" if key.probability > _SURE else "most likely" if key.probability > _LIKELY else "perhaps"
    qpm = notes.tempi[0][1]
    out = [
        say(
            "overview",
            tonality=key_name(key.number, say.language),
            sure=say(sure, share=key.probability),
            metre=metre,
            tempo=tempo_word(qpm, say.language),
            qpm=qpm,
            bars=count,
            voices=notes.voices,
            texture=say(str(read_texture(notes)["kind"])),
            mood=say.listed(mood_words(Mood(valence=valence, arousal=arousal), say.language)),
        )
    ]
    if key.probability < _DOUBTFUL:
        out.append(say("second key", tonality=key_name(key.second, say.language), share=key.second_probability))
    if bars.number[0] == 0:
        out.append(say("begins with a pickup", quarters=bars.length[0]))
    if reading.phrases:
        out.append(say("form", letters=" ".join(p.letter for p in reading.phrases)))
    return out


def _phrase(reading: Reading, phrase: Phrase, say: Speaker, *, whole: bool) -> list[str]:
    keys = [k.number for k in reading.keys if k.start < phrase.end - 0.5 and k.end > phrase.start + 0.5]
    first, last = phrase.first_bar, phrase.last_bar
    tune = phrase.letter.rstrip("'")
    earlier = next((p for p in reading.phrases if p.start < phrase.start and p.letter.rstrip("'") == tune), None)
    returns = "comes back" if phrase.letter == tune else "comes back changed"
    lines = [
        say(
            "phrase",
            bars=1 if first == last else 2,
            span=f"{first}" if first == last else f"{first}-{last}",
            letter=phrase.letter,
            earlier=say(returns, bar=earlier.first_bar) if earlier is not None else "",
            keys=say("then").join(key_name(number, say.language) for number in keys),
        )
    ]
    if whole:
        lines += _bars(reading, phrase, say)
    cadence = next((c for c in reading.cadences if _closes(c, phrase)), None)
    if cadence is not None:
        lines.append(
            say(
                "ending",
                bar=cadence.bar,
                beat=cadence.beat,
                cadence=say(f"cadence {cadence.kind}"),
                chords=" - ".join(n for n in cadence.numerals if n),
                tonality=key_name(cadence.key, say.language),
            )
        )
    return lines


def _closes(cadence: Cadence, phrase: Phrase) -> bool:
    """Whether a cadence is the end of a phrase."""
    inside = phrase.start - 1e-6 <= cadence.position < phrase.end - 1e-6 and abs(cadence.end - phrase.end) < 0.6
    return inside or phrase.start <= cadence.position < phrase.end <= cadence.end + 0.01


def _bars(reading: Reading, phrase: Phrase, say: Speaker) -> list[str]:
    bars, lines = reading.notes.bars, []
    key_before = next((k.number for k in reversed(reading.keys) if k.start < phrase.start - 1e-6), None)
    names = voice_names(reading.notes.voices, say.language)
    for i in range(int(bars.index(phrase.start)), int(bars.index(phrase.end - 0.01)) + 1):
        start, end = max(float(bars.start[i]), phrase.start), min(float(bars.start[i] + bars.length[i]), phrase.end)
        chords = [c for c in reading.chords if c.end > start + 1e-6 and c.start < end - 1e-6]
        if chords:
            heard = f"{' '.join(c.name for c in chords)}  [{' '.join(c.numeral for c in chords)}]"
        else:
            heard = _tune(reading, start, end, say)
        remarks = []
        for span in reading.keys:
            if start - 1e-6 <= span.start < end - 1e-6 and span.start > 0 and span.number != key_before:
                remarks.append(say("key turns", tonality=key_name(span.number, say.language)))
            if span.start < end:
                key_before = span.number
        remarks += [_moment(m, names, say) for m in reading.moments if start - 1e-6 <= m.position < end - 1e-6]
        number = int(bars.number[i])
        place = say("bar", number=number) if number else say("pickup")
        tail = f" — {say('semicolon').join(dict.fromkeys(remarks))}{say('stop')}" if remarks else ""
        lines.append(f"  {place}: {heard}{tail}")
    return lines


def _moment(moment: Moment, names: tuple[str, ...], say: Speaker) -> str:
    key = f"moment {moment.kind}"
    if moment.kind == "suspension":
        return say(key, detail=moment.detail, voice=names[moment.voice])
    return say(key, detail=moment.detail) if moment.kind in _DETAILED else say(key)


def _tune(reading: Reading, start: float, end: float, say: Speaker) -> str:
    """The notes of a single line in letters, with the way it goes."""
    notes = reading.notes
    line = notes.line(0)
    pitch = notes.pitch[line[(notes.onset[line] >= start - 1e-6) & (notes.onset[line] < end - 1e-6)]].tolist()
    if not pitch:
        return say("rest")
    letters = note_names(reading.key.number if reading.key is not None else 0)
    way = "rising" if pitch[-1] - pitch[0] > 2 else "falling" if pitch[-1] - pitch[0] < -2 else "level"
    return f"{' '.join(letters[p % 12] for p in pitch[:_LETTERS])}  ({say(way)})"


def _marks(reading: Reading, say: Speaker) -> list[str]:
    """What a teacher of part-writing would mark, by kind, with bars."""
    voices = reading.notes.voices
    if not _SINGLE < voices <= _MOST_VOICES:
        return []
    names = voice_names(voices, say.language)
    places: dict[str, list[str]] = {}
    for fault in reading.faults:
        where = say("place", bar=fault.bar, voices=say.listed(names[v] for v in fault.voices))
        places.setdefault(fault.kind, []).append(where)
    if not places:
        return ["", say("no faults")]
    lines = ["", say("faults")]
    for kind, of in places.items():
        more = say("more places", more=len(of) - _PLACES, count=len(of)) if len(of) > _PLACES else ""
        lines.append(f"  {say(kind)}: {say('comma').join(of[:_PLACES])}{more}")
    return lines


def explain_character(notes: Mapping[str, Any], language: str = "en") -> str:
    """What the theme of a work asked of its music, from the notes of its provenance; "" where they tell of none."""
    told = notes.get("character")
    names = told.get("names") if isinstance(told, Mapping) else None
    known = [characters()[n] for n in names if n in characters()] if isinstance(names, list) else []
    if not isinstance(told, Mapping) or not known:
        return ""
    say = MESSAGES.speak(language)
    means = [say(f"{kind} {told[kind]}") for kind, words in _SPOKEN.items() if told.get(kind) in words]
    for kind, (low, high) in _LIMITS.items():
        value = told.get(kind)
        if isinstance(value, int | float) and not low <= value <= high:
            slow, fast = ("slow", "fast") if kind == "pace" else ("low", "high")
            means.append(say(f"{kind} {slow if value < low else fast}"))
    called = [c.chinese if say.is_chinese else c.means.characters[0] for c in known]
    return say("written as", names=say.listed(called), means=say.listed(means)) + "\n"


_SPOKEN = {
    "mode": ("minor", "major"),
    "rhythm": ("even", "dotted", "running", "rocking", "flowing", "broken"),
}
_LIMITS = {
    "pace": (0.9, 1.1),
    "register": (-0.25, 0.25),
    "density": (-0.25, 0.25),
    "level": (64, 88),
    "harmony": (-0.4, 0.4),
}
"""Between which a means is not worth a word."""


def explain_likeness(findings: Mapping[str, Any], language: str = "en") -> str:
    """One or two sentences on whom a piece is like and what it shares with known works; "" where nothing is to say."""
    if not findings.get("nearest_styles"):
        return ""
    say = MESSAGES.speak(language)
    first, *others = (row["style"] for row in findings["nearest_styles"][:3])
    style = say("nearest styles", first=first, others=say.listed(others))
    if findings["originality"] is None:
        return style + "\n"
    report = Originality.from_dict(findings["originality"])
    run = report.longest_copy
    if not say.is_chinese:
        shared = say("originality", report=report.tell())
    elif run is None:
        shared = say("nothing shared")
    else:
        shared = say("copied" if report.copied else "usual run", notes=run.length, source=run.source)
    return f"{style}{shared}\n"


def explain_recording(findings: Mapping[str, Any], key: KeyEstimate | None, language: str = "en") -> str:
    """The figures of a recording in sentences. key: the one that was heard, or None."""
    say = MESSAGES.speak(language)
    hz, qpm, melody = findings["brightness_hz"], findings["tempo"]["qpm"], findings["melody"]
    lines = [
        say(
            "sound",
            seconds=findings["seconds"],
            lufs=findings["loudness_lufs"],
            peak=findings["peak_dbfs"],
            colour=say("bright" if hz > _BRIGHT_HZ else "dark" if hz < _DARK_HZ else "between"),
            hz=hz,
        ),
        say("pulse", qpm=qpm) if qpm else say("no pulse"),
        say(
            "heard key",
            tonality=key_name(key.number, say.language),
            share=key.probability,
            second=key_name(key.second, say.language),
        )
        if key is not None
        else say("no key"),
        say("melody", notes=melody["notes"], cents=melody["tuning_cents"]) if melody["notes"] else say("no melody"),
    ]
    return "\n".join(lines) + "\n"
