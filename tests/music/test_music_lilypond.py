"""LilyPond's source: every note with its value, signs, words and chord symbols; compiled where LilyPond is installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pretty_midi
import pytest
from artwright.cli import cli
from artwright.core.commands.session import Session
from artwright.plugins.music.notation.lilypond_write import lilypond_text
from artwright.plugins.music.notation.page import make_page
from artwright.plugins.music.notation.payload import KeySignature, Lyric
from click.testing import CliRunner


def music(*rows: tuple[float, float, int], program: int = 53, name: str = "Voice", minor: bool = True):
    """Notes as (start, end, pitch) in quarters, in D minor, 3/4, 60 quarters a minute."""
    midi = pretty_midi.PrettyMIDI(initial_tempo=60, resolution=480)
    midi.time_signature_changes.append(pretty_midi.TimeSignature(3, 4, 0))
    midi.key_signature_changes.append(KeySignature(-1, minor, 0.0))
    player = pretty_midi.Instrument(program, name=name)
    player.notes = [pretty_midi.Note(80, pitch, start, end) for start, end, pitch in rows]
    midi.instruments.append(player)
    return midi


SONG = music(
    (0, 1, 62), (1, 1.5, 61), (1.5, 2, 64), (2, 7 / 3, 65), (7 / 3, 8 / 3, 67), (8 / 3, 3, 69), (3, 7, 70), (7, 9, 74)
)


def test_notes_have_their_values_signs_ties_and_triplets():
    text = lilypond_text(make_page(SONG, 'a "song"', slurs=[(0, 0.0, 2.0)]))
    assert 'title = "a \\"song\\""' in text and "\\key d \\minor" in text and "\\time 3/4" in text
    assert "d'4( cis'8 e'8 \\tuplet 3/2 { f'8) g'8 a'8 } |" in text
    assert "bes'2.~ |" in text and "bes'4 d''2 |" in text and "\\tempo 4 = 60" in text


def test_words_and_symbols_stand_with_the_notes():
    midi = music((0, 1, 62), (1, 2, 64), (2, 3, 65), (3, 6, 62))
    midi.lyrics = [Lyric(text, at, midi.instruments[0]) for text, at in (("wa-", 0.0), ("ter", 1.0), ("flows", 3.0))]
    page = make_page(midi, "t", symbols=[(0.0, "Dm"), (3.0, "Bb7/F"), (4.0, "nothing")])
    text = lilypond_text(page)
    assert '\\addlyrics { "wa" -- "ter" _ "flows" }' in text
    assert "\\chordmode { d4*72/24:m bes4*72/24:7/f }" in text


def test_hands_stand_on_two_staves_and_chords_together():
    midi = music((0, 3, 72), (0, 3, 76), name="Right hand", program=0)
    left = music((0, 3, 48), name="Left hand", program=0).instruments
    midi.instruments += left
    text = lilypond_text(make_page(midi, "t"))
    assert '\\new PianoStaff \\with { instrumentName = "Piano"' in text and text.count("\\new Staff") == 2
    assert "<c'' e''>2." in text and '\\clef "bass"' in text and "c2." in text


def test_convert_writes_it_and_tells_what_is_left_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path / "home"))
    drums = pretty_midi.Instrument(0, is_drum=True)
    drums.notes = [pretty_midi.Note(90, 38, 0, 1)]
    midi = music((0, 3, 62))
    midi.instruments.append(drums)
    midi.write("a.mid")
    done = CliRunner().invoke(cli, ["music", "convert", "a.mid", "a.ly"], obj=Session())
    assert done.exit_code == 0 and "not kept: 1 drum note" in done.output
    text = (tmp_path / "a.ly").read_text("utf-8")
    assert text.startswith("\\version") and text.count("{") == text.count("}") and text.count("<<") == text.count(">>")
    assert "--force" in str(CliRunner().invoke(cli, ["music", "convert", "a.mid", "a.ly"], obj=Session()).exception)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Tempo, Key")
@pytest.mark.skipif(shutil.which("lilypond") is None, reason="LilyPond is not installed")
def test_lilypond_compiles_it_to_the_same_notes(tmp_path):
    (tmp_path / "a.ly").write_text(lilypond_text(make_page(SONG, "song", symbols=[(0.0, "Dm")])))
    done = subprocess.run(
        ["lilypond", "-dno-print-pages", "a.ly"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 and not re.search("warning|error", done.stderr)
    played = pretty_midi.PrettyMIDI(str(tmp_path / "a.midi"))
    voice = max(played.instruments, key=lambda i: len({n.start for n in i.notes}))
    assert [n.pitch for n in sorted(voice.notes, key=lambda n: n.start)] == [n.pitch for n in SONG.instruments[0].notes]
