"""SoundFonts: which one plays, versions 2 and 3, those that are none, stems of each part."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pretty_midi
import pytest
from artwright.cli import cli
from artwright.core.commands.session import Session
from artwright.core.errors import FormatError, InputError
from artwright.plugins.music.performing.fonts import VARIABLE, lacking, played_by, soundfont
from artwright.plugins.music.performing.rendering import loudness, render, render_stems
from artwright.plugins.music.performing.sound_files import write_sound
from artwright.plugins.music.performing.soundfont import read_soundfont
from click.testing import CliRunner

RATE = 44_100
TONE = np.rint(12_000 * np.sin(2 * np.pi * 441 * np.arange(4410) / RATE)).astype("<i2")
"""Ten periods of 441 Hz, an A a little high: key 69."""


def chunk(name: bytes, data: bytes, *, pad: bool = True) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2 * pad)


def vorbis(samples: np.ndarray) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tone.ogg"
        write_sound(file, np.stack([samples, samples]).astype(np.float32) / 32768, RATE)
        return file.read_bytes()


def font(*, compressed: bool = False, program: int = 0) -> bytes:
    """A SoundFont with one tone, looped, as one program."""
    sound = vorbis(TONE) if compressed else TONE.tobytes()
    end = len(sound) if compressed else len(TONE)
    phdr = struct.pack("<20sHHHIII", b"tone", program, 0, 0, 0, 0, 0) + struct.pack(
        "<20sHHHIII", b"EOP", 0, 0, 1, 0, 0, 0
    )
    inst = struct.pack("<20sH", b"tone", 0) + struct.pack("<20sH", b"EOI", 1)
    shdr = struct.pack("<20sIIIIIBbHH", b"tone", 0, end, 400, 4200, RATE, 69, 0, 0, 1 | 0x10 * compressed)
    shdr += struct.pack("<20sIIIIIBbHH", b"EOS", *[0] * 9)
    pdta = b"".join(
        chunk(name, data)
        for name, data in (
            (b"phdr", phdr),
            (b"pbag", struct.pack("<HHHH", 0, 0, 1, 0)),
            (b"pmod", b"\0" * 10),
            (b"pgen", struct.pack("<HhHh", 41, 0, 0, 0)),
            (b"inst", inst),
            (b"ibag", struct.pack("<HHHH", 0, 0, 2, 0)),
            (b"imod", b"\0" * 10),
            (b"igen", struct.pack("<HhHhHh", 54, 1, 53, 0, 0, 0)),
            (b"shdr", shdr),
        )
    )
    sound += b"\0" * (compressed and len(sound) % 2 == 0)  # an odd list, as MuseScore writes it, without padding
    samples = chunk(b"smpl", sound, pad=False)
    body = b"sfbk" + chunk(b"LIST", b"sdta" + samples, pad=False) + chunk(b"LIST", b"pdta" + pdta)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tune(*programs: int) -> pretty_midi.PrettyMIDI:
    midi = pretty_midi.PrettyMIDI(initial_tempo=120)
    for i, program in enumerate(programs):
        player = pretty_midi.Instrument(program=program, name=f"Part {i + 1}")
        player.notes = [pretty_midi.Note(90, 69 - 5 * i, 0.5 * k, 0.5 * k + 0.5) for k in range(4)]
        midi.instruments.append(player)
    return midi


def pitch_of(sound: np.ndarray) -> float:
    """Frequency of the strongest partial, in hertz."""
    part = sound.mean(0)[RATE // 10 : RATE // 10 + RATE]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
    return float(spectrum.argmax() * RATE / (1 << 18))


@pytest.mark.parametrize("compressed", [False, True])
def test_both_versions_play_at_the_written_pitch(tmp_path, compressed):
    file = tmp_path / "tone.sf"
    file.write_bytes(font(compressed=compressed))
    with played_by(file):
        assert soundfont() == file
        sound = render(tune(0), humanise=0, room=0)
    assert pitch_of(sound) == pytest.approx(440, rel=0.004)
    assert soundfont() != file


def test_the_environment_names_a_font(tmp_path, monkeypatch):
    file = tmp_path / "tone.sf2"
    file.write_bytes(font())
    monkeypatch.setenv(VARIABLE, str(file))
    assert soundfont() == file
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.sf2"))
    with pytest.raises(InputError, match=r"ARTWRIGHT_SOUNDFONT names .* which is no file"):
        soundfont()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is not a SoundFont"),
        (b"MThd" * 9, "is not a SoundFont"),
        (b"RIFF\x10\0\0\0sfbk" + b"x" * 9, "cannot be|can be read"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_font_gets_one_line(tmp_path, data, says):
    file = tmp_path / "x.sf2"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(FormatError, match=says) as told:
        read_soundfont(file)
    assert "\n" not in str(told.value)


def test_damaged_vorbis_is_silent_and_does_no_harm(tmp_path):
    file = tmp_path / "tone.sf3"
    data = bytearray(font(compressed=True))
    at = data.index(b"OggS")
    data[at : at + 60] = b"\0" * 60
    file.write_bytes(data)
    with played_by(file):
        assert np.abs(render(tune(0), room=0)).max() < 1e-3


def test_instruments_that_a_font_lacks_are_named(tmp_path):
    file = tmp_path / "tone.sf2"
    file.write_bytes(font())
    with played_by(file):
        assert lacking(tune(0, 40)) == ["Violin"] and lacking(tune(0)) == []
    assert lacking(tune(0, 40)) == []


def test_stems_add_up_to_the_whole():
    stems = render_stems(tune(0, 42))
    assert len(stems) == 2 and stems[0].shape == stems[1].shape
    whole = stems[0] + stems[1]
    assert loudness(whole, RATE) == pytest.approx(-16, abs=0.3) and np.abs(whole).max() <= 0.85
    reference = render(tune(0, 42))
    size = min(whole.shape[1], reference.shape[1]) - 2000
    assert np.corrcoef(whole[0, :size], reference[0, :size])[0, 1] > 0.99


def test_stems_and_fonts_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path / "home"))
    tune(0, 40).write("a.mid")
    (tmp_path / "tone.sf2").write_bytes(font())
    (tmp_path / "no.sf2").write_bytes(b"nothing")

    def run(*arguments):
        return CliRunner().invoke(cli, ["music", *arguments], obj=Session())

    done = run("stems", "a.mid", "out")
    assert done.exit_code == 0 and sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "01-part-1.wav",
        "02-part-2.wav",
    ]
    assert "--force" in str(run("stems", "a.mid", "out").exception)
    done = run("convert", "a.mid", "a.wav", "--soundfont", "tone.sf2")
    assert done.exit_code == 0 and "the SoundFont lacks Violin" in done.output
    assert isinstance(run("convert", "a.mid", "b.wav", "--soundfont", "no.sf2").exception, FormatError)
