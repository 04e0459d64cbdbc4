"""MIDI, scores and pictures: round trips, and files that are not what they should be."""

from __future__ import annotations

import json
import struct

import numpy as np
import pretty_midi
import pytest
from artwright.core.artwork import Provenance
from artwright.core.errors import FormatError, InputError, OutputError
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.midi_read import read_midi
from artwright.plugins.music.notation.midi_write import midi_bytes
from artwright.plugins.music.notation.payload import make_midi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MUSIC = Music()
DRUMS = 9


def variable(value):
    out = [value & 127]
    while value := value >> 7:
        out.append(128 | value & 127)
    return bytes(reversed(out))


def track(*events, end=True):
    """A track chunk of (delta, bytes) events."""
    body = b"".join(variable(delta) + data for delta, data in events) + (b"\x00\xff\x2f\x00" if end else b"")
    return b"MTrk" + struct.pack(">I", len(body)) + body


def smf(*tracks, kind=1, division=480, count=None):
    return b"MThd" + struct.pack(">IHHH", 6, kind, len(tracks) if count is None else count, division) + b"".join(tracks)


def meta(kind, data):
    return bytes([0xFF, kind]) + variable(len(data)) + data


def note(pitch=60, length=480, channel=0, delta=0):
    return (delta, bytes([0x90 | channel, pitch, 80])), (length, bytes([0x80 | channel, pitch, 0]))


def rich():
    """A piece with one of everything that PrettyMIDI holds."""
    midi = make_midi(480, [(0, round(6e7 / 91.3)), (960, round(6e7 / 133)), (4800, round(6e7 / 50))])
    at = midi.tick_to_time
    for i, (program, drum) in enumerate([(19, False), (52, False), (0, True), (40, False)]):
        player = pretty_midi.Instrument(program=program, is_drum=drum, name=f"声部 {i} – Stimme")
        for k in range(24):
            player.notes.append(pretty_midi.Note(40 + k, 50 + i * 5 + k % 7, at(k * 240), at(k * 240 + 230)))
        player.control_changes = [
            pretty_midi.ControlChange(n, v, at(t))
            for n, v, t in ((101, 0, 0), (100, 0, 0), (6, 12, 0), (7, 90, 0), (64, 127, 480), (64, 0, 960))
        ]
        player.pitch_bends = [pretty_midi.PitchBend(p, at(t)) for p, t in ((-8192, 100), (0, 200), (8191, 300))]
        midi.instruments.append(player)
    midi.time_signature_changes = [
        pretty_midi.TimeSignature(1, 4, 0.0),
        pretty_midi.TimeSignature(7, 8, at(480)),
        pretty_midi.TimeSignature(3, 4, at(480 + 1680)),
    ]
    midi.key_signature_changes = [pretty_midi.KeySignature(k, at(k * 100)) for k in range(24)]
    midi.lyrics = [pretty_midi.Lyric("明", at(0)), pretty_midi.Lyric("月", at(240))]
    midi.text_events = [pretty_midi.Text("Ça ira", at(480))]
    return midi


def rows(midi):
    return [
        (
            i.program,
            i.is_drum,
            i.name,
            sorted((n.start, n.end, n.pitch, n.velocity) for n in i.notes),
            [(c.number, c.value, c.time) for c in i.control_changes],
            [(b.pitch, b.time) for b in i.pitch_bends],
        )
        for i in midi.instruments
    ]


def close(a, b):
    if isinstance(a, float):
        return a == pytest.approx(b, abs=1e-4)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(close(x, y) for x, y in zip(a, b, strict=True))
    return a == b


def test_midi_round_trip_keeps_everything(tmp_path):
    midi = rich()
    work = MUSIC.artwork(midi, title="Ein Stück")
    MUSIC.save(work, tmp_path / "a.mid")
    back = MUSIC.load(tmp_path / "a.mid")
    assert back.id == work.id and back.title == "Ein Stück"
    assert close(rows(midi), rows(back.payload))
    assert close([t.tolist() for t in midi.get_tempo_changes()], [t.tolist() for t in back.payload.get_tempo_changes()])
    for name, fields in (
        ("time_signature_changes", ("numerator", "denominator", "time")),
        ("key_signature_changes", ("key_number", "time")),
        ("lyrics", ("text", "time")),
        ("text_events", ("text", "time")),
    ):
        assert close(
            [tuple(getattr(e, f) for f in fields) for e in getattr(midi, name)],
            [tuple(getattr(e, f) for f in fields) for e in getattr(back.payload, name)],
        )


