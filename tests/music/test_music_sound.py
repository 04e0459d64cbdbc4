"""Sound: pitches, loudness, peaks, determinism, speed, tags; and what is heard in recordings."""

from __future__ import annotations

import time

import numpy as np
import pretty_midi
import pytest
from artwright.core.artwork import Provenance
from artwright.core.devices import DeviceManager
from artwright.core.errors import FormatError, InputError
from artwright.core.requests import AnalyzeRequest, Context
from artwright.plugins.music.listening.melody import melody_notes, track_pitch
from artwright.plugins.music.listening.spectrum import find_tempo, hear_key, read_spectra
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.analyst.options import AnalystOptions
from artwright.plugins.music.operations.analyze import analyze
from artwright.plugins.music.performing.fonts import soundfont
from artwright.plugins.music.performing.rendering import CEILING, loudness, perform, render
from artwright.plugins.music.performing.sound_files import read_sound, write_sound
from artwright.plugins.music.performing.soundfont import read_soundfont

MUSIC = Music()
RATE = 44_100


def piece(*notes, program=19, tempo=96, **player):
    midi = pretty_midi.PrettyMIDI(resolution=480, initial_tempo=tempo)
    instrument = pretty_midi.Instrument(program=program, **player)
    beat = 60 / tempo
    instrument.notes = [pretty_midi.Note(80, p, a * beat, b * beat) for a, b, p in notes]
    midi.instruments.append(instrument)
    return midi


def chorale(bars=8):
    chords = [(60, 55, 52, 48), (62, 57, 53, 50), (59, 55, 50, 43), (60, 55, 52, 48)]
    midi = pretty_midi.PrettyMIDI(resolution=480, initial_tempo=90)
    for voice in range(4):
        player = pretty_midi.Instrument(program=19, name="SATB"[voice])
        player.notes = [
            pretty_midi.Note(80, chords[k % 4][voice] + 12 * (voice == 0), k * 2 / 3, (k + 1) * 2 / 3)
            for k in range(4 * bars)
        ]
        midi.instruments.append(player)
    return midi


def hum(tune, beat=0.55, cents=30, seed=0):
    """A hummed line: harmonics, vibrato, drifting lengths, a little noise."""
    rng = np.random.default_rng(seed)
    parts, phase = [], 0.0
    for pitch, length in tune:
        n = int(length * beat * RATE * (1 + rng.normal(0, 0.03)))
        time_ = np.arange(n)
        angle = (
            phase
            + 2
            * np.pi
            * np.cumsum(440 * 2 ** ((pitch - 69 + cents / 100 + 0.15 * np.sin(2 * np.pi * 5.5 * time_ / RATE)) / 12))
            / RATE
        )
        phase = angle[-1]
        shape = np.minimum(1, time_ / (0.03 * RATE)) * np.minimum(1, (n - time_) / (0.05 * RATE))
        parts.append(shape * sum(np.sin(k * angle) * a for k, a in ((1, 1.0), (2, 0.5), (3, 0.3), (4, 0.1))))
    sound = np.concatenate(parts)
    return (0.2 * sound + rng.normal(0, 0.004, len(sound))).astype(np.float32)[None]


def context(tmp_path):
    return Context(devices=DeviceManager(), library=None, feedback=None, home=tmp_path)


@pytest.mark.parametrize("program", [0, 19, 40, 42, 48, 52, 60, 71, 73, 110])
def test_instruments_sound_the_pitch_that_is_written(program):
    tune = (48, 57, 66)
    sound = render(
        piece(*((2 * i, 2 * i + 2, p) for i, p in enumerate(tune)), program=program, tempo=80), humanise=0, room=0
    )
    track = track_pitch(sound, RATE).pitch
    for i, pitch in enumerate(tune):
        heard = np.nanmedian(track[int(150 * i) + 20 : int(150 * i) + 100])
        assert (heard - pitch + 6) % 12 - 6 == pytest.approx(
            0, abs=0.25
        )  # an organ's own ranks may make an octave the stronger period


def test_loudness_peaks_and_no_clipping():
    loud = chorale()
    for player in loud.instruments:
        player.program = 60
    for midi in (chorale(), loud, piece(*((k, k + 0.1, 36 + k % 30) for k in range(16)), program=115)):
        sound = render(midi)
        assert sound.dtype == np.float32 and sound.shape[0] == 2 and np.isfinite(sound).all()
        assert np.abs(sound).max() <= CEILING + 1e-6
        assert loudness(sound, RATE) == pytest.approx(-16, abs=0.3) or np.abs(sound).max() > 0.9 * CEILING


