"""codespell over the documentation, and over docstrings and comments of the code.

python tools/spelling.py     Word lists and verse in the code are data, in a dozen languages, and are left alone.
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("*.md", "docs/**/*.md", "tests/**/*.md", "examples/**/*.md")
CODE = ("*.py", "core", "plugins", "testing", "tests", "tools", "benchmarks", "docs", "examples")


def prose_of(source: str) -> str:
    """The docstrings and comments of a module on the lines where they stand, and nothing else."""
    lines = source.splitlines()
    kept = [""] * len(lines)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            kept[token.start[0] - 1] = token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node
        ):
            text = node.body[0]
            kept[text.lineno - 1 : text.end_lineno] = lines[text.lineno - 1 : text.end_lineno]
    return "\n".join(kept) + "\n"


def main() -> int:
    """codespell's exit code."""
    pages = [path.relative_to(ROOT) for pattern in PAGES for path in ROOT.glob(pattern) if "gallery" not in path.parts]
    found = [path for where in CODE for path in (ROOT.glob(where) if "*" in where else (ROOT / where).rglob("*.py"))]
    with tempfile.TemporaryDirectory() as folder:
        for path in found:
            copy = Path(folder) / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(prose_of(path.read_text("utf-8")), "utf-8")
        settings = ["--toml", str(ROOT / "pyproject.toml")]
        command = [sys.executable, "-m", "codespell_lib", *settings]
        codes = [subprocess.run([*command, *map(str, pages)], cwd=ROOT, check=False).returncode]
        codes.append(subprocess.run([*command, "."], cwd=folder, check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
