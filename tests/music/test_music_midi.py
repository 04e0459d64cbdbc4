"""The MIDI reader against pretty_midi: the same notes from any file that mido writes; texts, tracks, pickups."""

from __future__ import annotations

import copy
import io

import mido
import numpy as np
import pretty_midi
import pytest
from artwright.core.errors import FormatError
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.charset import find_encoding
from artwright.plugins.music.notation.midi_read import read_midi
from artwright.plugins.music.notation.midi_write import midi_bytes
from artwright.plugins.music.notation.payload import MARKER, KeySignature, Lyric, Text, make_midi, tempo_map
from artwright.plugins.music.theory.note_table import read_notes
from hypothesis import given, settings
from hypothesis import strategies as st

MUSIC = Music()


def written(*tracks, kind=1, resolution=480) -> bytes:
    file = mido.MidiFile(type=kind, ticks_per_beat=resolution)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def on(pitch, delta=0, velocity=80, channel=0):
    return mido.Message("note_on", note=pitch, velocity=velocity, time=delta, channel=channel)


def off(pitch, delta=0, channel=0):
    return mido.Message("note_off", note=pitch, time=delta, channel=channel)


def meta(kind, delta=0, **values):
    return mido.MetaMessage(kind, time=delta, **values)


def notes_of(midi) -> list[tuple]:
    return sorted(
        (bool(i.is_drum), n.pitch, n.velocity, float(n.start), float(n.end)) for i in midi.instruments for n in i.notes
    )


def same_notes(data: bytes) -> list[tuple]:
    theirs = notes_of(pretty_midi.PrettyMIDI(io.BytesIO(data)))
    try:
        ours = notes_of(read_midi(data, "a.mid").midi)
    except FormatError as error:
        assert "without notes" in str(error)
        ours = []
    assert [row[:3] for row in ours] == [row[:3] for row in theirs]
    assert [row[3:] for row in ours] == [row[3:] for row in theirs]
    return ours


PAIRS = {
    "an off before its on, as a grace note has it": [off(60), on(60), on(62), off(62, 480), on(60), off(60, 480)],
    "an off that belongs to nothing": [off(60, 5), on(60, 5), off(60, 10), off(60, 10)],
    "two of one pitch, the first longer": [on(60), on(60, 10, 90), off(60, 10), off(60, 20)],
    "two of one pitch, begun together": [on(60), on(60, 0, 90), off(60, 10), off(60, 20)],
    "one ends where the next begins, the on first": [on(60), on(60, 10, 90), off(60), off(60, 20)],
    "no length": [on(60), off(60), on(64), off(64, 10)],
    "no end": [on(60), on(64, 10), off(64, 10)],
    "other channels of one track": [on(60), on(60, 5, channel=1), off(60, 5, channel=1), off(60, 5)],
    "on with velocity 0 as off": [on(60), on(60, 10, 0), on(60, 5), on(60, 10, 0)],
    "off and on in one tick, three times": [on(60), *(m for _ in range(3) for m in (off(60, 10), on(60))), off(60, 10)],
}


@pytest.mark.parametrize("name", list(PAIRS))
def test_pairs_are_those_of_pretty_midi(name):
    found = same_notes(written([], PAIRS[name]))
    assert found


gaps = st.sampled_from([0, 0, 0, 1, 7, 120, 480])
events = st.one_of(
    st.builds(on, st.integers(58, 61), gaps, st.integers(0, 127), st.sampled_from([0, 0, 1, 9])),
    st.builds(off, st.integers(58, 61), gaps, st.sampled_from([0, 0, 1, 9])),
    st.builds(
        lambda p, t, c: mido.Message("program_change", program=p, time=t, channel=c),
        st.integers(0, 127),
        gaps,
        st.sampled_from([0, 1, 9]),
    ),
    st.builds(
        lambda n, v, t: mido.Message("control_change", control=n, value=v, time=t),
        st.integers(0, 127),
        st.integers(0, 127),
        gaps,
    ),
    st.builds(lambda v, t: mido.Message("pitchwheel", pitch=v, time=t), st.integers(-8192, 8191), gaps),
    st.builds(lambda v, t: mido.Message("polytouch", note=60, value=v, time=t), st.integers(0, 127), gaps),
    st.builds(lambda d, t: mido.Message("sysex", data=d, time=t), st.lists(st.integers(0, 127), max_size=4), gaps),
    st.builds(lambda s, t: meta("lyrics", t, text=s), st.text("abcé \n\x1b", max_size=5), gaps),
    st.builds(lambda s, t: meta("track_name", t, name=s), st.text("abcé", max_size=5), gaps),
)
conductor = st.lists(
    st.one_of(
        st.builds(lambda v, t: meta("set_tempo", t, tempo=v), st.integers(1000, 2_000_000), gaps),
        st.builds(
            lambda n, d, t: meta("time_signature", t, numerator=n, denominator=d),
            st.integers(1, 13),
            st.sampled_from([2, 4, 8, 16]),
            gaps,
        ),
        st.builds(lambda k, t: meta("key_signature", t, key=k), st.sampled_from(["C", "F#m", "Cb", "Ebm"]), gaps),
        events,
    ),
    max_size=30,
)