def test_loudness_agrees_with_torchaudio():
    torch = pytest.importorskip("torch")
    from torchaudio.functional import loudness as theirs

    rng = np.random.default_rng(3)
    tone = (0.3 * np.sin(2 * np.pi * 997 * np.arange(5 * RATE) / RATE)).astype(np.float32)
    for sound in (np.stack([tone, tone]), rng.normal(0, 0.1, (2, 4 * RATE)).astype(np.float32), render(chorale(2))):
        assert loudness(sound, RATE) == pytest.approx(float(theirs(torch.from_numpy(sound), RATE)), abs=0.15)
    full = np.stack([tone / 0.3, np.zeros_like(tone)])
    assert loudness(full, RATE) == pytest.approx(
        -3.01, abs=0.05
    )  # BS.1770: a 0 dBFS sine of 997 Hz in one channel is -3.01 LUFS
    assert loudness(np.zeros((2, RATE), np.float32), RATE) == -70


def test_same_music_same_samples_and_score_is_left_alone():
    midi = chorale(4)
    before = MUSIC.content(midi)
    assert np.array_equal(render(midi), render(midi))
    assert MUSIC.content(midi) == before
    other = chorale(4)
    other.instruments[0].notes[0].pitch += 2
    assert not np.array_equal(render(midi), render(other))


def test_performance_controllers_fermatas_and_bends():
    soft = piece((0, 1, 60), (1, 2, 60), program=0)
    soft.instruments[0].control_changes = [
        pretty_midi.ControlChange(7, 100, 0),
        pretty_midi.ControlChange(7, 20, 0.6),
        pretty_midi.ControlChange(64, 127, 0),
        pretty_midi.ControlChange(64, 0, 2.0),
        pretty_midi.ControlChange(10, 0, 0),
    ]
    played = perform(soft, humanise=0)
    assert played.velocity[1] < 0.5 * played.velocity[0] and played.end[0] == pytest.approx(2.0) and played.pan[0] == -1
    sound = render(soft, humanise=0, room=0)
    assert np.abs(sound[1]).max() < 0.01 * np.abs(sound[0]).max()
    plain, dwelt = perform(chorale(4)), perform(chorale(4), fermatas=[7.0])
    assert dwelt.end.max() > plain.end.max() + 0.2
    bent = piece((0, 4, 69), program=73, tempo=60)
    bent.instruments[0].pitch_bends = [pretty_midi.PitchBend(0, 0.0), pretty_midi.PitchBend(4096, 2.0)]
    track = track_pitch(render(bent, humanise=0, room=0), RATE).pitch
    assert np.nanmedian(track[40:180]) == pytest.approx(69, abs=0.3) and np.nanmedian(track[220:380]) == pytest.approx(
        70, abs=0.3
    )


def test_room_adds_a_tail_and_silence_stays_out_of_reach():
    dry, wet = (render(piece((0, 1, 60), program=6), humanise=0, room=room) for room in (0.0, 0.3))
    after = slice(int(1.1 * RATE), int(1.6 * RATE))
    assert np.abs(wet[:, after]).mean() > 3 * np.abs(dry[:, after]).mean()
    with pytest.raises(InputError, match="60"):
        render(piece((0, 6000, 60), tempo=60))


def test_drums_and_unknown_programs_are_heard():
    assert np.abs(render(piece((0, 1, 38), (1, 2, 42), is_drum=True))).max() > 0.01
    font = read_soundfont(soundfont())
    assert all(font.zones(p) for p in range(128)) and font.zones(99, is_drum=True)


@pytest.mark.slow
def test_rendering_is_a_hundred_times_real_time():
    midi = chorale(32)
    render(midi)
    began = time.process_time()
    render(midi)
    assert midi.get_end_time() / (time.process_time() - began) >= 100


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg", ".opus"])
def test_sound_files_carry_sound_title_and_manifest(tmp_path, suffix):
    work = MUSIC.artwork(
        chorale(2), title="晨曲 Aubade", provenance=Provenance(operation="generate", medium="music", seed=3)
    )
    for name in ("a", "b"):
        MUSIC.save(work, tmp_path / (name + suffix))
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    samples, rate_hz, title, comment, _ = read_sound(tmp_path / f"a{suffix}")
    assert title == work.title and work.id in comment
    assert loudness(samples, rate_hz) == pytest.approx(-16, abs=0.5) and np.abs(samples).max() < 1
    assert samples.shape[1] / rate_hz == pytest.approx(work.payload.get_end_time() + 2.5, abs=0.6)
    back = MUSIC.load(tmp_path / f"a{suffix}")
    assert back.title == work.title and back.provenance == work.provenance


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.wav", b"", "empty"),
        ("a.wav", b"RIFF0000WAVE", "decoded"),
        ("a.mp3", b"not sound at all" * 9, "decoded"),
        ("a.flac", b"fLaC" + b"\0" * 50, "decoded|no sound"),
    ],
)
def test_broken_sound_files_are_refused(tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FormatError, match=says) as error:
        MUSIC.load(tmp_path / name)
    assert "\n" not in str(error.value)


