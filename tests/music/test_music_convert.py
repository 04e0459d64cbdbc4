"""`artwright music convert`: from any format to any other, and what is lost is told."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import pretty_midi
import pytest
from artwright.plugins.music.medium import Music
from artwright.plugins.music.notation.losses import unread, unwritten
from artwright.plugins.music.notation.payload import Text, make_midi

MUSIC = Music()

ABC = 'X:1\nT:Reel\nM:4/4\nL:1/8\nQ:1/4=100\nK:G\n"G"G2 {c}B2 (dB) !trill!G2|"D7"A2 c2 d4|\n'
KERN = "**kern\n*M3/4\n*k[f#]\n=1\n8gq\n(4g\n4a)\n4b'\n==\n*-\n"
XML = (
    '<score-partwise><identification><creator type="composer">B</creator></identification><part-list><score-part id="P1"/>'
    "</part-list><part id='P1'><measure><attributes><divisions>1</divisions></attributes><harmony/>"
    + "".join(
        f"<note>{grace}<pitch><step>{s}</step><octave>4</octave></pitch><duration>1</duration>"
        f"<notations>{slur}</notations></note>"
        for s, grace, slur in (
            ("C", "", "<slur type='start'/>"),
            ("D", "<grace/>", ""),
            ("E", "", "<slur type='stop'/>"),
        )
    )
    + "</measure></part></score-partwise>"
)


def convert(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "artwright", "music", "convert", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def notes(path: Path) -> list[tuple[float, int]]:
    payload = MUSIC.load(path).payload
    rows = [(payload.time_to_tick(n.start), n.pitch) for i in payload.instruments for n in i.notes]
    return sorted((round(t / payload.resolution, 3), p) for t, p in rows)


@pytest.mark.parametrize(
    ("name", "text", "passed_over"),
    [
        ("a.abc", ABC, {"grace group": 1, "chord symbol": 2, "decoration": 1, "slur": 1}),
        ("a.krn", KERN, {"grace note": 1, "slur": 1, "articulation": 1}),
        ("a.musicxml", XML, {"name of an author": 1, "grace note": 1, "slur": 1, "chord symbol": 1}),
        ("b.abc", "X:1\nT:(plain) {title}\nK:C\nC(3DEF G|\n", {}),
    ],
)
def test_what_a_score_holds_and_is_not_read(tmp_path, name, text, passed_over):
    (tmp_path / name).write_text(text)
    assert unread(tmp_path / name) == passed_over


def rich() -> pretty_midi.PrettyMIDI:
    midi = make_midi(480, [(0, 500_000)])
    player = pretty_midi.Instrument(0, name="Piano")
    at = midi.tick_to_time
    player.notes = [pretty_midi.Note(100, 60, 0.0, at(480)), pretty_midi.Note(80, 64, at(487), at(960))]
    player.control_changes = [pretty_midi.ControlChange(64, 127, 0.0), pretty_midi.ControlChange(64, 0, at(400))]
    player.pitch_bends = [pretty_midi.PitchBend(100, 0.0)]
    midi.instruments = [player]
    midi.text_events = [Text("Verse", 0.0, None, 6), Text("(c) 1900", 0.0, None, 2)]
    return midi


def test_what_a_format_cannot_hold():
    moved = "note moved to the grid of 24ths of a quarter"
    paper = {"marker or text": 1, "copyright notice": 1, "controller": 2, "pitch bend": 1, moved: 1}
    assert unwritten(rich(), ".mid") == {}
    assert unwritten(rich(), ".musicxml") == paper
    assert unwritten(rich(), ".abc") == {**paper, "velocity": 1}


def test_from_any_notes_to_any_notes(tmp_path):
    (tmp_path / "a.abc").write_text(ABC)
    chain = ["a.abc", "b.musicxml", "c.mxl", "d.mid", "e.abc", "f.musicxml"]
    for before, after in itertools.pairwise(chain):
        ran = convert(tmp_path / before, tmp_path / after)
        assert ran.returncode == 0 and ran.stdout.strip() == str(tmp_path / after)
        assert ran.stderr.strip() == (
            "not read: 1 grace group, 2 chord symbols, 1 decoration, 1 slur" if before == "a.abc" else ""
        )
    assert all(notes(tmp_path / name) == notes(tmp_path / "a.abc") for name in chain)
    assert MUSIC.load(tmp_path / "f.musicxml").title == "Reel"


def test_losses_in_json_and_faults_in_one_line(tmp_path):
    MUSIC.save(MUSIC.artwork(rich(), title="Piece"), tmp_path / "a.mid")
    ran = convert(tmp_path / "a.mid", tmp_path / "b.musicxml", "--json")
    row = json.loads(ran.stdout)
    assert row["not_kept"]["controller"] == 2 and row["title"] == "Piece" and row["file"].endswith("b.musicxml")
    assert not ran.stderr
    (tmp_path / "empty.abc").write_text("X:1\nK:C\nz4|\n")
    for source, target, said in (
        ("a.mid", "b.musicxml", "--force"),
        ("a.mid", "c.xyz", "use one of"),
        ("none.mid", "d.abc", "none.mid"),
        ("empty.abc", "d.mid", "no notes"),
    ):
        ran = convert(tmp_path / source, tmp_path / target)
        assert ran.returncode and said in ran.stderr and len(ran.stderr.strip().splitlines()) == 1


def test_equal_music_gives_equal_zipped_files(tmp_path):
    for name in ("a.mxl", "b.mxl"):
        MUSIC.save(MUSIC.artwork(rich(), title="Piece"), tmp_path / name)
    assert (tmp_path / "a.mxl").read_bytes() == (tmp_path / "b.mxl").read_bytes()
