"""Fifty ways for a plugin to be broken, each a small distribution found through its entry point.

All that fail in Python are installed side by side and tried in the same runs; those that end the process are tried one
by one. For each: `artwright --help` and `artwright plugins` work, a built-in model still works, and the culprit is
named once.
"""

import json
import os
import subprocess
import sys
import textwrap

import pytest

HOOK = "from artwright import hookimpl, ModelSpec, Medium, StyleSpec, Options\n"
MODEL = HOOK + "@hookimpl\ndef register_models(registry):\n    "

# name: (source, what the record of `artwright plugins` must say). An empty text means that it loads: the fault shows
# later.
LOADING = {
    "missing-module": ("import a_module_that_is_not_there", "No module named"),
    "missing-name": ("from os import nothing_of_this_name", "cannot import name"),
    "syntax-error": ("def broken(:\n", "SyntaxError"),
    "indentation": ("if True:\nx = 1\n", "IndentationError"),
    "raises": ("raise ValueError('at import')", "ValueError: at import"),
    "raises-in-many-lines": ("raise ValueError('one\\ntwo\\nthree')", "one two three"),
    "raises-base": ("class Odd(BaseException): pass\nraise Odd('odd')", "Odd: odd"),
    "raises-generator-exit": ("raise GeneratorExit('closed')", "GeneratorExit"),
    "raises-unprintable": ("class Mute(Exception):\n    def __str__(self): raise RuntimeError\nraise Mute()", "Mute"),
    "exits-zero": ("import sys\nsys.exit(0)", "SystemExit"),
    "exits-text": ("import sys\nsys.exit('good bye')", "good bye"),
    "quits": ("raise SystemExit", "SystemExit"),
    "recursion": ("def f(): return f()\nf()", "RecursionError"),
    "out-of-memory": ("raise MemoryError('no room')", "MemoryError"),
    "null-bytes": ("x = 1\0", "null bytes"),
    "bad-encoding": (b"x = '\xff\xfe'\n", "SyntaxError"),
    "imports-itself": ("from artwright_imports_itself import later\nlater = 1", "cannot import name"),
    "hangs": ("import time\ntime.sleep(1000)", "took more than 1 s"),
    "spins": ("while True: pass", "took more than 1 s"),
    "unknown-hook": (HOOK + "@hookimpl\ndef generat(request, context): pass", "which artwright does not have"),
    "too-few-arguments": (HOOK + "@hookimpl\ndef generate(request): pass", "write it as generate(request, context)"),
    "too-many-arguments": (
        HOOK + "@hookimpl\ndef generate(request, context, more): pass",
        "write it as generate(request, context)",
    ),
    "other-names": (
        HOOK + "@hookimpl\ndef on_artwork(work, context): pass",
        "write it as on_artwork(artwork, context)",
    ),
    "default-argument": (
        HOOK + "@hookimpl\ndef analyze(request, context=None): pass",
        "write it as analyze(request, context)",
    ),
    "keyword-only": (
        HOOK + "@hookimpl\ndef analyze(request, *, context): pass",
        "write it as analyze(request, context)",
    ),
    "old-wrapper": (
        HOOK + "@hookimpl(hookwrapper=True)\ndef generate(request, context): yield",
        "hookwrapper, specname",
    ),
    "spec-name": (
        HOOK + "@hookimpl(specname='generate')\ndef analyze(request, context): pass",
        "hookwrapper, specname",
    ),
    "try-first": (HOOK + "@hookimpl(tryfirst=True)\ndef generate(request, context): pass", "tryfirst"),
    "register-raises": (MODEL + "raise KeyError('models')", "KeyError"),
    "register-exits": (MODEL + "raise SystemExit(3)", "SystemExit"),
    "medium-is-none": (
        HOOK + "@hookimpl\ndef register_media(registry):\n    registry.add_medium(None)",
        "has no 'name'",
    ),
    "medium-is-abstract": (
        HOOK
        + "class B(Medium):\n    name = 'b'\n@hookimpl\ndef register_media(registry):\n    registry.add_medium(B())",
        "TypeError",
    ),
    "medium-is-taken": (
        HOOK + "class Bad:\n    name, summary, reads, writes = 'painting', 'x', ('.x',), ('.x',)\n"
        "@hookimpl\ndef register_media(registry):\n    registry.add_medium(Bad())",
        "which plugin 'painting' owns",
    ),
    "style-is-taken": (
        HOOK + "@hookimpl\ndef register_styles(registry):\n    for s in list(registry.styles.values())[:1]: "
        "registry.add_style(s)",
        "adds the style",
    ),
    "spec-is-a-dict": (MODEL + "registry.add_model({'name': 'x'})", "AttributeError"),
    "spec-lacks-a-name": (MODEL + "registry.add_model(ModelSpec(medium='painting'))", "TypeError"),
    "unknown-operation": (
        MODEL
        + "registry.add_model(ModelSpec(name='x', medium='painting', operations=frozenset({'dance'}), summary=''))",
        "'dance'",
    ),
    "no-operation": (
        MODEL + "registry.add_model(ModelSpec(name='x', medium='painting', operations=frozenset(), summary=''))",
        "none",
    ),
    "lies": (
        MODEL
        + "registry.add_model(ModelSpec(name='x', medium='painting', operations=frozenset({'restore'}), summary=''))",
        "has no hook restore",
    ),
    "adds-twice": (
        MODEL + "[registry.add_model(ModelSpec(name='x', medium='painting', operations=frozenset({'train'}), "
        "summary='')) for _ in range(2)]",
        "twice",
    ),
    "unknown-medium": (
        MODEL + "registry.add_model(ModelSpec(name='x', medium='sculpture', operations=frozenset({'generate'}), "
        "summary=''))\n"
        "@hookimpl\ndef generate(request, context): pass",
        "for the medium 'sculpture', which no plugin brings",
    ),
    "needs-a-newer-artwright": ("artwright_api = 99", "needs version 99"),
    "bad-options-path": (
        MODEL + "registry.add_model(ModelSpec(name='x1', medium='painting', operations=frozenset({'generate'}), "
        "options='no:where', summary=''))\n"
        "@hookimpl\ndef generate(request, context): pass",
        "",
    ),
    "options-are-a-dict": (
        MODEL + "registry.add_model(ModelSpec(name='x2', medium='painting', operations=frozenset({'generate'}), "
        "options=dict, summary=''))\n"
        "@hookimpl\ndef generate(request, context): pass",
        "",
    ),
    "prints": ("print('hello from a plugin')", ""),
    "changes-folder": ("import os\nos.chdir('/')", ""),
    "command-raises": (HOOK + "@hookimpl\ndef register_commands(cli):\n    raise ValueError('no command')", ""),
    "command-is-taken": (
        HOOK + "import click\n@hookimpl\ndef register_commands(cli):\n    cli.add_command(click.Command('painting'))",
        "",
    ),
    "listener-raises": (HOOK + "@hookimpl\ndef on_artwork(artwork, context):\n    raise ValueError('deaf')", ""),
    "wrapper-raises": (
        HOOK + "@hookimpl(wrapper=True)\ndef generate(request, context):\n    raise ValueError('torn')\n    yield",
        "",
    ),
    "wrapper-forgets-the-work": (HOOK + "@hookimpl(wrapper=True)\ndef generate(request, context):\n    yield", ""),
}
DYING = {
    "dies": "import os\nos._exit(3)",
    "aborts": "import os\nos.abort()",
    "segfaults": "import ctypes\nctypes.string_at(0)",
    "kills-itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "swallows-the-interruption": "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass",
}


