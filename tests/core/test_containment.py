"""A plugin's call changes nothing of the process but what it returns; whatever it does is told with its name."""

import gc
import json
import locale
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings

import numpy as np
import pytest
import torch
from artwright import Artwork, Medium, ModelSpec, Studio, StyleSpec, hookimpl
from artwright.core.contain import Contained
from artwright.core.errors import InputError, PluginError
from artwright.core.loader import PluginHost
from artwright.core.theme import Theme
from artwright.testing import fresh_studio


class Clay(Medium):
    name, summary, reads, writes = "clay", "Pots", (".clay",), (".clay",)

    def content(self, payload):
        return payload.encode()

    def load(self, path):
        return self.artwork(path.read_text())

    def save(self, artwork, path):
        path.write_text(artwork.payload)

    def preview(self, artwork, *, width=640):
        raise NotImplementedError

    def theme(self, artwork):
        return Theme.from_prompt(artwork.payload)

    def features(self, artwork):
        return {"length": float(len(artwork.payload))}

    def check(self, payload):
        if len(payload) > 100:
            raise InputError("a pot has at most 100 letters")


class Potter:
    """A plugin whose model does what a test tells."""

    def __init__(self, act=lambda request, context: None, listen=lambda artwork: None, medium=None):
        self.act, self.listen, self.medium = act, listen, medium or Clay()

    @hookimpl
    def register_media(self, registry):
        registry.add_medium(self.medium)

    @hookimpl
    def register_models(self, registry):
        registry.add_model(ModelSpec(name="wheel", medium="clay", operations=frozenset({"generate"}), summary="Turns"))

    @hookimpl
    def generate(self, request, context):
        made = self.act(request, context)
        return made if made is not None else context.media["clay"].artwork(f"pot {request.seed}")

    @hookimpl
    def on_artwork(self, artwork, context):
        self.listen(artwork)


def odd_folder():
    os.chdir("/")


def odd_umask():
    os.umask(0o777)


def odd_recursion():
    depth, frame = 0, sys._getframe()
    while frame:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 30)


def odd_signals():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 1000)


def odd_warnings():
    warnings.simplefilter("ignore")
    warnings.showwarning = None


def odd_random():
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)


def odd_torch():
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(3)
    torch.set_grad_enabled(False)
    torch.set_default_device("meta")


def odd_numpy():
    np.seterr(all="raise")
    gc.disable()


def odd_locale():
    locale.setlocale(locale.LC_ALL, "C")
    locale.setlocale(locale.LC_NUMERIC, "C.UTF-8")


def odd_output():
    sys.stdout = None


ODD = [
    odd_folder,
    odd_umask,
    odd_recursion,
    odd_signals,
    odd_warnings,
    odd_random,
    odd_torch,
    odd_numpy,
    odd_locale,
    odd_output,
]


