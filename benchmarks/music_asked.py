"""Whether what is asked of the composer is what is heard: key and mode by music21's analyst (Krumhansl and Kessler's
profiles), the end on the beat and on the tonic, notes that nobody can play, and whether a theme can be told from the
mood of the music.

python benchmarks/music_asked.py keys | moods [--pieces 4] [--styles ryan,essen] [--bars 8] [--best-of 3] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any

import numpy as np

KEYS = ("D major", "E minor", "G major", "A minor")
THEMES = {
    "funeral": ("funeral", "葬礼"),
    "battle": ("battle", "战斗"),
    "lullaby": ("lullaby", "摇篮曲"),
    "festival": ("festival", "节日"),
    "storm": ("storm", "暴风雨"),
    "calm": ("calm", "平静"),
}
FIGURES = (
    "minor tempo_qpm notes_per_second notes_per_quarter mean_length length_spread mean_pitch mean_velocity "
    "velocity_spread leaps dissonance sounding"
).split()
"""What a listener judges a mood by (Gabrielsson and Lindstroem 2010): mode, tempo, density, rhythm, register, loudness,
melody, harmony, articulation.
"""
STRINGS = {40: (55, 62, 69, 76), 41: (48, 55, 62, 69), 42: (36, 43, 50, 57), 110: (55, 62, 69, 76)}
"""Open strings of violin, viola, cello and fiddle."""
KEYBOARD, TENTH, FRAME = range(0, 8), 16, 5
_TICKS = 24


def _works(styles: list[str], pieces: int, asked: list[Any], options: dict[str, Any]) -> Any:
    """(style, what was asked, work) of `pieces` seeded pieces a style for each of `asked`: (name, theme, options)."""
    import tempfile

    from artwright import Studio

    with tempfile.TemporaryDirectory() as home:
        studio = Studio(home=Path(home))
        for style, (number, (name, theme, more)), seed in product(styles, enumerate(asked), range(pieces)):
            yield (
                style,
                name,
                studio.generate(
                    "music",
                    theme,
                    style=style,
                    seed=900 + 37 * number + seed,
                    options=options | more,
                    keep=False,
                ),
            )


def _spans(midi: Any, instrument: Any) -> list[tuple[int, int, int]]:
    scale = _TICKS / midi.resolution
    return sorted(
        (round(midi.time_to_tick(n.start) * scale), round(midi.time_to_tick(n.end) * scale), n.pitch)
        for n in instrument.notes
    )


def heard_key(midi: Any) -> tuple[int, bool]:
    """(tonic, whether minor) in the ears of music21's Krumhansl-Kessler analyst."""
    from music21 import analysis, note, stream

    line = stream.Stream()
    for instrument in midi.instruments:
        for on, off, pitch in _spans(midi, instrument):
            sound = note.Note(pitch)
            sound.quarterLength = (off - on) / _TICKS
            line.insert(on / _TICKS, sound)
    found = analysis.discrete.KrumhanslKessler().getSolution(line)
    return found.tonic.pitchClass, found.mode == "minor"


def last_note(midi: Any) -> tuple[bool, int]:
    """(whether the last attack of each part falls on a beat, pitch class of the lowest last note)."""
    from artwright.plugins.music.notation.score_midi import from_midi
    from artwright.plugins.music.theory.score import bar_at

    score = from_midi(midi, limit=10_000)
    last = [line[-1] for line in score.lines if line and line[-1].end >= score.length]
    start, metre = bar_at(score.metres, score.length - 1)
    compound = metre.denominator == 8 and metre.numerator % 3 == 0
    beat = 36 if compound else 4 * _TICKS // metre.denominator
    return all((n.onset - start) % beat == 0 for n in last), min(n.pitch for n in last) % 12


def stoppable(strings: tuple[int, ...], chord: list[int]) -> bool:
    """Whether one or two pitches lie on strings next to each other within a hand's frame; a unison does if one string
    of it is open.
    """
    if len(chord) == 1:
        return chord[0] >= strings[0]
    if len(chord) > 2:
        return False
    low, high = sorted(chord)
    for a, b in pairwise(strings):
        x, y = low - a, high - b
        if x >= 0 and y >= 0 and (x == 0 or y == 0 or abs(x - y) <= FRAME):
            return True
    return False


def unplayable(midi: Any) -> Counter[str]:
    """Notes below the open strings, stops that no hand finds, pitches doubled by one player, hands that reach beyond a
    tenth.
    """
    faults: Counter[str] = Counter()
    for instrument in midi.instruments:
        spans = _spans(midi, instrument)
        strings = STRINGS.get(instrument.program)
        for onset in sorted({on for on, _, _ in spans}):
            chord = [p for on, off, p in spans if on <= onset < off]
            faults["doubled"] += len(chord) - len(set(chord))
            chord = sorted(set(chord))
            if strings:
                faults["below"] += sum(p < strings[0] for on, _, p in spans if on == onset)
                playable = [p for p in chord if p >= strings[0]]
                faults["stops"] += len(playable) > 1 and not stoppable(strings, playable)
            elif instrument.program in KEYBOARD:
                faults["reach"] += chord[-1] - chord[0] > TENTH
            elif len(chord) > 1 and instrument.program >= 56:
                faults["chords of one wind"] += 1
    return +faults


