"""Who does the steps of a piece: the same works whoever does them, workers that die, errors that pass, time that is up."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import plugin_easel
import pytest
from artwright import Piece, hookimpl
from artwright.core.errors import (
    DeviceError,
    FormatError,
    InputError,
    PluginError,
    StoreError,
    UnknownName,
)
from artwright.core.pieces.crew import StudioRecipe, choose_crew
from artwright.core.pieces.engine import may_pass
from artwright.core.pieces.shelf import Shelf
from artwright.core.progress import Silent
from artwright.testing import fresh_studio

CARDS = {
    "steps": {
        "card": {"for_each": {"range": [1, 6]}, "medium": "views", "theme": "moon {item}", "output": "{item}.png"},
        "song": {"for_each": "card", "medium": "tunes", "theme_from": "card", "output": "{item}.mid"},
        "words": {"medium": "lines", "theme_from": "song", "output": "words.txt"},
    }
}


@pytest.fixture
def studio(tmp_path):
    return fresh_studio(tmp_path / "home", plugin_easel)


def contents(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "manifest.json"}


@pytest.mark.slow
@pytest.mark.parametrize("executor", ["processes", "dask"])
def test_the_bytes_are_the_same_whoever_does_the_steps(tmp_path, executor):
    if executor == "dask":
        pytest.importorskip("distributed")
    piece = Piece.from_dict(CARDS)
    piece.run(fresh_studio(tmp_path / "a", plugin_easel), tmp_path / "here")
    told = []
    apart = fresh_studio(tmp_path / "b", plugin_easel)
    piece.run(apart, tmp_path / executor, executor=executor, jobs=2, tell=told.append)
    assert contents(tmp_path / "here") == contents(tmp_path / executor)
    done = [event.step for event in told if event.state == "done"]
    assert len(done) == 13 and done[-1] == "words"
    again = []
    piece.run(apart, tmp_path / "again", executor=executor, jobs=2, tell=again.append)
    assert not [event for event in again if event.state == "done"]


def test_every_error_goes_from_process_to_process():
    for error in (InputError("x"), FormatError("y"), UnknownName("step", "a", ["b"])):
        again = pickle.loads(pickle.dumps(error))  # what executors do
        assert type(again) is type(error) and str(again) == str(error) and again.__dict__ == error.__dict__


def test_a_studio_is_made_again_from_its_recipe(studio):
    recipe = StudioRecipe.of(studio)
    again = pickle.loads(pickle.dumps(recipe)).make()
    assert again.home == studio.home.absolute() and list(again.registry.media) == list(studio.registry.media)

    class Odd:
        @hookimpl
        def on_feedback(self, feedback, context):
            pass

    studio.host.add(Odd(), "odd")
    with pytest.raises(InputError, match="the plugin 'odd' is an object of this process"):
        StudioRecipe.of(studio)


@pytest.mark.parametrize("executor", ["threads", "here=4", "dask=tcp://127.0.0.1:1"])
def test_an_executor_that_is_none_is_told(studio, tmp_path, executor):
    if executor.startswith("dask"):
        pytest.importorskip("distributed")
        pytest.skip("asking takes its twenty seconds")
    with pytest.raises(InputError, match="there is no executor"):
        Piece.from_dict(CARDS).run(studio, tmp_path / "out", executor=executor)
    with pytest.raises(InputError, match="jobs were asked for"):
        choose_crew(studio, Shelf(studio), Silent(), jobs=0)


class Failing:
    """Fails a number of times with an error."""

    def __init__(self, times, error):
        self.left, self.error = times, error

    @hookimpl(wrapper=True)
    def generate(self, request, context):
        if self.left:
            self.left -= 1
            raise self.error
        return (yield)


def test_an_error_that_may_pass_is_tried_again_and_no_other(studio, tmp_path):
    step = {"medium": "lines", "theme": "sea", "retries": 2}
    studio.host.add(Failing(2, PluginError("the line was busy")), "busy")
    told = []
    Piece.from_dict({"steps": {"a": step}}).run(studio, tmp_path / "out", tell=told.append)
    assert [event.state for event in told] == ["running", "running", "running", "done"]
    assert "again, after: " in told[1].reason and "the line was busy" in told[1].reason
    assert may_pass(StoreError("x")) and may_pass(OSError()) and may_pass(DeviceError("x"))
    assert not may_pass(InputError("x")) and not may_pass(FormatError("x"))
    studio.host.add(Failing(9, PluginError("the line is dead")), "dead")
    with pytest.raises(PluginError, match="the line is dead"):
        Piece.from_dict({"steps": {"b": {**step, "theme": "moon"}}}).run(studio, tmp_path / "two")


@pytest.mark.skipif(sys.platform == "win32", reason="alarms of POSIX")
def test_a_step_has_so_much_time_and_no_more(studio, tmp_path):
    class Slow:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            time.sleep(5)
            return (yield)

    studio.host.add(Slow(), "slow")
    began = time.monotonic()
    with pytest.raises(PluginError, match=r"it took longer than 0\.2 s"):
        Piece.from_dict({"steps": {"a": {"medium": "lines", "theme": "sea", "timeout": 0.2}}}).run(
            studio, tmp_path / "out"
        )
    assert time.monotonic() - began < 4 and not (tmp_path / "out").exists()


SCRIPT = textwrap.dedent("""
    import os, signal, sys, time
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    import plugin_easel
    from artwright import Piece
    from artwright.testing import fresh_studio
    steps = {"a": {"for_each": {"range": [1, 400]}, "medium": "views", "theme": "moon {item}",
                   "options": {"width": "600", "height": "400"}, "output": "{item}.png"}}
    def main():
        tell = lambda event: event.state == "done" and print(event.step, flush=True)
        studio = fresh_studio(Path(sys.argv[1]) / "home", plugin_easel)
        Piece.from_dict({"steps": steps}).run(
            studio, Path(sys.argv[1]) / "out", tell=tell, executor="processes", jobs=2)
    if __name__ == "__main__":
        main()