def state():
    mask = os.umask(0)
    os.umask(mask)
    return {
        "folder": os.getcwd(),
        "umask": mask,
        "recursion": sys.getrecursionlimit(),
        "signals": [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        "timer": signal.getitimer(signal.ITIMER_REAL)[0],
        "warnings": (list(warnings.filters), warnings.showwarning),
        "torch": (
            torch.get_default_dtype(),
            torch.get_num_threads(),
            torch.is_grad_enabled(),
            torch.get_default_device(),
        ),
        "numpy": (np.geterr(), gc.isenabled()),
        "locale": locale.setlocale(locale.LC_ALL),
        "output": sys.stdout,
        "random": random.getstate(),
        "numpy random": [*np.random.get_state()[1].tolist(), np.random.get_state()[2]],
        "torch random": torch.get_rng_state().tolist(),
    }


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("where", ["generate", "on_artwork", "wrapper", "medium", "failing"])
def test_the_state_of_the_process_is_put_back(tmp_path, monkeypatch, odd, where):
    monkeypatch.chdir(tmp_path)

    class Wrapper:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            if where == "wrapper":
                odd()
            return (yield)

    class Odd(Clay):
        def save(self, artwork, path):
            if where == "medium":
                odd()
                path = tmp_path / path
            super().save(artwork, path)

    def act(request, context):
        if where in ("generate", "failing"):
            odd()
        if where == "failing":
            raise ValueError("and then")

    potter = Potter(act, lambda artwork: odd() if where == "on_artwork" else None, Odd())
    studio = fresh_studio(tmp_path / "home", potter, Wrapper())
    before = state()
    try:
        studio.generate("clay", "bowl", seed=1)
    except PluginError:
        assert where == "failing" or (where, odd) == ("medium", odd_umask)
    assert state() == before


def test_what_is_printed_goes_to_stderr(tmp_path, capsys):
    studio = fresh_studio(tmp_path, Potter(lambda r, c: print("turning"), lambda a: print("heard")))
    studio.generate("clay", "bowl", seed=1)
    said = capsys.readouterr()
    assert said.out == "" and said.err.split() == ["turning", "heard"]


def test_overlapping_calls_of_threads_put_back_what_was_before_the_first(tmp_path):
    inside, go = threading.Barrier(3), threading.Event()

    def act(request, context):
        os.chdir("/")
        torch.set_default_dtype(torch.float64)
        inside.wait(20)
        go.wait(20)

    studio = fresh_studio(tmp_path, Potter(act))
    before = state()
    threads = [threading.Thread(target=studio.generate, args=("clay", "bowl"), kwargs={"seed": n}) for n in (1, 2)]
    for thread in threads:
        thread.start()
    inside.wait(20)
    go.set()
    for thread in threads:
        thread.join()
    assert state() == before


@pytest.mark.parametrize("leave", [lambda: sys.exit(0), lambda: sys.exit("bye"), lambda: exec("raise GeneratorExit")])
def test_a_plugin_cannot_end_the_program(tmp_path, caplog, leave):
    with pytest.raises(PluginError, match="'potter' failed in generate"):
        fresh_studio(tmp_path / "a", named(Potter(lambda r, c: leave()))).generate("clay", "bowl", seed=1)
    studio = fresh_studio(tmp_path / "b", named(Potter(listen=lambda a: leave())))
    assert studio.generate("clay", "bowl", seed=1).payload == "pot 1"
    assert "plugin 'potter' failed in on_artwork" in caplog.text

    class Before:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            leave()
            yield

    class After:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            yield
            leave()

    studio = fresh_studio(tmp_path / "c", Potter(), Before(), After())
    assert studio.generate("clay", "bowl", seed=1).payload == "pot 1"
    assert "wrapper of plugin 'Before'" in caplog.text and "wrapper of plugin 'After'" in caplog.text


def named(potter):
    potter.__name__ = "potter"
    return potter


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda m: Artwork(medium="clay", payload="x", id="../../../evil"), "'../../../evil', which is not that of"),
        (lambda m: Artwork(medium="clay", payload="x", id="sha256:" + "0" * 64), "which is not that of its content"),
        (lambda m: m.artwork("x").with_(id=m.artwork("y").id), "which is not that of its content"),
        (lambda m: m.artwork("x").with_(medium="painting"), "of the medium 'painting'; 'clay' was asked for"),
        (lambda m: m.artwork("x", title="t" * 10_000_000), "title is not a text of at most 4,000"),
        (lambda m: m.artwork("x", title=b"t"), "title is not a text"),
        (lambda m: m.artwork("x" * 101), "cannot be kept: a pot has at most 100 letters"),
        (lambda m: Artwork(medium="clay", payload=7, id="x"), "failed in check|payload is none of clay"),
    ],
)
def test_a_work_is_what_it_says_or_it_is_not_kept(tmp_path, made, said):
    studio = fresh_studio(tmp_path, Potter(lambda r, c: made(c.media["clay"])))
    with pytest.raises(PluginError, match=said) as caught:
        studio.generate("clay", "bowl", seed=1)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_wrappers_are_named_in_the_provenance(tmp_path):
    class Frame:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            return (yield)

    class Other:
        @hookimpl(wrapper=True)
        def restore(self, request, context):
            return (yield)

    made = fresh_studio(tmp_path, Potter(), Frame(), Other()).generate("clay", "bowl", seed=1).provenance
    assert made.wrappers == ("Frame",)


