"""Nothing is overwritten without --force, by any option of any command; with it, links are followed and modes kept."""

import json
import os
import shutil
import stat
import sys
import threading
from pathlib import Path

import click
import pytest
from artwright import Studio
from artwright.cli import cli
from artwright.core.commands.session import Session
from artwright.core.errors import ArtwrightError, InputError, OutputError
from artwright.core.files import atomic, check_output, place_files, write_text
from click.testing import CliRunner

# Every option and argument that is a place, by what it does with it. A new one must be entered here.
READS = {
    "generate": {"theme_from", "sources", "style"},
    "inspire": {"theme_from"},
    "analyze": {"files"},
    "transfer-style": {"file", "styles"},
    "restore": {"file", "mask"},
    "evaluate": {"path", "generated", "reference"},
    "train": {"folder"},
    "originality": {"files", "against", "folder"},
    "verify": {"files"},
    "replay": {"file", "sources"},
    "works add": {"files"},
    "check": {"files"},
    "convert": {"source", "soundfont"},
    "stems": {"source", "soundfont"},
    "feedback import": {"file"},
    "feedback taste": {"brought"},
    "keys sign": {"files"},
    "lesson mark": {"answer"},
    "models optimize": {"corpus"},
    "strip": {"file"},
    "works claim": {"files"},
    "piece run": {"file"},
    "piece check": {"file"},
    "piece resume": {"folder"},
    "piece status": {"folder"},
    "piece clean": {"folder"},
    "piece lock": {"folder"},
    "piece graph": {"file"},
    "piece export": {"folder"},
}
WRITES = {
    "generate": {"output"},
    "transfer-style": {"output"},
    "restore": {"output"},
    "analyze": {"plot"},
    "train": {"output"},
    "replay": {"output"},
    "demo": {"out"},
    "piece run": {"out"},
    "piece graph": {"output"},
    "piece export": {"output"},
    "feedback export": {"output"},
    "feedback page": {"output"},
    "feedback taste": {"exported"},
    "keys export": {"output"},
    "models optimize": {"into"},
    "stems": {"folder"},
    "strip": {"output"},
    "feedback backup": {"file"},
    "plugins new": {"output"},
    "styles invent": {"sheet"},
    "plan": {"output"},
    "convert": {"target"},
    "set": {"output"},
    "accompany": {"output"},
}


def walk(command, ctx, path=()):
    """(path, command) of all commands there are."""
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            yield from walk(below, click.Context(below, parent=ctx, obj=ctx.obj), (*path, name))
    else:
        yield path, command


def is_place(parameter):
    told = f"{parameter.metavar or ''} {getattr(parameter, 'help', '') or ''}".upper()
    return not isinstance(parameter.type, click.Choice) and (
        isinstance(parameter.type, click.Path)
        or "FILE" in (parameter.metavar or "").upper()
        or "FOLDER" in told.split()
    )


def test_every_place_of_every_command_is_known_and_those_that_write_have_force():
    from artwright.core.options import Options

    session = Session()
    ctx = click.Context(cli, obj=session)
    media = set(session.studio.registry.media)
    for path, command in walk(cli, ctx):
        name = " ".join(path[1:] if path[0] in media else path)
        own = set()
        if path[0] in media:
            for _, spec in session.studio.registry.models(path[0]):
                own |= set(spec.options_type().model_fields) - set(Options.model_fields)
        places = {p.name.removeprefix("option_") for p in command.params if is_place(p)} - own
        assert places <= READS.get(name, set()) | WRITES.get(name, set()), (name, places)
        if WRITES.get(name, set()) & places and name not in ("plugins new", "models optimize"):  # never replace
            assert "force" in {p.name for p in command.params}, name


def test_options_of_models_that_name_places_are_marked():
    """A field whose description speaks of a file or folder is an `input_file` or `output_file`."""
    registry = Studio().registry
    for medium in registry.media:
        for _, spec in registry.models(medium):
            type_ = spec.options_type()
            marked = {*type_.inputs(), *type_.outputs()}
            for name, field in type_.model_fields.items():
                told = (field.description or "").lower().replace(",", " ").split()
                if field.annotation is str and {"file", "folder", "path"} & set(told):
                    assert name in marked, f"{medium} {spec.name}: {name}"


