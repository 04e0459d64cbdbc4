"""Words with a melody, or a melody with an accompaniment: from a source to a work."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .....core.artwork import Artwork, Text
from .....core.errors import InputError
from ...arranging.ensembles import ENSEMBLES, add_drums, bass_line
from ...arranging.fitting import fit_chords
from ...arranging.harmony import Harmony
from ...arranging.symbols import read_symbols, symbol_of
from ...arranging.textures import accompany
from ...composing.choosing import choose_key
from ...composing.expression import shade
from ...composing.finishing import finished
from ...composing.given import score_of
from ...composing.tune_cadences import find_tonic
from ...composing.wishes import Wishes, read_wishes
from ...notation.payload import Lyric
from ...notation.score_midi import to_midi
from ...setting.song import VOICES, SongPlan, write_song
from ...setting.syllables import Syllable, syllables_of, voiced_lines
from ...theory.keys import Key, key_shift
from ...theory.score import TICKS, Metre, Note, Score, bar_lines, mean_pitch
from .options import ArrangerOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pretty_midi

    from .....core.requests import Context, GenerateRequest

__all__ = ["generate"]

_SINGER = 53
_MOST_LINES = 200
_MODES = {0: "major", 9: "minor", 2: "dorian", 7: "mixolydian", 4: "phrygian", 5: "lydian"}


def generate(request: GenerateRequest[ArrangerOptions], context: Context) -> Artwork:
    """The words or the melody of `request.sources[0]`, set or accompanied.

    Raises InputError for a source that is neither, and for what can't be sung or played.
    """
    if len(request.sources) != 1:
        raise InputError(
            "the arranger sets words or accompanies a melody: give one with --from, a poem (.txt) or music (.mid)"
        )
    source = request.sources[0]
    if isinstance(source.payload, Text):
        return _set(source, source.payload, request, context)
    if source.medium == "music":
        return _accompany(source, request, context)
    raise InputError(f"a work of {source.medium} was given; the arranger sets words (literature) or accompanies music")


def _set(source: Artwork, text: Text, request: GenerateRequest[ArrangerOptions], context: Context) -> Artwork:
    options, rng = request.options, context.rng
    if options.chords:
        raise InputError("--chords are for a given melody; words are set on chords that their lines ask for")
    stanzas = _stanzas(text)
    wishes = read_wishes(request.theme, 1)
    key = choose_key(options.key or wishes.key, wishes.mood, rng, wishes.mode or wishes.means.mode)
    plan = SongPlan(
        key=key,
        compass=VOICES[options.voice],
        texture=options.texture or _texture(wishes, rng),
        tempo_qpm=options.tempo_qpm or wishes.qpm or float(round(84 * wishes.means.pace * wishes.pace)),
        metre=options.metre,
        wanted=wishes.means.metres,
        pentatonic=text.language == "zh",
        melismas=options.melismas,
    )
    context.progress.update(0.2, "setting the words")
    song = write_song(stanzas, plan, rng)
    midi = _played(song.score, song.chords, song.metre, options.ensemble, key, singer=_SINGER)
    second = 60 / plan.tempo_qpm / TICKS
    singer = midi.instruments[0]
    midi.lyrics += [Lyric(word, tick * second, singer) for tick, word in song.words]
    shade(midi, wishes.means, song.score.metres, song.ends)
    notes = {
        "task": "set",
        "key": key.name,
        "metre": song.metre,
        "form": song.form,
        "tempo_qpm": plan.tempo_qpm,
        "voice": options.voice,
        "texture": plan.texture,
        "ensemble": options.ensemble,
        "chords": [c.name for c in song.chords],
        "symbols": _symbols(song.chords, key.number),
        "slurs": [[0, first / TICKS, last / TICKS] for first, last in song.melismas],
        "strong_syllables_on_beats": song.stress,
        "tones_kept": song.tones,
    }
    title = text.title or source.title or request.theme.text
    return finished(midi, title[:60], notes, operation="generate", unused=wishes.unused)


def _stanzas(text: Text) -> list[list[tuple[Syllable, ...]]]:
    if text.form == "prose":
        raise InputError("prose is not set to music; give verse, a line of it on each line")
    found = [[syllables_of(line, text.language) for line in voiced_lines(stanza)] for stanza in text.stanzas]
    found = [stanza for stanza in found if stanza]
    count = sum(map(len, found))
    if not count:
        raise InputError("the text holds no word that can be sung")
    if count > _MOST_LINES:
        raise InputError(f"the poem has {count} lines; {_MOST_LINES} are set at most: give a part of it")
    return found


def _accompany(source: Artwork, request: GenerateRequest[ArrangerOptions], context: Context) -> Artwork:
    options, rng = request.options, context.rng
    for name in ("key", "metre"):
        if getattr(options, name):
            raise InputError(f"a melody keeps its own {name}; --{name} is for words")
    score, _ = score_of(source, limit=10_000)
    melody = max(score.lines, key=mean_pitch)
    wishes = read_wishes(request.theme, 1)
    shift = key_shift(score.signature)
    tonic = find_tonic(melody, shift)
    key = Key(score.signature, _MODES[tonic], "")
    metre = score.metres[0]
    name = f"{metre.numerator}/{metre.denominator}"
    if options.chords:
        chords = read_symbols(options.chords, melody[-1].end, metre.bar)
    else:
        chords = fit_chords(melody, score.metres, key, rng)
    beat = TICKS // 2 if metre.denominator == 8 else TICKS
    texture = options.texture or _texture(wishes, rng)
    right, left = accompany(chords, texture, beat=beat, bar=metre.bar, below=melody)
    tempo = options.tempo_qpm or score.tempo_qpm
    whole = replace(
        score, style="song", lines=(melody, right, left), names=("Melody", "Piano", "Piano"), title="", tempo_qpm=tempo
    )
    program = next((i.program for i in source.payload.instruments if i.notes and not i.is_drum), 73)
    midi = _played(whole, chords, name, options.ensemble, key, singer=program)
    shade(midi, wishes.means, score.metres, [n.end for n in melody if n.phrase_end] or [melody[-1].end])
    notes = {
        "task": "accompany",
        "metre": name,
        "texture": texture,
        "ensemble": options.ensemble,
        "chords": [c.name for c in chords],
        "symbols": _symbols(chords, None if options.chords else key.number),
        "chord_tones_on_beats": _agreement(melody, chords, score.metres),
    }
    return finished(midi, source.title or request.theme.text, notes, operation="generate", unused=wishes.unused)


def _symbols(chords: Sequence[Harmony], key: int | None) -> list[list[float | str]]:
    """(quarter, symbol) of each chord that is not the one before. key: None where the chords are named by symbols."""
    named = [(c.start / TICKS, c.name if key is None else symbol_of(c, key)) for c in chords]
    return [[at, name] for i, (at, name) in enumerate(named) if at >= 0 and (not i or named[i - 1][1] != name)]


def _agreement(melody: Sequence[Note], chords: Sequence[Harmony], metres: tuple[Metre, ...]) -> float:
    """Share of the bars whose first note belongs to the chord under it."""
    starts = {tick for tick, _ in bar_lines(metres, melody[-1].end)}
    strong = [n for n in melody if n.onset in starts]
    under = [next((c for c in chords if c.start <= n.onset < c.end), None) for n in strong]
    kept = [n.pitch % 12 in c.classes for n, c in zip(strong, under, strict=True) if c is not None]
    return round(float(np.mean(kept)), 3) if kept else 1.0


def _texture(wishes: Wishes, rng: np.random.Generator) -> str:
    """A texture for a mood: broken chords for calm, chords on the beats for lively themes, held ones for grave ones."""
    mood = wishes.mood
    choices: tuple[str, ...]
    if mood.arousal > 0.3:
        choices = ("repeated", "oom-pah", "strum", "alberti")
    elif mood.valence < -0.35:
        choices = ("block", "broken", "repeated")
    else:
        choices = ("arpeggio", "broken", "alberti")
    return choices[int(rng.integers(len(choices)))]


def _played(
    score: Score, chords: Sequence[Harmony], metre: str, ensemble: str, key: Key, *, singer: int
) -> pretty_midi.PrettyMIDI:
    """A score of voice and two hands by the instruments of an ensemble."""
    players = ENSEMBLES[ensemble]
    top, right, left = score.lines
    lines: tuple[tuple[Note, ...], ...] = (top, right, left)
    if not players:
        return to_midi(replace(score, lines=lines[:1], names=score.names[:1]), program=[singer], minor=key.minor)
    names = (score.names[0], players[0][0], players[0][0])
    if ensemble == "band":
        beat = TICKS // 2 if metre.endswith("/8") else TICKS
        lines, names = (top, right, bass_line(chords, beat)), (score.names[0], "Piano", "Bass")
    programs = [singer, *(program for _, program in players)]
    midi = to_midi(replace(score, lines=lines, names=names), program=programs, minor=key.minor)
    if ensemble == "band":
        second = 60 / score.tempo_qpm / TICKS
        bar = score.metres[0].bar
        bars = (max(c.end for c in chords) - max(0, chords[0].start)) // bar
        add_drums(midi, metre, max(0, chords[0].start), bars, second)
    return midi
