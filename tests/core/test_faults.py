"""Every write, fsync, rename and folder that is made fails in turn: nothing half-written, nothing lost."""

import builtins
import hashlib
import io
import json
import os
import shutil
from pathlib import Path

import plugin_places
import pytest
from artwright import Studio
from artwright.core.errors import ArtwrightError
from artwright.core.files import atomic, write_text
from artwright.core.library import Library
from artwright.core.loader import PluginHost
from artwright.core.manifest import sidecar
from artwright.core.provenance import verify

MARKS = plugin_places.Marks()
CALLS = [(os, name) for name in ("fsync", "replace", "rename", "link", "mkdir", "chmod", "open")] + [
    (shutil, "copyfile")
]


class Half:
    """A file of which a write leaves half and fails."""

    def __init__(self, file, fault):
        self._file, self._fault = file, fault

    def write(self, data):
        if self._fault("write"):
            self._file.write(data[: len(data) // 2])
            self._file.flush()
            raise OSError(28, "No space left on device")
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        self._file.__enter__()
        return self

    def __exit__(self, *error):
        return self._file.__exit__(*error)


def inject(patch, turn):
    """Make the `turn`-th of the calls that change the disk fail; gives the list of those seen."""
    seen = []

    def fault(name):
        seen.append(name)
        return len(seen) == turn

    def wrap(module, name):
        real = getattr(module, name)

        def call(*arguments, **named):
            reads = name == "open" and not arguments[1] & os.O_CREAT
            if not reads and fault(name):
                raise OSError(5, "Input/output error")
            return real(*arguments, **named)

        patch.setattr(module, name, call)

    for module, name in CALLS:
        wrap(module, name)
    real_open = io.open

    def open_(file, mode="r", *arguments, **named):
        opened = real_open(file, mode, *arguments, **named)
        return Half(opened, fault) if set(mode) & set("wax+") else opened

    patch.setattr(io, "open", open_)
    patch.setattr(builtins, "open", open_)
    return seen


def every_turn(monkeypatch, act, check, least=4):
    """`act` with each call failing in turn, until it comes through; `check(turn, error)` after each."""
    errors = 0
    for turn in range(1, 400):
        with monkeypatch.context() as patch:
            seen = inject(patch, turn)
            try:
                act(turn)
                error = None
            except ArtwrightError as told:
                error = told
                errors += 1
                assert "\n" not in str(told)
        check(turn, error)
        if len(seen) < turn:
            assert error is None and errors >= least and "fsync" in seen
            return errors
    pytest.fail("the steps do not come to an end")


def leftovers(folder):
    return list(folder.rglob(".artwright-*"))


@pytest.fixture
def studio(tmp_path):
    host = PluginHost([])
    host.add(plugin_places, "places-plugin")
    return Studio(tmp_path / "home", host=host)


def test_a_file_is_the_old_one_or_the_new_one(tmp_path, monkeypatch):
    for there in (False, True):
        path = tmp_path / f"a{there}.txt"

        def act(turn, path=path, there=there):
            write_text(path, "new " * 100)

        def check(turn, error, path=path, there=there):
            now = path.read_text() if path.exists() else None
            assert now in ("new " * 100, "old" if there else None) and (error or now == "new " * 100)
            assert not leftovers(tmp_path)
            path.unlink(missing_ok=True)
            if there:
                path.write_text("old")

        if there:
            path.write_text("old")
        every_turn(monkeypatch, act, check)


def test_the_library_has_a_work_whole_or_not_at_all(tmp_path, monkeypatch):
    library = Library(tmp_path / "home", {"marks": MARKS})
    first = MARKS.artwork((0, 0, 7), title="acknowledged")
    library.add(first)

    def act(turn):
        library.add(MARKS.artwork((turn,) * 9))

    def check(turn, error):
        work = MARKS.artwork((turn,) * 9)
        assert library.get(first.id).payload == (0, 0, 7) and library.check() == [] and not leftovers(tmp_path)
        if error is None:
            assert library.get(work.id) == work
        library.add(work)
        assert library.get(work.id) == work

    every_turn(monkeypatch, act, check)


@pytest.mark.parametrize("kind", ["broken", "file", "input", "remove"])
def test_the_library_loses_nothing_in_its_other_ways(tmp_path, monkeypatch, kind):
    library = Library(tmp_path / "home", {"marks": MARKS})
    first = MARKS.artwork((0, 0, 7))
    library.add(first)
    path = tmp_path / "mine.bare"
    MARKS.save(MARKS.artwork((5, 5)).with_(title="mine"), path)
    mine = MARKS.load(path)

    def act(turn):
        if kind == "broken":
            library.add(MARKS.artwork((1, 1)))
        elif kind == "file":
            library.add_file(path, mine)
        elif kind == "input":
            library.keep_input(b"x" * 100)
        else:
            library.remove(MARKS.artwork((1, 1)).id)

    def prepare():
        if kind in ("broken", "remove"):
            kept = library.add(MARKS.artwork((1, 1)))
            if kind == "broken":
                kept.write_text("{")
        shutil.rmtree(tmp_path / "home" / "inputs", ignore_errors=True)
        if library.known(mine.id):
            library.remove(mine.id)

    def check(turn, error):
        assert library.get(first.id) == first and not leftovers(tmp_path)
        if kind == "file":
            assert (error is None) <= (library.known(mine.id) is not None) and library.check() == []
        elif kind == "input":
            found = library.find_input("6" * 64 if error else hashlib.sha256(b"x" * 100).hexdigest())
            assert error or found == b"x" * 100
        elif kind == "remove":
            gone = library.known(MARKS.artwork((1, 1)).id) is None
            assert gone or error
            assert library.check() == []
        elif error is None:
            assert library.get(MARKS.artwork((1, 1)).id).payload == (1, 1)
        prepare()

    prepare()
    every_turn(monkeypatch, act, check, least=1 if kind == "remove" else 4)


@pytest.mark.parametrize("suffix", [".marks", ".bare"])
@pytest.mark.parametrize("there", [False, True])
def test_a_work_and_its_manifest_are_saved_together(tmp_path, studio, monkeypatch, suffix, there):
    old, new = (studio.generate("marks", "sea", seed=seed) for seed in (1, 2))
    path = tmp_path / "out" / f"a{suffix}"
    path.parent.mkdir()

    def act(turn):
        studio.save(new, path, force=there)

    def check(turn, error):
        assert not leftovers(path.parent)
        if error is None:
            assert studio.load(path) == new
        elif there:
            assert studio.load(path) in (old, new)
        else:
            assert list(path.parent.iterdir()) == []
        if path.exists():
            assert verify(studio.load(path))["verdict"] == "unchanged", "the manifest is of this work"
        for left in (path, sidecar(path)):
            left.unlink(missing_ok=True)
        if there:
            studio.save(old, path)

    if there:
        studio.save(old, path)
    every_turn(monkeypatch, act, check)


def test_a_finished_work_is_never_thrown_away(tmp_path, studio, monkeypatch, caplog):
    """Whatever fails in the library, the work is there to be written, and one line says what is wrong."""

    def act(turn):
        act.work = studio.generate("marks", "sea", seed=turn)

    for turn in range(1, 200):
        caplog.clear()
        with monkeypatch.context() as patch:
            seen = inject(patch, turn)
            act(turn)
        assert act.work.payload and studio.library.check() == []
        kept = studio.library.known(act.work.id) is not None
        assert kept or (len(caplog.messages) == 1 and "cannot keep the work" in caplog.messages[0])
        assert studio.load(studio.save(act.work, tmp_path / f"{turn}.marks")) == act.work
        if len(seen) < turn:
            assert kept and turn > 5
            return
    pytest.fail("the steps do not come to an end")


def test_a_home_that_cannot_be_made_costs_a_line(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    host = PluginHost([])
    host.add(plugin_places, "places-plugin")
    studio = Studio(tmp_path / "file" / "home", host=host)
    (tmp_path / "mine.marks").write_text(json.dumps({"marks": [1]}))
    work = studio.restore(tmp_path / "mine.marks", seed=1)
    assert work.payload == (1,) and len(caplog.messages) == 1
    assert studio.load(studio.save(work, tmp_path / "a.marks")) == work


def test_what_is_brought_to_the_disk(tmp_path, studio, monkeypatch):
    """The order is: the file, then its name, then the folder; for a work, all its files first."""
    told = []
    real = {name: getattr(os, name) for name in ("fsync", "replace", "rename", "link")}

    def note(name):
        def call(*arguments, **named):
            place = os.readlink(f"/proc/self/fd/{arguments[0]}") if name == "fsync" else str(arguments[1])
            told.append((name, Path(place).name))
            return real[name](*arguments, **named)

        return call

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc")
    for name in real:
        monkeypatch.setattr(os, name, note(name))
    with atomic(tmp_path / "a.txt") as temporary:
        temporary.write_text("x")
    assert [name for name, _ in told] == ["fsync", "replace", "fsync"]
    assert told[0][1] == temporary.name and told[2][1] == tmp_path.name
    told.clear()
    work = MARKS.artwork((1, 2))
    studio.library.add(work)
    named = told.index(("rename", work.id.removeprefix("sha256:")))
    before = [name for kind, name in told[:named] if kind == "fsync"]
    assert {"work.marks", "manifest.json", "whole"} <= set(before)
    assert told[-1] == ("fsync", work.id.removeprefix("sha256:")[:2])
