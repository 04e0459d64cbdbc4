"""Who is to blame where a start dies while a plugin is imported: the plugin for crashes of its own, twice, and no others."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from artwright.core import guard as guards
from artwright.core.errors import PluginError
from artwright.core.guard import Guard
from artwright.core.locks import lock, unlock


def installed(site, source, version="1.0"):
    """A distribution with the plugin `odd`."""
    for old in site.glob("*.dist-info"):
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    info = site / f"artwright_odd-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: artwright-odd\nVersion: {version}\n")
    (info / "entry_points.txt").write_text("[artwright.plugins]\nodd = artwright_odd\n")
    (site / "artwright_odd.py").write_text(source)


def begin(site, home, **more):
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, "ARTWRIGHT_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "artwright", "plugins", "--json"]
    return subprocess.Popen(
        command, env=environment, cwd=site, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
    )


def error_of(site, home):
    out, err = begin(site, home).communicate(timeout=60)
    return next(row["error"] for row in json.loads(out)["plugins"] if row["plugin"] == "odd"), err


WAITS = (
    "import pathlib, time\npathlib.Path('importing').touch()\ntime.sleep(8 if pathlib.Path('wait').exists() else 0)\n"
)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGKILL", "SIGQUIT"])
def test_a_start_that_was_ended_is_not_the_plugins_doing(tmp_path, name):
    site, home = tmp_path / "site", tmp_path / "home"
    installed(site, WAITS)
    (site / "wait").touch()
    for _ in range(1 if name == "SIGKILL" else 2):  # a kill tells nothing of itself: one of them is forgiven
        running = begin(site, home, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
        until = time.monotonic() + 60
        while not (site / "importing").exists() and time.monotonic() < until:
            time.sleep(0.02)
        running.send_signal(getattr(signal, name))
        running.communicate(timeout=60)
        assert running.returncode != 0
        (site / "importing").unlink()
    (site / "wait").unlink()
    assert error_of(site, home)[0] == ""
    assert not list((home / "loading").iterdir())


def test_a_mended_version_is_tried_again(tmp_path):
    site, home = tmp_path / "site", tmp_path / "home"
    installed(site, "import os\nos.abort()\n")
    for _ in range(2):
        running = begin(site, home)
        running.communicate(timeout=60)
        assert running.returncode != 0
    assert "while version 1.0 of it was imported, twice" in error_of(site, home)[0]
    installed(site, "x = 1\n", version="1.1")
    assert error_of(site, home)[0] == ""
    assert json.loads((home / "plugins.json").read_text())["crashes"] == {}


def die(home, name="odd", version="1.0", boot=None):
    """What a start that died leaves."""
    (home / "loading").mkdir(parents=True, exist_ok=True)
    row = {"plugin": name, "version": version, "boot": guards._boot() if boot is None else boot}
    (home / "loading" / f"1-{time.monotonic_ns()}").write_text(json.dumps(row))


def test_two_crashes_in_a_row_of_one_version_since_the_computer_started(tmp_path):
    die(tmp_path)
    assert not Guard(tmp_path).has_crashed("odd", "1.0")
    die(tmp_path, version="2.0")
    assert not Guard(tmp_path).has_crashed("odd", "2.0")
    die(tmp_path, boot="the power went off")
    assert not Guard(tmp_path).has_crashed("odd", "2.0")
    die(tmp_path, version="2.0")
    again = Guard(tmp_path)
    assert again.has_crashed("odd", "2.0") and not again.has_crashed("odd", "2.1") and not list(again.folder.iterdir())
    again.enable("odd")
    assert not Guard(tmp_path).has_crashed("odd", "2.0")


def test_an_import_that_succeeds_forgives(tmp_path):
    die(tmp_path)
    with Guard(tmp_path).importing("odd", "1.0"):
        pass
    die(tmp_path)
    assert not Guard(tmp_path).has_crashed("odd", "1.0")


def test_a_start_that_goes_on_elsewhere_is_left_alone(tmp_path):
    """Its process may be of another container, whose number means nothing here: what counts is that it holds the lock."""
    die(tmp_path)
    marker = next((tmp_path / "loading").iterdir())
    held = lock(marker)
    assert not Guard(tmp_path).crashes and marker.exists()
    unlock(held)
    assert Guard(tmp_path).crashes and not marker.exists()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"plugin": "odd"}', '{"crashes": {"odd": 1}}', '{"crashes": []}', "\x00"]
)
def test_odd_notes_are_no_reason_to_fail(tmp_path, text):
    (tmp_path / "plugins.json").write_text(text)
    die(tmp_path)
    (tmp_path / "loading" / "9-odd").write_text(text)
    assert not Guard(tmp_path).has_crashed("odd", "1.0")


def test_handlers_of_signals_are_as_before(tmp_path):
    mine = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with pytest.raises(PluginError, match="x"), Guard(tmp_path).importing("odd", "1"):
            raise PluginError("x")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, mine)
    with Guard(tmp_path).importing("odd", "1"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL
