"""Reading music: figures worked out by hand, chords and keys that a textbook would name, known
faults, real chorales.
"""

from __future__ import annotations

import json
import time

import numpy as np
import pretty_midi
import pytest
from artwright.core.devices import DeviceManager
from artwright.core.requests import AnalyzeRequest, Context
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.analyst.findings import findings, read_music
from artwright.plugins.music.models.analyst.options import AnalystOptions
from artwright.plugins.music.models.analyst.picture import plot_reading
from artwright.plugins.music.operations.analyze import analyze
from artwright.plugins.music.operations.explain import explain
from artwright.plugins.music.theory.chords import note_names, read_harmony
from artwright.plugins.music.theory.counterpoint import find_faults
from artwright.plugins.music.theory.features import features
from artwright.plugins.music.theory.key_finding import KeySpan, find_key, key_name, keys_over_time
from artwright.plugins.music.theory.metrics import set_metrics
from artwright.plugins.music.theory.note_table import read_notes

MUSIC = Music()
BEAT = 0.5


def make(*lines, metres=((4, 4, 0),), keys=(), drums=()):
    """Lines of (start, end, pitch) in quarters at 120; metres (beats, unit, quarter)."""
    midi = pretty_midi.PrettyMIDI(resolution=480, initial_tempo=120)
    for i, line in enumerate(lines):
        player = pretty_midi.Instrument(program=19, is_drum=i in drums, name=f"line {i}")
        player.notes = [pretty_midi.Note(80, p, a * BEAT, b * BEAT) for a, b, p in line]
        midi.instruments.append(player)
    midi.time_signature_changes = [pretty_midi.TimeSignature(n, d, q * BEAT) for n, d, q in metres]
    midi.key_signature_changes = [pretty_midi.KeySignature(k, q * BEAT) for k, q in keys]
    return midi


def chords(*columns, length=1.0, **more):
    """Lines from columns of pitches, highest first."""
    return make(
        *(
            [(i * length, (i + 1) * length, column[v]) for i, column in enumerate(columns)]
            for v in range(len(columns[0]))
        ),
        **more,
    )


C_MAJOR = [(72, 67, 64, 48), (72, 69, 65, 53), (71, 67, 62, 55), (72, 67, 64, 48)]


def test_set_metrics_by_hand():
    # two quarters C and E together, a quarter G, a beat of rest, a half C' (next bar): 4 notes over 6 quarters
    score = read_notes(make([(0, 1, 60), (0, 1, 64), (1, 2, 67), (4, 6, 72)]))
    found = set_metrics(score)
    assert found["pitch_range"] == 12 and found["n_pitches_used"] == 4 and found["n_pitch_classes_used"] == 3
    assert found["pitch_entropy"] == pytest.approx(2.0)
    assert found["pitch_class_entropy"] == pytest.approx(1.5)  # C twice, E, G: 1/2, 1/4, 1/4
    assert found["scale_consistency"] == 1.0
    assert found["polyphony"] == pytest.approx((2 * 1 + 1 * 3) / 4)  # two pitches for one quarter, one for three
    assert found["polyphony_rate"] == pytest.approx(1 / 6)  # of all six quarters
    assert found["empty_beat_rate"] == pytest.approx(2 / 6)  # beats 3 and 4
    assert found["empty_measure_rate"] == 0
    # onsets at steps 0 and 24 of 96 against onset at 0: one step of 96 differs
    assert found["groove_consistency"] == pytest.approx(1 - 1 / 96)


def test_set_metrics_scale_drums_and_emptiness():
    chromatic = set_metrics(read_notes(make([(i, i + 1, 60 + i) for i in range(12)])))
    assert chromatic["scale_consistency"] == pytest.approx(7 / 12) and chromatic[
        "pitch_class_entropy"
    ] == pytest.approx(np.log2(12))
    with_drums = set_metrics(read_notes(make([(0, 1, 60)], [(4, 5, 38)], drums={1})))
    assert (
        with_drums["n_pitches_used"] == 1
        and with_drums["empty_measure_rate"] == 0
        and with_drums["empty_beat_rate"] == pytest.approx(3 / 5)
    )
    gap = set_metrics(read_notes(make([(0, 1, 60), (8, 9, 60)])))
    assert gap["empty_measure_rate"] == pytest.approx(1 / 3) and gap["groove_consistency"] == pytest.approx(
        1 - 2 / 2 / 96
    )
    only = set_metrics(read_notes(make([(0, 1, 38)], drums={0})))
    assert only["pitch_entropy"] == 0 and only["polyphony"] == 0 and only["pitch_range"] == 0