def test_same_music_same_bytes_and_manifest_comes_back(tmp_path):
    provenance = Provenance(
        operation="generate", medium="music", model="composer", seed=7, notes={"plan": [1, 2], "诗": "静夜"}
    )
    work = MUSIC.artwork(rich(), title="题", provenance=provenance)
    for name in ("a.mid", "b.midi"):
        MUSIC.save(work, tmp_path / name)
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.midi").read_bytes()
    back = MUSIC.load(tmp_path / "a.mid")
    assert back.provenance == provenance and back.id == work.id
    assert [t.text for t in back.payload.text_events] == ["Ça ira"]
    MUSIC.save(back, tmp_path / "c.mid")
    assert (tmp_path / "c.mid").read_bytes() == (tmp_path / "a.mid").read_bytes()


def test_pretty_midi_reads_what_is_written(tmp_path):
    MUSIC.save(MUSIC.artwork(rich()), tmp_path / "a.mid")
    other = pretty_midi.PrettyMIDI(str(tmp_path / "a.mid"))
    assert [(i.program, i.is_drum, len(i.notes), len(i.control_changes)) for i in other.instruments] == [
        (19, False, 24, 6),
        (52, False, 24, 6),
        (0, True, 24, 6),
        (40, False, 24, 6),
    ]
    assert other.get_end_time() == pytest.approx(rich().get_end_time(), abs=1e-3)


notes = st.tuples(st.integers(0, 127), st.integers(1, 127), st.floats(0, 30), st.floats(0, 4))
players = st.tuples(
    st.integers(0, 127),
    st.booleans(),
    st.lists(notes, min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 127), st.integers(0, 127), st.floats(0, 30)), max_size=5),
)


@given(st.lists(players, min_size=1, max_size=20), st.sampled_from([1, 24, 220, 480, 960]), st.floats(20, 300))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_music_reads_back_to_the_same_bytes(parts, resolution, tempo):
    midi = pretty_midi.PrettyMIDI(resolution=resolution, initial_tempo=tempo)
    for program, drum, found, changes in parts:
        player = pretty_midi.Instrument(program=program, is_drum=drum, name=f"p{program}")
        player.notes = [pretty_midi.Note(v, p, s, s + n) for p, v, s, n in found]
        player.control_changes = [pretty_midi.ControlChange(n, v, t) for n, v, t in changes]
        midi.instruments.append(player)
    data = midi_bytes(midi)
    back = read_midi(data, "x.mid").midi
    assert midi_bytes(back) == data
    assert sum(len(i.notes) for i in back.instruments) == sum(len(p[2]) for p in parts)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "not a MIDI file"),
        (b"MThd\0\0", "truncated"),
        (smf(track(*note()))[:-6], "truncated"),
        (smf(track(*note()), count=3), "truncated"),
        (smf(track(*note()), track(*note()), kind=2), "type-2"),
        (smf(track(*note()), kind=7), "corrupt"),
        (smf(track(*note()), division=0), "0 ticks"),
        (smf(track((0, meta(0x51, b"\0\0\0")), *note())), "tempo of 0"),
        (smf(track((0, meta(0x03, b"nothing")))), "without notes"),
        (smf(track((0, b"\x40\x40"))), "without a status"),
        (smf(track((0, b"\x90\x40\xf0"))), "corrupt"),
        (smf(track((0, b"\xff\x01\xff\xff\xff\xff\xff"))), "corrupt"),
        (smf(track(*note(length=3 * 3600 * 960 + 9600))), "180 minutes"),
        (smf(track(*note(length=(1 << 28) - 1), *note(delta=(1 << 28) - 1)), division=30_000), "30000000 ticks"),
    ],
)
def test_broken_files_are_refused_in_one_line(tmp_path, data, says):
    path = tmp_path / "bad.mid"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=says) as error:
        MUSIC.load(path)
    assert "\n" not in str(error.value) and "bad.mid" in str(error.value)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    with open(tmp_path / "big.mid", "wb") as file:
        file.truncate(20 << 20)
    with pytest.raises(FormatError, match="8 MB"):
        MUSIC.load(tmp_path / "big.mid")


def test_every_truncation_is_an_error_or_music():
    data = midi_bytes(rich(), title="t", manifest="{}")
    for size in range(0, len(data), 7):
        try:
            read_midi(data[:size], "cut.mid")
        except FormatError:
            continue
        pytest.fail(f"{size} bytes were read as a whole file")


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_noise_is_refused_cleanly(noise):
    for data in (noise, smf(b"MTrk" + struct.pack(">I", len(noise)) + noise)):
        try:
            read_midi(data, "noise.mid")
        except FormatError:
            pass


