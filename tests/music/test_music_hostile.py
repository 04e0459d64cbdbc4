"""Music from the command line as somebody would give it: files that are broken, odd or unsuitable, and what each
operation says to them.
"""

from __future__ import annotations

import json
import struct
import wave
from pathlib import Path

import numpy as np
import pytest
from artwright.cli import main
from artwright.plugins.music.composing.candidates import first_original
from artwright.plugins.music.composing.costs import pitch_bias
from artwright.plugins.music.composing.plan import rules_for
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.composer.cursor import Cursor, Frame
from artwright.plugins.music.models.composer.vocabulary import LOW
from artwright.plugins.music.theory.part_writing import cross_relations, direct
from artwright.plugins.music.theory.progressions import SIZE, leanings
from artwright.plugins.music.theory.score import Metre, Note, Score

TUNE = [67, 69, 71, 72, 74, 72, 71, 69] * 2


def variable(number: int) -> bytes:
    out = [number & 127]
    while number := number >> 7:
        out.append(number & 127 | 128)
    return bytes(reversed(out))


def meta(kind: int, data: bytes) -> tuple[int, bytes]:
    return 0, bytes([0xFF, kind]) + variable(len(data)) + data


def line(pitches, channel: int = 0, ticks: int = 480) -> list[tuple[int, bytes]]:
    return [e for p in pitches for e in ((0, bytes([0x90 | channel, p, 80])), (ticks, bytes([0x80 | channel, p, 0])))]


def midi(*tracks, kind: int = 1) -> bytes:
    chunks = []
    for events in tracks:
        body = b"".join(variable(gap) + data for gap, data in events) + b"\0\xff\x2f\0"
        chunks.append(b"MTrk" + struct.pack(">I", len(body)) + body)
    return b"MThd" + struct.pack(">IHHH", 6, kind, len(tracks), 480) + b"".join(chunks)


def parts() -> list[list[tuple[int, bytes]]]:
    return [line([p - down for p in TUNE], channel) for channel, down in enumerate((0, 5, 12, 20))]