def test_bars_pickups_and_changes():
    score = read_notes(make([(0, 1, 60), (1, 20, 62)], metres=((1, 4, 0), (4, 4, 1), (3, 4, 9), (7, 8, 15))))
    assert score.bars.start.tolist() == [0, 1, 5, 9, 12, 15, 18.5]
    assert score.bars.number.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert score.bars.beat_in_bar(0) == 4 and score.bars.beat_in_bar(2) == 2 and score.bars.beat_in_bar(15.5) == 2
    assert read_notes(make([(0, 9, 60)], metres=((4, 4, 0), (4, 4, 1)))).bars.start.tolist() == [0, 1, 5]
    assert read_notes(make([(0, 9, 60)], metres=((4, 4, 0), (4, 4, 8)))).bars.start.tolist() == [0, 4, 8]
    assert read_notes(make([(0, 9, 60)], metres=())).bars.start.tolist() == [0, 4, 8]
    assert read_notes(make([(0, 6, 60)], metres=((6, 8, 0),))).bars.beats.tolist() == [0, 1.5, 3, 4.5]


def test_voices_are_separated_from_one_part():
    upper, lower = [(i, i + 1, 72 + i % 3) for i in range(8)], [(2 * i, 2 * i + 2, 48 + i) for i in range(4)]
    score = read_notes(make(upper + lower))
    assert score.voices == 2
    assert sorted(score.pitch[score.line(0)].tolist()) == sorted(p for *_, p in upper)
    assert score.pitch[score.line(1)].tolist() == [48, 49, 50, 51]


@pytest.mark.parametrize("tonic", range(12))
def test_keys_of_cadences_in_all_transpositions(tonic):
    shift = tonic if tonic < 7 else tonic - 12
    major = read_notes(chords(*([p + shift for p in c] for c in C_MAJOR)))
    minor = read_notes(
        chords(
            *([p + shift for p in c] for c in [(72, 67, 63, 48), (72, 68, 65, 53), (71, 67, 62, 55), (72, 67, 63, 48)])
        )
    )
    assert find_key(major).number == tonic and find_key(minor).number == tonic + 12
    assert find_key(major).probability > 0.5 and find_key(major).probability + find_key(major).second_probability <= 1
    assert note_names(tonic)[tonic] == key_name(tonic).split()[0]


def test_a_modulation_is_found_where_it_is():
    home = [
        (72, 67, 64, 48),
        (71, 67, 62, 43),
        (72, 67, 64, 48),
        (72, 69, 65, 53),
        (71, 67, 62, 55),
        (72, 67, 64, 48),
    ] * 2
    away = [[p + 4 for p in c] for c in home]
    spans = keys_over_time(read_notes(chords(*home, *away)))
    assert [s.name for s in spans] == ["C major", "E major"] and abs(spans[0].end - 12) <= 2


def test_chords_numerals_and_names():
    score = read_notes(
        chords(
            (72, 67, 64, 48),
            (74, 69, 65, 53),
            (71, 67, 65, 50),
            (72, 67, 64, 52),
            (72, 69, 65, 53),
            (71, 67, 62, 55),
            (72, 69, 64, 57),
            (74, 69, 65, 50),
            (71, 67, 65, 55),
            (72, 67, 64, 48),
            length=2.0,
            keys=((0, 0),),
        )
    )
    _, found = read_harmony(score)
    assert [c.name for c in found] == ["C", "Dm/F", "G7/D", "C/E", "F", "G", "Am", "Dm", "G7", "C"]
    assert [c.numeral for c in found] == ["I", "ii6", "V43", "I6", "IV", "V", "vi", "ii", "V7", "I"]


def test_applied_dominants_and_cadences():
    score = read_notes(
        chords(
            (76, 72, 67, 48),
            (77, 72, 69, 53),
            (78, 72, 69, 50),
            (79, 74, 71, 55),
            (79, 72, 64, 48),
            (77, 74, 69, 53),
            (76, 72, 67, 55),
            (74, 71, 65, 55),
            (72, 72, 64, 48),
            length=1.0,
            keys=((0, 0),),
        )
    )
    reading = read_music_of(
        score,
        chords(
            (76, 72, 67, 48),
            (77, 72, 69, 53),
            (78, 72, 69, 50),
            (79, 74, 71, 55),
            (79, 72, 64, 48),
            (77, 74, 69, 53),
            (76, 72, 67, 55),
            (74, 71, 65, 55),
            (72, 72, 64, 48),
            keys=((0, 0),),
        ),
    )
    assert any(c.numeral == "V7/V" for c in reading.chords)
    assert reading.cadences[-1].kind == "perfect authentic" and reading.cadences[-1].numerals[1] == "I"
    assert any(m.kind == "applied dominant" for m in reading.moments)


