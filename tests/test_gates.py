"""What keeps the house in order is itself in order: one version, one wheel, a changelog, bodies of commits."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from commit_message import find_fault
from spelling import prose_of

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_version_stands_in_one_place():
    import artwright

    assert PROJECT["project"]["dynamic"] == ["version"] and "version" not in PROJECT["project"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "artwright.__version__"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", artwright.__version__)


def test_ci_runs_the_checks_and_the_tests():
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines.index("make check") < lines.index("make test")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    check, test = (makefile.split(f"\n{name}:")[1].split("\n\n")[0] for name in ("check", "test"))
    for tool in (
        "ruff check",
        "ruff format --check",
        "lint-imports",
        "circles.py",
        "typecheck.py",
        "spelling.py",
        "docs/build.py",
    ):
        assert tool in check
    assert "--fail-under=90" in test


def test_what_the_tests_need_is_declared_and_pinned():
    pins = {
        re.sub(r"[_.]", "-", line.partition("==")[0]).lower()
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    }
    groups = [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]
    names = {re.sub(r"[_.]", "-", re.match(r"[\w.-]+", r)[0]).lower() for group in groups for r in group}
    assert names - pins <= {"setuptools"}


def test_the_changelog_is_kept():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    section = text.split("## Unreleased\n", 1)[1].split("\n## ", 1)[0]
    assert re.search(r"^- \S", section, flags=re.MULTILINE)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_links_of_the_front_pages_lead_somewhere(name):
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)|`((?:core|docs|tests|tools)/[\w./-]+)`", text):
        assert (ROOT / (target[0] or target[1])).exists(), target


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("Read rotated films upright\n\nTelephones store the turn beside the picture.\n", ""),
        ("fixup! Read rotated films upright\n", ""),
        ("Read rotated films upright\n", "no body"),
        ("Read rotated films upright\nwith no gap\n", "no body"),
        ("Read rotated films upright\n\n# a comment of git\n", "no body"),
        (f"{'x' * 73}\n\nWhy.\n", "73 characters"),
        ("", "0 characters"),
    ],
)
def test_a_commit_message_has_a_subject_and_a_body(message, fault):
    found = find_fault(message)
    assert fault in found and bool(fault) == bool(found)


def test_a_broken_link_of_the_docs_is_an_error():
    """A build that is told to be quiet counts no warnings, and `--strict` would never hear of one."""
    assert '"-q"' not in (ROOT / "docs" / "build.py").read_text("utf-8")


def test_spelling_is_asked_of_docstrings_and_comments_alone():
    source = (
        '"""The fisrt."""\nWORDS = "teh sie"  # a remrak\n\n\ndef f():\n    """Two\n    lnies."""\n    return "# als"\n'
    )
    assert prose_of(source).splitlines() == [
        '"""The fisrt."""',
        "# a remrak",
        "",
        "",
        "",
        '    """Two',
        '    lnies."""',
        "",
    ]


def test_the_kit_of_contracts_loads_nothing_until_it_is_used():
    """Every pytest of an environment imports it, before the measure of coverage begins."""
    code = (
        "import sys, artwright.testing.pytest_plugin as p\n"
        "print([m for m in sys.modules if m.startswith(('artwright.core', 'artwright.plugins', 'numpy', 'torch'))])\n"
        "from artwright.testing import ModelContract, fresh_studio"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
