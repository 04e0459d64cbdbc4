"""mypy, strict, over the packages that are clean under it; they are read under their import name through a temporary
link, since the checkout's own folder name must not become the package's.

python tools/typecheck.py [PACKAGE ...]     PACKAGE: another one, such as artwright.plugins.music, or one of ours alone
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLEAN = (
    "artwright.core",
    "artwright.testing",
    "artwright.plugins.film",
    "artwright.plugins.literature",
    "artwright.plugins.music",
    "artwright.plugins.painting",
)
"""Packages without an error, which stay so. One that comes to have none is added here."""
MODULES = ("artwright", "artwright.__main__", "artwright.cli")


def main(asked: list[str]) -> int:
    """mypy's exit code for the packages asked for, or for all that are clean."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "artwright").symlink_to(ROOT)
        settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
        what = [word for name in asked or CLEAN for word in ("-p", name)]
        what += [] if asked else [word for name in MODULES for word in ("-m", name)]
        command = [sys.executable, "-m", "mypy", *settings, *what]
        return subprocess.run(command, cwd=folder, env={**os.environ, "MYPYPATH": folder}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