def read_music_of(score, midi):
    assert read_notes(midi).length == score.length
    return read_music(midi)


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ([(71, 67, 62, 55), (72, 67, 64, 48)], "perfect authentic"),
        ([(74, 71, 67, 55), (76, 72, 67, 48)], "imperfect authentic"),
        ([(72, 69, 65, 53), (72, 67, 64, 48)], "plagal"),
        ([(72, 69, 65, 50), (71, 67, 62, 55)], "half"),
        ([(71, 67, 62, 55), (72, 64, 60, 57)], "deceptive"),
    ],
)
def test_kinds_of_cadences(last, kind):
    columns = [
        (72, 67, 64, 48),
        (74, 67, 62, 47),
        (76, 67, 60, 48),
        (77, 69, 60, 53),
        (76, 67, 60, 52),
        (74, 67, 62, 55),
        *last,
    ]
    close = [
        (72, 67, 64, 48),
        (74, 67, 62, 47),
        (76, 67, 60, 48),
        (77, 69, 62, 53),
        (76, 67, 60, 55),
        (74, 67, 65, 55),
        (71, 67, 62, 55),
        (72, 67, 64, 48),
    ]
    lines = [
        [(i, i + 1, c[v]) for i, c in enumerate(columns[:-1])]
        + [(7, 9, last[-1][v])]
        + [(i + 9, i + 10, c[v]) for i, c in enumerate(close)]
        for v in range(4)
    ]
    cadences = read_music(make(*lines, metres=((1, 4, 0), (4, 4, 1)), keys=((0, 0),))).cadences
    assert [c.kind for c in cadences if c.position == 7] == [kind] and cadences[-1].kind == "perfect authentic"


def faults_of(*columns):
    score = read_notes(chords(*columns))
    return [(f.kind, f.bar, f.beat, f.voices) for f in find_faults(score, [KeySpan(0, 99, 0, 1.0)])]


def test_counterpoint_faults_by_hand():
    assert faults_of((67, 60), (69, 62)) == [("parallel fifths", 1, 2, (0, 1))]
    assert faults_of((72, 60), (74, 62)) == [("parallel octaves", 1, 2, (0, 1))]
    assert faults_of((72, 60), (69, 69)) == []  # an octave left in contrary motion
    assert faults_of((67, 60), (67, 60)) == []  # repeated, not moving
    assert ("direct octave", 1, 2, (0, 1)) in faults_of((67, 60), (74, 62))
    assert ("crossing", 1, 2, (0, 1)) in faults_of((67, 60), (64, 66))
    assert ("overlap", 1, 2, (0, 1)) in faults_of((67, 60), (72, 69))
    assert ("augmented leap", 1, 2, (0,)) in faults_of((65, 50), (71, 50))
    assert ("wide leap", 1, 2, (0,)) in faults_of((60, 48), (71, 48))
    assert ("spacing", 1, 1, (0, 1)) in faults_of((84, 60, 55), (84, 60, 55))
    assert ("leading tone", 1, 2, (0,)) in faults_of((83, 67, 62, 55), (79, 72, 64, 48))
    clean = faults_of((72, 67, 64, 48), (71, 67, 62, 50), (72, 67, 64, 48))
    assert not [f for f in clean if f[0].startswith("parallel")]


def test_form_knows_a_tune_again():
    tune = [(0, 1, 60), (1, 2, 62), (2, 3, 64), (3, 4, 60), (4, 5, 65), (5, 6, 64), (6, 8, 62)]
    other = [(0, 2, 72), (2, 2.5, 71), (2.5, 3, 69), (3, 4, 67), (4, 6, 69), (6, 6.5, 65), (6.5, 8, 67)]

    def at(line, start, shift=0):
        return [(a + start, b + start, p + shift) for a, b, p in line]

    line = at(tune, 0) + at(other, 8) + at(tune, 16, 5) + at(other, 24)
    bass = [(8 * k, 8 * k + 8, 48 - k % 2) for k in range(4)]
    from artwright.plugins.music.theory.cadences import Cadence
    from artwright.plugins.music.theory.form import find_phrases

    ends = [Cadence(8.0 * k - 2, 8.0 * k, 2 * k, 1, "other", 0, ("", ""), 1.0) for k in range(1, 5)]
    assert [p.letter for p in find_phrases(read_notes(make(line, bass)), ends)] == ["A", "B", "A", "B"]


