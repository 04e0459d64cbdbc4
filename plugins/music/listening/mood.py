"""What music gives to other media: a theme (mood, images, palette, words), and a line that describes it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....core.artwork import Artwork
from ....core.theme import Mood, Theme, concepts, find_language, read_words
from ..theory.features import features_of, mood_numbers
from ..theory.key_finding import find_key, key_name
from ..theory.note_table import NoteTable, read_notes

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["describe", "instrument_names", "mood_words", "read_theme", "tempo_word"]

_TEMPI = (
    (54, "largo", "广板"),
    (66, "adagio", "柔板"),
    (80, "andante", "行板"),
    (104, "moderato", "中板"),
    (126, "allegretto", "小快板"),
    (160, "allegro", "快板"),
    (math.inf, "presto", "急板"),
)
_WORDS = {
    (1, 1): (("joyful", "bright", "dancing"), ("欢快", "明亮")),
    (1, 0): (("warm", "clear", "serene"), ("温暖", "明净")),
    (1, -1): (("peaceful", "gentle", "still"), ("宁静", "柔和")),
    (0, 1): (("lively", "restless", "driving"), ("活跃", "不安")),
    (0, 0): (("thoughtful", "measured", "even"), ("沉思", "平稳")),
    (0, -1): (("quiet", "slow", "dreaming"), ("安静", "梦幻")),
    (-1, 1): (("stormy", "tense", "dark"), ("激荡", "紧张")),
    (-1, 0): (("grave", "sorrowful", "grey"), ("庄重", "忧伤")),
    (-1, -1): (("mournful", "lonely", "sunken"), ("哀伤", "孤寂")),
}
_FAMILIES = (
    (range(0, 8), "music"),
    (range(19, 21), "temple"),
    (range(52, 55), "temple"),
    (range(104, 108), "mountain"),
    (range(73, 80), "flute"),
    (range(110, 111), "dance"),
    (range(9, 15), "bell"),
)
"""Families of instruments that bring an image with them, where the table of concepts has it."""


def mood_words(mood: Mood, language: str = "en") -> tuple[str, ...]:
    """A few words for a mood."""
    cell = tuple(1 if v > 0.15 else -1 if v < -0.15 else 0 for v in (mood.valence, mood.arousal))
    return _WORDS[cell[0], cell[1]][1 if language == "zh" else 0]


def tempo_word(qpm: float, language: str = "en") -> str:
    """The Italian (or Chinese) word for a tempo in quarters a minute."""
    return next(zh if language == "zh" else en for limit, en, zh in _TEMPI if qpm < limit)


def read_mood(notes: NoteTable) -> Mood:
    """Valence and arousal of a piece."""
    valence, arousal = mood_numbers(features_of(notes))
    return Mood(valence=valence, arousal=arousal)


def read_theme(artwork: Artwork) -> Theme:
    """The theme a work gives.

    Mood is read from the notes. Images and words are those of the theme it was made from, if its provenance tells; else
    words for its mood and character, and
    the images of the shared table whose mood lies nearest. The palette follows the images, its first colour the mood.
    """
    notes = read_notes(artwork.payload)
    mood = read_mood(notes)
    made_from = artwork.provenance.theme if artwork.provenance is not None else None
    if isinstance(made_from, Mapping) and made_from.get("text"):
        before = Theme.from_dict(made_from)
        return Theme(
            text=before.text,
            words=before.words,
            language=before.language,
            images=before.images,
            mood=mood,
            palette=before.palette,
            source=artwork.id,
        )
    images = _images(artwork.payload, mood)
    named_words, named_images = read_words(artwork.title[:200]) if find_language(artwork.title) == "en" else ((), ())
    images = tuple(dict.fromkeys([*named_images, *images]))[:6] if named_images else images[:5]
    key = find_key(notes)
    words = (*(named_words if named_images else ()), *mood_words(mood))
    text = f"{' and '.join(mood_words(mood)[:2])} music" + (f" in {key_name(key.number)}" if key is not None else "")
    if named_images:
        text = f"{artwork.title}, {text}"
    palette = tuple(dict.fromkeys(concepts()[image].colour for image in images))[:6]
    return Theme(
        text=text,
        words=tuple(dict.fromkeys(words)),
        language="en",
        images=images,
        mood=mood,
        palette=palette,
        source=artwork.id,
    )


def _images(midi: PrettyMIDI, mood: Mood) -> tuple[str, ...]:
    """Keys of the shared table: what the instruments bring, then what lies nearest in mood."""
    table = concepts()
    programs = [i.program for i in midi.instruments if i.notes and not i.is_drum]
    brought = [image for family, image in _FAMILIES if image in table and any(p in family for p in programs)]
    near = sorted(
        table, key=lambda k: (table[k].mood.valence - mood.valence) ** 2 + (table[k].mood.arousal - mood.arousal) ** 2
    )
    return tuple(dict.fromkeys([*near[:3], *brought[:1], *near[3:6]]))


def instrument_names(midi: PrettyMIDI) -> list[str]:
    """The General MIDI names of the instruments that play, each once."""
    import pretty_midi

    return list(
        dict.fromkeys(
            "drums" if i.is_drum else pretty_midi.program_to_instrument_name(i.program).lower()
            for i in midi.instruments
            if i.notes
        )
    )


def describe(artwork: Artwork) -> str:
    """Title and facts in one line: "Aubade: D minor, 3/4, andante (76), 16 bars, 4 voices, 0:38, church organ"."""
    title = artwork.title or artwork.short_id
    samples = getattr(artwork.payload, "samples", None)
    if samples is not None:
        seconds = samples.shape[1] / artwork.payload.rate_hz
        count = sum(len(i.notes) for i in artwork.payload.instruments)
        heard = f"a melody of {count} notes heard in it" if count else "no single line heard in it"
        return f"{title}: a recording of {_clock(seconds)}, {heard}"
    notes = read_notes(artwork.payload)
    key = find_key(notes)
    first = min(len(notes.bars) - 1, 1)
    qpm = notes.tempi[0][1]
    facts = [
        key_name(key.number) if key is not None else "no key",
        f"{notes.bars.numerator[first]}/{notes.bars.denominator[first]}",
        f"{tempo_word(qpm)} ({qpm:.0f})",
        f"{int(notes.bars.number[-1])} bars",
        f"{notes.voices} voice{'s' if notes.voices != 1 else ''}",
        _clock(notes.seconds),
        ", ".join(instrument_names(artwork.payload)[:4]),
    ]
    return f"{title}: {', '.join(f for f in facts if f)}"


def _clock(seconds: float) -> str:
    return f"{int(seconds + 0.5) // 60}:{int(seconds + 0.5) % 60:02d}"
