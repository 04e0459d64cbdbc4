"""Options that are places, replay of strangers' files, and works made from a person's own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import plugin_places
import pytest
from artwright import Studio
from artwright.core.commands.medium import MediumGroup
from artwright.core.commands.session import Session
from artwright.core.commands.verify import verify as verify_command
from artwright.core.commands.works import replay as replay_command
from artwright.core.commands.works import works as works_command
from artwright.core.errors import ArtwrightError, InputError, OptionError, OutputError, UsageError
from artwright.core.loader import PluginHost
from artwright.core.places import LONGEST_CONTENT
from artwright.core.provenance import replay, verify
from artwright.core.style import Style
from click.testing import CliRunner

MARKS = plugin_places.Marks()


@pytest.fixture
def studio(tmp_path, monkeypatch):
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    host = PluginHost([])
    host.add(plugin_places, "places-plugin")
    return Studio(tmp_path / "home", host=host)


@pytest.fixture
def run(studio):
    def run_(command, *arguments):
        session = Session()
        session.__dict__.update(host=studio.host, studio=studio)
        done = CliRunner().invoke(command, [str(a) for a in arguments], obj=session)
        if done.exception and not isinstance(done.exception, SystemExit | ArtwrightError):
            raise done.exception
        return done

    return run_


def files(folder="."):
    return sorted(str(p.relative_to(folder)) for p in Path(folder).rglob("*") if p.is_file())


# ------------------------------------------------------------------ what is recorded


@pytest.mark.parametrize(
    "content", [b"\x01\x02", "文字".encode(), b"\xff\xfe\x00", b"", b"\x07" * (LONGEST_CONTENT + 1)]
)
def test_a_work_made_with_a_file_is_made_again_without_it(studio, content):
    Path("my pattern.bin").write_bytes(content)
    made = studio.generate("marks", "sea", seed=3, options={"pattern": "my pattern.bin", "log": "log.txt"})
    recorded = made.provenance.options
    assert "log" not in recorded and "steps" not in recorded
    assert recorded["pattern"]["name"] == "my pattern.bin" and "desk" not in json.dumps(dict(recorded))
    assert made.payload[3:] == tuple(content)
    studio.save(made, "a.marks")
    for path in ("my pattern.bin", "log.txt"):
        Path(path).unlink()
    again = replay(studio, studio.load("a.marks"))
    assert again == made and again.provenance == made.provenance
    assert files() == ["a.marks"], "replay writes nothing"


def test_a_long_input_can_be_given_where_the_library_lacks_it(studio, run):
    Path("p.bin").write_bytes(b"\x05" * (LONGEST_CONTENT + 9))
    studio.save(studio.generate("marks", "sea", seed=3, options={"pattern": "p.bin"}), "a.marks")
    shutil.rmtree(studio.home)
    with pytest.raises(InputError, match=r"'p\.bin' .* give it with --from FILE"):
        replay(studio, studio.load("a.marks"))
    Path("p.bin").rename("moved.bin")
    done = run(replay_command, "a.marks", "--from", "moved.bin", "--output", "b.marks")
    assert done.exit_code == 0 and "the same work" in done.stderr
    assert Path("a.marks").read_bytes() == Path("b.marks").read_bytes()


def test_words_in_place_of_a_file_stay_words(studio):
    Path("none").write_bytes(b"\x09")
    made = studio.generate("marks", "sea", seed=3, options={"pattern": "none"})
    assert made.provenance.options["pattern"] == "none" and len(made.payload) == 3 and replay(studio, made) == made
    with pytest.raises(InputError, match=r"there is no file 'gone' for --pattern"):
        studio.generate("marks", "sea", seed=3, options={"pattern": "gone"})


@pytest.mark.parametrize("option", ["log", "steps"])
def test_outputs_of_options_are_kept_unless_forced(studio, run, option):
    if option == "log":
        Path("there").write_text("mine")
    else:
        Path("there").mkdir()
        Path("there/0.txt").write_text("mine")
    before = {name: Path(name).read_text() for name in files()}
    group = MediumGroup(MARKS)
    done = run(group, "generate", "sea", "--seed", "1", f"--{option}", "there", "--output", "a.marks")
    assert isinstance(done.exception, OutputError) and f"--{option}" in str(done.exception)
    assert {name: Path(name).read_text() for name in files()} == before
    with pytest.raises(OutputError):
        studio.generate("marks", "sea", options={option: "there"})
    done = run(group, "generate", "sea", "--seed", "1", f"--{option}", "there", "--output", "a.marks", "--force")
    assert done.exit_code == 0 and "mine" not in {Path(name).read_text() for name in files()}


def test_outputs_are_for_one_work(studio):
    with pytest.raises(InputError, match="--log writes a file of one work"):
        studio.generate("marks", "sea", candidates=2, options={"log": "a.txt"})
    with pytest.raises(OptionError, match="both write"):
        studio.generate("marks", "sea", options={"log": "same", "steps": "same"})
    with pytest.raises(OutputError, match="is a file; name a folder with --steps"):
        Path("f").write_text("")
        studio.generate("marks", "sea", options={"steps": "f"})


# ------------------------------------------------------------------ a stranger's file


def forged(studio, name="forged.marks", **changes):
    """A file with a manifest in which something was changed, as anybody can with an editor."""
    studio.save(studio.generate("marks", "sea", seed=3), "good.marks")
    row = json.loads(Path("good.marks").read_text())
    manifest = json.loads(row["manifest"])
    manifest["provenance"].update(changes)
    row["manifest"] = json.dumps(manifest)
    Path(name).write_text(json.dumps(row))
    Path("good.marks").unlink()
    return Path(name)


@pytest.mark.parametrize("place", ["victim.txt", "../victim.txt", "/tmp/artwright-victim", "~/victim", "sub/dir/x"])
def test_no_output_of_a_manifest_is_obeyed(studio, run, place, tmp_path):
    path = forged(studio, options={"marks": 3, "log": place, "steps": place + "s", "pattern": ""})
    before = files(tmp_path)
    done = run(replay_command, path, "--output", "out.marks")
    assert done.exit_code == 0 and not Path(place).exists() and not Path(place + "s").exists()
    assert set(files(tmp_path)) - set(before) == {"desk/out.marks"}


@pytest.mark.parametrize(
    "pattern",
    [
        "/etc/hostname",
        "../home/secret",
        "secret",
        {"name": "/etc/hostname"},
        {"sha256": "../../secret"},
        ["secret"],
        {},
    ],
)
def test_no_file_of_a_manifest_is_read(studio, run, pattern):
    Path("secret").write_bytes(b"\x2a" * 5)
    path = forged(studio, options={"marks": 3, "pattern": pattern})
    done = run(replay_command, path, "--output", "out.marks")
    if Path("out.marks").exists():
        assert "42, 42" not in Path("out.marks").read_text()
    assert isinstance(done.exception, ArtwrightError) or pattern == {}
    assert "\n" not in str(done.exception)


@pytest.mark.parametrize(
    "parent", ["secret.marks", "./secret.marks", "3f9a", "sha256:" + "0" * 63, "SHA256:" + "A" * 64, "", "../home"]
)
def test_parents_are_full_ids_and_never_paths(studio, run, parent):
    studio.save(MARKS.artwork((42, 42)), "secret.marks")
    path = forged(studio, operation="transfer_style", parents=[parent], style="sparse")
    done = run(replay_command, path, "--output", "out.marks")
    assert done.exit_code and not Path("out.marks").exists()
    assert "carries no manifest that can be read" in str(done.exception)


def test_a_short_id_in_a_style_is_a_parent_or_a_name(studio):
    other = studio.generate("marks", "moon", seed=8)
    with pytest.raises(UsageError):
        replay(studio, replace_style(studio, other.short_id))


def replace_style(studio, style):
    work = studio.generate("marks", "sea", seed=3)
    return work.with_(provenance=replace(work.provenance, style=style))


WATCH = """
import os, sys
from pathlib import Path
from artwright.__main__ import main
here, home = str(Path.cwd().resolve()), os.environ["ARTWRIGHT_HOME"]
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path, flags = os.path.abspath(os.fsdecode(arguments[0])), arguments[2] or 0
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    elif event in ("os.rename", "os.link", "os.symlink"):
        path, writes = os.path.abspath(os.fsdecode(arguments[1])), True
    elif event in ("os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"):
        path, writes = os.path.abspath(os.fsdecode(arguments[0])), True
    else:
        return
    if not path.startswith(("/dev/", "/proc/")) and (writes or "secret.png" in path):
        print("WATCH", "writes" if writes else "reads", path, file=log)