def big(minutes=5):
    rng = np.random.default_rng(0)
    quarters = int(minutes * 120)
    scale = [0, 2, 4, 5, 7, 9, 11]
    lines = []
    for voice in range(4):
        line, at = [], 0.0
        while at < quarters:
            size = float(rng.choice([0.5, 0.5, 1, 1, 2]))
            line.append((at, min(at + size, quarters), 72 - 8 * voice + scale[int(rng.integers(7))] % 12))
            at += size
        lines.append(line)
    return make(*lines)


def test_five_minutes_are_read_within_two_seconds():
    midi = big()
    read_music(big(0.2))
    began = time.process_time()
    found = findings(read_music(midi), midi)
    assert time.process_time() - began <= 2.0
    assert found["seconds"] == pytest.approx(300, abs=2) and len(json.dumps(found)) > 1000


def test_analysis_of_odd_music():
    for midi in (
        make([(0, 1, 60)]),
        make([(0, 1, 38)], drums={0}),
        make([(0, 0.01, 0), (100, 101, 127)]),
        make([(i, i + 1, 60) for i in range(9)], metres=((7, 8, 0),)),
        make(*([(0, 4, 40 + i)] for i in range(12))),
    ):
        work = MUSIC.artwork(midi)
        for language in ("en", "zh"):
            request = AnalyzeRequest(
                medium="music",
                model="analyst",
                options=AnalystOptions(),
                artwork=work,
                explain=True,
                plot=True,
                language=language,
            )
            analysis = analyze(request, Context(devices=DeviceManager(), library=None, feedback=None, home=None))
            json.dumps(analysis.findings)
            assert analysis.explanation.strip() and analysis.plot.mode == "RGB"
        assert set(MUSIC.features(work)) == set(features(big(0.1)))


def test_explanation_and_options():
    midi = chords(*C_MAJOR, *C_MAJOR, length=2.0, keys=((0, 0),))
    reading = read_music(midi)
    english, chinese = explain(reading), explain(reading, "zh")
    assert "C major" in english and "bar 1:" in english and "cadence" in english and "Part-writing" in english
    assert "C大调" in chinese and "第 1 小节" in chinese and "终止" in chinese and "声部" in chinese
    work = MUSIC.artwork(midi)
    request = AnalyzeRequest(
        medium="music", model="analyst", options=AnalystOptions(chords=False, features=False), artwork=work
    )
    found = analyze(request, Context(devices=DeviceManager(), library=None, feedback=None, home=None)).findings
    assert "chords" not in found and "features" not in found and found["key"]["name"] == "C major"
    assert (
        plot_reading(reading, title="标题 Title", bars=2, first_bar=3).width
        == plot_reading(reading, language="zh").width
    )


CHORALES = {
    # BWV: key, positions of the fermatas in quarters (from the edition in music21's corpus)
    "bach/bwv269": ("G major", [10, 19, 28, 40, 52, 61]),
    "bach/bwv347": ("A major", [7, 15, 23, 29, 39, 49]),
    "bach/bwv281": ("F major", [7, 13, 23, 29]),
    "bach/bwv40.8": ("F minor", None),
}


def test_real_chorales():
    pytest.importorskip("music21")
    from artwright.plugins.music.models.composer.corpus import find_music21
    from artwright.plugins.music.notation.sheet_midi import read_sheet

    hits = total = given = 0
    parallels = []
    for name, (key, ends) in CHORALES.items():
        path = find_music21() / f"{name}.krn"
        midi, _ = read_sheet(path if path.exists() else path.with_suffix(".mxl"), repeats=False)
        reading = read_music(midi)
        assert reading.key.name == key
        assert sum(reading.notes.voice >= 0) == len(reading.notes) and reading.notes.voices == 4
        parallels += [f for f in reading.faults if f.kind.startswith("parallel")]
        assert reading.cadences[-1].kind in ("perfect authentic", "imperfect authentic", "plagal")
        if ends:
            found = [c.position for c in reading.cadences]
            hits, total, given = (
                hits + sum(any(abs(a - b) < 1.01 for b in ends) for a in found),
                total + len(found),
                given + len(ends),
            )
    assert len(parallels) <= 4  # Bach's own: all four between soprano and tenor of BWV 40.8
    assert hits / total >= 0.75 and hits / given >= 0.75
