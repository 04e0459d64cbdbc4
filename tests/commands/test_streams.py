"""Standard input and output, several files, names of outputs by a pattern."""

import io
import json

import numpy as np
import pytest
from PIL import Image

SMALL = ("--width", "64", "--best-of", "1")


def picture(seed=1, kind="PNG"):
    pixels = np.random.default_rng(seed).integers(0, 255, (40, 60, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, kind)
    return data.getvalue()


def tune():
    import mido

    file = mido.MidiFile()
    track = mido.MidiTrack()
    file.tracks.append(track)
    for pitch in (60, 62, 64, 65, 67, 65, 64, 62, 60):
        track.append(mido.Message("note_on", note=pitch, velocity=80, time=0))
        track.append(mido.Message("note_off", note=pitch, velocity=0, time=480))
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


POEM = "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n".encode()


@pytest.mark.parametrize(
    ("theme", "title"),
    [
        ("秋月\n".encode(), "秋月"),
        ("\ufeff秋月".encode(), "秋月"),
        ("秋月".encode("utf-16"), "秋月"),
        ("autumn moon".encode("utf-16-be"), "autumn moon"),
    ],
)
def test_a_theme_comes_from_standard_input(call, theme, title):
    done = call("literature", "generate", "-", "--seed", "3", "--json", stdin=theme)
    assert done.code == 0, done.err
    assert json.loads(done.text)["provenance"]["theme"]["text"].strip() == title


@pytest.mark.parametrize("data", [b"", b"   ", b"\xff\xd8\xe1 moon", "秋月".encode("gb18030")])
def test_what_is_no_theme_is_told(call, data):
    done = call("literature", "generate", "-", stdin=data)
    assert done.code in (1, 2) and len(done.errors) == 1 and "report it" not in done.err


@pytest.mark.parametrize(
    ("medium", "data"),
    [
        ("painting", picture()),
        ("painting", picture(kind="JPEG")),
        ("painting", picture(kind="WEBP")),
        ("music", tune()),
        ("music", b"X:1\nT:A\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|\n"),
        ("literature", POEM),
    ],
)
def test_a_work_comes_from_standard_input(call, medium, data):
    done = call(medium, "analyze", "-", "--json", stdin=data)
    assert done.code == 0, done.err
    assert json.loads(done.text)["findings"]


@pytest.mark.parametrize(
    ("medium", "data", "said"),
    [
        ("painting", b"", "standard input is empty"),
        ("painting", b"\0\1\2\3" * 9, "is of no kind that is known"),
        ("music", picture(), "usually a .png file; music reads"),
        ("painting", picture()[:300], "standard input"),
    ],
)
def test_what_is_no_work_is_told_without_a_name_of_our_own(call, medium, data, said):
    done = call(medium, "analyze", "-", stdin=data)
    assert done.code in (1, 2) and len(done.errors) == 1
    assert said in done.err and "/tmp" not in done.err and "stdin" not in done.err


def test_a_theme_is_taken_from_a_work_on_standard_input(call):
    done = call("literature", "generate", "--theme-from", "-", "--seed", "1", "--json", stdin=picture())
    assert done.code == 0, done.err
    assert json.loads(done.text)["provenance"]["parents"]


def test_a_work_goes_to_standard_output(call, tmp_path):
    done = call("painting", "generate", "sea", *SMALL, "--seed", "1", "--output", "-")
    assert done.code == 0, done.err
    assert Image.open(io.BytesIO(done.out)).size[0] == 64
    assert not list(tmp_path.iterdir())
    again = call("painting", "analyze", "-", "--json", stdin=done.out)
    assert again.code == 0 and json.loads(again.text)["id"].startswith("sha256:")


def test_a_poem_goes_to_standard_output_as_its_file_is(call, tmp_path):
    call("literature", "generate", "秋月", "--seed", "3", "--output", "a.txt")
    done = call("literature", "generate", "秋月", "--seed", "3", "--output", "-")
    assert done.out == (tmp_path / "a.txt").read_bytes()


@pytest.mark.parametrize("more", [("--json",), ("--count", "2")])
def test_standard_output_takes_one_work_and_nothing_else(call, more):
    done = call("literature", "generate", "moon", "--output", "-", *more)
    assert done.code == 2 and "standard output" in done.err and not done.out


def test_what_an_encoding_lacks_is_shown_all_the_same(tmp_path):
    import os
    import subprocess
    import sys

    for encoding in ("latin-1", "cp1252", "ascii"):
        done = subprocess.run(
            [sys.executable, "-m", "artwright", "literature", "generate", "秋月", "--form", "wujue", "--seed", "3"],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            cwd=tmp_path,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "秋月" in done.stdout.decode("utf-8")
        assert encoding == "ascii" or b"shown as UTF-8" in done.stderr


# ---------------------------------------------------------------------- several files


def test_several_files_are_analyzed_and_a_bad_one_stops_nothing(call, tmp_path):
    for number in (1, 2):
        (tmp_path / f"{number}.png").write_bytes(picture(number))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    done = call("painting", "analyze", "1.png", "bad.png", "nowhere.png", "2.png")
    assert done.code == 1 and len(done.errors) == 2
    assert [line for line in done.text.splitlines() if line.startswith("==")] == ["== 1.png", "== 2.png"]
    told = call("painting", "analyze", "1.png", "bad.png", "nowhere.png", "2.png", "--json")
    rows = json.loads(told.text)["works"]
    assert told.code == 1 and [("error" in r, r["file"]) for r in rows] == [
        (False, "1.png"),
        (True, "bad.png"),
        (True, "nowhere.png"),
        (False, "2.png"),
    ]


@pytest.mark.parametrize(("command", "key"), [("verify", "files"), ("originality", "works")])
def test_other_commands_take_several_files_and_standard_input(call, tmp_path, command, key):
    (tmp_path / "1.png").write_bytes(picture(1))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    done = call(command, "1.png", "bad.png", "-", "--json", stdin=picture(2))
    assert done.code == 1 and [row["file"] for row in json.loads(done.text)[key]] == ["1.png", "bad.png", "-"]
    shown = call(command, "1.png", "bad.png", "-", stdin=picture(2))
    assert shown.code == 1 and "bad.png" in shown.text + shown.err
    assert call(command, "bad.png").code == 1


def test_plots_of_several_files_go_into_a_folder(call, tmp_path):
    for number in (1, 2):
        (tmp_path / f"{number}.png").write_bytes(picture(number))
    done = call("painting", "analyze", "1.png", "2.png", "--plot", "2024.05")
    assert done.code == 0, done.err
    assert sorted(p.name for p in (tmp_path / "2024.05").iterdir()) == ["1.png", "2.png"]
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "1.png").write_bytes(picture(3))
    twice = call("painting", "analyze", "1.png", "more/1.png", "--plot", "plots")
    assert twice.code == 2 and "two of the files" in twice.err


# ---------------------------------------------------------------------- names of outputs


@pytest.mark.parametrize(
    ("output", "names"),
    [
        ("moon-{seed}.txt", ["moon-7.txt", "moon-8.txt", "moon-9.txt"]),
        ("moon-{number:03}.txt", ["moon-001.txt", "moon-002.txt", "moon-003.txt"]),
        ("%03d-100%.txt", ["001-100%.txt", "002-100%.txt", "003-100%.txt"]),
        ("{n}-{seed}.md", ["1-7.md", "2-8.md", "3-9.md"]),
        ("2024.05", ["literature-7.txt", "literature-8.txt", "literature-9.txt"]),
        ("poems/", ["literature-7.txt", "literature-8.txt", "literature-9.txt"]),
    ],
)
def test_several_works_go_into_a_folder_or_by_a_pattern(call, tmp_path, output, names):
    done = call(
        "literature",
        "generate",
        "秋月",
        "--form",
        "wujue",
        "--best-of",
        "1",
        "--count",
        3,
        "--seed",
        7,
        "--output",
        output,
    )
    assert done.code == 0, done.err
    found = sorted(p.name for p in tmp_path.rglob("*") if p.is_file() and not p.name.endswith(".json"))
    assert found == names and len(done.text.splitlines()) == 3


@pytest.mark.parametrize("output", ["2024.05", "v1.2", "there", "new/"])
def test_one_work_goes_into_a_folder(call, tmp_path, output):
    (tmp_path / "there").mkdir()
    done = call("literature", "generate", "秋月", "--form", "wujue", "--seed", "7", "--output", output)
    assert done.code == 0, done.err
    assert (tmp_path / output / "literature-7.txt").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--count", "2", "--output", "moon.txt"), "moon-{seed}.txt"),
        (("--count", "2", "--output", "moon-%d.png"), "cannot be written as '.png'"),
        (("--output", "moon.05x"), "cannot be written as '.05x'"),
        (("--count", "1001"), "1001 is not in the range"),
        (("--count", "2", "--seed", 2**63 - 1), "the seed is 9223372036854775808"),
        (("--seed", "-1"), "the seed is -1"),
        (("--seed", 10**400), "the seed is 1000"),
    ],
)
def test_outputs_that_cannot_be_are_refused_before_a_work_is_made(call, tmp_path, arguments, said):
    done = call("literature", "generate", "moon", *arguments)
    assert done.code == 2 and said in done.err and len(done.errors) == 1
    assert len(done.err) < 2500 and not list(tmp_path.iterdir())


def test_an_output_of_a_pattern_that_exists_is_kept(call, tmp_path):
    (tmp_path / "moon-8.txt").write_text("mine")
    done = call("literature", "generate", "moon", "--count", "3", "--seed", "7", "--output", "moon-{seed}.txt")
    assert done.code == 1 and "exists and is kept" in done.err
    assert [p.name for p in tmp_path.iterdir()] == ["moon-8.txt"]
