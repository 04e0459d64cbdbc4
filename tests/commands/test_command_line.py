"""The command line: in process for what it says, in subprocesses for start-up, imports and exit codes."""

import json
import os
import statistics
import subprocess
import sys
import time

import pytest

ARTWRIGHT = [sys.executable, "-m", "artwright"]


def run(*arguments, **kwargs):
    return subprocess.run(
        [*ARTWRIGHT, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False, **kwargs
    )


def test_help_is_quick_and_light():
    code = (
        "import sys\nfrom artwright.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = [m for m in ('torch', 'torchaudio', 'transformers', 'numpy', 'pretty_midi') if m in sys.modules]\n"
        "print('HEAVY', heavy, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "HEAVY []" in done.stderr and "painting" in done.stdout


@pytest.mark.slow
def test_help_takes_a_third_of_a_second():
    times = []
    for _ in range(5):
        began = time.perf_counter()
        run("--help")
        times.append(time.perf_counter() - began)
    assert statistics.median(times) <= 0.35


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["paintin"], 2, "no command 'paintin'"),
        (["painting", "generat"], 2, "no command 'generat'"),
        (["models", "list", "sculpture"], 2, "no medium 'sculpture'; there are:"),
        (["painting", "generate", "sea", "--model", "ateleir"], 2, "Did you mean 'atelier'"),
        (["painting", "generate", "sea", "--style", "hokusia"], 2, "Did you mean 'hokusai'"),
        (["painting", "generate", "sea", "--width", "1"], 2, "'width'"),
        (["painting", "generate", ""], 2, "holds no word"),
        (["painting", "generate"], 2, "give a theme in words, or --theme-from FILE"),
        (["painting", "generate", "sea", "--output", "a.mid"], 2, "cannot be written as '.mid'"),
        (["painting", "analyze", "nowhere.png"], 2, "there is no file 'nowhere.png'"),
        (["music", "generate", "sea", "-o", "bar", "3"], 2, "Did you mean 'bars'"),
        (["literature", "generate", "moon", "--form", "sonet"], 2, "sonnet"),
        (["--device", "cuda:7", "painting", "generate", "sea"], 1, "no device 'cuda:7' here"),
    ],
)
def test_wrong_usage_is_one_line(arguments, code, message, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr and "Traceback" not in done.stderr
    assert len([line for line in done.stderr.strip().splitlines() if line]) == 1 and not done.stdout
    assert not list(tmp_path.iterdir())


def test_debug_shows_the_traceback(tmp_path):
    done = run("--debug", "painting", "analyze", "nowhere.png", cwd=tmp_path)
    assert done.returncode == 2 and "Traceback" in done.stderr


def test_models_styles_plugins_and_doctor_tell_what_there_is():
    rows = json.loads(run("models", "list", "--json").stdout)["models"]
    assert {r["medium"] for r in rows} >= {"painting", "music", "literature", "film"}
    assert "sha256" in json.dumps(json.loads(run("models", "show", "eye", "--json").stdout))
    assert json.loads(run("styles", "painting", "--json").stdout)["styles"]
    assert not any(r["error"] for r in json.loads(run("plugins", "--json").stdout)["plugins"])
    done = run("doctor")
    assert done.returncode == 0, done.stdout


def test_a_plugin_that_fails_to_import_costs_one_line(tmp_path):
    package = tmp_path / "site"
    info = package / "broken_plugin-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[artwright.plugins]\nbroken = broken_plugin\n")
    (package / "broken_plugin.py").write_text("import a_module_that_is_not_there\n")
    done = run("models", env={**os.environ, "PYTHONPATH": str(package)})
    lines = [line for line in done.stderr.splitlines() if "broken" in line]
    assert done.returncode == 0 and "atelier" in done.stdout
    assert (
        len(lines) == 1
        and "No module named 'a_module_that_is_not_there'" in lines[0]
        and "broken-plugin 1.0" in lines[0]
    )


def test_a_poem_goes_to_stdout_and_is_the_same_again(tmp_path):
    first, second = (
        run("literature", "generate", "秋月", "--form", "wujue", "--seed", "3", "--json", cwd=tmp_path)
        for _ in range(2)
    )
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["text"] == json.loads(second.stdout)["text"]
    assert not list(tmp_path.iterdir())


def test_a_picture_is_written_verified_made_again_and_kept(tmp_path):
    done = run(
        "painting",
        "generate",
        "a lighthouse in a storm",
        "--seed",
        "3",
        "--width",
        "256",
        "--output",
        "a.png",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "a.png" and (tmp_path / "a.png").stat().st_size > 10_000
    again = run(
        "painting",
        "generate",
        "a lighthouse in a storm",
        "--seed",
        "3",
        "--width",
        "256",
        "--output",
        "a.png",
        cwd=tmp_path,
    )
    assert again.returncode == 1 and "exists and is kept; use --force" in again.stderr
    found = json.loads(run("verify", "a.png", "--json", cwd=tmp_path).stdout)
    assert found["made_by"] == "painting:quotation" and found["seed"] == 3 and found["verdict"] == "unchanged"
    replayed = run("replay", "a.png", "--output", "b.png", cwd=tmp_path)
    assert replayed.returncode == 0 and "the same work" in replayed.stderr
    assert (tmp_path / "a.png").exists() and (tmp_path / "b.png").exists()


def test_a_read_only_folder_is_told_before_anything_is_lost(tmp_path):
    if os.geteuid() == 0:
        target = "/proc/nowhere/a.png"
    else:
        (tmp_path / "locked").mkdir(mode=0o500)
        target = tmp_path / "locked" / "a.png"
    done = run("painting", "generate", "sea", "--width", "256", "--output", target)
    assert done.returncode == 1 and "cannot write" in done.stderr and "Traceback" not in done.stderr


def test_interruption_ends_with_130_and_leaves_nothing(tmp_path):
    import signal

    process = subprocess.Popen(
        [*ARTWRIGHT, "painting", "generate", "mountains", "--width", "2048", "--output", "a.png"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_completion_offers_media_and_choices():
    env = {**os.environ, "_ARTWRIGHT_COMPLETE": "bash_complete", "COMP_WORDS": "artwright pain", "COMP_CWORD": "1"}
    done = subprocess.run(
        [str(__import__("pathlib").Path(sys.executable).parent / "artwright")],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    assert "painting" in done.stdout