def keys(styles: list[str], pieces: int, options: dict[str, Any]) -> dict[str, Any]:
    """By style: shares of pieces that keep what was asked, and unplayable notes in all."""
    from artwright.plugins.music.theory.keys import parse_key

    rows: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    faults: dict[str, Counter[str]] = defaultdict(Counter)
    asked = [(key, "a piece of music", {"key": key}) for key in KEYS]
    for style, name, work in _works(styles, pieces, asked, options):
        key = parse_key(name)
        tonic, minor = heard_key(work.payload)
        on_beat, last = last_note(work.payload)
        row = rows[style]
        row["key"].append((tonic, minor) == (key.tonic, key.minor))
        row["key in minor" if key.minor else "key in major"].append((tonic, minor) == (key.tonic, key.minor))
        row["on_beat"].append(on_beat)
        row["on_tonic"].append(last == key.tonic)
        faults[style] += unplayable(work.payload)
    return {
        style: {name: round(float(np.mean(values)), 3) for name, values in row.items()}
        | {"pieces": len(row["key"]), "unplayable": dict(faults[style])}
        for style, row in rows.items()
    }


def mood_figures(work: Any) -> dict[str, float]:
    """`FIGURES` of a work; sounding: share of the time from note to note in which they sound."""
    from artwright.plugins.music.theory.features import features

    row = features(work.payload)
    played = [sorted(i.notes, key=lambda n: n.start) for i in work.payload.instruments if i.notes]
    ratios = [
        min(1.0, (a.end - a.start) / (b.start - a.start))
        for line in played
        for a, b in pairwise(line)
        if b.start > a.start
    ]
    return {name: row[name] for name in FIGURES if name != "sounding"} | {"sounding": float(np.mean(ratios))}


def moods(styles: list[str], pieces: int, options: dict[str, Any]) -> dict[str, Any]:
    """How often the theme is named from the music: the nearest mean of the figures of the other styles' pieces (each
    figure in standard deviations within its style), and by valence and arousal alone; how many pairs of themes give the
    same notes.
    """
    from artwright.plugins.music.listening.mood import read_mood
    from artwright.plugins.music.theory.note_table import read_notes

    asked = [(name, word, {}) for name, words in THEMES.items() for word in words]
    table: list[tuple[str, str, np.ndarray]] = []
    notes: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    felt: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for style, name, work in _works(styles, pieces, asked, options):
        table.append((style, name, np.array([*mood_figures(work).values()])))
        mood = read_mood(read_notes(work.payload))
        felt[name].append((round(mood.valence, 2), round(mood.arousal, 2)))
        notes[style].append((name, [_spans(work.payload, i) for i in work.payload.instruments]))
    for style in styles:
        mine = np.array([row for of, _, row in table if of == style])
        middle, spread = mine.mean(0), mine.std(0) + 1e-9
        table = [(s, n, (row - middle) / spread if s == style else row) for s, n, row in table]
    hits: dict[str, list[bool]] = defaultdict(list)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for i, (style, name, row) in enumerate(table):
        others = [(n, r) for j, (s, n, r) in enumerate(table) if (s != style if len(styles) > 1 else j != i)]
        means = {n: np.mean([r for m, r in others if m == n], axis=0) for n in THEMES}
        guess = min(means, key=lambda n: float(((means[n] - row) ** 2).sum()))
        hits[name].append(guess == name)
        said[name][guess] += 1
    same = [a[1] == b[1] for of in notes.values() for a, b in combinations(of, 2) if a[0] != b[0]]
    return {
        "pieces": len(table),
        "named": round(float(np.mean([h for of in hits.values() for h in of])), 3),
        "by_theme": {name: round(float(np.mean(of)), 3) for name, of in hits.items()},
        "said": {name: dict(of) for name, of in said.items()},
        "valence_arousal": {name: [round(float(x), 2) for x in np.mean(of, axis=0)] for name, of in felt.items()},
        "pairs_with_the_same_notes": round(float(np.mean(same)), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("keys", "moods"))
    parser.add_argument("--pieces", type=int, default=2)
    parser.add_argument("--styles", default="bach,ryan,oneill,aird,essen,chinese,mozart,palestrina")
    parser.add_argument("--bars", type=int, default=8)
    parser.add_argument("--best-of", type=int, default=3)
    parser.add_argument("--instruments", default="")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    options = {"bars": args.bars, "best_of": args.best_of}
    if args.instruments:
        options["instruments"] = args.instruments
    found = {"keys": keys, "moods": moods}[args.what](args.styles.split(","), args.pieces, options)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    if args.out:
        args.out.write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