log = open(os.environ["WATCH_LOG"], "w")
sys.addaudithook(watch)
try:
    main(sys.argv[1:])
finally:
    log.flush()
"""


def unmeasured():
    """The environment without the measure of coverage, which writes files of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


@pytest.mark.parametrize("kind", ["outputs", "inputs", "parents"])
def test_replay_under_a_watch_of_the_file_system(tmp_path, kind):
    """A real painting with a hostile manifest: nothing but the output is opened to write, nothing secret to read."""
    from artwright.plugins.painting.medium import Painting

    desk = tmp_path / "desk"
    desk.mkdir()
    studio = Studio(tmp_path / "home")
    work = studio.generate("painting", "a lake", seed=1, options={"width": 64, "best_of": 1})
    secret = tmp_path / "secret.png"
    Painting().save(work, secret)
    hostile = {
        "outputs": {
            "options": {
                **work.provenance.options,
                "save_plan": str(tmp_path / "v.txt"),
                "frames": "../f",
                "strokes": "s.svg",
            }
        },
        "inputs": {"options": {**work.provenance.options, "from_sketch": str(secret)}},
        "parents": {"sources": (str(secret),), "parents": (str(secret),)},
    }[kind]
    Painting().save(work.with_(provenance=replace(work.provenance, **hostile)), desk / "a.png")
    before = files(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", WATCH, "replay", "a.png", "--output", "out.png"],
        cwd=desk,
        capture_output=True,
        text=True,
        env={**unmeasured(), "ARTWRIGHT_HOME": str(tmp_path / "home"), "WATCH_LOG": str(tmp_path / "watch.log")},
    )
    seen = (tmp_path / "watch.log").read_text().splitlines()
    touched = {Path(line.split(" ", 2)[2]) for line in seen}
    allowed = [
        p for p in touched if p.name.startswith(".artwright-") or ".artwright-" in str(p) or p == desk / "out.png"
    ]
    others = [
        p
        for p in touched
        if p not in allowed
        and (tmp_path / "home" / "loading") not in (p, *p.parents)
        and p.suffix != ".pyc"
        and "__pycache__" not in str(p)
    ]
    assert others == [], done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") <= 2
    new = {name for name in set(files(tmp_path)) - set(before) if name != "watch.log"}
    assert new <= {"desk/out.png"} and done.returncode == (0 if kind == "outputs" else 2)


