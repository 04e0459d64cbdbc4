"""The docs say what the code does: hooks with their exact signatures, commands, words."""

import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_hooks_are_documented_with_their_signatures():
    from artwright.core.hookspecs import EventHooks, OperationHooks, RegistrationHooks

    text = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    written = dict(re.findall(r"^def (\w+)\(([^)]*)\): \.\.\.$", text, flags=re.MULTILINE))
    specs = {
        n: f
        for s in (RegistrationHooks, OperationHooks, EventHooks)
        for n, f in vars(s).items()
        if not n.startswith("_")
    }
    assert written == {n: ", ".join(list(inspect.signature(f).parameters)[1:]) for n, f in specs.items()}
    assert all(inspect.getdoc(f) for f in specs.values())


def test_the_readme_names_commands_that_exist():
    from artwright.cli import _COMMANDS

    text = (ROOT / "README.md").read_text("utf-8")
    used = set(re.findall(r"^artwright ([a-z-]+)", text, flags=re.MULTILINE))
    assert used and used <= {*_COMMANDS, "painting", "music", "literature", "film", "mcp", "serve"}


@pytest.mark.parametrize(
    "name", ["index.md", "start.md", "words.md", "hooks.md", "design.md", "pieces.md", "feedback.md"]
)
def test_every_page_is_there_and_in_the_navigation(name):
    assert (ROOT / "docs" / name).stat().st_size > 500
    assert name in (ROOT / "mkdocs.yml").read_text("utf-8")


def test_nothing_is_left_for_later():
    for folder in ("core", "plugins", "testing"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not re.search(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b", path.read_text("utf-8")), path


def test_every_variable_is_documented():
    code = "\n".join(
        path.read_text("utf-8")
        for where in ("core", "plugins", "testing", "cli.py")
        for path in ([ROOT / where] if where.endswith(".py") else (ROOT / where).rglob("*.py"))
    )
    pages = (ROOT / "docs" / "start.md").read_text("utf-8")
    named = set(re.findall(r"(?<!_)\bARTWRIGHT_[A-Z_]+\b", code))
    assert named and named <= set(re.findall(r"ARTWRIGHT_[A-Z_]+", pages)), named


def test_files_that_the_pages_name_are_there():
    """By their whole path or its end; capitals stand for a name that the reader puts in."""
    files = [f"/{path.relative_to(ROOT)}" for path in ROOT.rglob("*") if ".git" not in path.parts]
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        if page.name == "CHANGELOG.md":
            continue
        named = re.findall(r"`(?:python )?([\w./-]*\w\.(?:py|toml|tsv|npz|safetensors|c))[` ]", page.read_text("utf-8"))
        for name in named:
            assert re.search("[A-Z]", name) or any(file.endswith("/" + name.removeprefix("../")) for file in files), (
                page.name,
                name,
            )