def test_what_a_player_forgives_is_mended_and_told():
    reading = read_midi(
        smf(
            track(
                (0, meta(0x58, b"\0\2\x18\x08")),
                (0, meta(0x59, b"\x0c\0")),
                (0, b"\xf0\x02\x01\xf7"),
                (0, b"\x90\x3c\x50"),
                (240, b"\x90\x43\x50"),
                (240, b"\x90\x40\x50"),
                (0, b"\x80\x40\x00"),
                (0, b"\x80\x43\x00"),
                (480, b"\xd0\x10"),
                end=False,
            )
        ),
        "odd.mid",
    )
    told = " ".join(reading.mended)
    for word in ("0 beats", "12 sharps", "exclusive", "no end mark", "had no end", "no length", "aftertouch"):
        assert word in told
    assert [(n.pitch, n.start, n.end) for n in reading.midi.instruments[0].notes] == [(67, 0.25, 0.5)]


def test_running_status_and_note_on_with_velocity_zero():
    reading = read_midi(
        smf(
            track((0, b"\x90\x3c\x50"), (0, b"\x40\x50"), (240, b"\x3c\x00"), (0, meta(0x01, b"x")), (240, b"\x40\x00"))
        ),
        "running.mid",
    )
    assert [(n.pitch, n.end) for n in reading.midi.instruments[0].notes] == [(60, 0.25), (64, 0.5)]


def test_channels_of_other_tracks_and_16_tracks_on_one_channel():
    setup = track((0, b"\xc3\x28"), (0, b"\xb3\x07\x40"))
    reading = read_midi(smf(setup, track((0, meta(0x03, b"solo")), *note(channel=3))), "setup.mid")
    player = reading.midi.instruments[0]
    assert (player.program, player.name, [(c.number, c.value) for c in player.control_changes]) == (
        40,
        "solo",
        [(7, 64)],
    )
    crowd = read_midi(smf(*(track((0, bytes([0xC0, i])), *note(60 + i)) for i in range(16))), "crowd.mid")
    assert [i.program for i in crowd.midi.instruments] == list(range(16))
    assert [i.notes[0].pitch for i in crowd.midi.instruments] == list(range(60, 76))


def test_drums_only_seven_eight_and_names_in_other_scripts():
    reading = read_midi(
        smf(
            track(
                (0, meta(0x03, "太鼓".encode("shift_jis"))),
                (0, meta(0x58, b"\x07\x03\x18\x08")),
                *note(38, channel=DRUMS),
            )
        ),
        "drums.mid",
    )
    assert reading.midi.instruments[0].is_drum and reading.midi.instruments[0].name == "太鼓"
    assert (reading.midi.time_signature_changes[0].numerator, reading.midi.time_signature_changes[0].denominator) == (
        7,
        8,
    )
    for name, encoding in (("二胡", "gb2312"), ("Prélude à l'après-midi", "latin-1"), ("Скрипка", "utf-8")):
        assert (
            read_midi(smf(track((0, meta(0x03, name.encode(encoding))), *note())), "n.mid").midi.instruments[0].name
            == name
        )


def test_smpte_time_and_rmid():
    reading = read_midi(smf(track(*note(length=1000)), division=(256 - 25) << 8 | 40), "smpte.mid")
    assert reading.midi.instruments[0].notes[0].end == pytest.approx(1.0)
    inner = smf(track(*note()))
    wrapped = b"RIFF" + struct.pack("<I", len(inner) + 12) + b"RMIDdata" + struct.pack("<I", len(inner)) + inner
    assert len(read_midi(wrapped, "a.rmi").midi.instruments) == 1


def test_what_midi_cannot_say_is_refused():
    midi = rich()
    midi.time_signature_changes[1].denominator = 3
    with pytest.raises(InputError, match="7/3"):
        midi_bytes(midi)
    midi = rich()
    midi.instruments[0].notes[0].pitch = 130
    with pytest.raises(InputError, match="130"):
        midi_bytes(midi)
    with pytest.raises(InputError, match="no note"):
        midi_bytes(pretty_midi.PrettyMIDI())


def test_unknown_suffix_and_unwritable_place(tmp_path):
    work = MUSIC.artwork(rich())
    with pytest.raises(FormatError, match=r"\.xyz"):
        MUSIC.save(work, tmp_path / "a.xyz")
    with pytest.raises(OutputError):
        MUSIC.save(work, tmp_path / ("n" * 300 + ".mid"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".musicxml", ".abc"])