def test_a_hummed_line_becomes_its_melody(tmp_path):
    tune = [
        (60, 1),
        (62, 1),
        (64, 1),
        (65, 0.5),
        (67, 0.5),
        (67, 1),
        (67, 1),
        (64, 2),
        (69, 1.5),
        (67, 0.5),
        (65, 1),
        (64, 1),
        (62, 2),
        (60, 2),
    ]
    write_sound(tmp_path / "hum.wav", hum(tune), RATE)
    work = MUSIC.load(tmp_path / "hum.wav")
    beat = 60 / work.payload.get_tempo_changes()[1][0]
    heard = [(n.pitch, (n.end - n.start) / beat) for n in work.payload.instruments[0].notes]
    assert [p for p, _ in heard] == [p for p, _ in tune]
    assert np.mean([abs(a - b) < 0.26 for (_, a), (_, b) in zip(heard, tune, strict=True)]) >= 0.9
    MUSIC.save(work, tmp_path / "hum.mid")
    assert MUSIC.load(tmp_path / "hum.mid").id == work.id


@pytest.mark.parametrize("program", [73, 71, 0])
def test_a_played_line_is_heard_note_for_note(program):
    tune = [60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60]
    midi = piece(*((i, i + 0.95, p) for i, p in enumerate(tune)), program=program)
    heard = [pitch for _, _, pitch, _ in melody_notes(track_pitch(render(midi, humanise=0), RATE))]
    assert heard == tune


def test_sound_without_a_line_gives_no_melody_but_an_analysis(tmp_path):
    rng = np.random.default_rng(1)
    for name, sound in (
        ("noise", rng.normal(0, 0.1, (1, 3 * RATE))),
        ("choir", render(chorale(4))),
        ("silence", np.zeros((2, RATE))),
    ):
        write_sound(tmp_path / f"{name}.wav", sound.astype(np.float32), RATE)
        work = MUSIC.load(tmp_path / f"{name}.wav")
        assert not work.payload.instruments
        request = AnalyzeRequest(
            medium="music",
            model="analyst",
            options=AnalystOptions(),
            artwork=work,
            explain=True,
            plot=name == "choir",
            language="zh" if name == "noise" else "en",
        )
        analysis = analyze(request, context(tmp_path))
        assert analysis.findings["melody"]["notes"] == 0 and analysis.explanation
        assert (analysis.findings["key"] or {"name": ""})["name"] == {"noise": "", "choir": "C major", "silence": ""}[
            name
        ]
        assert (
            set(MUSIC.features(work))
            and MUSIC.theme(work).text
            and MUSIC.describe(work)
            and MUSIC.preview(work, width=200).width == 200
        )


def test_tempo_and_key_of_a_recording():
    for tempo in (72, 116):
        beats = piece(*((k, k + 0.5, 60 + 7 * (k % 2)) for k in range(18)), program=0, tempo=tempo)
        qpm, strength = find_tempo(read_spectra(render(beats, humanise=0, room=0), RATE).mel_db)
        assert min(abs(qpm / tempo - r) for r in (0.5, 1, 2)) < 0.03 and strength > 0.2
    scale = (0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0)
    for tonic in (55, 58):
        key = hear_key(
            read_spectra(render(piece(*((k, k + 1, tonic + s) for k, s in enumerate(scale)), program=73)), RATE).chroma
        )
        assert key.tonic == tonic % 12 and not key.is_minor


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [("a.m4a", "aac", "ipod"), ("b.mov", "aac", "mov"), ("c.mkv", "flac", "matroska"), ("d.aiff", "pcm_s16be", "aiff")],
)
def test_the_sound_of_containers_is_read(tmp_path, name, codec, container):
    import av

    tone = hum([(69, 1), (67, 1), (65, 1), (64, 1)])
    with av.open(str(tmp_path / name), "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format.name, layout="mono", rate=RATE)
        samples = np.rint(tone.clip(-1, 1) * 32767).astype("<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(ready))
        out.mux(stream.encode(None))
    work = MUSIC.load(tmp_path / name)
    assert [n.pitch for n in work.payload.instruments[0].notes] == [69, 67, 65, 64]
    silent = tmp_path / f"silent-{name}"
    silent.write_bytes((tmp_path / name).read_bytes()[:40])
    with pytest.raises(FormatError) as error:
        MUSIC.load(silent)
    assert "\n" not in str(error.value)
