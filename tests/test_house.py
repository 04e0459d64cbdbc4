"""The house: folders, packages, layers, sizes; and a wheel that holds all of it and works in an empty environment."""

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from artwright.core.registry import OPERATIONS, Registry
from circles import find_circles, find_imports

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
SHIPPED = ("core", "plugins", "testing")


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).exists()]


def test_every_package_is_in_the_list():
    folders = {
        p.parent
        for top in SHIPPED
        for p in (ROOT / top).rglob("__init__.py")
        if not {"templates", "__pycache__"} & set(p.parts)
    }
    found = {"artwright", "artwright.examples.pieces"} | {
        "artwright." + ".".join(f.relative_to(ROOT).parts) for f in folders
    }
    assert found == set(PROJECT["tool"]["setuptools"]["packages"])


def test_every_folder_of_code_is_a_package():
    for top in SHIPPED:
        for path in (ROOT / top).rglob("*.py"):
            if "templates" not in path.parts:
                assert (path.parent / "__init__.py").exists(), path


def test_layers_point_one_way():
    code = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_the_core_names_no_built_in_medium_in_code():
    pattern = re.compile(r"artwright\.plugins\.\w+|from \.+plugins")
    for path in (ROOT / "core").rglob("*.py"):
        assert not pattern.search(path.read_text("utf-8")), path


def test_imports_inside_are_relative():
    for top in SHIPPED:
        for path in (ROOT / top).rglob("*.py"):
            if "templates" not in path.parts and top != "testing":
                assert not re.search(r"^\s*(from|import) artwright\b", path.read_text("utf-8"), flags=re.MULTILINE), (
                    path
                )


def test_nothing_but_the_project_lies_at_the_top():
    allowed = re.compile(r"\.\w[\w.-]*|[A-Z]\w*(\.md)?|constraints\.txt|\w+\.(py|toml|yml|typed)")
    odd = [p.name for p in tracked("*") if p.parent == ROOT and not allowed.fullmatch(p.name)]
    assert not odd, odd


MEDIA = sorted(path.parent for path in (ROOT / "plugins").glob("*/medium.py"))


def folders(parent):
    return sorted(p for p in parent.iterdir() if p.is_dir() and p.name != "__pycache__")


@pytest.mark.parametrize("folder", MEDIA, ids=lambda folder: folder.name)
def test_the_rooms_of_a_medium_are_those_of_the_others(folder):
    top = {path.name for path in folder.iterdir() if path.is_file()}
    assert {"__init__.py", "medium.py"} <= top <= {"__init__.py", "medium.py", "commands.py"}
    assert {"operations", "models"} <= {path.name for path in folders(folder)}
    for model in folders(folder / "models"):
        assert {"options.py", "engine.py"} & {path.name for path in model.iterdir()}, model


@pytest.mark.parametrize("folder", MEDIA, ids=lambda folder: folder.name)
def test_an_operation_is_the_function_of_the_file_of_its_name(folder):
    plugin = import_module(f"artwright.plugins.{folder.name}")
    registry = Registry()
    registry.loading(folder.name)
    plugin.register_models(registry)
    for _, spec in registry.models():
        assert re.fullmatch(
            rf"({plugin.__name__}\.models\.\w+\.options|artwright\.core\.options):\w+", str(spec.options)
        ), spec.name
    done = {operation for _, spec in registry.models() for operation in spec.operations}
    files = {path.stem for path in (folder / "operations").glob("*.py")} - {"__init__", "explain"}
    assert files == done == {name for name in OPERATIONS if hasattr(plugin, name)}
    for name in files:
        assert callable(getattr(import_module(f"{plugin.__name__}.operations.{name}"), name))


def test_weights_lie_beside_the_model_that_they_are_of():
    for card in (ROOT / "plugins").rglob("card.json"):
        assert card.parent.parent.name == "models", card
    for path in tracked("plugins/**/*.safetensors"):
        assert path.parent.name in ("data", "indexes") or (path.parent / "card.json").exists(), path


def test_no_two_modules_import_one_another():
    assert find_circles(find_imports()) == []


def test_files_are_short():
    for path in tracked("core/*.py", "plugins/*.py", "testing/*.py", "cli.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 450, path


@pytest.mark.parametrize("top", ["tools", "benchmarks", "docs", "examples"])
def test_scripts_import_what_is_there(top):
    for path in tracked(f"{top}/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] == "artwright":
                module = import_module(str(node.module))
                for name in node.names:
                    assert hasattr(module, name.name) or find_spec(f"{node.module}.{name.name}"), (path, name.name)


def test_weights_keep_their_budget_and_match_their_cards():
    from artwright.core.weights import load_weights, read_cards

    cards = [card for top in ("plugins", "core") for card in (ROOT / top).rglob("card.json")]
    files = sorted(file for card in cards for file in card.parent.glob("*.safetensors"))
    assert files and sum(f.stat().st_size for f in files) <= 110e6
    for file in files:
        assert file.stat().st_size <= 16e6, file
        card = read_cards(file.parent)[file.name]
        assert {"data", "licence", "steps", "seed", "evaluation", "command", "sha256"} <= set(card), file
        load_weights(file)


def test_nothing_is_unpickled_and_no_global_seed_is_set():
    bad = re.compile(r"\bimport pickle\b|torch\.load\(|allow_pickle=True|np\.random\.seed\(|(?<!\.)random\.seed\(")
    for top in SHIPPED:
        for path in (ROOT / top).rglob("*.py"):
            assert not bad.search(path.read_text("utf-8")), path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for path in tracked():
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_all_code_weights_and_data(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name.split("-")[2:4] == ["cp311", "abi3"]
    assert "artwright/py.typed" in inside
    wanted = {".py", ".json", ".tsv", ".safetensors", ".npz", ".yaml", ".html", ".ttf", ".woff2", ".txt"}
    for path in tracked(*SHIPPED):
        if path.suffix in wanted:
            assert f"artwright/{path.relative_to(ROOT)}" in inside, path
    assert not [
        n for n in inside if n.startswith(("artwright/tests", "artwright/docs", "tests/", "artwright/benchmarks"))
    ]


def test_the_wheel_works_in_an_empty_environment(wheel, tmp_path):
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    site = next((environment / "lib").glob("python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [
        str(environment / "bin" / "python"),
        "-m",
        "artwright",
        "literature",
        "generate",
        "秋月",
        "--form",
        "wujue",
        "--seed",
        "1",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["text"]
    code = "import artwright; print(artwright.__file__)"
    where = subprocess.run([command[0], "-c", code], capture_output=True, text=True, env=env, cwd=tmp_path, check=True)
    assert str(environment) in where.stdout
