"""What is kept is kept right: weights and cards of several writers, runs, what doctor finds, what a piece takes again."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from artwright import Artwork, Options, Piece, hookimpl
from artwright.core import files
from artwright.core.cards import check_weights
from artwright.core.errors import ArtwrightError, OutputError, StoreError, WeightsError
from artwright.core.locks import lock, unlock
from artwright.core.options import input_file, parse_options
from artwright.core.pieces.keys import Surroundings, key_of
from artwright.core.pieces.schema import StepSpec
from artwright.core.weights import load_weights, read_cards, save_weights
from artwright.testing import fresh_studio
from pydantic import Field

HERE = Path(__file__).parents[1]
ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3)}

# ---------------------------------------------------------------------- weights


def test_writers_of_one_folder_lose_no_card(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nimport numpy as np\nfrom artwright.core.weights import save_weights\n"
        "for n in range(12):\n"
        "    save_weights(Path(sys.argv[1]) / f'{sys.argv[2]}-{n}.safetensors', {'a': np.zeros(3)}, {'model': 'x'})\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(me)]) for me in range(3)]
    for n in range(12):
        save_weights(tmp_path / f"here-{n}.safetensors", ARRAYS, {"model": "x"})
    assert [process.wait(120) for process in running] == [0, 0, 0]
    assert len(read_cards(tmp_path)) == 48 and check_weights(tmp_path) == []


def test_readers_find_a_file_and_its_card_while_it_is_replaced(tmp_path):
    path, done, failed = tmp_path / "w.safetensors", threading.Event(), []
    save_weights(path, ARRAYS, {"n": 0}, exact=True)

    def read():
        while not done.is_set():
            try:
                arrays, card = load_weights(path)
                if arrays["a"][0, 0] != card["n"]:
                    failed.append(card)
            except WeightsError as error:
                failed.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        for n in range(40):
            save_weights(path, {"a": np.full((2, 3), n, np.float32)}, {"n": n}, exact=True)
    finally:
        done.set()
        thread.join()
    assert failed == [] and "replaces" not in read_cards(tmp_path)["w.safetensors"]


def failing(monkeypatch, turn):
    """Make the `turn`-th write, fsync or rename of the program fail; gives the list of those seen."""
    seen = []

    def wrap(module, name):
        real = getattr(module, name)

        def call(*arguments, **named):
            seen.append(name)
            if len(seen) == turn:
                raise OSError(28, "No space left on device")
            return real(*arguments, **named)

        monkeypatch.setattr(module, name, call)

    for name in ("replace", "rename", "fsync", "link"):
        wrap(os, name)
    wrap(files, "_new_name")
    return seen


@pytest.mark.parametrize("replaced", [False, True])
def test_whichever_step_fails_weights_and_card_fit(tmp_path, monkeypatch, replaced):
    for turn in range(1, 40):
        folder = tmp_path / str(turn)
        path = folder / "w.safetensors"
        save_weights(folder / "other.safetensors", ARRAYS, {"n": 7}, exact=True)
        if replaced:
            save_weights(path, ARRAYS, {"n": 0}, exact=True)
        with monkeypatch.context() as patch:
            seen = failing(patch, turn)
            try:
                save_weights(path, {"a": np.ones((2, 3), np.float32)}, {"n": 1}, exact=True)
                stored = True
            except ArtwrightError:
                stored = False
        assert load_weights(folder / "other.safetensors")[1]["n"] == 7
        if replaced or stored:
            arrays, card = load_weights(path)
            assert arrays["a"][0, 0] == card["n"] and (card["n"] == 1 or not stored)
        else:
            assert not path.exists() or check_weights(folder) == []
        assert not [p for p in folder.iterdir() if p.name.startswith(".")]
        if len(seen) < turn:
            assert stored and turn > 5
            return
    pytest.fail("the steps do not come to an end")


def test_two_trainings_of_one_name_do_not_mix(tmp_path):
    torch = pytest.importorskip("torch")
    from artwright.core.training import TrainingPlan, train

    inside, go, failed = threading.Event(), threading.Event(), []

    def run(wait):
        module = torch.nn.Linear(2, 1)

        def loss(net, rng):
            if wait:
                inside.set()
                go.wait(30)
            return net(torch.ones(1, 2)).square().mean()

        plan = TrainingPlan(steps=2, minutes=1)
        train(module, loss=loss, evaluate=lambda net: 1.0, plan=plan, folder=tmp_path / "run", resume=False)

    thread = threading.Thread(target=lambda: failed.append(run(True)))
    thread.start()
    inside.wait(30)
    with pytest.raises(StoreError, match="another program trains in"):
        run(False)
    go.set()
    thread.join()
    assert failed == [None]
    with pytest.raises(StoreError, match="holds a run already"):
        run(False)


# ---------------------------------------------------------------------- doctor


def doctor(home):
    from artwright.cli import cli
    from click.testing import CliRunner

    done = CliRunner().invoke(cli, ["doctor", "--json"], env={"ARTWRIGHT_HOME": str(home)})
    return done.exit_code, {row["check"]: row for row in json.loads(done.stdout)["checks"]}


def test_doctor_checks_what_it_says(tmp_path):
    from artwright import Studio

    studio = Studio(tmp_path)
    made = studio.generate("literature", "moon", options={"form": "wujue", "best_of": 2}, seed=1)
    studio.feedback.rate(made, 4, user="ann")
    studio.feedback.close()
    weights = tmp_path / "weights" / "painting"
    save_weights(weights / "mine.safetensors", ARRAYS, {"model": "gan"})
    _, rows = doctor(tmp_path)
    kept = [f"weights {weights}", "feedback", "library"]
    assert all(rows[name]["ok"] for name in kept)
    assert rows["library"]["found"].startswith("1 works")

    (weights / "mine.safetensors").write_bytes(b"x" * 10)
    (weights / "stray.safetensors").write_bytes(b"x")
    code, rows = doctor(tmp_path)
    assert code == 1 and "do not match their card" in rows[kept[0]]["found"] and "no card" in rows[kept[0]]["found"]
    (weights / "card.json").write_text("[1]")
    assert "is not a card" in doctor(tmp_path)[1][kept[0]]["found"]
    (weights / "card.json").write_text('{"a.safetensors": [1]}')
    assert not doctor(tmp_path)[1][kept[0]]["ok"]

    file = tmp_path / "feedback.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    code, rows = doctor(tmp_path)
    assert code == 1 and not rows["feedback"]["ok"] and "\n" not in rows["feedback"]["found"]
    file.write_bytes(b"")
    assert "is an empty file" in doctor(tmp_path)[1]["feedback"]["found"] and file.read_bytes() == b""

    work = next((tmp_path / "works").rglob("work.*"))
    work.write_text("changed")
    code, rows = doctor(tmp_path)
    assert code == 1 and "was changed after" in rows["library"]["found"]


def test_doctor_makes_nothing(tmp_path):
    home = tmp_path / "home"
    _, rows = doctor(home)
    assert rows["feedback"]["ok"] and rows["library"]["ok"] and not home.exists()


# ---------------------------------------------------------------------- pieces


@pytest.fixture
def easel():
    spec = importlib.util.spec_from_file_location("plugin_easel", HERE / "plugin_easel.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Planned(Options):
    width: int = Field(120, description="Width")
    plan: str = input_file(description="A plan")
    note: str = Field("", description="A file that is not said to be one")


def key(studio, style="", **step):
    spec = StepSpec.model_validate({"medium": "views", "theme": "sea", "style": style, **step})
    options = parse_options(Planned, spec.options, model="view", operation="generate")
    return key_of(Surroundings(studio).parts(spec, options, medium="views", seed=1, parents={}))


def test_whatever_a_work_depends_on_is_in_its_key(easel, tmp_path, monkeypatch):
    studio = fresh_studio(tmp_path / "home", easel)
    plan, note = tmp_path / "plan.json", tmp_path / "note.txt"
    plan.write_text("{}")
    note.write_text("one")
    options = {"plan": str(plan), "note": str(note)}
    seen = [key(studio, "mine", options=options)]

    def changed():
        seen.append(key(studio, "mine", options=options))
        assert len(set(seen)) == len(seen)
        assert key(studio, "mine", options=options) == seen[-1]

    plan.write_text('{"sky": 1}')
    changed()
    note.write_text("two")
    changed()
    save_weights(studio.home / "weights" / "views" / "mine.safetensors", ARRAYS, {"model": "view"})
    changed()
    save_weights(studio.home / "weights" / "views" / "mine.safetensors", {"a": np.ones(3)}, {"model": "view"})
    changed()
    learned = studio.home / "styles" / "views" / "mine.json"
    learned.parent.mkdir(parents=True)
    learned.write_text("{}")
    changed()
    learned.write_text("[1]")
    changed()

    class Frame:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            return (yield)

    studio.host.add(Frame(), "frame")
    changed()
    monkeypatch.setattr(type(studio.host), "version", lambda self, name: "2.0")
    changed()
    before = key(studio, candidates=3)
    studio.feedback.rate(Artwork(medium="views", payload=None, id=f"sha256:{1:064x}"), 5)
    assert key(studio, candidates=3) != before and key(studio, "mine", options=options) == seen[-1]
    other = studio.home / "weights" / "tunes"
    save_weights(other / "song.safetensors", ARRAYS, {"model": "song"})
    assert key(studio, "mine", options=options) == seen[-1]  # of another medium


def small(**changes):
    steps = {
        "one": {"medium": "lines", "theme": "sea", "output": "one.txt"},
        "two": {"medium": "lines", "theme": "moon", "output": "two.txt"},
    }
    return Piece.from_dict({"title": "t", "steps": steps, "page": "index.html", **changes}, name="t")


def test_two_runs_into_one_folder_do_not_mix(easel, tmp_path):
    inside, go, failed = threading.Event(), threading.Event(), []

    class Slow:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            inside.set()
            go.wait(30)
            return (yield)

    out = tmp_path / "out"
    slow, quick = fresh_studio(tmp_path / "home", easel, Slow()), fresh_studio(tmp_path / "home", easel)
    thread = threading.Thread(target=lambda: failed.append(small().run(slow, out, seed=1).files and None))
    thread.start()
    inside.wait(30)
    for force in (False, True):
        with pytest.raises(OutputError, match="another run is writing to the folder"):
            small().run(quick, tmp_path / "x" / ".." / "out", seed=2, force=force)
    small().run(quick, tmp_path / "another", seed=2)
    go.set()
    thread.join()
    assert failed == [None]
    text = (out / "manifest.json").read_text("utf-8")
    with pytest.raises(OutputError, match="is not empty and is kept"):
        small().run(quick, out, seed=2)
    assert json.loads(text)["seed"] == 1 and (out / "manifest.json").read_text("utf-8") == text
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_folder_that_fills_meanwhile_is_kept(easel, tmp_path):
    """Another program, or a run of another home, that knows nothing of our lock."""
    out = tmp_path / "out"

    class Meanwhile:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            out.mkdir(exist_ok=True)
            (out / "mine.txt").write_text("mine")
            return (yield)

    with pytest.raises(OutputError, match="is not empty and is kept"):
        small().run(fresh_studio(tmp_path / "home", easel, Meanwhile()), out, seed=1)
    assert [p.name for p in out.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["manifest.json", "index.html", "two.txt"])
def test_a_folder_in_the_way_leaves_all_as_it_was(easel, tmp_path, name):
    out = tmp_path / "out"
    (out / name).mkdir(parents=True)
    (out / "one.txt").write_text("old")
    with pytest.raises(OutputError, match="is a folder"):
        small().run(fresh_studio(tmp_path / "home", easel), out, seed=1, force=True)
    assert (out / "one.txt").read_text() == "old" and sorted(p.name for p in out.iterdir()) == sorted({"one.txt", name})


@pytest.mark.parametrize("there", [False, True], ids=["new", "forced"])
def test_whichever_step_fails_a_piece_is_there_whole_or_not_at_all(easel, tmp_path, monkeypatch, there):
    names = {"one.txt", "two.txt", "index.html", "manifest.json"}
    studio = fresh_studio(tmp_path / "home", easel)
    small().run(studio, tmp_path / "first", seed=1)  # the works are in the library from here on
    for turn in range(1, 200):
        out = tmp_path / "outs" / f"{turn}"
        out.parent.mkdir(exist_ok=True)
        old = {}
        if there:
            out.mkdir()
            for name in names | {"mine.txt"}:
                (out / name).write_text(f"old {name}")
            old = {p.name: p.read_bytes() for p in out.iterdir()}
        with monkeypatch.context() as patch:
            seen = failing(patch, turn)
            try:
                small().run(studio, out, seed=1, force=there)
                whole = True
            except ArtwrightError:
                whole = False
        found = {p.name: p.read_bytes() for p in out.iterdir()} if out.exists() else {}
        if whole or found != old:
            assert names <= set(found) and not any(found[n].startswith(b"old") for n in names)
        assert not [p for p in out.parent.iterdir() if p.name.startswith(".")]
        if len(seen) < turn:
            assert whole and turn > 5
            return
    pytest.fail("the steps do not come to an end")


def test_a_lock_is_given_back_when_its_holder_dies(tmp_path):
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom artwright.core.locks import lock\n"
        "assert lock(Path(sys.argv[1])) is not None\nprint('held', flush=True)\nsys.stdin.read()\n"
    )
    for place in (tmp_path, tmp_path / "file"):
        holder = subprocess.Popen(
            [sys.executable, "-c", code, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout.readline() == "held\n" and lock(place) is None
        holder.kill()
        holder.communicate()
        held = lock(place, wait_s=5)
        assert held is not None and lock(place) is None
        unlock(held)