# ------------------------------------------------------------------ each that writes


def run(*arguments):
    done = CliRunner().invoke(cli, [str(a) for a in arguments], obj=Session())
    if done.exception and not isinstance(done.exception, SystemExit | ArtwrightError):
        raise done.exception
    return done


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """A folder with a poem, a tune, two pictures, a piece, and a home that knows them."""
    folder = tmp_path_factory.mktemp("laid")
    studio = Studio(folder / "home")
    work = studio.generate("literature", "autumn moon", options={"form": "haiku"}, seed=1)
    studio.save(work, folder / "poem.txt")
    studio.feedback.rate(work, 4, user="ann")
    studio.feedback.close()
    (folder / "p.yaml").write_text(
        "steps:\n  a: {medium: literature, theme: sea, options: {form: haiku}, output: a.txt}\n"
    )
    (folder / "tune.abc").write_text("X:1\nT:a tune\nK:C\nCDEF|\n")
    (folder / "pictures").mkdir()
    picture = studio.generate("painting", "a lake", options={"width": 64, "best_of": 1}, seed=1)
    for number in range(2):
        studio.save(picture, folder / f"pictures/{number}.png")
    return folder


@pytest.fixture
def desk(laid, tmp_path, monkeypatch):
    shutil.copytree(laid, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARTWRIGHT_USER", "ann")
    return tmp_path


PAINT = ("painting", "generate", "a lake", "--seed", "1", "-m", "atelier", "--width", "64", "--best-of", "1")
PLAY = ("music", "generate", "sea", "--style", "waltz", "--bars", "4", "--best-of", "1", "--seed", "1")
WRITERS = {
    "generate --output": ("literature", "generate", "sea", "--form", "haiku", "--seed", "1", "--output", "there.txt"),
    "generate --output pattern": (
        "literature",
        "generate",
        "sea",
        "--form",
        "haiku",
        "--seed",
        "1",
        "--output",
        "th{n}ere.txt",
    ),
    "generate --output sidecar": (
        "literature",
        "generate",
        "sea",
        "--form",
        "haiku",
        "--seed",
        "1",
        "--output",
        "beside.txt",
    ),
    "generate --save-plan": (*PAINT, "--output", "new.png", "--save-plan", "there.json"),
    "generate --strokes": (*PAINT, "--output", "new.png", "--strokes", "there.svg"),
    "generate --frames": (*PAINT, "--output", "new.png", "--frames", "there"),
    "generate -o save_plan": (*PAINT, "--output", "new.png", "-o", "save-plan", "there.json"),
    "music --save-plan": (*PLAY, "--output", "new.mid", "--save-plan", "there.json"),
    "transfer-style --output": (
        "literature",
        "transfer-style",
        "poem.txt",
        "--style",
        "dickens",
        "--output",
        "there.txt",
    ),
    "restore --output": ("painting", "restore", "pictures/0.png", "--region", "0,0,20,20", "--output", "there.png"),
    "analyze --plot": ("painting", "analyze", "pictures/0.png", "--plot", "there.png"),
    "replay --output": ("replay", "poem.txt", "--output", "there.txt"),
    "feedback export --output": ("feedback", "export", "--output", "there.jsonl"),
    "feedback backup": ("feedback", "backup", "there.sqlite3"),
    "piece run --out": ("piece", "run", "p.yaml", "--out", "there"),
    "demo --out": ("demo", "sea", "--out", "there"),
    "convert": ("music", "convert", "tune.abc", "there.mid"),
    "styles invent --sheet": (
        "painting",
        "styles",
        "invent",
        "--name",
        "x",
        "--rounds",
        "1",
        "--brood",
        "2",
        "--sheet",
        "there.png",
    ),
    "train --name": ("painting", "train", "pictures", "-m", "atelier", "--name", "there", "--minutes", "0.1"),
}
MINE = [
    "there.txt",
    "th1ere.txt",
    "beside.txt.artwright.json",
    "there.json",
    "there.svg",
    "there/0000.png",
    "there/index.html",
]
MINE += ["there.mid", "there.png", "there.jsonl", "there.sqlite3", "home/styles/painting/there.json"]
SLOW = ("demo", "painting styles")


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_there_is_kept_unless_forced(desk, name):
    for path in MINE:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("mine")
    arguments = WRITERS[name]
    done = run(*arguments)
    assert isinstance(done.exception, OutputError | InputError), done.output
    assert "--force" in str(done.exception) and "\n" not in str(done.exception)
    assert {path: Path(path).read_text() for path in MINE} == dict.fromkeys(MINE, "mine")
    assert not Path("new.png").exists(), "it is found before the work"
    if not " ".join(arguments).startswith(SLOW):
        done = run(*arguments, "--force")
        assert done.exit_code == 0, (done.exception, done.output)
        changed = [path for path in MINE if Path(path).read_bytes() != b"mine"]
        assert changed or name == "piece run --out"


def test_a_plugin_is_not_written_over(desk):
    run("plugins", "new", "mine")
    before = {p: p.read_bytes() for p in desk.rglob("*mine*/**/*") if p.is_file()}
    assert before and run("plugins", "new", "mine").exit_code != 0
    assert {p: p.read_bytes() for p in before} == before


# ------------------------------------------------------------------ how a file is replaced


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of POSIX")
def test_with_force_links_are_followed_and_modes_kept(tmp_path):
    studio = Studio(tmp_path / "home")
    work = studio.generate("literature", "autumn moon", options={"form": "haiku"}, seed=1)
    (tmp_path / "real").mkdir()
    target, link, dangling = tmp_path / "real" / "a.md", tmp_path / "a.md", tmp_path / "b.md"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    dangling.symlink_to(tmp_path / "real" / "none.md")
    for path in (link, dangling):
        with pytest.raises(OutputError, match="exists and is kept"):
            studio.save(work, path)
        studio.save(work, path, force=True)
        assert path.is_symlink() and "artwright:" in path.read_text()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640 and target.read_text() == dangling.read_text()
    os.umask(0o027)
    try:
        studio.save(work, tmp_path / "c.md")
        assert stat.S_IMODE((tmp_path / "c.md").stat().st_mode) == 0o640
    finally:
        os.umask(0o022)
    with atomic(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and target.read_text() == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
def test_what_is_no_file_is_no_output(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for path in (
        tmp_path / "pipe",
        tmp_path / "link",
        Path("/dev/null"),
        tmp_path,
        tmp_path / ("x" * 300),
        tmp_path / "a\0b",
    ):
        for force in (False, True):
            with pytest.raises(OutputError) as error:
                check_output(path, force=force)
            assert "\n" not in str(error.value)
        with pytest.raises((OutputError, ValueError)):
            write_text(path, "x")
    assert Path("/dev/null").is_char_device()


def test_what_appears_meanwhile_is_kept(tmp_path):
    made, path = tmp_path / "made", tmp_path / "a.txt"
    made.write_text("new")
    path.write_text("somebody's")
    with pytest.raises(OutputError, match="exists and is kept"):
        place_files([(made, path)], force=False)
    assert path.read_text() == "somebody's" and made.exists()
    place_files([(made, path)], force=True)
    assert path.read_text() == "new" and not made.exists()


def test_of_many_who_write_one_file_one_succeeds(tmp_path):
    studio = Studio(tmp_path / "home")
    work = studio.generate("literature", "autumn moon", options={"form": "haiku"}, seed=1)
    told, barrier = [], threading.Barrier(8)

    def save():
        barrier.wait(10)
        try:
            told.append(studio.save(work, tmp_path / "a.md"))
        except OutputError:
            told.append(None)

    threads = [threading.Thread(target=save) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([t for t in told if t]) == 1 and len(told) == 8
    assert [p.name for p in tmp_path.iterdir() if p.name != "home"] == ["a.md"]


def test_a_sidecar_of_the_file_before_goes_with_it(tmp_path):
    studio = Studio(tmp_path / "home")
    work = studio.generate("painting", "a lake", options={"width": 64, "best_of": 1}, seed=1)
    (tmp_path / "a.png.artwright.json").write_text(json.dumps({"title": "another"}))
    with pytest.raises(OutputError, match=r"a\.png\.artwright\.json' exists"):
        studio.save(work, tmp_path / "a.png")
    studio.save(work, tmp_path / "a.png", force=True)
    assert [p.name for p in tmp_path.iterdir() if p.name != "home"] == ["a.png"]