""")


def _children(process):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True).stdout.split()
    return [int(one) for one in listed] + [two for one in listed for two in _children(int(one))]


def _is_there(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes of Linux")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_run_and_leave_whole_works(tmp_path, how):
    (tmp_path / "run.py").write_text(SCRIPT, "utf-8")
    command = [sys.executable, str(tmp_path / "run.py"), str(tmp_path), str(Path(__file__).parents[1])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for _ in range(5):
        assert process.stdout.readline()
    workers = _children(process.pid)
    assert len(workers) >= 2
    os.kill(process.pid, how)
    process.communicate(timeout=60)
    until = time.monotonic() + 20
    while any(map(_is_there, workers)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(_is_there, workers)) and not (tmp_path / "out").exists()
    studio = fresh_studio(tmp_path / "home", plugin_easel)
    assert studio.library.check() == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes of Linux")
def test_a_worker_that_is_killed_loses_nothing(studio, tmp_path):
    killed = []

    def kill_one(event):
        if event.state == "done" and len(killed) < 2:
            workers = [one for one in _children(os.getpid()) if _is_worker(one)]
            if workers:
                os.kill(workers[-1], signal.SIGKILL)
                killed.append(workers[-1])

    steps = {"card": {**CARDS["steps"]["card"], "for_each": {"range": [1, 30]}}}
    piece = Piece.from_dict({"steps": steps})
    result = piece.run(studio, tmp_path / "out", executor="processes", jobs=2, tell=kill_one)
    assert killed and len(result.works) == 30
    piece.run(fresh_studio(tmp_path / "b", plugin_easel), tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def _is_worker(process):
    """Of the fork server's processes those that it forked: a child of a child of ours."""
    try:
        parent = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return False
    return parent != os.getpid()
