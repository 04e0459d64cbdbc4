"""How a run ends that is stopped, and what is left by one that was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from artwright.core.files import temporary_folder
from artwright.core.signals import Stopped, stoppable


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_leaves_no_temporary_folder(tmp_path, name):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom artwright.core.files import atomic, temporary_folder\n"
        "from artwright.core.signals import stoppable\n"
        "with stoppable(), temporary_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half').write_text('x')\n"
        "    with atomic(Path(sys.argv[1]) / 'a.png') as temporary:\n"
        "        print('begun', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.readline() == b"begun\n" and len(list(tmp_path.iterdir())) == 2
    process.send_signal(getattr(signal, name))
    process.communicate(timeout=30)
    assert process.returncode != 0 and list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_command_line_ends_with_the_number_of_the_signal(tmp_path):
    (tmp_path / "p.yaml").write_text(
        "steps:\n  a: {medium: painting, theme: a lake, options: {width: 2048}, output: a.png}\n"
        "  b: {medium: painting, theme: a lake, options: {width: 2048}, output: b.png}\n"
    )
    command = [sys.executable, "-m", "artwright", "piece", "run", "p.yaml", "--out", "made"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".artwright-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.terminate()
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM and b"stopped by SIGTERM" in told
    assert [p.name for p in tmp_path.iterdir()] == ["p.yaml"]


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    with pytest.raises(Stopped) as stopped, stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert stopped.value.name == "SIGTERM" and signal.getsignal(signal.SIGTERM) == before


class _Swallows:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("where", ["in a destructor", "in a bare except"])
def test_a_stop_that_somebody_swallows_comes_again(where, monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)  # pytest's own keeps the exception
    with pytest.raises(Stopped), stoppable():
        if where == "in a destructor":
            _Swallows()
        else:
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(5)
            except BaseException:
                pass
        time.sleep(5)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_second_signal_does_not_stop_the_clearing_away():
    cleared = False
    with pytest.raises(Stopped), stoppable():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.2)
            cleared = True
    assert cleared


@pytest.mark.skipif(sys.platform == "win32", reason="process numbers of POSIX")
def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path):
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom artwright.core.files import atomic, temporary_folder\n"
        "with temporary_folder(Path(sys.argv[1])) as a, atomic(Path(sys.argv[1]) / 'x.txt') as b:\n"
        "    (a / 'half').write_text('x')\n    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)])
    left = sorted(p.name for p in tmp_path.iterdir())
    assert len(left) == 2 and all(name.startswith(".artwright-") for name in left)
    mine = [".artwright-deadbeef-1-ab.png", ".artwright-notes", "x.artwright.json"]  # another computer's, not ours
    for name in mine:
        (tmp_path / name).write_text("kept")
    with temporary_folder(tmp_path):
        assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == sorted(mine)
    old = tmp_path / mine[0]
    os.utime(old, (time.time() - 2 * 86_400,) * 2)
    script = f"from pathlib import Path\nfrom artwright.core.files import sweep\nsweep(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert not old.exists() and Path(tmp_path / mine[1]).exists()