GOOD = midi(*parts())
LONE = midi(line(TUNE))
BROKEN = {
    "corrupt": (midi([(0, b"\x90\x3c\xf0"), (1, b"\x80\x3c\x00")]), "corrupt at byte"),
    "truncated": (GOOD[:200], "truncated"),
    "type-2": (midi(*parts(), kind=2), "type-2"),
    "empty": (b"", "is empty"),
    "zero-tempo": (midi([meta(0x51, b"\0\0\0")], *parts()), "tempo of 0"),
    "no-status": (midi([(0, b"\x3c\x50")]), "without a status"),
    "too-long": (midi(line([60, 62], ticks=480 * 60 * 120)), None),
    "too-long-by-far": (midi(line([60, 62, 64, 65], ticks=480 * 60 * 120)), "at most 180 minutes"),
}
EDITS = {
    "continue": ("generate", "--task", "continue", "--from", "FILE", "--bars", "2"),
    "harmonise": ("generate", "--task", "harmonise", "--from", "FILE"),
    "restore": ("restore", "FILE", "--region", "bars 1-2"),
    "transfer": ("transfer-style", "FILE", "--style", "palestrina"),
}


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["music", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err and "report it" not in err and "--debug" not in err
    return int(left.value.code or 0), out, err


def edit(capsys, name: str, path: Path, output: Path) -> tuple[int, str]:
    row = [str(path) if a == "FILE" else a for a in EDITS[name]]
    code, _, err = run(capsys, *row, "--best-of", "1", "--seed", "1", "--output", str(output))
    return code, err


@pytest.mark.parametrize("name", [n for n, (_, message) in BROKEN.items() if message])
def test_what_is_broken_gets_one_line_from_every_operation(name: str, tmp_path: Path, capsys) -> None:
    data, message = BROKEN[name]
    path = tmp_path / f"{name}.mid"
    path.write_bytes(data)
    for code, err in [
        run(capsys, "analyze", str(path))[::2],
        *(edit(capsys, e, path, tmp_path / "out.mid") for e in EDITS),
    ]:
        assert code == 1 and message in err and err.count("\n") == 1
    assert path.read_bytes() == data and not (tmp_path / "out.mid").exists()


ODD = {
    "seven-eight": midi([meta(0x58, b"\x07\x03\x18\x08")], *parts()),
    "no-metre": midi([meta(0x58, b"\x00\x02\x18\x08")], *parts()),
    "odd-metre": midi([meta(0x58, b"\xff\x07\x18\x08")], *parts()),
    "二泉映月": midi([meta(3, "二泉映月".encode())], *parts()),
    "Во поле": midi([meta(3, "Во поле берёза".encode())], *parts()),
    "endless": midi(line(TUNE), [(0, b"\x91\x30\x50")]),
    "running": midi(
        [
            (0, b"\x90\x43\x50"),
            (480, b"\x43\x00"),
            meta(1, b"x"),
            *((480 * (i % 2), bytes([69, 80 * (1 - i % 2)])) for i in range(40)),
        ]
    ),
}


@pytest.mark.parametrize("name", list(ODD))
def test_what_is_odd_is_edited_and_kept(name: str, tmp_path: Path, capsys) -> None:
    path, output = tmp_path / f"{name}.mid", tmp_path / "继续.mid"
    path.write_bytes(ODD[name])
    assert run(capsys, "analyze", str(path), "--json")[0] == 0
    code, err = edit(capsys, "continue", path, output)
    assert code == 0, err
    before, after = (Music().load(p).payload for p in (path, output))
    for old, new in zip(before.instruments, after.instruments, strict=True):
        assert (old.name, old.program) == (new.name, new.program)
        assert {(n.pitch, n.start, n.end, n.velocity) for n in old.notes} <= {
            (n.pitch, n.start, n.end, n.velocity) for n in new.notes
        }
    assert [(t.numerator, t.denominator) for t in before.time_signature_changes] == [
        (t.numerator, t.denominator) for t in after.time_signature_changes
    ]
    assert sum(len(i.notes) for i in after.instruments) > sum(len(i.notes) for i in before.instruments)


def test_what_cannot_be_built_on_says_why(tmp_path: Path, capsys) -> None:
    rng = np.random.default_rng(0)
    with wave.open(str(tmp_path / "noise.wav"), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes((rng.normal(size=8000) * 6000).astype("<i2").tobytes())
    cases = {
        "drums.mid": (midi(line([36, 38] * 8, 9)), "continue", "only drums"),
        "crowd.mid": (midi(*[line([40 + i, 42 + i]) for i in range(16)]), "continue", "16 voices; at most 6"),
        "low.mid": (midi(line([p - 40 for p in TUNE])), "harmonise", "between 48 (C3) and 88 (E6)"),
        "high.mid": (midi(line([p + 30 for p in TUNE])), "harmonise", "between 48 (C3) and 88 (E6)"),
        "noise.wav": (None, "harmonise", "no melody was heard"),
    }
    for name, (data, task, message) in cases.items():
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        assert run(capsys, "analyze", str(path), "--json")[0] == 0
        code, err = edit(capsys, task, path, tmp_path / "out.mid")
        assert code == 2 and message in err and err.count("\n") == 1, name
    assert "no instrument 'kazoo'" in run(capsys, "generate", "x", "--instruments", "kazoo")[2]
    assert "not a metre" in run(capsys, "generate", "x", "--metre", "0/4")[2]


def test_evaluating_folders_tells_what_it_skips(tmp_path: Path, capsys) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder, files in (
        (ours, {"a.mid": GOOD, "b.mid": ODD["odd-metre"], "c.mid": GOOD[:200]}),
        (theirs, {"a.mid": GOOD, "b.mid": LONE, "c.mid": b""}),
    ):
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
    code, out, _ = run(capsys, "evaluate", str(ours), "--styles", "bach", "--json", "--reference", str(theirs))
    found = json.loads(out)
    assert code == 0 and found["files"] == 2 and found["notes"] == 128 and len(found["skipped"]) == 1
    assert found["nats_per_note"] == pytest.approx(found["nats"] / 128, abs=1e-4)
    assert found["reference"]["files"] == 2 and len(found["reference"]["skipped"]) == 1
    areas = found["reference"]["overlapping_area"]
    assert areas and all(0 <= value <= 1.001 for value in areas.values())
    (theirs / "a.mid").unlink()
    assert (
        "at least 2" in run(capsys, "evaluate", str(ours), "--styles", "bach", "--json", "--reference", str(theirs))[2]
    )


def notes(*pitches: int) -> tuple[Note, ...]:
    return tuple(Note(24 * i, 24, p) for i, p in enumerate(pitches))


def test_hidden_octaves_and_cross_relations_by_hand() -> None:
    assert direct([notes(60, 67), notes(50, 55)]) == 1 and direct([notes(65, 67), notes(50, 55)]) == 0
    assert cross_relations([notes(72, 73), notes(60, 60)], 0) == 0  # the voice itself said C before
    assert cross_relations([notes(76, 73), notes(60, 57)], 0) == 1
    assert cross_relations([notes(76, 73), notes(60, 57)], -1) == 0  # B and C there, in a key with five flats


def test_chords_lean_to_what_is_usual() -> None:
    """After the dominant seventh the bass of a C major chord is C rather than F sharp; a costly pitch is a fifth that
    both outer voices leap into.
    """
    found = leanings(frozenset({7, 11, 2, 5}), 7, frozenset({0, 4, 7}), -1)
    assert found[0] == found.max() == 0 and found[6] < -2 and found.min() >= -4
    assert SIZE == 4096
    cursor = Cursor(Frame(style="bach", voices=4, metres=(Metre(0, 4, 4),), total=192, final=1))
    for pitch in (67, 64, 60, 48, 74, 65, 59):
        cursor.push(pitch - LOW + 1, 23)
    bias = pitch_bias(cursor, rules_for("bach", 4))
    assert bias is not None
    assert bias[43 - LOW + 1] > bias[44 - LOW + 1] and bias[55 - LOW + 1] < bias[43 - LOW + 1]


def test_candidates_that_copy_are_written_anew(monkeypatch) -> None:
    import artwright.plugins.music.composing.candidates as module

    class Made:
        def __init__(self, run: int) -> None:
            self.score = Score(name="", style="mozart", lines=(notes(60),), metres=(Metre(0, 4, 4),), signature=run)

    monkeypatch.setattr(module, "longest_copies", lambda score: [score.signature])
    turns = iter([[Made(90), Made(80)], [Made(50), Made(7)]])
    best, copies = first_original([Made(82)], lambda: next(turns), "mozart")
    assert copies == [7] and best.score.signature == 7
    best, copies = first_original([Made(82)], lambda: [Made(70)], "mozart")
    assert copies == [70]