def install(site, name, source, entry=None):
    module = f"artwright_{name.replace('-', '_')}"
    info = site / f"{module}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: artwright-{name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[artwright.plugins]\n{name} = {entry or module}\n")
    data = source if isinstance(source, bytes) else textwrap.dedent(source).encode()
    (site / f"{module}.py").write_bytes(data)


def artwright(site, home, *arguments):
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path, "ARTWRIGHT_HOME": str(home), "ARTWRIGHT_PLUGIN_SECONDS": "1"}
    command = [sys.executable, "-m", "artwright", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False, cwd=site)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """All plugins of LOADING (and two with a broken entry point) side by side: what three commands said."""
    site, home = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("home")
    for name, (source, _) in LOADING.items():
        install(site, name, source)
    install(site, "no-such-attribute", "x = 1", entry="artwright_no_such_attribute:plugin")
    install(site, "no-such-file", "x = 1", entry="artwright_somewhere_else")
    return {
        "help": artwright(site, home, "--help"),
        "plugins": artwright(site, home, "plugins", "--json"),
        "generate": artwright(site, home, "literature", "generate", "moon", "--form", "wujue", "--seed", "1", "--json"),
        "flags": artwright(site, home, "painting", "generate", "--help"),
    }


def test_there_are_fifty_kinds():
    assert len(LOADING) + len(DYING) + 2 >= 50