# ------------------------------------------------------------------ a person's own works


def test_a_work_made_from_a_file_of_ones_own_is_made_again(studio, run):
    Path("mine.bare").write_text(json.dumps({"marks": [1, 2, 3]}))
    Path("other.marks").write_text(json.dumps({"marks": [5]}))
    mine, other = studio.load("mine.bare"), studio.load("other.marks")
    made = {
        "restored": studio.restore(Path("mine.bare"), seed=1),
        "styled": studio.transfer_style(mine, Style.mix(references=[(other, 1.0)]), seed=1),
        "built": studio.generate("marks", mine, sources=[mine, other], seed=1),
        "themed": studio.generate("marks", Path("mine.bare"), seed=1),
    }
    for name, work in made.items():
        studio.save(work, f"{name}.round")
    assert studio.library.get(mine.id).payload == (1, 2, 3) and made["built"].payload[3:] == (6, 5)
    for name in ("mine.bare", "other.marks"):
        Path(name).unlink()
    for name, work in made.items():
        done = run(replay_command, f"{name}.round", "--output", f"again-{name}.round")
        assert done.exit_code == 0, done.exception
        assert Path(f"{name}.round").read_bytes() == Path(f"again-{name}.round").read_bytes()
        assert replay(studio, work) == work


def test_a_theme_that_came_from_a_file_needs_no_file(studio):
    Path("mine.marks").write_text(json.dumps({"marks": [1, 2, 3]}))
    made = studio.generate("marks", Path("mine.marks"), seed=1)
    Path("mine.marks").unlink()
    shutil.rmtree(studio.home)
    assert replay(studio, made) == made


def test_a_parent_that_was_moved_is_given(studio, run):
    Path("mine.marks").write_text(json.dumps({"marks": [1, 2, 3]}))
    made = studio.restore(Path("mine.marks"), seed=1)
    studio.save(made, "a.marks")
    shutil.rmtree(studio.home)
    Path("mine.marks").rename("moved.marks")
    done = run(replay_command, "a.marks", "--output", "b.marks")
    assert isinstance(done.exception, UsageError) and "give it with --from FILE" in str(done.exception)
    done = run(replay_command, "a.marks", "--from", "moved.marks", "--output", "b.marks")
    assert done.exit_code == 0 and not (studio.home / "works").exists()
    run(works_command, "add", "moved.marks")
    assert run(replay_command, "a.marks", "--output", "c.marks").exit_code == 0


