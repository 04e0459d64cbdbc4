"""Files that were changed at random, in every format that music reads: music, or an error of one line."""

from __future__ import annotations

import io
import random
import wave
import zipfile

import numpy as np
import pretty_midi
import pytest
from artwright.core.errors import FormatError
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.midi_write import midi_bytes
from artwright.plugins.music.notation.page import make_page
from artwright.plugins.music.notation.payload import Lyric, make_midi

MUSIC = Music()

ABC = """%abc-charset utf-8
X:1
T:Two voices
M:6/8
L:1/8
Q:3/8=90
V:1 name="Melody" clef=treble
V:2 name="Drone" octave=-1
K:Gm
V:1
|:D|"Gm"GAB {c}d2g|(3fga ^f>e [Bd]2-|1[Bd]3 z2:|2[Bd]3 Z|[K:F][M:2/4]x2 C,2|]
w:la- la ~ la_ * la | la
V:2
|:z|G6|G3 & B3 G3|1G3 z2:|2G6|!D.C.!F4|]
"""
KERN = """!!!OTL: Page
**kern\t**text\t**kern
*I"Cello\t*\t*I"Flute
*>[A,A,B]\t*\t*>[A,A,B]
*>A\t*>A\t*>A
*M3/4\t*\t*M3/4
*k[b-e-]\t*\t*k[b-e-]
*MM96\t*\t*MM96
4G\tO\t[4.gg
=1\t=1\t=1
*\t*\t*^
2.D 2.A\tweh\t8gg]\t4r
.\t.\t4b-;\t2cc#
.\t.\t12a\t.
.\t.\t12g\t.
.\t.\t12f\t.
*\t*\t*v\t*v
*>B\t*>B\t*>B
=2\t=2\t=2
2.G\tach\t2.g
==\t==\t==
*-\t*-\t*-
"""


def song() -> pretty_midi.PrettyMIDI:
    midi = make_midi(96, [(0, 600_000), (96, 400_000)])
    at = midi.tick_to_time
    for k, drum in enumerate((False, True)):
        player = pretty_midi.Instrument(10 * k, is_drum=drum, name=f"Part {k}")
        player.notes = [pretty_midi.Note(80, 60 + i % 5, at(i * 48), at(i * 48 + 40)) for i in range(10)]
        player.control_changes = [pretty_midi.ControlChange(64, 127, at(50))]
        midi.instruments.append(player)
    midi.lyrics = [Lyric("süß", at(48), midi.instruments[0])]
    midi.time_signature_changes = [pretty_midi.TimeSignature(3, 4, 0.0)]
    return midi


def base(suffix: str) -> bytes:
    from artwright.plugins.music.notation.musicxml_write import musicxml_bytes

    if suffix == ".mid":
        return midi_bytes(song(), title="Lied", manifest='{"medium":"music"}')
    if suffix == ".abc":
        return ABC.encode()
    if suffix == ".krn":
        return KERN.encode()
    out = io.BytesIO()
    if suffix == ".wav":
        tone = np.sin(np.arange(6000) * 2 * np.pi * 440 / 8000) * 12000
        with wave.open(out, "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(tone.astype("<i2").tobytes())
        return out.getvalue()
    score = musicxml_bytes(make_page(song(), "Lied"))
    repeated = score.replace(b"</measure>", b'<barline><repeat direction="backward"/></barline></measure>', 1)
    if suffix == ".musicxml":
        return repeated
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("META-INF/container.xml"), '<rootfile full-path="a.xml"/>')
        archive.writestr(zipfile.ZipInfo("a.xml"), repeated)
    return out.getvalue()


def changed(data: bytes, rng: random.Random) -> bytes:
    """Bytes turned, cut out, doubled, moved, put in, or the end lost; in text digits made large now and then."""
    out = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 12])):
        at = rng.randrange(len(out)) if out else 0
        kind = rng.randrange(8)
        if kind == 0 and out:
            out[at] = rng.randrange(256)
        elif kind == 1 and out:
            out[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del out[at : at + rng.randrange(1, 40)]
        elif kind == 3:
            out[at:at] = out[at : at + rng.randrange(1, 60)]
        elif kind == 4:
            out[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 8)))
        elif kind == 5 and rng.random() < 0.4:
            del out[at:]
        elif kind == 6:
            out[at:at] = rng.choice(
                [b"0", b"9999999", b"-1", b"/0", b"|:", b":|", b"\t", b"\n", b"<", b"&amp;", b"\xff"]
            )
        elif kind == 7 and len(out) > 9:
            other = rng.randrange(len(out) - 8)
            out[at : at + 8] = out[other : other + 8]
    return bytes(out)


def try_many(tmp_path, suffix: str, count: int) -> int:
    """How many of so many changed files are still read."""
    data, rng, read = base(suffix), random.Random(suffix), 0
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    assert MUSIC.load(path).payload.instruments
    for k in range(count):
        path.write_bytes(changed(data, rng))
        try:
            work = MUSIC.load(path)
        except FormatError as error:
            assert "\n" not in str(error), (suffix, k)
            continue
        read += 1
        assert MUSIC.describe(work)
    return read


FORMATS = [".mid", ".musicxml", ".mxl", ".abc", ".krn", ".wav"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_changed_files_are_music_or_one_line(tmp_path, suffix):
    try_many(tmp_path, suffix, 60)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_thousand_changed_files(tmp_path, suffix):
    assert try_many(tmp_path, suffix, 1_000) < 1_000