def test_a_thread_that_is_left_behind_is_named_once(tmp_path, caplog):
    go = threading.Event()
    kiln = []

    def act(request, context):
        kiln.append(threading.Thread(target=go.wait, args=(20,), name="kiln"))
        kiln[-1].start()

    studio = fresh_studio(tmp_path, named(Potter(act)))
    try:
        studio.generate("clay", "bowl", seed=1)
        assert caplog.text.count("plugin 'potter' left the thread 'kiln' running after generate") == 1
    finally:
        go.set()
        kiln[0].join()


def test_ctrl_c_names_who_was_running(tmp_path):
    class Deaf:
        @hookimpl(wrapper=True)
        def generate(self, request, context):
            made = yield
            raise KeyboardInterrupt
            return made

    for plugins, said in (
        ((Potter(), Deaf()), "plugin 'Deaf' was in its wrapper around generate"),
        (
            (named(Potter(listen=lambda a: (_ for _ in ()).throw(KeyboardInterrupt))),),
            "plugin 'potter' was in on_artwork",
        ),
    ):
        with pytest.raises(KeyboardInterrupt) as caught:
            fresh_studio(tmp_path / str(len(plugins)), *plugins).generate("clay", "bowl", seed=1)
        assert caught.value.__notes__ == [said]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a:b",
        "a/b",
        "../x",
        "two words",
        "a\n\x1b[31mRED",
        "\x1b]0;t\x07",
        "-x",
        ".x",
        "x" * 65,
        "a+b",
        "a,b",
        None,
        7,
    ],
)
def test_names_that_nobody_could_type_are_refused(tmp_path, name):
    class Bad:
        def __init__(self, kind):
            self.kind = kind

        @hookimpl
        def register_media(self, registry):
            if self.kind == "medium":
                medium = Clay()
                medium.name = name
                registry.add_medium(medium)

        @hookimpl
        def register_models(self, registry):
            if self.kind == "model":
                registry.add_model(ModelSpec(name=name, medium="clay", operations=frozenset({"train"}), summary=""))

        @hookimpl
        def register_styles(self, registry):
            if self.kind == "style":
                registry.add_style(StyleSpec(name=name, medium="clay"))

        @hookimpl
        def train(self, request, context):
            return None

    for kind in ("medium", "model", "style"):
        with pytest.raises(PluginError, match=r"is no name|has no 'name'") as caught:
            PluginHost([]).add(Bad(kind), "bad")
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "suffixes", [("png",), (".PNG",), (".p/n",), (".png ",), (".",), ("",), ".png", [".png"], (7,)]
)
@pytest.mark.parametrize("key", ["reads", "writes"])
def test_suffixes_are_suffixes(key, suffixes):
    medium = Clay()
    setattr(medium, key, suffixes)
    with pytest.raises(PluginError, match=f"{key} .*suffixes in lower case with their dot|has no '{key}'"):
        PluginHost([]).add(Potter(medium=medium), "bad")


@pytest.mark.parametrize("name", ["水墨", "café", "gpt-4.1", "x_1"])
def test_names_of_any_language_are_names(name):
    class Good:
        @hookimpl
        def register_styles(self, registry):
            registry.add_style(StyleSpec(name=name, medium="clay"))

    host = PluginHost([])
    host.add(Good(), "good")
    assert (("clay", name)) in host.registry.styles


def test_containing_a_call_takes_some_tens_of_microseconds():
    best = min(timed() for _ in range(20))
    assert best < 400e-6  # of the process's own time: measured are 80


def timed(calls=50):
    began = time.process_time()
    for _ in range(calls):
        with Contained("x", "generate"):
            pass
    return (time.process_time() - began) / calls


NOISY = """
import os, subprocess, sys
from artwright import hookimpl, ModelSpec, StyleSpec
def noise(where):
    print("print", where)
    os.write(1, b"descriptor\\n")
    subprocess.run(["echo", "a program"])
    sys.__stdout__.write("the first stdout\\n"); sys.__stdout__.flush()
noise("import")
@hookimpl
def register_styles(registry):
    noise("register")
@hookimpl
def register_commands(cli):
    noise("commands")
@hookimpl(wrapper=True)
def generate(request, context):
    noise("wrapper")
    return (yield)
@hookimpl
def on_artwork(artwork, context):
    noise("listener")
import atexit
atexit.register(noise, "end")
"""


