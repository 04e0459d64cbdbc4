"""What a plugin author is given: the scaffold, the kit, the examples, the tutorial."""

import compileall
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted(p for p in (ROOT / "examples" / "plugins").iterdir() if p.is_dir())


def pytest_in(folder, *arguments):
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env, timeout=300, check=False)


def make(tmp_path, kind):
    from artwright.core.scaffold import write_plugin

    write_plugin(f"artwright-new-{kind}", kind, tmp_path)
    return tmp_path / f"artwright-new-{kind}"


@pytest.mark.parametrize("kind", ["medium", "command"])
def test_a_scaffold_passes_its_own_tests(tmp_path, kind):
    done = pytest_in(make(tmp_path, kind))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["model", "style", "wrapper"])
def test_a_scaffold_that_paints_passes_its_own_tests(tmp_path, kind):
    done = pytest_in(make(tmp_path, kind))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["model", "medium", "style", "command", "wrapper"])
def test_a_scaffold_can_be_built_and_is_found_when_installed(tmp_path, kind):
    folder = make(tmp_path, kind)
    site = tmp_path / "site"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(site),
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-m", "artwright", "plugins", "check", f"new-{kind}"],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_scaffolds_refuse_bad_names_and_keep_what_is_there(tmp_path):
    from artwright.core.errors import InputError, OutputError
    from artwright.core.scaffold import write_plugin

    with pytest.raises(InputError, match="lower-case"):
        write_plugin("Bad Name", "model", tmp_path)
    with pytest.raises(InputError, match="there are: model"):
        write_plugin("good", "sculpture", tmp_path)
    make(tmp_path, "model")
    with pytest.raises(OutputError, match="exists and is kept"):
        make(tmp_path, "model")
    assert [p.name for p in tmp_path.iterdir()] == ["artwright-new-model"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The example plugins, and two more with one model name, installed as packages into a folder of their own."""
    from artwright.core.scaffold import write_plugin

    site, sources = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("sources")
    folders = [Path(shutil.copytree(f, sources / f.name)) for f in EXAMPLES]
    for name in ("artwright-left", "artwright-right"):
        write_plugin(name, "model", sources)
        module = sources / name / f"{name.replace('-', '_')}.py"
        module.write_text(
            module.read_text("utf-8").replace('name="left"', 'name="twin"').replace('name="right"', 'name="twin"'),
            "utf-8",
        )
        folders.append(sources / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--target",
        str(site),
        *map(str, folders),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return site


def artwright(site, *arguments, cwd=None):
    path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, "-m", "artwright", *arguments],
        capture_output=True,
        text=True,
        env=env,
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda p: p.name)
def test_the_examples_pass_their_tests(installed, tmp_path, folder):
    tests = shutil.copytree(folder / "tests", tmp_path / "tests")
    env = {**os.environ, "PYTHONPATH": str(installed)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        "-W",
        "error",
        str(tests),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("name", ["stipple", "dance"])
def test_an_installed_example_is_checked_with_its_contract(installed, tmp_path, name):
    done = artwright(installed, "plugins", "check", name, cwd=tmp_path)
    assert done.returncode == 0 and "passed" in done.stdout, done.stdout + done.stderr


def test_two_models_of_one_name_are_both_reached(installed, tmp_path):
    plain = artwright(installed, "painting", "generate", "sea", "-m", "twin", "--width", "64", cwd=tmp_path)
    assert plain.returncode == 2 and "'left:twin' or 'right:twin'" in plain.stderr
    for owner in ("left", "right"):
        done = artwright(
            installed,
            "painting",
            "generate",
            "sea",
            "-m",
            f"{owner}:twin",
            "--width",
            "64",
            "--dots",
            "100",
            "--json",
            cwd=tmp_path,
        )
        assert json.loads(done.stdout)["provenance"]["plugin"] == owner


def test_a_wrapper_signs_a_picture_of_anothers_model(installed, tmp_path):
    arguments = (
        "painting",
        "generate",
        "sea",
        "-m",
        "stipple",
        "--width",
        "64",
        "--dots",
        "100",
        "--seed",
        "1",
        "--json",
    )
    signed = json.loads(artwright(installed, *arguments, "--output", "a.png", cwd=tmp_path).stdout)
    env = {**os.environ, "PYTHONPATH": str(installed), "ARTWRIGHT_PLUGINS": "painting,stipple"}
    command = [sys.executable, "-m", "artwright", *arguments, "--output", "b.png"]
    plain = json.loads(
        subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path, check=True).stdout
    )
    assert signed["id"] != plain["id"] and signed["provenance"]["plugin"] == "stipple"


def test_the_tutorial_is_the_example():
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    folder = ROOT / "examples" / "plugins" / "artwright-stipple"
    assert "\n\n\n".join(b.strip() for b in blocks[:3]) == (folder / "artwright_stipple.py").read_text("utf-8").strip()
    assert (folder / "tests" / "test_stipple.py").read_text("utf-8").startswith(blocks[3].strip())


def test_the_model_plugin_is_short():
    lines = (
        (ROOT / "examples" / "plugins" / "artwright-stipple" / "artwright_stipple.py").read_text("utf-8").splitlines()
    )
    assert len([line for line in lines if line.strip()]) <= 40


def test_doctor_tells_clashing_requirements(tmp_path):
    for name, needs in (("artwright_clash", "numpy<1"), ("artwright_lacks", "a-package-nobody-wrote")):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\nRequires-Dist: {needs}\n"
        )
        (info / "entry_points.txt").write_text(f"[artwright.plugins]\n{name} = {name}\n")
        (tmp_path / f"{name}.py").write_text("")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "artwright", "doctor"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 1
    assert (
        "artwright-clash needs numpy<1" in done.stdout
        and "artwright-lacks needs a-package-nobody-wrote, which is not installed" in done.stdout
    )


@pytest.mark.slow
def test_fifty_healthy_plugins_cost_little(tmp_path):
    import statistics
    import time

    def median(site):
        env, times = {**os.environ, "PYTHONPATH": str(site)}, []
        for _ in range(7):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "artwright", "--help"], capture_output=True, env=env, check=True)
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    from artwright.core.scaffold import write_plugin

    site = tmp_path / "site"
    site.mkdir()
    alone = median(site)
    for number in range(50):
        name = f"artwright-many{number}"
        write_plugin(name, "model", tmp_path / "sources")
        module = name.replace("-", "_")
        (site / f"{module}.py").write_text((tmp_path / "sources" / name / f"{module}.py").read_text())
        info = site / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[artwright.plugins]\nmany{number} = {module}\n")
    compileall.compile_dir(site, quiet=1)  # as pip does when it installs
    assert median(site) - alone <= 0.150


@pytest.mark.parametrize(
    "name",
    [
        "artwright",
        "json",
        "numpy",
        "import",
        "click",
        "test",
        "artwright-" + "x" * 41,
        "none-",
        "a--b",
        "ünïcode",
        "2d",
        "",
    ],
)
def test_a_name_that_would_hide_a_module_or_is_none_is_refused(tmp_path, name):
    from artwright.core.errors import InputError
    from artwright.core.scaffold import write_plugin

    with pytest.raises(InputError) as caught:
        write_plugin(name, "medium", tmp_path)
    assert "\n" not in str(caught.value) and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["model", "medium", "style", "command", "wrapper"])
@pytest.mark.parametrize(
    "short",
    [
        "import",
        "2d",
        "none",
        "class",
        "true",
        "click",
        "theme",
        "options",
        "model-spec",
        "medium",
        "limit",
        "type",
        "a-1-b",
        "x" * 40,
    ],
)
def test_a_scaffold_of_any_other_name_compiles_and_loads(tmp_path, kind, short):
    from artwright.core.scaffold import write_plugin
    from artwright.testing import fresh_studio

    write_plugin(f"artwright-{short}", kind, tmp_path)
    folder = tmp_path / f"artwright-{short}"
    assert compileall.compile_dir(folder, quiet=2)
    module = f"artwright_{short.replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(module, folder / f"{module}.py")
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    studio = fresh_studio(tmp_path / "home", plugin)
    if kind == "medium":
        work = studio.generate(short, "storm", seed=1)
        file = studio.save(work, tmp_path / f"work{studio.registry.media[short].writes[0]}")
        assert studio.load(file) == work and studio.load(file).provenance.seed == 1
    if kind == "command":
        from artwright.core.commands.added import added_commands
        from click.testing import CliRunner

        done = CliRunner().invoke(added_commands(studio.host, set())[short], [])
        assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("artwright-doctor", "command"),
        ("artwright-painting", "medium"),
        ("artwright-png", "medium"),
        ("artwright-works", "medium"),
        ("artwright-atelier", "model"),
        ("artwright-hokusai", "style"),
        ("artwright-music", "wrapper"),
    ],
)
def test_names_that_artwright_has_are_refused(tmp_path, name, kind):
    done = artwright(tmp_path, "plugins", "new", name, "--kind", kind, cwd=tmp_path)
    assert done.returncode == 2 and "is taken" in done.stderr and list(tmp_path.iterdir()) == []