@given(conductor, st.lists(st.lists(events, max_size=40), max_size=3), st.sampled_from([1, 24, 96, 480, 960]))
@settings(max_examples=200, deadline=None)
def test_any_file_of_mido_holds_the_notes_that_pretty_midi_reads(first, others, resolution):
    kind = 1 if others else 0
    data = written(first, *others, kind=kind, resolution=resolution)
    if not same_notes(data):
        return
    midi = read_midi(data, "a.mid").midi
    again = midi_bytes(midi)
    assert midi_bytes(read_midi(again, "b.mid").midi) == again
    same_notes(again)
    if not any(a[:2] == b[:2] and a[3] < b[4] and b[3] < a[4] for a in notes_of(midi) for b in notes_of(midi) if a < b):
        assert [r[:3] for r in notes_of(read_midi(again, "b.mid").midi)] == [r[:3] for r in notes_of(midi)]


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30), st.integers(1, 127)), min_size=1, max_size=8)


@given(spans)
@settings(max_examples=200, deadline=None)
def test_notes_of_one_pitch_that_overlap_lose_no_sound_on_the_way(found):
    midi = make_midi(480, [(0, 500_000)])
    player = pretty_midi.Instrument(0)
    at = midi.tick_to_time
    player.notes = [pretty_midi.Note(v, 60, at(a), at(a + n)) for a, n, v in found]
    midi.instruments = [player]
    back = read_midi(midi_bytes(midi), "a.mid").midi.instruments[0].notes
    tick = midi.time_to_tick
    assert sorted((tick(n.start), n.velocity) for n in back) == sorted((a, v) for a, _, v in found)
    heard = {t for a, n, _ in found for t in range(a, a + n)}
    assert {t for n in back for t in range(tick(n.start), tick(n.end))} == heard


def test_lyrics_markers_and_keys_stay_where_they_are(tmp_path):
    data = written(
        [meta("marker", text="Verse"), meta("text", 480, text="slowly"), meta("key_signature", key="Ebm")],
        [meta("track_name", name="Tenor"), meta("lyrics", text="Ah"), on(60), off(60, 480), meta("lyrics", text="la")],
        [meta("track_name", name="Bass"), on(48), meta("lyrics", text="Oh"), off(48, 480)],
        [meta("track_name", name="Words"), meta("text", text="@TSong"), meta("text", 240, text="\\Sing")],
    )
    (tmp_path / "a.mid").write_bytes(data)
    work = MUSIC.load(tmp_path / "a.mid")
    MUSIC.save(work, tmp_path / "b.mid")
    back = mido.MidiFile(tmp_path / "b.mid")
    told = [
        [(m.type, getattr(m, "text", "")) for m in track if m.type in ("lyrics", "marker", "text")]
        for track in back.tracks
    ]
    told[0] = [row for row in told[0] if not row[1].startswith("artwright ")]
    assert told == [
        [("marker", "Verse"), ("text", "slowly")],
        [("lyrics", "Ah"), ("lyrics", "la")],
        [("lyrics", "Oh")],
        [("text", "@TSong"), ("text", "\\Sing")],
    ]
    assert [t.name for t in back.tracks][1:] == ["Tenor", "Bass", "Words"]
    assert any(m.type == "key_signature" and m.key == "Ebm" for m in back.tracks[0])
    assert work.title == "Song" and MUSIC.load(tmp_path / "b.mid").id == work.id