def test_the_program_works_beside_them_all(crowd):
    for name, done in crowd.items():
        assert done.returncode == 0 and "Traceback" not in done.stderr, (name, done.stderr[-2000:])
    assert "painting" in crowd["help"].stdout and "--width" in crowd["flags"].stdout
    assert json.loads(crowd["generate"].stdout)["text"]
    assert "hello from a plugin" not in crowd["plugins"].stdout


@pytest.mark.parametrize("name", [*LOADING, "no-such-attribute", "no-such-file"])
def test_the_culprit_is_named_once(crowd, name):
    rows = {r["plugin"]: r for r in json.loads(crowd["plugins"].stdout)["plugins"]}
    said = LOADING.get(name, ("", "artwright_"))[1]
    assert said in rows[name]["error"] and bool(rows[name]["error"]) == bool(said)
    lines = [line for line in crowd["help"].stderr.splitlines() if f"'{name}'" in line]
    fails_in_help = said or name.startswith("command-")
    assert len(lines) == (1 if fails_in_help else 0), lines
    assert not said or f"artwright-{name} 1.2" in lines[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("listener-raises", "failed in on_artwork: ValueError: deaf"),
        ("wrapper-raises", "ValueError: torn"),
        ("wrapper-forgets-the-work", "returned nothing"),
    ],
)
def test_what_fails_during_a_call_is_named_and_the_work_kept(crowd, name, said):
    lines = [line for line in crowd["generate"].stderr.splitlines() if f"'{name}'" in line]
    assert len(lines) == 1 and said in lines[0]


def test_flags_of_models_with_broken_options_are_left_out_by_name(crowd):
    for name in ("bad-options-path", "options-are-a-dict"):
        assert len([line for line in crowd["flags"].stderr.splitlines() if f"'{name}'" in line]) == 1


@pytest.mark.parametrize("name", DYING)
def test_what_ends_the_program_twice_is_left_out_from_then_on(tmp_path, name):
    site, home = tmp_path / "site", tmp_path / "home"
    install(site, name, DYING[name])
    known = name == "swallows-the-interruption"  # the one that hangs is caught in the act: once is enough
    for _ in range(1 if known else 2):
        assert artwright(site, home, "--help").returncode != 0
    for _ in range(2):
        done = artwright(site, home, "--help")
        assert done.returncode == 0 and "painting" in done.stdout
        assert len([line for line in done.stderr.splitlines() if f"'{name}'" in line and "crashed" in line]) == 1
    assert artwright(site, home, "plugins", "enable", name).returncode == 0
    assert artwright(site, home, "--help").returncode != 0


def test_a_plugin_can_be_disabled_and_enabled(tmp_path):
    site, home = tmp_path / "site", tmp_path / "home"
    install(
        site,
        "healthy",
        HOOK + "@hookimpl\ndef register_styles(registry):\n    registry.add_style(StyleSpec(name='mine', "
        "medium='painting'))",
    )
    assert "mine" in artwright(site, home, "styles", "painting").stdout
    assert artwright(site, home, "plugins", "disable", "healthy").returncode == 0
    after = artwright(site, home, "styles", "painting")
    assert "mine" not in after.stdout and "disabled" in after.stderr
    assert artwright(site, home, "--no-plugins", "plugins").returncode == 0
    artwright(site, home, "plugins", "enable", "healthy")
    assert "mine" in artwright(site, home, "styles", "painting").stdout
    assert "built in" in artwright(site, home, "plugins", "disable", "painting").stderr