def test_works_are_added_found_shown_and_removed(studio, run):
    for number, word in enumerate(("storm", "swell", "calm")):
        studio.generate("marks", f"sea {word}", seed=number)
    Path("mine.marks").write_text(json.dumps({"marks": [7], "manifest": "\x1b]0;x\x07"}))
    added = json.loads(run(works_command, "add", "mine.marks", "--json").stdout)["works"][0]
    assert Path(added["file"]).read_bytes() == Path("mine.marks").read_bytes()
    assert len(run(works_command, "--limit", "2").stdout.splitlines()) == 2
    assert len(json.loads(run(works_command, "--json").stdout)["works"]) == 4
    found = json.loads(run(works_command, "find", "SEA", "stencil", "--json").stdout)["works"]
    assert len(found) == 3 and run(works_command, "find", "SWELL").stdout.count("\n") == 1
    shown = run(works_command, "show", found[0]["id"][7:15]).stdout
    assert "operation: generate" in shown and "seed: 2" in shown
    removed = run(works_command, "remove", found[0]["id"], found[1]["id"][7:19])
    assert removed.exit_code == 0 and len(studio.library.entries()) == 2
    assert run(works_command, "remove", "ffff").exit_code != 0


# ------------------------------------------------------------------ verify and replay tell the truth


@pytest.mark.parametrize("suffix", [".marks", ".bare", ".round"])
def test_a_file_just_written_is_unchanged(studio, run, suffix):
    work = studio.generate("marks", "sea", seed=3)
    path = studio.save(work, f"a{suffix}")
    done = run(verify_command, path)
    assert done.exit_code == 0 and "verdict: unchanged" in done.stdout and "proof: unsigned" in done.stdout
    assert "created: 20" in done.stdout, "the library knows when"
    row = json.loads(path.read_text())
    row["marks"][0] += 2
    path.write_text(json.dumps(row))
    studio.save(work, f"b{suffix}")
    done = run(verify_command, f"b{suffix}", path, "--json")
    assert [row["verdict"] for row in json.loads(done.stdout)["files"]] == ["unchanged", "changed"]
    assert done.exit_code == 1


def test_replay_ends_with_1_for_another_work(studio, run):
    path = forged(studio, seed=4)
    done = run(replay_command, path, "--output", "b.marks")
    assert done.exit_code == 1 and "another work" in done.stderr and Path("b.marks").exists()
    assert isinstance(run(replay_command, path, "--output", "b.marks").exception, OutputError)


def test_what_a_manifest_says_cannot_act_on_the_terminal(studio, run):
    evil = "\x1b]0;x\x07\rverdict: \x9b31m\u202eunchanged\nproof: signed"
    path = forged(studio, theme={"text": evil}, model=evil, style=evil, notes={evil: evil}, options={evil: [evil]})
    row = json.loads(path.read_text())
    row["marks"] = [0]
    path.write_text(json.dumps(row))
    for command in (
        [verify_command, path],
        [works_command, "add", path],
        [works_command, "show", MARKS.artwork((0,)).id],
    ):
        shown = run(*command).stdout
        assert not set(shown) & set("\x1b\x07\r\x9b\u202e") and "\nproof: signed" not in shown
    assert verify(studio.load(path))["verdict"] == "changed"


def test_a_painting_made_with_files_beside_it_is_made_again(tmp_path):
    studio = Studio(tmp_path / "home")
    options = {
        "width": 64,
        "best_of": 1,
        "frame_count": 3,
        "frames": str(tmp_path / "f"),
        "save_plan": str(tmp_path / "p"),
    }
    work = studio.generate("painting", "a lake", seed=1, model="atelier", options=options)
    assert {"frames", "frame_count", "save_plan", "strokes"} & set(work.provenance.options) == set()
    assert len(files(tmp_path / "f")) == 3 and replay(studio, work) == work
    again = studio.generate(
        "painting", "a lake", seed=1, model="atelier", options={"width": 64, "plan": str(tmp_path / "p")}
    )
    (tmp_path / "p").unlink()
    assert again.provenance.options["plan"]["name"] == "p" and replay(studio, again) == again


def test_what_is_recorded_of_any_model_can_be_asked_of_it_again(tmp_path):
    from artwright.core.places import lend_options, recorded_options, replayed_options

    studio = Studio(tmp_path / "home")
    for medium in studio.registry.media:
        for _, model in studio.registry.models(medium):
            type_ = model.options_type()
            for operation in model.operations & {"generate", "transfer_style", "restore"}:
                recorded = recorded_options(type_())
                asked = replayed_options(type_, json.loads(json.dumps(recorded)))
                with lend_options(type_, asked, model=model.name, keeper=studio.library, operation=operation) as given:
                    assert given.recorded == recorded
