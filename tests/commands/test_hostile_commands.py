"""The command line asked wrongly in every way: exit code 1 or 2 and one line that says what to do, never a traceback and
never the wish that a mistake of the person be reported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

MEDIA = {"painting": ".png", "music": ".mid", "literature": ".txt", "film": ".mp4"}
LONG = "x" * 300
WRONG_FILES = ["missing", "folder", "empty", "junk", "text", "long", "bytes", "link", "other", "nothing", "zeros"]


@pytest.fixture
def place(tmp_path):
    """Give the name of a file that is wrong in some way."""

    def make(kind: str, suffix: str) -> str:
        path = tmp_path / f"{kind}{suffix}"
        match kind:
            case "folder":
                path.mkdir(exist_ok=True)
            case "empty":
                path.write_bytes(b"")
            case "junk":
                path.write_bytes(bytes(range(256)) * 20)
            case "zeros":
                path.write_bytes(bytes(5000))
            case "text":
                path.write_text("\x00\x1b[31m")
            case "long":
                return LONG + suffix
            case "bytes":
                return os.fsdecode(b"caf\xe9") + suffix
            case "link":
                path.symlink_to(tmp_path / "nowhere")
            case "other":
                path = tmp_path / "a.xyz"
                path.write_text("what is this")
            case "nothing":
                return ""
        return str(path)

    return make


def refused(done):
    assert done.code in (1, 2), (done.code, done.out[:300], done.err[:300])
    assert len(done.errors) == 1, done.err
    assert "Traceback" not in done.err and "report it" not in done.err, done.err
    assert "\x1b" not in done.err and len(done.err) < 3000
    assert not done.out
    return done.err


@pytest.mark.parametrize("kind", WRONG_FILES)
@pytest.mark.parametrize("medium", MEDIA)
def test_a_wrong_file_is_told_by_every_verb_that_reads_one(call, place, medium, kind):
    file = place(kind, MEDIA[medium])
    verbs = [(medium, "analyze", file)]
    if medium != "film":
        style = {"painting": "monet", "music": "bach", "literature": "qijue"}[medium]
        verbs += [(medium, "transfer-style", file, "--style", style), (medium, "restore", file)]
    for words in (*verbs, ("verify", file), ("replay", file, "--output", "again" + MEDIA[medium])):
        refused(call(*words))


@pytest.mark.parametrize("kind", [k for k in WRONG_FILES if k not in ("text",)])
def test_a_wrong_source_of_a_theme_is_told(call, place, kind):
    for suffix in (".png", ".mid"):
        file = place(kind, suffix)
        refused(call("literature", "generate", "--theme-from", file))
        refused(call("film", "generate", "moon", "--from", file))


def png(path):
    from PIL import Image

    Image.new("RGB", (64, 48), (200, 30, 30)).save(path)
    return str(path)


@pytest.mark.parametrize(
    "words",
    [
        ("--style", "no-such-style"),
        ("--style", ""),
        ("--style", "monet:"),
        ("--style", "monet:x"),
        ("--style", LONG),
        ("--style", "monet:0"),
        ("--seed", "x"),
        ("--seed", "-3"),
        ("--seed", "1.5"),
        ("--seed", 10**30),
        ("--count", "0"),
        ("--count", "x"),
        ("--candidates", "65"),
        ("--model", "no-such-model"),
        ("--model", ""),
        ("--model", "a:b:c"),
        ("--width", "x"),
        ("--width", "-5"),
        ("--width", "9" * 5000),
        ("--width", "nan"),
        ("--time", "yesterday"),
        ("-o", "width"),
        ("-o", "width", ""),
        ("-o", "", "3"),
        ("-o", "no_such", "3"),
        ("-o", "width", "3", "-o", "width", "4"),
        ("--no-such-flag",),
        ("--output", "a.xyz"),
        ("--output", "a"),
        ("--output", ""),
        ("--output", LONG + ".png"),
        ("--output", "/proc/none/a.png"),
        ("--output", "file/a.png"),
        ("--device", "no-such-device"),
        ("--device", "cuda:99"),
        ("--from", "nowhere.png"),
        ("--plan", "nowhere.json"),
        ("--theme-from", "nowhere.png"),
        ("extra",),
    ],
)
def test_generate_asked_wrongly(call, tmp_path, words):
    (tmp_path / "file").write_text("a file, not a folder")
    done = call("painting", "generate", "sea", "--width", "64", "--best-of", "1", *words)
    if words == ("--output", "a"):  # a folder that is not there yet
        assert done.code == 0
        return
    refused(done)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("theme", ["", " ", "...", "😀", "\udcff", "a" * 3000, "1 2 3", "\u200b"])
@pytest.mark.parametrize("medium", ["painting", "music", "literature"])
def test_what_is_no_theme_is_told_by_every_medium(call, medium, theme):
    for verb in ("generate", "inspire"):
        refused(call(medium, verb, theme))


@pytest.mark.parametrize(
    "theme", ["\x1b[31mred\x07 moon", "moon\rmoon", "moon\u202emoon", "月" * 60, "moon\nmoon", "a.b/c\\d:e*?"]
)
def test_a_strange_theme_makes_a_work_with_a_plain_name(call, tmp_path, theme):
    done = call("painting", "generate", theme, "--width", "64", "--best-of", "1", "--seed", "1")
    assert done.code == 0, done.err
    assert b"\x1b" not in done.out and "\x1b" not in done.err and "\x07" not in done.err
    (file,) = [p for p in tmp_path.iterdir() if p.suffix == ".png"]
    assert file.name.isprintable() and file.parent == tmp_path
    shown = call("verify", file.name)
    assert b"\x1b" not in shown.out and b"\x07" not in shown.out and b"\r" not in shown.out


@pytest.mark.parametrize("medium", ["painting", "music", "literature"])
@pytest.mark.parametrize("kind", ["missing", "empty-folder", "junk-folder", "file", "long", "nothing"])
def test_a_wrong_folder_to_learn_from_or_to_measure_is_told(call, tmp_path, medium, kind):
    where = tmp_path / "2024.05"
    match kind:
        case "empty-folder":
            where.mkdir()
        case "junk-folder":
            where.mkdir()
            (where / f"a{MEDIA[medium]}").write_bytes(b"\0junk")
        case "file":
            where.write_bytes(b"\0junk")
        case "long":
            where = tmp_path / LONG
    folder = "" if kind == "nothing" else where
    refused(call(medium, "train", folder, "--name", "mine", "--minutes", "0.01"))
    refused(call(medium, "evaluate", folder))


@pytest.mark.parametrize(
    "words",
    [
        ("train", ".", "--name", "../up"),
        ("train", ".", "--name", ""),
        ("train", ".", "--name", LONG),
        ("train", ".", "--name", "a", "--minutes", "0"),
        ("train", ".", "--name", "a", "--minutes", "nan"),
        ("train", ".", "--name", "a", "--minutes", "x"),
        ("train", "."),
        ("evaluate",),
        ("evaluate", ".", "--generated", "."),
        ("transfer-style",),
        ("inspire", "sea", "--count", "0"),
        ("analyze",),
        ("analyze", "a", "--language", "fr"),
        ("no-such-verb",),
    ],
)
@pytest.mark.parametrize("medium", ["painting", "music", "literature"])
def test_verbs_asked_wrongly(call, medium, words):
    refused(call(medium, *words))


@pytest.mark.parametrize(
    "words",
    [
        ("transfer-style", "a.png", "--style", "monet", "--strength", "2"),
        ("transfer-style", "a.png", "--style", "monet", "--strength", "nan"),
        ("transfer-style", "a.png", "--style", "poem.txt"),
        ("transfer-style", "a.png", "--style", "monet", "--style", "nobody"),
        ("transfer-style", "a.png"),
        ("restore", "a.png", "--region", "everywhere"),
        ("restore", "a.png", "--region", "0,0,0,0"),
        ("restore", "a.png", "--region", "-9,-9,1,1"),
        ("restore", "a.png", "--region", "9" * 5000 + ",1,1,1"),
        ("restore", "a.png", "--mask", "poem.txt"),
        ("restore", "a.png", "--mask", "nowhere.png"),
        ("restore", "a.png", "--mask", "."),
        ("analyze", "a.png", "--plot", "plot.xyz"),
        ("analyze", "a.png", "--plot", "."),
        ("analyze", "poem.txt"),
        ("generate", "sea", "--theme-from", "a.png"),
    ],
)
def test_operations_on_a_picture_asked_wrongly(call, tmp_path, words):
    png(tmp_path / "a.png")
    (tmp_path / "poem.txt").write_text("The moon is up.\n")
    refused(call("painting", *words))


PIECES = [
    "",
    "[]",
    "steps",
    "steps: {}",
    "steps: []",
    "steps: {a: 1}",
    "steps: {a: {}}",
    "steps: {a: {medium: nobody, theme: x}}",
    "steps: {a: {medium: literature}}",
    "steps: {a: {medium: literature, theme: ''}}",
    "steps: {a: {medium: literature, theme: 12345}}",
    "steps: {a: {medium: literature, theme: [x]}}",
    'steps: {a: {medium: literature, theme: "\\ud800"}}',
    "steps: {a: {medium: literature, theme: x, seed: -1}}",
    "steps: {a: {medium: literature, theme: x, seed: 99999999999999999999999}}",
    f"steps: {{a: {{medium: literature, theme: x, seed: {'9' * 5000}}}}}",
    "steps: {a: {medium: literature, theme: x, candidates: 0}}",
    "steps: {a: {medium: literature, theme: x, strength: .nan}}",
    "steps: {a: {medium: literature, theme: x, style: /etc/hosts}}",
    "steps: {a: {medium: literature, theme: x, style: '**'}}",
    f"steps: {{a: {{medium: literature, theme: x, style: {LONG}}}}}",
    "steps: {a: {medium: literature, theme: x, output: ../x.txt}}",
    "steps: {a: {medium: literature, theme: x, output: /tmp/x.txt}}",
    f"steps: {{a: {{medium: literature, theme: x, output: {LONG}.txt}}}}",
    "steps: {a: {medium: literature, theme: x, options: {form: sonet}}}",
    "steps: {a: {medium: literature, theme: x, options: {no_such: 1}}}",
    "steps: {a: {medium: literature, theme: x, options: [1]}}",
    "steps: {a: {medium: literature, theme: x, options: {form: {a: {b: c}}}}}",
    "steps: {a: {medium: literature, theme_from: a}}",
    "steps: {a: {medium: literature, theme: '{nothing}'}}",
    "steps: {a: {medium: literature, theme: '{'}}",
    "steps: {A B: {medium: literature, theme: x}}",
    "steps: {1: {medium: literature, theme: x}}",
    "steps: {a: {medium: literature, theme: x}}\npage: ../index.html",
    "steps: {a: {medium: literature, theme: x}}\npage: index",
    "steps: {a: {medium: literature, theme: x}}\nvalues: [a]",
    "steps: {a: {medium: literature, theme: x}}\nvalues: {a: {b: c}}",
    "title: !!python/object:os.system [x]",
    "a: &a [*a]",
    "%YAML 9.9\n---\nsteps: {}",
    "\t- x",
    "{" * 2000,
    "\x00",
    "? x",
    "steps: {a: {medium: literature, theme: x, seed: 2020-13-45}}",
]


@pytest.mark.parametrize("text", PIECES, ids=range(len(PIECES)))
def test_a_wrong_piece_is_told(call, tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    done = call("piece", "run", "a.yaml", "--out", "out")
    assert done.code in (1, 2) and done.errors and not done.out, done.err
    assert all(line.startswith("artwright: ") for line in done.errors) and "Traceback" not in done.err, done.err
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]


@pytest.mark.parametrize("kind", [k for k in WRONG_FILES if k not in ("other",)])
def test_a_file_that_is_no_piece_is_told(call, place, kind):
    refused(call("piece", "run", place(kind, ".yaml"), "--out", "out"))


@pytest.mark.parametrize(
    "words",
    [
        ("no-such-command",),
        ("--no-such-flag",),
        ("models", "list", "nobody"),
        ("models", "show", "nobody"),
        ("styles", "nobody"),
        ("works", "--medium", "nobody"),
        ("works", "--limit", "0"),
        ("feedback", "rate", "nowhere", "3"),
        ("feedback", "rate", "nowhere", "x"),
        ("feedback", "rate", "nowhere", "9"),
        ("feedback", "rate"),
        ("feedback", "rate", LONG, "3"),
        ("feedback", "prefer", "a", "b"),
        ("feedback", "comment", "nowhere", "hm"),
        ("feedback", "tag", "nowhere", "x"),
        ("feedback", "import", "nowhere.jsonl"),
        ("feedback", "import", "."),
        ("feedback", "import", LONG),
        ("feedback", "export", "--output", "/proc/none/x"),
        ("feedback", "backup", "/proc/none/x"),
        ("feedback", "taste", "nobody"),
        ("plugins", "check", "nobody"),
        ("plugins", "enable", "nobody"),
        ("plugins", "disable", "nobody"),
        ("plugins", "disable", "painting"),
        ("plugins", "new", "no good name"),
        ("plugins", "new", "artwright-x", "--kind", "nothing"),
        ("plugins", "new", ""),
        ("piece", "run"),
        ("piece", "run", "a.yaml", "--set", "novalue"),
        ("demo", "moon", "--seed", "-1"),
        ("demo", "moon", "--seed", 2**63),
        ("demo", "...", "--out", "demo"),
        ("verify",),
        ("replay", "a.png"),
        ("--device",),
    ],
)
def test_other_commands_asked_wrongly(call, words):
    refused(call(*words))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ARTWRIGHT_SEED", "x"),
        ("ARTWRIGHT_MODEL", "nobody"),
        ("ARTWRIGHT_DEVICE", "toaster"),
        ("ARTWRIGHT_DATABASE_URL", "nonsense"),
        ("ARTWRIGHT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x"),
        ("ARTWRIGHT_HOME", "/proc/none"),
        ("ARTWRIGHT_HOME", "/dev/null"),
    ],
)
def test_a_wrong_variable_is_told(call, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    words = ("feedback", "list") if "DATABASE" in name else ("feedback", "comment", "a", "b")
    refused(
        call(
            *(
                ("literature", "generate", "moon")
                if name in ("ARTWRIGHT_SEED", "ARTWRIGHT_MODEL", "ARTWRIGHT_DEVICE")
                else words
            )
        )
    )


def test_a_figure_that_is_not_finite_is_null_in_json(call, tmp_path, monkeypatch):
    from artwright.core.requests import Analysis
    from artwright.core.studio import Studio

    png(tmp_path / "a.png")
    findings = {"a": float("nan"), "b": [float("inf"), {"c": -float("inf")}], "d": 1.5}
    monkeypatch.setattr(Studio, "analyze", lambda self, *_, **__: Analysis(medium="painting", findings=findings))
    done = call("painting", "analyze", "a.png", "--json")
    assert json.loads(done.text)["findings"] == {"a": None, "b": [None, {"c": None}], "d": 1.5}


def test_a_word_that_is_no_utf8_is_told(tmp_path):
    for word in (b"caf\xe9", b"\xff\xfe"):
        done = subprocess.run(
            [sys.executable, "-m", "artwright", "literature", "generate", word],
            capture_output=True,
            cwd=tmp_path,
            check=False,
        )
        assert done.returncode == 2 and b"not UTF-8" in done.stderr and len(done.stderr.splitlines()) == 1