def install(site, name, source):
    info = site / f"artwright_{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: artwright-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[artwright.plugins]\n{name} = artwright_{name}\n")
    (site / f"artwright_{name}.py").write_text(textwrap.dedent(source))


def artwright(site, *arguments):
    sites = [*map(str, site)] if isinstance(site, tuple) else [str(site)]
    path = os.pathsep.join(filter(None, [*sites, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "artwright", *arguments]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=120, check=False, cwd=sites[0]
    )


@pytest.mark.parametrize(
    "command",
    [
        ["plugins", "--json"],
        ["styles", "--json"],
        ["literature", "generate", "moon", "--form", "wujue", "--seed", "1", "--json"],
        ["works", "--json"],
    ],
    ids=lambda c: c[0],
)
def test_json_is_pure_whatever_a_plugin_writes(tmp_path, command):
    install(tmp_path, "noisy", NOISY)
    done = artwright(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    for said in ("print", "descriptor", "a program", "the first stdout"):
        assert said in done.stderr


FORKS = """
import os
from artwright import hookimpl
@hookimpl(wrapper=True)
def generate(request, context):
    os.fork()
    return (yield)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_that_a_plugin_forked_makes_no_second_work(tmp_path):
    install(tmp_path, "forks", FORKS)
    done = artwright(tmp_path, "literature", "generate", "moon", "--form", "wujue", "--seed", "1", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)
    assert "plugin 'forks' forked in its wrapper around generate; the child ends here" in done.stderr


def test_studios_of_ones_own_keep_their_output(tmp_path, capfd):
    """In Python nothing is done to the descriptors: they are the caller's."""
    Studio(tmp_path, points=[])
    os.write(1, b"mine")
    assert capfd.readouterr().out == "mine"


BROKEN = "[artwright.plugins\nnot = an = entry\n\x00"


def test_broken_records_of_another_distribution_double_nothing(tmp_path):
    for number, folder in enumerate(("one", "two")):
        site = tmp_path / folder
        site.mkdir()
        install(site, "twice", "x = 1")
        if number == 0:
            info = site / "stranger-1.0.dist-info"
            info.mkdir()
            (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
            (info / "entry_points.txt").write_bytes(BROKEN.encode() + b"\xff\xfe")
    done = artwright((tmp_path / "one", tmp_path / "two"), "plugins", "--json")
    rows = json.loads(done.stdout)["plugins"]
    assert done.returncode == 0 and len(rows) == len({row["plugin"] for row in rows}) and "twice" in str(rows)
    assert not any("two plugins are called" in row["error"] for row in rows)


@pytest.mark.parametrize("size", [(8, 8), (15, 400), (20_000, 16)])
def test_pictures_that_could_not_be_read_again_are_not_kept(tmp_path, size):
    from PIL import Image

    class Extreme:
        @hookimpl
        def register_models(self, registry):
            operations = frozenset({"generate"})
            registry.add_model(ModelSpec(name="extreme", medium="painting", operations=operations, summary="Sizes"))

        @hookimpl
        def generate(self, request, context):
            return context.media["painting"].artwork(Image.new("RGB", size))

    studio = fresh_studio(tmp_path, Extreme(), builtin=True)
    with pytest.raises(PluginError, match=r"cannot be kept: the picture is .* pixels"):
        studio.generate("painting", "sea", model="extreme", seed=1)
    assert not (tmp_path / "works").exists()


@pytest.mark.parametrize("text", ["", "   ", "...", "word " * 600_000])
def test_texts_that_could_not_be_read_again_are_not_kept(tmp_path, text):
    from artwright import Text

    class Extreme:
        @hookimpl
        def register_models(self, registry):
            operations = frozenset({"generate"})
            registry.add_model(ModelSpec(name="extreme", medium="literature", operations=operations, summary="Sizes"))

        @hookimpl
        def generate(self, request, context):
            return context.media["literature"].artwork(Text(stanzas=((text,),), language="en"))

    studio = fresh_studio(tmp_path, Extreme(), builtin=True)
    with pytest.raises(PluginError, match="cannot be kept: the text"):
        studio.generate("literature", "sea", model="extreme", seed=1)
    assert not (tmp_path / "works").exists()