def test_what_a_copy_of_the_payload_holds_is_written_the_same():
    midi = make_midi(96, [(0, 500_000), (96, 250_000)])
    midi.instruments = [pretty_midi.Instrument(3, name=n) for n in ("a", "b")]
    for player in midi.instruments:
        player.notes = [pretty_midi.Note(80, 60, 0.0, 1.0)]
    midi.lyrics = [Lyric("la", 0.5, midi.instruments[1])]
    midi.text_events = [Text("Coda", 0.25, kind=MARKER)]
    midi.key_signature_changes = [KeySignature(-7, False, 0.0)]
    assert midi_bytes(copy.deepcopy(midi)) == midi_bytes(midi)
    assert b"\xff\x59\x02\xf9\x00" in midi_bytes(midi) and b"\xff\x06\x04Coda" in midi_bytes(midi)
    assert [list(row) for row in tempo_map(midi)] == [[0, 96], [0.0, 0.5], [500_000, 250_000]]


SCRIPTS = {
    "cp1252": ["Füße im Gras\nsüße Größe", "Élégie", "Señor, ¿qué día?", "Prélude à l'après-midi"],
    "cp1251": ["Калинка", "Вечерний звон", "Скрипка\nФортепиано", "Во поле берёза стояла"],
    "koi8-r": ["Калинка", "Вечерний звон", "Скрипка\nФортепиано", "Во поле берёза стояла"],
    "cp932": ["さくらさくら", "ふるさと\nピアノ", "荒城の月", "ギター"],
    "gb18030": ["茉莉花", "二泉映月\n二胡", "月亮代表我的心", "钢琴"],
    "big5": ["望春風\n鋼琴", "雨夜花", "月亮代表我的心", "何日君再來"],
    "cp949": ["아리랑\n피아노", "고향의 봄", "애국가", "도라지 타령"],
}


@pytest.mark.parametrize("encoding", list(SCRIPTS))
def test_texts_are_read_in_the_encoding_of_the_whole_file(encoding):
    for text in SCRIPTS[encoding]:
        words = [w.encode(encoding) for w in ("Piano", *text.split("\n"))]
        assert [w.decode(find_encoding(words)) for w in words[1:]] == text.split("\n"), text
    assert find_encoding(["Größe".encode(), "茉莉花".encode()]) == "utf-8"
    title = "Сад".encode("cp1251")
    verse = ["Выхожу".encode("cp1251"), "один я на дорогу".encode("cp1251")]
    assert find_encoding([title, *verse]) == "cp1251"


def test_control_characters_of_texts_are_left_out(tmp_path):
    name = "T\x1b]0;owned\x07\x1b[31mred"
    data = written([meta("track_name", name=name)], [meta("lyrics", text="a\x9b1mb"), on(60), off(60, 480)])
    (tmp_path / "a.mid").write_bytes(data)
    work = MUSIC.load(tmp_path / "a.mid")
    assert work.title == "T]0;owned[31mred" and not any(ord(c) < 32 for c in MUSIC.describe(work))


@pytest.mark.parametrize(
    ("first", "then", "numbers"),
    [
        ((1, 4), (4, 4), [0, 1]),
        ((3, 8), (6, 8), [0, 1]),
        ((2, 4), (4, 4), [0, 1]),
        ((3, 4), (7, 8), [1, 2]),
        ((2, 4), (5, 8), [1, 2]),
        ((6, 8), (4, 4), [1, 2]),
        ((3, 4), (4, 4), [1, 2]),
        ((5, 8), (3, 4), [1, 2]),
    ],
)
def test_a_short_first_metre_is_a_pickup_only_where_it_can_be_one(first, then, numbers):
    from artwright.plugins.music.notation.score_midi import from_midi, to_midi

    size = 4 * first[0] * 480 // first[1]
    data = written(
        [
            meta("time_signature", numerator=first[0], denominator=first[1]),
            meta("time_signature", size, numerator=then[0], denominator=then[1]),
        ],
        [on(60), off(60, size), *(m for _ in range(8) for m in (on(62), off(62, 480)))],
    )
    midi = read_midi(data, "a.mid").midi
    assert read_notes(midi).bars.number[:2].tolist() == numbers
    score = from_midi(midi)
    assert (score.metres[0].tick < 0) == (numbers[0] == 0)
    again = from_midi(to_midi(score))
    assert again.metres == score.metres