def test_scores_read_back_equal(tmp_path, suffix):
    pytest.importorskip("music21")
    midi = pretty_midi.PrettyMIDI(resolution=480, initial_tempo=100)
    beat = 0.6
    lines = [
        [
            (0, 1, 74),
            (1, 2.5, 76),
            (2.5, 3, 78),
            (3, 10 / 3, 73),
            (10 / 3, 11 / 3, 75),
            (11 / 3, 4, 76),
            (4, 7, 77),
            (8, 9, 70),
        ],
        [(1, 4, 50), (1, 4, 57), (4, 4.75, 61), (4.75, 9, 55)],
    ]
    for program, line in zip((73, 0), lines, strict=True):
        player = pretty_midi.Instrument(program=program, name=f"Line {program}")
        player.notes = [pretty_midi.Note(80, p, a * beat, b * beat) for a, b, p in line]
        midi.instruments.append(player)
    midi.time_signature_changes = [
        pretty_midi.TimeSignature(1, 4, 0),
        pretty_midi.TimeSignature(3, 4, beat),
        pretty_midi.TimeSignature(2, 4, 7 * beat),
    ]
    midi.key_signature_changes = [pretty_midi.KeySignature(14, 0), pretty_midi.KeySignature(10, 7 * beat)]
    work = MUSIC.artwork(midi, title="Ein <Stück>")
    MUSIC.save(work, tmp_path / f"a{suffix}")
    back = MUSIC.load(tmp_path / f"a{suffix}")
    assert back.title == work.title
    found = [
        sorted((round(n.start / beat, 4), round(n.end / beat, 4), n.pitch) for n in i.notes)
        for i in back.payload.instruments
    ]
    assert found == [sorted((round(a, 4), round(b, 4), p) for a, b, p in line) for line in lines]
    assert [i.program for i in back.payload.instruments] == [73, 0]
    assert [(m.numerator, m.denominator, round(m.time / beat, 3)) for m in back.payload.time_signature_changes] == [
        (1, 4, 0),
        (3, 4, 1),
        (2, 4, 7),
    ]
    assert [(k.key_number, round(k.time / beat, 3)) for k in back.payload.key_signature_changes] == [(14, 0), (10, 7)]
    first = (tmp_path / f"a{suffix}").read_bytes()
    MUSIC.save(work, tmp_path / f"b{suffix}")
    assert (tmp_path / f"b{suffix}").read_bytes() == first


@pytest.mark.parametrize(
    ("suffix", "text"), [(".musicxml", "<score-partwise><part"), (".abc", "hello"), (".musicxml", ""), (".mxl", "PK")]
)
def test_broken_scores_are_refused(tmp_path, suffix, text):
    pytest.importorskip("music21")
    (tmp_path / f"bad{suffix}").write_text(text)
    with pytest.raises(FormatError) as error:
        MUSIC.load(tmp_path / f"bad{suffix}")
    assert "\n" not in str(error.value)


def test_pictures_and_sidecar(tmp_path):
    work = MUSIC.artwork(rich(), title="A & B", provenance=Provenance(operation="generate", medium="music"))
    MUSIC.save(work, tmp_path / "a.musicxml")
    assert b"A &amp; B" in (tmp_path / "a.musicxml").read_bytes()
    row = json.loads((tmp_path / "a.musicxml.artwright.json").read_text("utf-8"))
    assert row["id"] == work.id and row["provenance"]["operation"] == "generate"
    picture = MUSIC.preview(work, width=500)
    assert (
        picture.mode == "RGB"
        and picture.width == 500
        and len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 20
    )


def test_describe_theme_features_html():
    work = MUSIC.artwork(rich(), title="Tune")
    assert "7/8" in MUSIC.describe(work) and "church organ" in MUSIC.describe(work)
    theme = MUSIC.theme(work)
    assert theme.images and theme.palette and theme.source == work.id and -1 <= theme.mood.valence <= 1
    drums = pretty_midi.PrettyMIDI()
    drums.instruments = [pretty_midi.Instrument(0, is_drum=True)]
    drums.instruments[0].notes = [pretty_midi.Note(90, 38, 0, 0.1)]
    beat = MUSIC.artwork(drums, title="Beat")
    assert set(MUSIC.features(beat)) == set(MUSIC.features(work)) and len(MUSIC.features(work)) >= 36
    assert all(isinstance(v, float) for v in MUSIC.features(work).values())
    assert MUSIC.theme(beat).text and "no key" in MUSIC.describe(beat)
    page = MUSIC.html(work, {".wav": "a.wav", ".svg": "a.svg", ".mid": "a.mid"})
    assert "<audio" in page and 'src="a.svg"' in page and 'href="a.mid"' in page