def test_a_long_pickup_is_the_metre_stated_again():
    from artwright.plugins.music.notation.score_midi import from_midi, to_midi
    from artwright.plugins.music.theory.score import Metre, Note, Score

    line = tuple(Note(24 * i, 24, 60 + i) for i in range(11))
    score = Score(name="", style="bach", lines=(line,), metres=(Metre(-24, 4, 4),))
    midi = to_midi(score)
    told = [(m.numerator, m.denominator) for m in midi.time_signature_changes]
    assert told == [(4, 4), (4, 4)] and from_midi(midi).metres == score.metres
    assert read_notes(midi).bars.number.tolist() == [0, 1, 2]


def test_quick_and_slow_tempi_are_told(tmp_path):
    for tempo in (6000, 1, 0xFFFFFF):
        data = written([meta("set_tempo", tempo=tempo)], [on(60), off(60, 480), on(64), off(64, 480)])
        (tmp_path / "a.mid").write_bytes(data)
        work = MUSIC.load(tmp_path / "a.mid")
        assert np.isfinite(list(MUSIC.features(work).values())).all() and MUSIC.describe(work)
        assert MUSIC.theme(work).text


def off_the_grid() -> pretty_midi.PrettyMIDI:
    """Notes between ticks, out of order, of one pitch at once, with a pedal and a bend."""
    midi = pretty_midi.PrettyMIDI(resolution=96, initial_tempo=97.3)
    for k, (program, drum) in enumerate([(19, False), (0, True), (40, False)]):
        player = pretty_midi.Instrument(program, is_drum=drum, name=f"p{k}")
        player.notes = [
            pretty_midi.Note(70 + i, 50 + 7 * i % 12, t, t + 0.313 * (1 + i % 3))
            for i, t in reversed(list(enumerate(np.arange(8) * 0.1717)))
        ]
        player.notes.append(pretty_midi.Note(60, 50, 0.05, 3.0))
        player.control_changes = [pretty_midi.ControlChange(64, 127, 0.1234), pretty_midi.ControlChange(64, 0, 1.003)]
        player.pitch_bends = [pretty_midi.PitchBend(1000, 0.777)]
        midi.instruments.append(player)
    return midi


def quartet() -> pretty_midi.PrettyMIDI:
    """Two lines of one instrument that meet in unison and part."""
    midi = make_midi(480, [(0, 500_000), (960, 777_777)])
    player = pretty_midi.Instrument(40, name="Violin")
    spans = [(0, 960, 60), (480, 720, 60), (480, 1440, 64), (960, 1200, 64), (1440, 1920, 60), (1440, 1680, 60)]
    player.notes = [pretty_midi.Note(80, p, midi.tick_to_time(a), midi.tick_to_time(b)) for a, b, p in spans]
    midi.instruments = [player]
    return midi


def with_fermatas() -> pretty_midi.PrettyMIDI:
    midi = make_midi(480, [(0, 600_000)])
    midi.instruments = [pretty_midi.Instrument(52)]
    midi.instruments[0].notes = [pretty_midi.Note(80, 60 + i, i * 0.6, i * 0.6 + 0.59) for i in range(12)]
    midi.time_signature_changes = [pretty_midi.TimeSignature(3, 4, 0.0)]
    return midi


@pytest.mark.parametrize("make", [off_the_grid, quartet, with_fermatas])
def test_a_work_in_memory_is_heard_and_read_as_the_work_loaded_again(tmp_path, make):
    from artwright.core.artwork import Provenance

    notes = {"fermatas": [3.0, 7.0], "sound": {"room": 0.5}}
    work = MUSIC.artwork(make(), provenance=Provenance(operation="generate", medium="music", notes=notes))
    MUSIC.save(work, tmp_path / "a.mid")
    back = MUSIC.load(tmp_path / "a.mid")
    assert back.id == work.id and MUSIC.features(back) == MUSIC.features(work)
    assert notes_of(back.payload) == notes_of(work.payload)
    (ours, _), (again, _) = MUSIC.sound(work, rate_hz=11_025), MUSIC.sound(back, rate_hz=11_025)
    assert np.array_equal(ours, again)
